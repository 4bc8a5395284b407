package reference

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cuelang.org/go/cue/parser"
	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the pages into testdata")

// fixture gives the files of the test repository.
func fixture(t *testing.T) fs.FS {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/fleet.txtar")
	if err != nil {
		t.Fatal(err)
	}
	fsys, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

func TestPages(t *testing.T) {
	pages, err := render(fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range pages {
		if path.Base(name) == "cli.md" {
			continue // TestCommands
		}
		compareGolden(t, path.Base(name), got)
	}
	again, err := render(fixture(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range pages {
		if !bytes.Equal(got, again[name]) {
			t.Errorf("%s: a second run gives other bytes", name)
		}
	}
}

func TestCommands(t *testing.T) {
	root := &cobra.Command{Use: "loom", Short: "Loom weaves", Long: "Loom weaves cloth."}
	run := &cobra.Command{Use: "weave [THREAD...]", Short: "Weave cloth", Example: "  loom weave red\n  loom weave red blue", Run: func(*cobra.Command, []string) {}}
	run.Flags().Bool("tight", false, "beat it well")
	root.AddCommand(run)
	root.CompletionOptions.DisableDefaultCmd = true
	compareGolden(t, "cli.md", commands(root).bytes())
}

func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is\n%s\nwant\n%s\nfix: go test ./generator/internal/reference -update", name, got, want)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, fixture(t)); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	})
	all := []string{"docs/reference/backends.md", "docs/reference/cli.md", "docs/reference/components.md", "docs/reference/models.md", "docs/reference/schema.md"}

	expect := func(what string, check bool, want ...string) {
		t.Helper()
		got, err := Write(root, check)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", what, got, err, want)
		}
	}
	put := func(name, text string) {
		t.Helper()
		if err := root.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	expect("check of nothing", true, all...)
	if _, err := root.Stat("docs"); err == nil {
		t.Error("a check wrote something")
	}
	expect("first run", false, all...)
	expect("second run", false)
	put("docs/reference/secrets.md", "# By hand\n")
	put("docs/reference/gone.md", header+"# Once\n")
	put("docs/reference/models.md", header+"# Old\n")
	expect("check", true, "docs/reference/gone.md", "docs/reference/models.md")
	expect("third run", false, "docs/reference/gone.md", "docs/reference/models.md")
	expect("last run", true)
	if _, err := root.Stat("docs/reference/gone.md"); err == nil {
		t.Error("a page that is no longer wanted was kept")
	}
	if text, err := root.ReadFile("docs/reference/secrets.md"); err != nil || string(text) != "# By hand\n" {
		t.Errorf("a page written by hand is now %q, %v", text, err)
	}
	put("docs/reference/models.md", "# By hand\n")
	if _, err := Write(root, false); err == nil || !strings.Contains(err.Error(), "docs/reference/models.md was not generated") {
		t.Errorf("a page written by hand was in the way, and the error is %v", err)
	}
}

func TestTypes(t *testing.T) {
	for _, c := range []struct{ expr, kind, def string }{
		{`int`, `int`, ``},
		{`*2 | (int & >=1 & <=5)`, `int & >=1 & <=5`, `2`},
		{`*"a" | "b" | "c"`, `"a" | "b" | "c"`, `"a"`},
		{`*"15d" | =~"^[0-9]+d$"`, `=~"^[0-9]+d$"`, `"15d"`},
		{`*true | bool`, `bool`, `true`},
		{`"a" | "b"`, `"a" | "b"`, ``},
		{`_`, ``, ``},
		{`{a: int, b: int}`, `{...}`, ``},
		{`{[string]: true}`, `[string]: true`, ``},
		{`{[string]: {a: int}}`, `[string]: {a: int}`, ``},
		{`#A & {name: "x"}`, `#A`, ``},
		{`{[string]: true} & struct.MinFields(1)`, `{[string]: true} & struct.MinFields(1)`, ``},
	} {
		x, err := parser.ParseExpr("", c.expr)
		if err != nil {
			t.Fatal(err)
		}
		if got := kind(x); got != c.kind {
			t.Errorf("kind of %s is %s, want %s", c.expr, got, c.kind)
		}
		if got := defaultOf(x); got != c.def {
			t.Errorf("default of %s is %s, want %s", c.expr, got, c.def)
		}
	}
}

func TestWords(t *testing.T) {
	for cond, want := range map[string]string{
		"knobs.disks != _|_":     "`config.disks` is set",
		"config.a == _|_":        "`config.a` is not set",
		"len(knobs.a.b) > 0":     "`config.a.b` is given",
		`config.mode == "fast"`:  "`config.mode == \"fast\"`",
		"knobs.a && knobs.b > 0": "`config.a && config.b > 0`",
	} {
		if got := words(cond); got != want {
			t.Errorf("%s: %s, want %s", cond, got, want)
		}
	}
}
