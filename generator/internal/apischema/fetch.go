package apischema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"heddle.dev/platform/generator/internal/gomod"
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

// download brings a module, whatever its hash.
func download(ctx context.Context, m module) (*gomod.Answer, error) {
	data, err := gomod.Download(ctx, m.Path, m.Version)
	if err != nil {
		return nil, err
	}
	var got gomod.Answer
	if err := json.Unmarshal(data, &got); err != nil {
		return nil, fmt.Errorf("go mod download %s@%s: unreadable answer: %w", m.Path, m.Version, err)
	}
	if got.Error != "" {
		return nil, errors.New(got.Error)
	}
	return &got, nil
}
