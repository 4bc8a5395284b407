package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/matrix"
	"heddle.dev/platform/generator/internal/suggest"
)

func newMatrix(a *app) *cobra.Command {
	var filter matrix.Filter
	output := &output{format: "text", formats: []string{"text", "csv", "json", "yaml", "html"}}
	c := &cobra.Command{
		Use:   "matrix",
		Short: "Show which cluster has which version of what",
		Long: `Matrix shows the version of Kubernetes and of every component in every cluster,
and marks what is behind the newest version in the fleet. As HTML it is one
page that needs nothing else.`,
		Example: `  heddle matrix
  heddle matrix --cluster prod-eu,prod-us
  heddle matrix --component cilium,kubernetes -o csv
  heddle matrix -o html > matrix.html`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.matrix(c.Context(), filter, output) },
	}
	c.Flags().StringSliceVar(&filter.Components, "component", nil, "show these components only; kubernetes is one")
	c.Flags().StringSliceVar(&filter.Clusters, "cluster", nil, "show these clusters only")
	output.flag(c)
	if err := c.RegisterFlagCompletionFunc("cluster", a.completeClusters); err != nil {
		panic(err) // the flag was added above
	}
	return c
}

func (a *app) matrix(ctx context.Context, filter matrix.Filter, output *output) error {
	f, err := a.fleet(ctx)
	if err != nil {
		return err
	}
	for _, name := range filter.Clusters {
		if _, err := findCluster(f, name); err != nil {
			return err
		}
	}
	if err := knownComponents(f, filter.Components); err != nil {
		return err
	}
	m := matrix.New(f, filter)
	switch output.format {
	case "text":
		return m.WriteText(a.out)
	case "csv":
		return m.WriteCSV(a.out)
	case "html":
		return m.WriteHTML(a.out)
	}
	return output.print(a.out, m)
}

// knownComponents checks that each of the components is in some cluster.
func knownComponents(f *fleet.Fleet, names []string) error {
	known := []string{matrix.Kubernetes}
	for _, c := range f.Clusters {
		known = append(known, fleet.Sorted(c.Components)...)
	}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		fix := "heddle matrix shows all components"
		if near := suggest.Nearest(name, known); near != "" {
			fix = fmt.Sprintf("did you mean %q?", near)
		}
		return fmt.Errorf("no cluster has a component %q\nfix: %s", name, fix)
	}
	return nil
}
