package plan

import (
	"testing"

	"heddle.dev/platform/generator/internal/snapshot"
)

// riskCase is a change of one object, and the risks it has.
type riskCase struct {
	name, base, head string
	want             []string
}

func checkRisks(t *testing.T, cases []riskCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			equal(t, riskLines(Compare("base", "head", comparison(t, c.base, c.head))), c.want)
		})
	}
}

const (
	guarded = `annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}`
	crd     = `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.example.com}}`
	claim   = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: a}, spec: {storageClassName: fast}}`
	release = `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: db, namespace: flux-system}, spec: {releaseName: db}}`
)

func TestRisksOfDeletion(t *testing.T) {
	checkRisks(t, []riskCase{
		{"a definition", crd, ``, []string{"deletes-data: CustomResourceDefinition things.example.com is deleted, and every object of that kind in the cluster with it"}},
		{"a namespace", `{apiVersion: v1, kind: Namespace, metadata: {name: a}}`, ``, []string{"deletes-data: namespace a is deleted with everything in it: workloads, secrets, volume claims"}},
		{"a claim", claim, ``, []string{"deletes-data: PersistentVolumeClaim a/data is deleted, and the data of its volume where the class reclaims it"}},
		{"a release", release, ``, []string{"uninstalls: release db is uninstalled, with what its chart made, and definitions among its templates with all objects of their kinds"}},
		{
			"a Kustomization that prunes", `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: k, namespace: n}, spec: {prune: true}}`, ``,
			[]string{"uninstalls: Flux prunes everything that Kustomization n/k applied"},
		},
		{
			"a Kustomization that does not", `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: k, namespace: n}, spec: {prune: false}}`, ``,
			[]string{"left-behind: Kustomization n/k does not prune, so what it applied stays"},
		},
		{
			"kustomize's own kind of that name", `{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, metadata: {name: k}}`, ``,
			[]string{"deletes: Kustomization k is deleted"},
		},
		{
			"what is guarded against pruning", `{apiVersion: v1, kind: Namespace, metadata: {name: a, ` + guarded + `}}`, ``,
			[]string{"left-behind: Namespace a is guarded against pruning, so Flux leaves it where it is"},
		},
		{"anything else", deployment, ``, []string{"deletes: Deployment a/web is deleted"}},
		{
			"by another name", `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: old, namespace: a}}`, `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: new, namespace: a}}`,
			[]string{"deletes-data: PersistentVolumeClaim a/old is deleted, and the data of its volume where the class reclaims it"},
		},
		{"by another hash, the old one stays in use", `{kind: X, metadata: {name: x-0123abcd}, v: 1}`, `{kind: X, metadata: {name: x-deadbeef}, v: 2}`, nil},
		{
			"made anew", deployment, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: a}, spec: {replicas: 1, selector: {matchLabels: {app: www}}}}`,
			[]string{"recreates: Deployment a/web must be deleted and made anew: spec.selector.matchLabels.app cannot change"},
		},
		{
			"a claim of another class", claim, `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: a}, spec: {storageClassName: slow}}`,
			[]string{"recreates: PersistentVolumeClaim a/data must be deleted and made anew: spec.storageClassName cannot change"},
		},
		{
			"a release of another name", release, `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: db, namespace: flux-system}, spec: {releaseName: database}}`,
			[]string{"recreates: HelmRelease flux-system/db must be deleted and made anew: spec.releaseName cannot change"},
		},
		{"creating brings none", ``, crd + "\n---\n" + claim + "\n---\n" + release, nil},
	})
}

// TestDestructive says of each kind whether it destroys something.
func TestDestructive(t *testing.T) {
	want := map[RiskKind]bool{
		DeletesCluster: true, DeletesData: true, Uninstalls: true, Recreates: true, Deletes: true, MachinesRemoved: true, MachinesReplaced: true,
		RightsWiden: false, PolicyLoosened: false, ExposureWidens: false, LeftBehind: false, MachinesAdded: false,
	}
	if len(want) != len(riskKinds) {
		t.Errorf("there are %d kinds, and %d are judged", len(riskKinds), len(want))
	}
	for kind, destructive := range want {
		if kind.Destructive() != destructive {
			t.Errorf("%s: %v", kind, kind.Destructive())
		}
	}
}

const clusterObject = `
apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata: {name: c, namespace: fleet, %s}
spec: {topology: {version: v1.34.0, classRef: {name: kubeadm}, controlPlane: {replicas: 3}, workers: {machineDeployments: [{name: default, class: default, replicas: 5}]}}}`

func TestClusterLeaves(t *testing.T) {
	for _, c := range []struct {
		name, metadata string
		want           []string
		destructive    int
	}{
		{"retired", "annotations: {}", []string{
			"deletes-cluster: cluster c is deleted, with its machines and everything on them",
			"machines-removed: removes 8 machines of cluster c [8]",
		}, 1},
		{"not retired", guarded, []string{
			"left-behind: cluster c leaves the repository, but it was not retired: its machines run on, and nobody looks after them; first merge `retire: true`",
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			// What was in the cluster, and the Kustomizations that made it, go without a word of their own.
			fleet := `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: c, namespace: fleet}, spec: {prune: true}}`
			comparison := withClasses(t, sprintf(clusterObject, c.metadata)+"\n---\n"+crd+"\n---\n"+claim+"\n---\n"+fleet, ``, kubeadmClass, kubeadmClass)
			comparison.Removed = []string{"c"}
			p := Compare("base", "head", comparison)
			equal(t, riskLines(p), c.want)
			if p.Summary.Destructive != c.destructive || p.Summary.Actions[Delete] != 4 {
				t.Errorf("%+v", p.Summary)
			}
		})
	}
	t.Run("it is retired, and stays for now", func(t *testing.T) {
		c := withClasses(t, sprintf(clusterObject, guarded), sprintf(clusterObject, "annotations: {}"), kubeadmClass, kubeadmClass)
		equal(t, riskLines(Compare("base", "head", c)), nil)
	})
}

// TestRisksOfSeveralClusters are told once, and machines summed.
func TestRisksOfSeveralClusters(t *testing.T) {
	c := &snapshot.Comparison{Clusters: map[string]snapshot.Cluster{"c1": {Ring: "canary"}, "c2": {Ring: "stable"}}}
	for name := range c.Clusters {
		o := objects(t, `{apiVersion: v1, kind: Namespace, metadata: {name: on-`+name+`}}`)[0]
		o.About, o.Cluster = name, name
		c.Base = append(c.Base, o)
	}
	equal(t, riskLines(Compare("base", "", c)), []string{"deletes-data: namespace on-<cluster> is deleted with everything in it: workloads, secrets, volume claims"})
}
