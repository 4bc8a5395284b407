package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/diagnostics"
)

func newValidate(a *app) *cobra.Command {
	output := newOutput()
	c := &cobra.Command{
		Use:   "validate",
		Short: "Say all that is wrong with the input, and write nothing",
		Long: `Validate reads the whole fleet and prints every problem of every cluster, in
order of the files to edit: where, what is wrong, where it was declared, and
what to type.`,
		Example: `  heddle validate
  heddle validate -o json | jq '.[].position.file'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			root, err := a.open()
			if err != nil {
				return err
			}
			defer root.Close()
			f, problems, err := a.read(c.Context(), root)
			if err != nil {
				return err
			}
			if output.structured() {
				if problems == nil {
					problems = diagnostics.List{}
				}
				if err := output.print(a.out, problems); err != nil {
					return err
				}
				if len(problems) > 0 {
					return errReported
				}
				return nil
			}
			if err := a.report(problems); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s, no problems\n", plural(len(f.Clusters), "cluster"))
			return nil
		},
	}
	output.flag(c)
	return c
}
