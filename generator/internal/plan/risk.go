package plan

import (
	"fmt"
	"slices"
	"strings"
)

// RiskKind is a kind of risk.
type RiskKind string

// The kinds of risk, the gravest first.
const (
	DeletesCluster   RiskKind = "deletes-cluster"
	DeletesData      RiskKind = "deletes-data"
	Uninstalls       RiskKind = "uninstalls"
	Recreates        RiskKind = "recreates"
	Deletes          RiskKind = "deletes"
	MachinesRemoved  RiskKind = "machines-removed"
	MachinesReplaced RiskKind = "machines-replaced"
	RightsWiden      RiskKind = "rights-widen"
	PolicyLoosened   RiskKind = "policy-loosened"
	ExposureWidens   RiskKind = "exposure-widens"
	LeftBehind       RiskKind = "left-behind"
	MachinesAdded    RiskKind = "machines-added"
)

var riskKinds = []RiskKind{
	MachinesAdded, LeftBehind, ExposureWidens, PolicyLoosened, RightsWiden, MachinesReplaced,
	MachinesRemoved, Deletes, Recreates, Uninstalls, DeletesData, DeletesCluster,
}

func (k RiskKind) rank() int { return slices.Index(riskKinds, k) }

// Destructive says whether such a risk destroys something.
func (k RiskKind) Destructive() bool { return k.rank() >= MachinesReplaced.rank() }

// Risk is something that a person should know before the change lands.
type Risk struct {
	Kind RiskKind `json:"kind"`
	// Text says what will happen.
	Text string `json:"text"`
	// Count of machines, where the risk is about machines.
	Count int `json:"count,omitempty"`
}

// Group is one risk of several clusters.
type Group struct {
	Kind        RiskKind `json:"kind"`
	Destructive bool     `json:"destructive"`
	Text        string   `json:"text"`
	Count       int      `json:"count,omitempty"`
	Clusters    []string `json:"clusters"`
}

// total is the text, with the sum of the machines where several clusters have some.
func (g Group) total() string {
	if g.Count == 0 || len(g.Clusters) < 2 {
		return g.Text
	}
	return fmt.Sprintf("%s (%d in all)", g.Text, g.Count)
}

func (i Item) destructive() bool {
	return slices.ContainsFunc(i.Risks, func(r Risk) bool { return r.Kind.Destructive() })
}

// groupRisks folds equal risks of several clusters into one.
func groupRisks(items []Item) []Group {
	groups := []Group{}
	index := map[string]int{}
	for _, item := range items {
		for _, r := range item.Risks {
			// A cluster's own name in the text would keep equal risks apart.
			text := anonymous(r.Text, item.About)
			key := string(r.Kind) + "\x00" + text
			i, ok := index[key]
			if !ok {
				i = len(groups)
				index[key] = i
				groups = append(groups, Group{Kind: r.Kind, Destructive: r.Kind.Destructive(), Text: r.Text, Clusters: []string{}})
			} else if !slices.Contains(groups[i].Clusters, item.About) {
				groups[i].Text = text
			}
			groups[i].Count += r.Count
			if !slices.Contains(groups[i].Clusters, item.About) {
				groups[i].Clusters = append(groups[i].Clusters, item.About)
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b Group) int { return b.Kind.rank() - a.Kind.rank() })
	return groups
}

// risks judges what happens to one object, machines aside.
func risks(p pair, item Item) []Risk {
	switch item.Action {
	case Delete:
		return append(deletion(p.old.Value, item.Object), guards(p, item)...)
	case Recreate:
		return append([]Risk{{Kind: Recreates, Text: fmt.Sprintf("%s must be deleted and made anew: %s cannot change", item.Object, immutableField(item))}}, guards(p, item)...)
	case Rename:
		if contentHash.MatchString(item.From) {
			return guards(p, item) // the old version stays until nothing uses it
		}
		return append(deletion(p.old.Value, objectOf(p.old.Value)), guards(p, item)...)
	case Create, Change:
		return guards(p, item)
	}
	return nil
}

// farewell judges what goes with a whole cluster: the cluster itself. What was in
// it needs no word of its own: its Flux finds nothing more to apply, and prunes nothing.
func farewell(p pair, item Item, m *machines) []Risk {
	if item.Object.Kind != "Cluster" || item.Object.Group() != "cluster.x-k8s.io" {
		return nil
	}
	if annotation(p.old.Value, pruneAnnotation) == "disabled" {
		return []Risk{{Kind: LeftBehind, Text: fmt.Sprintf(
			"cluster %s leaves the repository, but it was not retired: its machines run on, and nobody looks after them; first merge `retire: true`", item.Object.Name)}}
	}
	return append(deletion(p.old.Value, item.Object), m.risks(p, item)...)
}

const pruneAnnotation = "kustomize.toolkit.fluxcd.io/prune"

// deletion says what goes with an object that is no longer in the repository.
func deletion(old map[string]any, object Object) []Risk {
	if annotation(old, pruneAnnotation) == "disabled" {
		return []Risk{{Kind: LeftBehind, Text: fmt.Sprintf("%s is guarded against pruning, so Flux leaves it where it is", object)}}
	}
	switch object.Group() + "/" + object.Kind {
	case "cluster.x-k8s.io/Cluster":
		return []Risk{{Kind: DeletesCluster, Text: fmt.Sprintf("cluster %s is deleted, with its machines and everything on them", object.Name)}}
	case "/Namespace":
		return []Risk{{Kind: DeletesData, Text: fmt.Sprintf("namespace %s is deleted with everything in it: workloads, secrets, volume claims", object.Name)}}
	case "/PersistentVolumeClaim", "/PersistentVolume":
		return []Risk{{Kind: DeletesData, Text: fmt.Sprintf("%s is deleted, and the data of its volume where the class reclaims it", object)}}
	case "apiextensions.k8s.io/CustomResourceDefinition":
		return []Risk{{Kind: DeletesData, Text: fmt.Sprintf("%s is deleted, and every object of that kind in the cluster with it", object)}}
	case "helm.toolkit.fluxcd.io/HelmRelease":
		return []Risk{{Kind: Uninstalls, Text: fmt.Sprintf("release %s is uninstalled, with what its chart made, and definitions among its templates with all objects of their kinds", object.Name)}}
	case "kustomize.toolkit.fluxcd.io/Kustomization":
		if at(old, "spec", "prune") == false {
			return []Risk{{Kind: LeftBehind, Text: fmt.Sprintf("%s does not prune, so what it applied stays", object)}}
		}
		return []Risk{{Kind: Uninstalls, Text: fmt.Sprintf("Flux prunes everything that Kustomization %s/%s applied", object.Namespace, object.Name)}}
	}
	return []Risk{{Kind: Deletes, Text: fmt.Sprintf("%s is deleted", object)}}
}

func annotation(o map[string]any, key string) string {
	metadata, _ := o["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	s, _ := annotations[key].(string)
	return s
}

// immutableFields by group and kind; a change below one of them makes the API
// server refuse the object, or a controller make it anew. From the validation of
// Kubernetes' own kinds, and from helm-controller, which uninstalls a release
// whose target or name changes.
var immutableFields = map[string][]string{
	"apps/Deployment":                              {"spec.selector"},
	"apps/DaemonSet":                               {"spec.selector"},
	"apps/StatefulSet":                             {"spec.selector", "spec.serviceName", "spec.volumeClaimTemplates", "spec.podManagementPolicy"},
	"batch/Job":                                    {"spec.selector", "spec.template", "spec.completions"},
	"/PersistentVolumeClaim":                       {"spec.storageClassName", "spec.accessModes", "spec.volumeName", "spec.selector"},
	"storage.k8s.io/StorageClass":                  {"provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"},
	"rbac.authorization.k8s.io/RoleBinding":        {"roleRef"},
	"rbac.authorization.k8s.io/ClusterRoleBinding": {"roleRef"},
	"helm.toolkit.fluxcd.io/HelmRelease":           {"spec.releaseName", "spec.targetNamespace", "spec.storageNamespace"},
	"scheduling.k8s.io/PriorityClass":              {"value"},
	"node.k8s.io/RuntimeClass":                     {"handler"},
	"/Service":                                     {"spec.clusterIP"},
	"admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": {"spec.policyName"},
}

func immutable(item Item) bool { return immutableField(item) != "" }

func immutableField(item Item) string {
	for _, prefix := range immutableFields[item.Object.Group()+"/"+item.Object.Kind] {
		for _, f := range item.Fields {
			if f.Path == prefix || strings.HasPrefix(f.Path, prefix+".") || strings.HasPrefix(f.Path, prefix+"[") {
				return f.Path
			}
		}
	}
	return ""
}
