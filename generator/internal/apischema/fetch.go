package apischema

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// fetcher brings pinned modules into Go's module cache, each once.
type fetcher struct {
	dirs lazyMap[module, string]
}

// unavailable is the error of a module that can't be had: nothing is wrong
// with the objects.
type unavailable struct{ error }

// dir returns the folder of a module, which is downloaded if need be.
func (f *fetcher) dir(ctx context.Context, m module) (string, error) {
	return f.dirs.get(m, func() (string, error) {
		got, err := download(ctx, m)
		if err != nil {
			return "", unavailable{fmt.Errorf("schemas are read from the Go module %s %s, which can't be had: %w\n"+
				"fix: let Go reach a proxy that serves it (see: go env GOPROXY), or bring it into this machine's module cache: go mod download %[1]s@%[2]s",
				m.Path, m.Version, err)}
		}
		if got.Sum != m.Sum {
			return "", unavailable{fmt.Errorf("the Go module %s %s has the hash %s, but modules.json pins %s\n"+
				"fix: find out why before you use it; if the pin was changed on purpose: go test ./generator/internal/apischema -run TestPins -update",
				m.Path, m.Version, got.Sum, m.Sum)}
		}
		return got.Dir, nil
	})
}

// downloaded is what `go mod download -json` says of a module.
type downloaded struct {
	Dir   string
	Sum   string
	Error string
}

// download runs outside any module, so that no go.mod has a say.
func download(ctx context.Context, m module) (*downloaded, error) {
	tmp, err := os.MkdirTemp("", "heddle-apischema-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }() // an empty folder, at worst

	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", m.Path+"@"+m.Version)
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	runErr := cmd.Run()

	var got downloaded
	if err := json.Unmarshal(stdout.Bytes(), &got); err == nil && got.Error != "" {
		return nil, fmt.Errorf("%s", got.Error)
	}
	if runErr != nil {
		return nil, fmt.Errorf("go mod download: %w: %s", runErr, strings.TrimSpace(stderr.String()))
	}
	return &got, nil
}
