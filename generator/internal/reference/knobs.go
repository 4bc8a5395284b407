package reference

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/source"
)

// knob is a field that people may set.
type knob struct {
	path string
	kind string // its type as CUE writes it
	def  string // what holds when nobody sets it
	doc  string
}

// reader walks what was written. With expand it goes into definitions of the
// same package, as if they were written where they are named.
type reader struct {
	pkg    *pkg
	expand bool
	open   map[string]bool // definitions that are being expanded
}

// knobs lists the fields of a struct, those below it included.
func (r *reader) knobs(decls []ast.Decl, prefix, only string) []knob {
	var all []knob
	for _, decl := range decls {
		switch d := decl.(type) {
		case *ast.Field:
			all = append(all, r.field(d, prefix, only, len(decls) > 1)...)
		case *ast.Comprehension:
			if cond, body := condition(d); cond != "" {
				all = append(all, r.knobs(body, prefix, cond)...)
			}
		case *ast.EmbedDecl:
			all = append(all, r.knobs(r.structOf(d.Expr), prefix, only)...)
		}
	}
	return all
}

func (r *reader) field(f *ast.Field, prefix, only string, siblings bool) []knob {
	name, pattern := label(f)
	if name == "" || strings.HasPrefix(name, "_") {
		return nil
	}
	k := knob{path: join(prefix, name, pattern), doc: prose(source.Doc(f)), kind: code(kind(f.Value)), def: missing(f)}
	children := r.children(f.Value, k.path)
	switch {
	case k.doc == "" && pattern && (siblings || prefix != "") && !documented(children):
		return nil // it narrows its siblings, or says no more than the field it stands in
	case k.doc == "" && len(children) > 0:
		return children
	case k.doc == "" && computed(f):
		return nil
	}
	if len(children) > 0 {
		k.kind = code(short(f.Value))
	}
	if only != "" {
		k.doc = strings.TrimSpace(k.doc + " Only if " + code(only) + ".")
	}
	return append([]knob{k}, children...)
}

func documented(knobs []knob) bool {
	return slices.ContainsFunc(knobs, func(k knob) bool { return k.doc != "" })
}

// computed says that a field gets its value from others, and is not for people to set.
func computed(f *ast.Field) bool {
	switch x := f.Value.(type) {
	case *ast.Ident:
		return !strings.HasPrefix(x.Name, "#") && !slices.Contains([]string{"string", "bool", "int", "number", "bytes"}, x.Name)
	case *ast.StructLit:
		return f.Constraint == 0
	}
	return false
}

// children are the fields below a field's value.
func (r *reader) children(x ast.Expr, path string) []knob {
	if id, ok := x.(*ast.Ident); ok {
		if r.open[id.Name] {
			return nil
		}
		r.open[id.Name] = true
		defer delete(r.open, id.Name)
	}
	decls := r.structOf(x)
	if r.plainMap(decls) {
		return nil // a map of plain values is a field by itself
	}
	return r.knobs(decls, path, "")
}

func (r *reader) plainMap(decls []ast.Decl) bool {
	f, ok := onlyPattern(decls)
	if !ok {
		return false
	}
	below := r.structOf(f.Value)
	return len(below) == 0 || r.plainMap(below)
}

// structOf gives the declarations of the structs that an expression is made of.
func (r *reader) structOf(x ast.Expr) []ast.Decl {
	switch x := x.(type) {
	case *ast.StructLit:
		return x.Elts
	case *ast.ParenExpr:
		return r.structOf(x.X)
	case *ast.BinaryExpr:
		if x.Op == token.AND {
			return append(append([]ast.Decl{}, r.structOf(x.X)...), r.structOf(x.Y)...)
		}
	case *ast.Ident:
		if f := r.pkg.definition(x.Name); r.expand && f != nil {
			return r.structOf(f.Value)
		}
	}
	return nil
}

func onlyPattern(decls []ast.Decl) (*ast.Field, bool) {
	if len(decls) != 1 {
		return nil, false
	}
	f, ok := decls[0].(*ast.Field)
	if !ok {
		return nil, false
	}
	_, pattern := label(f)
	return f, pattern
}

// label is a field's name; of a pattern it is the word that stands for the key.
func label(f *ast.Field) (name string, pattern bool) {
	list, ok := f.Label.(*ast.ListLit)
	if !ok || len(list.Elts) != 1 {
		return source.Label(f), false
	}
	switch key := list.Elts[0].(type) {
	case *ast.Alias:
		return strings.ToLower(key.Ident.Name), true
	case *ast.Ident:
		return strings.ToLower(strings.TrimPrefix(key.Name, "#")), true
	case *ast.SelectorExpr:
		return strings.ToLower(strings.TrimPrefix(source.Text(key.Sel), "#")), true
	}
	return "key", true
}

func join(prefix, name string, pattern bool) string {
	if pattern {
		return prefix + "[" + name + "]"
	}
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// missing says what holds when nobody sets a field.
func missing(f *ast.Field) string {
	if def := defaultOf(f.Value); def != "" {
		return code(def)
	}
	switch f.Constraint {
	case token.NOT:
		return "required"
	case token.OPTION:
		return "absent"
	}
	if s, ok := f.Value.(*ast.StructLit); ok {
		if _, ok := onlyPattern(s.Elts); ok {
			return "none"
		}
	}
	return ""
}

// condition gives the text of an `if`, and what it guards.
func condition(c *ast.Comprehension) (string, []ast.Decl) {
	var texts []string
	for _, clause := range c.Clauses {
		guard, ok := clause.(*ast.IfClause)
		if !ok {
			return "", nil
		}
		texts = append(texts, line(guard.Condition))
	}
	body, ok := c.Value.(*ast.StructLit)
	if !ok {
		return "", nil
	}
	return strings.Join(texts, " and "), body.Elts
}
