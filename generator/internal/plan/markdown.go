package plan

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// MarkdownLimit is how many bytes a comment on a pull request may have; GitHub
// allows 65,536 characters.
const MarkdownLimit = 60_000

// WriteMarkdown prints a plan as a comment on a pull request, of at most limit
// bytes: what does not fit is counted, and stands in the plan's other forms.
func (p *Plan) WriteMarkdown(w io.Writer, limit int) error {
	m := &markdownWriter{plan: p}
	m.head()
	for _, section := range p.Fold() {
		m.section(section)
	}
	_, err := io.WriteString(w, cut(m.blocks, limit))
	return err
}

// cut joins whole blocks, as many as fit.
func cut(blocks []string, limit int) string {
	var b strings.Builder
	for i, block := range blocks {
		note := fmt.Sprintf("\n_%s did not fit: the whole plan is among this run's artifacts._\n", counted(len(blocks)-i, "more part", "more parts"))
		if i > 0 && b.Len()+len(block)+len(note) > limit {
			b.WriteString(note)
			break
		}
		b.WriteString(block)
	}
	return b.String()
}

type markdownWriter struct {
	plan   *Plan
	blocks []string
}

func (m *markdownWriter) head() {
	p := m.plan
	var b strings.Builder
	title := "Plan: "
	if p.Destructive() {
		title = "Plan, destructive: "
	}
	fmt.Fprintf(&b, "## %s%s\n\n", title, p.Headline())
	if p.Empty() {
		m.blocks = append(m.blocks, b.String())
		return
	}
	b.WriteString("| blast radius | |\n|---|---|\n")
	for _, row := range p.radius() {
		fmt.Fprintf(&b, "| %s | %s |\n", row[0], escape(row[1]))
	}
	m.blocks = append(m.blocks, b.String())
	m.risks("Destructive", true)
	m.risks("Look at", false)
}

// longText is how many characters of a risk are printed.
const longText = 400

// risks makes a block of each, so that as many are printed as fit.
func (m *markdownWriter) risks(title string, destructive bool) {
	heading := fmt.Sprintf("\n### %s\n\n", title)
	for _, g := range m.plan.Risks {
		if g.Destructive != destructive {
			continue
		}
		text := []rune(g.total())
		if len(text) > longText {
			text = append(text[:longText], '…')
		}
		m.blocks = append(m.blocks, fmt.Sprintf("%s- **%s**: %s — in %s\n", heading, g.Kind, escape(string(text)), escape(m.plan.where(g.Clusters, false))))
		heading = ""
	}
}

func (m *markdownWriter) section(s Section) {
	for i, part := range s.Parts {
		var b strings.Builder
		if i == 0 {
			fmt.Fprintf(&b, "\n### %s\n", escape(strings.Join(s.Models, ", ")))
		}
		fmt.Fprintf(&b, "\n<details><summary>%s: %s</summary>\n\n", escape(part.Title()), counted(len(part.Lines), "change", "changes"))
		fence := "```"
		b.WriteString(fence + "diff\n")
		for _, l := range part.Lines {
			m.line(&b, l)
		}
		b.WriteString(fence + "\n</details>\n")
		m.blocks = append(m.blocks, b.String())
	}
}

// diffMarks begin lines that forges colour as removed, changed or added.
var diffMarks = map[Action]string{Delete: "-", Recreate: "-", Rename: "!", Change: "!", Create: "+", Move: " "}

func (m *markdownWriter) line(b *strings.Builder, l Line) {
	object := l.Object.String()
	if l.From != "" {
		object += " (was " + l.From + ")"
	}
	fmt.Fprintf(b, "%s %s %s in %s\n", diffMarks[l.Action], l.Action, verbatim(object), verbatim(m.plan.where(l.Clusters, false)))
	for i, f := range l.Fields {
		if i == briefFields {
			fmt.Fprintf(b, "      ... and %s more\n", counted(len(l.Fields)-i, "field", "fields"))
			break
		}
		if f.Old != nil {
			fmt.Fprintf(b, "-     %s: %s\n", verbatim(f.Path), verbatim(valueText(f.Old, false)))
		}
		if f.New != nil {
			fmt.Fprintf(b, "+     %s: %s\n", verbatim(f.Path), verbatim(valueText(f.New, false)))
		}
	}
}

// verbatim keeps text inside a fenced block, on its line.
func verbatim(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "?")
	}
	return strings.NewReplacer("```", "` ` `", "\n", " ", "\r", " ").Replace(s)
}

// escape keeps text from being read as Markdown, HTML, a mention of somebody or
// a reference. Entities are never structure, in Markdown or in HTML.
func escape(s string) string { return escaper.Replace(s) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\\", "&#92;", "`", "&#96;", "*", "&#42;", "_", "&#95;", "[", "&#91;",
	"|", "&#124;", "~", "&#126;", "$", "&#36;", "@", "@&#8203;", "#", "#&#8203;", "\n", " ", "\r", " ")
