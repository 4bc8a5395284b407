package apischema

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestModuleThatCannotBeHad(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	var f fetcher
	_, err := f.dir(t.Context(), module{Path: "heddle.dev/no-such-module", Version: "v1.0.0"})
	want := "schemas are read from the Go module heddle.dev/no-such-module v1.0.0, which can't be had: "
	if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "go mod download heddle.dev/no-such-module@v1.0.0") {
		t.Errorf("got %v", err)
	}
}

func TestModuleWithAnotherHash(t *testing.T) {
	p, err := readPins()
	if err != nil {
		t.Fatal(err)
	}
	m := p.Kubernetes["1.34"]
	m.Sum = "h1:another"
	var f fetcher
	if _, err = f.dir(t.Context(), m); err == nil || !strings.Contains(err.Error(), "but modules.json pins h1:another") {
		t.Errorf("got %v", err)
	}
}

// TestEnums wants the enums to be found in every minor's generated code.
func TestEnums(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches every minor; -short leaves it out")
	}
	schemas, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for minor, m := range schemas.pins.Kubernetes {
		dir, err := schemas.fetch.dir(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		found, err := readEnums(dir)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, properties := range found {
			n += len(properties)
		}
		if n < 100 {
			t.Errorf("%s: only %d enums found in %s: its layout has changed", minor, n, enumsFile)
		}
		values := found["core.v1.Container"]["imagePullPolicy"]
		if len(values) != 3 || string(values[0].Raw) != `"Always"` {
			t.Errorf("%s: imagePullPolicy: %q", minor, values)
		}
	}
}

// TestEveryPinnedKind compiles every version of every pinned definition, and
// wants each definition to be valid as an object, too.
func TestEveryPinnedKind(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches every module; -short leaves it out")
	}
	c := open(t, "1.34")
	for _, m := range c.shared.pins.CRDs {
		dir, err := c.shared.fetch.dir(t.Context(), m.module)
		if err != nil {
			t.Fatal(err)
		}
		for name, file := range m.Kinds {
			data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range problemsOf(t, c, decode(t, string(data))) {
				t.Errorf("%s: %s", name, problem)
			}
		}
	}
	for gk, pinned := range c.shared.crds {
		def, err := pinned.definition(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range def.Spec.Versions {
			if _, _, err := pinned.version(t.Context(), v.Name); err != nil {
				t.Errorf("%s %s: %v", gk, v.Name, err)
			}
		}
	}
}

// TestNativeFieldsAreComplete validates Kubernetes' own test data, in which
// every field of every native kind is set: no field may be unknown or of
// another type. Values are made up, so other problems are expected.
func TestNativeFieldsAreComplete(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches a second minor; -short leaves it out")
	}
	api, err := download(t.Context(), module{Path: "k8s.io/api", Version: "v0.36.4"})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(api.Dir, "testdata", "HEAD", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, "1.36")
	checked := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		obj := decode(t, string(data))
		if obj["kind"] == nil { // WatchEvent, which is no object
			continue
		}
		problems := problemsOf(t, c, obj)
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, "Kubernetes 1.36 has no") }) {
			checked++
		}
		for _, problem := range problems {
			for _, impossible := range []string{"unknown field", "must be of type", "Required value"} {
				if strings.Contains(problem, impossible) {
					t.Errorf("%s: %s", filepath.Base(file), problem)
				}
			}
		}
	}
	if checked < 80 {
		t.Errorf("only %d kinds were checked", checked)
	}
}
