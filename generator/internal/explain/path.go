package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"

	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// Lookup finds the path below cluster that a person typed. A name need not be
// in quotes, as a shell takes them away: components.cert-manager.release.
func (e *Explainer) Lookup(typed string) (cue.Path, error) {
	words := words(typed)
	if len(words) > 0 && words[0] == source.ClusterField {
		words = words[1:]
	}
	path := []cue.Selector{cue.Str(source.ClusterField)}
	v := e.cluster.Value.LookupPath(cue.MakePath(path...))
	for len(words) > 0 {
		selector, used := step(v, words)
		if used == 0 {
			return cue.Path{}, e.missing(v, cue.MakePath(path...), words[0])
		}
		path = append(path, selector)
		v, words = v.LookupPath(cue.MakePath(selector)), words[used:]
	}
	return cue.MakePath(path...), nil
}

// step finds the field that the first words name: as many of them as make the name of one.
func step(v cue.Value, words []string) (cue.Selector, int) {
	if i, err := strconv.Atoi(words[0]); err == nil && i >= 0 && v.IncompleteKind() == cue.ListKind {
		if selector := cue.Index(i); v.LookupPath(cue.MakePath(selector)).Exists() {
			return selector, 1
		}
		return cue.Selector{}, 0
	}
	for n := len(words); n > 0; n-- {
		name := strings.Join(words[:n], ".")
		if selector := cue.Str(name); v.LookupPath(cue.MakePath(selector)).Exists() {
			return selector, n
		}
	}
	return cue.Selector{}, 0
}

// missing is the error for a field that is not there.
func (e *Explainer) missing(v cue.Value, at cue.Path, name string) error {
	if v.IncompleteKind() == cue.StructKind {
		optional := cue.MakePath(append(slices.Clone(at.Selectors()), cue.Str(name).Optional())...)
		if declared := e.cluster.Value.LookupPath(optional); declared.Exists() {
			about := e.places(optional).Doc
			return fmt.Errorf("cluster %s has no value for %s: nobody sets it\nabout: %s\nfix: set it in %s, if you want it", e.cluster.Name, strings.TrimSuffix(optional.String(), "?"), about, e.cluster.File())
		}
	}
	var names []string
	if fields, err := v.Fields(); err == nil {
		for fields.Next() {
			names = append(names, fields.Selector().Unquoted())
		}
	}
	switch nearest := suggest.Nearest(name, names); {
	case nearest != "":
		return fmt.Errorf("cluster %s has no %q in %s\nfix: did you mean %q?", e.cluster.Name, name, at, nearest)
	case v.IncompleteKind() == cue.ListKind:
		n, _ := v.Len().Int64()
		return fmt.Errorf("%s of cluster %s is a list of %d; there is no %q in it\nfix: name one by its number, from 0", at, e.cluster.Name, n, name)
	case len(names) == 0:
		return fmt.Errorf("%s of cluster %s has no fields, so no %q\nfix: heddle explain %s %s", at, e.cluster.Name, name, e.cluster.Name, at)
	}
	return fmt.Errorf("cluster %s has no %q in %s\nfix: it has %s", e.cluster.Name, name, at, strings.Join(names, ", "))
}

// words takes a path apart at its dots and brackets, outside of quotes.
func words(path string) []string {
	var found []string
	var b strings.Builder
	quoted := false
	end := func() {
		if b.Len() > 0 {
			found = append(found, b.String())
			b.Reset()
		}
	}
	for _, r := range path {
		switch {
		case r == '"' || r == '\'':
			quoted = !quoted
		case !quoted && (r == '.' || r == '[' || r == ']'):
			end()
		default:
			b.WriteRune(r)
		}
	}
	end()
	return found
}
