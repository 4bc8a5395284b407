// Package fleet is the fleet as plain data: what CUE resolved, before any of it
// becomes a Kubernetes object.
package fleet

import "slices"

// Fleet is all clusters, in order of their names.
type Fleet struct {
	Clusters []*Cluster
}

// Cluster gives the cluster of that name, or nil.
func (f *Fleet) Cluster(name string) *Cluster {
	i, ok := slices.BinarySearchFunc(f.Clusters, name, func(c *Cluster, name string) int {
		switch {
		case c.Name < name:
			return -1
		case c.Name > name:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return f.Clusters[i]
}

// Managed lists the clusters that a cluster makes, itself included where it does.
func (f *Fleet) Managed(by string) []*Cluster {
	var managed []*Cluster
	for _, c := range f.Clusters {
		if c.ManagedBy == by {
			managed = append(managed, c)
		}
	}
	return managed
}

// Cluster is an instance of a model. The fields mean what they mean in the CUE
// schema (generator/schema/cluster.cue).
type Cluster struct {
	Name        string `json:"name"`
	Dir         string `json:"-"` // folder, from the root
	Model       string `json:"model"`
	Environment string `json:"environment"`
	Ring        string `json:"ring"`
	ManagedBy   string `json:"managedBy"`
	Retire      bool   `json:"retire,omitempty"`

	Settings     Settings              `json:"fleet"`
	Kubernetes   Kubernetes            `json:"kubernetes"`
	Network      Network               `json:"network"`
	ControlPlane ControlPlane          `json:"controlPlane"`
	NodePools    map[string]NodePool   `json:"nodePools"`
	Backend      Backend               `json:"backend"`
	Capabilities map[string]Capability `json:"capabilities"`
	Components   map[string]Component  `json:"components"`
	Workspaces   map[string]Workspace  `json:"workspaces"`
	Roles        map[string]Role       `json:"roles"`
}

// Settings is what every cluster shares.
type Settings struct {
	Domain     string            `json:"domain"`
	Repository Repository        `json:"repository"`
	Contacts   map[string]string `json:"contacts"`
	Flux       Versioned         `json:"flux"`
}

// Repository is the Git repository that Flux reads.
type Repository struct {
	URL    string `json:"url"`
	Branch string `json:"branch"`
	Secret string `json:"secret,omitempty"`
}

// Versioned is something with a version and nothing else.
type Versioned struct {
	Version string `json:"version"`
}

// Kubernetes is the release that a cluster runs.
type Kubernetes struct {
	Version string `json:"version"` // v1.34.4
}

// Network has a cluster's address ranges, as CIDRs.
type Network struct {
	Domain   string `json:"domain"`
	Pods     string `json:"pods"`
	Services string `json:"services"`
	Nodes    string `json:"nodes,omitempty"`
}

// ControlPlane is the machines that run Kubernetes itself.
type ControlPlane struct {
	Replicas int    `json:"replicas"`
	Size     string `json:"size"`
}

// NodePool is a group of equal machines.
type NodePool struct {
	Size        string            `json:"size"`
	Replicas    int               `json:"replicas"`
	Autoscaling *Autoscaling      `json:"autoscaling,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Taints      map[string]Taint  `json:"taints,omitempty"`
}

// Autoscaling bounds the machines of a pool.
type Autoscaling struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Taint keeps pods off the nodes of a pool.
type Taint struct {
	Value  string `json:"value"`
	Effect string `json:"effect"`
}

// Capability says what gives a capability on a cluster: a component, or the backend itself.
type Capability struct {
	Component string `json:"component,omitempty"`
	Native    string `json:"native,omitempty"`
}

// Object is one Kubernetes object as a person wrote it.
type Object map[string]any

// Role says who may do what.
type Role struct {
	Summary string                `json:"summary"`
	Scope   string                `json:"scope"`
	Groups  map[string]bool       `json:"groups"`
	Rules   map[string]PolicyRule `json:"rules"`
}

// PolicyRule is a rule of Kubernetes RBAC.
type PolicyRule struct {
	APIGroups     []string `json:"apiGroups"`
	Resources     []string `json:"resources"`
	ResourceNames []string `json:"resourceNames,omitempty"`
	Verbs         []string `json:"verbs"`
}
