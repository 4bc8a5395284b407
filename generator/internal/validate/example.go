package validate

import (
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"
)

// example shows a value of the right form: the default, what the words
// themselves give as an example, or a short text that matches the pattern.
func (e *explainer) example(words string, o option, fixed []string) string {
	if len(fixed) > 0 && strings.HasPrefix(fixed[0], `"`) {
		return fixed[0]
	}
	for _, mark := range []string{" such as ", ": "} {
		if _, tail, ok := strings.Cut(words, mark); ok && strings.ContainsAny(tail, "0123456789") && !strings.Contains(tail, "at most") && !strings.Contains(tail, "match") {
			return tail
		}
	}
	_, rest := e.options(o.file, o.x)
	for _, o := range rest {
		if text := sample(o.x); text != "" {
			return strconv.Quote(text)
		}
	}
	return ""
}

// sample gives a short text that matches the patterns written in an expression.
func sample(x ast.Expr) string {
	var asked, barred []*regexp.Regexp
	text := ""
	for _, c := range conjuncts(x) {
		u, ok := c.(*ast.UnaryExpr)
		if !ok || u.Op != token.MAT && u.Op != token.NMAT {
			continue
		}
		s, _ := stringOf(u.X)
		r, err := regexp.Compile(s)
		if err != nil {
			return ""
		}
		if u.Op == token.NMAT {
			barred = append(barred, r)
			continue
		}
		asked = append(asked, r)
		if tree, err := syntax.Parse(s, syntax.Perl); err == nil && text == "" {
			text = shortest(tree.Simplify())
		}
	}
	for _, r := range asked {
		if !r.MatchString(text) {
			return ""
		}
	}
	for _, r := range barred {
		if r.MatchString(text) {
			return ""
		}
	}
	return text
}

// shortest gives a text that a regular expression most likely matches.
func shortest(r *syntax.Regexp) string {
	switch r.Op {
	case syntax.OpLiteral:
		return string(r.Rune)
	case syntax.OpCharClass:
		return inClass(r.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "a"
	case syntax.OpCapture, syntax.OpPlus, syntax.OpAlternate:
		return shortest(r.Sub[0])
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range r.Sub {
			b.WriteString(shortest(sub))
		}
		return b.String()
	}
	return ""
}

// inClass picks a plain letter or digit of a class of characters.
func inClass(ranges []rune) string {
	for _, want := range "a1A" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= want && want <= ranges[i+1] {
				return string(want)
			}
		}
	}
	if len(ranges) == 0 {
		return ""
	}
	return string(ranges[0])
}
