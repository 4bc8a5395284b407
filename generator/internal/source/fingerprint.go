package source

import (
	"crypto/sha256"
	"fmt"
	"path"
	"slices"
)

// Fingerprint tells whether anything that a cluster's value depends on has
// changed: its own files, those above it, and all packages that they import.
func (t *Tree) Fingerprint(c *Cluster) [sha256.Size]byte {
	dirs := map[string]bool{}
	for dir := c.Dir; dir != "." && dir != "/"; dir = path.Dir(dir) {
		t.closure(dir, dirs)
	}
	names := make([]string, 0, len(dirs))
	for dir := range dirs {
		names = append(names, dir)
	}
	slices.Sort(names)
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00", t.Settings)
	for _, dir := range names {
		for _, f := range t.Packages[dir] {
			fmt.Fprintf(h, "%s\x00%x\x00", f.Path, f.Sum)
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// closure adds a folder and those that it imports, directly or not.
func (t *Tree) closure(dir string, seen map[string]bool) {
	if seen[dir] {
		return
	}
	seen[dir] = true
	for _, f := range t.Packages[dir] {
		if f.Syntax == nil {
			continue
		}
		for spec := range f.Syntax.ImportSpecs() {
			if imported, ok := t.Folder(spec); ok {
				t.closure(imported, seen)
			}
		}
	}
}
