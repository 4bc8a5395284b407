package render

import (
	"path"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

const (
	// classesDir has the ClusterClasses, each under its name: what Cluster API
	// treats as immutable gets a new name when its content changes.
	classesDir = "clusters/shared/classes"
	// componentsDir has what components have in common, by name and content.
	componentsDir = "clusters/shared/components"
)

// sharedDir is the folder of what a component has in common with its like.
func sharedDir(c fleet.Component) string {
	return path.Join(componentsDir, c.Name+"-"+contentHash(c.Shared))
}

// shared writes what several clusters use, once.
func shared(f *fleet.Fleet) (*manifest.Set, error) {
	s := &sharing{set: manifest.NewSet(), seen: map[string]bool{}}
	for _, c := range f.Clusters {
		b := c.Backend
		s.folder(path.Join(classesDir, className(b)), path.Join("models/backends", b.Name), "the class of backend "+b.Name,
			func() []file {
				return []file{{"class.yaml", []manifest.Object{clusterClass(b)}}, {"templates.yaml", templates(b)}}
			})
		for _, name := range fleet.Sorted(c.Components) {
			component := c.Components[name]
			if len(component.Shared) > 0 {
				s.folder(sharedDir(component), "component "+name, "component "+name, func() []file { return sharedFiles(component) })
			}
		}
	}
	return s.set, s.err
}

// sharedFiles gives each shared object a file of its own, as they are large.
func sharedFiles(c fleet.Component) []file {
	var files []file
	for _, key := range fleet.Sorted(c.Shared) {
		files = append(files, file{key + ".yaml", []manifest.Object{manifest.Object(c.Shared[key])}})
	}
	return files
}

// sharing writes folders, each once; its first error stops it.
type sharing struct {
	set  *manifest.Set
	seen map[string]bool
	err  error
}

func (s *sharing) folder(dir, from, owner string, files func() []file) {
	if s.seen[dir] {
		return
	}
	s.seen[dir] = true
	var names []string
	for _, f := range files() {
		names = append(names, f.name)
		s.add(path.Join(dir, f.name), from, owner, f.objects...)
	}
	s.add(path.Join(dir, "kustomization.yaml"), from, owner, kustomization(names))
}

func (s *sharing) add(name, from, owner string, objects ...manifest.Object) {
	if s.err == nil {
		s.err = s.set.Add(name, from, owner, objects...)
	}
}
