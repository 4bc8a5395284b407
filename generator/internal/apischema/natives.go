package apischema

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// natives holds the kinds that Kubernetes itself serves in one minor, read from
// api/openapi-spec/v3 of its module: a document for each group and version.
type natives struct {
	minor     string
	dir       string
	versions  map[string][]string // group -> versions
	documents lazyMap[schema.GroupVersion, *document]
	kinds     lazyMap[schema.GroupVersionKind, *kind]
	enums     lazy[enums]
}

// openNatives lists the documents, and reads none.
func openNatives(minor, moduleDir string) (*natives, error) {
	n := &natives{minor: minor, dir: moduleDir, versions: map[string][]string{}}
	files, err := os.ReadDir(filepath.Join(moduleDir, documentsDir))
	if err != nil {
		return nil, fmt.Errorf("kubernetes %s: %w", minor, err)
	}
	for _, file := range files {
		if gv, ok := documentOf(file.Name()); ok {
			n.versions[gv.Group] = append(n.versions[gv.Group], gv.Version)
		}
	}
	return n, nil
}

// documentsDir is where Kubernetes' module has its OpenAPI documents.
const documentsDir = "api/openapi-spec/v3"

// documentOf tells the group and version of a document from its file name,
// like apis__rbac.authorization.k8s.io__v1_openapi.json.
func documentOf(file string) (schema.GroupVersion, bool) {
	name, ok := strings.CutSuffix(file, "_openapi.json")
	if !ok {
		return schema.GroupVersion{}, false
	}
	switch parts := strings.Split(name, "__"); {
	case len(parts) == 2 && parts[0] == "api":
		return schema.GroupVersion{Version: parts[1]}, true
	case len(parts) == 3 && parts[0] == "apis":
		return schema.GroupVersion{Group: parts[1], Version: parts[2]}, true
	}
	return schema.GroupVersion{}, false
}

// documentFile is the inverse of documentOf.
func documentFile(gv schema.GroupVersion) string {
	if gv.Group == "" {
		return "api__" + gv.Version + "_openapi.json"
	}
	return "apis__" + gv.Group + "__" + gv.Version + "_openapi.json"
}

func (n *natives) hasGroup(group string) bool {
	return len(n.versions[group]) > 0
}

// kind finds the schema of a native kind. When there is none, it says so in a
// problem.
func (n *natives) kind(gvk schema.GroupVersionKind) (*kind, *Problem, error) {
	if !slices.Contains(n.versions[gvk.Group], gvk.Version) {
		return n.elsewhere(gvk, "apiVersion", fmt.Sprintf("Kubernetes %s has no %s", n.minor, gvk.GroupVersion()))
	}
	doc, err := n.document(gvk.GroupVersion())
	if err != nil {
		return nil, nil, err
	}
	res, ok := doc.resources[gvk.Kind]
	if !ok {
		return n.elsewhere(gvk, "kind", fmt.Sprintf("Kubernetes %s has no %s in %s", n.minor, gvk.Kind, gvk.GroupVersion()))
	}
	k, err := n.kinds.get(gvk, func() (*kind, error) { return n.compile(gvk, doc, res) })
	return k, nil, err
}

// elsewhere makes the problem of a kind that is not where it was looked for,
// and tells in which versions of its group it is.
func (n *natives) elsewhere(gvk schema.GroupVersionKind, path, message string) (*kind, *Problem, error) {
	var found []string
	for _, version := range n.versions[gvk.Group] {
		gv := schema.GroupVersion{Group: gvk.Group, Version: version}
		doc, err := n.document(gv)
		if err != nil {
			return nil, nil, err
		}
		if _, ok := doc.resources[gvk.Kind]; ok {
			found = append(found, gv.String())
		}
	}
	if len(found) > 0 {
		message += fmt.Sprintf("; %s is in %s", gvk.Kind, strings.Join(found, ", "))
	}
	return nil, &Problem{Reason: Invalid, Path: path, Message: message}, nil
}

func (n *natives) document(gv schema.GroupVersion) (*document, error) {
	return n.documents.get(gv, func() (*document, error) {
		values, err := n.enums.get(func() (enums, error) { return readEnums(n.dir) })
		if err != nil {
			return nil, err
		}
		return readDocument(filepath.Join(n.dir, documentsDir, documentFile(gv)), gv, values)
	})
}

// compile makes the validators of a native kind.
func (n *natives) compile(gvk schema.GroupVersionKind, doc *document, res served) (*kind, error) {
	props, err := doc.schemaOf(res.definition)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", gvk, err)
	}
	k := &kind{
		gvk:        gvk,
		namespaced: res.namespaced,
		hasStatus:  res.hasStatus,
		nameRule:   nameRule(gvk.GroupKind()),
		native:     true,
	}
	return k, k.compile(&props)
}
