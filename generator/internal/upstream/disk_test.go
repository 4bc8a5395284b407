package upstream

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tree is the content of files by their path below a root.
type tree map[string]string

func TestRun(t *testing.T) {
	const folder = "clusters/shared/demo/v1/"
	want := tree{folder + "a.yaml": Header + "a: 1\n", folder + "sub/b.yaml": Header + "b: 2\n"}
	for _, tc := range []struct {
		name    string
		before  tree
		check   bool
		changes []string
		after   tree // nil: as before
		err     string
	}{
		{
			name:    "writes what is missing",
			before:  tree{},
			changes: []string{"create a.yaml", "create sub/b.yaml"},
			after:   want,
		},
		{
			name:   "leaves what is equal",
			before: want,
		},
		{
			name:    "updates and deletes what it generated",
			before:  tree{folder + "a.yaml": Header + "old\n", folder + "sub/b.yaml": want[folder+"sub/b.yaml"], folder + "old.yaml": Header},
			changes: []string{"update a.yaml", "delete old.yaml"},
			after:   want,
		},
		{
			name:    "checks without writing",
			before:  tree{folder + "a.yaml": Header + "old\n", folder + "old.yaml": Header},
			check:   true,
			changes: []string{"update a.yaml", "delete old.yaml", "create sub/b.yaml"},
		},
		{
			name:    "leaves files of people and of other versions",
			before:  tree{folder + "NOTES.md": "mine\n", "clusters/shared/demo/v0/a.yaml": Header},
			changes: []string{"create a.yaml", "create sub/b.yaml"},
			after: tree{
				folder + "NOTES.md": "mine\n", "clusters/shared/demo/v0/a.yaml": Header,
				folder + "a.yaml": want[folder+"a.yaml"], folder + "sub/b.yaml": want[folder+"sub/b.yaml"],
			},
		},
		{
			name:   "refuses to overwrite a file of a person",
			before: tree{folder + "a.yaml": "mine\n"},
			err:    folder + "a.yaml was not generated",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := newRoot(t, tc.before)
			changes, err := run(t.Context(), Options{Root: root, Check: tc.check}, demoBundle(), nil)
			wantError(t, err, tc.err)
			var got []string
			for _, c := range changes {
				got = append(got, c.Verb+" "+c.Path[len(folder):])
			}
			if !slices.Equal(got, tc.changes) {
				t.Errorf("changes are %q, want %q", got, tc.changes)
			}
			if tc.after == nil {
				tc.after = tc.before
			}
			if after := readTree(t, root); !maps.Equal(after, tc.after) {
				t.Errorf("the tree is %q, want %q", after, tc.after)
			}
		})
	}
}

func TestRunRefusesAnotherFolder(t *testing.T) {
	_, err := Run(t.Context(), Options{Root: t.TempDir()})
	wantError(t, err, "is not the root of a Heddle repository")
}

func TestRunWritesNothingWhenABundleFails(t *testing.T) {
	broken := bundle{folder: "clusters/shared/broken/v1", render: func(context.Context, fetcher, string) (files, error) {
		return nil, fmt.Errorf("no network")
	}}
	root := newRoot(t, nil)
	_, err := run(t.Context(), Options{Root: root}, append(demoBundle(), broken), nil)
	wantError(t, err, "clusters/shared/broken/v1: no network")
	if after := readTree(t, root); len(after) > 0 {
		t.Errorf("files were written: %q", after)
	}
}

func demoBundle() []bundle {
	return []bundle{{folder: "clusters/shared/demo/v1", render: func(context.Context, fetcher, string) (files, error) {
		return files{"a.yaml": []byte(Header + "a: 1\n"), "sub/b.yaml": []byte(Header + "b: 2\n")}, nil
	}}}
}

// newRoot makes the root of a repository that holds the given files.
func newRoot(t *testing.T, content tree) string {
	t.Helper()
	root := t.TempDir()
	content = maps.Clone(content)
	if content == nil {
		content = tree{}
	}
	content["cue.mod/module.cue"] = ""
	for name, text := range content {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// readTree reads back the files that a test or the code under test wrote.
func readTree(t *testing.T, root string) tree {
	t.Helper()
	found, err := readFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	delete(found, "cue.mod/module.cue")
	content := tree{}
	for name, text := range found {
		content[name] = string(text)
	}
	return content
}
