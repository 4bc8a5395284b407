package validate

import (
	"fmt"
	"strings"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/suggest"
)

// providerKinds are the kinds of Cluster API's operator by our word for them.
var providerKinds = map[string]string{
	"core": "CoreProvider", "bootstrap": "BootstrapProvider",
	"controlPlane": "ControlPlaneProvider", "infrastructure": "InfrastructureProvider",
}

// management judges who makes a cluster, and whether it can.
func (s *survey) management(c *fleet.Cluster) {
	path := []string{"managedBy"}
	manager := s.fleet.Cluster(c.ManagedBy)
	if manager == nil {
		names := s.managers()
		if s.sources[c.ManagedBy] != nil {
			return // it has problems of its own, which are reported
		}
		fix := useManager(names)
		if near := suggest.Nearest(c.ManagedBy, names); near != "" {
			fix = fmt.Sprintf("did you mean %q?", near)
		}
		s.report(c, path, fmt.Sprintf("there is no cluster %q", c.ManagedBy), fix)
		return
	}
	if _, ok := manager.Capabilities["clusterapi"]; !ok {
		s.report(c, path, fmt.Sprintf("cluster %s cannot make clusters: it has no capability clusterapi", c.ManagedBy), useManager(s.managers()))
		return
	}
	running := runningProviders(manager)
	for _, kind := range fleet.Sorted(c.Backend.Providers) {
		for _, name := range fleet.Sorted(c.Backend.Providers[kind]) {
			path := []string{"backend", "providers", kind, name}
			needs := s.needs(c, path)
			want := c.Backend.Providers[kind][name].Version
			have, ok := running[providerKinds[kind]+"/"+name]
			switch {
			case !ok:
				s.report(c, path, fmt.Sprintf("backend %s needs the %s provider %s %s, which cluster %s does not run", c.Backend.Name, kind, name, want, manager.Name),
					fmt.Sprintf("add it to the providers of cluster %s", manager.Name), needs)
			case have != want:
				s.report(c, path, fmt.Sprintf("backend %s needs the %s provider %s %s, but cluster %s runs %s", c.Backend.Name, kind, name, want, manager.Name, have),
					fmt.Sprintf("use one version in the backend and in the providers of cluster %s", manager.Name), needs)
			}
		}
	}
}

// managers lists the clusters that can make others.
func (s *survey) managers() []string {
	var names []string
	for _, other := range s.fleet.Clusters {
		if _, ok := other.Capabilities["clusterapi"]; ok {
			names = append(names, other.Name)
		}
	}
	return names
}

func useManager(names []string) string {
	if len(names) == 0 {
		return "make a cluster that requires clusterapi, and name it"
	}
	return "use one of " + strings.Join(names, ", ")
}

// needs is the place where a backend says which provider it needs.
func (s *survey) needs(c *fleet.Cluster, path []string) diagnostics.Related {
	pos, _ := s.tree.LocateIn("#Backend", c.Backend.Name, path[1:])
	return diagnostics.Related{Position: pos, Text: "needed by the backend"}
}

// runningProviders gives the versions of a management cluster's providers, by kind/name.
func runningProviders(c *fleet.Cluster) map[string]string {
	running := map[string]string{}
	for _, component := range c.Components {
		for _, o := range component.Objects {
			kind, _ := o["kind"].(string)
			metadata, _ := o["metadata"].(map[string]any)
			spec, _ := o["spec"].(map[string]any)
			name, _ := metadata["name"].(string)
			if version, ok := spec["version"].(string); ok {
				running[kind+"/"+name] = version
			}
		}
	}
	return running
}
