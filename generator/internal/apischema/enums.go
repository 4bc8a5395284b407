package apischema

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// enumsFile is Kubernetes' generated Go code from which its servers make their
// OpenAPI documents. The documents in its module leave out the enums, because
// they are made with a feature switched off; this file has them.
const enumsFile = "pkg/generated/openapi/zz_generated.openapi.go"

// enums maps a definition, by the last three parts of its name, to the allowed
// values of its properties, as JSON strings.
type enums map[string]map[string][]apiextensionsv1.JSON

// readEnums reads the generated code line by line: its layout is fixed by its
// generator and by gofmt, and TestEnums would see it change.
func readEnums(moduleDir string) (enums, error) {
	data, err := os.ReadFile(filepath.Join(moduleDir, filepath.FromSlash(enumsFile)))
	if err != nil {
		return nil, err
	}
	var (
		definition = regexp.MustCompile(`^func schema_(\w+)\(`)
		property   = regexp.MustCompile(`^\t{5}"(\S+)": \{$`)
		values     = regexp.MustCompile(`^\t+Enum: +\[\]interface\{\}\{(.*)\},$`)
	)
	found := enums{}
	var inDefinition, inProperty string
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Bytes()
		if m := definition.FindSubmatch(line); m != nil {
			inDefinition = lastParts(string(m[1]), "_")
		} else if m := property.FindSubmatch(line); m != nil {
			inProperty = string(m[1])
		} else if m := values.FindSubmatch(line); m != nil {
			found.add(inDefinition, inProperty, string(m[1]))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", enumsFile, err)
	}
	return found, nil
}

// add notes values as they are written in Go: "A", "B".
func (e enums) add(definition, property, values string) {
	if e[definition] == nil {
		e[definition] = map[string][]apiextensionsv1.JSON{}
	}
	var list []apiextensionsv1.JSON
	for value := range strings.SplitSeq(values, ", ") {
		list = append(list, apiextensionsv1.JSON{Raw: []byte(value)})
	}
	e[definition][property] = list
}

// addTo puts the allowed values of a definition's properties into its schema.
func (e enums) addTo(definition string, props *apiextensionsv1.JSONSchemaProps) {
	for name, values := range e[lastParts(definition, ".")] {
		property, ok := props.Properties[name]
		switch {
		case !ok:
		case property.Items != nil && property.Items.Schema != nil:
			property.Items.Schema.Enum = values
		case property.AdditionalProperties != nil && property.AdditionalProperties.Schema != nil:
			property.AdditionalProperties.Schema.Enum = values
		default:
			property.Enum = values
			props.Properties[name] = property
		}
	}
}

// lastParts joins the last three parts of a definition's name, which are group,
// version and type, whatever package path comes before them.
func lastParts(name, separator string) string {
	parts := strings.Split(name, separator)
	return strings.Join(parts[max(0, len(parts)-3):], ".")
}
