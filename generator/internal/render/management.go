package render

import (
	"path"
	"slices"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

// fleetDir has, in a management cluster's folder, what its Flux applies to make clusters.
const fleetDir = "fleet"

// remoteAccess lets the management cluster's Flux reach into the clusters it
// makes. Flux impersonates a service account there too, which nothing in a new
// cluster knows yet; Cluster API brings this binding in.
const remoteAccess = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: heddle-fleet
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: User
  name: system:serviceaccount:` + fleetNamespace + ":" + fleetAccount + "\n"

// management writes, for a cluster that makes others, one file for each of them.
func (r *renderer) management() {
	managed := r.fleet.Managed(r.cluster.Name)
	if len(managed) == 0 {
		return
	}
	files := []file{
		{"namespace.yaml", []manifest.Object{keep(namespace(fleetNamespace, "restricted", nil)), r.gitRepository(fleetNamespace, fleetNamespace)}},
		{"rbac.yaml", fleetRBAC()},
		{"access.yaml", remoteAccessObjects()},
		{"classes.yaml", classKustomizations(managed)},
	}
	for _, c := range managed {
		files = append(files, file{"cluster-" + c.Name + ".yaml", r.managedCluster(c)})
	}
	r.folder(fleetDir, "the fleet", nil, files...)
}

// fleetKustomization applies the fleet folder, once Cluster API runs.
func (r *renderer) fleetKustomization() []manifest.Object {
	if len(r.fleet.Managed(r.cluster.Name)) == 0 {
		return nil
	}
	var after []string
	operator := r.cluster.Capabilities["clusterapi"].Component
	for _, name := range fleet.Sorted(r.cluster.Components) {
		if name == operator || slices.Contains(r.cluster.Components[name].After, operator) {
			after = append(after, r.after(fleet.Component{After: []string{name}})...)
		}
	}
	return []manifest.Object{r.platform(fleetDir, r.at(fleetDir), "", after)}
}

// fleetRBAC is what the account that makes clusters may do: all that a cluster
// is made of, in the fleet's namespace, and nothing elsewhere.
func fleetRBAC() []manifest.Object {
	role := object(rbacAPI, "Role", fleetNamespace, fleetAccount, nil)
	all := []any{"*"}
	write := []any{"get", "list", "watch", "create", "update", "patch", "delete"}
	role["rules"] = []any{
		fields{"apiGroups": []any{
			"cluster.x-k8s.io", "addons.cluster.x-k8s.io", "infrastructure.cluster.x-k8s.io",
			"controlplane.cluster.x-k8s.io", "bootstrap.cluster.x-k8s.io",
		}, "resources": all, "verbs": all},
		fields{"apiGroups": []any{"source.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"}, "resources": all, "verbs": write},
		// What a chart that runs beside a cluster's definition, such as the autoscaler, is made of.
		fields{"apiGroups": []any{""}, "resources": []any{"configmaps", "secrets", "services", "serviceaccounts", "pods", "events"}, "verbs": write},
		fields{"apiGroups": []any{"apps"}, "resources": []any{"deployments", "replicasets"}, "verbs": write},
		fields{"apiGroups": []any{"policy"}, "resources": []any{"poddisruptionbudgets"}, "verbs": write},
		fields{"apiGroups": []any{"coordination.k8s.io"}, "resources": []any{"leases"}, "verbs": write},
		fields{"apiGroups": []any{rbacGroup}, "resources": []any{"roles", "rolebindings"}, "verbs": write},
	}
	binding := object(rbacAPI, "RoleBinding", fleetNamespace, fleetAccount, nil)
	binding["roleRef"] = fields{"apiGroup": rbacGroup, "kind": "Role", "name": fleetAccount}
	binding["subjects"] = []any{fields{"kind": "ServiceAccount", "name": fleetAccount, "namespace": fleetNamespace}}
	return []manifest.Object{object("v1", "ServiceAccount", fleetNamespace, fleetAccount, nil), role, binding}
}

func remoteAccessObjects() []manifest.Object {
	config := object("v1", "ConfigMap", fleetNamespace, "fleet-access", nil)
	config["data"] = fields{"binding.yaml": remoteAccess}
	return []manifest.Object{keep(config), keep(withSpec(object("addons.cluster.x-k8s.io/v1beta2", "ClusterResourceSet", fleetNamespace, "fleet-access", nil), fields{
		"strategy":        "Reconcile",
		"clusterSelector": fields{"matchLabels": fields{"heddle.dev/fleet": "true"}},
		"resources":       []any{fields{"kind": "ConfigMap", "name": "fleet-access"}},
	}))}
}

// classKustomizations applies each ClusterClass that a managed cluster uses.
func classKustomizations(managed []*fleet.Cluster) []manifest.Object {
	var out []manifest.Object
	seen := map[string]bool{}
	for _, c := range managed {
		name := className(c.Backend)
		if seen[name] {
			continue
		}
		seen[name] = true
		out = append(out, apply{
			name: "class-" + name, namespace: fleetNamespace, source: fleetNamespace,
			path: "./" + path.Join(classesDir, name), account: fleetAccount,
		}.object())
	}
	return out
}

// managedCluster is what makes one cluster: its definition, then what must be
// in it before its own Flux can run, then that Flux, which from there on looks
// after itself and the rest.
func (r *renderer) managedCluster(c *fleet.Cluster) []manifest.Object {
	at := func(dir string) string { return "./" + path.Join(c.Dir, dir) }
	base := apply{namespace: fleetNamespace, source: fleetNamespace, account: fleetAccount}

	definition := base
	definition.name, definition.path, definition.timeout = c.Name, at("infrastructure"), "60m"
	definition.after = []string{"class-" + className(c.Backend)}
	definition.extra = fields{
		"wait":         false,
		"healthChecks": []any{fields{"apiVersion": clusterAPI, "kind": "Cluster", "name": c.Name, "namespace": fleetNamespace}},
		"healthCheckExprs": []any{fields{
			"apiVersion": clusterAPI, "kind": "Cluster",
			"inProgress": "!has(status.initialization) || !has(status.initialization.controlPlaneInitialized) || !status.initialization.controlPlaneInitialized",
			"current":    "has(status.initialization) && has(status.initialization.controlPlaneInitialized) && status.initialization.controlPlaneInitialized",
		}},
	}
	out := []manifest.Object{definition.object()}
	ready := c.Name
	if hasBootstrap(c) {
		bootstrap := base
		bootstrap.name, bootstrap.path, bootstrap.after = c.Name+"-bootstrap", at("infrastructure/bootstrap"), []string{ready}
		out, ready = append(out, bootstrap.object()), bootstrap.name
	}
	if c.Name == r.cluster.Name || c.Backend.Runs != nil {
		return out // it runs Flux already and is applying this, or it can run nothing
	}
	flux := base
	flux.name, flux.path, flux.after = c.Name+"-flux", at("flux-system"), []string{ready}
	flux.extra = fields{
		"kubeConfig": fields{"secretRef": fields{"name": c.Name + "-kubeconfig"}},
		// Put there once: from then on the cluster's own Flux has the same objects, and keeps them.
		"commonMetadata": fields{"annotations": fields{"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}},
		"prune":          false, "wait": false,
	}
	if c.Retire {
		flux.extra["suspend"] = true
	}
	return append(out, flux.object())
}
