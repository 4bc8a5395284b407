package reference

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"

	"heddle.dev/platform/generator/internal/source"
)

// repository is what the pages are made from, each list in order of its names.
type repository struct {
	schema     *pkg
	components []*pkg
	backends   []*pkg
	models     []*pkg
}

// pkg is a CUE package as it was written, and as CUE sees it.
type pkg struct {
	dir   string
	files []*ast.File
	value cue.Value
}

// read loads the packages of a repository.
func read(fsys fs.FS) (*repository, error) {
	r := &repository{}
	ctx := cuecontext.New()
	for _, kind := range []struct {
		dir, file string
		into      *[]*pkg
	}{
		{"components", "component.cue", &r.components},
		{"models/backends", "backend.cue", &r.backends},
		{"models", "model.cue", &r.models},
	} {
		files, err := fs.Glob(fsys, kind.dir+"/*/"+kind.file)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			p, err := readPackage(ctx, fsys, path.Dir(f))
			if err != nil {
				return nil, err
			}
			*kind.into = append(*kind.into, p)
		}
	}
	var err error
	r.schema, err = readPackage(ctx, fsys, "generator/schema")
	return r, err
}

func readPackage(ctx *cue.Context, fsys fs.FS, dir string) (*pkg, error) {
	inst := load.Instances([]string{"./" + dir}, &load.Config{FS: fsys, Dir: "/"})[0]
	if inst.Err != nil {
		return nil, fmt.Errorf("%s: %w", dir, inst.Err)
	}
	return &pkg{dir: dir, files: own(inst), value: ctx.BuildInstance(inst)}, nil
}

// own lists a package's files in order of their names.
func own(inst *build.Instance) []*ast.File {
	return slices.SortedFunc(slices.Values(inst.Files), func(a, b *ast.File) int { return strings.Compare(a.Filename, b.Filename) })
}

// text gives the string at a path of the package's value; "" when there is none.
func (p *pkg) text(at string) string {
	v := p.value.LookupPath(cue.ParsePath(at))
	if d, ok := v.Default(); ok {
		v = d
	}
	s, err := v.String()
	if err != nil {
		return ""
	}
	return s
}

// keys gives the names of the fields at a path of the package's value.
func (p *pkg) keys(at string) ([]string, error) {
	v := p.value.LookupPath(cue.ParsePath(at))
	if !v.Exists() {
		return nil, nil
	}
	fields, err := v.Fields()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.dir, err)
	}
	var names []string
	for fields.Next() {
		names = append(names, fields.Selector().Unquoted())
	}
	slices.Sort(names)
	return names, nil
}

// doc is the comment of the package without the words "Package NAME is".
func (p *pkg) doc() string {
	for _, f := range p.files {
		for _, decl := range f.Decls {
			if clause, ok := decl.(*ast.Package); ok {
				if text := strings.TrimSpace(comment(clause)); text != "" {
					text = strings.TrimPrefix(strings.TrimPrefix(text, "Package "+clause.Name.Name+" "), "is ")
					return prose(strings.ToUpper(text[:1]) + text[1:])
				}
			}
		}
	}
	return ""
}

// comment is the text above a node, line by line.
func comment(n ast.Node) string {
	var b strings.Builder
	for _, group := range ast.Comments(n) {
		if group.Doc {
			b.WriteString(group.Text())
		}
	}
	return b.String()
}

// definition gives a definition of the package.
func (p *pkg) definition(name string) *ast.Field {
	for _, f := range p.files {
		for _, decl := range f.Decls {
			if field, ok := decl.(*ast.Field); ok && source.Label(field) == name {
				return field
			}
		}
	}
	return nil
}

// imported gives the folders that the package's files import, by the word they are referred to by.
func (p *pkg) imported() map[string]string {
	dirs := map[string]string{}
	for _, f := range p.files {
		for spec := range f.ImportSpecs() {
			name := strings.Trim(spec.Path.Value, `"`)
			word := ast.ParseImportPath(name).Qualifier
			if spec.Name != nil {
				word = spec.Name.Name
			}
			for _, top := range []string{"components", "models/backends", "models", "workspaces", "policies"} {
				if i := strings.Index(name, "/"+top+"/"); i >= 0 {
					dirs[word] = name[i+1:]
					break
				}
			}
		}
	}
	return dirs
}

// find gives the package of a folder.
func find(list []*pkg, dir string) *pkg {
	for _, p := range list {
		if p.dir == dir {
			return p
		}
	}
	return nil
}
