package plan

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/snapshot"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// richComparison is of a change that has something of everything, in five clusters.
func richComparison(t testing.TB) *snapshot.Comparison {
	t.Helper()
	kinds := []struct {
		part, base, head string
	}{
		{"infrastructure", aCluster("v1.34.0", "3", `{name: instanceType, value: m}`, `{name: default, class: default, replicas: 5}`), aCluster("v1.34.0", "3", `{name: instanceType, value: l}`, `{name: default, class: default, replicas: 6}`)},
		{"component/prometheus", `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: prometheus, namespace: flux-system}, spec: {chart: {spec: {version: 61.0.0}}}}`, `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: prometheus, namespace: flux-system}, spec: {chart: {spec: {version: 62.1.0}}}}`},
		{"component/things", crd + "\n---\n" + `{apiVersion: v1, kind: Namespace, metadata: {name: things}}`, ``},
		{"workspace/payments", `{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: payments}, data: {key: b2xk}}`, `{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: payments}, data: {key: bmV3}}`},
		{"workspace/payments", networkPolicy(`ingress: []`), networkPolicy(`ingress: [{}]`)},
		{"workspace/payments", ``, binding(`roleRef: {name: admin}, subjects: [{kind: Group, name: "@payments"}]`)},
		{"workspace/payments", `{apiVersion: v1, kind: ConfigMap, metadata: {name: conf-0123abcd}, data: {a: "1", "b.c": "x"}}`, `{apiVersion: v1, kind: ConfigMap, metadata: {name: conf-deadbeef}, data: {a: "2", "b.c": "y"}}`},
		{"flux", deployment, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: a}, spec: {replicas: 1, selector: {matchLabels: {app: "w*w_ <b>#1</b> @all ` + "```" + `"}}}}`},
	}
	c := &snapshot.Comparison{Clusters: map[string]snapshot.Cluster{}, Input: []string{"models/web/model.cue"}}
	c.BaseClasses = map[string][]snapshot.Object{"kubeadm": objects(t, kubeadmClass)}
	c.HeadClasses = c.BaseClasses
	for i, name := range []string{"edge-1", "prod-eu", "prod-us", "staging-eu", "sandbox", "mgmt"} {
		c.Clusters[name] = snapshot.Cluster{
			Name: name, Model: []string{"edge", "web", "web", "web", "web", "management"}[i], Backend: "eks",
			Environment: []string{"production", "production", "production", "staging", "development", "production"}[i],
			Ring:        []string{"early", "stable", "stable", "early", "canary", "stable"}[i],
		}
		if name == "mgmt" {
			continue
		}
		for k, kind := range kinds {
			if k != 1 && (i+k)%5 > 2 {
				continue
			}
			for side, text := range map[*[]snapshot.Object]string{&c.Base: kind.base, &c.Head: kind.head} {
				for _, o := range objects(t, strings.ReplaceAll(text, "name: c, namespace: fleet", "name: "+name+", namespace: fleet")) {
					o.About, o.Cluster, o.Part = name, name, kind.part
					o.File = fmt.Sprintf("clusters/%s/%s/x.yaml", name, kind.part)
					*side = append(*side, o)
				}
			}
		}
	}
	return c
}

func richPlan(t testing.TB) *Plan {
	return Compare("0123456789abcdef0123456789abcdef01234567", "", richComparison(t))
}

func marshal(t testing.TB, p *Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestForms compares what is printed of one plan with files in testdata; -update writes them.
func TestForms(t *testing.T) {
	p := richPlan(t)
	print := func(style Style) string {
		var b strings.Builder
		if err := p.WriteText(&b, style); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	all := forms(t, p)
	for name, got := range map[string]string{
		"plan.txt": print(Style{}), "plan-detailed.txt": print(Style{Detailed: true}), "plan-colour.txt": print(Style{Colour: true}),
		"plan.md": all["markdown"], "plan.json": all["json"],
	} {
		golden(t, filepath.Join("testdata", name), got)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil || string(want) != got {
		t.Errorf("%s differs (%v)\nfix: go test ./generator/internal/plan -update, and read the diff\n%s", name, err, got)
	}
}

func TestRichPlanHasEverything(t *testing.T) {
	p := richPlan(t)
	for _, a := range actions {
		if p.Summary.Actions[a] == 0 && a != Move {
			t.Errorf("nothing to %s", a)
		}
	}
}
