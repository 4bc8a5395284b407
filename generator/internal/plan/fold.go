package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Section is what happens in clusters of the same models.
type Section struct {
	Models []string `json:"models"`
	Parts  []Part   `json:"parts"`
}

// Part is what happens to one component, workspace or other part.
type Part struct {
	Name  string `json:"name"`
	Lines []Line `json:"lines"`
}

// versionFields are where a component's version stands in what installs it.
var versionFields = map[string]string{
	"HelmRelease": "spec.chart.spec.version", "OCIRepository": "spec.ref.tag", "GitRepository": "spec.ref.tag",
}

// Title is the part as people say it: component x, and the step of its version
// where it takes one: component x 1.0.0 -> 1.1.0.
func (p Part) Title() string {
	title := strings.Replace(p.Name, "/", " ", 1)
	kind, _, _ := strings.Cut(p.Name, "/")
	var steps []string
	for _, l := range p.Lines {
		for _, f := range l.Fields {
			if kind != "component" || f.Path != versionFields[l.Object.Kind] || f.Old == nil || f.New == nil {
				continue
			}
			if step := fmt.Sprintf("%v -> %v", f.Old, f.New); !slices.Contains(steps, step) {
				steps = append(steps, step)
			}
		}
	}
	if len(steps) == 0 {
		return title
	}
	return title + " " + strings.Join(steps, ", ")
}

// Line is one change, of one object in each of some clusters.
type Line struct {
	Action   Action   `json:"action"`
	Object   Object   `json:"object"` // of the first cluster, with <cluster> for names that differ
	From     string   `json:"from,omitempty"`
	Fields   []Field  `json:"fields,omitempty"`
	Clusters []string `json:"clusters"`
}

// Fold groups a plan's items by model and part, and equal changes of several
// clusters into one line.
func (p *Plan) Fold() []Section {
	lines := map[string]*foldedLine{}
	var order []string
	for _, item := range p.Items {
		key := foldKey(item)
		if lines[key] == nil {
			lines[key] = &foldedLine{part: item.Part, line: Line{Action: item.Action, Object: item.Object, From: item.From, Fields: item.Fields}}
			order = append(order, key)
		}
		lines[key].add(item, p.Clusters[item.About].Model)
	}
	sections := map[string]*Section{}
	for _, key := range order {
		l := lines[key]
		slices.Sort(l.models)
		models := slices.Compact(l.models)
		id := strings.Join(models, ", ")
		if sections[id] == nil {
			sections[id] = &Section{Models: models}
		}
		sections[id].add(l)
	}
	var out []Section
	for _, s := range sections {
		for i := range s.Parts {
			slices.SortStableFunc(s.Parts[i].Lines, compareLines)
		}
		slices.SortFunc(s.Parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
		out = append(out, *s)
	}
	// What reaches more models comes first: it is the wider change.
	slices.SortFunc(out, func(a, b Section) int {
		return cmp.Or(cmp.Compare(len(b.Models), len(a.Models)), slices.Compare(a.Models, b.Models))
	})
	return out
}

type foldedLine struct {
	part   string
	line   Line
	models []string
}

func (l *foldedLine) add(item Item, model string) {
	l.line.Clusters = append(l.line.Clusters, item.About)
	if model == "" {
		model = "(none)"
	}
	l.models = append(l.models, model)
	if len(l.line.Clusters) == 2 { // now one line is about several
		first := l.line.Clusters[0]
		l.line.Object.Name, l.line.From = anonymous(l.line.Object.Name, first), anonymous(l.line.From, first)
		l.line.Fields = anonymousFields(l.line.Fields, first)
	}
}

func (s *Section) add(l *foldedLine) {
	for i := range s.Parts {
		if s.Parts[i].Name == l.part {
			s.Parts[i].Lines = append(s.Parts[i].Lines, l.line)
			return
		}
	}
	s.Parts = append(s.Parts, Part{Name: l.part, Lines: []Line{l.line}})
}

func compareLines(a, b Line) int {
	return cmp.Or(
		cmp.Compare(slices.Index(actions, a.Action), slices.Index(actions, b.Action)),
		strings.Compare(a.Object.Kind, b.Object.Kind), strings.Compare(a.Object.Namespace, b.Object.Namespace), strings.Compare(a.Object.Name, b.Object.Name))
}

// anonymous writes <cluster> where a cluster's name stands as a word of its own.
func anonymous(text, cluster string) string {
	if cluster == "" || !strings.Contains(text, cluster) {
		return text
	}
	var b strings.Builder
	rest := text
	for {
		i := strings.Index(rest, cluster)
		if i < 0 {
			b.WriteString(rest)
			return b.String()
		}
		end := i + len(cluster)
		done := len(text) - len(rest) // what precedes the rest matters too
		if inWord(text, done+i-1) || inWord(text, done+end) {
			b.WriteString(rest[:i+1])
			rest = rest[i+1:]
			continue
		}
		b.WriteString(rest[:i] + "<cluster>")
		rest = rest[end:]
	}
}

func inWord(text string, i int) bool {
	return i >= 0 && i < len(text) && (text[i] >= 'a' && text[i] <= 'z' || text[i] >= 'A' && text[i] <= 'Z' || text[i] >= '0' && text[i] <= '9')
}

func anonymousFields(fields []Field, cluster string) []Field {
	var out []Field
	for _, f := range fields {
		out = append(out, Field{anonymous(f.Path, cluster), anonymousValue(f.Old, cluster), anonymousValue(f.New, cluster)})
	}
	return out
}

func anonymousValue(v any, cluster string) any {
	switch v := v.(type) {
	case string:
		return anonymous(v, cluster)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = anonymousValue(item, cluster)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[anonymous(k, cluster)] = anonymousValue(item, cluster)
		}
		return out
	}
	return v
}

// foldKey is equal for changes that differ in nothing but their cluster.
func foldKey(item Item) string {
	fields, err := json.Marshal(anonymousFields(item.Fields, item.About))
	if err != nil {
		fields = fmt.Append(nil, item.Fields) // not out of YAML, which snapshot makes plain
	}
	o := item.Object
	return strings.Join([]string{
		item.Part, string(item.Action), o.APIVersion, o.Kind, o.Namespace,
		anonymous(o.Name, item.About), anonymous(item.From, item.About), string(fields),
	}, "\x00")
}

// Rings counts clusters by ring: "9 stable, 5 canary", most first.
func (p *Plan) Rings(clusters []string) string {
	counts := map[string]int{}
	for _, name := range clusters {
		if ring := p.Clusters[name].Ring; ring != "" {
			counts[ring]++
		}
	}
	return countsText(counts)
}

func countsText(counts map[string]int) string {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b)) })
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", counts[name], name)
	}
	return strings.Join(names, ", ")
}
