// Package revision reads what changed under clusters/ between a commit and the
// working tree, or between two commits. It asks git, and changes nothing.
package revision

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Worktree names, in place of a commit, the files as they are on disk.
const Worktree = ""

// Repository is a clone, seen from a folder in it.
type Repository struct {
	dir string
}

// Open finds the repository that dir is the root of.
func Open(ctx context.Context, dir string) (*Repository, error) {
	r := &Repository{dir: dir}
	if _, err := exec.LookPath("git"); err != nil {
		return nil, errors.New("git is not installed\nfix: install git; a plan compares two revisions")
	}
	if _, err := r.git(ctx, "rev-parse", "--git-dir"); err != nil {
		if strings.Contains(err.Error(), "dubious ownership") {
			return nil, fmt.Errorf("git does not trust %s, as it belongs to somebody else\nfix: git config --global --add safe.directory %s", dir, dir)
		}
		return nil, fmt.Errorf("%s is not in a git repository\nfix: run heddle in a clone; a plan compares two revisions", dir)
	}
	return r, nil
}

// git runs git with arguments that no shell sees.
func (r *Repository) git(ctx context.Context, args ...string) ([]byte, error) {
	return r.run(ctx, nil, args...)
}

func (r *Repository) run(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", r.dir, "-c", "core.quotePath=false"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = in, &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(stderr.String()))
	}
	return out, nil
}

// defaultBranches are tried in order when nobody says what to compare with.
var defaultBranches = []string{"origin/HEAD", "origin/main", "origin/master", "main", "master"}

// Commit resolves a revision that somebody named.
func (r *Repository) Commit(ctx context.Context, given string) (string, error) {
	if strings.HasPrefix(given, "-") {
		return "", fmt.Errorf("%q is no revision", given)
	}
	out, err := r.git(ctx, "rev-parse", "--verify", "--quiet", given+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("there is no revision %q%s", given, r.shallowHint(ctx))
	}
	return strings.TrimSpace(string(out)), nil
}

// Fork finds what to compare a commit, or the working tree, with when nobody
// says: the commit at which it left the main branch.
func (r *Repository) Fork(ctx context.Context, head string) (string, error) {
	if head == Worktree {
		head = "HEAD"
	}
	for _, branch := range defaultBranches {
		if _, err := r.git(ctx, "rev-parse", "--verify", "--quiet", branch+"^{commit}"); err != nil {
			continue
		}
		out, err := r.git(ctx, "merge-base", head, branch)
		if err != nil {
			return "", fmt.Errorf("%.12s and %s have no common commit%s", head, branch, r.shallowHint(ctx))
		}
		return strings.TrimSpace(string(out)), nil
	}
	return "", errors.New("there is no main branch to compare with\nfix: name what to compare with: --base REVISION")
}

// shallowHint says what to do where history was cut off.
func (r *Repository) shallowHint(ctx context.Context) string {
	out, err := r.git(ctx, "rev-parse", "--is-shallow-repository")
	if err == nil && strings.TrimSpace(string(out)) == "true" {
		return "\nfix: this clone is shallow; get its history: git fetch --unshallow"
	}
	return "\nfix: git fetch, or name another with --base"
}

// File is a changed file; Old or New is nil where it does not exist.
type File struct {
	Path     string
	Old, New []byte
}

// Changed lists the files below some folders that differ between two revisions,
// with their contents, in order of their paths. Only files of at most 4 MiB are read.
func (r *Repository) Changed(ctx context.Context, base, head string, folders ...string) ([]File, error) {
	names, err := r.changedNames(ctx, base, head, folders)
	if err != nil {
		return nil, err
	}
	old, err := r.contents(ctx, base, names)
	if err != nil {
		return nil, err
	}
	current, err := r.contents(ctx, head, names)
	if err != nil {
		return nil, err
	}
	var files []File
	for i, name := range names {
		if !bytes.Equal(old[i], current[i]) || (old[i] == nil) != (current[i] == nil) {
			files = append(files, File{name, old[i], current[i]})
		}
	}
	return files, nil
}

func (r *Repository) changedNames(ctx context.Context, base, head string, folders []string) ([]string, error) {
	args := []string{"diff", "--name-only", "--no-renames", "--relative", "-z", base}
	if head != Worktree {
		args = append(args, head)
	}
	out, err := r.git(ctx, append(append(args, "--"), folders...)...)
	if err != nil {
		return nil, err
	}
	names := split(out)
	if head == Worktree {
		untracked, err := r.git(ctx, append([]string{"ls-files", "--others", "--exclude-standard", "-z", "--"}, folders...)...)
		if err != nil {
			return nil, err
		}
		names = append(names, split(untracked)...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func split(out []byte) []string {
	return slices.DeleteFunc(strings.Split(string(out), "\x00"), func(s string) bool { return s == "" })
}

// List names the files below some folders in a commit, in order.
func (r *Repository) List(ctx context.Context, commit string, folders ...string) ([]string, error) {
	out, err := r.git(ctx, append([]string{"ls-tree", "-r", "-z", "--name-only", commit, "--"}, folders...)...)
	if err != nil {
		return nil, err
	}
	names := split(out)
	slices.Sort(names)
	return names, nil
}

// Contents reads files of a revision; what is not there is nil.
func (r *Repository) Contents(ctx context.Context, revision string, names []string) ([][]byte, error) {
	return r.contents(ctx, revision, names)
}

const maxFile = 4 << 20

func (r *Repository) contents(ctx context.Context, revision string, names []string) ([][]byte, error) {
	if revision == Worktree {
		return r.onDisk(names)
	}
	return r.inCommit(ctx, revision, names)
}

func (r *Repository) onDisk(names []string) ([][]byte, error) {
	root, err := os.OpenRoot(r.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	contents := make([][]byte, len(names))
	for i, name := range names {
		info, err := root.Lstat(filepath.FromSlash(name))
		switch {
		case errors.Is(err, os.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		case !info.Mode().IsRegular() || info.Size() > maxFile:
			return nil, fmt.Errorf("%s is no plain file of a sane size\nfix: delete it; make generate", name)
		}
		data, err := root.ReadFile(filepath.FromSlash(name))
		if err != nil {
			return nil, err
		}
		contents[i] = append([]byte{}, data...)
	}
	return contents, nil
}

// inCommit reads blobs through one git process.
func (r *Repository) inCommit(ctx context.Context, commit string, names []string) ([][]byte, error) {
	contents := make([][]byte, len(names))
	if len(names) == 0 {
		return contents, nil
	}
	var in bytes.Buffer
	for _, name := range names {
		if strings.Contains(name, "\n") {
			return nil, fmt.Errorf("%q has a line break in its name\nfix: rename it", name)
		}
		fmt.Fprintf(&in, "%s:./%s\n", commit, name) // ./ is from the folder, which may be below the repository's root
	}
	out, err := r.run(ctx, &in, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	reader := bufio.NewReader(bytes.NewReader(out))
	for i := range names {
		header, err := reader.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		words := strings.Fields(header)
		if strings.HasSuffix(header, " missing\n") || len(words) < 3 || words[1] != "blob" {
			continue
		}
		size, err := strconv.Atoi(words[2])
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %q", header)
		}
		contents[i] = make([]byte, size)
		if _, err := io.ReadFull(reader, contents[i]); err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		if _, err := reader.Discard(1); err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
	}
	return contents, nil
}
