package validate

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// lookup gives the value at a path, also where it is only declared.
func (e *explainer) lookup(path []string) cue.Value {
	v := e.cluster.Value
	for _, p := range path {
		if strings.HasPrefix(p, "#") {
			v = v.LookupPath(cue.MakePath(cue.Def(p)))
			continue
		}
		next := v.LookupPath(cue.MakePath(cue.Str(p)))
		if i, err := strconv.Atoi(p); err == nil && i >= 0 && !next.Exists() {
			next = v.LookupPath(cue.MakePath(cue.Index(i)))
		}
		if !next.Exists() {
			next = v.LookupPath(cue.MakePath(cue.Str(p).Optional()))
		}
		v = next
	}
	return v
}

// conjunct is one of the places that say something about a field.
type conjunct struct {
	field *ast.Field
	pos   diagnostics.Position
	value cue.Value
}

// conjuncts lists all that is said about the field at a path, best to edit first.
func (e *explainer) conjuncts(path []string) []conjunct {
	v := e.lookup(path)
	op, args := v.Expr()
	if op != cue.AndOp {
		args = []cue.Value{v}
	}
	var found []conjunct
	for _, a := range args {
		pos := source.Position(a.Pos())
		field := e.tree.FieldAt(pos)
		if field == nil || slices.ContainsFunc(found, func(c conjunct) bool { return c.field == field }) {
			continue
		}
		found = append(found, conjunct{field, pos, a})
	}
	slices.SortStableFunc(found, func(a, b conjunct) int {
		if a.pos.File == b.pos.File {
			return b.pos.Compare(a.pos) // the last word first
		}
		return source.CompareFiles(a.pos.File, b.pos.File)
	})
	return found
}

// docOf is the documentation of a field, from the declaration that is farthest
// from the author: the component's or the schema's.
func (e *explainer) docOf(path []string) string {
	for _, c := range slices.Backward(e.conjuncts(path)) {
		if doc := source.Doc(c.field); doc != "" && !e.isOwn(c.pos.File) {
			return doc
		}
	}
	return ""
}

// allowed lists the fields that a struct may have.
func (e *explainer) allowed(path []string) []string {
	parent := e.lookup(path)
	it, err := parent.Fields(cue.Optional(true), cue.Patterns(true))
	if it == nil || err != nil && !parent.Exists() {
		return nil
	}
	var names []string
	for it.Next() {
		if it.Selector().ConstraintType() == cue.PatternConstraint {
			names = append(names, literals(it.Selector().Pattern())...)
			continue
		}
		if it.Selector().LabelType() != cue.StringLabel {
			continue
		}
		name := it.Selector().Unquoted()
		if e.isDeclared(append(slices.Clone(path), name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// isDeclared says whether anyone but the cluster's own files speaks of a field.
func (e *explainer) isDeclared(path []string) bool {
	return slices.ContainsFunc(e.conjuncts(path), func(c conjunct) bool { return !e.isOwn(c.pos.File) })
}

// literals lists the strings that a value may be, if those are all that it may be.
func literals(v cue.Value) []string {
	op, args := v.Expr()
	if op != cue.OrOp {
		s, err := v.String()
		if err != nil {
			return nil
		}
		return []string{s}
	}
	var all []string
	for _, a := range args {
		some := literals(a)
		if some == nil {
			return nil
		}
		all = append(all, some...)
	}
	return all
}

// patterns lists the patterns that names in a struct have to match.
func (e *explainer) patterns(path []string) []cue.Value {
	it, _ := e.lookup(path).Fields(cue.Optional(true), cue.Patterns(true))
	var found []cue.Value
	for it != nil && it.Next() {
		if it.Selector().ConstraintType() == cue.PatternConstraint {
			found = append(found, it.Selector().Pattern())
		}
	}
	return found
}

// packages lists the packages in a folder that have a definition.
func (e *explainer) packages(dir, definition string) string {
	var names []string
	for p := range e.tree.Packages {
		if path.Dir(p) == dir && slices.Contains(e.tree.Definitions(p), definition) {
			names = append(names, path.Join(e.tree.Module, p))
		}
	}
	slices.Sort(names)
	if len(names) > 1 {
		return "one of " + strings.Join(names, ", ")
	}
	return strings.Join(names, ", ")
}

// giving ends a fix with the components that give a capability, if there are any.
func (e *explainer) giving(capability string) string {
	if names := e.tree.Providers(capability); len(names) > 0 {
		return "; these give it: " + strings.Join(names, ", ")
	}
	return ""
}

// stringOf gives the text of a string in quotes.
func stringOf(x ast.Expr) (string, bool) {
	lit, ok := x.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := literal.Unquote(lit.Value)
	return s, err == nil
}

// sourceOf gives the expression of a value, and the file that it is written in;
// for a value that a definition gives, that is the definition's name.
func sourceOf(v cue.Value) (file string, x ast.Expr) {
	switch n := v.Source().(type) {
	case *ast.Alias:
		return fileOf(n), n.Expr
	case *ast.Field:
		return fileOf(n), ast.NewIdent(source.Label(n))
	case ast.Expr:
		return fileOf(n), n
	}
	return "", nil
}
