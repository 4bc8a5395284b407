// Package affected says what an edit of a file reaches: the packages that
// import it, and the clusters that are made of them.
package affected

import (
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"

	"heddle.dev/platform/generator/internal/manifest"
	"heddle.dev/platform/generator/internal/source"
)

// Kind says what sort of file it is.
type Kind string

// The kinds of files.
const (
	Input     Kind = "input"     // people write it, and clusters are made from it
	Generated Kind = "generated" // Heddle writes it
	Generator Kind = "generator" // it is the program itself, and may reach everything
	Unused    Kind = "unused"    // no cluster is made from it
)

// Reach is what an edit of a file reaches.
type Reach struct {
	File string `json:"file"`
	Kind Kind   `json:"kind"`
	// From says what a generated file is made from.
	From string `json:"from,omitempty"`
	// Models, Backends, Components and Workspaces that the file is of, or that use it; components by their names.
	Models     []string `json:"models,omitempty"`
	Backends   []string `json:"backends,omitempty"`
	Components []string `json:"components,omitempty"`
	Workspaces []string `json:"workspaces,omitempty"`
	// Clusters that are made from the file, by name.
	Clusters []Cluster `json:"clusters,omitempty"`

	// own are the components and workspaces that the file itself defines.
	own []string
}

// Cluster is a cluster that a file reaches.
type Cluster struct {
	Name        string `json:"name"`
	Model       string `json:"model,omitempty"`
	Backend     string `json:"backend,omitempty"`
	Environment string `json:"environment,omitempty"`
	Ring        string `json:"ring,omitempty"`
	// Offered says that the cluster could have what the file defines, and does not.
	Offered bool `json:"offered,omitempty"`
}

// Of says what an edit of a file reaches. Head is the beginning of the file.
func Of(tree *source.Tree, file string, head []byte) *Reach {
	r := &Reach{File: file, Kind: Unused}
	first, _, _ := strings.Cut(string(head), "\n")
	switch {
	case strings.HasPrefix(first, manifest.Header):
		r.generated(tree, strings.TrimPrefix(first, manifest.Header))
	case tree.Files[file] != nil:
		r.input(tree)
	case isProgram(file):
		r.Kind = Generator
		for _, c := range tree.Clusters {
			r.Clusters = append(r.Clusters, Cluster{Name: c.Name})
		}
	}
	return r
}

// isProgram says whether all of the fleet may depend on a file that is no input.
func isProgram(file string) bool {
	switch {
	case file == "go.mod", file == "go.sum", strings.HasPrefix(file, "cue.mod/"):
		return true
	case !strings.HasPrefix(file, "generator/"), strings.HasSuffix(file, "_test.go"), strings.Contains(file, "/testdata/"):
		return false
	}
	return path.Ext(file) == ".go"
}

// generated reads what a generated file is made from off its first line.
func (r *Reach) generated(tree *source.Tree, rest string) {
	r.Kind = Generated
	from, _, _ := strings.Cut(strings.TrimSpace(rest), ";")
	if from == "upstream" {
		from = "what a release publishes"
	}
	r.From = strings.TrimPrefix(from, "from ")
	for _, c := range tree.Clusters {
		if strings.HasPrefix(r.File, c.Dir+"/") {
			r.Clusters = append(r.Clusters, Cluster{Name: c.Name})
		}
	}
}

func (r *Reach) input(tree *source.Tree) {
	dir := path.Dir(r.File)
	packages := importers(tree, dir)
	r.own = named(tree, dir)
	for _, p := range packages {
		switch path.Dir(p) {
		case "models/backends":
			r.Backends = append(r.Backends, path.Base(p))
		case "models":
			r.Models = append(r.Models, path.Base(p))
		case "components":
			r.Components = append(r.Components, named(tree, p)...)
		case "workspaces":
			r.Workspaces = append(r.Workspaces, named(tree, p)...)
		}
	}
	for _, c := range tree.Clusters {
		if slices.ContainsFunc(tree.FilesOf(c), func(f *source.File) bool {
			return f.Path == r.File || slices.ContainsFunc(imports(tree, f), func(d string) bool { return slices.Contains(packages, d) })
		}) {
			r.Clusters = append(r.Clusters, Cluster{Name: c.Name})
		}
	}
	for _, names := range [][]string{r.Models, r.Backends, r.Components, r.Workspaces} {
		slices.Sort(names)
	}
	if len(packages) > 1 || len(r.Clusters) > 0 || len(r.own) > 0 {
		r.Kind = Input
	}
}

// importers lists a package and those that import it, directly or not.
// The packages of clusters are not among them: nothing can import those.
func importers(tree *source.Tree, dir string) []string {
	found := []string{dir}
	if strings.HasPrefix(dir+"/", "clusters/") {
		return found
	}
	for i := 0; i < len(found); i++ {
		for other, files := range tree.Packages {
			if slices.Contains(found, other) || strings.HasPrefix(other+"/", "clusters/") {
				continue
			}
			if slices.ContainsFunc(files, func(f *source.File) bool { return slices.Contains(imports(tree, f), found[i]) }) {
				found = append(found, other)
			}
		}
	}
	slices.Sort(found[1:])
	return found
}

// imports lists the folders of the packages of this repository that a file imports.
func imports(tree *source.Tree, f *source.File) []string {
	if f.Syntax == nil {
		return nil
	}
	var dirs []string
	for spec := range f.Syntax.ImportSpecs() {
		if dir, ok := tree.Folder(spec); ok {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// named gives the names of the components and workspaces that a package defines.
func named(tree *source.Tree, dir string) []string {
	var names []string
	for _, f := range tree.Packages[dir] {
		if f.Syntax == nil {
			continue
		}
		for _, d := range f.Syntax.Decls {
			field, ok := d.(*ast.Field)
			if !ok || source.Label(field) != "#Component" && source.Label(field) != "#Workspace" {
				continue
			}
			for _, entry := range source.Entries(field) {
				if lit, ok := entry.Value.(*ast.BasicLit); ok && source.Label(entry) == "name" {
					if name, err := literal.Unquote(lit.Value); err == nil {
						names = append(names, name)
					}
				}
			}
		}
	}
	return names
}

// Own lists the components and workspaces that the file's package defines.
func (r *Reach) Own() []string { return r.own }
