package conformance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// repository is the root, from this package's folder.
const repository = "../../.."

// object is a Kubernetes object as Flux would apply it.
type object map[string]any

// at gives the value at a path of maps and list indexes 0, or nil.
func (o object) at(path ...string) any {
	var v any = map[string]any(o)
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[p]
	}
	return v
}

func (o object) text(path ...string) string {
	s, _ := o.at(path...).(string)
	return s
}

func (o object) kind() string      { return o.text("kind") }
func (o object) name() string      { return o.text("metadata", "name") }
func (o object) namespace() string { return o.text("metadata", "namespace") }

// group is the API group.
func (o object) group() string {
	group, _, ok := strings.Cut(o.text("apiVersion"), "/")
	if !ok {
		return ""
	}
	return group
}

// id tells objects of one cluster apart.
func (o object) id() string { return ref{o.group(), o.kind(), o.namespace(), o.name()}.String() }

// ref names an object.
type ref struct{ group, kind, namespace, name string }

func (r ref) String() string {
	return fmt.Sprintf("%s.%s %s/%s", r.kind, r.group, r.namespace, r.name)
}

const (
	kustomizeGroup = "kustomize.toolkit.fluxcd.io"
	helmGroup      = "helm.toolkit.fluxcd.io"
	sourceGroup    = "source.toolkit.fluxcd.io"
)

// isFluxKustomization says whether Flux applies a folder because of o.
func isFluxKustomization(o object) bool {
	return o.kind() == "Kustomization" && o.group() == kustomizeGroup
}

// builder builds folders as Flux does, each once.
type builder struct {
	mu    sync.Mutex
	built map[string][]object
}

func (b *builder) build(t *testing.T, path string) []object {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	path = filepath.Clean(path)
	if objects, ok := b.built[path]; ok {
		return objects
	}
	dir := filepath.Join(repository, path)
	if _, err := os.Stat(filepath.Join(dir, "kustomization.yaml")); err != nil {
		t.Errorf("Flux would apply %s, which has no kustomization.yaml", path)
		return nil
	}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Errorf("kustomize build %s: %v", path, err)
		return nil
	}
	var objects []object
	for _, r := range resources.Resources() {
		m, err := r.Map()
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		objects = append(objects, m)
	}
	if b.built == nil {
		b.built = map[string][]object{}
	}
	b.built[path] = objects
	return objects
}

// universe is what runs in one cluster once Flux has applied everything.
type universe struct {
	cluster string
	// objects by id, with the folders that they come from.
	objects map[string]object
	folders map[string][]string
}

func newUniverse(cluster string) *universe {
	return &universe{cluster: cluster, objects: map[string]object{}, folders: map[string][]string{}}
}

func (u *universe) has(r ref) bool { _, ok := u.objects[r.String()]; return ok }

// world is the universes of all clusters.
type world struct {
	builder   builder
	universes map[string]*universe
	// reached are the folders that some Flux applies.
	reached map[string]bool
}

// explore follows Flux from a cluster's entry through everything it applies.
// What a management cluster's Flux applies in another cluster goes there.
func (w *world) explore(t *testing.T, cluster, folder string) {
	t.Helper()
	u := w.universes[cluster]
	key := cluster + " " + filepath.Clean(folder)
	if w.reached[key] {
		return
	}
	w.reached[key] = true
	for _, o := range w.builder.build(t, folder) {
		u.objects[o.id()] = o
		u.folders[o.id()] = append(u.folders[o.id()], filepath.Clean(folder))
		if !isFluxKustomization(o) || !w.ownSource(o) {
			continue
		}
		target := cluster
		if secret := o.text("spec", "kubeConfig", "secretRef", "name"); secret != "" {
			target = strings.TrimSuffix(secret, "-kubeconfig")
			if w.universes[target] == nil {
				t.Errorf("%s reaches into %q, which is no cluster", o.id(), target)
				continue
			}
		}
		w.explore(t, target, o.text("spec", "path"))
	}
}

// ownSource says whether a Kustomization's folder is one of this repository.
func (w *world) ownSource(o object) bool {
	name := o.text("spec", "sourceRef", "name")
	return o.text("spec", "sourceRef", "kind") == "GitRepository" && (name == "flux-system" || name == "fleet")
}

func readLines(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(data), "\n")
}
