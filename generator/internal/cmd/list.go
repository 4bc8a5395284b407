package cmd

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/load"
)

// summary is one line of the list of clusters.
type summary struct {
	Name        string `json:"name"`
	Model       string `json:"model"`
	Backend     string `json:"backend"`
	Region      string `json:"region,omitempty"`
	Kubernetes  string `json:"kubernetes"`
	Environment string `json:"environment"`
	Ring        string `json:"ring"`
	Machines    int    `json:"machines"` // of node pools of a fixed size, or the least of those that scale
	Components  int    `json:"components"`
	Workspaces  int    `json:"workspaces"`
}

func newList(a *app) *cobra.Command {
	output := newOutput()
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the clusters",
		Example: "  heddle list\n  heddle list -o json | jq -r '.[] | select(.ring == \"canary\").name'",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			f, err := a.fleet(c.Context())
			if err != nil {
				return err
			}
			list := []summary{}
			for _, cluster := range f.Clusters {
				list = append(list, summarize(cluster))
			}
			if output.structured() {
				return output.print(a.out, list)
			}
			return printList(a.out, list)
		},
	}
	output.flag(c)
	return c
}

func summarize(c *fleet.Cluster) summary {
	s := summary{
		Name: c.Name, Model: c.Model, Backend: c.Backend.Name, Region: c.Backend.Region, Kubernetes: c.Kubernetes.Version,
		Environment: c.Environment, Ring: c.Ring, Components: len(c.Components), Workspaces: len(c.Workspaces),
	}
	for _, pool := range c.NodePools {
		if pool.Autoscaling != nil {
			s.Machines += pool.Autoscaling.Min
			continue
		}
		s.Machines += pool.Replicas
	}
	return s
}

func printList(w io.Writer, list []summary) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tMODEL\tBACKEND\tREGION\tKUBERNETES\tENVIRONMENT\tRING\tMACHINES\tCOMPONENTS\tWORKSPACES")
	for _, s := range list {
		region := s.Region
		if region == "" {
			region = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\n",
			s.Name, s.Model, s.Backend, region, s.Kubernetes, s.Environment, s.Ring, s.Machines, s.Components, s.Workspaces)
	}
	return table.Flush()
}

// fleet reads the fleet, and prints what is wrong with it, if anything is.
func (a *app) fleet(ctx context.Context) (*fleet.Fleet, error) {
	root, err := a.open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, problems, err := a.read(ctx, root)
	if err != nil {
		return nil, err
	}
	return f, a.report(problems)
}

// clusterNames lists the clusters without evaluating any.
func (a *app) clusterNames() ([]string, error) {
	root, err := a.open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	tree, _, err := load.Load(context.Background(), root)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range tree.Clusters {
		names = append(names, c.Name)
	}
	return names, nil
}
