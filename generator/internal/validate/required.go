package validate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// notSet says that a field that must be set is not.
const notSet = "is required and not set"

// schemaDir is where what is required of everybody is declared.
const schemaDir = "generator/schema/"

// required reports a field that must be set and is not, at the place that
// lacks it: in the cluster's file, or in the component or workspace that has to
// give it.
func (e *explainer) required(f *finding) {
	if e.unknownEntry(f.path) || e.wholeBackend(f.path) || e.wrongChoice(f.path) {
		return
	}
	label := f.path[len(f.path)-1]
	d := diagnostics.Diagnostic{Path: pathText(f.path), Message: notSet, Doc: e.docOf(f.path)}
	for _, p := range e.places(f) {
		if field := e.tree.FieldAt(p); field != nil && source.Label(field) == label && len(d.Related) == 0 {
			d.Related = append(d.Related, diagnostics.Related{Position: p, Text: "declared"})
		}
	}
	pos, depth := e.lacking(f.path, d.Related)
	d.Position = pos
	d.Fix = fmt.Sprintf("add `%s %s` here", asField(f.path[min(depth, len(f.path)-1):]), e.placeholderAt(f.path))
	e.report(d)
}

// lacking finds the struct that lacks a field, and how much of the path leads to it.
func (e *explainer) lacking(path []string, declared []diagnostics.Related) (diagnostics.Position, int) {
	pos, depth := e.tree.Locate(e.cluster.Cluster, path)
	if len(declared) == 0 || !strings.HasPrefix(declared[0].Position.File, schemaDir) {
		return pos, depth
	}
	definition, name, rest := source.DefinitionOf(path), "", 3
	switch {
	case definition != "" && len(path) > 3:
		name = path[2]
	case len(path) > 2 && path[1] == "backend":
		name, _ = e.lookup([]string{source.ClusterField, "backend", "name"}).String()
		definition, rest = "#Backend", 2
	}
	if name == "" {
		return pos, depth
	}
	if inner, d := e.tree.LocateIn(definition, name, path[rest:]); d >= 0 && d+rest >= depth {
		return inner, d + rest
	}
	return pos, depth
}

// wholeBackend reports a cluster without a backend, once.
func (e *explainer) wholeBackend(path []string) bool {
	backend := []string{source.ClusterField, "backend"}
	if len(path) < 2 || !slices.Equal(path[:2], backend) || len(path) > 3 {
		return false
	}
	if _, err := e.lookup(append(slices.Clone(backend), "name")).String(); err == nil {
		return false
	}
	pos, _ := e.tree.Locate(e.cluster.Cluster, backend)
	e.leave(backend)
	e.report(diagnostics.Diagnostic{
		Position: pos, Path: pathText(backend), Message: notSet, Doc: e.docOf(backend),
		Fix: "add `backend: <package>.#Backend` here, and import " + e.packages("models/backends", "#Backend"),
	})
	return true
}

// wrongChoice reports a component that is to give a capability, and does not
// say that it does.
func (e *explainer) wrongChoice(path []string) bool {
	if len(path) != 5 || path[1] != "components" || path[3] != "provides" {
		return false
	}
	component, capability := path[2], path[4]
	where := []string{source.ClusterField, "#choose", capability}
	pos, depth := e.tree.Locate(e.cluster.Cluster, where)
	if depth < len(where) {
		where = []string{source.ClusterField, "backend"}
		pos, _ = e.tree.Locate(e.cluster.Cluster, where)
	}
	e.report(diagnostics.Diagnostic{
		Position: pos, Path: pathText(where),
		Message: fmt.Sprintf("component %s does not give %s", component, capability),
		Fix:     fmt.Sprintf("choose one that does, or add `provides: %s: true` to it%s", capability, e.giving(capability)),
	})
	return true
}

// placeholderAt shows in a fix what a value of the field at a path looks like.
func (e *explainer) placeholderAt(path []string) string {
	for _, c := range e.conjuncts(path) {
		if id, ok := c.field.Value.(*ast.Ident); !ok || id.Name != "_" {
			return e.placeholder(path, option{file: c.pos.File, x: c.field.Value})
		}
	}
	return "<value>"
}

func (e *explainer) placeholder(path []string, o option) string {
	fixed, rest := e.options(o.file, o.x)
	if len(rest) == 0 && len(fixed) == 1 {
		return fixed[0]
	}
	if len(rest) == 0 && len(fixed) > 1 {
		return "<" + strings.Join(fixed, " or ") + ">"
	}
	word := "value"
	for _, x := range conjuncts(o.x) {
		switch x := x.(type) {
		case *ast.Ident:
			if strings.HasPrefix(x.Name, "#") {
				word = strings.ToLower(x.Name[1:])
			}
		case *ast.UnaryExpr:
			if x.Op == token.MAT {
				word = path[len(path)-1]
			}
		}
	}
	switch kind := e.lookup(path).IncompleteKind(); {
	case kind == cue.StructKind:
		return "{...}"
	case kind == cue.ListKind:
		return "[...]"
	case kind == cue.StringKind:
		return `"<` + word + `>"`
	case kind == cue.BoolKind:
		return "true"
	case kind&cue.NumberKind != 0:
		return "<number>"
	}
	return "<" + word + ">"
}

func fileOf(n ast.Node) string { return source.Position(n.Pos()).File }

func hasDefault(x ast.Expr) bool {
	found := false
	ast.Walk(x, func(n ast.Node) bool {
		if u, ok := n.(*ast.UnaryExpr); ok && u.Op == token.MUL {
			found = true
		}
		return !found
	}, nil)
	return found
}
