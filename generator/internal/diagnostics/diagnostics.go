// Package diagnostics is what Heddle says to the person at the keyboard: what
// is wrong, where, where that was declared, and what to type.
package diagnostics

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Position is a place in a file of the repository. Line and Column start at 1;
// a zero Line means the file as a whole.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// String gives file:line:col, or the file alone.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Compare orders positions by file, line and column.
func (p Position) Compare(q Position) int {
	return cmp.Or(strings.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Related is another place that has to do with a problem, such as a declaration.
type Related struct {
	Position Position `json:"position"`
	Text     string   `json:"text"`
}

// Diagnostic is one problem with the input.
type Diagnostic struct {
	// Position is where to edit.
	Position Position `json:"position"`
	// Path of the field, as CUE writes it; empty when the problem is with a file.
	Path string `json:"path,omitempty"`
	// Message says what is wrong.
	Message string `json:"message"`
	// Related places, most helpful first.
	Related []Related `json:"related,omitempty"`
	// Doc is the field's own documentation.
	Doc string `json:"doc,omitempty"`
	// Fix says what to type.
	Fix string `json:"fix,omitempty"`
	// Clusters that have the problem.
	Clusters []string `json:"clusters,omitempty"`
}

// Error makes a Diagnostic an error; it gives the first line of its text.
func (d Diagnostic) Error() string {
	if d.Path == "" {
		return fmt.Sprintf("%s: %s", d.Position, d.Message)
	}
	return fmt.Sprintf("%s: %s: %s", d.Position, d.Path, d.Message)
}

// List is the problems of a run.
type List []Diagnostic

// Sorted gives the problems in order of their place, each once: the same
// problem of several clusters is one that names them all.
func (l List) Sorted() List {
	type key struct {
		position      Position
		path, message string
	}
	merged := map[key]*Diagnostic{}
	for _, d := range l {
		k := key{d.Position, d.Path, d.Message}
		if old, ok := merged[k]; ok {
			old.Clusters = append(old.Clusters, d.Clusters...)
			continue
		}
		d.Clusters = slices.Clone(d.Clusters)
		merged[k] = &d
	}
	sorted := make(List, 0, len(merged))
	for _, d := range merged {
		slices.Sort(d.Clusters)
		d.Clusters = slices.Compact(d.Clusters)
		sorted = append(sorted, *d)
	}
	slices.SortFunc(sorted, func(a, b Diagnostic) int {
		return cmp.Or(a.Position.Compare(b.Position), strings.Compare(a.Path, b.Path), strings.Compare(a.Message, b.Message))
	})
	return sorted
}
