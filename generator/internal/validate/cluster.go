// Package validate says whether the input is right, and if not, all that is
// wrong with it. It changes nothing.
package validate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// Cluster judges one cluster by itself. An empty list means that its value is
// complete and may be resolved.
func Cluster(c source.Evaluated) diagnostics.List {
	e := &explainer{cluster: c, tree: c.Tree}
	e.shape()
	if c.Err != nil {
		e.explain(errors.Errors(c.Err))
		return e.finish()
	}
	if len(e.found) > 0 {
		return e.finish()
	}
	if err := c.Value.Validate(cue.Concrete(true)); err != nil {
		e.typos()
		e.explain(errors.Errors(err))
		return e.finish()
	}
	e.name()
	return e.finish()
}

// explainer turns what CUE says about one cluster into what its author needs.
type explainer struct {
	cluster source.Evaluated
	tree    *source.Tree
	found   diagnostics.List
}

func (e *explainer) finish() diagnostics.List {
	for i := range e.found {
		e.found[i].Clusters = []string{e.cluster.Name}
	}
	return e.found
}

func (e *explainer) report(d diagnostics.Diagnostic) { e.found = append(e.found, d) }

// shape checks what CUE lets through: a cluster's package holds one visible
// field, and its files belong to one package.
func (e *explainer) shape() {
	defined := false
	for _, f := range e.tree.FilesOf(e.cluster.Cluster) {
		for _, decl := range f.Syntax.Decls {
			defined = e.declaration(decl) || defined
		}
	}
	own := e.tree.Files[e.cluster.File()]
	if name := own.Syntax.PackageName(); name != source.ClusterPackage {
		e.report(diagnostics.Diagnostic{
			Position: diagnostics.Position{File: own.Path, Line: 1, Column: 1},
			Message:  fmt.Sprintf("is in package %s; a cluster's file is in package %s", name, source.ClusterPackage),
			Fix:      "begin the file with `package " + source.ClusterPackage + "`",
		})
		return
	}
	if !defined && len(e.found) == 0 {
		e.report(diagnostics.Diagnostic{
			Position: diagnostics.Position{File: own.Path, Line: 1, Column: 1},
			Message:  "defines no cluster",
			Fix:      "add `cluster: <model>.#Model & {...}`; heddle new cluster NAME writes such a file",
		})
	}
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
			Fix:     fmt.Sprintf("write `cluster:` for `%s:`, or begin the name with _ to keep it to yourself", label),
		})
	case *ast.EmbedDecl:
		e.report(diagnostics.Diagnostic{
			Position: source.Position(decl.Pos()),
			Message:  "a value stands at the top of the file, where a typo beside it would pass in silence",
			Fix:      "put it under the field: `cluster: " + firstLine(source.Text(decl.Expr)) + "`",
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

// name checks that the folder has the cluster's name.
func (e *explainer) name() {
	name, err := e.cluster.Value.LookupPath(cue.ParsePath("cluster.name")).String()
	if err != nil || name == e.cluster.Name {
		return
	}
	pos, _ := e.tree.Locate(e.cluster.Cluster, []string{"cluster", "name"})
	e.report(diagnostics.Diagnostic{
		Position: pos, Path: "cluster.name",
		Message: fmt.Sprintf("the cluster is called %q, but its folder is %s", name, e.cluster.Dir),
		Fix:     fmt.Sprintf("write name: %q, or rename the folder to %s", e.cluster.Name, name),
	})
}

// typos reports each field that the author wrote and no definition allows. CUE
// reports them too, but not while anything else is wrong.
func (e *explainer) typos() {
	e.tree.Walk(e.cluster.Cluster, func(path []string, field *ast.Field) bool {
		if len(path) < 2 {
			return true
		}
		parent := e.lookup(path[:len(path)-1])
		label := path[len(path)-1]
		if strings.HasPrefix(label, "#") || strings.HasPrefix(label, "_") {
			return false
		}
		if !parent.Exists() || parent.IncompleteKind() != cue.StructKind || parent.Allows(cue.Str(label)) {
			return parent.Exists()
		}
		e.unknownField(path, source.Position(field.Pos()))
		return false
	})
}

func (e *explainer) lookup(path []string) cue.Value {
	v := e.cluster.Value
	for _, p := range path {
		if strings.HasPrefix(p, "#") {
			v = v.LookupPath(cue.MakePath(cue.Def(p)))
			continue
		}
		next := v.LookupPath(cue.MakePath(cue.Str(p)))
		if !next.Exists() {
			next = v.LookupPath(cue.MakePath(cue.Str(p).Optional()))
		}
		v = next
	}
	return v
}

func (e *explainer) unknownField(path []string, pos diagnostics.Position) {
	parent, label := path[:len(path)-1], path[len(path)-1]
	known := slices.DeleteFunc(e.allowed(parent), func(name string) bool { return name == label })
	d := diagnostics.Diagnostic{Position: pos, Path: pathText(path), Message: "unknown field", Fix: "remove it"}
	if near := suggest.Nearest(label, known); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q?", near)
	} else if len(known) > 0 {
		d.Fix = "remove it, or use one of: " + strings.Join(known, ", ")
	}
	e.report(d)
}

// allowed lists the fields that a struct may have.
func (e *explainer) allowed(path []string) []string {
	parent := e.lookup(path)
	it, err := parent.Fields(cue.Optional(true))
	if it == nil || err != nil && !parent.Exists() {
		return nil
	}
	var names []string
	for it.Next() {
		name := it.Selector().Unquoted()
		if parent.Allows(cue.Str(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
