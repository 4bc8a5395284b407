package reference

import (
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"heddle.dev/platform/generator/internal/source"
)

func (r *repository) schemaPage() (*page, error) {
	p := newPage("Schema", "What may be written, and what it means: the definitions of `generator/schema`.\n\n"+
		"*required* must be set, *absent* may be left out. A field in square brackets stands for any number of fields, by that key.")
	for _, name := range r.schema.definitions() {
		r.definition(p, name)
	}
	return p, nil
}

// definitions lists the names that a package defines, in order of its files.
func (p *pkg) definitions() []string {
	var names []string
	for _, f := range p.files {
		for _, decl := range f.Decls {
			field, ok := decl.(*ast.Field)
			if !ok {
				continue
			}
			if name := source.Label(field); strings.HasPrefix(name, "#") && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// definition writes what all files say of a definition.
func (r *repository) definition(p *page, name string) {
	p.heading(2, name)
	reader := &reader{pkg: r.schema, open: map[string]bool{}}
	var rows [][]string
	var plain []string
	for _, f := range r.schema.files {
		for _, decl := range f.Decls {
			field, ok := decl.(*ast.Field)
			if !ok || source.Label(field) != name {
				continue
			}
			p.paragraph(prose(strings.TrimSpace(comment(field))) + " (" + code(path.Base(f.Filename)) + ")")
			knobs := reader.knobs(reader.structOf(field.Value), "", "")
			for _, k := range knobs {
				if k.kind != "" || k.doc != "" {
					rows = append(rows, []string{code(k.path), k.kind, k.def, k.doc})
				}
			}
			if len(knobs) == 0 {
				plain = append(plain, name+": "+source.Text(field.Value))
			}
		}
	}
	p.table([]string{"Field", "Type", "Default", "About"}, rows)
	for _, text := range plain {
		p.block("cue", text)
	}
}
