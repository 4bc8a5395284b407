package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/explain"
)

func newDiff(a *app) *cobra.Command {
	all := false
	output := newOutput()
	c := &cobra.Command{
		Use:   "diff CLUSTER [OTHER]",
		Short: "Compare two clusters, or a cluster and its model",
		Long: `Diff compares two clusters field by field: model, backend, Kubernetes, what
gives each capability, versions and config of components, node pools, workspaces
and roles. Names and networks, which must differ, and what follows from other
fields are shown with --all.

With one cluster it compares it with its model: what the cluster's own files say,
beside what the model would have.`,
		Example:           "  heddle diff prod-eu prod-us\n  heddle diff prod-eu\n  heddle diff prod-eu staging-eu --all -o json",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeClusters,
		RunE: func(c *cobra.Command, args []string) error {
			differences, titles, err := a.diff(c.Context(), args, all)
			if err != nil {
				return err
			}
			switch {
			case output.structured():
				return output.print(a.out, differences)
			case len(differences) == 0:
				fmt.Fprintf(a.out, "%s and %s do not differ\n", titles[0], titles[1])
				return nil
			}
			return explain.WriteDiff(a.out, differences, titles[0], titles[1])
		},
	}
	c.Flags().BoolVar(&all, "all", false, "show names and networks too, and what follows from other fields")
	output.flag(c)
	return c
}

// diff compares, and says what the two sides are called.
func (a *app) diff(ctx context.Context, names []string, all bool) ([]explain.Difference, [2]string, error) {
	if len(names) == 2 && names[0] == names[1] {
		return nil, [2]string{}, errors.New("a cluster does not differ from itself\nfix: name two clusters, or one alone to compare it with its model")
	}
	root, err := a.open()
	if err != nil {
		return nil, [2]string{}, err
	}
	defer root.Close()
	evaluated, err := a.evaluate(ctx, root, names...)
	if err != nil {
		return nil, [2]string{}, err
	}
	one := explain.New(evaluated[0])
	if len(names) == 1 {
		return one.OfModel(all), [2]string{"the model", names[0]}, nil
	}
	return explain.Diff(one, explain.New(evaluated[1]), all), [2]string{names[0], names[1]}, nil
}
