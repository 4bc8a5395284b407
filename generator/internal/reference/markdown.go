package reference

import (
	"fmt"
	"strings"
)

// page is a page of Markdown in the making.
type page struct{ b strings.Builder }

func newPage(title, about string) *page {
	p := &page{}
	p.b.WriteString(header)
	p.heading(1, title)
	p.paragraph(about)
	return p
}

func (p *page) bytes() []byte { return []byte(p.b.String()) }

func (p *page) heading(level int, title string) {
	fmt.Fprintf(&p.b, "\n%s %s\n", strings.Repeat("#", level), title)
}

func (p *page) paragraph(text string) {
	if text != "" {
		fmt.Fprintf(&p.b, "\n%s\n", text)
	}
}

func (p *page) block(language, text string) {
	fmt.Fprintf(&p.b, "\n```%s\n%s\n```\n", language, strings.TrimRight(text, "\n"))
}

// list writes the items that are not empty.
func (p *page) list(items ...string) {
	p.b.WriteString("\n")
	for _, item := range items {
		if item != "" {
			fmt.Fprintf(&p.b, "- %s\n", item)
		}
	}
}

// table writes rows under a head; without rows it writes nothing.
func (p *page) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.b.WriteString("\n")
	p.row(head)
	p.b.WriteString("|" + strings.Repeat(" --- |", len(head)) + "\n")
	for _, row := range rows {
		p.row(row)
	}
}

func (p *page) row(cells []string) {
	for _, cell := range cells {
		p.b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
	}
	p.b.WriteString("|\n")
}

// code is a text as it is typed.
func code(text string) string {
	if text == "" {
		return ""
	}
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// codes is a list of texts as they are typed.
func codes(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = code(t)
	}
	return strings.Join(quoted, ", ")
}

// prose is a comment's text, with nothing in it that Markdown would take for
// its own but code.
func prose(text string) string {
	parts := strings.Split(text, "`")
	for i := range parts {
		if i%2 == 0 {
			parts[i] = strings.NewReplacer("<", `\<`, "*", `\*`, "[", `\[`).Replace(parts[i])
		}
	}
	return strings.Join(parts, "`")
}

// anchor is the fragment by which GitHub links to a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteRune('-')
		case r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		}
	}
	return b.String()
}

// link leads to a heading of a page.
func link(text, page, heading string) string {
	return fmt.Sprintf("[%s](%s#%s)", text, page, anchor(heading))
}
