package explain

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/source"
)

// maxText is how much of what is written is shown of one place.
const maxText = 160

// conjunct is one of the things that are said of a value.
type conjunct struct {
	place Place
	// agrees says that the value is what it says.
	agrees bool
	doc    string
}

// conjuncts lists all that is said of a value, nearest to the cluster first.
func (e *Explainer) conjuncts(v cue.Value, path cue.Path) []conjunct {
	var found []conjunct
	for _, part := range parts(v) {
		node := part.Source()
		pos := source.Position(part.Pos())
		if node == nil || pos.File == "" {
			continue
		}
		c := conjunct{place: Place{Position: pos, Text: written(node)}}
		if !slices.ContainsFunc(found, func(o conjunct) bool { return o.place.Position == pos }) {
			e.judge(&c, part, v, path, node)
			found = append(found, c)
		}
	}
	if len(found) == 0 && len(path.Selectors()) > 1 {
		// CUE computed it with what is around it, in a way that it does not tell.
		return e.around(path)
	}
	slices.SortStableFunc(found, func(a, b conjunct) int {
		return source.CompareFiles(a.place.Position.File, b.place.Position.File)
	})
	return found
}

// parts gives the conjuncts of a value; the value itself where there is one alone.
func parts(v cue.Value) []cue.Value {
	if isExpression(v) {
		return []cue.Value{v}
	}
	if op, args := expression(v); op == cue.AndOp {
		return args
	}
	return []cue.Value{v}
}

// isExpression says whether a value is one conjunct that is written as a & b.
func isExpression(v cue.Value) bool {
	field, ok := v.Source().(*ast.Field)
	if !ok {
		return false
	}
	binary, ok := field.Value.(*ast.BinaryExpr)
	return ok && binary.Op == token.AND
}

// around explains a value by the nearest one that holds it and has a place.
func (e *Explainer) around(path cue.Path) []conjunct {
	selectors := path.Selectors()
	parent := cue.MakePath(selectors[:len(selectors)-1]...)
	found := e.conjuncts(e.cluster.Value.LookupPath(parent), parent)
	for i := range found {
		if found[i].place.Role != Constraint {
			found[i].place.Role, found[i].agrees = Computed, true
		}
	}
	return found
}

// judge finds the role of a conjunct.
func (e *Explainer) judge(c *conjunct, part, whole cue.Value, path cue.Path, node ast.Node) {
	if field, ok := node.(*ast.Field); ok {
		c.doc = source.Doc(field)
	}
	c.place.Role = Constraint
	if isStruct(whole) {
		if hasContent(node) {
			c.place.Role, c.agrees = Part, true
		}
		return
	}
	marked := hasDefault(valueOf(node))
	final, _ := whole.Default()
	own, _ := part.Default()
	if !isSettled(own) {
		return
	}
	c.agrees, c.place.Says = own.Equals(final), text(own)
	c.place.from = e.references(part, path, node)
	switch {
	case marked:
		c.place.Role = Default
	case len(c.place.from) > 0 || isComputed(valueOf(node)):
		c.place.Role = Computed
	default:
		c.place.Role = Fixed
	}
}

// isSettled says whether a value is one that can be written down.
func isSettled(v cue.Value) bool {
	return v.Kind() != cue.BottomKind && v.Validate(cue.Concrete(true)) == nil
}

// hasContent says whether a struct's conjunct holds fields, or names what does.
func hasContent(node ast.Node) bool {
	switch x := valueOf(node).(type) {
	case *ast.StructLit:
		return len(x.Elts) > 0
	case *ast.Ident:
		return x.Name != "_"
	}
	return true
}

// valueOf is the expression of a conjunct.
func valueOf(node ast.Node) ast.Node {
	switch x := node.(type) {
	case *ast.Field:
		return x.Value
	case *ast.Alias:
		return x.Expr
	}
	return node
}

// hasDefault says whether an expression marks one of its alternatives as the default.
func hasDefault(node ast.Node) bool {
	switch x := node.(type) {
	case *ast.ParenExpr:
		return hasDefault(x.X)
	case *ast.BinaryExpr:
		return (x.Op == token.OR || x.Op == token.AND) && (hasDefault(x.X) || hasDefault(x.Y))
	case *ast.UnaryExpr:
		return x.Op == token.MUL
	}
	return false
}

// isComputed says whether an expression is more than a value written down.
func isComputed(node ast.Node) bool {
	computed := false
	if node == nil {
		return true
	}
	ast.Walk(node, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.Ident:
			computed = computed || x.Name != "_"
		case *ast.Field:
			ast.Walk(x.Value, func(n ast.Node) bool {
				if _, ok := n.(*ast.Ident); ok {
					computed = true
				}
				return !computed
			}, nil)
			return false
		}
		return !computed
	}, nil)
	return computed
}

// written is what a node says, on one line.
func written(node ast.Node) string {
	s := source.Text(node)
	if field, ok := node.(*ast.Field); ok {
		s = source.Text(field.Label)
		if field.Constraint != token.ILLEGAL {
			s += field.Constraint.String()
		}
		s += ": "
		if body, ok := field.Value.(*ast.StructLit); ok && len(body.Elts) > 0 {
			s += "{...}"
		} else {
			s += source.Text(field.Value)
		}
	}
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxText {
		s = string(runes[:maxText]) + " ..."
	}
	return s
}
