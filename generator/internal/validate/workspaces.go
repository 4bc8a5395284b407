package validate

import (
	"fmt"
	"strings"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/fleet"
)

// systemNamespaces belong to Kubernetes and Flux.
var systemNamespaces = map[string]bool{
	"default": true, "kube-system": true, "kube-public": true, "kube-node-lease": true, "flux-system": true, "fleet": true,
}

// workspaces judges each workspace by itself.
func (s *survey) workspaces(c *fleet.Cluster) {
	for _, name := range fleet.Sorted(c.Workspaces) {
		w := c.Workspaces[name]
		path := []string{"workspaces", name}
		for _, role := range fleet.Sorted(w.Groups) {
			s.workspaceRole(c, path, role)
		}
		if g := w.GitOps; g != nil {
			if _, ok := w.Namespaces[g.Namespace]; !ok {
				s.report(c, append(path, "gitops", "namespace"), fmt.Sprintf("%q is no namespace of workspace %s", g.Namespace, name),
					"use one of "+strings.Join(fleet.Sorted(w.Namespaces), ", "))
			}
			if !w.Sources.Git[g.URL] {
				s.report(c, append(path, "gitops", "url"), fmt.Sprintf("%s is not among the sources that workspace %s may use", g.URL, name),
					fmt.Sprintf("add `sources: git: %q: true` to the workspace", g.URL))
			}
			if _, ok := c.Roles["workspace-deployer"]; !ok {
				s.report(c, append(path, "gitops"), "the cluster has no role workspace-deployer, with which Flux applies a workspace's repository",
					"add the role in policies/roles.cue")
			}
		}
	}
}

func (s *survey) workspaceRole(c *fleet.Cluster, path []string, role string) {
	var known []string
	for _, name := range fleet.Sorted(c.Roles) {
		if c.Roles[name].Scope == "workspace" {
			known = append(known, name)
		}
	}
	switch r, ok := c.Roles[role]; {
	case !ok:
		s.report(c, append(path, "groups", role), fmt.Sprintf("there is no role %q", role), "use one of "+strings.Join(known, ", "))
	case r.Scope != "workspace":
		s.report(c, append(path, "groups", role), fmt.Sprintf("role %q holds in the whole cluster; a workspace cannot give it", role), "use one of "+strings.Join(known, ", "))
	}
}

// namespaces finds namespaces that two want, or that are not to be had.
func (s *survey) namespaces(c *fleet.Cluster) {
	type owner struct {
		what string
		path []string
	}
	owners := map[string]owner{}
	claim := func(namespace string, o owner) {
		other, taken := owners[namespace]
		switch {
		case systemNamespaces[namespace]:
			s.report(c, o.path, fmt.Sprintf("%s wants namespace %s, which belongs to the system", o.what, namespace), "choose another namespace")
		case taken:
			s.report(c, o.path, fmt.Sprintf("%s and %s both want namespace %s", other.what, o.what, namespace), "let one of them use another namespace",
				diagnostics.Related{Position: s.at(c, other.path...), Text: other.what})
		default:
			owners[namespace] = o
		}
	}
	for _, name := range fleet.Sorted(c.Components) {
		component := c.Components[name]
		if component.CreateNamespace == nil && component.Placement == fleet.PlacementCluster {
			claim(component.Namespace, owner{"component " + name, []string{"components", name, "namespace"}})
		}
	}
	for _, name := range fleet.Sorted(c.Workspaces) {
		for _, ns := range fleet.Sorted(c.Workspaces[name].Namespaces) {
			claim(ns, owner{"workspace " + name, []string{"workspaces", name, "namespaces", ns}})
		}
	}
}
