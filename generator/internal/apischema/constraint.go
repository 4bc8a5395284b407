package apischema

import (
	"context"
	"fmt"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
)

const (
	templatesGroup   = "templates.gatekeeper.sh"
	constraintsGroup = "constraints.gatekeeper.sh"
)

// constraintCRD is the CustomResourceDefinition that Gatekeeper makes of a
// ConstraintTemplate. It follows pkg/client/crds of its constraint framework,
// which is not imported because it brings all of OPA along.
func (s *Schemas) constraintCRD(ctx context.Context, template map[string]any) (*apiextensionsv1.CustomResourceDefinition, error) {
	spec, err := s.constraintSpec(ctx, template)
	if err != nil {
		return nil, err
	}
	props := &apiextensionsv1.JSONSchemaProps{Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{
		"metadata": {Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{
			"name": {Type: "string", MaxLength: ptr.To[int64](63)},
		}},
		"spec":   {Type: "object", Properties: spec},
		"status": anything(),
	}}
	version := apiextensionsv1.CustomResourceDefinitionVersion{
		Served:       true,
		Schema:       &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: props},
		Subresources: &apiextensionsv1.CustomResourceSubresources{Status: &apiextensionsv1.CustomResourceSubresourceStatus{}},
	}
	kind := nestedString(template, "spec", "crd", "spec", "names", "kind")
	def := &apiextensionsv1.CustomResourceDefinition{Spec: apiextensionsv1.CustomResourceDefinitionSpec{
		Group: constraintsGroup,
		Names: apiextensionsv1.CustomResourceDefinitionNames{Kind: kind, Plural: strings.ToLower(kind)},
		Scope: apiextensionsv1.ClusterScoped,
	}}
	for _, name := range []string{"v1beta1", "v1alpha1"} {
		version.Name, version.Storage = name, name == "v1beta1"
		def.Spec.Versions = append(def.Spec.Versions, version)
	}
	return def, nil
}

// constraintSpec is the schema of a constraint's spec: what every constraint
// has, and the template's parameters.
func (s *Schemas) constraintSpec(ctx context.Context, template map[string]any) (map[string]apiextensionsv1.JSONSchemaProps, error) {
	match, err := s.matchSchema(ctx)
	if err != nil {
		return nil, err
	}
	text := apiextensionsv1.JSONSchemaProps{Type: "string"}
	spec := map[string]apiextensionsv1.JSONSchemaProps{
		"match":             match,
		"enforcementAction": text,
		"scopedEnforcementActions": listOf(apiextensionsv1.JSONSchemaProps{Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{
			"action": text,
			"enforcementPoints": listOf(apiextensionsv1.JSONSchemaProps{Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{
				"name": text,
			}}),
		}}),
	}

	validation, _, err := unstructured.NestedMap(template, "spec", "crd", "spec", "validation")
	if err != nil {
		return nil, err
	}
	legacy, set := validation["legacySchema"].(bool)
	parameters, found := validation["openAPIV3Schema"].(map[string]any)
	switch {
	case legacy || !set && template["apiVersion"] != templatesGroup+"/v1":
		spec["parameters"] = anything() // not structural: Gatekeeper allows unknown fields everywhere
	case found:
		var props apiextensionsv1.JSONSchemaProps
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(parameters, &props); err != nil {
			return nil, fmt.Errorf("spec.crd.spec.validation.openAPIV3Schema: %w", err)
		}
		spec["parameters"] = props
	}
	return spec, nil
}

// matchSchema is the schema of spec.match, which Gatekeeper publishes inside a
// definition that serves no other purpose.
func (s *Schemas) matchSchema(ctx context.Context) (apiextensionsv1.JSONSchemaProps, error) {
	carrier := s.crds[schema.GroupKind{Group: "match.gatekeeper.sh", Kind: "DummyCRD"}]
	def, err := carrier.definition(ctx)
	if err != nil {
		return apiextensionsv1.JSONSchemaProps{}, err
	}
	match, ok := def.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["embeddedMatch"]
	if !ok {
		return match, fmt.Errorf("gatekeeper's definition %s has no embeddedMatch: its layout has changed", carrier.kind)
	}
	return match, nil
}

func listOf(items apiextensionsv1.JSONSchemaProps) apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{
		Type:  "array",
		Items: &apiextensionsv1.JSONSchemaPropsOrArray{Schema: &items},
	}
}
