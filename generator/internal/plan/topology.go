package plan

import (
	"fmt"
	"slices"
	"strconv"

	"heddle.dev/platform/generator/internal/snapshot"
)

// readTopology reads a Cluster's topology, or nil when it has none.
func readTopology(cluster map[string]any, classes map[string][]snapshot.Object) *topology {
	spec, ok := at(cluster, "spec", "topology").(map[string]any)
	if !ok {
		return nil
	}
	t := &topology{variables: variables(spec["variables"]), pools: map[string]pool{}, controlPlane: number(at(spec, "controlPlane", "replicas"))}
	t.version, _ = spec["version"].(string)
	name, _ := at(spec, "classRef", "name").(string)
	t.class = readClass(classes[name])
	list, _ := at(spec, "workers", "machineDeployments").([]any)
	for _, item := range list {
		m, _ := item.(map[string]any)
		name, _ := m["name"].(string)
		p := pool{overrides: variables(at(m, "variables", "overrides")), failure: m["failureDomain"]}
		p.class, _ = m["class"].(string)
		if replicas, ok := m["replicas"]; ok {
			p.replicas = number(replicas)
		} else {
			least, _ := at(m, "metadata", "annotations", "cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size").(string)
			p.replicas, _ = strconv.Atoi(least) // 0 when nobody says
			p.atLeast = true
		}
		t.pools[name] = p
	}
	return t
}

// at walks maps, and gives nil where there is nothing.
func at(v any, path ...string) any {
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[p]
	}
	return v
}

func number(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case int64:
		return int(v)
	case float64:
		return int(v)
	}
	return 0
}

func variables(v any) map[string]any {
	out := map[string]any{}
	list, _ := v.([]any)
	for _, item := range list {
		m, _ := item.(map[string]any)
		if name, ok := m["name"].(string); ok {
			out[name] = m["value"]
		}
	}
	return out
}

// readClass reads a ClusterClass and its templates from the objects of its folder.
func readClass(objects []snapshot.Object) *class {
	c := &class{workers: map[string][]map[string]any{}, affects: map[string]reach{}}
	specs := map[string]map[string]any{}
	var value map[string]any
	for _, o := range objects {
		object := objectOf(o.Value)
		if object.Kind == "ClusterClass" {
			value = o.Value
			continue
		}
		specs[object.Kind+"/"+object.Name], _ = o.Value["spec"].(map[string]any)
	}
	template := func(v any) map[string]any {
		kind, _ := at(v, "templateRef", "kind").(string)
		name, _ := at(v, "templateRef", "name").(string)
		return specs[kind+"/"+name]
	}
	c.kinds = fmt.Sprintf("%v with %v", at(value, "spec", "infrastructure", "templateRef", "kind"), at(value, "spec", "controlPlane", "templateRef", "kind"))
	controlPlane := at(value, "spec", "controlPlane")
	if machine := at(controlPlane, "machineInfrastructure"); machine != nil {
		c.hasControlPlaneMachines = true
		// Of the control plane's own template, what its machines are configured with makes them anew.
		c.controlPlane = []map[string]any{
			{"kubeadmConfigSpec": at(template(controlPlane), "template", "spec", "kubeadmConfigSpec")}, template(machine),
		}
	}
	list, _ := at(value, "spec", "workers", "machineDeployments").([]any)
	for _, item := range list {
		name, _ := at(item, "class").(string)
		c.workers[name] = []map[string]any{template(at(item, "bootstrap")), template(at(item, "infrastructure"))}
	}
	c.readPatches(value)
	return c
}

// readPatches notes where each variable's value goes.
func (c *class) readPatches(value map[string]any) {
	patches, _ := at(value, "spec", "patches").([]any)
	for _, item := range patches {
		name, _ := at(item, "name").(string)
		r := reach{workers: map[string]bool{}}
		definitions, _ := at(item, "definitions").([]any)
		for _, d := range definitions {
			match := at(d, "selector", "matchResources")
			if at(match, "controlPlane") == true && reachesMachines(d) {
				r.controlPlane = true
			}
			for _, w := range texts(at(match, "machineDeploymentClass", "names")) {
				r.workers[w] = true
			}
		}
		c.affects[name] = r
	}
}

// reachesMachines says whether a patch of the control plane writes into its
// machines' template or configuration, and not into the control plane's own object.
func reachesMachines(definition any) bool {
	kind, _ := at(definition, "selector", "kind").(string)
	if kind != "KubeadmControlPlaneTemplate" {
		return true
	}
	operations, _ := at(definition, "jsonPatches").([]any)
	return slices.ContainsFunc(operations, func(o any) bool {
		path, _ := at(o, "path").(string)
		return len(path) > len(kubeadmConfig) && path[:len(kubeadmConfig)] == kubeadmConfig
	})
}

const kubeadmConfig = "/spec/template/spec/kubeadmConfigSpec"
