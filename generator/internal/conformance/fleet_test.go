package conformance_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/apischema"
)

// load explores the committed fleet from every cluster's entry.
func load(t *testing.T) *world {
	t.Helper()
	w := &world{universes: map[string]*universe{}, reached: map[string]bool{}}
	dirs := map[string]string{}
	err := filepath.WalkDir(filepath.Join(repository, "clusters"), func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "cluster.cue" {
			rel, err := filepath.Rel(repository, filepath.Dir(name))
			if err != nil {
				return err
			}
			cluster := filepath.Base(rel)
			dirs[cluster] = rel
			w.universes[cluster] = newUniverse(cluster)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) == 0 {
		t.Fatal("there are no clusters")
	}
	for cluster, dir := range dirs {
		w.explore(t, cluster, filepath.Join(dir, "flux-system"))
	}
	return w
}

// TestEveryObjectIsValid judges every object of every cluster by the schemas of
// the cluster's own Kubernetes, of Flux, of Cluster API and its providers.
func TestEveryObjectIsValid(t *testing.T) {
	w := load(t)
	schemas, err := apischema.New()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for cluster, u := range w.universes {
		minor := minorOf(t, w, cluster)
		catalogue, err := schemas.Open(t.Context(), minor)
		if err != nil {
			t.Fatal(err)
		}
		for id, o := range u.objects {
			problems, err := catalogue.Validate(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			checked++
			for _, p := range problems {
				if p.Reason == apischema.Unchecked {
					t.Logf("%s: %s: unchecked: %s", cluster, id, p)
					continue
				}
				t.Errorf("%s (Kubernetes %s): %s, from %s: %s", cluster, minor, id, strings.Join(u.folders[id], ", "), p)
			}
		}
	}
	t.Logf("%d objects of %d clusters", checked, len(w.universes))
}

// minorOf finds a cluster's Kubernetes minor in the Cluster object that makes it.
func minorOf(t *testing.T, w *world, cluster string) string {
	t.Helper()
	for _, u := range w.universes {
		if o, ok := u.objects[ref{"cluster.x-k8s.io", "Cluster", "fleet", cluster}.String()]; ok {
			parts := strings.Split(strings.TrimPrefix(o.text("spec", "topology", "version"), "v"), ".")
			return parts[0] + "." + parts[1]
		}
	}
	t.Fatalf("no management cluster has the Cluster %s", cluster)
	return ""
}

// TestNothingIsAppliedTwice finds objects that two folders of one cluster both
// hold, over which Flux would fight. A cluster's flux-system is the one
// exception: the management cluster puts the same folder there first.
func TestNothingIsAppliedTwice(t *testing.T) {
	for cluster, u := range load(t).universes {
		for id, folders := range u.folders {
			if len(folders) > 1 {
				t.Errorf("%s: %s is in %s", cluster, id, strings.Join(folders, " and "))
			}
		}
	}
}

// TestEveryFolderIsApplied finds folders that were generated, and that no Flux applies.
func TestEveryFolderIsApplied(t *testing.T) {
	applied := map[string]bool{}
	for key := range load(t).reached {
		_, folder, _ := strings.Cut(key, " ")
		applied[folder] = true
		for _, line := range readLines(t, filepath.Join(folder, "kustomization.yaml")) {
			if resource, ok := strings.CutPrefix(line, "- ../"); ok {
				applied[filepath.Join(folder, "..", resource)] = true
			}
		}
	}
	err := filepath.WalkDir(filepath.Join(repository, "clusters"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "kustomization.yaml" {
			return err
		}
		folder, err := filepath.Rel(repository, filepath.Dir(name))
		if err == nil && !applied[folder] {
			t.Errorf("no Flux applies %s", folder)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoFolderIsThatOfACluster: a cluster's root holds its own definition, and
// a Flux that applied it would make the cluster inside itself.
func TestNoFolderIsThatOfACluster(t *testing.T) {
	w := load(t)
	for key := range w.reached {
		_, folder, _ := strings.Cut(key, " ")
		if _, err := os.Stat(filepath.Join(repository, folder, "cluster.cue")); err == nil {
			t.Errorf("Flux applies %s, the root of a cluster", folder)
		}
	}
}

// TestClustersAreNotPruned: whatever makes machines carries Flux's guard.
func TestClustersAreNotPruned(t *testing.T) {
	guarded := 0
	for cluster, u := range load(t).universes {
		for id, o := range u.objects {
			if !strings.HasSuffix(o.group(), "cluster.x-k8s.io") || o.group() == "operator.cluster.x-k8s.io" {
				continue
			}
			guarded++
			if o.text("metadata", "annotations", "kustomize.toolkit.fluxcd.io/prune") != "disabled" {
				t.Errorf("%s: Flux may prune %s", cluster, id)
			}
		}
	}
	if guarded == 0 {
		t.Error("there is nothing that makes machines")
	}
}

// TestFilesAreSmall: people review these files.
func TestFilesAreSmall(t *testing.T) {
	const most = 1000
	err := filepath.WalkDir(filepath.Join(repository, "clusters"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(name, "/shared/") {
			return err
		}
		data, err := os.ReadFile(name)
		if lines := strings.Count(string(data), "\n"); lines > most {
			t.Errorf("%s has %d lines, more than %d", name, lines, most)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
