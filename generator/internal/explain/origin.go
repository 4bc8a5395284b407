package explain

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"

	"heddle.dev/platform/generator/internal/source"
)

// Origin says where a field of a manifest comes from.
type Origin struct {
	// File, Kind and Name of the object, and the field in it.
	File  string `json:"file"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Field string `json:"field"`
	// Text is the field's value.
	Text string `json:"value"`
	// Namespace of the object.
	Namespace string `json:"namespace,omitempty"`
	// Cluster that the values belong to.
	Cluster string `json:"cluster,omitempty"`
	// Relation of the field to the values that it comes from.
	Relation Relation `json:"relation"`
	// From has these values, explained.
	From []*Value `json:"from,omitempty"`
	// Generator is the file that decides, where no value does.
	Generator string `json:"generator,omitempty"`
}

// Relation is what a field of a manifest is to the values that it comes from.
type Relation string

// The relations.
const (
	Is       Relation = "is the value of"
	IsName   Relation = "is the name of"
	MadeFrom Relation = "is made from"
	Decided  Relation = "is decided by the generator"
)

// Resolve turns the marks of a field into an answer; explainers gives for the
// name of a cluster what explains it. For what several clusters share, cluster is one of them.
func (o Object) Resolve(file string, f Field, cluster string, explainers func(string) *Explainer) (*Origin, error) {
	origin := &Origin{File: file, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: f.Path, Text: fmt.Sprint(f.Value), Cluster: cluster}
	marks := f.Marks
	if len(marks) == 0 && f.Near != nil {
		if near := (Mark{Path: f.Near, Text: fmt.Sprint(f.Value)}); near.holds(explainers(cluster)) {
			marks, f.Whole = []Mark{near}, true
		}
	}
	for _, m := range marks {
		if len(m.Clusters) > 0 && !slices.Contains(m.Clusters, origin.Cluster) {
			origin.Cluster = m.Clusters[0]
		}
		e := explainers(origin.Cluster)
		if e == nil || !m.holds(e) {
			return nil, fmt.Errorf("%s: %s %s: %s comes from %s, which cluster %s does not have", file, o.Kind, o.Name, f.Path, strings.Join(m.Path, "."), origin.Cluster)
		}
		p, _ := e.selectors(m.Path)
		if !slices.ContainsFunc(origin.From, func(v *Value) bool { return v.Path == p.String() }) {
			value := e.follow(p, nil)
			origin.From = append(origin.From, value)
		}
	}
	switch {
	case len(marks) == 0:
		origin.Relation, origin.Generator = Decided, rendererOf(file, o.Kind, f.Path)
	case !f.Whole:
		origin.Relation, origin.Generator = MadeFrom, rendererOf(file, o.Kind, f.Path)
	case marks[0].Key:
		origin.Relation = IsName
	default:
		origin.Relation = Is
	}
	return origin, nil
}

// holds says whether a cluster has the value of a mark where the mark says.
func (m Mark) holds(e *Explainer) bool {
	if e == nil {
		return false
	}
	p, ok := e.selectors(m.Path)
	if !ok || m.Key {
		return ok && m.Path[len(m.Path)-1] == m.Text
	}
	v := e.cluster.Value.LookupPath(p)
	got := text(v)
	if s, err := v.String(); err == nil {
		got = s
	}
	return got == m.Text || sameNumber(got, m.Text)
}

func sameNumber(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err == nil && err2 == nil && x == y
}

// selectors turns names into a path; numbers are places in lists where there is a list.
func (e *Explainer) selectors(names []string) (cue.Path, bool) {
	var selectors []cue.Selector
	v := e.cluster.Value
	for _, name := range names {
		next := cue.Str(name)
		if i, err := strconv.Atoi(name); err == nil && v.IncompleteKind() == cue.ListKind {
			next = cue.Index(i)
		}
		selectors = append(selectors, next)
		v = v.LookupPath(cue.MakePath(next))
		if !v.Exists() {
			return cue.Path{}, false
		}
	}
	return cue.MakePath(selectors...), true
}

// Write prints an origin, for people.
func (o *Origin) Write(w io.Writer) error {
	fmt.Fprintf(w, "%s %s: %s = %s\n", o.Kind, o.Name, o.Field, o.Text)
	switch {
	case o.Relation == Decided:
		fmt.Fprintf(w, "it %s: %s\n", Decided, o.Generator)
		return nil
	case o.Relation == MadeFrom && hashed.MatchString(o.Text):
		fmt.Fprintf(w, "in cluster %s it %s what follows, and ends in a hash of what it names (%s):\n", o.Cluster, o.Relation, o.Generator)
	case o.Relation == MadeFrom:
		fmt.Fprintf(w, "in cluster %s it %s what follows (%s):\n", o.Cluster, o.Relation, o.Generator)
	default:
		fmt.Fprintf(w, "in cluster %s it %s:\n", o.Cluster, o.Relation)
	}
	for _, v := range o.From {
		if err := v.write(w, "  "); err != nil {
			return err
		}
	}
	return nil
}

// Find gives the fields at a path that a person typed, and those below it.
func Find(fields []Field, typed string) []Field {
	wanted := strings.Join(words(typed), ".")
	var found []Field
	for _, f := range fields {
		if have := strings.Join(words(f.Path), "."); have == wanted || wanted == "" || strings.HasPrefix(have, wanted+".") {
			found = append(found, f)
		}
	}
	return found
}

// rendererOf gives the file of the generator that writes a field. TestOrigins
// checks that the file knows the field.
func rendererOf(file, kind, field string) string {
	for _, rule := range []struct{ folder, kind, field, renderer string }{
		{"/kustomization.yaml", "", "", "render.go"},
		{"/fleet/", "Kustomization", ".spec.health", "management.go"},
		{"/fleet/", "Kustomization", ".spec.commonMetadata", "management.go"},
		{"", "Kustomization", "", "flux.go"},
		{"", "GitRepository", "", "flux.go"},
		{"", "HelmRelease", "", "component.go"},
		{"", "HelmRepository", "", "component.go"},
		{"", "OCIRepository", "", "component.go"},
		{"", "Namespace", "", "component.go"},
		{"/fleet/", "", "", "management.go"},
		{"", "", ".roleRef", "rbac.go"},
		{"", "", ".subjects", "rbac.go"},
		{"/rbac/", "", "", "rbac.go"},
		{"/shared/classes/", "", "", "class.go"},
		{"/infrastructure/", "", "", "infrastructure.go"},
		{"/workspaces/", "", "", "workspace.go"},
	} {
		if strings.Contains(file, rule.folder) && (rule.kind == "" || rule.kind == kind) && strings.HasPrefix(field, rule.field) {
			return rendererDir + rule.renderer
		}
	}
	return rendererDir + "render.go"
}

// rendererDir has the part of the generator that makes manifests.
const rendererDir = "generator/internal/render/"

// SharedBy lists the clusters whose manifests refer to a folder below clusters/shared, by the folders of the clusters.
func (t *Trace) SharedBy(file string, clusters []*source.Cluster) []string {
	folder := path.Base(path.Dir(file))
	var names []string
	for _, c := range clusters {
		if t.refers(c.Dir+"/", folder) {
			names = append(names, c.Name)
		}
	}
	return names
}

func (t *Trace) refers(dir, folder string) bool {
	return slices.ContainsFunc(t.plain.Paths(), func(p string) bool {
		rest, ok := strings.CutPrefix(p, dir)
		return ok && !strings.HasPrefix(rest, "fleet/") && strings.Contains(string(t.plain.Content(p)), folder)
	})
}
