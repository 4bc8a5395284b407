package explain

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// Leaf is a value that is no struct, at a path.
type Leaf struct {
	Path cue.Path
	// Text is the value in JSON.
	Text string
}

// Leaves lists the values of a cluster below a path, in the order in which CUE
// has them, less what is there a second time: the facts that components and
// the backend are given.
func (e *Explainer) Leaves(path cue.Path) []Leaf {
	var leaves []Leaf
	e.walk(e.cluster.Value.LookupPath(path), path, func(v cue.Value, p cue.Path) {
		leaves = append(leaves, Leaf{p, text(v)})
	})
	return leaves
}

func (e *Explainer) walk(v cue.Value, path cue.Path, leaf func(cue.Value, cue.Path)) {
	if !isStruct(v) {
		leaf(v, path)
		return
	}
	fields, err := v.Fields()
	if err != nil {
		return
	}
	for fields.Next() {
		next := cue.MakePath(append(slices.Clone(path.Selectors()), fields.Selector())...)
		if !isCopy(next) {
			e.walk(fields.Value(), next, leaf)
		}
	}
}

// isCopy says whether a path is of facts that the cluster hands to a component or to its backend.
func isCopy(path cue.Path) bool {
	names := source.PathStrings(path)
	return len(names) == 3 && len(copyOf(names)) > 0 || len(names) == 4 && names[1] == "components" && len(copyOf(names)) > 0
}

// copyOf gives the path in the cluster of which a path of facts is a copy.
func copyOf(names []string) []string {
	switch {
	case len(names) > 3 && names[1] == "components" && names[3] == "cluster":
		return append([]string{source.ClusterField}, names[4:]...)
	case len(names) < 3 || names[1] != "backend":
		return nil
	case names[2] == "cluster":
		return append([]string{source.ClusterField}, names[3:]...)
	case names[2] == "pools":
		return append([]string{source.ClusterField, "nodePools"}, names[3:]...)
	case names[2] == "plane":
		return append([]string{source.ClusterField, "controlPlane"}, names[3:]...)
	}
	return nil
}

// original gives the value that a fact is a copy of, where there is one.
func (e *Explainer) original(path cue.Path) cue.Path {
	var selectors []cue.Selector
	for _, name := range copyOf(source.PathStrings(path)) {
		selectors = append(selectors, cue.Str(name))
	}
	if len(selectors) == 0 {
		return path
	}
	original := cue.MakePath(selectors...)
	if v := e.cluster.Value.LookupPath(original); !v.Exists() || v.IncompleteKind() != e.cluster.Value.LookupPath(path).IncompleteKind() {
		return path
	}
	return original
}

// Set lists what the cluster's own files set, in the order of the files, each
// with what it overrode.
func (e *Explainer) Set() []*Value {
	var values []*Value
	for _, f := range e.cluster.Tree.FilesOf(e.cluster.Cluster) {
		e.written(f.Syntax.Decls, nil, func(field *ast.Field, path cue.Path) {
			if value := e.setBy(field, path); value != nil {
				values = append(values, value)
			}
		})
	}
	return values
}

// setBy explains a field that a file writes; it is nil where the file's line did not decide.
func (e *Explainer) setBy(field *ast.Field, path cue.Path) *Value {
	v := e.cluster.Value.LookupPath(path)
	if !v.Exists() {
		return nil // a condition that does not hold
	}
	pos := source.Position(field.Pos())
	value := e.places(path)
	if isStruct(v) {
		value.Winner = &Place{Position: pos, Text: written(field), Role: Part}
		value.Value, value.Others = source.Text(withoutFields(field.Value)), nil
		return value
	}
	value.Value = text(v)
	if value.Winner == nil || !samePlace(value.Winner.Position, pos) {
		return nil
	}
	return value
}

func samePlace(a, b diagnostics.Position) bool { return a.Compare(b) == 0 }

// withoutFields leaves of x.#Model & {...} what is not written out.
func withoutFields(x ast.Expr) ast.Expr {
	binary, ok := x.(*ast.BinaryExpr)
	if !ok {
		return x
	}
	if _, ok := binary.Y.(*ast.StructLit); ok {
		return withoutFields(binary.X)
	}
	return x
}

// written visits the fields of declarations that hold a value, or name a definition.
func (e *Explainer) written(decls []ast.Decl, path []cue.Selector, visit func(*ast.Field, cue.Path)) {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			name, _, err := ast.LabelName(d.Label)
			if err != nil || strings.HasPrefix(name, "_") {
				continue
			}
			at := append(slices.Clone(path), selector(name))
			bodies, rest := split(d.Value)
			if rest {
				visit(d, cue.MakePath(at...))
			}
			for _, body := range bodies {
				e.written(body.Elts, at, visit)
			}
		case *ast.EmbedDecl:
			bodies, _ := split(d.Expr)
			for _, body := range bodies {
				e.written(body.Elts, path, visit)
			}
		case *ast.Comprehension:
			if body, ok := d.Value.(*ast.StructLit); ok {
				e.written(body.Elts, path, visit)
			}
		}
	}
}

func selector(name string) cue.Selector {
	if strings.HasPrefix(name, "#") {
		return cue.Def(name)
	}
	return cue.Str(name)
}

// split gives the structs written in an expression, and says whether it has more than them.
func split(x ast.Expr) (bodies []*ast.StructLit, rest bool) {
	switch x := x.(type) {
	case *ast.StructLit:
		return []*ast.StructLit{x}, false
	case *ast.ParenExpr:
		return split(x.X)
	case *ast.BinaryExpr:
		left, more := split(x.X)
		right, most := split(x.Y)
		if len(left)+len(right) > 0 {
			return append(left, right...), more || most
		}
	}
	return nil, true
}
