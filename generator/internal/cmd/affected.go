package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"heddle.dev/platform/generator/internal/affected"
	"heddle.dev/platform/generator/internal/cache"
	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/load"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

func newAffected(a *app) *cobra.Command {
	output := newOutput()
	c := &cobra.Command{
		Use:   "affected FILE...",
		Short: "Say what an edit of a file reaches",
		Long: `Affected lists the models, backends, components, workspaces and clusters that
are made from a file: by what imports its package, and, below clusters/, by the
folders under it. Where a package defines a component or a workspace, a cluster
that could have it and does not is listed as not reached.

It says what may change; heddle plan says what does.`,
		Example: `  heddle affected components/certmanager/component.cue
  heddle affected clusters/production/defaults.cue models/standard/model.cue
  git diff --name-only main | xargs heddle affected -o json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			reaches, err := a.affected(c.Context(), args)
			if err != nil {
				return err
			}
			if output.structured() {
				return output.print(a.out, reaches)
			}
			for i, r := range reaches {
				if i > 0 {
					fmt.Fprintln(a.out)
				}
				if err := r.Write(a.out); err != nil {
					return err
				}
			}
			return nil
		},
	}
	output.flag(c)
	return c
}

func (a *app) affected(ctx context.Context, args []string) ([]*affected.Reach, error) {
	root, err := a.open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	tree, _, err := load.Load(ctx, root)
	if err != nil {
		return nil, err
	}
	var reaches []*affected.Reach
	reached := map[string]bool{}
	for _, typed := range args {
		file, data, err := a.input(root, tree, typed)
		if err != nil {
			return nil, err
		}
		r := affected.Of(tree, file, data)
		for _, c := range r.Clusters {
			reached[c.Name] = true
		}
		reaches = append(reaches, r)
	}
	known, err := a.resolveSome(ctx, tree, reached)
	if err != nil {
		return nil, err
	}
	for _, r := range reaches {
		describe(r, known)
	}
	return reaches, nil
}

// input reads a file that a person named.
func (a *app) input(root *os.Root, tree *source.Tree, typed string) (string, []byte, error) {
	file, err := a.inRoot(typed)
	if err != nil {
		return "", nil, err
	}
	info, err := root.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		fix := "name a file by its path from the repository's root or from here"
		var files []string
		for name := range tree.Files {
			files = append(files, name)
		}
		if near := suggest.Nearest(file, files); near != "" {
			fix = fmt.Sprintf("did you mean %s?", near)
		}
		return "", nil, fmt.Errorf("there is no file %s\nfix: %s", typed, fix)
	}
	if err != nil {
		return "", nil, err
	}
	if info.IsDir() {
		return "", nil, fmt.Errorf("%s is a folder\nfix: name the files in it that you edit", typed)
	}
	data, err := root.ReadFile(file)
	return file, data, err
}

// resolveSome resolves some clusters; those with problems are left out, and said to be.
func (a *app) resolveSome(ctx context.Context, tree *source.Tree, names map[string]bool) (map[string]*fleet.Cluster, error) {
	var sound []*source.Cluster
	for _, c := range tree.Clusters {
		if names[c.Name] && !c.Broken {
			sound = append(sound, c)
		}
	}
	repository, err := filepath.Abs(a.root)
	if err != nil {
		return nil, err
	}
	r := &reading{tree: tree, progress: progressbar.DefaultSilent(int64(len(sound))), cache: cache.Open(repository)}
	workers := runtime.GOMAXPROCS(0)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for batch := range slices.Chunk(sound, min(batchSize, max(1, (len(sound)+workers-1)/workers))) {
		group.Go(func() error { return r.batch(ctx, batch) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	known := map[string]*fleet.Cluster{}
	for _, c := range r.fleet.Clusters {
		known[c.Name] = c
	}
	if missing := len(names) - len(known); missing > 0 {
		fmt.Fprintf(a.errOut, "heddle: %s with problems, of which only the name is known; heddle validate shows them\n", plural(missing, "cluster"))
	}
	return known, nil
}

// describe adds to a file's clusters what is known of them.
func describe(r *affected.Reach, known map[string]*fleet.Cluster) {
	for i, named := range r.Clusters {
		c := known[named.Name]
		if c == nil {
			continue
		}
		has := func(name string) bool {
			_, component := c.Components[name]
			_, workspace := c.Workspaces[name]
			return component || workspace
		}
		r.Clusters[i] = affected.Cluster{
			Name: c.Name, Model: c.Model, Backend: c.Backend.Name, Environment: c.Environment, Ring: c.Ring,
			Offered: r.Kind == affected.Input && len(r.Own()) > 0 && !slices.ContainsFunc(r.Own(), has),
		}
	}
}
