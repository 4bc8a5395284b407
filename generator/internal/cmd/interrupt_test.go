package cmd_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"heddle.dev/platform/generator/internal/cmd"
	"heddle.dev/platform/generator/internal/manifest"
	"heddle.dev/platform/generator/internal/write"
)

// countdown is a context that ends when it has been asked that often.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestWriteInterrupted ends a run at every place where it looks whether it
// should: the tree is as it was, or as it should be.
func TestWriteInterrupted(t *testing.T) {
	old := map[string]string{
		"clusters/a/rbac/roles.yaml":       manifest.Header + " from clusters/a/cluster.cue; DO NOT EDIT.\nkind: Role\n",
		"clusters/a/rbac/stale.yaml":       manifest.Header + " from clusters/a/cluster.cue; DO NOT EDIT.\nkind: Stale\n",
		"clusters/a/old/deeper/stale.yaml": manifest.Header + " from clusters/a/cluster.cue; DO NOT EDIT.\nkind: Stale\n",
		"clusters/a/cluster.cue":           "package cluster\n",
	}
	set := manifest.NewSet()
	for _, name := range []string{"clusters/a/rbac/roles.yaml", "clusters/a/rbac/bindings.yaml", "clusters/a/new/deeper/one.yaml", "clusters/b/two.yaml"} {
		if err := set.Add(name, "clusters/a/cluster.cue", name, manifest.Object{"kind": "New"}); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"clusters/a/cluster.cue": old["clusters/a/cluster.cue"]}
	for _, name := range set.Paths() {
		want[name] = string(set.Content(name))
	}
	for k := int64(0); ; k++ {
		dir := t.TempDir()
		for name, content := range old {
			if err := put(filepath.Join(dir, name), []byte(content)); err != nil {
				t.Fatal(err)
			}
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		ctx := &countdown{Context: t.Context()}
		ctx.left.Store(k)
		_, problems, err := write.Write(ctx, root, set, write.Options{Scopes: []string{"clusters"}})
		if closeErr := root.Close(); closeErr != nil || len(problems) > 0 {
			t.Fatal(closeErr, problems)
		}
		switch got := contents(t, dir); {
		case err == nil && maps.Equal(got, want):
			t.Logf("looked %d times", k)
			return
		case err == nil:
			t.Fatalf("after %d looks Write succeeded, and the tree is %v", k, got)
		case !errors.Is(err, context.Canceled):
			t.Fatal(err)
		case !maps.Equal(got, old):
			t.Fatalf("ended after %d looks, the tree is neither old nor new: %v", k, got)
		}
		if k > 1000 {
			t.Fatal("Write never ends")
		}
	}
}

// TestGenerateInterrupted ends heddle generate at random times, as ^C does: the
// tree is wholly old or wholly new, and nothing is left lying about.
func TestGenerateInterrupted(t *testing.T) {
	dir := newRepo(t, t.TempDir())
	heddle(t, "generate", "--root", dir)
	old := contents(t, dir)
	change(t, dir)
	begun := time.Now()
	heddle(t, "generate", "--root", dir)
	took := time.Since(begun)
	want := contents(t, dir)

	trials, cut := 12, 0
	if testing.Short() {
		trials = 5
	}
	for range trials {
		restore(t, dir, old)
		change(t, dir)
		before := contents(t, dir)
		// Most of a run is reading; the end of it, where files change, gets its share.
		after := time.Duration(rand.Int64N(int64(took)))
		if rand.IntN(2) == 0 {
			after = took - time.Duration(rand.Int64N(int64(took)/5+1))
		}
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(after, cancel)
		var out, errOut bytes.Buffer
		code := cmd.Run(ctx, []string{"generate", "--root", dir}, nil, &out, &errOut)
		timer.Stop()
		cancel()
		got := contents(t, dir)
		switch {
		case code == 0 && !maps.Equal(got, want):
			t.Fatalf("generate succeeded, but the tree is not what it should be: %s", out.String())
		case code == 1 && !maps.Equal(got, before):
			t.Fatalf("generate was interrupted, but the tree is not what it was: %s", errOut.String())
		case code > 1:
			t.Fatalf("exit code %d: %s", code, errOut.String())
		}
		if code == 1 {
			cut++
			if !strings.Contains(errOut.String(), "interrupted; nothing was written") {
				t.Errorf("interrupted, generate printed %q", errOut.String())
			}
		}
	}
	t.Logf("%d of %d runs were cut short", cut, trials)
}

// change makes a difference to many files of the test fleet: new ones, changed
// ones and deleted ones.
func change(t *testing.T, dir string) {
	t.Helper()
	for _, r := range []struct{ file, old, new string }{
		{"models/standard/model.cue", "issuer.#Component", `issuer.#Component & {release: version: "2.1.0"}`},
		{"clusters/good/cluster.cue", `workspaces: "crew": crew.#Workspace`, ""},
		{"clusters/good/cluster.cue", `"heddle.dev/platform/workspaces/crew"`, ""},
	} {
		name := filepath.Join(dir, r.file)
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := put(name, []byte(strings.Replace(string(data), r.old, r.new, 1))); err != nil {
			t.Fatal(err)
		}
	}
	cluster := "package cluster\n\nimport (\n\t\"heddle.dev/platform/models/backends/bare\"\n\t\"heddle.dev/platform/models/standard\"\n)\n\n" +
		"cluster: standard.#Model & {\n\tname: \"late\"\n\tbackend: bare.#Backend\n\tcomponents: issuer: config: email: \"tls@example.com\"\n}\n"
	if err := put(filepath.Join(dir, "clusters/late/cluster.cue"), []byte(cluster)); err != nil {
		t.Fatal(err)
	}
}

// restore makes a folder hold the given files and no others.
func restore(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name := range contents(t, dir) {
		if _, ok := files[name]; !ok {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, content := range files {
		if err := put(filepath.Join(dir, name), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
}

// contents gives the files below a folder, with their content.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && strings.HasPrefix(d.Name(), ".heddle") {
				files[name] = "a folder that was left behind"
			}
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
