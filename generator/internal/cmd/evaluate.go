package cmd

import (
	"context"
	"fmt"
	"os"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/load"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
	"heddle.dev/platform/generator/internal/validate"
)

// evaluate reads the repository and evaluates a few clusters of it. Problems of
// these clusters are printed.
func (a *app) evaluate(ctx context.Context, root *os.Root, names ...string) ([]source.Evaluated, error) {
	tree, problems, err := load.Load(ctx, root)
	if err != nil {
		return nil, err
	}
	clusters := make([]*source.Cluster, len(names))
	for i, name := range names {
		c, err := clusterOf(tree, name)
		if err != nil {
			return nil, err
		}
		if c.Broken {
			return nil, a.report(problems.Sorted())
		}
		clusters[i] = c
	}
	evaluated := tree.Evaluate(clusters)
	var wrong diagnostics.List
	for _, e := range evaluated {
		wrong = append(wrong, validate.Cluster(e)...)
	}
	return evaluated, a.report(wrong.Sorted())
}

// clusterOf finds a cluster of a tree by its name.
func clusterOf(tree *source.Tree, name string) (*source.Cluster, error) {
	var names []string
	for _, c := range tree.Clusters {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	fix := "heddle list shows all clusters"
	if near := suggest.Nearest(name, names); near != "" {
		fix = fmt.Sprintf("did you mean %q?", near)
	}
	return nil, fmt.Errorf("there is no cluster %q\nfix: %s", name, fix)
}
