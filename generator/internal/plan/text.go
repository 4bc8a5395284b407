package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Style says how a plan is printed.
type Style struct {
	// Detailed prints every field, and what is created and deleted in full.
	Detailed bool
	// Colour paints for a terminal.
	Colour bool
	// Base and Head are what the reader calls the revisions; without them, commits are named.
	Base, Head string
}

const (
	// briefFields is how many fields of a line are printed unless all are asked for.
	briefFields = 6
	// briefDeletes is how many plain deletions are named among the risks.
	briefDeletes = 3
	// briefClusters is how many clusters of a line are named.
	briefClusters = 4
	// briefValue is how many characters of a value are printed.
	briefValue = 80
)

var marks = map[Action]string{Delete: "-", Recreate: "-/+", Rename: "->", Change: "~", Create: "+", Move: ">"}

var paints = map[string]string{"-": "31", "-/+": "31", "->": "33", "~": "33", "+": "32", ">": "36", "!": "31;1"}

// WriteText prints a plan for people at a terminal.
func (p *Plan) WriteText(w io.Writer, style Style) error {
	t := &textWriter{plan: p, style: style}
	t.header()
	if !p.Empty() {
		t.radius()
		t.risks("DESTRUCTIVE", true)
		t.risks("LOOK AT", false)
		t.sections()
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

type textWriter struct {
	plan  *Plan
	style Style
	b     strings.Builder
}

func (t *textWriter) line(format string, args ...any) { fmt.Fprintf(&t.b, format+"\n", args...) }

// unprintable characters could move a terminal's cursor, or hide text.
func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// printable writes unprintable characters as escapes.
func printable(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

func (t *textWriter) paint(mark, text string) string {
	if !t.style.Colour {
		return text
	}
	return "\x1b[" + paints[mark] + "m" + text + "\x1b[0m"
}

func (t *textWriter) header() {
	head := cmp.Or(t.style.Head, short(t.plan.Head), "the working tree")
	t.line("%s -> %s: %s", cmp.Or(t.style.Base, short(t.plan.Base)), head, t.plan.Headline())
	if t.plan.Empty() && len(t.plan.Input) > 0 {
		t.line("%s changed, but no manifest did: if that is a surprise, run make generate", counted(len(t.plan.Input), "file of the input", "files of the input"))
	}
}

// Headline is the plan in one line.
func (p *Plan) Headline() string {
	if p.Empty() {
		return "nothing changes"
	}
	counts := map[string]int{}
	for action, n := range p.Summary.Actions {
		counts[string(action)] = n
	}
	var parts []string
	for _, action := range actions {
		if n := counts[string(action)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", n, action))
		}
	}
	return fmt.Sprintf("%s in %d of %s: %s", counted(len(p.Items), "object", "objects"), len(p.Summary.Clusters),
		counted(p.Summary.Fleet, "cluster", "clusters"), strings.Join(parts, ", "))
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func short(commit string) string {
	if len(commit) > 12 {
		return commit[:12]
	}
	return commit
}

func (t *textWriter) radius() {
	for _, row := range t.plan.radius() {
		t.line("  %-14s %s", row[0], printable(row[1]))
	}
}

// radius is the blast radius as rows of a name and a value.
func (p *Plan) radius() [][2]string {
	s := p.Summary
	rows := [][2]string{
		{"clusters", names(s.Clusters, 8)},
		{"environments", countsText(s.Environments)},
		{"rings", countsText(s.Rings)},
	}
	for _, row := range []struct {
		name string
		list []string
	}{{"new clusters", s.Added}, {"gone clusters", s.Removed}, {"components", s.Components}, {"workspaces", s.Workspaces}} {
		if len(row.list) > 0 {
			rows = append(rows, [2]string{row.name, names(row.list, 8)})
		}
	}
	machines := map[string]int{}
	for name, n := range map[string]int{"replaced": s.MachinesReplaced, "removed": s.MachinesRemoved, "added": s.MachinesAdded} {
		if n > 0 {
			machines[name] = n
		}
	}
	if len(machines) > 0 {
		rows = append(rows, [2]string{"machines", countsText(machines)})
	}
	return rows
}

func names(list []string, most int) string {
	if len(list) > most {
		return fmt.Sprintf("%d: %s and %d more", len(list), strings.Join(list[:most], ", "), len(list)-most)
	}
	return strings.Join(list, ", ")
}

func (t *textWriter) risks(title string, destructive bool) {
	printed, plain := false, 0
	for _, g := range t.plan.Risks {
		if g.Destructive != destructive {
			continue
		}
		if g.Kind == Deletes && !t.style.Detailed {
			if plain++; plain > briefDeletes {
				continue
			}
		}
		if !printed {
			t.line("\n%s", t.paint("!", title))
			printed = true
		}
		t.line("  %s %s\n      in %s", t.paint("!", "!"), printable(g.total()), t.where(g.Clusters))
	}
	if plain > briefDeletes {
		t.line("  %s %s, below", t.paint("!", "!"), counted(plain-briefDeletes, "more object is deleted", "more objects are deleted"))
	}
}

// where names few clusters, and counts many by ring.
func (t *textWriter) where(clusters []string) string {
	return printable(t.plan.where(clusters, t.style.Detailed))
}

func (p *Plan) where(clusters []string, all bool) string {
	switch {
	case len(clusters) == 1:
		c := p.Clusters[clusters[0]]
		if c.Environment == "" {
			return clusters[0]
		}
		return fmt.Sprintf("%s (%s, %s)", clusters[0], c.Environment, c.Ring)
	case len(clusters) <= briefClusters || all:
		return fmt.Sprintf("%d clusters: %s (%s)", len(clusters), strings.Join(clusters, ", "), p.Rings(clusters))
	}
	return fmt.Sprintf("%d clusters: %s", len(clusters), p.Rings(clusters))
}

func (t *textWriter) sections() {
	for _, section := range t.plan.Fold() {
		t.line("\n%s %s", map[bool]string{true: "MODEL", false: "MODELS"}[len(section.Models) == 1], printable(strings.Join(section.Models, ", ")))
		for _, part := range section.Parts {
			t.line("  %s", printable(part.Title()))
			for _, l := range part.Lines {
				t.change(l)
			}
		}
	}
}

func (t *textWriter) change(l Line) {
	mark := marks[l.Action]
	object := l.Object.String()
	if l.From != "" {
		object += " (was " + l.From + ")"
	}
	t.line("    %s in %s", t.paint(mark, mark+" "+printable(object)), t.where(l.Clusters))
	for i, f := range l.Fields {
		if i == briefFields && !t.style.Detailed {
			t.line("        ... and %s more: --detailed", counted(len(l.Fields)-i, "field", "fields"))
			break
		}
		t.line("        %s", t.field(f))
	}
}

func (t *textWriter) field(f Field) string {
	path := printable(f.Path)
	switch {
	case f.Old == nil:
		return fmt.Sprintf("%s: %s", path, t.paint("+", "+ "+t.value(f.New)))
	case f.New == nil:
		return fmt.Sprintf("%s: %s", path, t.paint("-", "- "+t.value(f.Old)))
	}
	return fmt.Sprintf("%s: %s -> %s", path, t.value(f.Old), t.value(f.New))
}

func (t *textWriter) value(v any) string { return valueText(v, t.style.Detailed) }

// valueText writes a value on one line.
func valueText(v any, whole bool) string {
	text, ok := v.(string)
	if !ok {
		data, err := json.Marshal(v)
		if err != nil {
			data = fmt.Append(nil, v)
		}
		text = string(data)
	} else if text == "" || strings.ContainsFunc(text, unprintable) {
		text = strconv.Quote(text)
	}
	if runes := []rune(text); len(runes) > briefValue && !whole {
		return string(runes[:briefValue]) + "..."
	}
	return text
}
