package cmd

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/plan"
	"heddle.dev/platform/generator/internal/revision"
	"heddle.dev/platform/generator/internal/snapshot"
)

// Exit codes of heddle plan, beside 0 and 1.
const (
	exitChanges     = 2
	exitDestructive = 3
)

// statusError ends a command with an exit code that is an answer, not a fault.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

type planOptions struct {
	base, head string
	clusters   []string
	detailed   bool
	allow      bool
	output     *output
}

func newPlan(a *app) *cobra.Command {
	o := planOptions{output: &output{format: "text", formats: []string{"text", "markdown", "html", "json", "yaml"}}}
	c := &cobra.Command{
		Use:   "plan",
		Short: "Say what a change does to the fleet",
		Long: `Plan compares the manifests of two revisions, object by object: what is
created, changed, deleted, renamed or made anew in which clusters, which
machines Cluster API will replace, which rights, ways in and policies widen.
What destroys something comes first. It asks git, and no cluster.

It compares manifests, so run make generate first.

Exit codes: 0 nothing changes; 2 something does; 3 something is destroyed, and
--allow-destructive is not given; 1 an error.`,
		Example: `  heddle plan                          this branch, and what is not committed yet
  heddle plan --base HEAD              what is not committed yet
  heddle plan --base v1 --head v2      two revisions
  heddle plan --cluster prod-eu --detailed
  heddle plan -o markdown > comment.md
  heddle plan -o html > plan.html      a page to read in a browser`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.plan(c.Context(), o) },
	}
	flags := c.Flags()
	flags.StringVar(&o.base, "base", "", "revision to compare with (default: where this branch left the main branch)")
	flags.StringVar(&o.head, "head", "", "revision to judge (default: the working tree)")
	flags.StringSliceVar(&o.clusters, "cluster", nil, "print these clusters only")
	flags.BoolVar(&o.detailed, "detailed", false, "print every field and every cluster")
	flags.BoolVar(&o.allow, "allow-destructive", false, "exit with 2, not 3, when something is destroyed")
	o.output.flag(c)
	if err := c.RegisterFlagCompletionFunc("cluster", a.completeClusters); err != nil {
		panic(err) // the flag was added above
	}
	return c
}

func (a *app) plan(ctx context.Context, o planOptions) error {
	p, err := a.makePlan(ctx, o)
	if err != nil {
		return err
	}
	if err := a.printPlan(p, o); err != nil {
		return err
	}
	switch {
	case p.Empty():
		return nil
	case p.Destructive() && !o.allow:
		return statusError(exitDestructive)
	}
	return statusError(exitChanges)
}

func (a *app) makePlan(ctx context.Context, o planOptions) (*plan.Plan, error) {
	repo, err := revision.Open(ctx, a.root)
	if err != nil {
		return nil, err
	}
	base, head, err := o.revisions(ctx, repo)
	if err != nil {
		return nil, err
	}
	comparison, err := snapshot.Compare(ctx, repo, base, head)
	if err != nil {
		return nil, err
	}
	for _, name := range o.clusters {
		if _, ok := comparison.Clusters[name]; !ok {
			return nil, fmt.Errorf("there is no cluster %q in either revision\nfix: heddle list shows all clusters", name)
		}
	}
	if len(o.clusters) > 0 {
		comparison.Only(func(about string) bool { return slices.Contains(o.clusters, about) })
	}
	return plan.Compare(base, head, comparison), nil
}

// revisions resolves what is compared.
func (o planOptions) revisions(ctx context.Context, repo *revision.Repository) (base, head string, err error) {
	head = revision.Worktree
	if o.head != "" {
		if head, err = repo.Commit(ctx, o.head); err != nil {
			return "", "", err
		}
	}
	if o.base == "" {
		base, err = repo.Fork(ctx, head)
		return base, head, err
	}
	base, err = repo.Commit(ctx, o.base)
	return base, head, err
}

func (a *app) printPlan(p *plan.Plan, o planOptions) error {
	switch o.output.format {
	case "markdown":
		return p.WriteMarkdown(a.out, plan.MarkdownLimit)
	case "html":
		return p.WriteHTML(a.out)
	case "text":
		return p.WriteText(a.out, plan.Style{
			Detailed: o.detailed, Base: o.base, Head: o.head,
			Colour: isTerminal(a.out) && os.Getenv("NO_COLOR") == "",
		})
	}
	return o.output.print(a.out, p)
}
