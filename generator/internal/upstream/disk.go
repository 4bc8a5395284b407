package upstream

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Change is a file that differs from what is rendered.
type Change struct {
	// Path is slash-separated and relative to the root of the repository.
	Path string
	// Verb says what brings the file up to date: create, update or delete.
	Verb string

	content []byte
}

// compare returns the changes that make a folder equal to the rendered files,
// sorted by path.
func compare(root, folder string, want files) ([]Change, error) {
	have, err := readFolder(filepath.Join(root, filepath.FromSlash(folder)))
	if err != nil {
		return nil, err
	}
	var changes []Change
	for name, content := range want {
		path := folder + "/" + name
		old, exists := have[name]
		switch {
		case !exists:
			changes = append(changes, Change{Path: path, Verb: "create", content: content})
		case bytes.Equal(old, content):
		case !generated(old):
			return nil, fmt.Errorf("%s was not generated (its first line is not %q), so it is not overwritten\n"+
				"fix: move it away", path, bytes.TrimSpace([]byte(Header)))
		default:
			changes = append(changes, Change{Path: path, Verb: "update", content: content})
		}
	}
	for name, old := range have {
		if _, wanted := want[name]; !wanted && generated(old) {
			changes = append(changes, Change{Path: folder + "/" + name, Verb: "delete"})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.Path, b.Path) })
	return changes, nil
}

func generated(content []byte) bool { return bytes.HasPrefix(content, []byte(Header)) }

// readFolder returns the regular files below a folder by their slash-separated
// path; a folder that does not exist has none.
func readFolder(dir string) (files, error) {
	have := files{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		have[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	return have, err
}

// apply writes the changes below root.
func apply(root string, changes []Change) error {
	for _, c := range changes {
		path := filepath.Join(root, filepath.FromSlash(c.Path))
		if c.Verb == "delete" {
			if err := os.Remove(path); err != nil {
				return err
			}
			continue
		}
		if err := replace(path, c.content); err != nil {
			return err
		}
	}
	return nil
}

// replace writes a file so that nobody ever sees a part of it.
func replace(path string, content []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".heddle-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if _, err := tmp.Write(content); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := errors.Join(tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
