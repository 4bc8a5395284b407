package docs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// top is the folder of the repository.
const top = "../../.."

// scratch holds what all pages are followed in; TestMain removes it.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "heddle-docs-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(scratch); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// fresh is a clone as its owner sees it: the repository's files, bin/heddle
// built, all manifests up to date, everything committed.
var fresh = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(scratch, "fresh")
	if err := copyInputs(dir); err != nil {
		return "", err
	}
	for _, command := range []string{
		"make build",
		"bin/heddle generate",
		"git init --quiet --initial-branch main",
		"git add --all",
		"git commit --quiet --message 'The start'",
		"git gc --quiet", // each page gets a copy: few files are faster to copy than many
	} {
		if out, err := run(dir, command).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", command, err, out)
		}
	}
	return dir, nil
})

// copyInputs copies the files that git knows, or would know.
func copyInputs(dir string) error {
	list, err := exec.Command("git", "-C", top, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(list), "\x00"), "\x00") {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(top, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func copyFile(to, from string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return put(to, data, info.Mode().Perm())
}

func put(name string, data []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, mode)
}

// clone gives a page a fresh clone of its own.
func clone(t *testing.T) string {
	t.Helper()
	from, err := fresh()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(scratch, "page-")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, rel), 0o755)
		case rel == filepath.Join("bin", "heddle"): // large, and never changed
			return os.Link(name, filepath.Join(dir, rel))
		}
		return copyFile(filepath.Join(dir, rel), name)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// run prepares a command of a reader's shell in a folder.
func run(dir, command string) *exec.Cmd {
	c := exec.Command("bash", "-euo", "pipefail", "-c", command)
	c.Dir = dir
	// What git and make pass down to their children is not the reader's.
	c.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "GIT_") || strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS")
	})
	c.Env = append(c.Env,
		"PATH="+filepath.Join(dir, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"),
		// The commit is another in each copy; stamped with it, the program would be linked anew in each.
		"GOFLAGS="+os.Getenv("GOFLAGS")+" -buildvcs=false",
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=reader", "GIT_AUTHOR_EMAIL=reader@example.com",
		"GIT_COMMITTER_NAME=reader", "GIT_COMMITTER_EMAIL=reader@example.com",
		"GIT_PAGER=cat", "LC_ALL=C", "NO_COLOR=1",
	)
	return c
}

// output runs a command, and gives the lines that it prints and its exit code.
func output(dir, command string) (lines []string, code int, err error) {
	var out bytes.Buffer
	c := run(dir, command)
	c.Stdout, c.Stderr = &out, &out
	var failed *exec.ExitError
	if err := c.Run(); errors.As(err, &failed) {
		code = failed.ExitCode()
	} else if err != nil {
		return nil, 0, err
	}
	if text := strings.TrimRight(out.String(), "\n"); text != "" {
		lines = strings.Split(text, "\n")
	}
	return lines, code, nil
}
