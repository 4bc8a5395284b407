package fleet

import (
	"maps"
	"slices"
)

// Where a component is installed, and by whom.
const (
	PlacementCluster    = ""           // by the cluster's own Flux
	PlacementBootstrap  = "bootstrap"  // by the management cluster's Flux, in the cluster
	PlacementManagement = "management" // by the management cluster's Flux, beside the cluster's definition
)

// Component is software installed in a cluster.
type Component struct {
	Name            string            `json:"name"`
	Summary         string            `json:"summary"`
	Namespace       string            `json:"namespace"`
	CreateNamespace *bool             `json:"createNamespace,omitempty"`
	PodSecurity     string            `json:"podSecurity"`
	Placement       string            `json:"placement,omitempty"`
	Provides        map[string]bool   `json:"provides"`
	Requires        map[string]bool   `json:"requires"`
	DependsOn       map[string]bool   `json:"dependsOn"`
	Kubernetes      KubernetesRange   `json:"kubernetes"`
	Release         *Release          `json:"release,omitempty"`
	Kustomize       *Kustomize        `json:"kustomize,omitempty"`
	Objects         map[string]Object `json:"objects"`
	Shared          map[string]Object `json:"shared"`
	Timeout         string            `json:"timeout,omitempty"`

	// After is the components that must be ready first, from dependsOn and requires.
	After []string `json:"after,omitempty"`
}

// KubernetesRange is the minor releases that a component supports; an empty end is open.
type KubernetesRange struct {
	Min string `json:"min,omitempty"`
	Max string `json:"max,omitempty"`
}

// Release installs a Helm chart.
type Release struct {
	Chart   Chart          `json:"chart"`
	Version string         `json:"version"`
	Name    string         `json:"name,omitempty"`
	Values  map[string]any `json:"values"`
}

// Chart is a Helm chart and where it is published.
type Chart struct {
	Repository string `json:"repository"`
	Name       string `json:"name"`
}

// Kustomize applies a folder of a Git repository or an OCI artifact.
type Kustomize struct {
	Git     *Artifact        `json:"git,omitempty"`
	OCI     *Artifact        `json:"oci,omitempty"`
	Path    string           `json:"path"`
	Patches map[string]Patch `json:"patches"`
}

// Artifact is a source at a tag.
type Artifact struct {
	URL string `json:"url"`
	Tag string `json:"tag"`
}

// Patch changes objects on their way.
type Patch struct {
	Target map[string]string `json:"target"`
	Patch  string            `json:"patch"`
}

// Version is what a component is at: a chart's version, a tag, or "" for plain objects.
func (c Component) Version() string {
	switch {
	case c.Release != nil:
		return c.Release.Version
	case c.Kustomize != nil && c.Kustomize.Git != nil:
		return c.Kustomize.Git.Tag
	case c.Kustomize != nil && c.Kustomize.OCI != nil:
		return c.Kustomize.OCI.Tag
	}
	return ""
}

// Sorted gives the keys of a map in order.
func Sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
