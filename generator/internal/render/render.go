// Package render turns the fleet into the files of every cluster. It is pure:
// it knows Kubernetes kinds and paths, reads nothing and writes nothing.
package render

import (
	"fmt"
	"path"
	"runtime"
	"strings"
	"sync"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
	"heddle.dev/platform/generator/internal/source"
)

// Render gives the files of all clusters, and those that they share. An error
// says that two things want the same file.
func Render(f *fleet.Fleet) (*manifest.Set, error) {
	sets := make([]*manifest.Set, len(f.Clusters))
	errs := make([]error, len(f.Clusters))
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, c := range f.Clusters {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			r := newRenderer(f, c)
			r.all()
			sets[i], errs[i] = r.set, r.err
		})
	}
	wg.Wait()
	all := manifest.NewSet()
	for i, set := range sets {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if err := all.Merge(set); err != nil {
			return nil, err
		}
	}
	common, err := shared(f)
	if err != nil {
		return nil, err
	}
	return all, all.Merge(common)
}

// renderer writes the files of one cluster; its first error stops it.
type renderer struct {
	fleet   *fleet.Fleet
	cluster *fleet.Cluster
	set     *manifest.Set
	err     error
}

func newRenderer(f *fleet.Fleet, c *fleet.Cluster) *renderer {
	return &renderer{fleet: f, cluster: c, set: manifest.NewSet()}
}

func (r *renderer) all() {
	r.infrastructure()
	r.bootstrap()
	r.fluxSystem()
	r.components()
	r.workspaces()
	r.rbac()
	r.management()
}

// folder writes a folder that Flux applies: the named files of objects, and the
// kustomization.yaml that lists them after the given resources.
func (r *renderer) folder(dir, owner string, resources []string, files ...file) {
	for _, f := range files {
		if len(f.objects) == 0 {
			continue
		}
		resources = append(resources, f.name)
		r.add(path.Join(dir, f.name), owner, f.objects...)
	}
	r.add(path.Join(dir, "kustomization.yaml"), owner, kustomization(resources))
}

// file is one file of a folder.
type file struct {
	name    string
	objects []manifest.Object
}

func (r *renderer) add(name, owner string, objects ...manifest.Object) {
	if r.err != nil {
		return
	}
	from := path.Join(r.cluster.Dir, source.ClusterFile)
	r.err = r.set.Add(path.Join(r.cluster.Dir, name), from, fmt.Sprintf("%s of cluster %s", owner, r.cluster.Name), objects...)
}

// at gives a folder of the cluster as Flux's spec.path has it.
func (r *renderer) at(dir string) string { return "./" + path.Join(r.cluster.Dir, dir) }

// relative gives a path from a folder of the cluster to one below clusters/.
func (r *renderer) relative(dir, target string) string {
	up := strings.Count(path.Join(r.cluster.Dir, dir), "/")
	return strings.Repeat("../", up) + target
}

type fields = map[string]any

// object starts a Kubernetes object; namespace is "" for a cluster-wide one.
func object(apiVersion, kind, namespace, name string, labels map[string]string) manifest.Object {
	metadata := fields{"name": name}
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	if len(labels) > 0 {
		metadata["labels"] = labels
	}
	return manifest.Object{"apiVersion": apiVersion, "kind": kind, "metadata": metadata}
}

func withSpec(o manifest.Object, spec fields) manifest.Object {
	o["spec"] = spec
	return o
}

func annotate(o manifest.Object, key, value string) manifest.Object {
	metadata := o["metadata"].(fields)
	annotations, ok := metadata["annotations"].(fields)
	if !ok {
		annotations = fields{}
		metadata["annotations"] = annotations
	}
	annotations[key] = value
	return o
}

// keep guards an object against Flux's pruning: what makes machines goes only
// when a person says so.
func keep(o manifest.Object) manifest.Object {
	return annotate(o, "kustomize.toolkit.fluxcd.io/prune", "disabled")
}

func kustomization(resources []string) manifest.Object {
	return manifest.Object{"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": resources}
}

// authored gives objects in order of the keys that their author gave them.
func authored(objects map[string]fleet.Object) []manifest.Object {
	var out []manifest.Object
	for _, key := range fleet.Sorted(objects) {
		out = append(out, manifest.Object(objects[key]))
	}
	return out
}
