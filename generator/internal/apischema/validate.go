package apischema

import (
	"context"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	apiextensionsvalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Validate returns every problem of one object, as decoded from YAML or JSON,
// sorted by path. The object is not changed. An error means that the check
// itself could not be made: a module can't be had, or its schema is broken.
func (c *Catalogue) Validate(ctx context.Context, obj map[string]any) ([]Problem, error) {
	copied, errs := jsonObject(obj)
	if len(errs) > 0 {
		return sorted(invalid(errs)), nil
	}
	gvk, problems := typeOf(copied)
	if len(problems) > 0 {
		return problems, nil
	}
	k, problem, err := c.kind(ctx, gvk)
	if err != nil {
		return nil, err
	}
	if problem != nil {
		return []Problem{*problem}, nil
	}
	return sorted(k.validate(ctx, copied)), nil
}

// typeOf reads apiVersion and kind, without which there is nothing to check.
func typeOf(obj map[string]any) (schema.GroupVersionKind, []Problem) {
	apiVersion, _ := obj["apiVersion"].(string)
	name, _ := obj["kind"].(string)
	var problems []Problem
	if apiVersion == "" {
		problems = append(problems, required("apiVersion")...)
	}
	if name == "" {
		problems = append(problems, required("kind")...)
	}
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		problems = append(problems, Problem{Reason: Invalid, Path: "apiVersion", Message: err.Error()})
	}
	return gv.WithKind(name), problems
}

// validate does to an object what the API server does when it is created, in
// the same order. The object is changed.
func (k *kind) validate(ctx context.Context, obj map[string]any) []Problem {
	problems := k.normalise(obj)

	var errs field.ErrorList
	errs = append(errs, validation.ValidateObjectMetaAccessor(
		&unstructured.Unstructured{Object: obj}, k.namespaced, k.nameRule, field.NewPath("metadata"))...)
	errs = append(errs, apiextensionsvalidation.ValidateCustomResource(nil, obj, k.values)...)
	errs = append(errs, objectmeta.Validate(nil, obj, k.structure, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.structure, obj)...)
	if k.rules != nil && !blocks(errs) {
		violated, _ := k.rules.Validate(ctx, nil, k.structure, obj, nil, celconfig.RuntimeCELCostBudget)
		errs = append(errs, violated...)
	}
	if k.native {
		errs = append(errs, k.checkFields(obj)...)
	}
	problems = append(problems, invalid(errs)...)
	if k.definesKinds() && len(problems) == 0 {
		return checkDefinition(ctx, obj)
	}
	return problems
}

// normalise drops what the server would not store (unknown fields, which are
// problems here, nulls, the status) and fills in defaults.
func (k *kind) normalise(obj map[string]any) []Problem {
	var problems []Problem
	if !k.native { // whose schema has labels and annotations
		problems = invalid(metadataTypes(obj))
	}
	malformed, unknown := objectmeta.CoerceWithOptions(nil, obj, k.structure, true,
		objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if malformed != nil && !k.native && len(problems) == 0 {
		problems = invalid(field.ErrorList{malformed})
	}
	unknown = append(unknown, pruning.PruneWithOptions(obj, k.structure, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	for _, path := range unknown {
		problems = append(problems, unknownField(path))
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(obj, k.structure)
	defaulting.Default(obj, k.structure)
	if k.hasStatus {
		delete(obj, "status")
	}
	return problems
}

// blocks says whether an object is so wrong that rules can't be judged; the
// same choice as in apiextensions' registry.
func blocks(errs field.ErrorList) bool {
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong,
			field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		}
	}
	return false
}
