package fleet

// Backend says where and how a cluster is made.
type Backend struct {
	Name       string                          `json:"name"`
	Region     string                          `json:"region,omitempty"`
	Runs       *bool                           `json:"runs,omitempty"` // false where no pod runs
	Kubernetes map[string]bool                 `json:"kubernetes"`     // minors it can make
	Providers  map[string]map[string]Versioned `json:"providers"`      // by type and name
	Class      Class                           `json:"class"`
	Variables  map[string]any                  `json:"variables"`
	Machines   map[string]Machines             `json:"machines"` // by node pool
	Objects    map[string]Object               `json:"objects"`
}

// Machines says which worker class a node pool is of, and its variables.
type Machines struct {
	Worker    string         `json:"worker"`
	Variables map[string]any `json:"variables"`
}

// Class is a ClusterClass.
type Class struct {
	Infrastructure      Template            `json:"infrastructure"`
	ControlPlane        Template            `json:"controlPlane"`
	ControlPlaneMachine *Template           `json:"controlPlaneMachine,omitempty"`
	Workers             map[string]Worker   `json:"workers"`
	Variables           map[string]Variable `json:"variables"`
	Health              *Health             `json:"health,omitempty"`

	ControlPlaneAnnotations map[string]string `json:"controlPlaneAnnotations,omitempty"`
}

// Template is a template object of Cluster API, without its name.
type Template struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Spec       map[string]any `json:"spec"`
}

// Worker is a class of worker machines.
type Worker struct {
	Bootstrap Template `json:"bootstrap"`
	Machine   Template `json:"machine"`
}

// Variable is a ClusterClass variable and the places its value goes to.
type Variable struct {
	Schema   map[string]any `json:"schema"`
	Required bool           `json:"required"`
	Sets     []Place        `json:"sets"`
}

// Place is a field of a template, as a JSON pointer.
type Place struct {
	Template string `json:"template"`
	Worker   string `json:"worker,omitempty"`
	Path     string `json:"path"`
	Value    string `json:"value,omitempty"`
}

// Health says when a machine is replaced.
type Health struct {
	UnhealthyAfterSeconds int64 `json:"unhealthyAfterSeconds"`
	StartWithinSeconds    int64 `json:"startWithinSeconds"`
}
