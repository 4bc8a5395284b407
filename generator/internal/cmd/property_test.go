package cmd_test

import (
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDeterministic generates the same input in several places: under another
// path, with other temporary files, from another folder, with files that were
// written in another order. The bytes are the same.
func TestDeterministic(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	var first map[string]string
	for _, place := range []string{"a", "b/deeper/and deeper", "c"} {
		dir := filepath.Join(t.TempDir(), place)
		shuffled(t, dir)
		temporary := t.TempDir()
		t.Setenv("TMPDIR", temporary)
		t.Chdir(temporary)
		root, err := filepath.Rel(temporary, dir)
		if err != nil {
			t.Fatal(err)
		}
		heddle(t, "generate", "--root", root)
		got := contents(t, dir)
		if first == nil {
			first = got
		}
		if !maps.Equal(got, first) {
			t.Errorf("in %s the files differ: %v", dir, differing(first, got))
		}
		for name, content := range got {
			if strings.Contains(content, temporary) || strings.Contains(content, dir) {
				t.Errorf("%s has a path of this machine", name)
			}
		}
		t.Chdir(here)
	}
}

// TestIdempotent generates twice; the second time no file is touched.
func TestIdempotent(t *testing.T) {
	dir := newRepo(t, t.TempDir())
	heddle(t, "generate", "--root", dir)
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(name, long, long)
	})
	if err != nil {
		t.Fatal(err)
	}
	heddle(t, "generate", "--root", dir)
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && !info.ModTime().Equal(long) {
			t.Errorf("%s was touched", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shuffled makes the test repository, its files in any order.
func shuffled(t *testing.T, dir string) {
	t.Helper()
	files := contents(t, newRepo(t, t.TempDir()))
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, name := range names {
		if err := put(filepath.Join(dir, name), []byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
}

// differing lists the files that two trees do not share.
func differing(a, b map[string]string) []string {
	var names []string
	for name, content := range a {
		if other, ok := b[name]; !ok || other != content {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}
