package source

import (
	"path"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"

	"heddle.dev/platform/generator/internal/diagnostics"
)

// Definition gives the field that a reference of a file names: #X of the file's
// own package, or package.#X of one that it imports. It is nil for any other
// expression, and for what is not in this repository.
func (t *Tree) Definition(file string, x ast.Expr) *ast.Field {
	dir, name := path.Dir(file), ""
	switch x := x.(type) {
	case *ast.Ident:
		name = x.Name
	case *ast.SelectorExpr:
		pkg, ok := x.X.(*ast.Ident)
		if !ok {
			return nil
		}
		if dir, ok = t.Import(file, pkg.Name); !ok {
			return nil
		}
		name, _, _ = ast.LabelName(x.Sel)
	}
	for _, f := range t.Packages[dir] {
		if f.Syntax == nil {
			continue
		}
		for _, field := range fields(f.Syntax.Decls) {
			if name != "" && labelOf(field) == name {
				return field
			}
		}
	}
	return nil
}

// Import gives the folder of the package that a file imports under a name.
func (t *Tree) Import(file, name string) (string, bool) {
	f := t.Files[file]
	if f == nil || f.Syntax == nil {
		return "", false
	}
	for spec := range f.Syntax.ImportSpecs() {
		if ImportName(spec) == name {
			return t.Folder(spec)
		}
	}
	return "", false
}

// ImportPath is what an import names, unquoted.
func ImportPath(spec *ast.ImportSpec) string {
	name, err := literal.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	return name
}

// ImportName is the word by which a file refers to an import.
func ImportName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return ast.ParseImportPath(ImportPath(spec)).Qualifier
}

// Folder gives the folder of an import of this repository's own module.
func (t *Tree) Folder(spec *ast.ImportSpec) (string, bool) {
	name, _, _ := strings.Cut(ImportPath(spec), ":")
	return strings.CutPrefix(name, t.Module+"/")
}

// Definitions lists the names that a package defines.
func (t *Tree) Definitions(dir string) []string {
	var names []string
	for _, f := range t.Packages[dir] {
		if f.Syntax == nil {
			continue
		}
		for _, field := range fields(f.Syntax.Decls) {
			if name := labelOf(field); strings.HasPrefix(name, "#") {
				names = append(names, name)
			}
		}
	}
	return names
}

// LocateIn finds the field at path in the definition, such as #Component, whose
// own name is name. The number is how many of the path's elements were found;
// the position is that of the deepest, and of the definition itself with none.
func (t *Tree) LocateIn(definition, name string, path []string) (best diagnostics.Position, depth int) {
	depth = -1
	for _, f := range t.SortedFiles() {
		if f.Syntax == nil {
			continue
		}
		for _, field := range fields(f.Syntax.Decls) {
			body := bodyOf(field.Value)
			if own, ok := stringField(body, "name"); labelOf(field) != definition || !ok || own != name {
				continue
			}
			pos, d := find(body, path)
			if d == 0 {
				pos = Position(field.Pos())
			}
			if d > depth {
				best, depth = pos, d
			}
		}
	}
	return best, depth
}

// Entries lists the fields written in a field's struct.
func Entries(field *ast.Field) []*ast.Field { return fields(bodyOf(field.Value)) }

// FieldsOf lists the names in the struct, or in the definition, that a file gives
// to a field of that name, wherever in the file it stands.
func (t *Tree) FieldsOf(f *File, name string) []string {
	var names []string
	ast.Walk(f.Syntax, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok || labelOf(field) != name {
			return true
		}
		if definition := t.Definition(f.Path, field.Value); definition != nil {
			field = definition
		}
		for _, entry := range Entries(field) {
			names = append(names, labelOf(entry))
		}
		return true
	}, nil)
	return names
}

// Names gives the names of the things that a file defines under a definition such as #Component.
func (t *Tree) Names(f *File, definition string) []string {
	var names []string
	for _, body := range bodies(f.Syntax.Decls, definition) {
		if name, ok := stringField(body, "name"); ok {
			names = append(names, name)
		}
	}
	return names
}
