package validate

import (
	"fmt"
	"slices"
	"strings"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// Fleet judges what CUE cannot see or cannot say well: rules over the parts of a
// cluster, and over all clusters together.
func Fleet(tree *source.Tree, f *fleet.Fleet) diagnostics.List {
	s := &survey{tree: tree, fleet: f, sources: map[string]*source.Cluster{}}
	for _, c := range tree.Clusters {
		s.sources[c.Name] = c
	}
	for _, c := range f.Clusters {
		s.kubernetes(c)
		s.components(c)
		s.capabilities(c)
		s.cycles(c)
		s.nodePools(c)
		s.workspaces(c)
		s.namespaces(c)
		s.management(c)
		s.flux(c)
	}
	s.networks()
	s.patterns()
	return s.found
}

// survey collects what is wrong with a fleet.
type survey struct {
	tree    *source.Tree
	fleet   *fleet.Fleet
	sources map[string]*source.Cluster
	found   diagnostics.List
}

// at gives the place of a field of a cluster.
func (s *survey) at(c *fleet.Cluster, path ...string) diagnostics.Position {
	pos, _ := s.tree.Locate(s.sources[c.Name], append([]string{source.ClusterField}, path...))
	return pos
}

// report adds a problem with a field of a cluster.
func (s *survey) report(c *fleet.Cluster, path []string, message, fix string, related ...diagnostics.Related) {
	s.reportAt(s.at(c, path...), c, path, message, fix, related...)
}

// reportAt adds a problem that is to be mended at another place than the field.
func (s *survey) reportAt(pos diagnostics.Position, c *fleet.Cluster, path []string, message, fix string, related ...diagnostics.Related) {
	s.found = append(s.found, diagnostics.Diagnostic{
		Position: pos, Path: pathText(append([]string{source.ClusterField}, path...)),
		Message: message, Fix: fix, Related: related, Clusters: []string{c.Name},
	})
}

func (s *survey) kubernetes(c *fleet.Cluster) {
	minor := minorOf(c.Kubernetes.Version)
	path := []string{"kubernetes", "version"}
	if !c.Backend.Kubernetes[minor] {
		s.report(c, path, fmt.Sprintf("backend %s cannot make Kubernetes %s", c.Backend.Name, minor),
			"use one of "+strings.Join(fleet.Sorted(c.Backend.Kubernetes), ", "))
	}
	for _, name := range fleet.Sorted(c.Components) {
		k := c.Components[name].Kubernetes
		if k.Min != "" && compareMinors(minor, k.Min) < 0 || k.Max != "" && compareMinors(minor, k.Max) > 0 {
			s.report(c, path, fmt.Sprintf("component %s %s supports Kubernetes %s, and not %s", name, c.Components[name].Version(), rangeText(k), minor),
				fmt.Sprintf("set kubernetes.version to a release of %s, or take another version of %s", rangeText(k), name),
				diagnostics.Related{Position: s.at(c, "components", name, "kubernetes"), Text: "declared"})
		}
	}
}

func rangeText(k fleet.KubernetesRange) string {
	switch {
	case k.Max == "":
		return k.Min + " and later"
	case k.Min == "":
		return "up to " + k.Max
	}
	return k.Min + " to " + k.Max
}

// components judges each component by itself.
func (s *survey) components(c *fleet.Cluster) {
	for _, name := range fleet.Sorted(c.Components) {
		component := c.Components[name]
		path := []string{"components", name}
		k := component.Kustomize
		own, _ := s.tree.LocateIn("#Component", name, nil)
		switch {
		case component.Release != nil && k != nil:
			s.reportAt(own, c, path, "installs from both a release and a kustomize source", "remove one of them, or make two components")
		case component.Release == nil && k == nil && len(component.Objects) == 0:
			s.reportAt(own, c, path, "installs nothing", "give it a release, a kustomize source, or objects")
		case k != nil && (k.Git == nil) == (k.OCI == nil):
			s.report(c, append(path, "kustomize"), "needs exactly one of git and oci", "set one of the two, and remove the other")
		}
		s.releaseName(c, name, component)
		for _, other := range fleet.Sorted(component.DependsOn) {
			s.dependency(c, name, other)
		}
		for _, capability := range fleet.Sorted(component.Requires) {
			if _, ok := c.Capabilities[capability]; !ok && !s.provided(c, capability) {
				s.report(c, append(path, "requires", capability), fmt.Sprintf("component %s requires %s, which the cluster does not have", name, capability),
					fmt.Sprintf("add `requires: %s: true` to the model or the cluster", capability))
			}
		}
	}
}

// longestRelease is how many characters Helm allows in the name of a release.
const longestRelease = 53

// releaseName finds releases on the management cluster whose names, made from
// the cluster's and the component's, are too long.
func (s *survey) releaseName(c *fleet.Cluster, name string, component fleet.Component) {
	if component.Placement != fleet.PlacementManagement || component.Release == nil || component.Release.Name != "" {
		return
	}
	if made := c.Name + "-" + name; len(made) > longestRelease {
		s.report(c, []string{"components", name, "release"}, fmt.Sprintf("the release would be called %s, which is longer than the %d characters that Helm allows", made, longestRelease),
			"give it a shorter name: `release: name: cluster.name`")
	}
}

func (s *survey) provided(c *fleet.Cluster, capability string) bool {
	for _, component := range c.Components {
		if component.Provides[capability] {
			return true
		}
	}
	return false
}

func (s *survey) dependency(c *fleet.Cluster, name, other string) {
	if _, ok := c.Components[other]; ok {
		return
	}
	fix := fmt.Sprintf("add component %s to the model, or remove the dependency", other)
	if near := suggest.Nearest(other, fleet.Sorted(c.Components)); near != "" {
		fix = fmt.Sprintf("did you mean %q?", near)
	}
	s.report(c, []string{"components", name, "dependsOn", other}, fmt.Sprintf("component %s depends on %s, which the cluster does not have", name, other), fix)
}

// capabilities finds two components for one capability.
func (s *survey) capabilities(c *fleet.Cluster) {
	givers := map[string][]string{}
	for _, name := range fleet.Sorted(c.Components) {
		for capability := range c.Components[name].Provides {
			givers[capability] = append(givers[capability], name)
		}
	}
	for _, capability := range fleet.Sorted(givers) {
		if names := givers[capability]; len(names) > 1 {
			var related []diagnostics.Related
			for _, name := range names {
				related = append(related, diagnostics.Related{Position: s.at(c, "components", name, "provides", capability), Text: name})
			}
			s.report(c, []string{"components", s.listed(c, names)}, fmt.Sprintf("%s both give %s; a cluster has one", strings.Join(names, " and "), capability),
				fmt.Sprintf("remove one; to replace the backend's, write `#choose: %s: <package>.#Component` and do not list it under components", capability), related...)
		}
	}
}

// listed gives the component that a cluster's own files list; of several, or
// none, the last.
func (s *survey) listed(c *fleet.Cluster, names []string) string {
	last := names[len(names)-1]
	for _, name := range names {
		path := []string{source.ClusterField, "components", name}
		if _, depth := s.tree.Locate(s.sources[c.Name], path); depth == len(path) {
			last = name
		}
	}
	return last
}

// cycles finds components that wait for each other, and names the circle.
func (s *survey) cycles(c *fleet.Cluster) {
	const visiting, done = 1, 2
	state := map[string]int{}
	var stack []string
	var visit func(name string)
	visit = func(name string) {
		switch state[name] {
		case done:
			return
		case visiting:
			circle := append(slices.Clone(stack[slices.Index(stack, name):]), name)
			s.report(c, []string{"components", circle[0], "dependsOn", circle[1]},
				"components wait for each other in a circle: "+strings.Join(circle, " -> "), "remove one of these dependencies")
			return
		}
		state[name] = visiting
		stack = append(stack, name)
		for _, other := range c.Components[name].After {
			visit(other)
		}
		stack = stack[:len(stack)-1]
		state[name] = done
	}
	for _, name := range fleet.Sorted(c.Components) {
		visit(name)
	}
}

func (s *survey) nodePools(c *fleet.Cluster) {
	for _, name := range fleet.Sorted(c.NodePools) {
		if _, ok := c.Backend.Machines[name]; !ok {
			s.report(c, []string{"nodePools", name}, fmt.Sprintf("backend %s makes no machines for this pool", c.Backend.Name), "give the backend a `machines` entry for every pool")
		}
		if _, ok := c.Capabilities["autoscaling"]; c.NodePools[name].Autoscaling != nil && !ok {
			s.report(c, []string{"nodePools", name, "autoscaling"}, "the pool scales by itself, but the cluster has nothing that does it",
				"add `requires: autoscaling: true` to the cluster or its model, or give the pool `replicas` alone")
		}
	}
}

func (s *survey) flux(c *fleet.Cluster) {
	version := c.Settings.Flux.Version
	if s.tree.Shared["flux/"+version] {
		return
	}
	var have []string
	for _, dir := range fleet.Sorted(s.tree.Shared) {
		if v, ok := strings.CutPrefix(dir, "flux/"); ok {
			have = append(have, v)
		}
	}
	s.report(c, []string{"fleet", "flux", "version"}, fmt.Sprintf("there is no clusters/shared/flux/%s", version),
		"use one of "+strings.Join(have, ", ")+", or render that version: make upstream")
}
