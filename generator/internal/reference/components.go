package reference

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"heddle.dev/platform/generator/internal/source"
)

const componentsPage = "components.md"

func (r *repository) componentsPage() (*page, error) {
	p := newPage("Components", "What can be installed in clusters: one folder each, under `components/`. "+
		"A cluster, or a model, sets a knob in `components: \"NAME\": config`.\n\n"+
		"*Set by* names the backends and models that set the knob for their clusters. "+
		"Where they set a default, a cluster may set another value; where they set a plain value, it may not.")
	components := slices.SortedFunc(slices.Values(r.components), func(a, b *pkg) int {
		return strings.Compare(componentName(a), componentName(b))
	})
	var rows [][]string
	for _, c := range components {
		provides, err := c.keys("#Component.provides")
		if err != nil {
			return nil, err
		}
		rows = append(rows, []string{link(componentName(c), "", componentName(c)), c.text("#Component.summary"), strings.Join(provides, ", ")})
	}
	p.table([]string{"Component", "Summary", "Gives"}, rows)
	set := r.settings()
	for _, c := range components {
		if err := p.component(c, set); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func componentName(p *pkg) string { return p.text("#Component.name") }

func (p *page) component(c *pkg, set setters) error {
	provides, err := c.keys("#Component.provides")
	if err != nil {
		return err
	}
	kubernetes := ""
	if from, to := c.text("#Component.kubernetes.min"), c.text("#Component.kubernetes.max"); from != "" || to != "" {
		kubernetes = "Kubernetes: " + strings.TrimSpace(fmt.Sprintf("%s to %s", from, to))
	}
	p.heading(2, componentName(c))
	p.paragraph(c.doc())
	p.list(
		"Folder: "+code(c.dir),
		given("Gives: ", codes(provides)),
		origin(c),
		"Namespace: "+code(c.text("#Component.namespace"))+", pod security "+code(c.text("#Component.podSecurity")),
		placement(c),
		kubernetes,
		given("Needs the capabilities: ", needs(c, "requires")),
		given("Depends on the components: ", needs(c, "dependsOn")),
		given("Brings the components: ", needs(c, "#with")),
	)
	var rows [][]string
	for _, k := range componentKnobs(c) {
		rows = append(rows, []string{code(k.path), k.kind, k.def, k.doc, strings.Join(set.of(c.dir, k.path), ", ")})
	}
	if len(rows) == 0 {
		p.paragraph("It has no knobs.")
	}
	p.table([]string{"Knob", "Type", "Default", "About", "Set by"}, rows)
	return nil
}

// given puts a word before a text, where there is one.
func given(word, text string) string {
	if text == "" {
		return ""
	}
	return word + text
}

// origin says where a component comes from, and at which version.
func origin(c *pkg) string {
	const release, kustomize = "#Component.release.", "#Component.kustomize."
	if chart := c.text(release + "chart.name"); chart != "" {
		return fmt.Sprintf("Helm chart: %s of %s, %s", code(chart), code(c.text(release+"chart.repository")), version(c.text(release+"version")))
	}
	for _, source := range []struct{ kind, at string }{{"Git repository", "git"}, {"OCI artifact", "oci"}} {
		if url := c.text(kustomize + source.at + ".url"); url != "" {
			return fmt.Sprintf("%s: %s, folder %s, %s", source.kind, code(url), code(c.text(kustomize+"path")), version(c.text(kustomize+source.at+".tag")))
		}
	}
	return "Objects of its own"
}

func version(v string) string {
	if v == "" {
		return "its version follows the cluster's Kubernetes"
	}
	return "version " + code(v)
}

func placement(c *pkg) string {
	return map[string]string{
		"bootstrap":  "Installed by the management cluster's Flux, in the cluster",
		"management": "Installed by the management cluster's Flux, on the management cluster",
	}[c.text("#Component.placement")]
}

// needs lists the names that a component writes in one of its fields, each
// with the condition under which it does.
func needs(c *pkg, field string) string {
	def := c.definition("#Component")
	if def == nil {
		return ""
	}
	var found []string
	r := &reader{pkg: c}
	var walk func(decls []ast.Decl, inside bool, cond string)
	walk = func(decls []ast.Decl, inside bool, cond string) {
		for _, decl := range decls {
			switch d := decl.(type) {
			case *ast.Field:
				name := source.Label(d)
				switch {
				case inside && cond == "":
					found = append(found, code(name))
				case inside:
					found = append(found, code(name)+" if "+words(cond))
				case name == field:
					walk(r.structOf(d.Value), true, cond)
				}
			case *ast.Comprehension:
				if guard, body := condition(d); guard != "" {
					walk(body, inside, guard)
				}
			}
		}
	}
	walk(r.structOf(def.Value), false, "")
	slices.Sort(found)
	return strings.Join(found, ", ")
}

// componentKnobs are the fields of #Config, with the defaults that the
// component itself gives them.
func componentKnobs(c *pkg) []knob {
	r := newReader(c)
	config := c.definition("#Config")
	if config == nil {
		return nil
	}
	knobs := r.knobs(r.structOf(config.Value), "", "")
	own := map[string]string{}
	for _, decl := range r.structOf(c.definition("#Component").Value) {
		f, ok := decl.(*ast.Field)
		if !ok || source.Label(f) != "config" {
			continue
		}
		if x, ok := f.Value.(*ast.BinaryExpr); ok {
			for _, k := range (&reader{pkg: c}).knobs(r.structOf(x.Y), "", "") {
				own[k.path] = k.def
			}
		}
	}
	for i, k := range knobs {
		if def := own[k.path]; def != "" {
			knobs[i].def = def
		}
	}
	return knobs
}

// newReader goes into the definitions that a package's knobs name.
func newReader(p *pkg) *reader {
	return &reader{pkg: p, expand: true, open: map[string]bool{}}
}
