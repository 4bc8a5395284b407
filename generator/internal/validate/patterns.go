package validate

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// patterns finds overrides in brackets, `components: ["cert-manager"]: ...`, of
// components that do not exist. They hold for the component wherever it is, so
// CUE takes a misspelt one for a component that is nowhere.
func (s *survey) patterns() {
	var names []string
	for _, f := range s.tree.SortedFiles() {
		if strings.HasPrefix(f.Path, "components/") && f.Syntax != nil {
			names = append(names, s.tree.Names(f, "#Component")...)
		}
	}
	for _, f := range s.tree.SortedFiles() {
		if f.Syntax == nil || !strings.HasPrefix(f.Path, "models/") && !strings.HasPrefix(f.Path, "clusters/") {
			continue
		}
		for _, label := range bracketed(f.Syntax) {
			s.pattern(label, names)
		}
	}
}

// bracketed gives the names in brackets right below a field `components`.
func bracketed(f *ast.File) []*ast.BasicLit {
	var found []*ast.BasicLit
	ast.Walk(f, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok || source.Label(field) != "components" {
			return true
		}
		body, ok := field.Value.(*ast.StructLit)
		if !ok {
			return true
		}
		for _, decl := range body.Elts {
			inner, ok := decl.(*ast.Field)
			if !ok {
				continue
			}
			if list, ok := inner.Label.(*ast.ListLit); ok && len(list.Elts) == 1 {
				if name, ok := list.Elts[0].(*ast.BasicLit); ok {
					found = append(found, name)
				}
			}
		}
		return true
	}, nil)
	return found
}

func (s *survey) pattern(label *ast.BasicLit, names []string) {
	name, err := literal.Unquote(label.Value)
	if err != nil {
		return
	}
	for _, known := range names {
		if known == name {
			return
		}
	}
	d := diagnostics.Diagnostic{
		Position: source.Position(label.Pos()), Path: fmt.Sprintf("components[%q]", name),
		Message: "there is no such component, so this changes nothing", Fix: "name a component of components/",
	}
	if near := suggest.Nearest(name, names); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q?", near)
	}
	s.found = append(s.found, d)
}
