package cmd_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/explain"
	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/load"
	"heddle.dev/platform/generator/internal/manifest"
	"heddle.dev/platform/generator/internal/render"
	"heddle.dev/platform/generator/internal/resolve"
	"heddle.dev/platform/generator/internal/source"
)

// TestOrigins asks for the origin of every field of every object of a fleet.
// Each is the value, or the name, of something in CUE; or it is made from such;
// or the generator decided it, and then the file that it names writes such a field.
func TestOrigins(t *testing.T) {
	for _, test := range []struct {
		name, dir string
		decided   int // in a hundred, by the generator, at most
	}{
		{"test fleet", newRepo(t, t.TempDir()), 70}, // it says little, so that what every cluster has weighs more
		{"example fleet", "../../..", 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := newOrigins(t, test.dir)
			for _, file := range o.plain.Paths() {
				o.file(t, file)
			}
			total := 0
			for _, n := range o.count {
				total += n
			}
			for _, r := range []explain.Relation{explain.Is, explain.IsName, explain.MadeFrom, explain.Decided} {
				t.Logf("%5.1f%%  %5d  %s", 100*float64(o.count[r])/float64(total), o.count[r], r)
			}
			if o.count[explain.Decided]*100 > total*test.decided {
				t.Errorf("the generator decides %d of %d fields, want at most %d%%", o.count[explain.Decided], total, test.decided)
			}
		})
	}
}

// origins is a fleet, rendered and traced.
type origins struct {
	plain    *manifest.Set
	trace    *explain.Trace
	clusters []*source.Cluster
	about    map[string]*explain.Explainer
	count    map[explain.Relation]int
}

func newOrigins(t *testing.T, dir string) *origins {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	tree, problems, err := load.Load(context.Background(), root)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	o := &origins{clusters: tree.Clusters, about: map[string]*explain.Explainer{}, count: map[explain.Relation]int{}}
	f := &fleet.Fleet{}
	for _, e := range tree.Evaluate(tree.Clusters) {
		c, err := resolve.Cluster(e)
		if err != nil {
			t.Fatal(err)
		}
		f.Clusters, o.about[c.Name] = append(f.Clusters, c), explain.New(e)
	}
	marked, marks := explain.MarkFleet(f)
	if o.plain, err = render.Render(f); err != nil {
		t.Fatal(err)
	}
	other, err := render.Render(marked)
	if err != nil {
		t.Fatal(err)
	}
	o.trace = explain.NewTrace(o.plain, other, marks)
	return o
}

func (o *origins) file(t *testing.T, file string) {
	t.Helper()
	cluster := ""
	for _, c := range o.clusters {
		if strings.HasPrefix(file, c.Dir+"/") {
			cluster = c.Name
		}
	}
	if users := o.trace.SharedBy(file, o.clusters); cluster == "" && len(users) > 0 {
		cluster = users[0]
	}
	objects, err := o.trace.Objects(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		fields, err := o.trace.Fields(object)
		if err != nil {
			t.Fatalf("%s: %s %s: %v", file, object.Kind, object.Name, err)
		}
		for _, f := range fields {
			origin, err := object.Resolve(file, f, cluster, func(name string) *explain.Explainer { return o.about[name] })
			if err != nil {
				t.Errorf("%v", err)
				continue
			}
			o.count[origin.Relation]++
			o.check(t, origin)
		}
	}
}

var member = regexp.MustCompile(`\["((?:[^"\\]|\\.)*)"\]$|\.([A-Za-z_][A-Za-z0-9_-]*)(?:\[\d+\])*$`)

// check holds an answer against what is true: the values that CUE has, and the generator's own text.
func (o *origins) check(t *testing.T, origin *explain.Origin) {
	t.Helper()
	what := fmt.Sprintf("%s: %s %s: %s = %q", origin.File, origin.Kind, origin.Name, origin.Field, origin.Text)
	switch origin.Relation {
	case explain.Is:
		v := origin.From[0]
		if v.Value != origin.Text && !equalJSON(v.Value, origin.Text) {
			t.Errorf("%s is not the value of %s, %s", what, v.Path, v.Value)
		}
	case explain.IsName:
		if last := strings.Trim(origin.From[0].Path[strings.LastIndex(origin.From[0].Path, ".")+1:], `"`); !strings.HasSuffix(origin.Text, last) {
			t.Errorf("%s is not the name of %s", what, origin.From[0].Path)
		}
	case explain.MadeFrom:
		if len(origin.From) == 0 {
			t.Errorf("%s is made from nothing", what)
		}
	case explain.Decided:
		o.decided(t, what, origin)
	}
	for _, v := range origin.From {
		if v.Winner == nil && len(v.Others) == 0 {
			t.Errorf("%s: %s was written nowhere", what, v.Path)
		}
	}
}

// decided checks that the generator's file, or the one that begins every object, writes such a field.
func (o *origins) decided(t *testing.T, what string, origin *explain.Origin) {
	t.Helper()
	m := member.FindStringSubmatch(origin.Field)
	if m == nil {
		t.Fatalf("%s: what field is this?", what)
	}
	name := m[1] + m[2]
	for _, file := range []string{origin.Generator, path.Join(path.Dir(origin.Generator), "render.go")} {
		data, err := os.ReadFile(filepath.Join("../../..", file))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), `"`+name+`"`) {
			return
		}
	}
	t.Errorf("%s is said to be decided by %s, which has no %q", what, origin.Generator, name)
}

// equalJSON says whether a value in JSON is what a text says.
func equalJSON(value, text string) bool {
	var v any
	if err := json.Unmarshal([]byte(value), &v); err != nil {
		return false
	}
	return fmt.Sprint(v) == text
}
