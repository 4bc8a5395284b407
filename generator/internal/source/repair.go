package source

import (
	"io/fs"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// Edit takes a stretch of a file away, so that CUE sees what it hid. What
// stands after it keeps its place.
type Edit struct {
	// File that has the stretch.
	File string
	// From and To are its ends, as offsets.
	From, To int
	// With stands there instead, and is no longer than the stretch.
	With string
}

// Blank lets a field have any value.
func Blank(field *ast.Field) Edit { return edit(field.Value, "_") }

// Drop takes a field out. What is left of it stands for nothing.
func Drop(field *ast.Field) Edit { return edit(field, "{}") }

// DropImport takes an import out.
func (t *Tree) DropImport(file string, spec *ast.ImportSpec) Edit {
	for _, decl := range t.Files[file].Syntax.Decls {
		if d, ok := decl.(*ast.ImportDecl); ok && len(d.Specs) == 1 && d.Specs[0] == spec {
			return edit(d, "")
		}
	}
	return edit(spec, "")
}

func edit(n ast.Node, with string) Edit {
	return Edit{File: Position(n.Pos()).File, From: n.Pos().Offset(), To: n.End().Offset(), With: with}
}

// Without evaluates a cluster again, as if parts of its own files were not
// there. It is false when that cannot be.
func (e Evaluated) Without(edits []Edit) (Evaluated, bool) {
	if e.instance == nil || len(edits) == 0 {
		return e, false
	}
	next := e
	next.edits = append(slices.Clone(e.edits), edits...)
	imports := map[string]*build.Instance{}
	for _, i := range e.instance.Imports {
		imports[i.ImportPath] = i
	}
	loader := func(_ token.Pos, path string) *build.Instance { return imports[path] }
	inst := build.NewContext().NewInstance(e.instance.Dir, loader)
	inst.PkgName, inst.ImportPath, inst.CanonicalID = e.instance.PkgName, e.instance.ImportPath, e.instance.CanonicalID
	inst.CanonicalImportPath = e.instance.CanonicalImportPath
	inst.Module, inst.ModuleFile, inst.Root = e.instance.Module, e.instance.ModuleFile, e.instance.Root
	for _, f := range e.instance.Files {
		data, err := fs.ReadFile(e.Tree.FS, strings.TrimPrefix(f.Filename, "/"))
		if err != nil {
			return e, false
		}
		syntax, err := parser.ParseFile(f.Filename, apply(data, next.edits, strings.TrimPrefix(f.Filename, "/")), parser.ParseComments)
		if err != nil {
			return e, false
		}
		if inst.AddSyntax(syntax) != nil {
			return e, false
		}
	}
	if inst.Complete() != nil {
		return e, false
	}
	next.Value, next.Err = e.context.BuildInstance(inst), nil
	return next, true
}

// apply makes the edits of one file; lines keep their length.
func apply(data []byte, edits []Edit, file string) []byte {
	data = slices.Clone(data)
	for _, e := range edits {
		if e.File != file || e.From < 0 || e.To > len(data) || e.To-e.From < len(e.With) {
			continue
		}
		for i := e.From; i < e.To; i++ {
			if data[i] != '\n' {
				data[i] = ' '
			}
		}
		copy(data[e.From:], e.With)
	}
	return data
}
