package cmd_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"heddle.dev/platform/generator/internal/cmd"
)

var update = flag.Bool("update", false, "write what is printed into the files of expectations")

const invalid = "../../testdata/invalid/*.txtar"

// TestInvalid lays each mistake that a user can make over the test fleet, and
// compares what heddle prints with the file's section "want". The command is
// generate, which prints what validate does, and must not change anything;
// TestInvalidAtOnce runs validate. A file whose comment has a line "command
// generate" has a mistake that validate does not look for.
func TestInvalid(t *testing.T) {
	for _, file := range glob(t, invalid) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := newRepo(t, t.TempDir())
			lay(t, dir, archive)
			before := snapshot(t, dir)
			code, got := runIn(t, dir, "generate")
			if code != 1 {
				t.Errorf("exit code %d, want 1", code)
			}
			compareWant(t, file, archive, got)
			if after := snapshot(t, dir); !slices.Equal(before, after) {
				t.Errorf("generate changed the tree:\n%s", strings.Join(difference(before, after), "\n"))
			}
		})
	}
}

// TestInvalidAtOnce lays all mistakes over one fleet: each is reported, in order of file.
func TestInvalidAtOnce(t *testing.T) {
	dir := newRepo(t, t.TempDir())
	files := glob(t, invalid)
	want := map[string]bool{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(archive.Comment), "\ncommand generate\n") {
			continue
		}
		lay(t, dir, archive)
		for _, line := range problemLines(section(archive, "want")) {
			want[line] = true
		}
	}
	if len(files) < 100 {
		t.Errorf("%d mistakes are on file, want at least 100", len(files))
	}
	code, got := runIn(t, dir, "validate")
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	lines := problemLines(got)
	if !slices.IsSortedFunc(lines, func(a, b string) int { return strings.Compare(fileOf(a), fileOf(b)) }) {
		t.Errorf("problems are not in order of file:\n%s", strings.Join(lines, "\n"))
	}
	for line := range want {
		if !slices.Contains(lines, line) {
			t.Errorf("not reported: %s", line)
		}
	}
	for _, line := range lines {
		if !want[line] {
			t.Errorf("reported, and no file of mistakes has it alone: %s", line)
		}
	}
}

// runIn runs heddle in a repository, and gives its exit code and all that it printed.
func runIn(t testing.TB, dir string, args ...string) (int, string) {
	t.Helper()
	var out, errOut bytes.Buffer
	code := cmd.Run(t.Context(), append(args, "--root", dir), nil, &out, &errOut)
	return code, out.String() + errOut.String()
}

// TestInvalidReads holds the messages on file to how Heddle speaks: each says
// what to type, and none has the words of CUE's inside.
func TestInvalidReads(t *testing.T) {
	jargon := []string{"disjunct", "conjunct", "conflicting values", "mismatched types", "incomplete value", "non-concrete", "_|_", "unif", "lattice", "<nil>", "%!"}
	for _, file := range glob(t, invalid) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := section(archive, "want")
		if problems, fixes := len(problemLines(want)), strings.Count(want, "\n    fix: "); problems == 0 || problems != fixes {
			t.Errorf("%s: %d problems have %d fixes:\n%s", file, problems, fixes, want)
		}
		for _, word := range jargon {
			if strings.Contains(want, word) {
				t.Errorf("%s says %q:\n%s", file, word, want)
			}
		}
	}
}

func compareWant(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	want := section(archive, "want")
	if got == want {
		return
	}
	if !*update {
		t.Errorf("validate printed\n%s\nwant\n%s", got, want)
		return
	}
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func section(archive *txtar.Archive, name string) string {
	for _, f := range archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// problemLines gives the first line of each problem, less the last line that counts them.
func problemLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, " ") || strings.HasSuffix(line, " problem\n") || strings.HasSuffix(line, " problems\n") {
			continue
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	return lines
}

func fileOf(line string) string {
	file, _, _ := strings.Cut(line, ":")
	return file
}

// snapshot lists the files under a folder with their sizes.
func snapshot(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		files = append(files, strings.TrimPrefix(name, dir)+" "+strconv.FormatInt(info.Size(), 10))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// difference lists what one of two lists has alone.
func difference(before, after []string) []string {
	var lines []string
	for _, line := range before {
		if !slices.Contains(after, line) {
			lines = append(lines, "- "+line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			lines = append(lines, "+ "+line)
		}
	}
	return lines
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files match %s: %v", pattern, err)
	}
	return files
}

func atoi(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
