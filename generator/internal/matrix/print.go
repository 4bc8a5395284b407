package matrix

import (
	_ "embed" // the page
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"strings"
	"text/tabwriter"
)

// wide is how many clusters fit side by side on a screen.
const wide = 6

// WriteText prints the matrix, for people: a column for each cluster, or where
// that is too wide, a line for each version.
func (m *Matrix) WriteText(w io.Writer) error {
	if len(m.Clusters) > wide {
		return m.folded(w)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "COMPONENT\tNEWEST")
	for _, c := range m.Clusters {
		fmt.Fprintf(table, "\t%s", c.Name)
	}
	fmt.Fprintln(table)
	behind := false
	for _, r := range m.Rows {
		fmt.Fprintf(table, "%s\t%s", r.Name, r.Newest)
		for _, c := range m.Clusters {
			text := "-"
			if cell, ok := r.cell(c.Name); ok {
				text = cell.Version
				if cell.Behind {
					text, behind = text+" *", true
				}
			}
			fmt.Fprintf(table, "\t%s", text)
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); err != nil || !behind {
		return err
	}
	_, err := fmt.Fprintln(w, "\n* behind the newest version in the fleet")
	return err
}

// folded prints a line for each version of a component, with the clusters that have it.
func (m *Matrix) folded(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COMPONENT\tVERSION\tBEHIND\tCLUSTERS")
	for _, r := range m.Rows {
		clusters := map[string][]string{}
		var versions []Cell
		for _, c := range r.Cells {
			if clusters[c.Version] == nil {
				versions = append(versions, c)
			}
			clusters[c.Version] = append(clusters[c.Version], c.Cluster)
		}
		for _, v := range versions {
			behind := "-"
			if v.Behind {
				behind = r.Newest
			}
			names := clusters[v.Version]
			text := strings.Join(names[:min(len(names), wide)], ", ")
			if more := len(names) - wide; more > 0 {
				text += fmt.Sprintf(" and %d more", more)
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%d: %s\n", r.Name, v.Version, behind, len(names), text)
		}
	}
	return table.Flush()
}

// WriteCSV prints a line for each component of each cluster.
func (m *Matrix) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	records := [][]string{{"component", "cluster", "model", "environment", "ring", "version", "newest", "behind"}}
	for _, r := range m.Rows {
		for _, c := range m.Clusters {
			if cell, ok := r.cell(c.Name); ok {
				records = append(records, []string{r.Name, c.Name, c.Model, c.Environment, c.Ring, cell.Version, r.Newest, fmt.Sprint(cell.Behind)})
			}
		}
	}
	return out.WriteAll(records)
}

//go:embed matrix.html
var page string

// WriteHTML prints one page that needs nothing else.
func (m *Matrix) WriteHTML(w io.Writer) error {
	t, err := template.New("matrix").Funcs(template.FuncMap{"cell": func(r Row, c Column) *Cell {
		if cell, ok := r.cell(c.Name); ok {
			return &cell
		}
		return nil
	}}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, m)
}
