package reference

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/source"
)

// providers lists a backend's providers of Cluster API with their versions.
func (p *pkg) providers() ([]string, error) {
	types, err := p.keys("#Backend.providers")
	if err != nil {
		return nil, err
	}
	var all []string
	for _, t := range types {
		names, err := p.keys("#Backend.providers." + t)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			all = append(all, fmt.Sprintf("%s %s %s", t, code(name), p.text(fmt.Sprintf("#Backend.providers.%s.%q.version", t, name))))
		}
	}
	slices.Sort(all)
	return all, nil
}

// region says whether a backend has regions.
func (p *pkg) region() string {
	for _, decl := range (&reader{pkg: p}).structOf(p.definition("#Backend").Value) {
		f, ok := decl.(*ast.Field)
		if !ok || source.Label(f) != "region" {
			continue
		}
		if f.Constraint == token.NOT {
			return "required, " + code(line(f.Value))
		}
	}
	return "none"
}

// sizes lists the sizes of machines that a backend has.
func (p *pkg) sizes() string {
	def := p.definition("#Sizes")
	if def == nil {
		return "all; the backend makes no difference between them"
	}
	var all []string
	for _, decl := range (&reader{pkg: p}).structOf(def.Value) {
		f, ok := decl.(*ast.Field)
		if !ok || source.Label(f) == "" {
			continue
		}
		text := code(source.Label(f))
		if f.Constraint == token.OPTION {
			text += " (when `config.sizes` says what it is)"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}
