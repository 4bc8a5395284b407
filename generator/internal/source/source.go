// Package source is the input as it was read: the CUE files of the repository,
// the packages they make, and the clusters among them. It has no opinion on
// what they say.
package source

import (
	"cmp"
	"crypto/sha256"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/diagnostics"
)

// ClusterFile is the one file of a cluster that people write.
const ClusterFile = "cluster.cue"

// ClusterPackage is the CUE package of that file and of the defaults above it.
const ClusterPackage = "cluster"

// ClusterField is the one field such a package holds.
const ClusterField = "cluster"

// Tree is the input of a run.
type Tree struct {
	// Module is the CUE module's path without its version.
	Module string
	// Files by slash-separated path from the root.
	Files map[string]*File
	// Packages are the files by folder.
	Packages map[string][]*File
	// Clusters in order of their folders.
	Clusters []*Cluster
	// Shared has the folders <what>/<version> that stand under clusters/shared.
	Shared map[string]bool
	// Settings is what else of cue.mod/module.cue changes how CUE is read.
	Settings string
	// FS is the repository.
	FS fs.FS
}

// File is one CUE file.
type File struct {
	// Path from the root, with slashes.
	Path string
	// Sum is the SHA-256 of its content.
	Sum [sha256.Size]byte
	// Syntax of the file; nil when it could not be read.
	Syntax *ast.File
	// Broken says that it has a problem of its own, already reported.
	Broken bool
}

// Cluster is one cluster's folder.
type Cluster struct {
	// Name of the folder, which is the name of the cluster.
	Name string
	// Dir is the folder's path from the root.
	Dir string
	// Broken says that a file that it needs has a problem, already reported.
	Broken bool
}

// File is the path of the cluster's file.
func (c *Cluster) File() string { return path.Join(c.Dir, ClusterFile) }

// FilesOf lists the files that make a cluster's package: its own first, then
// those of the folders above it, nearest first.
func (t *Tree) FilesOf(c *Cluster) []*File {
	var files []*File
	for dir := c.Dir; dir != "." && dir != "/"; dir = path.Dir(dir) {
		for _, f := range t.Packages[dir] {
			if f.Syntax != nil && f.Syntax.PackageName() == ClusterPackage {
				files = append(files, f)
			}
		}
	}
	return files
}

// CompareFiles orders files by how likely a person should edit them: a
// cluster's own first, then what stands in the folders above it, the schema last.
func CompareFiles(a, b string) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(strings.Count(b, "/"), strings.Count(a, "/")))
}

func rank(file string) int {
	for i, top := range []string{"clusters/", "workspaces/", "models/", "components/", "policies/", "generator/schema/"} {
		if strings.HasPrefix(file, top) {
			return i
		}
	}
	return 9
}

// Position translates a position of CUE's to one of ours.
func Position(p token.Pos) diagnostics.Position {
	if !p.IsValid() {
		return diagnostics.Position{}
	}
	pos := p.Position()
	return diagnostics.Position{File: strings.TrimPrefix(pos.Filename, "/"), Line: pos.Line, Column: pos.Column}
}

// SortedFiles lists the tree's files by path.
func (t *Tree) SortedFiles() []*File {
	files := make([]*File, 0, len(t.Files))
	for _, f := range t.Files {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	return files
}
