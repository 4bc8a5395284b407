// Package snapshot reads, of two revisions of the fleet, the objects that
// differ in where or how Flux applies them. Folders that are the same in both
// are not read.
package snapshot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"heddle.dev/platform/generator/internal/revision"
)

const (
	clustersDir       = "clusters"
	sharedDir         = "clusters/shared/"
	kustomizationFile = "kustomization.yaml"
	definitionFile    = "infrastructure/cluster.yaml"
)

// Object is one object that Flux applies.
type Object struct {
	// Value of the object.
	Value map[string]any
	// Cluster in which it is applied.
	Cluster string
	// About is the cluster that it belongs to: the same, or the one that it makes.
	About string
	// Part of the cluster that it is of: component/NAME, workspace/NAME,
	// infrastructure, bootstrap, class, flux, roles or fleet.
	Part string
	// File that it stands in.
	File string
}

// Cluster is what a plan says of a cluster, from its definition.
type Cluster struct {
	Name        string `json:"name"`
	Model       string `json:"model"`
	Backend     string `json:"backend"`
	Environment string `json:"environment"`
	Ring        string `json:"ring"`
}

// Comparison is what differs between two revisions.
type Comparison struct {
	Base, Head []Object
	// BaseClasses and HeadClasses have the ClusterClass and the templates of each class that a compared Cluster is of, by name.
	BaseClasses, HeadClasses map[string][]Object
	// Clusters of both revisions by name; Added and Removed exist in one of them only.
	Clusters       map[string]Cluster
	Added, Removed []string
	// Input lists changed files that people write.
	Input []string
}

// Compare reads what differs below clusters/ between two revisions.
func Compare(ctx context.Context, repo *revision.Repository, base, head string) (*Comparison, error) {
	changed, err := repo.Changed(ctx, base, head, clustersDir)
	if err != nil {
		return nil, err
	}
	g := &gatherer{ctx: ctx, repo: repo}
	if g.base, err = g.side(base); err != nil {
		return nil, err
	}
	if g.head, err = g.side(head); err != nil {
		return nil, err
	}
	c := &Comparison{Clusters: map[string]Cluster{}}
	folders, err := g.folders(changed)
	if err != nil {
		return nil, err
	}
	if c.Base, err = g.base.objects(folders); err != nil {
		return nil, fmt.Errorf("in the base, %.12s: %w", base, err)
	}
	if c.Head, err = g.head.objects(folders); err != nil {
		return nil, err
	}
	if c.BaseClasses, err = g.base.classes(c.Base); err != nil {
		return nil, err
	}
	if c.HeadClasses, err = g.head.classes(c.Head); err != nil {
		return nil, err
	}
	if err := g.clusters(c); err != nil {
		return nil, err
	}
	c.Input, err = g.input(base, head)
	return c, err
}

// Only keeps the objects that are about some clusters.
func (c *Comparison) Only(keep func(about string) bool) {
	drop := func(o Object) bool { return !keep(o.About) }
	c.Base, c.Head = slices.DeleteFunc(c.Base, drop), slices.DeleteFunc(c.Head, drop)
	c.Added = slices.DeleteFunc(c.Added, func(name string) bool { return !keep(name) })
	c.Removed = slices.DeleteFunc(c.Removed, func(name string) bool { return !keep(name) })
}

// gatherer has both sides of a comparison.
type gatherer struct {
	ctx        context.Context
	repo       *revision.Repository
	base, head *side
}

// side is one revision.
type side struct {
	ctx      context.Context
	repo     *revision.Repository
	revision string
	// names of all files below clusters/, sorted, and by folder.
	names    []string
	byFolder map[string][]string
	// dirs of the clusters by name, and who makes each.
	dirs     map[string]string
	managers map[string]string
	contents map[string][]byte
}

func (g *gatherer) side(rev string) (*side, error) {
	names, err := g.repo.List(g.ctx, rev, clustersDir)
	if err != nil {
		return nil, err
	}
	s := &side{ctx: g.ctx, repo: g.repo, revision: rev, names: names, byFolder: map[string][]string{},
		dirs: map[string]string{}, managers: map[string]string{}, contents: map[string][]byte{}}
	for _, name := range names {
		s.byFolder[path.Dir(name)] = append(s.byFolder[path.Dir(name)], name)
		if dir, ok := strings.CutSuffix(name, "/"+definitionFile); ok {
			s.dirs[path.Base(dir)] = dir
		}
	}
	for _, name := range names {
		dir, file := path.Split(name)
		if made, ok := strings.CutPrefix(strings.TrimSuffix(file, ".yaml"), "cluster-"); ok && strings.HasSuffix(dir, "/fleet/") {
			s.managers[made] = path.Base(path.Dir(path.Clean(dir)))
		}
	}
	return s, nil
}

// folders lists the folders that Flux applies, in either revision, and that
// hold or refer to a changed file.
func (g *gatherer) folders(changed []revision.File) ([]string, error) {
	set := map[string]bool{}
	shared := map[string]bool{}
	for _, f := range changed {
		if path.Ext(f.Path) != ".yaml" {
			continue
		}
		if root, ok := sharedRoot(f.Path); ok {
			shared[root] = true
		}
		set[path.Dir(f.Path)] = true
	}
	for _, s := range []*side{g.base, g.head} {
		referring, err := s.referring(shared)
		if err != nil {
			return nil, err
		}
		for _, folder := range referring {
			set[folder] = true
		}
	}
	var folders []string
	for folder := range set {
		folders = append(folders, folder)
	}
	slices.Sort(folders)
	return folders, nil
}

// sharedRoot gives clusters/shared/<what>/<version> of a file below it.
func sharedRoot(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, sharedDir)
	parts := strings.SplitN(rest, "/", 3)
	if !ok || len(parts) < 3 {
		return "", false
	}
	return sharedDir + parts[0] + "/" + parts[1], true
}

// referring lists the folders whose kustomization.yaml includes a shared folder.
func (s *side) referring(shared map[string]bool) ([]string, error) {
	if len(shared) == 0 {
		return nil, nil
	}
	var files []string
	for _, name := range s.names {
		if path.Base(name) == kustomizationFile && !strings.HasPrefix(name, sharedDir) {
			files = append(files, name)
		}
	}
	if err := s.fetch(files); err != nil {
		return nil, err
	}
	var folders []string
	for _, name := range files {
		for root := range shared {
			if bytes.Contains(s.contents[name], []byte("/"+strings.TrimPrefix(root, "clusters/")+"\n")) {
				folders = append(folders, path.Dir(name))
			}
		}
	}
	return folders, nil
}

// fetch reads files that are not read yet.
func (s *side) fetch(names []string) error {
	var wanted []string
	for _, name := range names {
		if _, ok := s.contents[name]; !ok {
			wanted = append(wanted, name)
		}
	}
	contents, err := s.repo.Contents(s.ctx, s.revision, wanted)
	if err != nil {
		return err
	}
	for i, name := range wanted {
		s.contents[name] = contents[i]
	}
	return nil
}

// objects reads what Flux applies of some folders.
func (s *side) objects(folders []string) ([]Object, error) {
	var first []string
	for _, folder := range folders {
		first = append(first, s.byFolder[folder]...)
	}
	if err := s.fetch(first); err != nil {
		return nil, err
	}
	var all []Object
	for _, folder := range folders {
		owner, ok := s.owner(folder)
		if !ok {
			continue
		}
		objects, err := s.folder(folder, owner, map[string]bool{})
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

// folder reads a folder's resources, and those that it includes.
func (s *side) folder(folder string, owner Object, seen map[string]bool) ([]Object, error) {
	if seen[folder] {
		return nil, fmt.Errorf("%s includes itself", folder)
	}
	seen[folder] = true
	name := path.Join(folder, kustomizationFile)
	if err := s.fetch([]string{name}); err != nil {
		return nil, err
	}
	if s.contents[name] == nil {
		return nil, nil // the folder is not in this revision
	}
	var k struct {
		Resources []string `yaml:"resources"`
	}
	if err := yaml.Unmarshal(s.contents[name], &k); err != nil {
		return nil, fmt.Errorf("%s: %w\nfix: make generate", name, err)
	}
	var files []string
	for _, r := range k.Resources {
		if path.Ext(r) == ".yaml" {
			files = append(files, path.Join(folder, r))
		}
	}
	if err := s.fetch(files); err != nil {
		return nil, err
	}
	var all []Object
	for _, r := range k.Resources {
		if path.Ext(r) != ".yaml" {
			included, err := s.folder(path.Join(folder, r), owner, seen)
			if err != nil {
				return nil, err
			}
			all = append(all, included...)
			continue
		}
		objects, err := parse(path.Join(folder, r), s.contents[path.Join(folder, r)], owner)
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

// parse reads the objects of a file.
func parse(name string, content []byte, owner Object) ([]Object, error) {
	var all []Object
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var value map[string]any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w\nfix: make generate", name, err)
		}
		if value == nil {
			continue
		}
		object := owner
		object.Value, object.File = value, name
		all = append(all, object)
	}
}

// owner says what a folder is for, and where it is applied.
func (s *side) owner(folder string) (Object, bool) {
	if strings.HasPrefix(folder+"/", sharedDir) {
		rest := strings.TrimPrefix(folder+"/", sharedDir)
		if strings.HasPrefix(rest, "classes/") {
			return Object{Cluster: s.anyManager(), About: s.anyManager(), Part: "class"}, true
		}
		return Object{}, false // it comes with the folders that include it
	}
	for cluster, dir := range s.dirs {
		rest, ok := strings.CutPrefix(folder, dir+"/")
		if !ok {
			continue
		}
		o := Object{Cluster: cluster, About: cluster}
		parts := strings.Split(rest, "/")
		switch parts[0] {
		case "infrastructure":
			o.Cluster, o.Part = s.managers[cluster], "infrastructure"
			if len(parts) > 1 {
				o.Part = "bootstrap"
			}
			if len(parts) > 2 {
				o.Cluster = cluster // applied in the cluster, through its kubeconfig
			}
		case "components", "workspaces":
			o.Part = strings.TrimSuffix(parts[0], "s") + "/" + parts[1]
		case "flux-system":
			o.Part = "flux"
		case "rbac":
			o.Part = "roles"
		default:
			o.Part = parts[0]
		}
		return o, true
	}
	return Object{}, false
}

// anyManager gives the first management cluster by name, which has the classes.
func (s *side) anyManager() string {
	var names []string
	for _, m := range s.managers {
		names = append(names, m)
	}
	if len(names) == 0 {
		return ""
	}
	return slices.Min(names)
}

// classes reads the ClusterClasses that Clusters among the objects are of.
func (s *side) classes(objects []Object) (map[string][]Object, error) {
	classes := map[string][]Object{}
	for _, o := range objects {
		spec, _ := o.Value["spec"].(map[string]any)
		topology, _ := spec["topology"].(map[string]any)
		ref, _ := topology["classRef"].(map[string]any)
		name, _ := ref["name"].(string)
		if name == "" || classes[name] != nil {
			continue
		}
		read, err := s.folder(sharedDir+"classes/"+name, Object{Part: "class"}, map[string]bool{})
		if err != nil {
			return nil, err
		}
		classes[name] = read
	}
	return classes, nil
}

// clusters reads what the clusters of both revisions are.
func (g *gatherer) clusters(c *Comparison) error {
	for _, s := range []*side{g.base, g.head} { // what the head says of a cluster wins
		var files []string
		for _, dir := range s.dirs {
			files = append(files, path.Join(dir, definitionFile))
		}
		if err := s.fetch(files); err != nil {
			return err
		}
		for name, dir := range s.dirs {
			objects, err := parse(path.Join(dir, definitionFile), s.contents[path.Join(dir, definitionFile)], Object{})
			if err != nil {
				return err
			}
			c.Clusters[name] = describe(name, objects)
		}
	}
	for name := range c.Clusters {
		_, before := g.base.dirs[name]
		_, after := g.head.dirs[name]
		switch {
		case !before:
			c.Added = append(c.Added, name)
		case !after:
			c.Removed = append(c.Removed, name)
		}
	}
	slices.Sort(c.Added)
	slices.Sort(c.Removed)
	return nil
}

func describe(name string, objects []Object) Cluster {
	c := Cluster{Name: name}
	for _, o := range objects {
		metadata, _ := o.Value["metadata"].(map[string]any)
		labels, _ := metadata["labels"].(map[string]any)
		if o.Value["kind"] != "Cluster" || labels == nil {
			continue
		}
		text := func(key string) string { s, _ := labels["heddle.dev/"+key].(string); return s }
		c.Model, c.Backend, c.Environment, c.Ring = text("model"), text("backend"), text("environment"), text("ring")
	}
	return c
}

// input lists the CUE files that changed.
func (g *gatherer) input(base, head string) ([]string, error) {
	changed, err := g.repo.Changed(g.ctx, base, head, "*.cue")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range changed {
		names = append(names, f.Path)
	}
	return names, nil
}
