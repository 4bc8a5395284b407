// Package load reads the repository: the CUE files that people write, each
// checked to be a plain file of a sane size that parses. It is the only package
// that reads the input.
package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/modfile"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// maxSize of a CUE file in bytes: more than any person writes.
const maxSize = 1 << 20

// inputs are the folders that hold CUE.
var inputs = []string{"clusters", "components", "generator/schema", "models", "policies", "workspaces"}

// generated are the folders beside a cluster's file that Heddle itself writes.
var generated = map[string]bool{
	"infrastructure": true, "flux-system": true, "components": true,
	"workspaces": true, "policies": true, "rbac": true, "fleet": true,
}

// Load reads the repository at root. Problems with the input are in the list,
// of every file; the error is for what is no fault of the input, such as a root
// that is not a Heddle repository.
func Load(ctx context.Context, root *os.Root) (*source.Tree, diagnostics.List, error) {
	r := &reader{ctx: ctx, fsys: root.FS(), tree: &source.Tree{
		Files:    map[string]*source.File{},
		Packages: map[string][]*source.File{},
		Shared:   map[string]bool{},
		FS:       root.FS(),
	}}
	module, err := Module(root)
	if err != nil {
		return nil, nil, err
	}
	r.tree.Module = module
	for _, dir := range inputs {
		if err := r.walk(dir); err != nil {
			return nil, nil, err
		}
	}
	r.imports()
	r.clusters()
	return r.tree, r.problems, nil
}

type reader struct {
	ctx      context.Context
	fsys     fs.FS
	tree     *source.Tree
	problems diagnostics.List
}

// Module gives the path of the repository's CUE module, without its version.
func Module(root *os.Root) (string, error) {
	const file = "cue.mod/module.cue"
	data, err := root.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s is not a Heddle repository: it has no %s\nfix: run heddle inside the repository, or name it with --root", root.Name(), file)
	}
	if err != nil {
		return "", err
	}
	mod, err := modfile.Parse(data, file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	module, _, _ := strings.Cut(mod.QualifiedModule(), "@")
	return module, nil
}

func (r *reader) report(file, message, fix string) {
	r.problems = append(r.problems, diagnostics.Diagnostic{
		Position: diagnostics.Position{File: file}, Message: message, Fix: fix,
	})
}

// walk reads the CUE files of a folder and those below it. Below a cluster's
// folder nothing is read but what might be a cluster by mistake.
func (r *reader) walk(dir string) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	entries, err := fs.ReadDir(r.fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	isCluster := false
	for _, e := range entries {
		isCluster = isCluster || strings.HasPrefix(dir, "clusters/") && e.Name() == source.ClusterFile
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.Type()&fs.ModeSymlink != 0:
			r.report(name, "is a symbolic link; Heddle reads plain files only, so that nothing outside the repository gets in",
				"replace it by what it points to, or delete it")
		case e.IsDir() && name == "clusters/shared":
			r.shared(name)
		case e.IsDir() && isCluster && generated[e.Name()]:
		case e.IsDir():
			if err := r.walk(name); err != nil {
				return err
			}
		case strings.HasSuffix(name, ".cue"):
			r.file(name, e)
		}
	}
	return nil
}

// shared notes which versions of shared manifests are there.
func (r *reader) shared(dir string) {
	versions, err := fs.Glob(r.fsys, dir+"/*/*/kustomization.yaml")
	if err != nil {
		return
	}
	for _, v := range versions {
		r.tree.Shared[strings.TrimPrefix(path.Dir(v), dir+"/")] = true
	}
}

func (r *reader) file(name string, e fs.DirEntry) {
	f := &source.File{Path: name, Broken: true}
	r.tree.Files[name] = f
	dir := path.Dir(name)
	r.tree.Packages[dir] = append(r.tree.Packages[dir], f)

	data, problem, fix := r.read(name, e)
	if problem != "" {
		r.report(name, problem, fix)
		return
	}
	syntax, err := parser.ParseFile(name, data, parser.ParseComments)
	f.Syntax = syntax
	if err != nil {
		r.syntax(name, err)
		return
	}
	if syntax.PackageName() == "" {
		r.report(name, "has no package clause", "begin the file with `package "+packageFor(dir)+"`")
		return
	}
	f.Broken = false
}

func (r *reader) read(name string, e fs.DirEntry) (data []byte, problem, fix string) {
	info, err := e.Info()
	if err != nil {
		return nil, "cannot be read: " + err.Error(), "check the file and its rights"
	}
	if !info.Mode().IsRegular() {
		return nil, "is not a plain file", "replace it by a plain file, or delete it"
	}
	if info.Size() > maxSize {
		return nil, fmt.Sprintf("has %d bytes; a CUE file may have at most %d", info.Size(), maxSize), "split the file, or remove what is not configuration"
	}
	data, err = fs.ReadFile(r.fsys, name)
	if err != nil {
		return nil, "cannot be read: " + err.Error(), "check the file and its rights"
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, "is empty", "delete the file, or fill it: heddle new --help"
	}
	if !utf8.Valid(data) {
		line := 1 + bytes.Count(data[:invalidAt(data)], []byte("\n"))
		return nil, fmt.Sprintf("is not UTF-8 text (line %d)", line), "save the file as UTF-8"
	}
	return data, "", ""
}

func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(data)
}

func (r *reader) syntax(name string, err error) {
	for _, e := range cueerrors.Errors(err) {
		format, args := e.Msg()
		pos := source.Position(e.Position())
		if pos.File == "" {
			pos.File = name
		}
		r.problems = append(r.problems, diagnostics.Diagnostic{
			Position: pos,
			Message:  "this is not CUE: " + fmt.Sprintf(format, args...),
			Fix:      "mend the syntax at this place; `cue fmt " + name + "` checks it",
		})
	}
}

func packageFor(dir string) string {
	if dir == "clusters" || strings.HasPrefix(dir, "clusters/") {
		return source.ClusterPackage
	}
	return path.Base(dir)
}
