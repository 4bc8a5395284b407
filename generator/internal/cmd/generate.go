package cmd

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/render"
	"heddle.dev/platform/generator/internal/suggest"
	"heddle.dev/platform/generator/internal/write"
)

func newGenerate(a *app) *cobra.Command {
	check := false
	output := newOutput()
	c := &cobra.Command{
		Use:   "generate [CLUSTER...]",
		Short: "Write the manifests of all clusters, or of those named",
		Long: `Generate writes the manifests of every cluster under clusters/, deletes those
that are no longer wanted, and touches nothing that a person wrote. When
anything is wrong, in any cluster, nothing is written.

The whole fleet is read and judged whichever clusters are named.`,
		Example: `  heddle generate               all clusters
  heddle generate prod-eu       the files of one cluster
  heddle generate --check       write nothing; exit 1 when the tree is out of date`,
		ValidArgsFunction: a.completeClusters,
		RunE: func(c *cobra.Command, names []string) error {
			return a.generate(c.Context(), names, check, output)
		},
	}
	c.Flags().BoolVar(&check, "check", false, "write nothing; exit 1 when a file differs")
	output.flag(c)
	return c
}

func (a *app) generate(ctx context.Context, names []string, check bool, output *output) error {
	root, err := a.open()
	if err != nil {
		return err
	}
	defer root.Close()
	f, problems, err := a.read(ctx, root)
	if err != nil {
		return err
	}
	if err := a.report(problems); err != nil {
		return err
	}
	scopes, err := scopes(f, names)
	if err != nil {
		return err
	}
	set, err := render.Render(f)
	if err != nil {
		return bugError{err}
	}
	changes, problems, err := write.Write(ctx, root, set, write.Options{Check: check, Scopes: scopes})
	if err != nil {
		return err
	}
	if err := a.report(problems); err != nil {
		return err
	}
	return a.reportChanges(root, changes, check, output)
}

// scopes are the folders that a run may change.
func scopes(f *fleet.Fleet, names []string) ([]string, error) {
	if len(names) == 0 {
		return []string{"clusters"}, nil
	}
	var dirs []string
	for _, name := range names {
		c, err := findCluster(f, name)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, c.Dir)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs), nil
}

func findCluster(f *fleet.Fleet, name string) (*fleet.Cluster, error) {
	if c := f.Cluster(name); c != nil {
		return c, nil
	}
	var known []string
	for _, c := range f.Clusters {
		known = append(known, c.Name)
	}
	fix := "heddle list shows all clusters"
	if near := suggest.Nearest(name, known); near != "" {
		fix = fmt.Sprintf("did you mean %q?", near)
	}
	return nil, fmt.Errorf("there is no cluster %q\nfix: %s", name, fix)
}

func (a *app) reportChanges(root *os.Root, changes []write.Change, check bool, output *output) error {
	if output.structured() {
		if changes == nil {
			changes = []write.Change{}
		}
		if err := output.print(a.out, changes); err != nil {
			return err
		}
	} else {
		for _, c := range changes {
			fmt.Fprintf(a.out, "%s %s\n", c.Action, c.Path)
		}
	}
	if check && len(changes) > 0 {
		fmt.Fprintf(a.errOut, "%s out of date\nfix: make generate\n", plural(len(changes), "file"))
		return errReported
	}
	return nil
}

// completeClusters completes names of clusters from their folders alone.
func (a *app) completeClusters(_ *cobra.Command, given []string, prefix string) ([]string, cobra.ShellCompDirective) {
	names, err := a.clusterNames()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return slices.DeleteFunc(names, func(n string) bool {
		return !strings.HasPrefix(n, prefix) || slices.Contains(given, n)
	}), cobra.ShellCompDirectiveNoFileComp
}
