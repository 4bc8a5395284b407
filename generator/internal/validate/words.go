package validate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/source"
)

// types are CUE's types in plain words.
var types = map[string]string{
	"string": "a string", "int": "a whole number", "number": "a number", "float": "a number", "bool": "true or false",
	"bytes": "bytes", "null": "null", "_": "anything",
}

// builtins are CUE's own constraints in plain words.
var builtins = map[string]string{
	"net.IPCIDR": "a network such as 10.0.0.0/16", "net.IP": "an IP address such as 10.0.0.1",
}

// words says what an expression of a file allows, as the end of "it must be ...".
func (e *explainer) words(file string, x ast.Expr) string {
	fixed, rest := e.options(file, x)
	if len(rest) == 0 {
		if len(fixed) == 1 {
			return fixed[0]
		}
		return "one of " + strings.Join(fixed, ", ")
	}
	var all []string
	for _, o := range rest {
		if text := e.conjunction(o); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", or ")
}

// option is one alternative of a disjunction, and the file that it is written in.
type option struct {
	file string
	x    ast.Expr
	deep int // definitions that led here
}

// deepest is how many definitions are followed, since they may go in a circle.
const deepest = 8

// options takes a disjunction apart, into plain values and the rest. Beside
// something more general, a plain value is a default and says nothing.
func (e *explainer) options(file string, x ast.Expr) (fixed []string, rest []option) {
	for _, o := range e.alternatives(option{file: file, x: x}) {
		lit, ok := o.x.(*ast.BasicLit)
		if !ok {
			rest = append(rest, o)
		} else if !slices.Contains(fixed, lit.Value) {
			fixed = append(fixed, lit.Value)
		}
	}
	return fixed, rest
}

// alternatives takes a disjunction apart, through definitions that are nothing
// but a list of values.
func (e *explainer) alternatives(o option) []option {
	switch x := o.x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.OR {
			return append(e.alternatives(option{o.file, x.X, o.deep}), e.alternatives(option{o.file, x.Y, o.deep})...)
		}
	case *ast.UnaryExpr:
		if x.Op == token.MUL {
			return e.alternatives(option{o.file, x.X, o.deep})
		}
	case *ast.ParenExpr:
		return e.alternatives(option{o.file, x.X, o.deep})
	default:
		if field := e.tree.Definition(o.file, x); field != nil && o.deep < deepest {
			inner := e.alternatives(option{source.Position(field.Pos()).File, field.Value, o.deep + 1})
			if !slices.ContainsFunc(inner, func(o option) bool { _, ok := o.x.(*ast.BasicLit); return !ok }) {
				return inner
			}
		}
	}
	return []option{o}
}

// conjunction says what one alternative allows.
func (e *explainer) conjunction(o option) string {
	var c clauses
	for _, x := range conjuncts(o.x) {
		switch x := x.(type) {
		case *ast.UnaryExpr:
			e.bound(&c, o.file, x)
		case *ast.Ident, *ast.SelectorExpr:
			c.named(e.named(o.file, x))
		case *ast.StructLit:
			c.more = append(c.more, "a struct: { ... }")
		case *ast.ListLit:
			c.more = append(c.more, "a list: [ ... ]")
		default:
			c.more = append(c.more, source.Text(x))
		}
	}
	if bounds := between(c.from, c.to); bounds != "" {
		c.more = append([]string{bounds}, c.more...)
		if c.kind == "" {
			c.kind = types["number"]
		}
	}
	return join(c.kind, c.more)
}

// clauses are the parts of a sentence about a value: a whole number, from 1, to 5, and so on.
type clauses struct {
	kind, from, to string
	more           []string
}

// named adds what a type or a definition allows.
func (c *clauses) named(text string) {
	if c.kind == "" || c.kind == types["number"] || c.kind == types["int"] && text != types["number"] {
		c.kind = text
		return
	}
	c.more = append(c.more, text)
}

// bound adds what a comparison allows.
func (e *explainer) bound(c *clauses, file string, x *ast.UnaryExpr) {
	value := e.value(file, x.X)
	switch x.Op {
	case token.GEQ:
		c.from = value
	case token.LEQ:
		c.to = value
	case token.GTR:
		c.more = append(c.more, "greater than "+value)
	case token.LSS:
		c.more = append(c.more, "less than "+value)
	case token.MAT:
		c.more = append(c.more, "text that matches "+pattern(x.X))
	case token.NMAT:
		c.more = append(c.more, "not text that matches "+pattern(x.X))
	case token.NEQ:
		if value == `""` {
			value = "empty"
		}
		c.more = append(c.more, "not "+value)
	default:
		c.more = append(c.more, source.Text(x))
	}
}

func join(kind string, more []string) string {
	if kind == "" {
		return strings.Join(more, " and ")
	}
	if len(more) == 0 {
		return kind
	}
	glue := " "
	if !strings.HasPrefix(more[0], "from ") && !strings.HasPrefix(more[0], "of ") {
		glue = ", "
	}
	return kind + glue + strings.Join(more, " and ")
}

func between(from, to string) string {
	switch {
	case from != "" && to != "":
		return "from " + from + " to " + to
	case from != "":
		return "of at least " + from
	case to != "":
		return "of at most " + to
	}
	return ""
}

// value writes an operand: a literal, or a field beside it with its value.
func (e *explainer) value(file string, x ast.Expr) string {
	id, ok := x.(*ast.Ident)
	if !ok || len(e.at) == 0 {
		return source.Text(x)
	}
	sibling := append(slices.Clone(e.at[:len(e.at)-1]), id.Name)
	if v := e.lookup(sibling); v.IsConcrete() && v.Err() == nil && v.IncompleteKind()&(cue.NumberKind|cue.StringKind) != 0 {
		return fmt.Sprintf("%s, which is %s,", id.Name, source.Text(v.Syntax(cue.Final())))
	}
	return id.Name
}

// named says what a type, a definition or one of CUE's own constraints allows.
func (e *explainer) named(file string, x ast.Expr) string {
	text := source.Text(x)
	if plain, ok := types[text]; ok {
		return plain
	}
	if plain, ok := builtins[text]; ok {
		return plain
	}
	field := e.tree.Definition(file, x)
	if field == nil {
		return text
	}
	if doc := e.meaning(field); doc != "" {
		return doc
	}
	if e.depth++; e.depth > deepest {
		return text
	}
	defer func() { e.depth-- }()
	return e.words(source.Position(field.Pos()).File, field.Value)
}

// meaning gives Y of a definition whose comment begins "#X is Y", up to the
// reason for it.
func (e *explainer) meaning(field *ast.Field) string {
	doc, ok := strings.CutPrefix(source.Doc(field), source.Label(field)+" is ")
	if !ok {
		return ""
	}
	for _, end := range []string{". ", ", because ", ", so that "} {
		doc, _, _ = strings.Cut(doc, end)
	}
	words := strings.Fields(strings.TrimSuffix(doc, "."))
	for i, word := range words {
		if strings.HasPrefix(word, "#") && word != source.Label(field) {
			words[i] = e.noun(source.Position(field.Pos()).File, word)
		}
	}
	return strings.Join(words, " ")
}

// noun gives what a definition is called in a sentence: "Kubernetes name" for
// "#Name is a Kubernetes name (RFC 1123 label): ...".
func (e *explainer) noun(file, name string) string {
	field := e.tree.Definition(file, ast.NewIdent(name))
	if field == nil {
		return name
	}
	words := e.meaning(field)
	if i := strings.IndexAny(words, "(:,"); i > 0 {
		words = words[:i]
	}
	words = strings.TrimPrefix(strings.TrimPrefix(words, "a "), "an ")
	return strings.TrimSpace(words)
}

// pattern writes a regular expression without quotes.
func pattern(x ast.Expr) string {
	if s, ok := stringOf(x); ok {
		return s
	}
	return source.Text(x)
}

// conjuncts takes a conjunction apart.
func conjuncts(x ast.Expr) []ast.Expr {
	switch x := x.(type) {
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			return append(conjuncts(x.X), conjuncts(x.Y)...)
		}
	case *ast.ParenExpr:
		return conjuncts(x.X)
	}
	return []ast.Expr{x}
}
