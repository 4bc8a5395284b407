package snapshot

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"heddle.dev/platform/generator/internal/revision"
)

// side is one revision.
type side struct {
	ctx      context.Context
	repo     *revision.Repository
	revision string
	isBase   bool
	// names of all files below clusters/, sorted, and by folder.
	names    []string
	byFolder map[string][]string
	// dirs of the clusters by name, and who makes each.
	dirs     map[string]string
	managers map[string]string
	contents map[string][]byte
}

func newSide(ctx context.Context, repo *revision.Repository, rev string, names []string) *side {
	s := &side{
		ctx: ctx, repo: repo, revision: rev, names: names, byFolder: map[string][]string{},
		dirs: map[string]string{}, managers: map[string]string{}, contents: map[string][]byte{},
	}
	for _, name := range names {
		dir := path.Dir(name)
		s.byFolder[dir] = append(s.byFolder[dir], name)
		if dir, ok := strings.CutSuffix(name, "/"+definitionFile); ok {
			s.dirs[path.Base(dir)] = dir
		}
	}
	for _, name := range names {
		if made, manager, ok := s.made(name); ok {
			s.managers[made] = manager
		}
	}
	return s
}

// made gives the cluster that a file of a management cluster's fleet makes.
func (s *side) made(name string) (cluster, manager string, ok bool) {
	folder, file := path.Split(name)
	cluster, ok = strings.CutPrefix(file, "cluster-")
	dir, inFleet := strings.CutSuffix(folder, "/"+fleetFolder+"/")
	manager = path.Base(dir)
	return strings.TrimSuffix(cluster, ".yaml"), manager, ok && inFleet && s.dirs[manager] == dir
}

// has says whether a folder, or one below it, has files.
func (s *side) has(folder string) bool {
	i, found := slices.BinarySearch(s.names, folder+"/")
	return found || i < len(s.names) && strings.HasPrefix(s.names[i], folder+"/")
}

// fault says in which revision and file something is wrong, and what to do.
func (s *side) fault(name string, err error) error {
	if s.isBase {
		return fmt.Errorf("in the base, %.12s: %s: %w\nfix: compare with a revision that is sound: --base REVISION", s.revision, name, err)
	}
	return fmt.Errorf("%s: %w\nfix: make generate", name, err)
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

// owner says what a folder is for, and where it is applied.
func (s *side) owner(folder string) (Object, bool) {
	if rest, ok := strings.CutPrefix(folder+"/", sharedDir); ok {
		if strings.HasPrefix(rest, "classes/") {
			return Object{Cluster: s.anyManager(), About: s.anyManager(), Part: "class"}, true
		}
		return Object{}, false // it comes with the folders that include it
	}
	cluster, rest := s.clusterOf(folder)
	if cluster == "" {
		return Object{}, false
	}
	o := Object{Cluster: cluster, About: cluster}
	parts := strings.Split(rest, "/")
	o.Part = parts[0]
	switch parts[0] {
	case "infrastructure":
		o.Cluster = s.managers[cluster]
		if len(parts) > 1 {
			o.Part = "bootstrap"
		}
		if len(parts) > 2 {
			o.Cluster = cluster // applied in the cluster, through its kubeconfig
		}
	case "components", "workspaces":
		if len(parts) > 1 {
			o.Part = strings.TrimSuffix(parts[0], "s") + "/" + parts[1]
		}
	case "flux-system":
		o.Part = "flux"
	case "rbac":
		o.Part = "roles"
	}
	return o, true
}

// clusterOf gives the cluster whose folder one is below, and the way from there.
func (s *side) clusterOf(folder string) (cluster, rest string) {
	for dir := path.Dir(folder); dir != "."; dir = path.Dir(dir) {
		if s.dirs[path.Base(dir)] == dir {
			return path.Base(dir), strings.TrimPrefix(folder, dir+"/")
		}
	}
	return "", ""
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
