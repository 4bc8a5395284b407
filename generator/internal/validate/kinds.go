package validate

import (
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// isOtherKind says whether a value is of another kind than the one wanted; all numbers are of one.
func isOtherKind(have, want cue.Kind) bool {
	if have == cue.BottomKind || have == cue.NullKind || want == cue.BottomKind {
		return false
	}
	return have&want == 0 && (have&cue.NumberKind == 0 || want&cue.NumberKind == 0)
}

// wanted is the kind of value that a declaration asks for.
func (e *explainer) wanted(rule *conjunct) cue.Kind {
	if kind := rule.value.IncompleteKind(); kind != cue.BottomKind {
		return kind
	}
	for _, x := range conjuncts(rule.field.Value) {
		if _, ok := x.(*ast.StructLit); ok {
			return cue.StructKind
		}
	}
	return cue.BottomKind
}

// asSet writes a list of strings as the struct that means the same: {a: true}.
func asSet(x ast.Expr) string {
	list, ok := x.(*ast.ListLit)
	if !ok || len(list.Elts) == 0 {
		return ""
	}
	var entries []string
	for _, x := range list.Elts {
		s, ok := stringOf(x)
		if !ok {
			return ""
		}
		entries = append(entries, label(s)+": true")
	}
	return "{" + strings.Join(entries, ", ") + "}"
}

// isSet says whether every entry of a struct is true.
func isSet(v cue.Value) bool {
	it, _ := v.Fields(cue.Optional(true), cue.Patterns(true))
	for it != nil && it.Next() {
		if b, err := it.Value().Bool(); it.Selector().ConstraintType() == cue.PatternConstraint && err == nil && b {
			return true
		}
	}
	return false
}

// isKind says in plain words what kind of value was given.
func isKind(text string, value ast.Expr, given *conjunct) string {
	kind := cue.BottomKind
	switch x := value.(type) {
	case *ast.BasicLit:
		kind = map[token.Token]cue.Kind{token.STRING: cue.StringKind, token.INT: cue.IntKind, token.FLOAT: cue.FloatKind}[x.Kind]
	case *ast.ListLit:
		kind = cue.ListKind
	case *ast.StructLit:
		kind = cue.StructKind
	default:
		if given.value.Exists() {
			kind = given.value.IncompleteKind()
		}
	}
	switch {
	case kind == cue.BottomKind:
	case kind&cue.NumberKind == kind:
		return text + " is a number"
	case kind == cue.StringKind:
		return text + " is a string"
	case kind == cue.ListKind:
		return text + " is a list"
	case kind == cue.StructKind:
		return text + " is a struct"
	}
	return text + " is not allowed"
}
