package workflows_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// comment is one comment of a pull request, as the forge's API has it.
type comment struct {
	ID   int               `json:"id"`
	URL  string            `json:"url"`
	HTML string            `json:"html_url"`
	Body string            `json:"body"`
	User map[string]string `json:"user"`
}

// forge is a server with the comments of one pull request.
type forge struct {
	*httptest.Server
	comments []comment
	writes   []string
}

func newForge(t *testing.T) *forge {
	f := &forge{}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *forge) add(login, body string) {
	id := len(f.comments) + 1
	f.comments = append(f.comments, comment{
		ID: id, URL: fmt.Sprintf("%s/repos/o/r/issues/comments/%d", f.URL, id), HTML: fmt.Sprintf("https://forge/%d", id),
		Body: body, User: map[string]string{"login": login},
	})
}

// ServeHTTP lists comments by page, takes new ones, and changes them.
func (f *forge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("authorization") != "Bearer secret" {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	var sent comment
	if r.Method != http.MethodGet {
		f.writes = append(f.writes, r.Method+" "+r.URL.Path)
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	var answer any
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/repos/o/r/issues/7/comments":
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
		from, to := min((page-1)*size, len(f.comments)), min(page*size, len(f.comments))
		answer = f.comments[from:to]
	case r.Method == http.MethodPost && r.URL.Path == "/repos/o/r/issues/7/comments":
		f.add("github-actions[bot]", sent.Body)
		answer = f.comments[len(f.comments)-1]
	case r.Method == http.MethodPatch && strings.HasPrefix(r.URL.Path, "/repos/o/r/issues/comments/"):
		id, err := strconv.Atoi(filepath.Base(r.URL.Path))
		if err != nil || id < 1 || id > len(f.comments) {
			http.NotFound(w, r)
			return
		}
		f.comments[id-1].Body = sent.Body
		answer = f.comments[id-1]
	default:
		http.NotFound(w, r)
		return
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// TestPlanIsOneComment runs the step that posts the plan: the first time it makes
// a comment, and from then on it changes that one, wherever among others it stands.
func TestPlanIsOneComment(t *testing.T) {
	requireTools(t, "bash", "curl", "jq")
	f := newForge(t)
	for i := range 150 { // more than one page
		f.add("somebody", fmt.Sprintf("comment %d", i))
	}
	f.add("somebody", "<!-- heddle plan -->\nnot the workflow's own")

	post(t, f, "secret", "first plan: `$(touch escaped)` \"quoted\" @team\n")
	post(t, f, "secret", "second plan\n")

	if want := []string{"POST /repos/o/r/issues/7/comments", "PATCH /repos/o/r/issues/comments/152"}; fmt.Sprint(f.writes) != fmt.Sprint(want) {
		t.Errorf("the step wrote %v, want %v", f.writes, want)
	}
	if len(f.comments) != 152 {
		t.Errorf("there are %d comments, want one more than the 151 of others", len(f.comments))
	}
	want := "<!-- heddle plan -->\nsecond plan\n\n[This run](https://forge/o/r/actions/runs/42) has the plan as HTML and JSON.\n"
	if got := f.comments[151].Body; got != want {
		t.Errorf("the comment says\n%s\nwant\n%s", got, want)
	}
	if f.comments[150].Body != "<!-- heddle plan -->\nnot the workflow's own" {
		t.Error("somebody else's comment was changed")
	}
}

// TestPlanCommentFailsAloud: what the forge refuses fails the step.
func TestPlanCommentFailsAloud(t *testing.T) {
	requireTools(t, "bash", "curl", "jq")
	f := newForge(t)
	if out, err := step(t, f, "wrong", "plan\n").CombinedOutput(); err == nil || !strings.Contains(string(out), "401") {
		t.Errorf("a refused token gives %v\n%s", err, out)
	}
}

func post(t *testing.T, f *forge, token, plan string) {
	t.Helper()
	if out, err := step(t, f, token, plan).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// step prepares the workflow's step as a runner would.
func step(t *testing.T, f *forge, token, plan string) *exec.Cmd {
	t.Helper()
	script := script(t, "plan.yaml", "comment", "Post the plan, or put it in place of the last one")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "plan"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plan", "plan.md"), []byte(plan), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	c.Dir = dir
	c.Env = append(os.Environ(), "TOKEN="+token, "NUMBER=7", "MARKER=<!-- heddle plan -->", "GITHUB_API_URL="+f.URL,
		"GITHUB_SERVER_URL=https://forge", "GITHUB_REPOSITORY=o/r", "GITHUB_RUN_ID=42", "no_proxy=127.0.0.1")
	return c
}

// script gives what a step of a workflow runs.
func script(t *testing.T, file, job, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../.github/workflows", file))
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Name, Run string }
		}
	}
	if err := yaml.Unmarshal(data, &workflow); err != nil {
		t.Fatal(err)
	}
	for _, s := range workflow.Jobs[job].Steps {
		if s.Name == name {
			return s.Run
		}
	}
	t.Fatalf("%s has no step %q in its job %s", file, name, job)
	return ""
}

// requireTools skips where a runner's tools are missing, except in CI, which installs them.
func requireTools(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("HEDDLE_REQUIRE_TOOLS") != "" {
				t.Fatalf("%s is not installed", tool)
			}
			t.Skipf("%s is not installed; a runner of the forge has it", tool)
		}
	}
}
