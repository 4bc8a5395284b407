package plan

import (
	"testing"

	"heddle.dev/platform/generator/internal/snapshot"
)

const deployment = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: a}, spec: {replicas: 1, selector: {matchLabels: {app: web}}}}`

func TestActions(t *testing.T) {
	for _, c := range []struct {
		name, base, head string
		want             []string
	}{
		{"nothing", deployment, deployment, nil},
		{"create", ``, deployment, []string{"create Deployment a/web"}},
		{"delete", deployment, ``, []string{"delete Deployment a/web"}},
		{"change", deployment, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: a}, spec: {replicas: 2, selector: {matchLabels: {app: web}}}}`, []string{"change Deployment a/web spec.replicas"}},
		{"recreate, as the selector is immutable", deployment, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: a}, spec: {replicas: 1, selector: {matchLabels: {app: www}}}}`, []string{"recreate Deployment a/web spec.selector.matchLabels.app"}},
		{
			"a new API version is the same object",
			`{apiVersion: example.com/v1beta1, kind: X, metadata: {name: a}}`, `{apiVersion: example.com/v1, kind: X, metadata: {name: a}}`,
			[]string{"change X a apiVersion"},
		},
		{
			"another group is another object",
			`{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: a}}`, `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}}`,
			[]string{"delete Ingress a", "create Ingress a"},
		},
		{"another namespace is another object", `{kind: X, metadata: {name: a, namespace: n}}`, `{kind: X, metadata: {name: a, namespace: m}}`, []string{"delete X n/a", "create X m/a"}},
		{
			"rename of an equal object",
			`{kind: ConfigMap, metadata: {name: old, labels: {l: x}}, data: {a: b}}`, `{kind: ConfigMap, metadata: {name: new, labels: {l: x}}, data: {a: b}}`,
			[]string{"rename ConfigMap new from old"},
		},
		{
			"no rename where more changes",
			`{kind: ConfigMap, metadata: {name: old}, data: {a: b}}`, `{kind: ConfigMap, metadata: {name: new}, data: {a: c}}`,
			[]string{"delete ConfigMap old", "create ConfigMap new"},
		},
		{
			"rename by a hash of the content",
			`{kind: ConfigMap, metadata: {name: x-0123abcd}, data: {a: b}}`, `{kind: ConfigMap, metadata: {name: x-deadbeef}, data: {a: c}}`,
			[]string{"rename ConfigMap x-deadbeef from x-0123abcd data.a"},
		},
		{
			"hashes of different things",
			`{kind: ConfigMap, metadata: {name: x-0123abcd}, data: {a: b}}`, `{kind: ConfigMap, metadata: {name: y-deadbeef}, data: {a: b}}`,
			[]string{"delete ConfigMap x-0123abcd", "create ConfigMap y-deadbeef"},
		},
		{
			"two of three are renamed",
			"{kind: X, metadata: {name: a}, v: 1}\n---\n{kind: X, metadata: {name: b}, v: 1}\n---\n{kind: X, metadata: {name: c}, v: 2}",
			"{kind: X, metadata: {name: d}, v: 1}\n---\n{kind: X, metadata: {name: e}, v: 1}\n---\n{kind: X, metadata: {name: f}, v: 3}",
			[]string{"delete X c", "rename X d from a", "rename X e from b", "create X f"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Compare("base", "head", comparison(t, c.base, c.head))
			equal(t, lines(p.Items), c.want)
			if p.Empty() != (len(c.want) == 0) || p.Summary.Objects != len(c.want) {
				t.Errorf("it has %d objects", p.Summary.Objects)
			}
		})
	}
}

func TestMove(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"to another file", "clusters/c/components/x/y.yaml", []string{"move Deployment a/web from clusters/c/components/x/x.yaml"}},
		{"to what clusters share", "clusters/shared/components/x/x.yaml", nil},
		{"nowhere", "clusters/c/components/x/x.yaml", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			comparison := comparison(t, deployment, deployment)
			comparison.Head[0].File = c.file
			equal(t, lines(Compare("base", "", comparison).Items), c.want)
		})
	}
}

// TestOneObjectInManyClusters counts what is touched, and folds what is equal.
func TestOneObjectInManyClusters(t *testing.T) {
	c := &snapshot.Comparison{Clusters: map[string]snapshot.Cluster{
		"a": {Name: "a", Model: "web", Environment: "production", Ring: "stable"},
		"b": {Name: "b", Model: "web", Environment: "production", Ring: "canary"},
		"d": {Name: "d", Model: "ml", Environment: "staging", Ring: "canary"},
		"e": {Name: "e", Model: "ml", Environment: "staging", Ring: "early"},
	}}
	for _, name := range []string{"a", "b", "d"} {
		for side, version := range map[*[]snapshot.Object]string{&c.Base: "1", &c.Head: "2"} {
			o := objects(t, `{apiVersion: v1, kind: ConfigMap, metadata: {name: conf-`+name+`}, data: {version: "`+version+`", url: `+name+`.example.com-`+version+`}}`)[0]
			o.Cluster, o.About = name, name
			*side = append(*side, o)
		}
	}
	p := Compare("base", "", c)
	if s := p.Summary; s.Fleet != 4 || len(s.Clusters) != 3 || s.Rings["canary"] != 2 || s.Rings["early"] != 0 || s.Environments["production"] != 2 || s.Actions[Change] != 3 {
		t.Errorf("%+v", s)
	}
	var got []string
	for _, section := range p.Fold() {
		for _, part := range section.Parts {
			for _, line := range part.Lines {
				got = append(got, section.Models[0]+" "+line.Object.Name+" in "+p.where(line.Clusters, false))
				for _, f := range line.Fields {
					got = append(got, f.Path+" "+f.New.(string))
				}
			}
		}
	}
	equal(t, got, []string{
		"ml conf-<cluster> in 3 clusters: a, b, d (2 canary, 1 stable)",
		"data.url <cluster>.example.com-2", "data.version 2",
	})
}
