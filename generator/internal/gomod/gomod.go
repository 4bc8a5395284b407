// Package gomod asks the go command for Go modules whose files are read, and
// whose code is not built.
package gomod

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Answer is what `go mod download -json` says of a module. Error is set when it
// cannot be had; else Dir holds its files, and Sum is the h1 hash of its zip.
type Answer struct{ Dir, Sum, Error string }

// Download brings a module into the module cache, from there or through the
// proxy that the user has set up, and gives the go command's answer as JSON. An
// error says that there is none.
func Download(ctx context.Context, path, version string) (_ []byte, err error) {
	// In an empty folder no go.mod, go.work or vendor folder of the repository
	// has a say in what is downloaded.
	empty, err := os.MkdirTemp("", "heddle-module-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(empty)) }()

	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", path+"@"+version)
	cmd.Dir = empty
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if runErr := cmd.Run(); runErr != nil && stdout.Len() == 0 {
		return nil, fmt.Errorf("go mod download %s@%s: %w\n%s", path, version, runErr, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}
