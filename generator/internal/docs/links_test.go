package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	linkForm   = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	codeForm   = regexp.MustCompile("`[^`]*`")
	anchorForm = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// TestLinks checks that every link between pages leads somewhere.
func TestLinks(t *testing.T) {
	for _, name := range pages(t) {
		for _, target := range links(t, name) {
			file, fragment, _ := strings.Cut(target, "#")
			path := filepath.Join(filepath.Dir(name), file)
			if file == "" {
				path = name
			}
			if _, err := os.Stat(filepath.Join(top, path)); err != nil {
				t.Errorf("%s links to %s, which is not there", name, target)
				continue
			}
			if fragment != "" && !slices.Contains(anchors(t, path), fragment) {
				t.Errorf("%s links to %s, and that page has no such heading", name, target)
			}
		}
	}
}

// TestIndex checks that readers find every page from the index.
func TestIndex(t *testing.T) {
	const index = "docs/README.md"
	known := map[string]bool{index: true, "README.md": true}
	for _, target := range links(t, index) {
		file, _, _ := strings.Cut(target, "#")
		known[filepath.ToSlash(filepath.Join("docs", file))] = true
	}
	for _, target := range links(t, "docs/adr/README.md") { // an index of its own
		known[filepath.ToSlash(filepath.Join("docs/adr", target))] = true
	}
	for _, name := range pages(t) {
		if !known[name] {
			t.Errorf("%s does not link to %s", index, name)
		}
	}
}

// pages lists all pages of the documentation.
func pages(t *testing.T) []string {
	t.Helper()
	names := []string{"README.md"}
	err := fs.WalkDir(os.DirFS(top), "docs", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".md") {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// prose gives the lines of a page that are not in a block.
func prose(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse(string(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	lines := slices.Clone(p.lines)
	for _, b := range slices.Backward(p.blocks) {
		lines = slices.Delete(lines, b.from-1, b.to+1)
	}
	return lines
}

// links lists where a page links to inside the repository.
func links(t *testing.T, name string) []string {
	t.Helper()
	var targets []string
	for _, line := range prose(t, name) {
		for _, m := range linkForm.FindAllStringSubmatch(codeForm.ReplaceAllString(line, ""), -1) {
			if !strings.Contains(m[1], "://") && !strings.HasPrefix(m[1], "mailto:") {
				targets = append(targets, m[1])
			}
		}
	}
	return targets
}

// anchors lists the fragments of a page, as GitHub makes them of its headings.
func anchors(t *testing.T, name string) []string {
	t.Helper()
	var all []string
	for _, line := range prose(t, name) {
		if title := strings.TrimLeft(line, "#"); title != line && strings.HasPrefix(title, " ") {
			all = append(all, strings.ReplaceAll(anchorForm.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), ""), " ", "-"))
		}
	}
	return all
}
