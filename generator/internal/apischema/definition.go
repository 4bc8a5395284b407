package apischema

import (
	"context"
	"encoding/json"
	"errors"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	strictjson "sigs.k8s.io/json"
)

// checkDefinition judges a CustomResourceDefinition as the API server does
// when one is created: schemas are structural, defaults fit, CEL rules compile
// and are cheap enough.
func checkDefinition(ctx context.Context, obj map[string]any) []Problem {
	data, err := json.Marshal(obj)
	if err != nil {
		return []Problem{{Reason: Invalid, Message: err.Error()}}
	}
	var def apiextensionsv1.CustomResourceDefinition
	strictErrs, err := strictjson.UnmarshalStrict(data, &def)
	if err != nil {
		return []Problem{{Reason: Invalid, Message: err.Error()}}
	}
	var problems []Problem
	for _, err := range strictErrs {
		problem := Problem{Reason: Invalid, Message: err.Error()}
		if at, ok := errors.AsType[strictjson.FieldError](err); ok {
			problem = unknownField(at.FieldPath())
		}
		problems = append(problems, problem)
	}

	apiextensionsv1.SetObjectDefaults_CustomResourceDefinition(&def)
	var internal apiextensions.CustomResourceDefinition
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(&def, &internal, nil); err != nil {
		return append(problems, Problem{Reason: Invalid, Message: err.Error()})
	}
	internal.Status = apiextensions.CustomResourceDefinitionStatus{}
	for _, version := range internal.Spec.Versions {
		if version.Storage {
			internal.Status.StoredVersions = append(internal.Status.StoredVersions, version.Name)
		}
	}
	return append(problems, invalid(apiextensionsvalidation.ValidateCustomResourceDefinition(ctx, &internal))...)
}
