package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"heddle.dev/platform/generator/internal/snapshot"
)

// objects reads documents of YAML as objects of cluster c, in one part of it.
func objects(t testing.TB, text string) []snapshot.Object {
	t.Helper()
	var all []snapshot.Object
	for i, document := range strings.Split(text, "\n---\n") {
		var value map[string]any
		if err := yaml.Unmarshal([]byte(document), &value); err != nil {
			t.Fatalf("document %d: %v", i, err)
		}
		if value != nil {
			all = append(all, snapshot.Object{Value: value, Cluster: "c", About: "c", Part: "component/x", File: "clusters/c/components/x/x.yaml"})
		}
	}
	return all
}

// comparison of two revisions of cluster c.
func comparison(t testing.TB, base, head string) *snapshot.Comparison {
	t.Helper()
	return &snapshot.Comparison{
		Base: objects(t, base), Head: objects(t, head),
		Clusters: map[string]snapshot.Cluster{"c": {Name: "c", Model: "standard", Environment: "production", Ring: "stable"}},
	}
}

// lines says what items are, one a line.
func lines(items []Item) []string {
	var out []string
	for _, item := range items {
		line := fmt.Sprintf("%s %s", item.Action, item.Object)
		if item.From != "" {
			line += " from " + item.From
		}
		for _, f := range item.Fields {
			line += " " + f.Path
		}
		out = append(out, line)
	}
	return out
}

// riskLines says what risks are, one a line.
func riskLines(p *Plan) []string {
	var out []string
	for _, g := range p.Risks {
		line := fmt.Sprintf("%s: %s", g.Kind, g.Text)
		if g.Count > 0 {
			line += fmt.Sprintf(" [%d]", g.Count)
		}
		out = append(out, line)
	}
	return out
}

func equal(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
