package cmd

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/fleet"
)

func newShow(a *app) *cobra.Command {
	output := newOutput()
	c := &cobra.Command{
		Use:   "show CLUSTER",
		Short: "Show what a cluster is made of",
		Long: `Show prints a cluster as it was resolved: its model, backend, node pools, what
gives each capability, components with their versions, and workspaces. With
-o json or yaml it prints all of its data.`,
		Example:           "  heddle show prod-eu\n  heddle show prod-eu -o yaml",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeClusters,
		RunE: func(c *cobra.Command, args []string) error {
			f, err := a.fleet(c.Context())
			if err != nil {
				return err
			}
			cluster, err := findCluster(f, args[0])
			if err != nil {
				return err
			}
			if output.structured() {
				return output.print(a.out, cluster)
			}
			return printCluster(a.out, cluster)
		},
	}
	output.flag(c)
	return c
}

func printCluster(w io.Writer, c *fleet.Cluster) error {
	s := summarize(c)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "name\t%s\nmodel\t%s\nbackend\t%s\nkubernetes\t%s\nenvironment\t%s\nring\t%s\nmanaged by\t%s\nnetwork\tpods %s, services %s, in %s\n",
		s.Name, s.Model, strings.TrimSpace(s.Backend+" "+s.Region), s.Kubernetes, s.Environment, s.Ring, c.ManagedBy, c.Network.Pods, c.Network.Services, c.Network.Domain)
	fmt.Fprintln(table, "\nNODE POOL\tSIZE\tMACHINES")
	for _, name := range fleet.Sorted(c.NodePools) {
		pool := c.NodePools[name]
		machines := fmt.Sprint(pool.Replicas)
		if a := pool.Autoscaling; a != nil {
			machines = fmt.Sprintf("%d to %d", a.Min, a.Max)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", name, pool.Size, machines)
	}
	fmt.Fprintln(table, "\nCAPABILITY\tGIVEN BY")
	for _, name := range fleet.Sorted(c.Capabilities) {
		given := c.Capabilities[name].Component
		if given == "" {
			given = "the backend: " + c.Capabilities[name].Native
		}
		fmt.Fprintf(table, "%s\t%s\n", name, given)
	}
	fmt.Fprintln(table, "\nCOMPONENT\tVERSION\tNAMESPACE\tINSTALLED BY")
	for _, name := range fleet.Sorted(c.Components) {
		component := c.Components[name]
		version, by := component.Version(), c.Name
		if version == "" {
			version = "-"
		}
		if component.Placement != fleet.PlacementCluster {
			by = c.ManagedBy
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", name, version, component.Namespace, by)
	}
	fmt.Fprintln(table, "\nWORKSPACE\tNAMESPACES\tCPU\tMEMORY")
	for _, name := range fleet.Sorted(c.Workspaces) {
		workspace := c.Workspaces[name]
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\n", name, len(workspace.Namespaces), workspace.Quota.CPU, workspace.Quota.Memory)
	}
	return table.Flush()
}
