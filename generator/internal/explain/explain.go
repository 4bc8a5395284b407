// Package explain says where the values of a cluster come from: which line of
// which file decided, what it overrode, and from what it was computed. It asks
// CUE, and reads nothing itself.
package explain

import (
	"encoding/json"
	"slices"
	"strings"

	"cuelang.org/go/cue"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// Role is the part that a place plays in a value.
type Role string

// What a place does to a value.
const (
	Fixed      Role = "fixed"      // it says the value, and nothing below may say another
	Computed   Role = "computed"   // it makes the value from others
	Default    Role = "default"    // it says the value for as long as nobody else does
	Constraint Role = "constraint" // it bounds the value
	Part       Role = "part"       // it gives some of the fields of a struct
)

// Place is one place that says something about a value.
type Place struct {
	// Position of what is written.
	Position diagnostics.Position `json:"position"`
	// Text that is written there, on one line.
	Text string `json:"text"`
	// Role that it plays.
	Role Role `json:"role"`
	// Says is the value in JSON that it would have by itself; "" for a constraint.
	Says string `json:"says,omitempty"`
	// Overridden says that another place decided instead.
	Overridden bool `json:"overridden,omitempty"`

	// from lists the values that it is made from.
	from []cue.Path
}

// Value is a value, and where it comes from.
type Value struct {
	// Path of the value, as CUE writes it.
	Path string `json:"path"`
	// Value in JSON; empty when it is a struct.
	Value string `json:"value,omitempty"`
	// Winner is the place that decided. It is nil when several did together.
	Winner *Place `json:"winner,omitempty"`
	// Others say something too: what was overridden, and what bounds the value, nearest to the cluster first.
	Others []Place `json:"others,omitempty"`
	// From explains the values that it is made from.
	From []*Value `json:"from,omitempty"`
	// Doc is the documentation of the field.
	Doc string `json:"doc,omitempty"`
	// Fields are the values in a struct.
	Fields []*Value `json:"fields,omitempty"`
}

// maxDepth is how far values are followed to those that they are made from.
const maxDepth = 8

// Explainer explains the values of one cluster.
type Explainer struct {
	cluster source.Evaluated
	scopes  map[string]scopes // by file
	known   map[string]Value  // by path
}

// New explains a cluster that validate found no fault with.
func New(cluster source.Evaluated) *Explainer {
	return &Explainer{cluster: cluster, scopes: map[string]scopes{}, known: map[string]Value{}}
}

// Explain says where the value at a path comes from; a struct's fields are
// explained each by its winner alone.
func (e *Explainer) Explain(path cue.Path) *Value {
	v := e.cluster.Value.LookupPath(path)
	if !isStruct(v) {
		return e.follow(path, nil)
	}
	value := e.places(path)
	e.walk(v, path, func(leaf cue.Value, p cue.Path) {
		field := e.places(p)
		field.Value, field.Others, field.Doc = text(leaf), nil, ""
		value.Fields = append(value.Fields, field)
	})
	return value
}

// follow explains a value and those that it is made from.
func (e *Explainer) follow(path cue.Path, seen []string) *Value {
	value := e.places(path)
	if v := e.cluster.Value.LookupPath(path); !isStruct(v) {
		value.Value = text(v)
	}
	seen = append(slices.Clone(seen), value.Path)
	if value.Winner == nil || len(seen) > maxDepth {
		return value
	}
	for _, from := range value.Winner.from {
		if !slices.Contains(seen, from.String()) {
			value.From = append(value.From, e.follow(from, seen))
		}
	}
	return value
}

// places finds the places that speak of a value, and the one that decided.
func (e *Explainer) places(path cue.Path) *Value {
	value := &Value{Path: path.String()}
	if known, ok := e.known[value.Path]; ok {
		return &known
	}
	v := e.cluster.Value.LookupPath(path)
	conjuncts := e.conjuncts(v, path)
	winner := decisive(conjuncts)
	for i, c := range conjuncts {
		place := c.place
		if i == winner {
			value.Winner = &place
			continue
		}
		place.Overridden = place.Role == Default && winner >= 0
		value.Others = append(value.Others, place)
	}
	value.Doc = doc(conjuncts, path)
	e.known[value.Path] = *value
	return value
}

// decisive gives the conjunct that decides a value: what is fixed beats what is
// computed, and both beat a default; -1 when only bounds are left.
func decisive(conjuncts []conjunct) int {
	for _, role := range []Role{Fixed, Computed, Default, Part} {
		for i, c := range conjuncts {
			if c.place.Role == role && c.agrees {
				return i
			}
		}
	}
	return -1
}

// doc is what a field's declaration says of it: the nearest comment that begins
// with the field's name, as those do that are meant for users.
func doc(conjuncts []conjunct, path cue.Path) string {
	names := source.PathStrings(path)
	found := ""
	for _, c := range conjuncts {
		switch {
		case strings.HasPrefix(c.doc, strings.TrimSuffix(names[len(names)-1], "?")+" "):
			return c.doc
		case c.doc != "" && source.CompareFiles(c.place.Position.File, source.ClusterField+"s/") > 0:
			found = c.doc
		}
	}
	return found
}

// isStruct says whether a value has fields of its own.
func isStruct(v cue.Value) bool { return v.IncompleteKind() == cue.StructKind }

// text is a value in JSON.
func text(v cue.Value) string {
	data, err := v.MarshalJSON()
	if err != nil {
		return source.Text(v.Syntax())
	}
	var compact strings.Builder
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(json.RawMessage(data)); err != nil {
		return string(data)
	}
	return strings.TrimSpace(compact.String())
}
