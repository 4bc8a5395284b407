package validate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// CUE's messages that this file knows how to explain.
const (
	notAllowed     = "field not allowed"
	notPresent     = "field is required but not present"
	missing        = "required field missing: %s"
	incomplete     = "incomplete value %v"
	emptyDisjunct  = "%d errors in empty disjunction:"
	conflict       = "conflicting values %s and %s"
	mismatch       = "conflicting values %s and %s (mismatched types %s and %s)"
	outOfBound     = "invalid value %v (out of bound %s)"
	noReference    = "reference %q not found"
	undefinedField = "undefined field: %s"
)

// finding is all that CUE says about one path.
type finding struct {
	path    []string
	errs    []errors.Error
	formats map[string]bool
}

// explain groups CUE's errors by path, drops those that only follow from
// others, and reports the rest.
func (e *explainer) explain(errs []errors.Error) {
	var findings []*finding
	byPath := map[string]*finding{}
	for _, err := range errs {
		path := unquoted(err.Path())
		key := strings.Join(path, "\x00")
		if len(path) == 0 {
			key = err.Error() + source.Position(err.Position()).String()
		}
		f := byPath[key]
		if f == nil {
			f = &finding{path: path, formats: map[string]bool{}}
			byPath[key] = f
			findings = append(findings, f)
		}
		format, _ := err.Msg()
		f.errs = append(f.errs, err)
		f.formats[format] = true
	}
	for _, f := range e.causes(findings) {
		e.finding(f)
	}
}

// causes drops findings that only follow from another: copies of a wrong fact
// in every component, and values that are incomplete because another is wrong.
func (e *explainer) causes(findings []*finding) []*finding {
	only := func(keep func(*finding) bool) {
		if kept := slices.DeleteFunc(slices.Clone(findings), func(f *finding) bool { return !keep(f) }); len(kept) > 0 || len(e.found) > 0 {
			findings = kept
		}
	}
	only(func(f *finding) bool { return !isFact(f.path) })
	only(func(f *finding) bool { return !f.formats[missing] })
	only(func(f *finding) bool { return !f.formats[incomplete] })
	return findings
}

// isFact says whether a path lies in what a cluster tells its backend and components.
func isFact(path []string) bool {
	if len(path) > 2 && path[0] == source.ClusterField && path[1] == "backend" {
		return slices.Contains([]string{"cluster", "pools", "plane"}, path[2])
	}
	return len(path) > 3 && path[1] == "components" && path[3] == "cluster" ||
		len(path) > 1 && strings.HasPrefix(path[1], "_")
}

func (e *explainer) finding(f *finding) {
	switch {
	case f.formats[notAllowed]:
		e.unknownOnce(f)
	case f.formats[notPresent]:
		e.required(f)
	case f.formats[emptyDisjunct], f.formats[conflict], f.formats[mismatch], f.formats[outOfBound]:
		e.wrongValue(f)
	case f.formats[incomplete]:
		e.incomplete(f)
	default:
		for _, err := range f.errs {
			e.other(f.path, err)
		}
	}
}

// unknownOnce reports an unknown field, unless the walk over the author's files did.
func (e *explainer) unknownOnce(f *finding) {
	path := pathText(f.path)
	if slices.ContainsFunc(e.found, func(d diagnostics.Diagnostic) bool { return d.Path == path }) {
		return
	}
	e.unknownField(f.path, e.places(f)[0])
}

// places gives the positions of a finding, best to edit first; there is at least one.
func (e *explainer) places(f *finding) []diagnostics.Position {
	var places []diagnostics.Position
	for _, err := range f.errs {
		for _, p := range append([]token.Pos{err.Position()}, err.InputPositions()...) {
			if pos := source.Position(p); pos.File != "" && !slices.Contains(places, pos) {
				places = append(places, pos)
			}
		}
	}
	label := ""
	if len(f.path) > 0 {
		label = f.path[len(f.path)-1]
	}
	own := func(p diagnostics.Position) int {
		if field := e.tree.FieldAt(p); field != nil && source.Label(field) == label {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(places, func(a, b diagnostics.Position) int {
		if d := own(a) - own(b); d != 0 {
			return d
		}
		return source.CompareFiles(a.File, b.File)
	})
	if len(places) == 0 {
		pos, _ := e.tree.Locate(e.cluster.Cluster, f.path)
		places = append(places, pos)
	}
	return places
}

// required reports a knob that must be set and is not, at the place in the
// cluster's file that lacks it.
func (e *explainer) required(f *finding) {
	if e.unknownEntry(f.path) {
		return
	}
	pos, depth := e.tree.Locate(e.cluster.Cluster, f.path)
	d := diagnostics.Diagnostic{
		Position: pos, Path: pathText(f.path), Message: "is required and not set",
		Fix: "add `" + asField(f.path[min(depth, len(f.path)-1):]) + "` here",
	}
	for _, p := range e.places(f) {
		field := e.tree.FieldAt(p)
		if field == nil || source.Label(field) != f.path[len(f.path)-1] {
			continue
		}
		d.Related = append(d.Related, diagnostics.Related{Position: p, Text: "declared"})
		d.Doc = source.Doc(field)
		d.Fix = "add `" + asField(f.path[min(depth, len(f.path)-1):]) + " " + placeholder(field.Value) + "` here"
	}
	e.report(d)
}

// unknownEntry reports an override of a component or workspace that the
// cluster does not have; it is true when that is what is wrong.
func (e *explainer) unknownEntry(path []string) bool {
	if len(path) < 4 || path[1] != "components" && path[1] != "workspaces" {
		return false
	}
	if e.lookup(append(slices.Clone(path[:3]), "summary")).Err() == nil {
		return false
	}
	pos, depth := e.tree.Locate(e.cluster.Cluster, path[:3])
	if depth < 3 {
		return false
	}
	what := strings.TrimSuffix(path[1], "s")
	d := diagnostics.Diagnostic{
		Position: pos, Path: pathText(path[:3]),
		Message: "the cluster has no such " + what,
	}
	if slices.ContainsFunc(e.found, func(o diagnostics.Diagnostic) bool { return o.Path == d.Path }) {
		return true
	}
	var known []string
	for _, name := range e.allFields(path[:2]) {
		if e.lookup([]string{path[0], path[1], name, "summary"}).Err() == nil {
			known = append(known, name)
		}
	}
	d.Fix = fmt.Sprintf("it has %s; to add another, write `%s: %q: <package>.#%s`", strings.Join(known, ", "), path[1], path[2], title(what))
	if near := suggest.Nearest(path[2], known); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q?", near)
	}
	e.report(d)
	return true
}

func (e *explainer) allFields(path []string) []string {
	it, _ := e.lookup(path).Fields()
	var names []string
	for it != nil && it.Next() {
		names = append(names, it.Selector().Unquoted())
	}
	slices.Sort(names)
	return names
}

// incomplete reports a value that is not settled: never given, or with two defaults.
func (e *explainer) incomplete(f *finding) {
	pos, _ := e.tree.Locate(e.cluster.Cluster, f.path)
	d := diagnostics.Diagnostic{Position: pos, Path: pathText(f.path), Message: "has no value"}
	var defaults []diagnostics.Position
	for _, p := range e.conjuncts(f) {
		if field := e.tree.FieldAt(p); field != nil && hasDefault(field.Value) {
			defaults = append(defaults, p)
		}
	}
	if len(defaults) > 1 {
		d.Position = defaults[0]
		d.Message = "has two defaults, so none holds"
		d.Fix = "give it a plain value here, or remove one of the defaults (*)"
		for _, p := range defaults[1:] {
			d.Related = append(d.Related, diagnostics.Related{Position: p, Text: "other default " + source.Text(e.tree.FieldAt(p).Value)})
		}
		e.report(d)
		return
	}
	d.Fix = "set it here: `" + asField(f.path[len(f.path)-1:]) + " ...`"
	e.report(d)
}

// conjuncts gives the places that say something about a finding's path, best to edit first.
func (e *explainer) conjuncts(f *finding) []diagnostics.Position {
	var places []diagnostics.Position
	op, args := e.lookup(f.path).Expr()
	if op == cue.AndOp {
		for _, a := range args {
			if pos := source.Position(a.Pos()); pos.File != "" {
				places = append(places, pos)
			}
		}
	}
	slices.SortStableFunc(places, func(a, b diagnostics.Position) int { return source.CompareFiles(a.File, b.File) })
	return places
}

// other reports what has no explanation of its own, in CUE's words.
func (e *explainer) other(path []string, err errors.Error) {
	format, args := err.Msg()
	f := &finding{path: path, errs: []errors.Error{err}}
	places := e.places(f)
	d := diagnostics.Diagnostic{Position: places[0], Path: pathText(path), Message: fmt.Sprintf(format, args...)}
	for _, p := range places[1:] {
		d.Related = append(d.Related, diagnostics.Related{Position: p, Text: "see"})
	}
	switch {
	case len(path) > 2 && path[1] == "capabilities":
		e.capability(&d, path[2])
	case strings.HasPrefix(d.Message, "imported and not used"):
		d.Fix = "remove the import; or, if a field of the same name hides it, put that field's name in quotes"
	case format == noReference || strings.HasPrefix(format, "undefined field"):
		e.reference(&d)
	}
	e.report(d)
}

// capability completes the report of a capability that the backend does not give.
func (e *explainer) capability(d *diagnostics.Diagnostic, name string) {
	d.Position, _ = e.tree.Locate(e.cluster.Cluster, []string{source.ClusterField, "backend"})
	d.Path = pathText([]string{source.ClusterField, "requires", name})
	d.Related = nil
	if model, err := e.lookup([]string{source.ClusterField, "model"}).String(); err == nil {
		d.Message = fmt.Sprintf("model %s requires %s: %s", model, name, d.Message)
	}
	d.Fix = fmt.Sprintf("choose another backend, or a component: `#choose: %s: <package>.#Component`", name)
	if giving := e.tree.Providers(name); len(giving) > 0 {
		d.Fix += "; these give it: " + strings.Join(giving, ", ")
	}
}

// reference suggests the name that was meant.
func (e *explainer) reference(d *diagnostics.Diagnostic) {
	f := e.tree.Files[d.Position.File]
	if f == nil || f.Syntax == nil {
		return
	}
	var known []string
	for spec := range f.Syntax.ImportSpecs() {
		if name, err := literal.Unquote(spec.Path.Value); err == nil {
			known = append(known, ast.ParseImportPath(name).Qualifier)
		}
	}
	_, word, _ := strings.Cut(d.Message, `"`)
	word = strings.TrimSuffix(word, `" not found`)
	d.Fix = "declare or import it"
	if near := suggest.Nearest(word, known); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q? else import it", near)
	} else if len(known) > 0 {
		d.Fix = "import it; this file imports " + strings.Join(known, ", ")
	}
}
