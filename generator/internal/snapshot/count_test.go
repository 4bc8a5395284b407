package snapshot_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// numbers are those that a plan prints.
type numbers struct {
	Gone, Come, Changed, Moved          int
	Destructive                         int
	Replaced, MachinesGone, MachinesNew int
	Clusters, Added, Removed            []string
	Environments, Rings                 map[string]int
	Components, Workspaces              []string
	Fleet                               int
}

// count compares all objects of both revisions, one by one. What must be made
// anew it is told, as that is a table of the plan's.
func count(base, head *naive, recreated int) numbers {
	n := numbers{Environments: map[string]int{}, Rings: map[string]int{}, Destructive: recreated}
	about, components, workspaces := map[string]bool{}, map[string]bool{}, map[string]bool{}
	all := map[string]bool{}
	for _, side := range []*naive{base, head} {
		for id := range side.objects {
			all[id] = true
		}
	}
	for id := range all {
		old, before := base.objects[id]
		new, after := head.objects[id]
		o := new
		switch {
		case !after:
			n.Gone++
			o = old
			if destroyed(old, head.homes[old.about] == "") {
				n.Destructive++
			}
		case !before:
			n.Come++
		case !reflect.DeepEqual(old.value, new.value):
			n.Changed++
		case old.file != new.file && !strings.HasPrefix(new.file, "clusters/shared/"):
			n.Moved++
		default:
			continue
		}
		about[o.about] = true
		if name, ok := strings.CutPrefix(o.part, "component/"); ok {
			components[name] = true
		}
		if name, ok := strings.CutPrefix(o.part, "workspace/"); ok {
			workspaces[name] = true
		}
		lost := n.Replaced + n.MachinesGone
		n.machines(base, head, old.value, new.value)
		if after && n.Replaced+n.MachinesGone > lost {
			n.Destructive++
		}
	}
	fleet := map[string]bool{}
	for name := range base.homes {
		fleet[name] = true
		if head.homes[name] == "" {
			n.Removed = append(n.Removed, name)
		}
	}
	for name := range head.homes {
		fleet[name] = true
		if base.homes[name] == "" {
			n.Added = append(n.Added, name)
		}
	}
	for name := range about {
		labels := head.labels[name]
		if head.homes[name] == "" {
			labels = base.labels[name]
		}
		n.Environments[text(labels, "heddle.dev/environment")]++
		n.Rings[text(labels, "heddle.dev/ring")]++
	}
	n.Fleet = len(fleet)
	n.Clusters, n.Components, n.Workspaces = slices.Sorted(maps.Keys(about)), slices.Sorted(maps.Keys(components)), slices.Sorted(maps.Keys(workspaces))
	slices.Sort(n.Added)
	slices.Sort(n.Removed)
	return n
}

// destroyed says whether Flux or Cluster API destroys an object that is no longer there.
func destroyed(o naiveObject, withCluster bool) bool {
	stays := text(o.value, "metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune") == "disabled" ||
		group(o.value) == "kustomize.toolkit.fluxcd.io" && walk(o.value, "spec", "prune") == false
	return !stays && (!withCluster || o.value["kind"] == "Cluster")
}

// machine is what one machine is made of: another one is another machine.
type machine struct {
	count int
	made  string
}

// machines adds what becomes of a Cluster's machines.
func (n *numbers) machines(base, head *naive, old, new map[string]any) {
	before, after := base.pools(old), head.pools(new)
	if new == nil && text(old, "metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune") == "disabled" {
		return // they are left running
	}
	names := map[string]bool{}
	for _, pools := range []map[string]machine{before, after} {
		for name := range pools {
			names[name] = true
		}
	}
	for name := range names {
		a, b := before[name], after[name]
		if a.made != "" && b.made != "" && a.made != b.made {
			n.Replaced += min(a.count, b.count)
		}
		n.MachinesNew += max(0, b.count-a.count)
		n.MachinesGone += max(0, a.count-b.count)
	}
}

// pools gives a Cluster's machines by pool, with all that they are made of as text.
func (n *naive) pools(cluster map[string]any) map[string]machine {
	out := map[string]machine{}
	topology, ok := walk(cluster, "spec", "topology").(map[string]any)
	if !ok || cluster["kind"] != "Cluster" {
		return out
	}
	var class map[string]any
	templates := map[string]any{}
	for _, o := range n.classes[text(topology, "classRef", "name")] {
		if o["kind"] == "ClusterClass" {
			class = o
		}
		templates[fmt.Sprint(o["kind"], text(o, "metadata", "name"))] = o["spec"]
	}
	template := func(v any) any {
		return templates[fmt.Sprint(text(v, "templateRef", "kind"), text(v, "templateRef", "name"))]
	}
	variables := list(topology, "variables")
	if infrastructure := walk(class, "spec", "controlPlane", "machineInfrastructure"); infrastructure != nil {
		config := walk(template(walk(class, "spec", "controlPlane")), "template", "spec", "kubeadmConfigSpec")
		replicas, _ := walk(topology, "controlPlane", "replicas").(int)
		out[""] = machine{replicas, made(topology["version"], config, template(infrastructure), n.variables(class, "", variables))}
	}
	for _, pool := range list(topology, "workers", "machineDeployments") {
		replicas, ok := walk(pool, "replicas").(int)
		if !ok {
			replicas, _ = strconv.Atoi(text(pool, "metadata", "annotations", "cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size"))
		}
		var of any
		for _, c := range list(class, "spec", "workers", "machineDeployments") {
			if text(c, "class") == text(pool, "class") {
				of = []any{template(walk(c, "bootstrap")), template(walk(c, "infrastructure"))}
			}
		}
		all := append(slices.Clone(variables), list(pool, "variables", "overrides")...)
		out[text(pool, "name")] = machine{replicas, made(topology["version"], of, walk(pool, "class"), walk(pool, "failureDomain"), n.variables(class, text(pool, "class"), all))}
	}
	return out
}

// variables gives the values that patches write into machines of a class of workers, or of the control plane.
func (n *naive) variables(class map[string]any, workers string, values []any) map[string]any {
	out := map[string]any{}
	for _, patch := range list(class, "spec", "patches") {
		for _, d := range list(patch, "definitions") {
			match := walk(d, "selector", "matchResources")
			reaches := slices.Contains(list(match, "machineDeploymentClass", "names"), any(workers))
			if workers == "" {
				reaches = walk(match, "controlPlane") == true && (text(d, "selector", "kind") != "KubeadmControlPlaneTemplate" || strings.Contains(made(d), "/kubeadmConfigSpec/"))
			}
			if !reaches {
				continue
			}
			for _, used := range regexp.MustCompile(`"variable":"(\w+)"|\.(\w+)`).FindAllStringSubmatch(made(d), -1) {
				for _, v := range values { // the last wins
					if name := text(v, "name"); name == used[1] || name == used[2] {
						out[name] = walk(v, "value")
					}
				}
			}
		}
	}
	return out
}

func list(v any, keys ...string) []any {
	l, _ := walk(v, keys...).([]any)
	return l
}

func made(of ...any) string {
	data, err := json.Marshal(of)
	if err != nil {
		panic(err) // it came out of YAML that a generator wrote
	}
	return string(data)
}
