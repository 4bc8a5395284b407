package validate

import (
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// CUE's messages that this package knows how to explain.
const (
	notAllowed    = "field not allowed"
	notPresent    = "field is required but not present"
	missing       = "required field missing: %s"
	incomplete    = "incomplete value %v"
	interpolation = "invalid interpolation"
	emptyDisjunct = "%d errors in empty disjunction:"
	conflict      = "conflicting values %s and %s"
	mismatch      = "conflicting values %s and %s (mismatched types %s and %s)"
	outOfBound    = "invalid value %v (out of bound %s)"
	unsatisfied   = "invalid value %s (does not satisfy %s)"
	noReference   = "reference %q not found"
	noField       = "undefined field: %s"
	unused        = "imported and not used: %s"
	noLibrary     = "builtin package %q undefined"
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
		format, _ := err.Msg()
		if err.Error() == "" || e.isKnown(unquoted(err.Path())) {
			continue
		}
		path := unquoted(err.Path())
		key := strings.Join(path, "\x00")
		if len(path) == 0 || format == noReference || format == noField {
			key += "\x00" + err.Error() + source.Position(err.Position()).String()
		}
		f := byPath[key]
		if f == nil {
			f = &finding{path: path, formats: map[string]bool{}}
			byPath[key] = f
			findings = append(findings, f)
		}
		f.errs = append(f.errs, err)
		f.formats[format] = true
	}
	for _, f := range e.causes(findings) {
		if len(f.path) == 0 || !e.isKnown(f.path) {
			e.finding(f)
		}
	}
}

// isKnown says whether a path lies at or below one that was reported.
func (e *explainer) isKnown(path []string) bool {
	return slices.ContainsFunc(e.known, func(k []string) bool {
		return len(k) > 0 && len(path) >= len(k) && slices.Equal(path[:len(k)], k)
	})
}

// causes drops findings that only follow from another: copies of a wrong fact
// in every component, and values that are incomplete because another is wrong.
func (e *explainer) causes(findings []*finding) []*finding {
	var causes []*finding
	said := map[string]bool{}
	for _, f := range findings {
		said[strings.Join(f.path, "\x00")] = true
	}
	for _, f := range findings {
		if from := origin(f.path); from != nil {
			if _, depth := e.tree.Locate(e.cluster.Cluster, f.path); depth < len(f.path) {
				f.path = from
				key := strings.Join(from, "\x00")
				if said[key] || len(from) == 0 || e.isKnown(from) {
					continue
				}
				said[key] = true
			}
		}
		causes = append(causes, f)
	}
	only := func(keep func(*finding) bool) {
		if kept := slices.DeleteFunc(slices.Clone(causes), func(f *finding) bool { return !keep(f) }); len(kept) > 0 || len(e.found) > 0 {
			causes = kept
		}
	}
	only(func(f *finding) bool { return !f.formats[missing] && !f.formats[interpolation] && !e.isOurs(f) })
	only(func(f *finding) bool { return !f.formats[incomplete] || e.hasDefaults(f.path) })
	only(func(f *finding) bool {
		return !f.formats[incomplete] || e.hasDefaults(f.path) || slices.Equal(f.path, []string{source.ClusterField, "name"})
	})
	return causes
}

// isOurs says whether an error is about the schema's own expressions, which
// fail when what a person wrote makes them.
func (e *explainer) isOurs(f *finding) bool {
	for format := range f.formats {
		switch format {
		case notAllowed, notPresent, emptyDisjunct, conflict, mismatch, outOfBound, unsatisfied, incomplete, noReference, unused, noLibrary:
			return false
		}
	}
	return len(f.path) > 0 && (len(f.path) < 3 || f.path[1] != "capabilities") &&
		strings.HasPrefix(source.Position(f.errs[0].Position()).File, schemaDir)
}

// origin gives the field of a cluster from which a fact of its backend or of a
// component comes: an empty path where it is computed, nil for any other path.
func origin(path []string) []string {
	if len(path) == 0 || path[0] != source.ClusterField {
		return nil
	}
	fact := factOf(path[1:])
	switch {
	case fact == nil:
		return nil
	case len(fact) == 0, fact[0] == "domain", fact[len(fact)-1] == "minor":
		return []string{}
	case len(fact) == 1 && fact[0] == "backend":
		fact = []string{"backend", "name"}
	case fact[0] == "region":
		fact = []string{"backend", "region"}
	}
	return append([]string{source.ClusterField}, fact...)
}

// factOf gives what is left of the path of a fact, nil if it is none.
func factOf(path []string) []string {
	starts := func(prefix ...string) bool {
		if len(path) < len(prefix) {
			return false
		}
		for i, p := range prefix {
			if p != "*" && p != path[i] {
				return false
			}
		}
		return true
	}
	switch {
	case starts("backend", "pools"):
		return append([]string{"nodePools"}, path[2:]...)
	case starts("backend", "plane"):
		return append([]string{"controlPlane"}, path[2:]...)
	case starts("backend", "cluster"):
		return path[2:]
	case starts("components", "*", "cluster"):
		return path[3:]
	case len(path) > 0 && strings.HasPrefix(path[0], "_"):
		return path[1:]
	}
	return nil
}

func (e *explainer) finding(f *finding) {
	switch {
	case f.formats[notAllowed]:
		e.unknown(f)
	case f.formats[notPresent]:
		e.required(f)
	case f.formats[emptyDisjunct], f.formats[conflict], f.formats[mismatch], f.formats[outOfBound], f.formats[unsatisfied]:
		e.wrongValue(f)
	case f.formats[incomplete]:
		e.incomplete(f)
	default:
		for _, err := range f.errs {
			e.other(f.path, err)
		}
	}
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

// hasDefaults says whether a field has more than one default.
func (e *explainer) hasDefaults(path []string) bool { return len(e.defaults(path)) > 1 }

// defaults lists the places that give a field a default, best to edit first.
func (e *explainer) defaults(path []string) []conjunct {
	return slices.DeleteFunc(e.conjuncts(path), func(c conjunct) bool { return !hasDefault(c.field.Value) })
}

// incomplete reports a value that is not settled: never given, or with two defaults.
func (e *explainer) incomplete(f *finding) {
	if len(f.path) == 0 || e.round > 0 && !e.hasDefaults(f.path) {
		return // it may come of what was left out
	}
	label := f.path[len(f.path)-1]
	if defaults := e.defaults(f.path); len(defaults) > 1 {
		d := diagnostics.Diagnostic{
			Position: defaults[0].pos, Path: pathText(f.path), Message: "has two defaults, so none holds", Doc: e.docOf(f.path),
			Fix: fmt.Sprintf("write one value, without a default, in the cluster or here: `%s <value>`; or remove one of the defaults (*)", asField(f.path[len(f.path)-1:])),
		}
		for _, c := range defaults[1:] {
			d.Related = append(d.Related, diagnostics.Related{Position: c.pos, Text: "other default " + source.Text(c.field.Value)})
		}
		e.report(d)
		return
	}
	pos, depth := e.tree.Locate(e.cluster.Cluster, f.path)
	d := diagnostics.Diagnostic{
		Position: pos, Path: pathText(f.path), Message: "has no value", Doc: e.docOf(f.path),
		Fix: fmt.Sprintf("set it: `%s %s`", asField(f.path[min(depth, len(f.path)-1):]), e.placeholderAt(f.path)),
	}
	if label == "name" && len(f.path) == 2 {
		d.Message = notSet
		d.Fix = fmt.Sprintf("add `name: %q` here", e.cluster.Name)
	}
	e.report(d)
}
