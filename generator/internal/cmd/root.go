// Package cmd is the command line: it knows the stages and leads the input
// through them.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"heddle.dev/platform/generator/internal/diagnostics"
)

// Exit codes.
const (
	exitOK    = 0
	exitInput = 1 // the input is wrong, or a check found a difference
	exitBug   = 2 // the fault is ours
)

// errReported ends a command whose problems have been printed.
var errReported = errors.New("reported")

// bugError is a fault of ours.
type bugError struct{ err error }

func (b bugError) Error() string { return b.err.Error() }
func (b bugError) Unwrap() error { return b.err }

// app is what every command has.
type app struct {
	root   string
	in     io.Reader
	out    io.Writer
	errOut io.Writer
}

// Run runs the command line and gives the exit code.
func Run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) (code int) {
	a := &app{in: in, out: out, errOut: errOut}
	defer func() {
		if r := recover(); r != nil {
			code = a.fail(bugError{fmt.Errorf("panic: %v", r)})
		}
	}()
	root := newRoot(a)
	root.SetArgs(args)
	return a.fail(root.ExecuteContext(ctx))
}

// fail prints an error, if it is not printed yet, and gives its exit code.
func (a *app) fail(err error) int {
	var bug bugError
	var status statusError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errReported):
		return exitInput
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(a.errOut, "heddle: interrupted; nothing was written")
		return exitInput
	case errors.As(err, &bug):
		fmt.Fprintf(a.errOut, "heddle: this is a bug: %v\nfix: please report it, with the input that shows it\n", err)
		return exitBug
	}
	fmt.Fprintf(a.errOut, "heddle: %v\n", err)
	return exitInput
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "heddle",
		Short: "Heddle generates and checks the manifests of a fleet of clusters",
		Long: `Heddle weaves models, components and workspaces, described in CUE, into the
Flux, Cluster API and RBAC manifests of every cluster, under clusters/.

Exit codes: 0 all is well; 1 the input is wrong, or a check found a difference;
2 a bug in Heddle. heddle plan has answers of its own: see heddle plan --help.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	root.PersistentFlags().StringVar(&a.root, "root", ".", "folder of the repository")
	root.AddCommand(newGenerate(a), newValidate(a), newList(a), newShow(a), newPlan(a), newExplain(a), newAffected(a), newDiff(a), newMatrix(a), newNew(a))
	return root
}

// open gives the repository's folder; all reading and writing stays inside it.
func (a *app) open() (*os.Root, error) {
	root, err := os.OpenRoot(a.root)
	if err != nil {
		return nil, fmt.Errorf("%w\nfix: name the repository's folder with --root", err)
	}
	return root, nil
}

// isTerminal says whether a person sees what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (a *app) style() diagnostics.Style {
	if isTerminal(a.errOut) && os.Getenv("NO_COLOR") == "" {
		return diagnostics.Terminal()
	}
	return diagnostics.Style{}
}

// report prints problems and counts them; with none it gives nil.
func (a *app) report(problems diagnostics.List) error {
	if len(problems) == 0 {
		return nil
	}
	if err := problems.Write(a.errOut, a.style()); err != nil {
		return err
	}
	fmt.Fprintf(a.errOut, "%s\n", plural(len(problems), "problem"))
	return errReported
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
