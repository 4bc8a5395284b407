package upstream

import (
	"context"
	"encoding/json"
	"fmt"

	"heddle.dev/platform/generator/internal/gomod"
)

// module is a Go module at a version, with the checksum that its zip must have.
type module struct {
	path, version, sum string
}

func (m module) String() string { return m.path + "@" + m.version }

// fetcher returns the folder that holds a module's files.
type fetcher func(ctx context.Context, m module) (dir string, err error)

// goModDownload is the fetcher that asks the go command, which answers from
// the module cache or through the module proxy that the user has set up.
func goModDownload(ctx context.Context, m module) (string, error) {
	answer, err := gomod.Download(ctx, m.path, m.version)
	if err != nil {
		return "", err
	}
	return verifiedDir(m, answer)
}

// verifiedDir reads the answer of `go mod download -json` and returns the
// module's folder if its checksum is the pinned one.
func verifiedDir(m module, answer []byte) (string, error) {
	var got gomod.Answer
	if err := json.Unmarshal(answer, &got); err != nil {
		return "", fmt.Errorf("go mod download %s: unreadable answer: %w", m, err)
	}
	if got.Error != "" {
		return "", fmt.Errorf("%s cannot be downloaded: %s\n"+
			"fix: check GOPROXY; if your proxy does not serve this version, pin one that it serves in generator/internal/upstream", m, got.Error)
	}
	if got.Sum != m.sum {
		return "", fmt.Errorf("%s has checksum %s, pinned is %s\n"+
			"fix: if you changed the version, pin its checksum; otherwise the proxy or the module cache was tampered with: do not use it", m, got.Sum, m.sum)
	}
	return got.Dir, nil
}
