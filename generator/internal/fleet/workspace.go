package fleet

// Workspace is a team on a cluster.
type Workspace struct {
	Name       string               `json:"name"`
	Summary    string               `json:"summary"`
	Contact    string               `json:"contact"`
	Namespaces map[string]Namespace `json:"namespaces"`
	Groups     map[string][]string  `json:"groups"` // by role
	Quota      Quota                `json:"quota"`
	Limits     Limits               `json:"limits"`
	Network    Isolation            `json:"network"`
	Sources    Sources              `json:"sources"`
	GitOps     *GitOps              `json:"gitops,omitempty"`
}

// Namespace is one namespace of a workspace.
type Namespace struct {
	PodSecurity string            `json:"podSecurity"`
	Labels      map[string]string `json:"labels,omitempty"`
}

// Quota is what each namespace of a workspace may use.
type Quota struct {
	CPU           string `json:"cpu"`
	Memory        string `json:"memory"`
	Pods          int    `json:"pods"`
	Storage       string `json:"storage"`
	LoadBalancers int    `json:"loadBalancers"`
}

// Limits is what a container gets that does not say.
type Limits struct {
	Request map[string]string `json:"request"`
	Limit   map[string]string `json:"limit"`
}

// Isolation says who may reach a workspace's pods.
type Isolation struct {
	FromNamespaces map[string]bool `json:"fromNamespaces"`
}

// Sources lists what a workspace may install from.
type Sources struct {
	Git  map[string]bool `json:"git"`
	Helm map[string]bool `json:"helm"`
	OCI  map[string]bool `json:"oci"`
}

// GitOps is the repository that Flux applies for a workspace.
type GitOps struct {
	Namespace string `json:"namespace"`
	URL       string `json:"url"`
	Branch    string `json:"branch"`
	Path      string `json:"path"`
	Secret    string `json:"secret,omitempty"`
}
