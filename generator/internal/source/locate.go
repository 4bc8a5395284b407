package source

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"

	"heddle.dev/platform/generator/internal/diagnostics"
)

// Locate finds where the field at path was written for cluster c: in the
// cluster's own file or in one above it, else in the definition that the field
// comes from. The second result is how many of the path's elements were found.
// With nothing found it is the start of the cluster's file.
func (t *Tree) Locate(c *Cluster, path []string) (diagnostics.Position, int) {
	best, depth := diagnostics.Position{File: c.File(), Line: 1, Column: 1}, 0
	for _, f := range t.FilesOf(c) {
		if pos, d := find(f.Syntax.Decls, path); d > depth {
			best, depth = pos, d
		}
	}
	if depth == len(path) || len(path) < 4 {
		return best, depth
	}
	if definition := DefinitionOf(path); definition != "" {
		if pos, d := t.LocateIn(definition, path[2], path[3:]); d == len(path)-3 {
			return pos, len(path)
		}
	}
	return best, depth
}

// DefinitionOf names the definition that makes the entry of a cluster in which
// a path lies: #Component for what is below cluster.components.
func DefinitionOf(path []string) string {
	if len(path) < 3 {
		return ""
	}
	return map[string]string{"components": "#Component", "workspaces": "#Workspace"}[path[1]]
}

// find walks declarations along path and gives the position of the deepest field found.
func find(decls []ast.Decl, path []string) (diagnostics.Position, int) {
	var best diagnostics.Position
	depth := 0
	for _, field := range fields(decls) {
		if len(path) == 0 || labelOf(field) != path[0] {
			continue
		}
		pos, d := find(bodyOf(field.Value), path[1:])
		if d == 0 {
			pos = Position(field.Pos())
		}
		if d+1 > depth {
			best, depth = pos, d+1
		}
	}
	return best, depth
}

// bodies gives the declarations inside each field of that name.
func bodies(decls []ast.Decl, name string) [][]ast.Decl {
	var found [][]ast.Decl
	for _, field := range fields(decls) {
		if labelOf(field) == name {
			found = append(found, bodyOf(field.Value))
		}
	}
	return found
}

func fields(decls []ast.Decl) []*ast.Field {
	var found []*ast.Field
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			found = append(found, d)
		case *ast.EmbedDecl:
			found = append(found, fields(bodyOf(d.Expr))...)
		}
	}
	return found
}

// bodyOf gives the declarations of the struct literals in an expression such as x.#Model & {...}.
func bodyOf(x ast.Expr) []ast.Decl {
	switch x := x.(type) {
	case *ast.StructLit:
		return x.Elts
	case *ast.BinaryExpr:
		return append(append([]ast.Decl{}, bodyOf(x.X)...), bodyOf(x.Y)...)
	case *ast.ParenExpr:
		return bodyOf(x.X)
	}
	return nil
}

func labelOf(field *ast.Field) string {
	name, _, err := ast.LabelName(field.Label)
	if err != nil {
		return ""
	}
	return name
}

func stringField(decls []ast.Decl, name string) (string, bool) {
	for _, field := range fields(decls) {
		if labelOf(field) != name {
			continue
		}
		if lit, ok := field.Value.(*ast.BasicLit); ok {
			s, err := literal.Unquote(lit.Value)
			return s, err == nil
		}
	}
	return "", false
}

// PathStrings gives the elements of a CUE path, unquoted.
func PathStrings(p cue.Path) []string {
	var elements []string
	for _, s := range p.Selectors() {
		if s.LabelType() == cue.StringLabel && s.ConstraintType() == 0 {
			elements = append(elements, s.Unquoted())
			continue
		}
		elements = append(elements, s.String())
	}
	return elements
}

// Providers lists the components that say they provide a capability.
func (t *Tree) Providers(capability string) []string {
	var names []string
	for _, f := range t.SortedFiles() {
		if f.Syntax == nil {
			continue
		}
		for _, body := range bodies(f.Syntax.Decls, "#Component") {
			if _, depth := find(body, []string{"provides", capability}); depth == 2 {
				if name, ok := stringField(body, "name"); ok {
					names = append(names, name)
				}
			}
		}
	}
	return names
}
