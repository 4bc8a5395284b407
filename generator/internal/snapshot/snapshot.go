// Package snapshot reads, of two revisions of the fleet, the objects that
// differ in where or how Flux applies them. Folders that are the same in both
// are not read.
package snapshot

import (
	"context"
	"path"
	"slices"
	"strings"

	"heddle.dev/platform/generator/internal/revision"
)

const (
	clustersDir       = "clusters"
	sharedDir         = "clusters/shared/"
	kustomizationFile = "kustomization.yaml"
	definitionFile    = "infrastructure/cluster.yaml"
	fleetFolder       = "fleet"
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
	changed, err := repo.Changed(ctx, base, head, clustersDir, "*.cue")
	if err != nil {
		return nil, err
	}
	names, err := repo.List(ctx, base, clustersDir)
	if err != nil {
		return nil, err
	}
	c := &Comparison{Clusters: map[string]Cluster{}}
	var files []revision.File
	for _, f := range changed {
		if path.Ext(f.Path) == ".cue" {
			c.Input = append(c.Input, f.Path)
			continue
		}
		files = append(files, f)
	}
	g := &gatherer{
		base: newSide(ctx, repo, base, names),
		head: newSide(ctx, repo, head, after(names, files)),
	}
	g.base.isBase = true
	g.keep(files)
	return c, g.gather(c, files)
}

// after gives the names of a revision's files from those of another and what changed since.
func after(names []string, changed []revision.File) []string {
	exists := make(map[string]bool, len(changed))
	for _, f := range changed {
		exists[f.Path] = f.New != nil
	}
	out := make([]string, 0, len(names)+len(changed))
	for _, name := range names {
		if _, ok := exists[name]; !ok {
			out = append(out, name)
		}
	}
	for name, ok := range exists {
		if ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
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
	base, head *side
}

// keep remembers the contents of changed files, which are read already.
func (g *gatherer) keep(changed []revision.File) {
	for _, f := range changed {
		g.base.contents[f.Path], g.head.contents[f.Path] = f.Old, f.New
	}
}

func (g *gatherer) gather(c *Comparison, changed []revision.File) error {
	folders, err := g.folders(changed)
	if err != nil {
		return err
	}
	if c.Base, err = g.base.objects(folders); err != nil {
		return err
	}
	if c.Head, err = g.head.objects(folders); err != nil {
		return err
	}
	if c.BaseClasses, err = g.base.classes(c.Base); err != nil {
		return err
	}
	if c.HeadClasses, err = g.head.classes(c.Head); err != nil {
		return err
	}
	return g.clusters(c)
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
		set[path.Dir(f.Path)] = true
		// Who refers to a shared folder that comes or goes has changed itself.
		if root, ok := sharedRoot(f.Path); ok && g.base.has(root) && g.head.has(root) {
			shared[root] = true
		}
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

// clusters reads what the clusters of both revisions are. What the head says of one wins.
func (g *gatherer) clusters(c *Comparison) error {
	if err := g.head.describe(c.Clusters, nil); err != nil {
		return err
	}
	if err := g.base.describe(c.Clusters, g.head.dirs); err != nil {
		return err
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
