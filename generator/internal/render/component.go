package render

import (
	"path"
	"strings"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

// components writes what the cluster's own Flux installs.
func (r *renderer) components() {
	for _, name := range fleet.Sorted(r.cluster.Components) {
		component := r.cluster.Components[name]
		if component.Placement != fleet.PlacementCluster {
			continue
		}
		dir, owner := path.Join("components", name), "component "+name
		objects := componentNamespace(component)
		objects = append(objects, installation{
			component: component, name: name, namespace: fluxNamespace,
			helmAccount: helmAccount, kustomizeAccount: kustomizeAccount,
		}.objects()...)
		if hasObjectsAfter(component) {
			after := path.Join(dir, "objects")
			r.folder(after, owner, r.sharedResources(after, component), file{"objects.yaml", authored(component.Objects)})
			r.folder(dir, owner, nil, file{"component.yaml", objects})
			continue
		}
		objects = append(objects, authored(component.Objects)...)
		r.folder(dir, owner, r.sharedResources(dir, component), file{"component.yaml", objects})
	}
}

// sharedResources names the folder of what a component has in common with its
// like in other clusters, as seen from a folder of this one.
func (r *renderer) sharedResources(dir string, c fleet.Component) []string {
	if len(c.Shared) == 0 {
		return nil
	}
	return []string{r.relative(dir, strings.TrimPrefix(sharedDir(c), "clusters/"))}
}

// componentNamespace is the namespace of a component, unless something else makes it.
func componentNamespace(c fleet.Component) []manifest.Object {
	if c.CreateNamespace != nil && !*c.CreateNamespace {
		return nil
	}
	return []manifest.Object{namespace(c.Namespace, c.PodSecurity, nil)}
}

// namespace with its level of pod security.
func namespace(name, level string, labels map[string]string) manifest.Object {
	all := map[string]string{
		"pod-security.kubernetes.io/enforce": level,
		"pod-security.kubernetes.io/audit":   level,
		"pod-security.kubernetes.io/warn":    level,
	}
	for k, v := range labels {
		all[k] = v
	}
	return object("v1", "Namespace", "", name, all)
}

// installation is what makes Flux install a component's release or Kustomize source.
type installation struct {
	component fleet.Component
	// name and namespace of the Flux objects.
	name, namespace string
	// accounts whose rights Flux uses.
	helmAccount, kustomizeAccount string
	// extra is added to the spec of the HelmRelease or Kustomization.
	extra fields
	// createNamespace lets Helm make the namespace, where nobody else can.
	createNamespace bool
}

func (i installation) objects() []manifest.Object {
	switch {
	case i.component.Release != nil:
		return i.release()
	case i.component.Kustomize != nil:
		return i.kustomize()
	}
	return nil
}

func (i installation) release() []manifest.Object {
	release := i.component.Release
	source, chart := i.chart()
	spec := fields{
		"interval":           releaseInterval,
		"timeout":            i.timeout(),
		"releaseName":        i.component.Name,
		"targetNamespace":    i.component.Namespace,
		"storageNamespace":   i.component.Namespace,
		"serviceAccountName": i.helmAccount,
		"install":            fields{"crds": "Create", "remediation": fields{"retries": 3}},
		"upgrade":            fields{"crds": "CreateReplace", "remediation": fields{"retries": 3}},
		"driftDetection":     fields{"mode": "enabled"},
	}
	if i.component.Placement == fleet.PlacementManagement {
		spec["releaseName"] = i.name // releases of many clusters stand side by side there
	}
	if release.Name != "" {
		spec["releaseName"] = release.Name
	}
	if i.createNamespace {
		spec["install"].(fields)["createNamespace"] = true
	}
	if len(release.Values) > 0 {
		spec["values"] = release.Values
	}
	for k, v := range chart {
		spec[k] = v
	}
	for k, v := range i.extra {
		spec[k] = v
	}
	return []manifest.Object{source, withSpec(object(helmAPI, "HelmRelease", i.namespace, i.name, nil), spec)}
}

// chart gives the source of a chart, and how a HelmRelease names it.
func (i installation) chart() (source manifest.Object, reference fields) {
	release := i.component.Release
	if strings.HasPrefix(release.Chart.Repository, "oci://") {
		return ociRepository(i.namespace, i.name, strings.TrimSuffix(release.Chart.Repository, "/")+"/"+release.Chart.Name, release.Version, fields{
			"layerSelector": fields{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "operation": "copy"},
		}), fields{"chartRef": fields{"kind": "OCIRepository", "name": i.name}}
	}
	source = withSpec(object(sourceAPI, "HelmRepository", i.namespace, i.name, nil), fields{"interval": "1h", "url": release.Chart.Repository})
	return source, fields{"chart": fields{"spec": fields{
		"chart": release.Chart.Name, "version": release.Version, "interval": "1h",
		"sourceRef": fields{"kind": "HelmRepository", "name": i.name},
	}}}
}

func ociRepository(namespace, name, url, tag string, extra fields) manifest.Object {
	spec := fields{"interval": "1h", "url": url, "ref": fields{"tag": tag}}
	for k, v := range extra {
		spec[k] = v
	}
	return withSpec(object(sourceAPI, "OCIRepository", namespace, name, nil), spec)
}

func (i installation) kustomize() []manifest.Object {
	k := i.component.Kustomize
	kind := "GitRepository"
	var source manifest.Object
	if k.Git != nil {
		source = withSpec(object(sourceAPI, kind, i.namespace, i.name, nil),
			fields{"interval": "1h", "url": k.Git.URL, "ref": fields{"tag": k.Git.Tag}})
	} else {
		kind = "OCIRepository"
		source = ociRepository(i.namespace, i.name, k.OCI.URL, k.OCI.Tag, nil)
	}
	extra := fields{"sourceRef": fields{"kind": kind, "name": i.name}}
	if patches := i.patches(); len(patches) > 0 {
		extra["patches"] = patches
	}
	for key, v := range i.extra {
		extra[key] = v
	}
	// The name differs from that of the Kustomization that applies this one.
	return []manifest.Object{source, apply{
		name: i.name + "-source", namespace: i.namespace, path: k.Path,
		account: i.kustomizeAccount, timeout: i.timeout(), extra: extra,
	}.object()}
}

func (i installation) patches() []any {
	var patches []any
	for _, name := range fleet.Sorted(i.component.Kustomize.Patches) {
		p := i.component.Kustomize.Patches[name]
		patches = append(patches, fields{"target": p.Target, "patch": p.Patch})
	}
	return patches
}

func (i installation) timeout() string {
	if i.component.Timeout != "" {
		return i.component.Timeout
	}
	return installTimeout
}
