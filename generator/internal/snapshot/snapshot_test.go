package snapshot_test

import (
	"slices"
	"testing"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*repo)
		want   []string
	}{
		{"nothing", func(*repo) {}, nil},
		{"an object of one cluster", func(r *repo) {
			r.write("clusters/eu/a/components/dns/release.yaml", configMap("dns", "replicas", "3"))
		}, []string{"change a/component/dns ConfigMap x/dns data.replicas:2->3"}},
		{"what clusters share", func(r *repo) {
			r.write("clusters/shared/components/dns-1/rules.yaml", configMap("rules", "a", "2"))
		}, []string{
			"change a/component/dns ConfigMap x/rules data.a:1->2", "change b/component/dns ConfigMap x/rules data.a:1->2", "change mgmt/component/dns ConfigMap x/rules data.a:1->2",
		}},
		{"one cluster takes the next of what is shared", func(r *repo) {
			r.write("clusters/shared/components/dns-2/kustomization.yaml", "resources:\n- rules.yaml\n")
			r.write("clusters/shared/components/dns-2/rules.yaml", configMap("rules", "a", "2"))
			r.write("clusters/eu/a/components/dns/kustomization.yaml", "resources:\n- release.yaml\n- ../../../../shared/components/dns-2\n")
		}, []string{"change a/component/dns ConfigMap x/rules data.a:1->2"}},
		{"a file that no kustomization names", func(r *repo) {
			r.write("clusters/eu/a/components/dns/more.yaml", configMap("more", "a", "1"))
		}, nil},
		{"a file that the kustomization names no more", func(r *repo) {
			r.write("clusters/eu/a/components/dns/kustomization.yaml", "resources:\n- release.yaml\n")
		}, []string{"delete a/component/dns ConfigMap x/rules"}},
		{"a component goes", func(r *repo) { r.remove("clusters/eu/a/components/dns") }, []string{
			"delete a/component/dns ConfigMap x/dns", "delete a/component/dns ConfigMap x/rules",
		}},
		{"an object in another file", func(r *repo) {
			r.rename("clusters/eu/a/components/dns/release.yaml", "clusters/eu/a/components/dns/helm.yaml")
			r.write("clusters/eu/a/components/dns/kustomization.yaml", "resources:\n- helm.yaml\n- ../../../../shared/components/dns-1\n")
		}, []string{"move a/component/dns ConfigMap x/dns"}},
		{"a cluster in another group", func(r *repo) {
			r.rename("clusters/eu/a", "clusters/us/a")
		}, []string{"move a/component/dns ConfigMap x/dns", "move a@mgmt/infrastructure Cluster fleet/a"}},
		{"a cluster goes, and what made it", func(r *repo) {
			r.remove("clusters/eu/b")
			r.remove("clusters/mgmt/fleet/cluster-b.yaml")
			r.write("clusters/mgmt/fleet/kustomization.yaml", "resources:\n- cluster-a.yaml\n- cluster-mgmt.yaml\n")
		}, []string{
			"delete b/component/dns ConfigMap x/dns", "delete b/component/dns ConfigMap x/rules",
			"delete b@mgmt/fleet Kustomization fleet/b", "delete b@mgmt/infrastructure Cluster fleet/b",
		}},
		{"a class", func(r *repo) {
			r.write("clusters/shared/classes/eks-1/class.yaml", "{apiVersion: cluster.x-k8s.io/v1beta2, kind: ClusterClass, metadata: {name: eks-1, namespace: fleet}, spec: {a: 1}}\n")
		}, []string{"change mgmt/class ClusterClass fleet/eks-1 spec.a:<nil>->1"}},
		{"what YAML has and JSON has not", func(r *repo) {
			r.write("clusters/eu/a/components/dns/release.yaml", "kind: X\nmetadata: {name: x}\nspec: {1: a, n: .nan, t: 2001-02-03, y: [{true: b}]}\n---\n# nothing\n---\n{kind: X, metadata: {name: y}}\n")
		}, []string{"delete a/component/dns ConfigMap x/dns", "create a/component/dns X x", "create a/component/dns X y"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, sub := range []string{".", "below/the root"} { // a fleet may be a folder of a larger repository
				r := newRepoAt(t, sub)
				c.change(r)
				p := r.want("HEAD", c.want...)
				if p.Summary.Fleet != 3 {
					t.Errorf("there are %d clusters", p.Summary.Fleet)
				}
			}
		})
	}
}

// TestCommitOrWorkingTree gives the same plan of a change that is untracked, staged, or committed.
func TestCommitOrWorkingTree(t *testing.T) {
	r := newRepo(t)
	r.write("clusters/eu/a/components/dns/kustomization.yaml", "resources:\n- new.yaml\n")
	r.write("clusters/eu/a/components/dns/new.yaml", configMap("dns", "replicas", "9"))
	r.remove("clusters/eu/a/components/dns/release.yaml")
	r.write("models/web/model.cue", "package web\n")
	want := []string{"delete a/component/dns ConfigMap x/rules", "change a/component/dns ConfigMap x/dns data.replicas:2->9"}
	for _, step := range []func() string{
		func() string { return "HEAD" },
		func() string { r.git("add", "--all"); return "HEAD" },
		func() string { r.commit("change"); return "HEAD~" },
	} {
		p := r.want(step(), want...)
		if !slices.Equal(p.Input, []string{"models/web/model.cue"}) {
			t.Errorf("input %v", p.Input)
		}
	}
}

// TestClusters says what clusters are, those that nothing happens to too.
func TestClusters(t *testing.T) {
	r := newRepo(t)
	r.write("clusters/eu/a/components/dns/release.yaml", configMap("dns", "replicas", "3"))
	p := r.want("HEAD", "change a/component/dns ConfigMap x/dns data.replicas:2->3")
	a := p.Clusters["a"]
	if a.Model != "web" || a.Backend != "eks" || a.Environment != "production" || a.Ring != "canary" {
		t.Errorf("%+v", a)
	}
}
