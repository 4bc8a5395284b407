package validate

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// wrongValue reports a value that its declaration does not allow, as one
// message however many alternatives were tried.
func (e *explainer) wrongValue(f *finding) {
	places := e.places(f)
	given := e.tree.FieldAt(places[0])
	d := diagnostics.Diagnostic{Position: places[0], Path: pathText(f.path), Message: lastMessage(f.errs)}
	if given == nil {
		e.report(d)
		return
	}
	value := source.Text(given.Value)
	for _, p := range places[1:] {
		field := e.tree.FieldAt(p)
		if field == nil || field == given || !isConstraint(field.Value) {
			continue
		}
		if doc := source.Doc(field); doc != "" && d.Doc == "" {
			d.Doc = doc
		}
		if len(d.Related) > 0 {
			continue
		}
		d.Related = append(d.Related, diagnostics.Related{Position: source.Position(field.Value.Pos()), Text: "declared"})
		d.Message, d.Fix = judge(value, given.Value, field.Value)
	}
	if d.Doc == "" {
		d.Doc = e.docOf(f.path)
	}
	e.report(d)
}

// docOf is the documentation of a field, from whichever declaration has one.
func (e *explainer) docOf(path []string) string {
	for _, group := range e.lookup(path).Doc() {
		if text := strings.Join(strings.Fields(group.Text()), " "); text != "" {
			return text
		}
	}
	return ""
}

// judge says why value does not fit a constraint, and what would.
func judge(value string, given, constraint ast.Expr) (message, fix string) {
	options := alternatives(constraint)
	var literals, rest []string
	for _, o := range options {
		if lit, ok := o.(*ast.BasicLit); ok && (lit.Kind == token.STRING || len(options) > 1) {
			literals = append(literals, lit.Value)
			continue
		}
		rest = append(rest, plain(o))
	}
	switch {
	case len(rest) > 0:
		want := strings.Join(rest, " or ")
		return fmt.Sprintf("%s is not allowed: it must be %s", value, want), "give it a value that is " + want
	case len(literals) > 1:
		return fmt.Sprintf("%s is not allowed: it must be one of %s", value, strings.Join(literals, ", ")), "use one of " + strings.Join(literals, ", ")
	}
	fixed := source.Text(constraint)
	if _, ok := given.(*ast.BasicLit); !ok {
		value = firstLine(value)
	}
	return fmt.Sprintf("%s conflicts with %s, which a layer below has fixed", value, fixed),
		fmt.Sprintf("remove this line, or make the other a default: *%s | ...", fixed)
}

// plain writes a constraint without its outer parentheses.
func plain(x ast.Expr) string {
	if p, ok := x.(*ast.ParenExpr); ok {
		return plain(p.X)
	}
	return source.Text(x)
}

// alternatives takes a disjunction apart, without the mark of the default.
func alternatives(x ast.Expr) []ast.Expr {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.OR {
			return append(alternatives(x.X), alternatives(x.Y)...)
		}
	case *ast.UnaryExpr:
		if x.Op == token.MUL {
			return alternatives(x.X)
		}
	case *ast.ParenExpr:
		if inner := alternatives(x.X); len(inner) > 1 {
			return inner
		}
	}
	return []ast.Expr{x}
}

func hasDefault(x ast.Expr) bool {
	found := false
	ast.Walk(x, func(n ast.Node) bool {
		if u, ok := n.(*ast.UnaryExpr); ok && u.Op == token.MUL {
			found = true
		}
		return !found
	}, nil)
	return found
}

// isConstraint says whether an expression tells a person what a value may be;
// a struct or a reference does not.
func isConstraint(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.BasicLit, *ast.UnaryExpr, *ast.CallExpr:
		return true
	case *ast.Ident:
		return x.Name == strings.ToLower(x.Name)
	case *ast.BinaryExpr:
		return x.Op != token.AND || isConstraint(x.X) || isConstraint(x.Y)
	case *ast.ParenExpr:
		return isConstraint(x.X)
	}
	return false
}

// placeholder shows in a fix what a value looks like.
func placeholder(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StructLit:
		return "{...}"
	case *ast.Ident:
		if x.Name == "int" || x.Name == "bool" || x.Name == "string" {
			return "<" + x.Name + ">"
		}
		return "<" + strings.ToLower(strings.TrimPrefix(x.Name, "#")) + ">"
	case *ast.BinaryExpr:
		if x.Op == token.OR {
			return plain(alternatives(x)[0])
		}
		return placeholder(x.X)
	}
	return "<value>"
}

func lastMessage(errs []errors.Error) string {
	format, args := errs[len(errs)-1].Msg()
	return fmt.Sprintf(format, args...)
}
