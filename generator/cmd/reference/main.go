// Command reference writes docs/reference from the commands and the CUE of the
// repository:
//
//	go run ./generator/cmd/reference [--check] [--root DIR]
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/reference"
)

func main() {
	if err := newCommand().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func newCommand() *cobra.Command {
	check, dir := false, "."
	c := &cobra.Command{
		Use:           "reference",
		Short:         "Write docs/reference from the commands and the CUE",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(c *cobra.Command, _ []string) error {
			root, err := os.OpenRoot(dir)
			if err != nil {
				return err
			}
			changed, err := reference.Write(root, check)
			if err := errors.Join(err, root.Close()); err != nil {
				return err
			}
			return report(c.OutOrStdout(), changed, check)
		},
	}
	c.Flags().BoolVar(&check, "check", false, "write nothing; exit 1 when a file differs")
	c.Flags().StringVar(&dir, "root", dir, "folder of the repository")
	return c
}

// report lists the files that differ; with --check a difference is an error.
func report(out io.Writer, changed []string, check bool) error {
	for _, name := range changed {
		if _, err := fmt.Fprintln(out, name); err != nil {
			return err
		}
	}
	if !check || len(changed) == 0 {
		return nil
	}
	what := "1 file is"
	if n := len(changed); n > 1 {
		what = fmt.Sprintf("%d files are", n)
	}
	return fmt.Errorf("%s out of date\nfix: make reference", what)
}
