package apischema

import (
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	apiextensionsvalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// kind validates the objects of one kind in one version.
type kind struct {
	gvk        schema.GroupVersionKind
	namespaced bool
	// hasStatus: the status is a subresource, so what an object says there on
	// creation is dropped by the server.
	hasStatus bool
	nameRule  validation.ValidateNameFunc
	// native: the schema is Kubernetes' own, where some types have checks.
	native bool

	structure *structuralschema.Structural
	values    apiextensionsvalidation.SchemaValidator
	rules     *cel.Validator
}

// compile prepares the validators for a schema.
func (k *kind) compile(props *apiextensionsv1.JSONSchemaProps) error {
	var internal apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(props, &internal, nil); err != nil {
		return fmt.Errorf("%s: its schema: %w", k.gvk, err)
	}
	var err error
	if k.structure, err = structuralschema.NewStructural(&internal); err != nil {
		return fmt.Errorf("%s: its schema is not structural: %w", k.gvk, err)
	}
	if k.values, _, err = apiextensionsvalidation.NewSchemaValidator(&internal); err != nil {
		return fmt.Errorf("%s: its schema: %w", k.gvk, err)
	}
	k.rules = cel.NewValidator(k.structure, true, celconfig.PerCallLimit)
	return nil
}

// definesKinds: the objects are CustomResourceDefinitions.
func (k *kind) definesKinds() bool {
	return k.gvk.Group == apiextensions.GroupName && k.gvk.Kind == "CustomResourceDefinition"
}

// isKind says whether an object is of a kind, in any version.
func isKind(obj map[string]any, group, kind string) bool {
	apiVersion, _ := obj["apiVersion"].(string)
	gv, err := schema.ParseGroupVersion(apiVersion)
	return err == nil && gv.Group == group && obj["kind"] == kind
}

// required is the API server's error for a field that is missing or empty.
func required(path ...string) []Problem {
	return invalid(field.ErrorList{field.Required(field.NewPath(path[0], path[1:]...), "")})
}
