package diagnostics

import (
	"fmt"
	"io"
	"strings"
)

// manyClusters is how many clusters a problem names before it only counts them.
const manyClusters = 5

// Style colours the parts of a problem; the zero Style colours nothing.
type Style struct {
	Place, Message, Hint func(string) string
}

// Terminal is the Style for people at a terminal.
func Terminal() Style {
	colour := func(code string) func(string) string {
		return func(s string) string { return "\x1b[" + code + "m" + s + "\x1b[0m" }
	}
	return Style{Place: colour("1"), Message: colour("31"), Hint: colour("36")}
}

// Write prints the problems in order, each with its places, documentation and fix.
func (l List) Write(w io.Writer, style Style) error {
	paint := func(f func(string) string, s string) string {
		if f == nil {
			return s
		}
		return f(s)
	}
	var b strings.Builder
	for _, d := range l {
		b.WriteString(paint(style.Place, d.Position.String()) + ": ")
		if d.Path != "" {
			b.WriteString(d.Path + ": ")
		}
		b.WriteString(paint(style.Message, d.Message) + "\n")
		for _, r := range d.Related {
			fmt.Fprintf(&b, "    %s: %s\n", r.Text, r.Position)
		}
		if d.Doc != "" {
			fmt.Fprintf(&b, "    about: %s\n", d.Doc)
		}
		if n := len(d.Clusters); n > manyClusters {
			fmt.Fprintf(&b, "    clusters: %s and %d more\n", strings.Join(d.Clusters[:manyClusters], ", "), n-manyClusters)
		} else if n > 1 {
			fmt.Fprintf(&b, "    clusters: %s\n", strings.Join(d.Clusters, ", "))
		}
		if d.Fix != "" {
			b.WriteString(paint(style.Hint, "    fix: "+d.Fix) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
