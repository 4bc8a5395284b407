package load

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// imports checks every import of a package of this repository, and marks as
// broken each file that cannot be built because of another.
func (r *reader) imports() {
	for _, f := range r.tree.SortedFiles() {
		if f.Syntax == nil {
			continue
		}
		for spec := range f.Syntax.ImportSpecs() {
			dir, ok := r.local(spec)
			if ok && len(r.tree.Packages[dir]) == 0 {
				f.Broken = true
				r.missing(spec, dir)
			}
		}
	}
	r.cycles()
	r.spread()
}

// local gives the folder of an import of this repository's own module.
func (r *reader) local(spec *ast.ImportSpec) (string, bool) {
	name, err := literal.Unquote(spec.Path.Value)
	if err != nil {
		return "", false
	}
	name, _, _ = strings.Cut(name, ":")
	return strings.CutPrefix(name, r.tree.Module+"/")
}

func (r *reader) missing(spec *ast.ImportSpec, dir string) {
	d := diagnostics.Diagnostic{
		Position: source.Position(spec.Path.Pos()),
		Message:  fmt.Sprintf("imports %s, but there is no such package", dir),
		Fix:      "make the package, or correct the import",
	}
	var known []string
	for p := range r.tree.Packages {
		if path.Dir(p) == path.Dir(dir) {
			known = append(known, path.Base(p))
		}
	}
	if near := suggest.Nearest(path.Base(dir), known); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q?", path.Join(r.tree.Module, path.Dir(dir), near))
	}
	r.problems = append(r.problems, d)
}

// dependencies lists the folders that a folder's package imports.
func (r *reader) dependencies(dir string) []string {
	var dirs []string
	for _, f := range r.tree.Packages[dir] {
		if f.Syntax == nil {
			continue
		}
		for spec := range f.Syntax.ImportSpecs() {
			if d, ok := r.local(spec); ok {
				dirs = append(dirs, d)
			}
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// cycles reports each circle of imports once, as its path.
func (r *reader) cycles() {
	const visiting, done = 1, 2
	state := map[string]int{}
	var stack []string
	var visit func(dir string)
	visit = func(dir string) {
		switch state[dir] {
		case done:
			return
		case visiting:
			r.cycle(append(slices.Clone(stack[slices.Index(stack, dir):]), dir))
			return
		}
		state[dir] = visiting
		stack = append(stack, dir)
		for _, d := range r.dependencies(dir) {
			visit(d)
		}
		stack = stack[:len(stack)-1]
		state[dir] = done
	}
	dirs := make([]string, 0, len(r.tree.Packages))
	for dir := range r.tree.Packages {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		visit(dir)
	}
}

func (r *reader) cycle(dirs []string) {
	d := diagnostics.Diagnostic{
		Message: "packages import each other in a circle: " + strings.Join(dirs, " -> "),
		Fix:     "remove one of these imports; move what both need into a third package",
	}
	for i, dir := range dirs[:len(dirs)-1] {
		for _, f := range r.tree.Packages[dir] {
			if f.Syntax == nil {
				continue
			}
			for spec := range f.Syntax.ImportSpecs() {
				if to, ok := r.local(spec); !ok || to != dirs[i+1] {
					continue
				}
				f.Broken = true
				pos := source.Position(spec.Path.Pos())
				if d.Position.File == "" {
					d.Position = pos
					continue
				}
				d.Related = append(d.Related, diagnostics.Related{Position: pos, Text: "and here"})
			}
		}
	}
	r.problems = append(r.problems, d)
}

// spread marks as broken every file whose package, or one that it imports, has a broken file.
func (r *reader) spread() {
	for changed := true; changed; {
		changed = false
		for dir, files := range r.tree.Packages {
			broken := r.brokenPackage(dir)
			for _, d := range r.dependencies(dir) {
				broken = broken || len(r.tree.Packages[d]) > 0 && r.brokenPackage(d)
			}
			for _, f := range files {
				if broken && !f.Broken {
					f.Broken, changed = true, true
				}
			}
		}
	}
}

func (r *reader) brokenPackage(dir string) bool {
	return slices.ContainsFunc(r.tree.Packages[dir], func(f *source.File) bool { return f.Broken })
}

// clusters finds the clusters among the packages.
func (r *reader) clusters() {
	seen := map[string]*source.Cluster{}
	dirs := make([]string, 0, len(r.tree.Packages))
	for dir := range r.tree.Packages {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		f := r.tree.Files[path.Join(dir, source.ClusterFile)]
		if f == nil || !strings.HasPrefix(dir, "clusters/") {
			continue
		}
		c := &source.Cluster{Name: path.Base(dir), Dir: dir}
		if other := seen[c.Name]; other != nil {
			r.report(f.Path, fmt.Sprintf("there are two clusters of the name %q: the other is %s", c.Name, other.Dir), "rename one of the folders, and the name in it")
		}
		seen[c.Name] = c
		for up := path.Dir(dir); up != "."; up = path.Dir(up) {
			if r.tree.Files[path.Join(up, source.ClusterFile)] != nil {
				r.report(f.Path, "stands inside the folder of another cluster, "+up, "move it beside that folder")
				c.Broken = true
			}
		}
		for d := dir; d != "."; d = path.Dir(d) {
			c.Broken = c.Broken || r.brokenPackage(d)
		}
		r.tree.Clusters = append(r.tree.Clusters, c)
	}
}
