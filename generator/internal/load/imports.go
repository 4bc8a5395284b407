package load

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// imports checks every import of a package of this repository, and marks as
// broken each file that cannot be built because of another.
func (r *reader) imports() {
	r.packages()
	for _, f := range r.tree.SortedFiles() {
		if f.Syntax == nil {
			continue
		}
		for spec := range f.Syntax.ImportSpecs() {
			dir, ok := r.tree.Folder(spec)
			switch {
			case ok && len(r.tree.Packages[dir]) == 0:
				f.Broken = true
				r.missing(spec, dir)
			case !ok && r.isForeign(spec):
				f.Broken = true
				r.foreign(spec)
			}
		}
	}
	r.cycles()
	r.spread()
}

// packages checks that the files of a folder are in one package, the one that
// importers of the folder expect.
func (r *reader) packages() {
	for _, f := range r.tree.SortedFiles() {
		if f.Syntax == nil || f.Broken {
			continue
		}
		want, have := r.packageOf(path.Dir(f.Path)), f.Syntax.PackageName()
		if have == want {
			continue
		}
		f.Broken = true
		r.problems = append(r.problems, diagnostics.Diagnostic{
			Position: source.Position(packageClause(f.Syntax).Name.Pos()),
			Message:  fmt.Sprintf("is in package %s; the files of this folder are in package %s", have, want),
			Fix:      "write `package " + want + "`",
		})
	}
}

func packageClause(f *ast.File) *ast.Package {
	for _, decl := range f.Decls {
		if p, ok := decl.(*ast.Package); ok {
			return p
		}
	}
	return nil
}

// packageOf is the package of a folder: under clusters/ it is always the same,
// elsewhere it has the folder's name, where that can be one.
func (r *reader) packageOf(dir string) string {
	want := packageFor(dir)
	if ast.IsValidIdent(want) {
		return want
	}
	for _, f := range r.tree.Packages[dir] {
		if f.Syntax != nil && f.Syntax.PackageName() != "" {
			return f.Syntax.PackageName()
		}
	}
	return want
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
	slices.Sort(known)
	if near := suggest.Nearest(path.Base(dir), known); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q?", path.Join(r.tree.Module, path.Dir(dir), near))
	} else if len(known) > 0 {
		d.Fix += fmt.Sprintf("; %s has %s", path.Dir(dir), strings.Join(known, ", "))
	}
	r.problems = append(r.problems, d)
}

// isForeign says whether an import is of another module, and of none that
// cue.mod/module.cue names.
func (r *reader) isForeign(spec *ast.ImportSpec) bool {
	name := source.ImportPath(spec)
	first, _, _ := strings.Cut(name, "/")
	return strings.Contains(first, ".") && !slices.ContainsFunc(r.modules, func(m string) bool {
		return name == m || strings.HasPrefix(name, m+"/") || strings.HasPrefix(name, m+"@")
	})
}

func (r *reader) foreign(spec *ast.ImportSpec) {
	name := source.ImportPath(spec)
	d := diagnostics.Diagnostic{
		Position: source.Position(spec.Path.Pos()),
		Message:  fmt.Sprintf("imports %s, which is not in this repository", name),
		Fix:      "copy what you need of it into a package here, or add its module: cue mod get " + name,
	}
	for dir := range r.tree.Packages {
		if strings.HasSuffix(name, "/"+dir) {
			d.Fix = fmt.Sprintf("did you mean %q?", path.Join(r.tree.Module, dir))
		}
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
			if d, ok := r.tree.Folder(spec); ok {
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
				if to, ok := r.tree.Folder(spec); !ok || to != dirs[i+1] {
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
			c.Broken = true
		}
		seen[c.Name] = c
		for up := path.Dir(dir); up != "."; up = path.Dir(up) {
			if r.tree.Files[path.Join(up, source.ClusterFile)] != nil {
				r.report(f.Path, "stands inside the folder of another cluster, "+up, "move it beside that folder")
				c.Broken = true
			}
		}
		c.Broken = c.Broken || r.brokenPackage(".")
		for d := dir; d != "."; d = path.Dir(d) {
			c.Broken = c.Broken || r.brokenPackage(d)
		}
		r.tree.Clusters = append(r.tree.Clusters, c)
	}
}
