package snapshot_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/plan"
	"heddle.dev/platform/generator/internal/revision"
	"heddle.dev/platform/generator/internal/snapshot"
)

// repo is a git repository to try changes in.
type repo struct {
	t    testing.TB
	root string // of the repository
	dir  string // of the fleet
}

// newRepo makes a repository whose first commit is a small fleet: mgmt makes itself, a and b.
func newRepo(t testing.TB) *repo {
	t.Helper()
	return newRepoAt(t, ".")
}

func newRepoAt(t testing.TB, sub string) *repo {
	t.Helper()
	root := t.TempDir()
	r := &repo{t: t, root: root, dir: filepath.Join(root, sub)}
	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("init", "--quiet", "--initial-branch=main")
	for name, content := range fleet() {
		r.write(name, content)
	}
	r.commit("fleet")
	return r
}

// fleet gives the files of a small fleet.
func fleet() map[string]string {
	files := map[string]string{}
	for _, c := range []struct{ dir, name, ring string }{{"mgmt", "mgmt", "stable"}, {"eu/a", "a", "canary"}, {"eu/b", "b", "stable"}} {
		dir := "clusters/" + c.dir
		up := strings.Repeat("../", strings.Count(c.dir, "/")+1)
		files[dir+"/infrastructure/kustomization.yaml"] = "resources:\n- cluster.yaml\n"
		files[dir+"/infrastructure/cluster.yaml"] = fmt.Sprintf(`apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata:
  annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}
  labels: {heddle.dev/model: web, heddle.dev/environment: production, heddle.dev/ring: %s, heddle.dev/backend: eks}
  name: %s
  namespace: fleet
spec:
  topology: {version: v1.34.0, classRef: {name: eks-1}, workers: {machineDeployments: [{name: default, class: default, replicas: 3}]}}
`, c.ring, c.name)
		files[dir+"/components/dns/kustomization.yaml"] = "resources:\n- release.yaml\n- ../../" + up + "shared/components/dns-1\n"
		files[dir+"/components/dns/release.yaml"] = configMap("dns", "replicas", "2")
		files["clusters/mgmt/fleet/cluster-"+c.name+".yaml"] = fmt.Sprintf("{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: %s, namespace: fleet}, spec: {prune: true}}\n", c.name)
	}
	files["clusters/mgmt/fleet/kustomization.yaml"] = "resources:\n- cluster-a.yaml\n- cluster-b.yaml\n- cluster-mgmt.yaml\n"
	files["clusters/shared/components/dns-1/kustomization.yaml"] = "resources:\n- rules.yaml\n"
	files["clusters/shared/components/dns-1/rules.yaml"] = configMap("rules", "a", "1")
	files["clusters/shared/classes/eks-1/kustomization.yaml"] = "resources:\n- class.yaml\n"
	files["clusters/shared/classes/eks-1/class.yaml"] = "{apiVersion: cluster.x-k8s.io/v1beta2, kind: ClusterClass, metadata: {name: eks-1, namespace: fleet}, spec: {}}\n"
	files["clusters/fleet.cue"] = "package cluster\n"
	return files
}

func configMap(name, key, value string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: x}\ndata: {%s: %q}\n", name, key, value)
}

func (r *repo) write(name, content string) {
	r.t.Helper()
	name = filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repo) remove(name string) {
	r.t.Helper()
	if err := os.RemoveAll(filepath.Join(r.dir, name)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repo) rename(from, to string) {
	r.t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(r.dir, to)), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(r.dir, from), filepath.Join(r.dir, to)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-C", r.root, "-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repo) commit(message string) string {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "--message", message)
	return r.git("rev-parse", "HEAD")
}

// plan compares a commit, HEAD or what is before it, with the working tree.
func (r *repo) plan(base string) (*plan.Plan, error) {
	r.t.Helper()
	repository, err := revision.Open(r.t.Context(), r.dir)
	if err != nil {
		return nil, err
	}
	commit, err := repository.Commit(r.t.Context(), base)
	if err != nil {
		return nil, err
	}
	c, err := snapshot.Compare(r.t.Context(), repository, commit, revision.Worktree)
	if err != nil {
		return nil, err
	}
	return plan.Compare(commit, "", c), nil
}

// want fails unless a plan says what it should: one line for each item.
func (r *repo) want(base string, want ...string) *plan.Plan {
	r.t.Helper()
	p, err := r.plan(base)
	if err != nil {
		r.t.Fatal(err)
	}
	var got []string
	for _, item := range p.Items {
		where := item.About
		if item.Cluster != item.About {
			where += "@" + item.Cluster
		}
		line := fmt.Sprintf("%s %s/%s %s", item.Action, where, item.Part, item.Object)
		for _, f := range item.Fields {
			line += fmt.Sprintf(" %s:%v->%v", f.Path, f.Old, f.New)
		}
		got = append(got, line)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		r.t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
	return p
}
