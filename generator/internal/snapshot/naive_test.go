package snapshot_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// naive reads a fleet as Flux does: from what each cluster's flux-system folder
// has, along the paths of its Kustomizations, into folders and what they include.
type naive struct {
	t       testing.TB
	dir     string
	parsed  map[string][]map[string]any // by file
	objects map[string]naiveObject      // by cluster and identity
	visited map[string]bool
	homes   map[string]string           // folders of clusters by name
	labels  map[string]map[string]any   // of clusters by name
	classes map[string][]map[string]any // classes and templates by the class's name
}

type naiveObject struct {
	value                      map[string]any
	file, about, part, cluster string
}

// readNaively reads every file of a fleet, and all that is applied.
func readNaively(t testing.TB, dir string) *naive {
	t.Helper()
	n := &naive{
		t: t, dir: dir, parsed: map[string][]map[string]any{}, objects: map[string]naiveObject{}, visited: map[string]bool{},
		homes: map[string]string{}, labels: map[string]map[string]any{}, classes: map[string][]map[string]any{},
	}
	definitions, err := filepath.Glob(filepath.Join(dir, "clusters/*/infrastructure/cluster.yaml"))
	deeper, err2 := filepath.Glob(filepath.Join(dir, "clusters/*/*/infrastructure/cluster.yaml"))
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for _, definition := range append(definitions, deeper...) {
		home, err := filepath.Rel(dir, filepath.Dir(filepath.Dir(definition)))
		if err != nil {
			t.Fatal(err)
		}
		n.homes[path.Base(filepath.ToSlash(home))] = filepath.ToSlash(home)
	}
	for _, name := range slices.Sorted(maps.Keys(n.homes)) {
		for _, o := range n.documents(n.homes[name] + "/infrastructure/cluster.yaml") {
			if o["kind"] == "Cluster" {
				n.labels[name], _ = walk(o, "metadata", "labels").(map[string]any)
			}
		}
		n.apply(name, n.homes[name]+"/flux-system")
	}
	classes, err := filepath.Glob(filepath.Join(dir, "clusters/shared/classes/*/*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range classes {
		name := filepath.Base(filepath.Dir(file))
		if rel := "clusters/shared/classes/" + name + "/" + filepath.Base(file); filepath.Base(file) != "kustomization.yaml" {
			n.classes[name] = append(n.classes[name], n.documents(rel)...)
		}
	}
	return n
}

// apply adds what a folder has to what is in a cluster, and follows what Flux does from there.
func (n *naive) apply(cluster, folder string) {
	if n.visited[cluster+" "+folder] {
		return
	}
	n.visited[cluster+" "+folder] = true
	for _, file := range n.files(folder) {
		for _, o := range n.documents(file) {
			id := strings.Join([]string{cluster, group(o), fmt.Sprint(o["kind"]), text(o, "metadata", "namespace"), text(o, "metadata", "name")}, "|")
			if _, twice := n.objects[id]; twice {
				n.t.Fatalf("%s stands twice", id)
			}
			about, part := n.belongs(cluster, folder, file)
			n.objects[id] = naiveObject{value: o, file: file, about: about, part: part, cluster: cluster}
			if next, ok := strings.CutPrefix(text(o, "spec", "path"), "./"); ok && strings.HasPrefix(next, "clusters/") && group(o) == "kustomize.toolkit.fluxcd.io" {
				target := cluster
				if secret := text(o, "spec", "kubeConfig", "secretRef", "name"); secret != "" {
					target = strings.TrimSuffix(secret, "-kubeconfig")
				}
				n.apply(target, next)
			}
		}
	}
}

// files lists those that a folder's kustomization names, and those of the folders it includes.
func (n *naive) files(folder string) []string {
	var out []string
	for _, k := range n.documents(folder + "/kustomization.yaml") {
		resources, _ := k["resources"].([]any)
		for _, r := range resources {
			name := path.Join(folder, fmt.Sprint(r))
			if path.Ext(name) == ".yaml" {
				out = append(out, name)
			} else {
				out = append(out, n.files(name)...)
			}
		}
	}
	return out
}

// documents reads a file; there is nothing in one that is not there.
func (n *naive) documents(file string) []map[string]any {
	if objects, ok := n.parsed[file]; ok {
		return objects
	}
	data, err := os.ReadFile(filepath.Join(n.dir, file))
	if err != nil && !os.IsNotExist(err) {
		n.t.Fatal(err)
	}
	var out []map[string]any
	for _, document := range bytes.Split(data, []byte("\n---\n")) {
		var o map[string]any
		if err := yaml.Unmarshal(document, &o); err != nil {
			n.t.Fatalf("%s: %v", file, err)
		}
		if o != nil {
			out = append(out, o)
		}
	}
	n.parsed[file] = out
	return out
}

// belongs says what an object is about, by the folder that is applied.
func (n *naive) belongs(cluster, folder, file string) (about, part string) {
	if strings.HasPrefix(folder, "clusters/shared/classes/") {
		return cluster, "class"
	}
	if made, ok := strings.CutPrefix(path.Base(file), "cluster-"); ok && path.Base(folder) == "fleet" {
		return strings.TrimSuffix(made, ".yaml"), "fleet"
	}
	for name, home := range n.homes {
		rest, ok := strings.CutPrefix(folder, home+"/")
		words := strings.Split(rest, "/")
		switch {
		case !ok:
			continue
		case words[0] == "components" || words[0] == "workspaces":
			return name, strings.TrimSuffix(words[0], "s") + "/" + words[1]
		case words[0] == "infrastructure" && len(words) > 1:
			return name, "bootstrap"
		}
		return name, map[string]string{"flux-system": "flux", "rbac": "roles"}[words[0]] + map[bool]string{true: words[0]}[words[0] != "flux-system" && words[0] != "rbac"]
	}
	return cluster, ""
}

func walk(v any, keys ...string) any {
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

func text(v any, keys ...string) string {
	s, _ := walk(v, keys...).(string)
	return s
}

func group(o map[string]any) string {
	g, _, ok := strings.Cut(fmt.Sprint(o["apiVersion"]), "/")
	if !ok {
		return ""
	}
	return g
}
