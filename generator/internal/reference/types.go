package reference

import (
	"regexp"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/source"
)

// line is an expression as CUE writes it, on one line.
func line(n ast.Node) string { return strings.Join(strings.Fields(source.Text(n)), " ") }

// kind is the type that an expression allows: the expression without the mark
// of its default, and without the default itself where the rest allows it.
func kind(x ast.Expr) string {
	terms := alternatives(x)
	if line(x) == "_" {
		return "" // said elsewhere
	}
	if len(terms) < 2 {
		return mapOf(x)
	}
	var all, rest []string
	literals := true
	for _, t := range terms {
		value, isDefault := unmark(t)
		all = append(all, line(value))
		if isDefault {
			continue
		}
		rest = append(rest, line(unwrap(value)))
		if _, literal := value.(*ast.BasicLit); !literal {
			literals = false
		}
	}
	if literals || len(rest) == 0 {
		return strings.Join(all, " | ")
	}
	return strings.Join(rest, " | ")
}

// mapOf writes a struct that is one pattern without its braces, and leaves out
// the structs that a definition is narrowed by.
func mapOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StructLit:
		if f, ok := onlyPattern(x.Elts); ok {
			return line(f)
		}
		return "{...}"
	case *ast.BinaryExpr:
		if plain(x.X) && x.Op == token.AND {
			return mapOf(x.Y)
		}
		if plain(x.Y) && x.Op == token.AND {
			return mapOf(x.X)
		}
	}
	return line(x)
}

// plain says that an expression is a struct of named fields.
func plain(x ast.Expr) bool {
	s, ok := x.(*ast.StructLit)
	if !ok {
		return false
	}
	_, pattern := onlyPattern(s.Elts)
	return !pattern
}

// short is the type of a field whose own fields are listed after it.
func short(x ast.Expr) string {
	if s, ok := x.(*ast.StructLit); ok {
		if f, ok := onlyPattern(s.Elts); ok {
			return "[" + strings.Trim(line(f.Label), "[]") + "]: " + short(f.Value)
		}
	}
	return mapOf(x)
}

// defaultOf gives the default that an expression marks.
func defaultOf(x ast.Expr) string {
	for _, t := range alternatives(x) {
		if value, ok := unmark(t); ok {
			return line(value)
		}
	}
	return ""
}

// alternatives are the terms of a disjunction.
func alternatives(x ast.Expr) []ast.Expr {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.OR {
			return append(alternatives(x.X), alternatives(x.Y)...)
		}
	case *ast.ParenExpr:
		return alternatives(x.X)
	}
	return []ast.Expr{x}
}

func unmark(x ast.Expr) (ast.Expr, bool) {
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.MUL {
		return u.X, true
	}
	return x, false
}

func unwrap(x ast.Expr) ast.Expr {
	if p, ok := x.(*ast.ParenExpr); ok {
		return p.X
	}
	return x
}

var (
	isSet    = regexp.MustCompile(`(\S+) != _\|_`)
	isNotSet = regexp.MustCompile(`(\S+) == _\|_`)
	isGiven  = regexp.MustCompile(`len\(([^()]+)\) > 0`)
)

// words says a condition of a backend or a component as a reader of its knobs understands it.
func words(cond string) string {
	cond = strings.ReplaceAll(cond, "knobs.", "config.")
	for _, p := range []struct {
		pattern *regexp.Regexp
		then    string
	}{{isSet, "is set"}, {isNotSet, "is not set"}, {isGiven, "is given"}} {
		if m := p.pattern.FindStringSubmatch(cond); m != nil && m[0] == cond {
			return code(m[1]) + " " + p.then
		}
	}
	return code(cond)
}
