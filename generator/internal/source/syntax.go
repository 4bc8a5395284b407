package source

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"

	"heddle.dev/platform/generator/internal/diagnostics"
)

// FieldAt gives the innermost field written around a position, or nil.
func (t *Tree) FieldAt(pos diagnostics.Position) *ast.Field {
	f := t.Files[pos.File]
	if f == nil || f.Syntax == nil {
		return nil
	}
	var innermost *ast.Field
	ast.Walk(f.Syntax, func(n ast.Node) bool {
		from, to := Position(n.Pos()), Position(n.End())
		if !n.Pos().IsValid() {
			return true
		}
		if from.Compare(diagnostics.Position{File: from.File, Line: pos.Line, Column: pos.Column}) > 0 ||
			to.Compare(diagnostics.Position{File: to.File, Line: pos.Line, Column: pos.Column}) < 0 {
			return false
		}
		if field, ok := n.(*ast.Field); ok {
			innermost = field
		}
		return true
	}, nil)
	return innermost
}

// Label is the name of a field, unquoted; "" for a pattern or a computed name.
func Label(field *ast.Field) string { return labelOf(field) }

// Doc is the comment above a field, as one paragraph.
func Doc(n ast.Node) string {
	var lines []string
	for _, group := range ast.Comments(n) {
		if group.Doc {
			lines = append(lines, strings.Fields(group.Text())...)
		}
	}
	return strings.Join(lines, " ")
}

// Text is an expression as CUE writes it.
func Text(n ast.Node) string {
	b, err := format.Node(n)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// FieldsAt gives each field written at a path in a cluster's package.
func (t *Tree) FieldsAt(c *Cluster, path []string) []*ast.Field {
	var found []*ast.Field
	var walk func(decls []ast.Decl, path []string)
	walk = func(decls []ast.Decl, path []string) {
		for _, field := range fields(decls) {
			switch {
			case labelOf(field) != path[0]:
			case len(path) == 1:
				found = append(found, field)
			default:
				walk(bodyOf(field.Value), path[1:])
			}
		}
	}
	for _, f := range t.FilesOf(c) {
		if len(path) > 0 {
			walk(f.Syntax.Decls, path)
		}
	}
	return found
}
