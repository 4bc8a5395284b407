package reference

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/source"
)

// setters says, for each component's folder, which backends and models set
// which of its fields below config.
type setters map[string]map[string][]string

// settings finds where backends and models set the knobs of components.
func (r *repository) settings() setters {
	all := setters{}
	for _, group := range []struct {
		kind string
		pkgs []*pkg
	}{{"backend", r.backends}, {"model", r.models}} {
		for _, p := range group.pkgs {
			name := p.text(map[string]string{"backend": "#Backend.name", "model": "#Model.model"}[group.kind])
			if group.kind == "model" {
				name = "model " + name
			}
			all.collect(p, name)
		}
	}
	return all
}

func (s setters) collect(p *pkg, name string) {
	dirs := p.imported()
	for _, f := range p.files {
		ast.Walk(f, func(n ast.Node) bool {
			x, ok := n.(*ast.BinaryExpr)
			if !ok || x.Op != token.AND {
				return true
			}
			dir := named(x, dirs, "#Component")
			if dir == "" {
				return true
			}
			for _, path := range leaves(x, "") {
				if knob, ok := strings.CutPrefix(path, "config."); ok {
					s.add(dir, knob, name)
				}
			}
			return false
		}, nil)
	}
}

func (s setters) add(dir, knob, name string) {
	if s[dir] == nil {
		s[dir] = map[string][]string{}
	}
	if !slices.Contains(s[dir][knob], name) {
		s[dir][knob] = append(s[dir][knob], name)
	}
}

// of gives those who set a knob of a component, or a part of it.
func (s setters) of(dir, knob string) []string {
	var names []string
	for path, by := range s[dir] {
		if path == knob || strings.HasPrefix(path, knob+".") {
			names = append(names, by...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// named gives the folder of the package whose definition an expression names,
// such as certmanager.#Component; "" when it names none.
func named(x ast.Expr, dirs map[string]string, definition string) string {
	switch x := x.(type) {
	case *ast.SelectorExpr:
		if id, ok := x.X.(*ast.Ident); ok && source.Text(x.Sel) == definition {
			return dirs[id.Name]
		}
	case *ast.BinaryExpr:
		if dir := named(x.X, dirs, definition); dir != "" || x.Op != token.AND {
			return dir
		}
		return named(x.Y, dirs, definition)
	case *ast.ParenExpr:
		return named(x.X, dirs, definition)
	}
	return ""
}

// leaves lists the paths that an expression gives a value to.
func leaves(x ast.Expr, prefix string) []string {
	switch x := x.(type) {
	case *ast.StructLit:
		var all []string
		for _, decl := range x.Elts {
			all = append(all, leavesOf(decl, prefix)...)
		}
		return all
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			return append(leaves(x.X, prefix), leaves(x.Y, prefix)...)
		}
	case *ast.SelectorExpr:
		return nil // a definition that is built on
	case *ast.ParenExpr:
		return leaves(x.X, prefix)
	case *ast.IndexExpr:
		if list, ok := x.X.(*ast.ListLit); ok {
			var all []string
			for _, e := range list.Elts {
				all = append(all, leaves(e, prefix)...)
			}
			return all
		}
	case *ast.Comprehension:
		return leaves(x.Value, prefix)
	}
	if prefix == "" {
		return nil
	}
	return []string{prefix}
}

func leavesOf(decl ast.Decl, prefix string) []string {
	switch d := decl.(type) {
	case *ast.Field:
		name := source.Label(d)
		if name == "" { // a computed name: a part of what it stands in
			return []string{prefix}
		}
		path := join(prefix, name, false)
		if _, ok := d.Value.(*ast.SelectorExpr); ok {
			return []string{path}
		}
		return leaves(d.Value, path)
	case *ast.EmbedDecl:
		return leaves(d.Expr, prefix)
	case *ast.Comprehension:
		return leaves(d.Value, prefix)
	}
	return nil
}
