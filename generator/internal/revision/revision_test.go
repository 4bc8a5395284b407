package revision_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/revision"
)

// newRepo makes a repository of some files, and gives its folder and its first commit.
func newRepo(t *testing.T, files map[string]string) (dir, commit string) {
	t.Helper()
	dir = t.TempDir()
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	for name, content := range files {
		write(t, dir, name, content)
	}
	git(t, dir, "add", "--all")
	git(t, dir, "commit", "--quiet", "-m", "first")
	return dir, git(t, dir, "rev-parse", "HEAD")
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir string) *revision.Repository {
	t.Helper()
	r, err := revision.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestChanged tells what is new, gone and changed, whatever its name, staged or not, and leaves out what is the same or ignored.
func TestChanged(t *testing.T) {
	dir, first := newRepo(t, map[string]string{
		"a/same": "1", "a/gone": "1", "a/changed": "1", "a/back": "1", "a/empty": "", "b/elsewhere": "1", ".gitignore": "ignored\n",
	})
	write(t, dir, "a/changed", "2")
	write(t, dir, "a/new blob missing", "3")
	write(t, dir, "a/é\"", "4")
	write(t, dir, "a/staged", "5")
	write(t, dir, "a/ignored", "6")
	write(t, dir, "b/elsewhere", "2")
	git(t, dir, "add", "a/staged")
	git(t, dir, "rm", "--quiet", "--cached", "a/back") // it is untracked now, and the same
	for _, name := range []string{"a/gone", "a/empty"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{`a/changed "1" "2"`, `a/empty "" none`, `a/gone "1" none`, `a/new blob missing none "3"`, `a/staged none "5"`, `a/é" none "4"`}
	check := func(base, head string) {
		t.Helper()
		files, err := open(t, dir).Changed(t.Context(), base, head, "a")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range files {
			got = append(got, fmt.Sprintf("%s %s %s", f.Path, content(f.Old), content(f.New)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
	}
	check(first, revision.Worktree)
	git(t, dir, "add", "--all")
	git(t, dir, "commit", "--quiet", "-m", "second")
	check(first, git(t, dir, "rev-parse", "HEAD"))
}

func content(data []byte) string {
	if data == nil {
		return "none"
	}
	return fmt.Sprintf("%q", data)
}

// TestList names a commit's files, from the folder that is looked from.
func TestList(t *testing.T) {
	dir, commit := newRepo(t, map[string]string{"fleet/clusters/b/x": "1", "fleet/clusters/a": "1", "fleet/other": "1", "clusters/y": "1"})
	for sub, want := range map[string][]string{".": {"clusters/y"}, "fleet": {"clusters/a", "clusters/b/x"}} {
		got, err := open(t, filepath.Join(dir, sub)).List(t.Context(), commit, "clusters")
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", sub, got, err, want)
		}
	}
}

// TestOwnership says what git means when it trusts a folder not, as in a container of a CI.
func TestOwnership(t *testing.T) {
	dir, _ := newRepo(t, map[string]string{"a": "1"})
	t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
	t.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	t.Setenv("GIT_CONFIG_SYSTEM", "/dev/null")
	_, err := revision.Open(t.Context(), dir)
	want := fmt.Sprintf("git does not trust %s, as it belongs to somebody else\nfix: git config --global --add safe.directory %s", dir, dir)
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestLineBreak refuses a name that git's batch of names cannot have.
func TestLineBreak(t *testing.T) {
	dir, first := newRepo(t, map[string]string{"a": "1"})
	write(t, dir, "b\nc", "1")
	_, err := open(t, dir).Changed(t.Context(), first, revision.Worktree)
	if want := "\"b\\nc\" has a line break in its name\nfix: rename it"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
