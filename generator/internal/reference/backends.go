package reference

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"

	"heddle.dev/platform/generator/internal/source"
)

func (r *repository) backendsPage() (*page, error) {
	p := newPage("Backends", "Where and how clusters are made: one folder each, under `models/backends/`. "+
		"Each says how it gives each capability: by a *component*, by itself (*native*), or not at all (*unsupported*).")
	capabilities, err := r.schema.keys("#Catalogue")
	if err != nil {
		return nil, err
	}
	head := []string{"Capability"}
	answers := map[*pkg]map[string][]answer{}
	for _, b := range r.backends {
		name := b.text("#Backend.name")
		head = append(head, link(name, "", name))
		answers[b] = capabilityTable(b)
	}
	var rows [][]string
	for _, capability := range capabilities {
		row := []string{code(capability)}
		for _, b := range r.backends {
			row = append(row, r.cell(answers[b][capability]))
		}
		rows = append(rows, row)
	}
	p.table(head, rows)
	p.heading(2, "Capabilities")
	rows = nil
	for _, capability := range capabilities {
		rows = append(rows, []string{code(capability), r.schema.text("#Catalogue." + capability)})
	}
	p.table([]string{"Capability", "Meaning"}, rows)
	for _, b := range r.backends {
		if err := r.backend(p, b, capabilities, answers[b]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (r *repository) backend(p *page, b *pkg, capabilities []string, table map[string][]answer) error {
	minors, err := b.keys("#Backend.kubernetes")
	if err != nil {
		return err
	}
	providers, err := b.providers()
	if err != nil {
		return err
	}
	p.heading(2, b.text("#Backend.name"))
	p.paragraph(b.doc())
	p.list(
		"Folder: "+code(b.dir),
		"Kubernetes: "+strings.Join(minors, ", "),
		"Providers of Cluster API: "+strings.Join(providers, ", "),
		"Region: "+b.region(),
		"Sizes of machines: "+b.sizes(),
	)
	var rows [][]string
	for _, capability := range capabilities {
		for _, a := range table[capability] {
			rows = append(rows, []string{code(capability), r.givenBy(a), r.note(a)})
		}
	}
	p.heading(3, "What gives each capability on "+b.text("#Backend.name"))
	p.table([]string{"Capability", "Given by", "About"}, rows)
	rows = nil
	if config := b.definition("#Config"); config != nil {
		reader := newReader(b)
		for _, k := range reader.knobs(reader.structOf(config.Value), "", "") {
			rows = append(rows, []string{code(k.path), k.kind, k.def, k.doc})
		}
	}
	p.heading(3, "Knobs of "+b.text("#Backend.name"))
	p.paragraph("A cluster sets them in `backend: config`.")
	p.table([]string{"Knob", "Type", "Default", "About"}, rows)
	return nil
}

// answer is one of the ways in which a backend gives a capability.
type answer struct {
	component   string // its folder
	native      string
	unsupported string
	only        string // condition; "" for always, or for when no other holds
	last        bool   // holds when no other does
}

// capabilityTable gives a backend's answers by capability.
func capabilityTable(b *pkg) map[string][]answer {
	table := map[string][]answer{}
	dirs := b.imported()
	r := &reader{pkg: b}
	for _, decl := range r.structOf(b.definition("#Backend").Value) {
		if f, ok := decl.(*ast.Field); ok && source.Label(f) == "#capabilities" {
			for _, decl := range r.structOf(f.Value) {
				if f, ok := decl.(*ast.Field); ok {
					table[source.Label(f)] = answersOf(f.Value, dirs)
				}
			}
		}
	}
	return table
}

func answersOf(x ast.Expr, dirs map[string]string) []answer {
	switch x := x.(type) {
	case *ast.StructLit:
		return []answer{answerOf(x.Elts, dirs)}
	case *ast.IndexExpr: // [if CONDITION {...}, {...}][0]
		list, ok := x.X.(*ast.ListLit)
		if !ok {
			return nil
		}
		var all []answer
		for _, e := range list.Elts {
			switch e := e.(type) {
			case *ast.Comprehension:
				cond, body := condition(e)
				a := answerOf(body, dirs)
				a.only = cond
				all = append(all, a)
			case *ast.StructLit:
				a := answerOf(e.Elts, dirs)
				a.last = true
				all = append(all, a)
			}
		}
		return distinct(all)
	}
	return nil
}

// distinct makes answers one where the condition changes only how a component is set.
func distinct(all []answer) []answer {
	for _, a := range all {
		if a.component == "" || a.component != all[0].component {
			return all
		}
	}
	return []answer{{component: all[0].component}}
}

func answerOf(decls []ast.Decl, dirs map[string]string) answer {
	var a answer
	for _, decl := range decls {
		f, ok := decl.(*ast.Field)
		if !ok {
			continue
		}
		switch source.Label(f) {
		case "component":
			a.component = named(f.Value, dirs, "#Component")
		case "native":
			a.native = unquoted(f.Value)
		case "unsupported":
			a.unsupported = unquoted(f.Value)
		}
	}
	return a
}

func unquoted(x ast.Expr) string {
	if lit, ok := x.(*ast.BasicLit); ok {
		if s, err := literal.Unquote(lit.Value); err == nil {
			return s
		}
	}
	return line(x)
}

// cell says in a word or two how a backend gives a capability.
func (r *repository) cell(answers []answer) string {
	var all []string
	for _, a := range answers {
		all = append(all, r.givenBy(a))
	}
	return strings.Join(slices.Compact(all), " or ")
}

func (r *repository) givenBy(a answer) string {
	switch c := find(r.components, a.component); {
	case c != nil:
		return link(componentName(c), componentsPage, componentName(c))
	case a.component != "":
		return code(a.component)
	case a.native != "":
		return "native"
	}
	return "unsupported"
}

func (r *repository) note(a answer) string {
	text := prose(a.native + a.unsupported)
	when := ""
	switch {
	case a.only != "":
		when = "if " + words(a.only)
	case a.last:
		when = "otherwise"
	}
	if when == "" || text == "" {
		return when + text
	}
	return when + ": " + text
}
