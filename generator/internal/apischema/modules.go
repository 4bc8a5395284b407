package apischema

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

//go:embed modules.json
var modulesJSON []byte

//go:embed unchecked.json
var uncheckedJSON []byte

// module is a Go module at one version, pinned by its hash.
type module struct {
	Path    string `json:"module"`
	Version string `json:"version"`
	Sum     string `json:"sum"`
}

// crdModule is a module that publishes CustomResourceDefinitions.
type crdModule struct {
	module
	// From lists the folders and files that hold the definitions.
	From []string `json:"from"`
	// Kinds maps "Kind.group" to the file that defines it. Derived from From.
	Kinds map[string]string `json:"kinds"`
}

// pins is the content of modules.json.
type pins struct {
	Kubernetes map[string]module `json:"kubernetes"` // by minor
	CRDs       []crdModule       `json:"crds"`
}

// gap is an entry of unchecked.json: kinds for which no schema can be had.
// Group and Kind are patterns as in path.Match.
type gap struct {
	Group  string `json:"group"`
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

func readPins() (*pins, error) {
	var p pins
	if err := json.Unmarshal(modulesJSON, &p); err != nil {
		return nil, fmt.Errorf("apischema: modules.json: %w", err)
	}
	return &p, nil
}

func readGaps() ([]gap, error) {
	var gaps []gap
	if err := json.Unmarshal(uncheckedJSON, &gaps); err != nil {
		return nil, fmt.Errorf("apischema: unchecked.json: %w", err)
	}
	for _, g := range gaps {
		for _, pattern := range []string{g.Group, g.Kind} {
			if _, err := path.Match(pattern, ""); err != nil {
				return nil, fmt.Errorf("apischema: unchecked.json: pattern %q: %w", pattern, err)
			}
		}
	}
	return gaps, nil
}

func (g gap) covers(gk schema.GroupKind) bool {
	group, _ := path.Match(g.Group, gk.Group)
	kind, _ := path.Match(g.Kind, gk.Kind)
	return group && kind
}
