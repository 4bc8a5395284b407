package snapshot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/revision"
)

const release = "clusters/eu/a/components/dns/release.yaml"

// TestFaults says what people read when something is wrong. BASE stands for the
// base's commit, and DIR for the repository's folder.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*repo) (base string)
		want   string
	}{
		{"binary rubbish", func(r *repo) string {
			r.write(release, "\x00\x01\xff\xfe\x80rubbish")
			return "HEAD"
		}, release + ": yaml: control characters are not allowed\nfix: make generate"},
		{"rubbish that is not UTF-8", func(r *repo) string {
			r.write(release, "a: \xff\xfe\n")
			return "HEAD"
		}, release + ": yaml: invalid leading UTF-8 octet\nfix: make generate"},
		{"no YAML", func(r *repo) string {
			r.write(release, "a: [b\n")
			return "HEAD"
		}, release + ": yaml: line 1: did not find expected ',' or ']'\nfix: make generate"},
		{"no object", func(r *repo) string {
			r.write(release, "- a\n")
			return "HEAD"
		}, release + ": yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into map[string]interface {}\nfix: make generate"},
		{"markers of a conflict", func(r *repo) string {
			r.write(release, "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\n")
			return "HEAD"
		}, release + ": yaml: line 2: mapping values are not allowed in this context\nfix: make generate"},
		{"a kustomization that is none", func(r *repo) string {
			r.write("clusters/eu/a/components/dns/kustomization.yaml", "resources: {a: b}\n")
			return "HEAD"
		}, "clusters/eu/a/components/dns/kustomization.yaml: yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into []string\nfix: make generate"},
		{"a kustomization that includes itself", func(r *repo) string {
			r.write("clusters/eu/a/components/dns/kustomization.yaml", "resources:\n- ../dns\n")
			return "HEAD"
		}, "clusters/eu/a/components/dns: it includes itself\nfix: make generate"},
		{"a cluster's definition that is none", func(r *repo) string {
			r.write("clusters/eu/a/infrastructure/cluster.yaml", "kind: {\n")
			return "HEAD"
		}, "clusters/eu/a/infrastructure/cluster.yaml: yaml: line 1: did not find expected node content\nfix: make generate"},
		{"a broken base", func(r *repo) string {
			r.write(release, "a: [b\n")
			r.commit("broken")
			r.write(release, configMap("dns", "a", "b"))
			return "HEAD"
		}, "in the base, BASE: " + release + ": yaml: line 1: did not find expected ',' or ']'\nfix: compare with a revision that is sound: --base REVISION"},
		{"a broken base, in a definition", func(r *repo) string {
			r.write("clusters/eu/a/infrastructure/cluster.yaml", "kind: {\n")
			r.commit("broken")
			r.remove("clusters/eu/a")
			return "HEAD"
		}, "in the base, BASE: clusters/eu/a/infrastructure/cluster.yaml: yaml: line 1: did not find expected node content\nfix: compare with a revision that is sound: --base REVISION"},
		{"a symbolic link", func(r *repo) string {
			r.remove(release)
			if err := os.Symlink("/etc/passwd", filepath.Join(r.dir, release)); err != nil {
				t.Fatal(err)
			}
			return "HEAD"
		}, release + " is no plain file of a sane size\nfix: delete it; make generate"},
		{"a huge file", func(r *repo) string {
			r.write(release, strings.Repeat("# nothing\n", 1<<20))
			return "HEAD"
		}, release + " is no plain file of a sane size\nfix: delete it; make generate"},
		{"no such base", func(*repo) string { return "nowhere" }, "there is no revision \"nowhere\"\nfix: git fetch, or name another with --base"},
		{"a base that is an option", func(*repo) string { return "--output=x" }, "\"--output=x\" is no revision"},
		{"no repository", func(r *repo) string {
			if err := os.RemoveAll(filepath.Join(r.dir, ".git")); err != nil {
				t.Fatal(err)
			}
			return "HEAD"
		}, "DIR is not in a git repository\nfix: run heddle in a clone; a plan compares two revisions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRepo(t)
			t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(r.root))
			base := c.change(r)
			want := strings.ReplaceAll(c.want, "DIR", r.dir)
			if strings.Contains(want, "BASE") {
				want = strings.ReplaceAll(want, "BASE", r.git("rev-parse", "--short=12", "HEAD"))
			}
			if _, err := r.plan(base); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestNoGit(t *testing.T) {
	r := newRepo(t)
	t.Setenv("PATH", "")
	if _, err := r.plan("HEAD"); err == nil || err.Error() != "git is not installed\nfix: install git; a plan compares two revisions" {
		t.Error(err)
	}
}

// TestStrayFiles are in nobody's way.
func TestStrayFiles(t *testing.T) {
	r := newRepo(t)
	for _, name := range []string{
		"clusters/x.yaml", "clusters/eu/x.yaml", "clusters/eu/a/x.yaml", "clusters/eu/a/components/x.yaml", "clusters/eu/a/components/kustomization.yaml",
		"clusters/eu/a/workspaces/x.yaml", "clusters/eu/a/strange/deep/x.yaml", "clusters/shared/x.yaml", "clusters/shared/components/x.yaml", "clusters/eu/a/b c missing",
	} {
		r.write(name, "resources: []\n")
	}
	r.want("HEAD")
	base := r.commit("stray")
	r.git("reset", "--quiet", "--hard", "HEAD~")
	r.want(base)
}

// TestBaseBeforeTheFleet creates all of it.
func TestBaseBeforeTheFleet(t *testing.T) {
	r := newRepo(t)
	r.git("checkout", "--quiet", "--orphan", "before")
	r.git("rm", "--quiet", "-rf", ".")
	r.write("README", "nothing yet\n")
	base := r.commit("before")
	r.git("checkout", "--quiet", "main")
	p, err := r.plan(base)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Headline(), "13 objects in 3 of 3 clusters: 13 to create"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(p.Summary.Added) != 3 || p.Destructive() {
		t.Errorf("%+v", p.Summary)
	}
}

// TestHalfTheFleetRenamed is told as what it is.
func TestHalfTheFleetRenamed(t *testing.T) {
	r := newRepo(t)
	const n = 40
	var before, after strings.Builder
	for i := range n {
		dir := fmt.Sprintf("clusters/many/c%03d", i)
		for name, content := range fleet() {
			if rest, ok := strings.CutPrefix(name, "clusters/eu/a/"); ok {
				r.write(dir+"/"+rest, strings.ReplaceAll(content, "name: a", fmt.Sprintf("name: c%03d", i)))
			}
		}
		r.write(fmt.Sprintf("clusters/mgmt/fleet/cluster-c%03d.yaml", i), fmt.Sprintf("{kind: Kustomization, metadata: {name: c%03d}, spec: {path: c%03d}}\n", i, i))
		fmt.Fprintf(&before, "- cluster-c%03d.yaml\n", i)
		if i%2 == 0 {
			fmt.Fprintf(&after, "- cluster-n%03d.yaml\n", i)
		} else {
			fmt.Fprintf(&after, "- cluster-c%03d.yaml\n", i)
		}
	}
	r.write("clusters/mgmt/fleet/kustomization.yaml", "resources:\n- cluster-a.yaml\n- cluster-b.yaml\n- cluster-mgmt.yaml\n"+before.String())
	base := r.commit("many")
	for i := 0; i < n; i += 2 {
		dir := fmt.Sprintf("clusters/many/n%03d", i)
		r.rename(fmt.Sprintf("clusters/many/c%03d", i), dir)
		definition := strings.ReplaceAll(fleet()["clusters/eu/a/infrastructure/cluster.yaml"], "name: a", fmt.Sprintf("name: n%03d", i))
		r.write(dir+"/infrastructure/cluster.yaml", definition)
		r.remove(fmt.Sprintf("clusters/mgmt/fleet/cluster-c%03d.yaml", i))
		r.write(fmt.Sprintf("clusters/mgmt/fleet/cluster-n%03d.yaml", i), fmt.Sprintf("{kind: Kustomization, metadata: {name: n%03d}, spec: {path: n%03d}}\n", i, i))
	}
	r.write("clusters/mgmt/fleet/kustomization.yaml", "resources:\n- cluster-a.yaml\n- cluster-b.yaml\n- cluster-mgmt.yaml\n"+after.String())
	p, err := r.plan(base)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Headline(), "160 objects in 40 of 63 clusters: 80 to delete, 80 to create"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(p.Summary.Added) != n/2 || len(p.Summary.Removed) != n/2 || p.Summary.MachinesAdded != n/2*3 {
		t.Errorf("%+v", p.Summary)
	}
}

// TestFork finds where a branch left the main branch, whatever else was merged since.
func TestFork(t *testing.T) {
	r := newRepo(t)
	fork := r.git("rev-parse", "HEAD")
	r.git("checkout", "--quiet", "-b", "feature")
	feature := r.commit("feature")
	r.git("checkout", "--quiet", "main")
	r.commit("meanwhile")
	check := func(dir, head, want, fault string) {
		t.Helper()
		repository, err := revision.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := repository.Fork(t.Context(), head)
		if got != want || fmt.Sprint(err) != fault {
			t.Errorf("got %s, %v\nwant %s, %s", got, err, want, fault)
		}
	}
	check(r.dir, feature, fork, "<nil>")
	check(r.dir, revision.Worktree, r.git("rev-parse", "main"), "<nil>")

	shallow := filepath.Join(t.TempDir(), "shallow")
	r.git("clone", "--quiet", "--no-local", "--depth=1", "--no-single-branch", "--branch=feature", "file://"+r.root, shallow)
	check(shallow, revision.Worktree, "", "HEAD and origin/HEAD have no common commit\nfix: this clone is shallow; get its history: git fetch --unshallow")
	repository, err := revision.Open(t.Context(), shallow)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := repository.Commit(t.Context(), fork); err == nil || err.Error() != fmt.Sprintf("there is no revision %q\nfix: this clone is shallow; get its history: git fetch --unshallow", fork) {
		t.Error(err)
	}
	r.git("branch", "--quiet", "-m", "main", "trunk")
	check(r.dir, revision.Worktree, "", "there is no main branch to compare with\nfix: name what to compare with: --base REVISION")
}
