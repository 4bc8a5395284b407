package apischema

import (
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Definitions whose values have rules that no schema can express, wherever in
// a native object they occur.
const (
	quantityDefinition      = "io.k8s.apimachinery.pkg.api.resource.Quantity"
	labelSelectorDefinition = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"
	objectMetaDefinition    = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
)

// check judges a value by the API server's own function for its type.
type check func(path *field.Path, value any) field.ErrorList

// checkOf is the check of a definition, or nil.
func checkOf(definition string) check {
	switch definition {
	case quantityDefinition:
		return checkQuantity
	case labelSelectorDefinition:
		return checkLabelSelector
	case objectMetaDefinition:
		return checkTemplateMetadata
	}
	return nil
}

// checkFields runs the checks of all that an object holds. Its own metadata is
// judged elsewhere, by its kind's rules.
func (k *kind) checkFields(obj map[string]any) field.ErrorList {
	var errs field.ErrorList
	for name, value := range obj {
		if property, ok := k.structure.Properties[name]; ok && name != "metadata" {
			errs = append(errs, checkWithin(field.NewPath(name), &property, value)...)
		}
	}
	return errs
}

// checkWithin runs the checks of a value and of all that it holds.
func checkWithin(path *field.Path, s *structuralschema.Structural, value any) field.ErrorList {
	var errs field.ErrorList
	if s == nil {
		return nil
	}
	if check := checkOf(s.Title); check != nil {
		errs = check(path, value)
	}
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			if property, ok := s.Properties[name]; ok {
				errs = append(errs, checkWithin(path.Child(name), &property, v[name])...)
			} else if s.AdditionalProperties != nil {
				errs = append(errs, checkWithin(path.Key(name), s.AdditionalProperties.Structural, v[name])...)
			}
		}
	case []any:
		for i := range v {
			errs = append(errs, checkWithin(path.Index(i), s.Items, v[i])...)
		}
	}
	return errs
}

func checkQuantity(path *field.Path, value any) field.ErrorList {
	switch v := value.(type) {
	case int64, float64:
		return nil
	case string:
		if _, err := resource.ParseQuantity(v); err != nil {
			return field.ErrorList{field.Invalid(path, v, err.Error())}
		}
		return nil
	}
	return field.ErrorList{field.TypeInvalid(path, value, "must be a quantity: a number, or a string like 500m or 2Gi")}
}

// checkLabelSelector leaves values of wrong types to the schema.
func checkLabelSelector(path *field.Path, value any) field.ErrorList {
	fields, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	var selector metav1.LabelSelector
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(fields, &selector); err != nil {
		return nil
	}
	return metavalidation.ValidateLabelSelector(&selector, metavalidation.LabelSelectorValidationOptions{}, path)
}

// checkTemplateMetadata leaves values of wrong types to the schema.
func checkTemplateMetadata(path *field.Path, value any) field.ErrorList {
	fields, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	var meta metav1.ObjectMeta
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(fields, &meta); err != nil {
		return nil
	}
	errs := metavalidation.ValidateLabels(meta.Labels, path.Child("labels"))
	return append(errs, validation.ValidateAnnotations(meta.Annotations, path.Child("annotations"))...)
}

// nameRule is the rule for the names of a native kind, as in its registry.
func nameRule(gk schema.GroupKind) validation.ValidateNameFunc {
	switch gk.Group {
	case "rbac.authorization.k8s.io", "apiregistration.k8s.io":
		return pathSegment
	}
	switch gk {
	case schema.GroupKind{Kind: "Namespace"}:
		return validation.NameIsDNSLabel
	case schema.GroupKind{Kind: "Service"}:
		return validation.NameIsDNS1035Label
	case schema.GroupKind{Group: "networking.k8s.io", Kind: "IPAddress"},
		schema.GroupKind{Group: "certificates.k8s.io", Kind: "ClusterTrustBundle"}:
		return pathSegment
	}
	return validation.NameIsDNSSubdomain
}

func pathSegment(name string, prefix bool) []string {
	if prefix {
		return content.IsPathSegmentPrefix(name)
	}
	return content.IsPathSegmentName(name)
}
