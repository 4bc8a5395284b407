package validate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// unknown is a field that no definition allows.
type unknown struct {
	path []string
	pos  diagnostics.Position
}

// unknown notes a field that no definition allows. Where CUE names a field
// inside it, it is the outermost one that nobody has declared.
func (e *explainer) unknown(f *finding) {
	path := f.path
	for i := 2; i < len(path); i++ {
		if _, depth := e.tree.Locate(e.cluster.Cluster, path[:i]); depth == i && len(e.conjuncts(path[:i])) > 0 && !e.isDeclared(path[:i]) {
			path = path[:i]
			break
		}
	}
	if e.isKnown(path) {
		return
	}
	pos := e.places(f)[0]
	if own, depth := e.tree.Locate(e.cluster.Cluster, path); depth == len(path) {
		pos = own
	}
	var edits []source.Edit
	for _, field := range e.tree.FieldsAt(e.cluster.Cluster, path) {
		edits = append(edits, source.Drop(field))
	}
	e.leave(path, edits...)
	e.unknowns = append(e.unknowns, unknown{path, pos})
}

// unknownField reports a field that no definition allows, with the one that was
// probably meant; if that is required, it only seems to be missing.
func (e *explainer) unknownField(u unknown) {
	parent, label := u.path[:len(u.path)-1], u.path[len(u.path)-1]
	d := diagnostics.Diagnostic{Position: u.pos, Path: pathText(u.path), Message: "unknown field", Fix: "remove it"}
	known := slices.DeleteFunc(e.allowed(parent), func(name string) bool { return name == label })
	near := suggest.Nearest(label, known)
	switch patterns := e.patterns(parent); {
	case near != "":
		d.Fix = fmt.Sprintf("did you mean %q?", near)
		meant := pathText(append(slices.Clone(parent), near))
		e.found = slices.DeleteFunc(e.found, func(o diagnostics.Diagnostic) bool { return o.Path == meant && o.Message == notSet })
	case len(patterns) > 0:
		e.wrongName(&d, label, patterns[0])
	case len(known) > 0:
		d.Fix = "remove it, or use one of: " + strings.Join(known, ", ")
	}
	e.report(d)
}

// wrongName explains a name that its pattern does not allow.
func (e *explainer) wrongName(d *diagnostics.Diagnostic, label string, pattern cue.Value) {
	if known := literals(pattern); len(known) > 0 {
		d.Message = fmt.Sprintf("%q is not allowed here", label)
		d.Fix = "use one of " + strings.Join(known, ", ")
		return
	}
	d.Message = fmt.Sprintf("%q is not allowed as a name here", label)
	d.Fix = "choose another name"
	file, x := sourceOf(pattern)
	if x == nil {
		return
	}
	d.Message += ": it must be " + e.words(file, x)
	if better := e.better(label, file, x); better != "" {
		d.Fix = fmt.Sprintf("write %q", better)
	}
}

// unknownEntry reports an override of a component or workspace that the
// cluster does not have; it is true when that is what is wrong.
func (e *explainer) unknownEntry(path []string) bool {
	if len(path) < 4 || path[1] != "components" && path[1] != "workspaces" {
		return false
	}
	if e.isThere(path[:3]) {
		return false
	}
	pos, depth := e.tree.Locate(e.cluster.Cluster, path[:3])
	if depth < 3 {
		said := e.conjuncts(path[:3])
		if len(said) == 0 {
			return false
		}
		pos = said[0].pos
	}
	what := strings.TrimSuffix(path[1], "s")
	d := diagnostics.Diagnostic{
		Position: pos, Path: pathText(path[:3]),
		Message: "the cluster has no such " + what,
	}
	var known []string
	for _, name := range e.fieldsOf(path[:2]) {
		if e.isThere([]string{path[0], path[1], name}) {
			known = append(known, name)
		}
	}
	d.Fix = fmt.Sprintf("to add one, write `%s: %q: <package>.#%s`", path[1], path[2], title(what))
	if len(known) > 0 {
		d.Fix = fmt.Sprintf("it has %s; %s", strings.Join(known, ", "), d.Fix)
	}
	if near := suggest.Nearest(path[2], known); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q?", near)
	}
	e.leave(path[:3])
	e.report(d)
	return true
}

// isThere says whether a component or workspace is more than an override of one.
func (e *explainer) isThere(path []string) bool {
	_, err := e.lookup(append(slices.Clone(path), "summary")).String()
	return err == nil
}

func (e *explainer) fieldsOf(path []string) []string {
	it, _ := e.lookup(path).Fields()
	var names []string
	for it != nil && it.Next() {
		names = append(names, it.Selector().Unquoted())
	}
	slices.Sort(names)
	return names
}
