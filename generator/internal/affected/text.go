package affected

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Write prints what a file reaches, for people.
func (r *Reach) Write(w io.Writer) error {
	switch r.Kind {
	case Generated:
		fmt.Fprintf(w, "%s is generated from %s: an edit of it is lost; edit what it is made from\n", r.File, r.From)
		return nil
	case Unused:
		fmt.Fprintf(w, "%s reaches nothing: no cluster is made from it\n", r.File)
		return nil
	case Generator:
		fmt.Fprintf(w, "%s is part of the generator, and may reach every cluster; heddle plan tells what it does\n", r.File)
	default:
		fmt.Fprintf(w, "%s reaches %s\n", r.File, count(len(r.made()), "cluster"))
	}
	for _, list := range []struct {
		title string
		names []string
	}{{"models", r.Models}, {"backends", r.Backends}, {"components", r.Components}, {"workspaces", r.Workspaces}} {
		if len(list.names) > 0 {
			fmt.Fprintf(w, "  %s: %s\n", list.title, strings.Join(list.names, ", "))
		}
	}
	made := r.made()
	for _, by := range []struct {
		title string
		of    func(Cluster) string
	}{
		{"by model", func(c Cluster) string { return c.Model }},
		{"by environment", func(c Cluster) string { return c.Environment }},
		{"by ring", func(c Cluster) string { return c.Ring }},
	} {
		if line := groups(made, by.of); line != "" {
			fmt.Fprintf(w, "  %s: %s\n", by.title, line)
		}
	}
	return r.table(w)
}

// made lists the clusters that have what the file defines.
func (r *Reach) made() []Cluster {
	return slices.DeleteFunc(slices.Clone(r.Clusters), func(c Cluster) bool { return c.Offered })
}

func (r *Reach) table(w io.Writer) error {
	if len(r.Clusters) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nCLUSTER\tMODEL\tBACKEND\tENVIRONMENT\tRING\tREACHED")
	for _, c := range r.Clusters {
		reached := "yes"
		if c.Offered {
			reached = "no: it has no " + strings.Join(r.own, " or ")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", c.Name, dash(c.Model), dash(c.Backend), dash(c.Environment), dash(c.Ring), reached)
	}
	return table.Flush()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// groups counts clusters by one of their words.
func groups(clusters []Cluster, of func(Cluster) string) string {
	counts := map[string]int{}
	var names []string
	for _, c := range clusters {
		if name := of(c); name != "" {
			if counts[name] == 0 {
				names = append(names, name)
			}
			counts[name]++
		}
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, counts[name])
	}
	return strings.Join(names, ", ")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
