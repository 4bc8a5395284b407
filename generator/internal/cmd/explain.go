package cmd

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/explain"
)

type explainOptions struct {
	file, kind, namespace, name string
	output                      *output
}

func newExplain(a *app) *cobra.Command {
	o := explainOptions{output: newOutput()}
	c := &cobra.Command{
		Use:   "explain CLUSTER [PATH] | explain -f FILE PATH",
		Short: "Say where a value of a cluster, or a field of a manifest, comes from",
		Long: `Explain says which line decided a value, what that line overrode, what else
bounds the value, and from what it was computed. PATH is a path below cluster;
of a struct, each field gets a line. Without PATH it lists what the cluster's
own files set.

With -f it goes the other way: from a field of a generated file back to the
values that the generator made it from, or to the code that decided it.

In a path, names may go without quotes: components.cert-manager.release.version.`,
		Example: `  heddle explain prod-eu
  heddle explain prod-eu nodePools.default.replicas
  heddle explain prod-eu components.cilium.config
  heddle explain -f clusters/production/prod-eu/infrastructure/cluster.yaml .spec.topology.version
  heddle explain -f clusters/production/prod-eu/workspaces/payments/quota.yaml --kind ResourceQuota --namespace payments .spec.hard`,
		Args: cobra.RangeArgs(0, 2),
		ValidArgsFunction: func(c *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 || o.file != "" {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return a.completeClusters(c, args, prefix)
		},
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case o.file != "" && len(args) < 2:
				return a.explainField(c.Context(), o, append(args, "")[0])
			case o.file != "":
				return errors.New("with -f there is one PATH, and no CLUSTER\nfix: heddle explain -f FILE PATH")
			case len(args) == 0:
				return errors.New("name a cluster, or a generated file with -f\nfix: heddle explain CLUSTER [PATH]; heddle list shows all clusters")
			}
			return a.explainValue(c.Context(), o.output, args[0], append(args, "")[1])
		},
	}
	flags := c.Flags()
	flags.StringVarP(&o.file, "file", "f", "", "generated file that has the field")
	flags.StringVar(&o.kind, "kind", "", "kind of the object in the file")
	flags.StringVar(&o.namespace, "namespace", "", "namespace of the object in the file")
	flags.StringVar(&o.name, "name", "", "name of the object in the file")
	o.output.flag(c)
	return c
}

func (a *app) explainValue(ctx context.Context, output *output, cluster, typed string) error {
	e, root, err := a.explainer(ctx, cluster)
	if err != nil {
		return err
	}
	defer root.Close()
	if typed == "" {
		set := e.Set()
		if output.structured() {
			return output.print(a.out, set)
		}
		return explain.WriteTable(a.out, set, "cluster.")
	}
	path, err := e.Lookup(typed)
	if err != nil {
		return err
	}
	value := e.Explain(path)
	if output.structured() {
		return output.print(a.out, value)
	}
	return value.Write(a.out)
}

// explainer evaluates one cluster.
func (a *app) explainer(ctx context.Context, cluster string) (*explain.Explainer, *os.Root, error) {
	root, err := a.open()
	if err != nil {
		return nil, nil, err
	}
	evaluated, err := a.evaluate(ctx, root, cluster)
	if err != nil {
		root.Close()
		return nil, nil, err
	}
	return explain.New(evaluated[0]), root, nil
}
