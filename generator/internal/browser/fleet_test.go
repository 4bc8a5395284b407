package browser

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/plan"
	"heddle.dev/platform/generator/internal/revision"
	"heddle.dev/platform/generator/internal/snapshot"
)

// edit changes what matches in some files below clusters/.
type edit struct{ files, pattern, with string }

// richChange has something of everything, on the fleet as it is committed.
var richChange = []edit{
	{"infrastructure/cluster.yaml", `(?m)^(    version: v1\.\d+)\..*$`, "$1.99"},
	{"production/.*/infrastructure/cluster.yaml", `replicas: 6`, "replicas: 4"},
	{"production/.*/rbac/roles.yaml", `(?m)^(  )- get$`, "$1- get\n$1- '*'"},
	{"workspaces/.*/namespaces.yaml", `enforce: restricted`, "enforce: baseline"},
	{"workspaces/payments/quota.yaml", `cpu: .*`, `cpu: '<script>alert(1)</script><img src=x onerror=alert(2)>'`},
	{"workspaces/search/network.yaml", `(?m)^- apiVersion|^apiVersion`, "# edited\napiVersion"},
	{"workspaces/.*/rbac.yaml", `name: (payments|search)-(developers|owners)`, "name: everybody"},
	{"components/.*/component.yaml", `(?m)^(\s+version): .*$`, "$1: 99.0.0"},
}

// richPlan is of a copy of the committed fleet with the rich change, in which a component and a cluster go.
func richPlan(t *testing.T) *plan.Plan {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "clusters"), os.DirFS("../../../clusters")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "--all"}, {"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "fleet"}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	change(t, filepath.Join(dir, "clusters"))
	repo, err := revision.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	base, err := repo.Commit(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	c, err := snapshot.Compare(t.Context(), repo, base, revision.Worktree)
	if err != nil {
		t.Fatal(err)
	}
	return plan.Compare(base, "", c)
}

func change(t *testing.T, root string) {
	t.Helper()
	removed := map[string]bool{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		if dir := filepath.Dir(name); filepath.Base(dir) == "cert-manager" && !removed[dir] && len(removed) < 2 {
			removed[dir] = true
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		text := string(data)
		for _, e := range richChange {
			if regexp.MustCompile(e.files + "$").MatchString(filepath.ToSlash(name)) {
				text = regexp.MustCompile(e.pattern).ReplaceAllString(text, e.with)
			}
		}
		if text == string(data) {
			return nil
		}
		return os.WriteFile(name, []byte(text), 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range removed {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// write puts a page where a browser can open it, and gives its address.
func write(t *testing.T, p *plan.Plan) string {
	t.Helper()
	var b strings.Builder
	if err := p.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "plan.html")
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + name
}
