package validate

import (
	"fmt"
	"strings"

	"cuelang.org/go/cue/ast"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// nouns are what the definitions that people import make.
var nouns = map[string]string{
	"#Model": "a model", "#Backend": "a backend", "#Component": "a component", "#Workspace": "a workspace",
}

// misplaced reports a definition that stands where another kind of thing goes,
// such as a workspace among the components. CUE would complain of each of its
// fields.
func (e *explainer) misplaced() {
	cluster := []string{source.ClusterField}
	for _, field := range e.tree.FieldsAt(e.cluster.Cluster, cluster) {
		e.misplacedIn(cluster, field, "#Model")
	}
	for place, want := range map[string]string{"backend": "#Backend", "components": "#Component", "workspaces": "#Workspace", "#choose": "#Component"} {
		path := []string{source.ClusterField, place}
		for _, field := range e.tree.FieldsAt(e.cluster.Cluster, path) {
			if place == "backend" {
				e.misplacedIn(path, field, want)
				continue
			}
			e.misplacedIn(path, field, "")
			for _, entry := range source.Entries(field) {
				e.misplacedIn(append(path[:2:2], source.Label(entry)), entry, want)
			}
		}
	}
}

func (e *explainer) misplacedIn(path []string, field *ast.Field, want string) {
	for _, x := range conjuncts(field.Value) {
		s, ok := x.(*ast.SelectorExpr)
		if !ok {
			continue
		}
		have, _, _ := ast.LabelName(s.Sel)
		if have == want || nouns[have] == "" {
			continue
		}
		d := diagnostics.Diagnostic{
			Position: source.Position(x.Pos()), Path: pathText(path),
			Message: fmt.Sprintf("%s is %s; it must be %s", source.Text(x), nouns[have], nouns[want]),
			Fix:     fmt.Sprintf("write `<package>.%s`, or move it where %ss go", want, strings.TrimPrefix(nouns[have], "a ")),
		}
		if want == "" {
			d.Message = fmt.Sprintf("%s is %s; it must be a struct of entries by their names", source.Text(x), nouns[have])
			d.Fix = fmt.Sprintf("write `%s <name>: %s`", asField(path[1:]), source.Text(x))
		}
		e.leave(path, source.Blank(field))
		e.report(d)
	}
}
