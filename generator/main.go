// Command heddle generates and checks the manifests of a fleet of clusters.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"heddle.dev/platform/generator/internal/cmd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cmd.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
