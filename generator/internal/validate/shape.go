package validate

import (
	"fmt"
	"path"
	"strings"

	"cuelang.org/go/cue/ast"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// shape checks what CUE lets through: a cluster's package holds one visible
// field, and its own file has it.
func (e *explainer) shape() {
	defined := false
	for _, f := range e.tree.FilesOf(e.cluster.Cluster) {
		for _, decl := range f.Syntax.Decls {
			is := e.declaration(decl)
			defined = defined || is && path.Dir(f.Path) == e.cluster.Dir
		}
	}
	if defined || len(e.found) > 0 {
		return
	}
	e.report(diagnostics.Diagnostic{
		Position: diagnostics.Position{File: e.cluster.File(), Line: 1, Column: 1},
		Message:  "defines no cluster",
		Fix:      "add `cluster: <model>.#Model & {...}`; heddle new cluster NAME writes such a file",
	})
}

// declaration judges one top-level declaration; it is true for the cluster's own field.
func (e *explainer) declaration(decl ast.Decl) bool {
	switch decl := decl.(type) {
	case *ast.Field:
		label := source.Label(decl)
		switch {
		case label == source.ClusterField:
			return true
		case strings.HasPrefix(label, "_"), strings.HasPrefix(label, "#"):
			return false
		}
		e.report(diagnostics.Diagnostic{
			Position: source.Position(decl.Pos()), Path: label,
			Message: "unknown field; a cluster's package holds `cluster` and nothing else",
			Fix:     fmt.Sprintf("write `cluster:` for `%s:`, or begin the name with _ to keep it to yourself", source.Text(decl.Label)),
		})
	case *ast.EmbedDecl:
		e.report(diagnostics.Diagnostic{
			Position: source.Position(decl.Pos()),
			Message:  "a value stands at the top of the file, where a typo beside it would pass in silence",
			Fix:      "put it under the field: `cluster: " + firstLine(source.Text(decl.Expr)) + "`",
		})
	case *ast.Comprehension, *ast.Ellipsis:
		e.report(diagnostics.Diagnostic{
			Position: source.Position(decl.Pos()),
			Message:  "stands at the top of the file; a cluster's package holds `cluster` and nothing else",
			Fix:      "put it under `cluster:`, or remove it",
		})
	}
	return false
}

func firstLine(s string) string {
	line, rest, _ := strings.Cut(s, "\n")
	if rest != "" {
		line += " ..."
	}
	return line
}
