package explain

import (
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"

	"heddle.dev/platform/generator/internal/source"
)

// references lists the values of the cluster that a conjunct is made from: as
// CUE tells them, and where it does not, by the names that are written.
func (e *Explainer) references(v cue.Value, at cue.Path, node ast.Node) []cue.Path {
	r := &referring{e: e, at: at}
	r.told(v, 0)
	if len(r.paths) == 0 {
		r.scopes = e.scopesOf(source.Position(node.Pos()).File)
		r.named(valueOf(node), 0)
	}
	return r.paths
}

// referring collects references of one conjunct.
type referring struct {
	e      *Explainer
	at     cue.Path
	scopes scopes
	paths  []cue.Path
}

// add notes a value of the cluster, once.
func (r *referring) add(p cue.Path) bool {
	p = r.e.original(p)
	selectors := p.Selectors()
	if len(selectors) < 2 || selectors[0].String() != source.ClusterField || p.String() == r.at.String() {
		return false
	}
	if !r.e.cluster.Value.LookupPath(p).Exists() {
		return false
	}
	if !slices.ContainsFunc(r.paths, func(q cue.Path) bool { return q.String() == p.String() }) {
		r.paths = append(r.paths, p)
	}
	return true
}

// told follows what CUE knows of an expression.
func (r *referring) told(v cue.Value, depth int) {
	if depth > maxDepth {
		return
	}
	if _, p := v.ReferencePath(); len(p.Selectors()) > 0 {
		r.add(p)
		return
	}
	op, args := expression(v)
	if op == cue.NoOp || op == cue.IndexOp && r.entry(args[0], args[1]) {
		return
	}
	for _, a := range args {
		r.told(a, depth+1)
	}
}

// entry notes the entry of a struct that an index chooses, and what chose it.
func (r *referring) entry(of, index cue.Value) bool {
	_, p := of.ReferencePath()
	name, err := index.String()
	if len(p.Selectors()) == 0 || err != nil || !r.add(cue.MakePath(append(slices.Clone(p.Selectors()), cue.Str(name))...)) {
		return false
	}
	r.told(index, 0)
	return true
}

// expression takes a value apart as far as CUE does: its Expr panics on a slice
// without a bound, x[:2] (seen with CUE v0.17.1).
func expression(v cue.Value) (op cue.Op, args []cue.Value) {
	defer func() {
		if recover() != nil {
			op, args = cue.NoOp, nil
		}
	}()
	return v.Expr()
}

// named follows the names that are written in an expression.
func (r *referring) named(x ast.Node, depth int) {
	if x == nil || depth > maxDepth {
		return
	}
	ast.Walk(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			r.named(n.Value, depth+1)
			return false
		case *ast.SelectorExpr, *ast.IndexExpr:
			if base, names := selection(n.(ast.Expr)); base != nil {
				r.name(base, names, depth)
				return false
			}
		case *ast.Ident:
			r.name(n, nil, depth)
			return false
		}
		return true
	}, nil)
}

// name resolves a name, and the fields that are selected of it.
func (r *referring) name(x *ast.Ident, selected []string, depth int) {
	switch target := x.Node.(type) {
	case *ast.LetClause:
		base, names := selection(target.Expr)
		if base != nil {
			r.name(base, append(names, selected...), depth+1)
			return
		}
		r.named(target.Expr, depth+1)
		return
	case *ast.ImportSpec, nil:
		return
	}
	if loop, ok := x.Scope.(*ast.ForClause); ok {
		r.named(loop.Source, depth+1)
		return
	}
	prefix := r.scopes.path(r.e, x.Scope, r.at)
	if prefix == nil {
		return
	}
	if strings.HasPrefix(x.Name, "_") {
		return
	}
	selectors := append(prefix, selector(x.Name))
	for _, name := range selected {
		selectors = append(selectors, selector(name))
	}
	for len(selectors) > len(prefix) && !r.add(cue.MakePath(selectors...)) {
		selectors = selectors[:len(selectors)-1]
	}
}

// selection takes a.b.c apart; the name is nil for any other expression.
func selection(x ast.Expr) (base *ast.Ident, names []string) {
	switch x := x.(type) {
	case *ast.Ident:
		return x, nil
	case *ast.SelectorExpr:
		base, names = selection(x.X)
		name, _, err := ast.LabelName(x.Sel)
		if base == nil || err != nil {
			return nil, nil
		}
		return base, append(names, name)
	}
	return nil, nil
}

// scopes knows, for each struct written in a file, the field that it is the value of.
type scopes struct {
	file   string
	parent map[ast.Node]ast.Node
}

// scopesOf reads the structs of a file, in the syntax that CUE evaluated.
func (e *Explainer) scopesOf(file string) scopes {
	if s, ok := e.scopes[file]; ok {
		return s
	}
	s := scopes{file: file, parent: map[ast.Node]ast.Node{}}
	if f := syntaxOf(e.cluster.Value.BuildInstance(), "/"+file, map[string]bool{}); f != nil {
		var stack []ast.Node
		ast.Walk(f, func(n ast.Node) bool {
			if len(stack) > 0 {
				s.parent[n] = stack[len(stack)-1]
			}
			stack = append(stack, n)
			return true
		}, func(ast.Node) { stack = stack[:len(stack)-1] })
	}
	e.scopes[file] = s
	return s
}

// syntaxOf finds a file of a package, or of one that it imports.
func syntaxOf(inst *build.Instance, file string, seen map[string]bool) *ast.File {
	if inst == nil || seen[inst.ImportPath] {
		return nil
	}
	seen[inst.ImportPath] = true
	for _, f := range inst.Files {
		if f.Filename == file {
			return f
		}
	}
	for _, imported := range inst.Imports {
		if f := syntaxOf(imported, file, seen); f != nil {
			return f
		}
	}
	return nil
}

// path gives the path in the cluster of what is written in a struct; nil when
// that is not known.
func (s scopes) path(e *Explainer, scope ast.Node, at cue.Path) []cue.Selector {
	var labels []cue.Selector
	for n := scope; n != nil; n = s.parent[n] {
		field, ok := n.(*ast.Field)
		if !ok {
			continue
		}
		name, _, err := ast.LabelName(field.Label)
		if err != nil {
			return nil
		}
		if _, top := s.parent[field].(*ast.File); top {
			anchor := s.anchor(e, name, at)
			if anchor == nil {
				return nil
			}
			return append(anchor, labels...)
		}
		if strings.HasPrefix(name, "_") || strings.HasPrefix(name, "#") {
			return nil
		}
		labels = append([]cue.Selector{cue.Str(name)}, labels...)
	}
	return nil
}

// anchor says where in a cluster a definition of a file is used.
func (s scopes) anchor(e *Explainer, definition string, at cue.Path) []cue.Selector {
	within := func(names ...string) []cue.Selector {
		selectors := []cue.Selector{cue.Str(source.ClusterField)}
		for _, n := range names {
			selectors = append(selectors, cue.Str(n))
		}
		if definition == "#Config" {
			selectors = append(selectors, cue.Str("config"))
		}
		return selectors
	}
	dir := path.Dir(s.file)
	known := definition == "#Component" || definition == "#Config" || definition == "#Backend" || definition == "#Workspace"
	switch {
	case definition == source.ClusterField, definition == "#Model", definition == "#Cluster":
		return []cue.Selector{cue.Str(source.ClusterField)}
	case !known:
		return nil
	case strings.HasPrefix(dir, "models/backends/"):
		return within("backend")
	}
	for _, kind := range []string{"components", "workspaces"} {
		if !strings.HasPrefix(dir, kind+"/") {
			continue
		}
		if selectors := at.Selectors(); len(selectors) > 2 && selectors[1].String() == kind {
			if name := selectors[2].Unquoted(); e.defines(dir, name) {
				return within(kind, name)
			}
		}
	}
	return nil
}

// defines says whether a package defines the component or workspace of a name.
func (e *Explainer) defines(dir, name string) bool {
	for _, definition := range []string{"#Component", "#Workspace"} {
		if pos, depth := e.cluster.Tree.LocateIn(definition, name, nil); depth >= 0 && path.Dir(pos.File) == dir {
			return true
		}
	}
	return false
}
