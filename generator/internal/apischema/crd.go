package apischema

import (
	"context"
	"fmt"
	"os"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// crd is a CustomResourceDefinition that is read, and whose versions are
// compiled, when first needed.
type crd struct {
	kind     schema.GroupKind
	load     func(context.Context) (*apiextensionsv1.CustomResourceDefinition, error)
	loaded   lazy[*apiextensionsv1.CustomResourceDefinition]
	versions lazyMap[string, *kind]
}

func (c *crd) definition(ctx context.Context) (*apiextensionsv1.CustomResourceDefinition, error) {
	return c.loaded.get(func() (*apiextensionsv1.CustomResourceDefinition, error) { return c.load(ctx) })
}

// version finds the schema of one version of the kind. When the definition
// does not serve it, it says so in a problem.
func (c *crd) version(ctx context.Context, name string) (*kind, *Problem, error) {
	def, err := c.definition(ctx)
	if err != nil {
		return nil, nil, err
	}
	var served []string
	for _, v := range def.Spec.Versions {
		if v.Served {
			served = append(served, v.Name)
		}
		if v.Served && v.Name == name {
			k, err := c.versions.get(name, func() (*kind, error) { return customKind(def, v) })
			return k, nil, err
		}
	}
	return nil, &Problem{
		Reason: Invalid, Path: "apiVersion",
		Message: fmt.Sprintf("%s has no version %q, only %s", c.kind, name, strings.Join(served, ", ")),
	}, nil
}

// customKind compiles one version of a definition.
func customKind(def *apiextensionsv1.CustomResourceDefinition, v apiextensionsv1.CustomResourceDefinitionVersion) (*kind, error) {
	gvk := schema.GroupVersionKind{Group: def.Spec.Group, Version: v.Name, Kind: def.Spec.Names.Kind}
	if v.Schema == nil || v.Schema.OpenAPIV3Schema == nil {
		return nil, fmt.Errorf("%s: its CustomResourceDefinition has no schema", gvk)
	}
	k := &kind{
		gvk:        gvk,
		namespaced: def.Spec.Scope == apiextensionsv1.NamespaceScoped,
		hasStatus:  v.Subresources != nil && v.Subresources.Status != nil,
		nameRule:   validation.NameIsDNSSubdomain,
	}
	return k, k.compile(v.Schema.OpenAPIV3Schema)
}

// readCRD reads a file that holds one CustomResourceDefinition.
func readCRD(file string) (*apiextensionsv1.CustomResourceDefinition, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var def apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(data, &def); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	apiextensionsv1.SetObjectDefaults_CustomResourceDefinition(&def)
	return &def, nil
}

// definedBy returns the kind that an object defines, if it defines one.
func (s *Schemas) definedBy(obj map[string]any) (schema.GroupKind, *crd) {
	var convert func(context.Context, map[string]any) (*apiextensionsv1.CustomResourceDefinition, error)
	var gk schema.GroupKind
	switch {
	case isKind(obj, apiextensions.GroupName, "CustomResourceDefinition"):
		convert = decodeCRD
		gk.Group = nestedString(obj, "spec", "group")
		gk.Kind = nestedString(obj, "spec", "names", "kind")
	case isKind(obj, templatesGroup, "ConstraintTemplate"):
		convert = s.constraintCRD
		gk.Group = constraintsGroup
		gk.Kind = nestedString(obj, "spec", "crd", "spec", "names", "kind")
	}
	if gk.Group == "" || gk.Kind == "" {
		return gk, nil
	}
	return gk, &crd{kind: gk, load: func(ctx context.Context) (*apiextensionsv1.CustomResourceDefinition, error) {
		def, err := convert(ctx, obj)
		if err != nil {
			return nil, err
		}
		apiextensionsv1.SetObjectDefaults_CustomResourceDefinition(def)
		return def, nil
	}}
}

func decodeCRD(_ context.Context, obj map[string]any) (*apiextensionsv1.CustomResourceDefinition, error) {
	var def apiextensionsv1.CustomResourceDefinition
	return &def, runtime.DefaultUnstructuredConverter.FromUnstructured(obj, &def)
}
