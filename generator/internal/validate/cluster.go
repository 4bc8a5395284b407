// Package validate says whether the input is right, and if not, all that is
// wrong with it. It changes nothing.
package validate

import (
	"fmt"
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// rounds is how often a cluster is looked at again, each time without the
// mistakes found so far: CUE says nothing of what one mistake hides.
const rounds = 4

// Cluster judges one cluster by itself. An empty list means that its value is
// complete and may be resolved.
func Cluster(c source.Evaluated) diagnostics.List {
	e := &explainer{cluster: c, tree: c.Tree}
	e.shape()
	switch {
	case c.Err != nil:
		e.explain(errors.Errors(c.Err))
		return e.finish()
	case len(e.found) > 0:
		return e.finish()
	}
	for e.round = range rounds {
		err := e.cluster.Value.Validate(cue.Concrete(true))
		if e.strange(err) {
			break
		}
		if err == nil {
			break
		}
		e.aside = nil
		if e.round == 0 {
			e.misplaced()
		}
		e.explain(errors.Errors(err))
		next, ok := e.cluster.Without(e.aside)
		if !ok {
			break
		}
		e.cluster = next
	}
	e.name()
	e.gaps()
	return e.finish()
}

// explainer turns what CUE says about one cluster into what its author needs.
type explainer struct {
	cluster source.Evaluated
	tree    *source.Tree
	found   diagnostics.List

	// round counts the looks at the cluster; aside is what the next look leaves
	// out, and known the paths that earlier ones did.
	round int
	aside []source.Edit
	known [][]string

	// unknowns are fields that nobody declares. They are reported last, when no
	// other mistake hides what may stand in their place.
	unknowns []unknown

	// at is the path that is being explained, for words about fields beside it;
	// depth counts the definitions that words has followed.
	at    []string
	depth int
}

func (e *explainer) finish() diagnostics.List {
	for _, u := range e.unknowns {
		e.unknownField(u)
	}
	for i := range e.found {
		e.found[i].Clusters = []string{e.cluster.Name}
	}
	return e.found
}

func (e *explainer) report(d diagnostics.Diagnostic) { e.found = append(e.found, d) }

// leave leaves a mistake, and all that lies below its path, out of the next look.
func (e *explainer) leave(path []string, edits ...source.Edit) {
	e.known = append(e.known, slices.Clone(path))
	for _, edit := range edits {
		if e.isOwn(edit.File) {
			e.aside = append(e.aside, edit)
		}
	}
}

// isOwn says whether a file is one of the cluster's package.
func (e *explainer) isOwn(file string) bool {
	return slices.ContainsFunc(e.tree.FilesOf(e.cluster.Cluster), func(f *source.File) bool { return f.Path == file })
}

// strange reports a cluster that no schema holds, because it is no instance of
// a model; err is what CUE says of it.
func (e *explainer) strange(err error) bool {
	for _, x := range errors.Errors(err) {
		if len(x.Path()) < 2 {
			return false // that explains it
		}
	}
	path := []string{source.ClusterField}
	cluster := e.lookup(path)
	if !cluster.Exists() || e.isKnown(path) {
		return false // it could not be compiled, which is reported
	}
	if cluster.LookupPath(cue.MakePath(cue.Def("#given"))).Exists() && cluster.LookupPath(cue.ParsePath("model")).Exists() {
		return false
	}
	pos, _ := e.tree.Locate(e.cluster.Cluster, path)
	e.report(diagnostics.Diagnostic{
		Position: pos, Path: source.ClusterField, Message: "is no instance of a model, so nothing says what it may hold",
		Fix: "write `cluster: <model>.#Model & {...}`, and import " + e.packages("models", "#Model"),
	})
	return true
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

// gaps reports each capability of which the backend says nothing. CUE does not:
// the table is a definition, which need not be complete.
func (e *explainer) gaps() {
	backend := e.lookup([]string{source.ClusterField, "backend"})
	name, err := backend.LookupPath(cue.ParsePath("name")).String()
	it, tableErr := backend.LookupPath(cue.MakePath(cue.Def("#capabilities"))).Fields(cue.Optional(true))
	if err != nil || tableErr != nil {
		return
	}
	for it.Next() {
		if it.Selector().ConstraintType() != cue.RequiredConstraint {
			continue
		}
		capability := it.Selector().Unquoted()
		pos, _ := e.tree.LocateIn("#Backend", name, []string{"#capabilities"})
		e.report(diagnostics.Diagnostic{
			Position: pos, Path: pathText([]string{source.ClusterField, "backend", "#capabilities", capability}),
			Message: fmt.Sprintf("backend %s does not say how it gives %s", name, capability),
			Fix: fmt.Sprintf("add `%s: native: \"<what gives it>\"`, `%[1]s: component: <package>.#Component` or `%[1]s: unsupported: \"<why>\"` here%s",
				capability, e.giving(capability)),
		})
	}
}
