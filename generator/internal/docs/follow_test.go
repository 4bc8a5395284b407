package docs

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cuelang.org/go/cue/format"
)

var update = flag.Bool("update", false, "write what commands print into the pages")

// TestFollow follows each page from a fresh clone.
func TestFollow(t *testing.T) {
	for _, name := range followed(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".md"), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(top, name)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := parse(string(data))
			if err != nil {
				t.Fatal(err)
			}
			r := &reader{t: t, page: p, name: name, dir: clone(t)}
			r.follow()
			if text := strings.Join(r.updated(), "\n"); *update && text != string(data) {
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// followed lists the pages that tell a reader what to do.
func followed(t *testing.T) []string {
	t.Helper()
	names := []string{"README.md"}
	for _, dir := range []string{"docs/tutorials", "docs/how-to"} {
		found, err := filepath.Glob(filepath.Join(top, dir, "*.md"))
		if err != nil || len(found) == 0 {
			t.Fatalf("no pages in %s: %v", dir, err)
		}
		for _, f := range found {
			names = append(names, dir+"/"+filepath.Base(f))
		}
	}
	return names
}

// reader follows one page.
type reader struct {
	t       *testing.T
	page    *page
	name    string
	dir     string
	changes []change // what the page should say instead
}

// change puts other lines in place of lines[from:to].
type change struct {
	from, to int
	lines    []string
}

func (r *reader) follow() {
	commands := 0
	for _, b := range r.page.blocks {
		switch {
		case b.language == "console":
			commands += r.console(b)
		case b.file != "":
			r.write(b)
		case b.language == "diff":
			r.apply(b)
		case b.language == "cue":
			r.t.Errorf("%s:%d: nobody knows which file this is: say file=NAME", r.name, b.from)
		}
	}
	if commands == 0 {
		r.t.Errorf("%s: there is nothing to do on this page", r.name)
	}
	r.formatted()
}

// formatted checks that the CUE which the reader has changed is formatted.
func (r *reader) formatted() {
	files, code, err := output(r.dir, "git add --all; git diff --cached --name-only --diff-filter=d $(git rev-list --max-parents=0 HEAD) -- '*.cue' ':!cue.mod'")
	if err != nil || code != 0 {
		r.t.Fatal(err, files)
	}
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(r.dir, name))
		if err != nil {
			r.t.Fatal(err)
		}
		if want, err := format.Source(text); err != nil || !bytes.Equal(text, want) {
			r.t.Errorf("%s leads to %s, which cue fmt would write otherwise (%v):\n%s", r.name, name, err, want)
		}
	}
}

// console runs the commands of a block.
func (r *reader) console(b block) int {
	steps, err := r.page.steps(b)
	if err != nil {
		r.t.Fatalf("%s: %v", r.name, err)
	}
	for i, s := range steps {
		got, code, err := output(r.dir, s.command)
		if err != nil {
			r.t.Fatalf("%s:%d: %v", r.name, s.from, err)
		}
		want := 0
		if i == len(steps)-1 && b.exit != "" {
			if want, err = strconv.Atoi(b.exit); err != nil {
				r.t.Fatalf("%s:%d: %v", r.name, b.from, err)
			}
		}
		if code != want {
			r.t.Fatalf("%s:%d: $ %s\nends with %d, want %d; it prints\n%s", r.name, s.from, s.command, code, want, strings.Join(got, "\n"))
		}
		if expected := r.page.lines[s.from:s.to]; !matches(expected, got) {
			r.changes = append(r.changes, change{s.from, s.to, revise(expected, got)})
			if !*update {
				r.t.Errorf("%s:%d: $ %s\nprints\n%s\nand the page says\n%s\nfix: go test ./generator/internal/docs -update",
					r.name, s.from, s.command, strings.Join(got, "\n"), strings.Join(expected, "\n"))
			}
		}
	}
	return len(steps)
}

// write writes a file as the page has it.
func (r *reader) write(b block) {
	text := r.page.text(b)
	if !strings.Contains(r.page.prose(b), "`"+b.file+"`") {
		r.t.Errorf("%s:%d: the paragraph before must name `%s`: readers do not see file=", r.name, b.from, b.file)
	}
	if err := put(filepath.Join(r.dir, b.file), []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// apply makes a change to files.
func (r *reader) apply(b block) {
	c := run(r.dir, "git apply -")
	c.Stdin = strings.NewReader(r.page.text(b))
	if out, err := c.CombinedOutput(); err != nil {
		r.t.Fatalf("%s:%d: the change does not apply: %v\n%s", r.name, b.from, err, out)
	}
}

// updated gives the page's lines with what the commands print.
func (r *reader) updated() []string {
	lines := slices.Clone(r.page.lines)
	for _, c := range slices.Backward(r.changes) {
		lines = slices.Replace(lines, c.from, c.to, c.lines...)
	}
	return lines
}
