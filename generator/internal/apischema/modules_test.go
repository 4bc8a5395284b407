package apischema

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// TestPins fetches every pinned module and compares modules.json with what is
// in it: the hash, and the kinds with their files. With -update it writes
// modules.json instead.
func TestPins(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches every module; -short leaves it out")
	}
	p, err := readPins()
	if err != nil {
		t.Fatal(err)
	}
	for minor, m := range p.Kubernetes {
		_, m.Sum = fetchPinned(t, m)
		p.Kubernetes[minor] = m
	}
	owners := map[string]string{}
	for i, m := range p.CRDs {
		var dir string
		dir, m.Sum = fetchPinned(t, m.module)
		m.Kinds = map[string]string{}
		for _, from := range m.From {
			for _, file := range crdFiles(t, dir, from) {
				kind := definedKind(t, filepath.Join(dir, filepath.FromSlash(file)))
				if owners[kind] != "" {
					t.Errorf("%s is defined by %s and %s: leave one out of \"from\"", kind, owners[kind], m.Path)
				}
				owners[kind], m.Kinds[kind] = m.Path, file
			}
		}
		p.CRDs[i] = m
	}

	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(p); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("modules.json", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(modulesJSON, want.Bytes()) {
		t.Error("modules.json differs from what the pinned modules contain; fix: go test ./generator/internal/apischema -run TestPins -update, and review the change")
	}
}

var update = flag.Bool("update", false, "write modules.json anew from the modules it pins")

// fetchPinned returns the folder and the hash of a module. Unlike
// fetcher.dir it accepts any hash, as it is here that hashes are made.
func fetchPinned(t *testing.T, m module) (dir, sum string) {
	t.Helper()
	got, err := download(t.Context(), m)
	if err != nil {
		t.Fatalf("%s %s: %v", m.Path, m.Version, err)
	}
	return got.Dir, got.Sum
}

// crdFiles lists the files with CustomResourceDefinitions in a file or folder
// of a module, relative to its root.
func crdFiles(t *testing.T, dir, from string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(dir), from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if bytes.Contains(data, []byte("\nkind: CustomResourceDefinition\n")) {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// definedKind is the kind that the only definition in a file is of.
func definedKind(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count("\n"+string(data), "\nkind: CustomResourceDefinition\n"); n != 1 {
		t.Fatalf("%s has %d definitions; only files with one can be read", file, n)
	}
	var def apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(data, &def); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return schema.GroupKind{Group: def.Spec.Group, Kind: def.Spec.Names.Kind}.String()
}
