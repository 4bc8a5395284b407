package validate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/suggest"
)

// remedy says what to type instead of a value.
func (e *explainer) remedy(value ast.Expr, want cue.Kind, rule *conjunct, fixed []string, rest []option) string {
	file := rule.pos.File
	if s, ok := stringOf(value); ok {
		if better := e.better(s, file, rule.field.Value); better != "" {
			return "write " + strconv.Quote(better)
		}
	}
	if text := retyped(value, want); text != "" {
		return text
	}
	if len(rest) == 0 {
		if s, ok := stringOf(value); ok {
			if near := suggest.Nearest(strconv.Quote(s), fixed); near != "" {
				return "did you mean " + near + "?"
			}
		}
		return "use one of " + strings.Join(fixed, ", ")
	}
	words := e.words(file, rule.field.Value)
	if example := e.example(words, option{file: file, x: rule.field.Value}, fixed); example != "" {
		return "write it like " + example
	}
	return "write " + words
}

// retyped says how to write a value of the right form but the wrong type.
func retyped(value ast.Expr, want cue.Kind) string {
	lit, ok := value.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, isText := stringOf(value)
	switch {
	case isText && want&cue.NumberKind != 0 && want&cue.StringKind == 0:
		if _, err := strconv.Atoi(s); err == nil {
			return "write " + s + ", without the quotes"
		}
	case isText && want == cue.BoolKind:
		switch strings.ToLower(s) {
		case "true", "yes", "on":
			return "write true, without quotes"
		case "false", "no", "off":
			return "write false, without quotes"
		}
	case (lit.Kind == token.INT || lit.Kind == token.FLOAT) && want == cue.StringKind:
		return fmt.Sprintf("write %q, in quotes", lit.Value)
	}
	return ""
}

var (
	notInNames = regexp.MustCompile(`[^a-z0-9]+`)
	version    = regexp.MustCompile(`^[0-9]+\.[0-9]+`)
)

// better changes a string a little so that it matches the patterns that an
// expression asks for; "" when that does not help.
func (e *explainer) better(s, file string, x ast.Expr) string {
	var asked []*regexp.Regexp
	e.regexps(option{file: file, x: x}, &asked)
	if len(asked) == 0 {
		return ""
	}
	candidates := []string{strings.ToLower(s), strings.Trim(notInNames.ReplaceAllString(strings.ToLower(s), "-"), "-")}
	if version.MatchString(s) {
		candidates = append(candidates, "v"+s)
	}
	for _, c := range candidates {
		fits := c != s && len(c) > 1
		for _, r := range asked {
			fits = fits && r.MatchString(c)
		}
		if fits {
			return c
		}
	}
	return ""
}

// regexps collects the patterns in an expression and the definitions it names.
func (e *explainer) regexps(o option, found *[]*regexp.Regexp) {
	if o.deep > deepest {
		return
	}
	for _, x := range conjuncts(o.x) {
		switch x := x.(type) {
		case *ast.UnaryExpr:
			s, ok := stringOf(x.X)
			if r, err := regexp.Compile(s); ok && x.Op == token.MAT && err == nil {
				*found = append(*found, r)
			}
		case *ast.BinaryExpr:
			_, rest := e.options(o.file, x)
			for _, r := range rest {
				if r.x != x {
					e.regexps(option{r.file, r.x, o.deep + 1}, found)
				}
			}
		default:
			if field := e.tree.Definition(o.file, x); field != nil {
				e.regexps(option{fileOf(field), field.Value, o.deep + 1}, found)
			}
		}
	}
}
