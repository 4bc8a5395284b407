package apischema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// open gives the schemas of one minor.
func open(t testing.TB, minor string) *Catalogue {
	t.Helper()
	schemas, err := New()
	if err != nil {
		t.Fatal(err)
	}
	c, err := schemas.Open(t.Context(), minor)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// decode reads one YAML object.
func decode(t testing.TB, text string) map[string]any {
	t.Helper()
	var obj map[string]any
	if err := yaml.Unmarshal([]byte(text), &obj); err != nil {
		t.Fatal(err)
	}
	return obj
}

// readGood reads an object of testdata/good.
func readGood(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/good", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// goodObjects decodes testdata/good, by name.
func goodObjects(t testing.TB) map[string]map[string]any {
	t.Helper()
	files, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no objects in testdata/good", err)
	}
	objects := map[string]map[string]any{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		objects[name] = decode(t, readGood(t, name))
	}
	return objects
}

// problemsOf validates an object and returns its problems as lines.
func problemsOf(t testing.TB, c *Catalogue, obj map[string]any) []string {
	t.Helper()
	problems, err := c.Validate(t.Context(), obj)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range problems {
		lines = append(lines, string(p.Reason)+" "+p.String())
	}
	return lines
}

// TestGood validates testdata/good in every minor (with -short: in one): no
// object has a problem.
func TestGood(t *testing.T) {
	schemas, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for minor := range schemas.pins.Kubernetes {
		if testing.Short() && minor != "1.34" {
			continue
		}
		c, err := schemas.Open(t.Context(), minor)
		if err != nil {
			t.Fatal(err)
		}
		for name, obj := range goodObjects(t) {
			t.Run(minor+"/"+name, func(t *testing.T) {
				for _, problem := range problemsOf(t, c, obj) {
					t.Error(problem)
				}
			})
		}
	}
}

// TestBroken edits good objects, and wants exactly these problems.
func TestBroken(t *testing.T) {
	c := open(t, "1.34")
	for _, test := range brokenObjects {
		t.Run(test.file+"/"+test.name, func(t *testing.T) {
			text := readGood(t, test.file)
			if n := strings.Count(text, test.old); n != 1 {
				t.Fatalf("%q occurs %d times in %s.yaml, it must once", test.old, n, test.file)
			}
			got := problemsOf(t, c, decode(t, strings.Replace(text, test.old, test.new, 1)))
			for i, line := range got {
				got[i] = strings.TrimPrefix(line, "invalid ")
			}
			if got := strings.Join(got, "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
