package apischema

import (
	"encoding/json"
	"fmt"
	"math"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// jsonObject copies an object into the types that the API server's code
// knows: map[string]any, []any, string, bool, int64, float64 and nil.
func jsonObject(obj map[string]any) (map[string]any, field.ErrorList) {
	var errs field.ErrorList
	copied, _ := jsonValue(nil, obj, &errs).(map[string]any)
	return copied, errs
}

func jsonValue(path *field.Path, value any, errs *field.ErrorList) any {
	switch v := value.(type) {
	case nil, bool, string, int64:
		return v
	case int:
		return int64(v)
	case float64:
		return number(v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		n, _ := v.Float64()
		return n
	case []any:
		items := make([]any, len(v))
		for i := range v {
			items[i] = jsonValue(path.Index(i), v[i], errs)
		}
		return items
	case map[string]any:
		fields := make(map[string]any, len(v))
		for name := range v {
			fields[name] = jsonValue(path.Child(name), v[name], errs)
		}
		return fields
	}
	*errs = append(*errs, field.TypeInvalid(path, fmt.Sprint(value),
		fmt.Sprintf("must be a JSON value, got a %T; quote it if it is text", value)))
	return nil
}

// number gives whole numbers the type int64, as the API server's decoder does.
func number(v float64) any {
	const exact = 1 << 53 // beyond, a float64 no longer tells whole numbers apart
	if v == math.Trunc(v) && math.Abs(v) < exact {
		return int64(v)
	}
	return v
}

// metadataTypes finds labels and annotations that are not strings, with the
// path that the API server's own error lacks.
func metadataTypes(obj map[string]any) field.ErrorList {
	var errs field.ErrorList
	for _, name := range []string{"labels", "annotations"} {
		entries, _, _ := unstructured.NestedMap(obj, "metadata", name)
		for key, value := range entries {
			if _, ok := value.(string); !ok {
				errs = append(errs, field.TypeInvalid(field.NewPath("metadata", name).Key(key), value, "must be a string: quote it"))
			}
		}
	}
	return errs
}

// nestedString is the string at a path of fields, or "".
func nestedString(obj map[string]any, fields ...string) string {
	s, _, _ := unstructured.NestedString(obj, fields...)
	return s
}
