// Package load reads the repository: the CUE files that people write, each
// checked to be a plain file of a sane size that parses. It is the only package
// that reads the input.
package load

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf8"

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
	mod, err := moduleFile(root)
	if err != nil {
		return nil, nil, err
	}
	r.tree.Module = unversioned(mod.QualifiedModule())
	r.tree.Settings = mod.QualifiedModule()
	if mod.Language != nil {
		r.tree.Settings += " " + mod.Language.Version
	}
	for name := range mod.Deps {
		r.modules = append(r.modules, unversioned(name))
	}
	if err := r.top(); err != nil {
		return nil, nil, err
	}
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
	// modules that cue.mod/module.cue names.
	modules []string
}

// Module gives the path of the repository's CUE module, without its version.
func Module(root *os.Root) (string, error) {
	mod, err := moduleFile(root)
	if err != nil {
		return "", err
	}
	return unversioned(mod.QualifiedModule()), nil
}

func moduleFile(root *os.Root) (*modfile.File, error) {
	const file = "cue.mod/module.cue"
	data, err := root.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a Heddle repository: it has no %s\nfix: run heddle inside the repository, or name it with --root", root.Name(), file)
	}
	if err != nil {
		return nil, err
	}
	mod, err := modfile.Parse(data, file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return mod, nil
}

func unversioned(module string) string {
	name, _, _ := strings.Cut(module, "@")
	return name
}

func (r *reader) report(file, message, fix string) {
	r.problems = append(r.problems, diagnostics.Diagnostic{
		Position: diagnostics.Position{File: file}, Message: message, Fix: fix,
	})
}

// top reports CUE in the repository's own folder, which would become part of
// every cluster.
func (r *reader) top() error {
	entries, err := fs.ReadDir(r.fsys, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".cue") && !strings.HasPrefix(e.Name(), ".") && !e.IsDir() {
			r.add(&source.File{Path: e.Name(), Broken: true})
			r.report(e.Name(), "stands at the top of the repository, where CUE makes it part of every cluster",
				"move it to clusters/, if every cluster is to have it, or else to a folder of its own")
		}
	}
	return nil
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
		if err := r.entry(path.Join(dir, e.Name()), e, isCluster); err != nil {
			return err
		}
	}
	return nil
}

// entry reads one entry of a folder, which may be a cluster's.
func (r *reader) entry(name string, e fs.DirEntry, inCluster bool) error {
	switch {
	case strings.HasPrefix(e.Name(), "."):
	case e.Type()&fs.ModeSymlink != 0:
		if strings.HasSuffix(name, ".cue") {
			r.add(&source.File{Path: name, Broken: true})
		}
		r.report(name, "is a symbolic link; Heddle reads plain files only, so that nothing outside the repository gets in",
			"replace it by what it points to, or delete it")
	case e.IsDir() && name == "clusters/shared":
		r.shared(name)
		r.stray(name)
	case e.IsDir() && inCluster && generated[e.Name()]:
		r.stray(name)
	case e.IsDir():
		return r.walk(name)
	case strings.HasSuffix(name, ".cue"):
		r.file(name, e)
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

// stray reports CUE among generated files, where nothing reads it.
func (r *reader) stray(dir string) {
	files, _ := fs.Glob(r.fsys, dir+"/*.cue") // the pattern is well-formed
	deeper, _ := fs.Glob(r.fsys, dir+"/*/*.cue")
	for _, f := range append(files, deeper...) {
		r.report(f, "stands among generated files, where nothing reads it", "move it out of "+dir+", to a folder of its own")
	}
}

func (r *reader) add(f *source.File) {
	r.tree.Files[f.Path] = f
	r.tree.Packages[path.Dir(f.Path)] = append(r.tree.Packages[path.Dir(f.Path)], f)
}

func (r *reader) file(name string, e fs.DirEntry) {
	f := &source.File{Path: name, Broken: true}
	r.add(f)
	data, problem := r.read(name, e)
	if problem != nil {
		problem.Position.File = name
		r.problems = append(r.problems, *problem)
		return
	}
	f.Sum = sha256.Sum256(data)
	syntax, err := parser.ParseFile(name, data, parser.ParseComments)
	f.Syntax = syntax
	if err != nil {
		r.problems = append(r.problems, syntaxProblem(name, data, err))
		return
	}
	if syntax.PackageName() == "" {
		r.report(name, "has no package clause", "begin the file with `package "+packageFor(path.Dir(name))+"`")
		return
	}
	f.Broken = false
}

// read gives the content of a file, or what is wrong with it.
func (r *reader) read(name string, e fs.DirEntry) ([]byte, *diagnostics.Diagnostic) {
	info, err := e.Info()
	if err != nil {
		return nil, unreadable(err)
	}
	if !info.Mode().IsRegular() {
		return nil, &diagnostics.Diagnostic{Message: "is not a plain file", Fix: "replace it by a plain file, or delete it"}
	}
	if info.Size() > maxSize {
		return nil, &diagnostics.Diagnostic{
			Message: fmt.Sprintf("has %d bytes; a CUE file may have at most %d", info.Size(), maxSize),
			Fix:     "split the file, or remove what is not configuration",
		}
	}
	data, err := fs.ReadFile(r.fsys, name)
	switch {
	case err != nil:
		return nil, unreadable(err)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, &diagnostics.Diagnostic{Message: "is empty", Fix: "delete the file, or fill it: heddle new --help"}
	case !utf8.Valid(data):
		before := data[:invalidAt(data)]
		return nil, &diagnostics.Diagnostic{
			Position: diagnostics.Position{Line: 1 + bytes.Count(before, []byte("\n")), Column: len(before) - bytes.LastIndexByte(before, '\n')},
			Message:  "is not UTF-8 text", Fix: "save the file as UTF-8",
		}
	}
	return data, nil
}

func unreadable(err error) *diagnostics.Diagnostic {
	return &diagnostics.Diagnostic{Message: "cannot be read: " + err.Error(), Fix: "check the file and its rights"}
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

func packageFor(dir string) string {
	if dir == "clusters" || strings.HasPrefix(dir, "clusters/") {
		return source.ClusterPackage
	}
	return path.Base(dir)
}
