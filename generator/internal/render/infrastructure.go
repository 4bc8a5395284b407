package render

import (
	"path"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

const (
	// fleetNamespace holds, on a management cluster, all that makes clusters.
	fleetNamespace = "fleet"
	// fleetAccount applies it, and reaches into the clusters that come of it.
	fleetAccount = "fleet"

	clusterAPI = "cluster.x-k8s.io/v1beta2"
	// nodeLabel is the prefix of labels that Cluster API copies to nodes and keeps in step.
	nodeLabel = "node.cluster.x-k8s.io/"
)

// infrastructure writes what the management cluster needs to make this one.
func (r *renderer) infrastructure() {
	files := []file{{"cluster.yaml", []manifest.Object{r.topology()}}}
	var extra []manifest.Object
	for _, o := range authored(r.cluster.Backend.Objects) {
		extra = append(extra, keep(o))
	}
	files = append(files, file{"objects.yaml", extra})
	r.folder("infrastructure", "the definition", nil, files...)
}

// topology is the Cluster, an instance of its backend's ClusterClass.
func (r *renderer) topology() manifest.Object {
	c := r.cluster
	controlPlane := fields{}
	if c.Backend.Class.ControlPlaneMachine != nil {
		controlPlane["replicas"] = c.ControlPlane.Replicas
	}
	topology := fields{
		"classRef": fields{"name": className(c.Backend)},
		"version":  c.Kubernetes.Version,
	}
	if len(controlPlane) > 0 {
		topology["controlPlane"] = controlPlane
	}
	if v := variables(c.Backend.Variables); len(v) > 0 {
		topology["variables"] = v
	}
	if pools := r.machineDeployments(); len(pools) > 0 {
		topology["workers"] = fields{"machineDeployments": pools}
	}
	cluster := withSpec(object(clusterAPI, "Cluster", fleetNamespace, c.Name, map[string]string{
		"heddle.dev/model":       c.Model,
		"heddle.dev/environment": c.Environment,
		"heddle.dev/ring":        c.Ring,
		"heddle.dev/backend":     c.Backend.Name,
		"heddle.dev/fleet":       "true",
	}), fields{
		"clusterNetwork": fields{
			"pods":     fields{"cidrBlocks": []any{c.Network.Pods}},
			"services": fields{"cidrBlocks": []any{c.Network.Services}},
		},
		"topology": topology,
	})
	if c.Retire {
		// Of all that makes a cluster only the Cluster loses its guard: its finalizers
		// and owner references then remove the rest in their order.
		return cluster
	}
	return keep(cluster)
}

func (r *renderer) machineDeployments() []any {
	var pools []any
	for _, name := range fleet.Sorted(r.cluster.NodePools) {
		pool, machines := r.cluster.NodePools[name], r.cluster.Backend.Machines[name]
		deployment := fields{"class": machines.Worker, "name": name}
		metadata := fields{}
		if len(pool.Labels) > 0 {
			labels := fields{}
			for k, v := range pool.Labels {
				labels[nodeLabel+k] = v
			}
			metadata["labels"] = labels
		}
		if a := pool.Autoscaling; a != nil {
			// The autoscaler owns the number of machines, so none is written here.
			metadata["annotations"] = fields{
				"cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size": itoa(a.Min),
				"cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size": itoa(a.Max),
			}
		} else {
			deployment["replicas"] = pool.Replicas
		}
		if len(metadata) > 0 {
			deployment["metadata"] = metadata
		}
		if overrides := variables(machines.Variables); len(overrides) > 0 {
			deployment["variables"] = fields{"overrides": overrides}
		}
		pools = append(pools, deployment)
	}
	return pools
}

func variables(values map[string]any) []any {
	var out []any
	for _, name := range fleet.Sorted(values) {
		out = append(out, fields{"name": name, "value": values[name]})
	}
	return out
}

// bootstrap writes what the management cluster's Flux installs for this
// cluster: in it, before its own Flux can run, or beside its definition.
func (r *renderer) bootstrap() {
	var objects []manifest.Object
	for _, name := range fleet.Sorted(r.cluster.Components) {
		component := r.cluster.Components[name]
		if component.Placement == fleet.PlacementCluster {
			continue
		}
		i := installation{
			component: component, name: r.cluster.Name + "-" + name, namespace: fleetNamespace,
			helmAccount: fleetAccount, kustomizeAccount: fleetAccount, extra: fields{},
		}
		if after := r.bootstrapAfter(component); len(after) > 0 {
			i.extra["dependsOn"] = named(after)
		}
		if component.Placement == fleet.PlacementBootstrap {
			i.createNamespace = component.CreateNamespace == nil
			i.extra["kubeConfig"] = r.kubeConfig()
			if r.cluster.Retire {
				// A suspended release is forgotten, not uninstalled, when its cluster goes.
				i.extra["suspend"] = true
			}
		}
		installed := i.objects()
		if component.Placement == fleet.PlacementBootstrap && !r.cluster.Retire {
			for _, o := range installed {
				keep(o)
			}
		}
		objects = append(objects, installed...)
		objects = append(objects, r.bootstrapObjects(component)...)
	}
	if len(objects) > 0 {
		r.folder(path.Join("infrastructure", "bootstrap"), "bootstrap", nil, file{"bootstrap.yaml", objects})
	}
}

func (r *renderer) bootstrapAfter(component fleet.Component) []string {
	var names []string
	for _, name := range component.After {
		if r.cluster.Components[name].Placement == component.Placement {
			names = append(names, r.cluster.Name+"-"+name)
		}
	}
	return names
}

// bootstrapObjects gives a component's plain objects: as they are beside the
// cluster's definition, or through a Kustomization that reaches into the cluster.
func (r *renderer) bootstrapObjects(component fleet.Component) []manifest.Object {
	if len(component.Objects) == 0 {
		return nil
	}
	if component.Placement == fleet.PlacementManagement {
		return authored(component.Objects)
	}
	dir := path.Join("infrastructure", "bootstrap", component.Name)
	r.folder(dir, "component "+component.Name, nil, file{"objects.yaml", authored(component.Objects)})
	return []manifest.Object{apply{
		name: r.cluster.Name + "-" + objectsName(component.Name), namespace: fleetNamespace, source: fleetNamespace,
		path: r.at(dir), account: fleetAccount, timeout: component.Timeout,
		extra: fields{"kubeConfig": r.kubeConfig(), "prune": false},
	}.object()}
}

// kubeConfig names the secret in which Cluster API keeps the cluster's credentials.
func (r *renderer) kubeConfig() fields {
	return fields{"secretRef": fields{"name": r.cluster.Name + "-kubeconfig"}}
}

// hasBootstrap says whether the management cluster's Flux installs anything for the cluster.
func hasBootstrap(c *fleet.Cluster) bool {
	for _, component := range c.Components {
		if component.Placement != fleet.PlacementCluster {
			return true
		}
	}
	return false
}
