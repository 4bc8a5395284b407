// Command upstream renders third-party manifests into clusters/shared/. Run it
// after a pin in generator/internal/upstream has changed:
//
//	go run ./generator/cmd/upstream [--check] [--root DIR]
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"heddle.dev/platform/generator/internal/upstream"
)

func main() {
	if err := execute(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func execute() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return newCommand().ExecuteContext(ctx)
}

func newCommand() *cobra.Command {
	var opts upstream.Options
	cmd := &cobra.Command{
		Use:           "upstream",
		Short:         "Render third-party manifests (Flux) into clusters/shared/",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			changes, err := upstream.Run(cmd.Context(), opts)
			if err != nil {
				return err
			}
			return report(cmd.OutOrStdout(), opts, changes)
		},
	}
	cmd.Flags().BoolVar(&opts.Check, "check", false, "write nothing; exit 1 if a file is out of date")
	cmd.Flags().StringVar(&opts.Root, "root", ".", "root of the repository")
	return cmd
}

// report prints what was done; with --check, a difference is an error.
func report(out io.Writer, opts upstream.Options, changes []upstream.Change) error {
	var list strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&list, "  %s %s\n", c.Verb, c.Path)
	}
	if opts.Check && len(changes) > 0 {
		fix := "go run ./generator/cmd/upstream"
		if opts.Root != "." {
			fix += " --root " + opts.Root
		}
		return fmt.Errorf("%d generated file(s) are out of date:\n%sfix: %s", len(changes), list.String(), fix)
	}
	if len(changes) == 0 {
		list.WriteString("clusters/shared/ is up to date\n")
	}
	_, err := io.WriteString(out, list.String())
	return err
}
