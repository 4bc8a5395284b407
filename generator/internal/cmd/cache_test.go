package cmd_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/cache"
	"heddle.dev/platform/generator/internal/cmd"
)

// TestCacheIsNeverStale edits each kind of file that a cluster depends on: with
// the cache warm, generate writes what it writes without one.
func TestCacheIsNeverStale(t *testing.T) {
	dir := newRepo(t, t.TempDir())
	warm := t.TempDir()
	generate := func(cacheDir string, args ...string) (int, string) {
		t.Setenv(cache.Variable, cacheDir)
		var out bytes.Buffer
		code := cmd.Run(t.Context(), append([]string{"generate", "--root", dir}, args...), nil, &out, &out)
		return code, out.String()
	}
	if code, out := generate(warm); code != 0 {
		t.Fatal(out)
	}
	for _, edit := range []struct{ name, file, old, new string }{
		{"a cluster", "clusters/good/cluster.cue", "replicas: 2", "replicas: 3"},
		{"the fleet", "clusters/fleet.cue", `branch: "main"`, `branch: "stable"`},
		{"a model", "models/standard/model.cue", `*"v1.34.4"`, `*"v1.33.1"`},
		{"a backend", "models/backends/bare/backend.cue", `*"m1"`, `*"m2"`},
		{"a component", "components/issuer/component.cue", `*"2.0.0"`, `*"2.0.1"`},
		{"a workspace", "workspaces/crew/workspace.cue", `*"8"`, `*"9"`},
		{"the roles", "policies/roles.cue", `"get", "list", "watch"`, `"get", "list"`},
		{"the language version", "cue.mod/module.cue", "v0.17.0", "v0.16.0"},
	} {
		t.Run(edit.name, func(t *testing.T) {
			name := filepath.Join(dir, edit.file)
			data, err := os.ReadFile(name)
			if err != nil || !strings.Contains(string(data), edit.old) {
				t.Fatalf("%s has no %s: %v", edit.file, edit.old, err)
			}
			if err := os.WriteFile(name, []byte(strings.Replace(string(data), edit.old, edit.new, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			if code, out := generate(warm); code != 0 {
				t.Fatal(out)
			}
			if code, out := generate("off", "--check"); code != 0 {
				t.Errorf("with the cache, other files were written than without:\n%s", out)
			}
		})
	}
}
