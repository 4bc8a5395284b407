package render

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

func itoa(i int) string { return strconv.Itoa(i) }

// className names a backend's ClusterClass after its content.
func className(b fleet.Backend) string { return b.Name + "-" + contentHash(b.Class) }

func templateName(b fleet.Backend, role string, t fleet.Template) string {
	return b.Name + "-" + role + "-" + contentHash(t)
}

// contentHash is the first eight hexadecimal digits of the SHA-256 of a value's
// JSON, in which map keys are sorted.
func contentHash(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("plain data does not marshal: %v", err)) // it came out of JSON
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])[:8]
}

// usedTemplate is a template of a class, with the role it has there.
type usedTemplate struct {
	role string
	fleet.Template
}

func usedTemplates(class fleet.Class) []usedTemplate {
	used := []usedTemplate{{"infrastructure", class.Infrastructure}, {"control-plane", class.ControlPlane}}
	if class.ControlPlaneMachine != nil {
		used = append(used, usedTemplate{"control-plane-machine", *class.ControlPlaneMachine})
	}
	for _, name := range fleet.Sorted(class.Workers) {
		worker := class.Workers[name]
		used = append(used, usedTemplate{name + "-bootstrap", worker.Bootstrap}, usedTemplate{name + "-machine", worker.Machine})
	}
	return used
}

func templates(b fleet.Backend) []manifest.Object {
	var out []manifest.Object
	for _, t := range usedTemplates(b.Class) {
		out = append(out, keep(withSpec(object(t.APIVersion, t.Kind, fleetNamespace, templateName(b, t.role, t.Template), nil), t.Spec)))
	}
	return out
}

func clusterClass(b fleet.Backend) manifest.Object {
	class := b.Class
	ref := func(role string, t fleet.Template) fields {
		return fields{"templateRef": fields{"apiVersion": t.APIVersion, "kind": t.Kind, "name": templateName(b, role, t)}}
	}
	controlPlane := ref("control-plane", class.ControlPlane)
	if class.ControlPlaneMachine != nil {
		controlPlane["machineInfrastructure"] = ref("control-plane-machine", *class.ControlPlaneMachine)
		withHealth(controlPlane, class.Health)
	}
	if len(class.ControlPlaneAnnotations) > 0 {
		controlPlane["metadata"] = fields{"annotations": class.ControlPlaneAnnotations}
	}
	var deployments []any
	for _, name := range fleet.Sorted(class.Workers) {
		worker := class.Workers[name]
		deployments = append(deployments, withHealth(fields{
			"class":          name,
			"bootstrap":      ref(name+"-bootstrap", worker.Bootstrap),
			"infrastructure": ref(name+"-machine", worker.Machine),
		}, class.Health))
	}
	spec := fields{
		"infrastructure": ref("infrastructure", class.Infrastructure),
		"controlPlane":   controlPlane,
		"workers":        fields{"machineDeployments": deployments},
	}
	if vars, patches := classVariables(class); len(vars) > 0 {
		spec["variables"], spec["patches"] = vars, patches
	}
	return keep(withSpec(object(clusterAPI, "ClusterClass", fleetNamespace, className(b), nil), spec))
}

func withHealth(o fields, h *fleet.Health) fields {
	if h == nil {
		return o
	}
	var conditions []any
	for _, status := range []string{"False", "Unknown"} {
		conditions = append(conditions, fields{"type": "Ready", "status": status, "timeoutSeconds": h.UnhealthyAfterSeconds})
	}
	o["healthCheck"] = fields{"checks": fields{
		"nodeStartupTimeoutSeconds": h.StartWithinSeconds,
		"unhealthyNodeConditions":   conditions,
	}}
	return o
}

// classVariables gives a class's variables, and one patch for each that puts
// its value in its places.
func classVariables(class fleet.Class) (vars, patches []any) {
	for _, name := range fleet.Sorted(class.Variables) {
		v := class.Variables[name]
		vars = append(vars, fields{"name": name, "required": v.Required, "schema": fields{"openAPIV3Schema": v.Schema}})
		var definitions []any
		for _, place := range v.Sets {
			definitions = append(definitions, definition(class, name, place)...)
		}
		patch := fields{"name": name, "definitions": definitions}
		if !v.Required {
			patch["enabledIf"] = fmt.Sprintf(`{{ if not (kindIs "invalid" .%s) }}true{{ end }}`, name)
		}
		patches = append(patches, patch)
	}
	return vars, patches
}

// definition is the part of a patch that sets one place; a place in all worker
// classes becomes one definition for each kind of template that they use.
func definition(class fleet.Class, variable string, place fleet.Place) []any {
	valueFrom := fields{"variable": variable}
	if place.Value != "" {
		valueFrom = fields{"template": place.Value}
	}
	operation := []any{fields{"op": "add", "path": place.Path, "valueFrom": valueFrom}}
	build := func(t fleet.Template, match fields) fields {
		return fields{
			"selector":    fields{"apiVersion": t.APIVersion, "kind": t.Kind, "matchResources": match},
			"jsonPatches": operation,
		}
	}
	switch place.Template {
	case "infrastructure":
		return []any{build(class.Infrastructure, fields{"infrastructureCluster": true})}
	case "controlPlane":
		return []any{build(class.ControlPlane, fields{"controlPlane": true})}
	case "controlPlaneMachine":
		return []any{build(*class.ControlPlaneMachine, fields{"controlPlane": true})}
	}
	byKind := map[string][]string{}
	kinds := map[string]fleet.Template{}
	for _, name := range fleet.Sorted(class.Workers) {
		if place.Worker != "" && place.Worker != name {
			continue
		}
		t := class.Workers[name].Machine
		if place.Template == "bootstrap" {
			t = class.Workers[name].Bootstrap
		}
		key := t.APIVersion + "/" + t.Kind
		byKind[key], kinds[key] = append(byKind[key], name), t
	}
	var out []any
	for _, key := range fleet.Sorted(byKind) {
		names := slices.Clone(byKind[key])
		out = append(out, build(kinds[key], fields{"machineDeploymentClass": fields{"names": names}}))
	}
	return out
}
