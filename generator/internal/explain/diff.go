package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"cuelang.org/go/cue"

	"heddle.dev/platform/generator/internal/source"
)

// Difference is a field in which two clusters differ, or a cluster and its model.
type Difference struct {
	// Path of the field, as CUE writes it.
	Path string `json:"path"`
	// A and B are the values in JSON; "" where there is none.
	A string `json:"a,omitempty"`
	B string `json:"b,omitempty"`
	// AtA and AtB are the places that decided each.
	AtA string `json:"atA,omitempty"`
	AtB string `json:"atB,omitempty"`
}

// choices are the fields that people choose; all else follows from them.
func choices() []string {
	return []string{
		"cluster.model", "cluster.environment", "cluster.ring", "cluster.managedBy", "cluster.retire", "cluster.fleet.**",
		"cluster.backend.name", "cluster.backend.region", "cluster.backend.config.**", "cluster.kubernetes.**", "cluster.controlPlane.**",
		"cluster.nodePools.**", "cluster.requires.*", "cluster.capabilities.**",
		"cluster.components.*.config.**", "cluster.components.*.release.version", "cluster.components.*.release.chart.**",
		"cluster.components.*.kustomize.**", "cluster.components.*.namespace", "cluster.components.*.placement",
		"cluster.workspaces.**", "cluster.roles.**",
	}
}

// isOwn says whether clusters must differ in a field.
func isOwn(names []string) bool {
	return matches(names, "cluster.name") || matches(names, "cluster.network.**")
}

// isChoice says whether people choose a field, rather than that it follows from others.
func isChoice(names []string) bool {
	return slices.ContainsFunc(choices(), func(pattern string) bool { return matches(names, pattern) })
}

// Diff compares two clusters. What must differ, and what follows from other
// fields, is left out unless all is asked for. A component that only one of
// them has is one difference.
func Diff(a, b *Explainer, all bool) []Difference {
	root := cue.MakePath(cue.Str(source.ClusterField))
	left, right := byPath(a.Leaves(root)), byPath(b.Leaves(root))
	var paths []string
	for p := range left {
		paths = append(paths, p)
	}
	for p := range right {
		if _, ok := left[p]; !ok {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	differences := []Difference{}
	for _, p := range paths {
		x, y := left[p], right[p]
		leaf := x
		if leaf.Text == "" {
			leaf = y
		}
		names := source.PathStrings(leaf.Path)
		if x.Text == y.Text || !all && (isOwn(names) || !isChoice(names) || follows(a, b, x, y, names)) {
			continue
		}
		if entry, missing := oneSided(a, b, names); missing {
			if n := len(differences); n == 0 || differences[n-1].Path != entry.Path {
				differences = append(differences, entry)
			}
			continue
		}
		differences = append(differences, Difference{Path: p, A: x.Text, B: y.Text, AtA: a.decidedAt(x), AtB: b.decidedAt(y)})
	}
	return differences
}

// follows says whether a difference comes of others: both values are made from
// those, or belong to different backends and nobody chose them.
func follows(a, b *Explainer, x, y Leaf, names []string) bool {
	left, right := a.winner(x), b.winner(y)
	if left != nil && right != nil {
		return names[1] != "capabilities" && len(left.from) > 0 && len(right.from) > 0
	}
	one := left
	if one == nil {
		one = right
	}
	return one != nil && matches(names, "cluster.backend.config.**") && !strings.HasPrefix(one.Position.File, "clusters/")
}

func (e *Explainer) winner(l Leaf) *Place {
	if l.Text == "" {
		return nil
	}
	return e.places(l.Path).Winner
}

func byPath(leaves []Leaf) map[string]Leaf {
	paths := map[string]Leaf{}
	for _, l := range leaves {
		paths[l.Path.String()] = l
	}
	return paths
}

// oneSided folds the fields of an entry that only one cluster has.
func oneSided(a, b *Explainer, names []string) (Difference, bool) {
	if len(names) < 4 || !slices.Contains([]string{"components", "workspaces", "nodePools", "roles"}, names[1]) {
		return Difference{}, false
	}
	p := cue.MakePath(cue.Str(names[0]), cue.Str(names[1]), cue.Str(names[2]))
	inA, inB := a.cluster.Value.LookupPath(p).Exists(), b.cluster.Value.LookupPath(p).Exists()
	if inA && inB {
		return Difference{}, false
	}
	d := Difference{Path: p.String()}
	if inA {
		d.A, d.AtA = a.entry(p), a.entryPlace(p)
	} else {
		d.B, d.AtB = b.entry(p), b.entryPlace(p)
	}
	return d, true
}

// entry says in a word what an entry is: its version, where it has one.
func (e *Explainer) entry(p cue.Path) string {
	version := e.cluster.Value.LookupPath(cue.MakePath(append(slices.Clone(p.Selectors()), cue.Str("release"), cue.Str("version"))...))
	if s, err := version.String(); err == nil {
		return s
	}
	return "present"
}

// entryPlace is where an entry is written: in a cluster or a model; a component
// that a capability brings is only where it is defined.
func (e *Explainer) entryPlace(p cue.Path) string {
	v := e.places(p)
	if v.Winner == nil || strings.HasPrefix(v.Winner.Position.File, "generator/") {
		v = e.places(cue.MakePath(append(slices.Clone(p.Selectors()), cue.Str("name"))...))
	}
	if v.Winner == nil {
		return ""
	}
	return v.Winner.Position.String()
}

func (e *Explainer) decidedAt(l Leaf) string {
	if w := e.winner(l); w != nil {
		return w.Position.String()
	}
	return ""
}

// OfModel lists where a cluster's own files say something else than its model
// does, or something that its model leaves open.
func (e *Explainer) OfModel(all bool) []Difference {
	differences := []Difference{}
	for _, v := range e.Set() {
		p := cue.ParsePath(v.Path)
		names := source.PathStrings(p)
		if isStruct(e.cluster.Value.LookupPath(p)) || !all && (isOwn(names) || matches(names, "cluster.fleet.**")) {
			continue
		}
		d := Difference{Path: v.Path, B: v.Value, AtB: v.Winner.Position.String()}
		for _, o := range v.Others {
			if o.Role == Default {
				d.A, d.AtA = o.Says, o.Position.String()
				break
			}
		}
		differences = append(differences, d)
	}
	return differences
}

// WriteDiff prints differences as a table; the titles are of the two sides.
func WriteDiff(w io.Writer, differences []Difference, a, b string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "FIELD\t%s\t%s\tSET AT\n", a, b)
	for _, d := range differences {
		at := d.AtB
		if at == "" || d.AtA != "" && d.AtA != d.AtB && strings.HasPrefix(d.AtA, "clusters/") && !strings.HasPrefix(at, "clusters/") {
			at = d.AtA
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", strings.TrimPrefix(d.Path, source.ClusterField+"."), dash(d.A), dash(d.B), at)
	}
	return table.Flush()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return short(s)
}
