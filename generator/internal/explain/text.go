package explain

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// maxValue is how much of a value is shown in a table.
const maxValue = 60

// Write prints a value and where it comes from, for people.
func (v *Value) Write(w io.Writer) error {
	if v.Fields != nil {
		return v.table(w)
	}
	return v.write(w, "")
}

func (v *Value) write(w io.Writer, indent string) error {
	if v.Value == "" {
		fmt.Fprintf(w, "%s%s\n", indent, v.Path)
	} else {
		fmt.Fprintf(w, "%s%s = %s\n", indent, v.Path, v.Value)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if v.Winner != nil {
		fmt.Fprintf(table, "%s  => %s\t%s\t%s\n", indent, v.Winner.Position, v.Winner.Text, v.Winner.Role)
	}
	for _, p := range v.Others {
		fmt.Fprintf(table, "%s     %s\t%s\t%s\n", indent, p.Position, p.Text, p.part())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if v.Winner == nil {
		fmt.Fprintf(w, "%s     these lines decide together\n", indent)
	}
	if v.Doc != "" {
		fmt.Fprintf(w, "%s     about: %s\n", indent, v.Doc)
	}
	for i, from := range v.From {
		if i == 0 {
			fmt.Fprintf(w, "%s     computed from\n", indent)
		}
		if err := from.write(w, indent+"       "); err != nil {
			return err
		}
	}
	return nil
}

// part says what a place that did not decide does.
func (p Place) part() string {
	switch {
	case p.Overridden:
		return string(p.Role) + ", overridden"
	case p.Role == Constraint, p.Role == Part:
		return string(p.Role)
	}
	return string(p.Role) + ", the same"
}

// table prints the values in a struct, a line each.
func (v *Value) table(w io.Writer) error {
	if v.Doc != "" {
		fmt.Fprintf(w, "%s: %s\n\n", v.Path, v.Doc)
	}
	return WriteTable(w, v.Fields, v.Path+".")
}

// WriteTable prints values, a line each, with the line that decided it; paths are
// printed below a prefix that all of them have.
func WriteTable(w io.Writer, values []*Value, prefix string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FIELD\tVALUE\tSET AT\tBY")
	for _, f := range values {
		at, by := "-", "several lines together"
		if f.Winner != nil {
			at, by = f.Winner.Position.String(), string(f.Winner.Role)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", strings.TrimPrefix(f.Path, prefix), short(f.Value), at, by)
	}
	return table.Flush()
}

// WriteOrigins prints the origins of several fields, a line each.
func WriteOrigins(w io.Writer, origins []*Origin) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FIELD\tVALUE\tFROM\tSET AT")
	for _, o := range origins {
		from, at := string(o.Relation), o.Generator
		if len(o.From) > 0 {
			var paths, places []string
			for _, v := range o.From {
				paths = append(paths, v.Path)
				if v.Winner != nil {
					places = append(places, v.Winner.Position.String())
				}
			}
			from, at = strings.Join(paths, ", "), strings.Join(places, ", ")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", o.Field, short(o.Text), from, at)
	}
	return table.Flush()
}

// short cuts a value to what fits into a table.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxValue {
		return string(runes[:maxValue]) + " ..."
	}
	return s
}
