package apischema

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
)

// document is Kubernetes' OpenAPI v3 document of one group and version. Its
// schemas refer to each other; schemaOf writes them out into the form that
// CustomResourceDefinitions have, so that the same code can judge both.
type document struct {
	resources   map[string]served // by kind
	definitions map[string]json.RawMessage
	enums       enums

	mu      sync.Mutex
	written map[string]apiextensionsv1.JSONSchemaProps
}

// served is how the objects of a kind are served.
type served struct {
	definition string // the name of its schema
	namespaced bool
	hasStatus  bool
}

const refPrefix = "#/components/schemas/"

// readDocument reads a document; its schemas are decoded when needed.
func readDocument(file string, gv schema.GroupVersion, values enums) (*document, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var content struct {
		Paths      map[string]json.RawMessage
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	doc := &document{
		resources:   map[string]served{},
		definitions: content.Components.Schemas,
		enums:       values,
		written:     map[string]apiextensionsv1.JSONSchemaProps{},
	}
	for path, item := range content.Paths {
		if !strings.HasSuffix(path, "/{name}") || strings.Contains(path, "/watch/") {
			continue
		}
		kind, definition, err := servedObject(item)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, path, err)
		}
		_, hasStatus := content.Paths[path+"/status"]
		if kind.GroupVersion() == gv {
			doc.resources[kind.Kind] = served{definition, strings.Contains(path, "/{namespace}/"), hasStatus}
		}
	}
	return doc, nil
}

// servedObject reads from a path of a document which kind is had there, and
// the name of its schema.
func servedObject(item json.RawMessage) (schema.GroupVersionKind, string, error) {
	var path struct {
		Get struct {
			Kind      schema.GroupVersionKind `json:"x-kubernetes-group-version-kind"`
			Responses map[string]struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
					}
				}
			}
		}
	}
	err := json.Unmarshal(item, &path)
	ref := path.Get.Responses["200"].Content["application/json"].Schema.Ref
	return path.Get.Kind, strings.TrimPrefix(ref, refPrefix), err
}

// schemaOf writes out a schema with all that it refers to.
func (d *document) schemaOf(definition string) (apiextensionsv1.JSONSchemaProps, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.write(definition, nil)
}

// write writes out a definition. One that holds itself (only schemas in
// CustomResourceDefinitions do) is left open where it repeats.
func (d *document) write(name string, within []string) (apiextensionsv1.JSONSchemaProps, error) {
	if done, ok := d.written[name]; ok {
		return done, nil
	}
	if slices.Contains(within, name) {
		return anything(), nil
	}
	props, err := d.decode(name)
	if err != nil {
		return props, err
	}
	if err := d.resolve(&props, append(within, name)); err != nil {
		return props, err
	}
	if checkOf(name) != nil {
		props.Title = name // where checkWithin finds it again
	}
	d.written[name] = props
	return props, nil
}

// decode reads a definition as it stands in the document, and adds its enums.
func (d *document) decode(name string) (apiextensionsv1.JSONSchemaProps, error) {
	if name == quantityDefinition { // a string or number, says the document; its check says more
		return anything(), nil
	}
	raw, ok := d.definitions[name]
	if !ok {
		return apiextensionsv1.JSONSchemaProps{}, fmt.Errorf("no schema %q in the document", name)
	}
	var props apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(raw, &props); err != nil {
		return props, fmt.Errorf("schema %q: %w", name, err)
	}
	d.enums.addTo(name, &props)
	return props, nil
}

// resolve replaces references within a schema by what they refer to, and
// leaves out what is of no use for validation.
func (d *document) resolve(p *apiextensionsv1.JSONSchemaProps, within []string) error {
	if ref := reference(p); ref != "" {
		target, err := d.write(ref, within)
		if err != nil {
			return err
		}
		*p = target
		return nil
	}
	p.Description = ""
	p.Default = usefulDefault(p.Default)
	if p.Format == "int-or-string" {
		*p = apiextensionsv1.JSONSchemaProps{XIntOrString: true}
	}
	if p.Items != nil && p.Items.Schema != nil {
		if err := d.resolve(p.Items.Schema, within); err != nil {
			return err
		}
	}
	if p.AdditionalProperties != nil && p.AdditionalProperties.Schema != nil {
		if err := d.resolve(p.AdditionalProperties.Schema, within); err != nil {
			return err
		}
	}
	for name, property := range p.Properties {
		if err := d.resolve(&property, within); err != nil {
			return err
		}
		p.Properties[name] = property
	}
	if isOpen(p) {
		p.XPreserveUnknownFields = ptr.To(true)
	}
	return nil
}

// reference is the name that a schema refers to, in one of the two ways that
// Kubernetes' documents know.
func reference(p *apiextensionsv1.JSONSchemaProps) string {
	switch {
	case p.Ref != nil:
		return strings.TrimPrefix(*p.Ref, refPrefix)
	case len(p.AllOf) == 1 && p.AllOf[0].Ref != nil:
		return strings.TrimPrefix(*p.AllOf[0].Ref, refPrefix)
	}
	return ""
}

// isOpen says whether a schema allows any content: raw JSON, raw objects.
func isOpen(p *apiextensionsv1.JSONSchemaProps) bool {
	return (p.Type == "object" || p.Type == "") && !p.XIntOrString &&
		len(p.Properties) == 0 && p.AdditionalProperties == nil
}

// anything is the schema that allows every value.
func anything() apiextensionsv1.JSONSchemaProps {
	return apiextensionsv1.JSONSchemaProps{XPreserveUnknownFields: ptr.To(true)}
}

// usefulDefault keeps a default that a server would fill in. The documents
// also give every optional struct, string and number its Go zero value, which
// is not a default but how the server decodes absence.
func usefulDefault(value *apiextensionsv1.JSON) *apiextensionsv1.JSON {
	if value == nil {
		return nil
	}
	switch string(value.Raw) {
	case "{}", `""`, "0", "false":
		return nil
	}
	return value
}
