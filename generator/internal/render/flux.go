package render

import (
	"path"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

const (
	fluxNamespace = "flux-system"
	// Flux runs locked down: what does not name a service account has the
	// rights of "default", which are none. The platform's own objects name the
	// controllers' accounts, which Flux's install binds to cluster-admin.
	kustomizeAccount = "kustomize-controller"
	helmAccount      = "helm-controller"

	kustomizeAPI = "kustomize.toolkit.fluxcd.io/v1"
	sourceAPI    = "source.toolkit.fluxcd.io/v1"
	helmAPI      = "helm.toolkit.fluxcd.io/v2"

	interval        = "10m"
	retryInterval   = "2m"
	installTimeout  = "10m"
	releaseInterval = "30m"
)

// apply describes a Flux Kustomization.
type apply struct {
	name, namespace, source, path, account string
	timeout                                string
	after                                  []string
	extra                                  fields
}

func (a apply) object() manifest.Object {
	spec := fields{
		"interval": interval, "retryInterval": retryInterval, "timeout": a.timeout,
		"sourceRef": fields{"kind": "GitRepository", "name": a.source},
		"path":      a.path, "prune": true, "wait": true, "serviceAccountName": a.account,
	}
	if a.timeout == "" {
		spec["timeout"] = installTimeout
	}
	if len(a.after) > 0 {
		spec["dependsOn"] = named(a.after)
	}
	for k, v := range a.extra {
		spec[k] = v
	}
	return withSpec(object(kustomizeAPI, "Kustomization", a.namespace, a.name, nil), spec)
}

func named(names []string) []any {
	var refs []any
	for _, n := range names {
		refs = append(refs, fields{"name": n})
	}
	return refs
}

// gitRepository is this repository as Flux reads it, in a namespace.
func (r *renderer) gitRepository(namespace, name string) manifest.Object {
	repository := r.cluster.Settings.Repository
	spec := fields{
		"interval": "1m",
		"url":      repository.URL,
		"ref":      fields{"branch": repository.Branch},
	}
	if repository.Secret != "" {
		spec["secretRef"] = fields{"name": repository.Secret}
	}
	return withSpec(object(sourceAPI, "GitRepository", namespace, name, nil), spec)
}

// fluxSystem is the cluster's entry: Flux itself, this repository, and a
// Kustomization for each component, each workspace and the cluster's roles.
func (r *renderer) fluxSystem() {
	sync := []manifest.Object{
		r.gitRepository(fluxNamespace, fluxNamespace),
		apply{
			name: fluxNamespace, namespace: fluxNamespace, source: fluxNamespace, path: r.at("flux-system"), account: kustomizeAccount,
			// Its children are ready in their own time; waiting for them here would hold back their order.
			extra: fields{"wait": false},
		}.object(),
		r.platform("cluster-roles", r.at("rbac"), "", nil),
	}
	var workspaces []manifest.Object
	for _, name := range fleet.Sorted(r.cluster.Workspaces) {
		workspaces = append(workspaces, r.platform("workspace-"+name, r.at("workspaces/"+name), "", []string{"cluster-roles"}))
	}
	flux := r.relative("flux-system", "shared/flux/"+r.cluster.Settings.Flux.Version)
	r.folder("flux-system", "Flux", []string{flux},
		file{"sync.yaml", sync},
		file{"components.yaml", r.componentKustomizations()},
		file{"workspaces.yaml", workspaces},
		file{"fleet.yaml", r.fleetKustomization()},
	)
}

// platform is a Kustomization of the platform's own objects.
func (r *renderer) platform(name, path, timeout string, after []string) manifest.Object {
	return apply{name: name, namespace: fluxNamespace, source: fluxNamespace, path: path, account: kustomizeAccount, timeout: timeout, after: after}.object()
}

func (r *renderer) componentKustomizations() []manifest.Object {
	var out []manifest.Object
	for _, name := range fleet.Sorted(r.cluster.Components) {
		component := r.cluster.Components[name]
		if component.Placement != fleet.PlacementCluster {
			continue
		}
		dir := r.at(path.Join("components", name))
		out = append(out, r.platform(name, dir, component.Timeout, r.after(component)))
		if hasObjectsAfter(component) {
			out = append(out, r.platform(objectsName(name), dir+"/objects", component.Timeout, []string{name}))
		}
	}
	return out
}

// after gives the Kustomizations that a component waits for. What the
// management cluster installs is there before this cluster's Flux is.
func (r *renderer) after(component fleet.Component) []string {
	var names []string
	for _, name := range component.After {
		other := r.cluster.Components[name]
		switch {
		case other.Placement != component.Placement:
		case hasObjectsAfter(other):
			names = append(names, objectsName(name))
		default:
			names = append(names, name)
		}
	}
	return names
}

func objectsName(component string) string { return component + "-objects" }

// hasObjectsAfter says whether a component's objects must wait until what it
// installs is ready, because their kinds come with it.
func hasObjectsAfter(c fleet.Component) bool {
	return len(c.Objects)+len(c.Shared) > 0 && (c.Release != nil || c.Kustomize != nil)
}
