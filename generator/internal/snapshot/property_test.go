package snapshot_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/cmd"
	"heddle.dev/platform/generator/internal/plan"
	"heddle.dev/platform/generator/internal/synthetic"
)

// compare fails unless a plan's numbers are those of a naive comparison of all
// objects: all that can be counted without the plan's own rules.
func compare(t *testing.T, p *plan.Plan, base, head *naive) {
	t.Helper()
	s := p.Summary
	got := numbers{
		Gone: s.Actions[plan.Delete] + s.Actions[plan.Rename], Come: s.Actions[plan.Create] + s.Actions[plan.Rename],
		Changed: s.Actions[plan.Change] + s.Actions[plan.Recreate], Moved: s.Actions[plan.Move],
		Destructive: s.Destructive, Replaced: s.MachinesReplaced, MachinesGone: s.MachinesRemoved, MachinesNew: s.MachinesAdded,
		Clusters: s.Clusters, Added: s.Added, Removed: s.Removed, Environments: s.Environments, Rings: s.Rings,
		Components: s.Components, Workspaces: s.Workspaces, Fleet: s.Fleet,
	}
	want := count(base, head, s.Actions[plan.Recreate])
	for i := range reflect.TypeFor[numbers]().NumField() {
		name := reflect.TypeFor[numbers]().Field(i).Name
		g, w := reflect.ValueOf(got).Field(i), reflect.ValueOf(want).Field(i)
		if fmt.Sprint(g) != fmt.Sprint(w) {
			t.Errorf("%s: the plan says %v, there are %v", name, g, w)
		}
	}
	checkTotals(t, p)
}

// checkTotals fails unless a plan's numbers add up.
func checkTotals(t *testing.T, p *plan.Plan) {
	t.Helper()
	s, items, destructive, machines, inGroups := p.Summary, 0, 0, 0, 0
	for _, n := range s.Actions {
		items += n
	}
	for _, item := range p.Items {
		grave := false
		for _, r := range item.Risks {
			grave = grave || r.Kind.Destructive()
			machines += r.Count
		}
		if grave {
			destructive++
		}
	}
	for _, g := range p.Risks {
		inGroups += g.Count
	}
	lines := 0
	for _, section := range p.Fold() {
		for _, part := range section.Parts {
			for _, line := range part.Lines {
				lines += len(line.Clusters)
			}
		}
	}
	for what, pair := range map[string][2]int{
		"actions": {items, len(p.Items)}, "objects": {s.Objects, len(p.Items)}, "destructive": {s.Destructive, destructive}, "lines": {lines, len(p.Items)},
		"machines": {s.MachinesReplaced + s.MachinesRemoved + s.MachinesAdded, machines}, "machines of the risks": {inGroups, machines}, "clusters": {len(p.Clusters), len(s.Clusters)},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %d and %d", what, pair[0], pair[1])
		}
	}
}

// rendered is a repository with the committed clusters/, and nothing else.
func rendered(t *testing.T) *repo {
	t.Helper()
	r := &repo{t: t, root: t.TempDir()}
	r.dir = r.root
	if err := os.CopyFS(filepath.Join(r.dir, "clusters"), os.DirFS("../../../clusters")); err != nil {
		t.Fatal(err)
	}
	r.git("init", "--quiet", "--initial-branch=main")
	r.commit("fleet")
	return r
}

// TestNumbers edits the rendered fleet at random, and counts all objects.
func TestNumbers(t *testing.T) {
	r := rendered(t)
	base := readNaively(t, r.dir)
	if len(base.objects) < 500 {
		t.Fatalf("there are %d objects", len(base.objects))
	}
	seeds := 25
	if testing.Short() {
		seeds = 5
	}
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			m := newMutator(t, r, seed)
			m.mutate(1 + m.random.IntN(12))
			p, err := m.plan("HEAD")
			if err != nil {
				t.Fatal(err)
			}
			compare(t, p, base, readNaively(t, r.dir))
		})
	}
}

// inputEdits are edits of the CUE that people write: each replaces text in a file.
var inputEdits = []struct{ file, old, new string }{
	{"clusters/s0000/cluster.cue", "replicas: 2", "replicas: 5"},
	{"clusters/s0001/cluster.cue", `ring:        "early"`, `ring:        "stable"`},
	{"workspaces/payments/workspace.cue", `*"20" |`, `*"30" |`},
	{"workspaces/search/workspace.cue", `"search-`, `"find-`},
	{"models/standard/model.cue", `kubernetes: version: *"v1.34.4"`, `kubernetes: version: *"v1.34.5"`},
	{"models/standard/model.cue", `replicas: *3 | int`, `replicas: *4 | int`},
	{"models/web/model.cue", "externaldns:  true", "externaldns:  false"},
	{"components/certmanager/component.cue", `version: *"v1.21.2"`, `version: *"v1.21.3"`},
}

// TestNumbersOfInput edits what people write, generates, and counts all objects.
func TestNumbersOfInput(t *testing.T) {
	if testing.Short() {
		t.Skip("it generates a fleet several times")
	}
	dir := t.TempDir()
	if err := synthetic.Fleet(dir, "../../..", 5); err != nil {
		t.Fatal(err)
	}
	r := &repo{t: t, root: dir, dir: dir}
	r.git("init", "--quiet", "--initial-branch=main")
	generate(t, dir)
	r.commit("fleet")
	base := readNaively(t, dir)
	done := 0
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			m := newMutator(t, r, seed)
			for range 1 + m.random.IntN(3) {
				edit := pick(m, inputEdits)
				if text := m.read(edit.file); strings.Contains(text, edit.old) {
					m.write(edit.file, strings.ReplaceAll(text, edit.old, edit.new))
					m.log = append(m.log, edit.file+": "+edit.new)
					done++
				}
			}
			if m.random.IntN(3) == 0 {
				m.remove("clusters/s0004")
			}
			generate(t, dir)
			p, err := m.plan("HEAD")
			if err != nil {
				t.Fatal(err)
			}
			compare(t, p, base, readNaively(t, dir))
		})
	}
	if done == 0 {
		t.Error("none of the edits fits the input any more")
	}
}

func generate(t testing.TB, dir string) {
	t.Helper()
	var out bytes.Buffer
	if code := cmd.Run(t.Context(), []string{"generate", "--root", dir}, nil, &out, &out); code != 0 {
		t.Fatalf("exit code %d\n%s", code, out.String())
	}
}
