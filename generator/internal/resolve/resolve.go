// Package resolve turns a valid cluster from CUE into plain data. CUE ends here.
package resolve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/source"
)

// fields of a cluster, and of the structs in it that have more than the
// generator needs, such as the facts that each component was given.
var (
	clusterFields = []string{
		"name", "model", "environment", "ring", "managedBy", "retire", "fleet", "kubernetes",
		"network", "controlPlane", "nodePools", "capabilities", "workspaces", "roles",
	}
	backendFields   = []string{"name", "region", "runs", "kubernetes", "providers", "class", "variables", "machines", "objects"}
	componentFields = []string{
		"name", "summary", "namespace", "createNamespace", "podSecurity", "placement", "provides", "requires",
		"dependsOn", "kubernetes", "release", "kustomize", "objects", "shared", "timeout",
	}
)

// Cluster resolves a cluster that validate found no fault with. An error is a
// bug: a value that passed validation does not have the shape that the schema
// promises.
func Cluster(e source.Evaluated) (*fleet.Cluster, error) {
	v := e.Value.LookupPath(cue.ParsePath(source.ClusterField))
	c := &fleet.Cluster{Dir: e.Dir}
	if err := decode(v, clusterFields, c); err != nil {
		return nil, fmt.Errorf("cluster %s: %w", e.Name, err)
	}
	if err := decode(v.LookupPath(cue.ParsePath("backend")), backendFields, &c.Backend); err != nil {
		return nil, fmt.Errorf("cluster %s: backend: %w", e.Name, err)
	}
	c.Components = map[string]fleet.Component{}
	components, err := v.LookupPath(cue.ParsePath("components")).Fields()
	if err != nil {
		return nil, fmt.Errorf("cluster %s: components: %w", e.Name, err)
	}
	for components.Next() {
		var component fleet.Component
		if err := decode(components.Value(), componentFields, &component); err != nil {
			return nil, fmt.Errorf("cluster %s: component %s: %w", e.Name, components.Selector(), err)
		}
		c.Components[component.Name] = component
	}
	order(c)
	return c, nil
}

// decode fills target with some fields of v; those that do not exist are left.
func decode(v cue.Value, names []string, target any) error {
	var b bytes.Buffer
	b.WriteByte('{')
	for _, name := range names {
		field := v.LookupPath(cue.MakePath(cue.Str(name)))
		if !field.Exists() {
			continue
		}
		data, err := field.MarshalJSON()
		if err != nil {
			return err
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", name, data)
	}
	b.WriteByte('}')
	decoder := json.NewDecoder(&b)
	decoder.UseNumber()
	return decoder.Decode(target)
}

// order says for each component which others must be ready before it: those
// that it names, and those that give what it requires. What the management
// cluster installs is there already.
func order(c *fleet.Cluster) {
	for name, component := range c.Components {
		for other := range component.DependsOn {
			component.After = append(component.After, other)
		}
		for capability := range component.Requires {
			if given := c.Capabilities[capability].Component; given != "" && given != name {
				component.After = append(component.After, given)
			}
		}
		slices.SortFunc(component.After, strings.Compare)
		component.After = slices.Compact(component.After)
		c.Components[name] = component
	}
}
