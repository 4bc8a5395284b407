package cmd

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"cuelang.org/go/cue/format"
	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/load"
	"heddle.dev/platform/generator/internal/source"
)

//go:embed templates/*.cue.tmpl
var templates embed.FS

// nameForm is what Kubernetes and a folder both allow; a CUE package, and its
// folder, have the same letters without hyphens.
var nameForm = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$`)

// scaffold is one kind of thing that can be begun.
type scaffold struct {
	kind, short, example string
	// file gives the path of the file for a name and a CUE package.
	file func(name, pkg string) string
	// next tells what to do with the new file.
	next string
}

// scaffolding is what a template knows.
type scaffolding struct {
	Module, Name, Package, Model, Backend, Group string
	// Environment and Ring are asked for where no folder above the cluster says them.
	Environment, Ring bool
}

func newNew(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "new",
		Short: "Begin a cluster, component, workspace or model",
		Long:  "New writes one CUE file that passes as it is, for you to fill. It never overwrites a file.",
	}
	c.AddCommand(newCluster(a))
	for _, s := range []scaffold{
		{
			"component", "Begin a component", "  heddle new component podinfo",
			func(_, pkg string) string { return path.Join("components", pkg, "component.cue") },
			"list it in a model: components: %[1]q: %[2]s.#Component",
		},
		{
			"workspace", "Begin a team's workspace", "  heddle new workspace payments",
			func(_, pkg string) string { return path.Join("workspaces", pkg, "workspace.cue") },
			"list it in a model or a cluster: workspaces: %[1]q: %[2]s.#Workspace",
		},
		{
			"model", "Begin a model, on top of the model standard", "  heddle new model batch",
			func(_, pkg string) string { return path.Join("models", pkg, "model.cue") },
			"make a cluster of it: heddle new cluster NAME --model %[2]s",
		},
	} {
		c.AddCommand(&cobra.Command{
			Use: s.kind + " NAME", Short: s.short, Example: s.example, Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return a.scaffold(s, scaffolding{Name: args[0]}) },
		})
	}
	return c
}

func newCluster(a *app) *cobra.Command {
	s := scaffold{
		"cluster", "Begin a cluster", "  heddle new cluster dev-b\n  heddle new cluster shop-1 --model web --backend docker --group shops",
		nil, "add what differs from the model, then: make generate",
	}
	with := scaffolding{}
	c := &cobra.Command{
		Use: "cluster NAME", Short: s.short, Example: s.example, Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			with.Name = args[0]
			s.file = func(name, _ string) string { return path.Join("clusters", with.Group, name, "cluster.cue") }
			return a.scaffold(s, with)
		},
	}
	c.Flags().StringVar(&with.Model, "model", "standard", "model that it is an instance of")
	c.Flags().StringVar(&with.Backend, "backend", "inmemory", "backend that makes it")
	c.Flags().StringVar(&with.Group, "group", "", "folder under clusters/ that it goes into")
	for flag, dir := range map[string]string{"model": "models", "backend": "models/backends"} {
		if err := c.RegisterFlagCompletionFunc(flag, a.completeFolders(dir)); err != nil {
			panic(err) // the flag was added above
		}
	}
	return c
}

// scaffold writes the first file of something new.
func (a *app) scaffold(s scaffold, with scaffolding) error {
	if !nameForm.MatchString(with.Name) {
		return fmt.Errorf("%q is no name for a %s\nfix: use lower case letters, digits and hyphens, a letter first, at most 40 characters", with.Name, s.kind)
	}
	if with.Group != "" && !nameForm.MatchString(with.Group) {
		return fmt.Errorf("%q is no name for a group\nfix: use lower case letters, digits and hyphens, a letter first", with.Group)
	}
	root, err := a.open()
	if err != nil {
		return err
	}
	defer root.Close()
	with.Package = strings.ReplaceAll(with.Name, "-", "")
	if with.Module, err = load.Module(root); err != nil {
		return err
	}
	if s.kind == "cluster" {
		if err := known(root, "model", "models", with.Model); err != nil {
			return err
		}
		if err := known(root, "backend", "models/backends", with.Backend); err != nil {
			return err
		}
		if err := with.ask(root); err != nil {
			return err
		}
	}
	content, err := fill(s.kind, with)
	if err != nil {
		return bugError{err}
	}
	file := s.file(with.Name, with.Package)
	if err := create(root, file, content); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "created %s\n", file)
	next := s.next
	if strings.Contains(next, "%") {
		next = fmt.Sprintf(next, with.Name, with.Package)
	}
	fmt.Fprintf(a.out, "next: %s\n", next)
	return nil
}

// ask finds out what the folders above a new cluster leave open.
func (with *scaffolding) ask(root *os.Root) error {
	tree, _, err := load.Load(context.Background(), root)
	if err != nil {
		return err
	}
	c := &source.Cluster{Name: with.Name, Dir: path.Join("clusters", with.Group, with.Name)}
	open := func(field string) bool {
		_, depth := tree.Locate(c, []string{source.ClusterField, field})
		return depth < 2
	}
	with.Environment, with.Ring = open("environment"), open("ring")
	return nil
}

// fill writes a template's text, formatted as cue fmt would.
func fill(kind string, with scaffolding) ([]byte, error) {
	t, err := template.ParseFS(templates, "templates/"+kind+".cue.tmpl")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, with); err != nil {
		return nil, err
	}
	return format.Source(b.Bytes(), format.Simplify())
}

// create writes a new file, and the folders above it.
func create(root *os.Root, file string, content []byte) error {
	if err := root.MkdirAll(path.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already\nfix: choose another name, or edit that file", file)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// known checks that a folder of that name is there.
func known(root *os.Root, kind, dir, name string) error {
	names := folders(root, dir)
	if slices.Contains(names, name) {
		return nil
	}
	return fmt.Errorf("there is no %s %q\nfix: use one of %s", kind, name, strings.Join(names, ", "))
}

// folders lists the folders with CUE in a folder.
func folders(root *os.Root, dir string) []string {
	files, err := fs.Glob(root.FS(), dir+"/*/*.cue")
	if err != nil {
		return nil
	}
	var names []string
	for _, f := range files {
		names = append(names, path.Base(path.Dir(f)))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (a *app) completeFolders(dir string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		root, err := a.open()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		defer root.Close()
		return folders(root, dir), cobra.ShellCompDirectiveNoFileComp
	}
}
