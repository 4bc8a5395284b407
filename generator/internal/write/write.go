// Package write makes the tree under clusters/ what render says it should be,
// or says how it differs. It is the only package that writes.
package write

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/manifest"
)

// Options of a run.
type Options struct {
	// Check writes nothing.
	Check bool
	// Scopes are the folders whose files are to be made as rendered; files of
	// ours in them that were not rendered are deleted.
	Scopes []string
}

// Change is one file that differs from what was rendered.
type Change struct {
	Path   string `json:"path"`
	Action Action `json:"action"`
}

// Action is what happens to a file.
type Action string

// The actions.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
)

// Write compares the rendered files with those under root and, unless it only
// checks, makes them equal: all of them, or, when the context ends or anything
// fails, none. It refuses to touch a file that was not generated; those are in
// the list, and then nothing is written.
func Write(ctx context.Context, root *os.Root, set *manifest.Set, o Options) ([]Change, diagnostics.List, error) {
	changes, problems, err := compare(ctx, root, set, o.Scopes)
	if err != nil || len(problems) > 0 || o.Check || len(changes) == 0 {
		return changes, problems, err
	}
	t, err := begin(root)
	if err != nil {
		return nil, nil, err
	}
	if err := t.apply(ctx, changes, set); err != nil {
		if undone := t.rollback(); undone != nil {
			return nil, nil, fmt.Errorf("%w\nand what was changed could not be taken back: %w\nfix: rm -r %s, and generate again; only generated files were under way", err, undone, t.dir)
		}
		return nil, nil, errors.Join(err, t.end())
	}
	t.prune(changes)
	return changes, nil, t.end()
}

// compare lists the changes in order of their paths.
func compare(ctx context.Context, root *os.Root, set *manifest.Set, scopes []string) ([]Change, diagnostics.List, error) {
	var changes []Change
	var problems diagnostics.List
	for _, name := range set.Paths() {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if !inScope(name, scopes) {
			continue
		}
		action, problem, err := judge(root, name, set.Content(name))
		if err != nil {
			return nil, nil, err
		}
		if problem != "" {
			problems = append(problems, diagnostics.Diagnostic{
				Position: diagnostics.Position{File: name}, Message: problem,
				Fix: "move it away, or delete it; what people write goes into cluster.cue, a model, a component or a workspace",
			})
			continue
		}
		if action != "" {
			changes = append(changes, Change{name, action})
		}
	}
	for _, scope := range scopes {
		stale, err := stale(root, set, scope)
		if err != nil {
			return nil, nil, err
		}
		changes = append(changes, stale...)
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes, problems, nil
}

func inScope(name string, scopes []string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return strings.HasPrefix(name, s+"/") })
}

// judge says what has to happen to a file, or why it must not.
func judge(root *os.Root, name string, want []byte) (action Action, problem string, err error) {
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Create, "", nil
	case err != nil:
		return "", "is in the way of a generated file: " + err.Error(), nil
	case !info.Mode().IsRegular():
		return "", "is in the way of a generated file, and is no plain file", nil
	}
	have, err := root.ReadFile(name)
	switch {
	case err != nil:
		return "", "", err
	case bytes.Equal(have, want):
		return "", "", nil
	case !isOurs(have):
		return "", "is in the way of a generated file, and was written by hand", nil
	}
	return Update, "", nil
}

func isOurs(content []byte) bool { return bytes.HasPrefix(content, []byte(manifest.Header+" ")) }

// stale lists the files of ours below a folder that were not rendered.
func stale(root *os.Root, set *manifest.Set, scope string) ([]Change, error) {
	var changes []Change
	err := fs.WalkDir(root.FS(), scope, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == scope {
			return fs.SkipDir
		}
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(name, ".yaml") || set.Content(name) != nil {
			return err
		}
		content, err := root.ReadFile(name)
		if err == nil && isFrom(content) {
			changes = append(changes, Change{name, Delete})
		}
		return err
	})
	return changes, err
}

// isFrom says whether a file was generated from the input, and not by another
// of our programs, whose headers name themselves.
func isFrom(content []byte) bool {
	return bytes.HasPrefix(content, []byte(manifest.Header+" from "))
}

// transaction moves files so that they can be moved back.
type transaction struct {
	root *os.Root
	// dir holds the new files before, and the old ones after they changed places.
	dir  string
	undo []func() error
}

// stagingPrefix begins the name of the folder that holds files on their way.
const stagingPrefix = ".heddle-staging-"

func begin(root *os.Root) (*transaction, error) {
	if left, err := fs.Glob(root.FS(), "clusters/"+stagingPrefix+"*"); err == nil && len(left) > 0 {
		return nil, fmt.Errorf("%s is left of a run that was killed, or of one that is still going\nfix: if none is going, rm -r %s, and generate again; only generated files were under way", left[0], left[0])
	}
	dir := path.Join("clusters", fmt.Sprintf("%s%d", stagingPrefix, os.Getpid()))
	if err := root.Mkdir(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot write under clusters: %w", err)
	}
	return &transaction{root: root, dir: dir}, nil
}

// apply writes every new file aside, then lets new and old change places.
func (t *transaction) apply(ctx context.Context, changes []Change, set *manifest.Set) error {
	for i, c := range changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.Action == Delete {
			continue
		}
		if err := t.root.WriteFile(t.staged(i), set.Content(c.Path), 0o644); err != nil {
			return err
		}
	}
	for i, c := range changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.swap(i, c); err != nil {
			return fmt.Errorf("%s: %w", c.Path, err)
		}
	}
	return nil
}

func (t *transaction) staged(i int) string { return fmt.Sprintf("%s/new-%d", t.dir, i) }

func (t *transaction) swap(i int, c Change) error {
	if c.Action != Create {
		old := fmt.Sprintf("%s/old-%d", t.dir, i)
		if err := t.root.Rename(c.Path, old); err != nil {
			return err
		}
		t.undo = append(t.undo, func() error { return t.root.Rename(old, c.Path) })
	}
	if c.Action == Delete {
		return nil
	}
	if err := t.mkdir(path.Dir(c.Path)); err != nil {
		return err
	}
	if err := t.root.Rename(t.staged(i), c.Path); err != nil {
		return err
	}
	t.undo = append(t.undo, func() error { return t.root.Remove(c.Path) })
	return nil
}

// mkdir makes a folder and those above it, and remembers which are new.
func (t *transaction) mkdir(dir string) error {
	if _, err := t.root.Stat(dir); err == nil {
		return nil
	}
	if err := t.mkdir(path.Dir(dir)); err != nil {
		return err
	}
	if err := t.root.Mkdir(dir, 0o755); err != nil {
		return err
	}
	t.undo = append(t.undo, func() error { return t.root.Remove(dir) })
	return nil
}

// prune removes folders that deletions have left empty.
func (t *transaction) prune(changes []Change) {
	for _, c := range slices.Backward(changes) {
		for dir := path.Dir(c.Path); c.Action == Delete && dir != "clusters" && dir != "."; dir = path.Dir(dir) {
			if t.root.Remove(dir) != nil {
				break // it is not empty
			}
		}
	}
}

// rollback takes back all moves, the last first.
func (t *transaction) rollback() error {
	var errs []error
	for _, undo := range slices.Backward(t.undo) {
		errs = append(errs, undo())
	}
	return errors.Join(errs...)
}

// end removes what was put aside.
func (t *transaction) end() error { return t.root.RemoveAll(t.dir) }
