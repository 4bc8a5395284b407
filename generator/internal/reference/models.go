package reference

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
)

func (r *repository) modelsPage() (*page, error) {
	p := newPage("Models", "What clusters are instances of: one folder each, under `models/`.")
	var rows [][]string
	for _, m := range r.models {
		name := m.text("#Model.model")
		rows = append(rows, []string{link(name, "", name), strings.ReplaceAll(m.doc(), "\n", " ")})
	}
	p.table([]string{"Model", "About"}, rows)
	for _, m := range r.models {
		if err := r.model(p, m); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (r *repository) model(p *page, m *pkg) error {
	required, offered, err := m.capabilities()
	if err != nil {
		return err
	}
	components, err := m.keys("#Model.components")
	if err != nil {
		return err
	}
	workspaces, err := m.keys("#Model.workspaces")
	if err != nil {
		return err
	}
	pools, err := m.keys("#Model.nodePools")
	if err != nil {
		return err
	}
	p.heading(2, m.text("#Model.model"))
	p.paragraph(m.doc())
	p.list(
		"Folder: "+code(m.dir),
		"Builds on: "+r.base(m),
		"Requires the capabilities: "+codes(required),
		given("A cluster may require: ", codes(offered)),
		given("Components beside those that give capabilities: ", codes(components)),
		given("Workspaces: ", codes(workspaces)),
		"Node pools: "+codes(pools),
		"Kubernetes: "+code(m.text("#Model.kubernetes.version")),
	)
	return nil
}

// capabilities gives those that a model requires, and those that are off until
// a cluster asks for them.
func (p *pkg) capabilities() (required, offered []string, err error) {
	names, err := p.keys("#Model.requires")
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		v := p.value.LookupPath(cue.ParsePath("#Model.requires." + name))
		if d, ok := v.Default(); ok {
			v = d
		}
		wanted, err := v.Bool()
		if err != nil {
			return nil, nil, err
		}
		if wanted {
			required = append(required, name)
			continue
		}
		offered = append(offered, name)
	}
	return required, offered, nil
}

// base names the model that a model builds on.
func (r *repository) base(m *pkg) string {
	def := m.definition("#Model")
	if def == nil {
		return ""
	}
	dirs := m.imported()
	bases := []string{}
	ast.Walk(def.Value, func(n ast.Node) bool {
		if x, ok := n.(*ast.SelectorExpr); ok {
			if base := find(r.models, named(x, dirs, "#Model")); base != nil {
				bases = append(bases, base.text("#Model.model"))
			}
		}
		return true
	}, nil)
	if len(bases) == 0 {
		return code("schema.#Cluster")
	}
	slices.Sort(bases)
	for i, b := range bases {
		bases[i] = link(b, "", b)
	}
	return strings.Join(slices.Compact(bases), ", ")
}
