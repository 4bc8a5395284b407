package validate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
	"heddle.dev/platform/generator/internal/suggest"
)

// other reports what has no explanation of its own, in CUE's words.
func (e *explainer) other(path []string, err errors.Error) {
	format, args := err.Msg()
	f := &finding{path: path, errs: []errors.Error{err}}
	places := e.places(f)
	d := diagnostics.Diagnostic{Position: places[0], Path: pathText(path), Message: fmt.Sprintf(format, args...)}
	switch {
	case len(path) > 2 && path[1] == "capabilities":
		e.capability(path[2], d.Message)
		return
	case format == unused:
		e.unusedImport(d)
		return
	case format == noReference, strings.HasPrefix(format, "undefined field"):
		d.Position = source.Position(err.Position())
		e.reference(path, d, strings.Trim(fmt.Sprint(args...), `"`))
		return
	case strings.HasPrefix(format, "unreferenced alias or let"):
		d.Message, d.Fix = fmt.Sprintf("%v is never used", args[0]), "remove it"
	case strings.Contains(format, "redeclared as imported package name"):
		d.Message, d.Fix = fmt.Sprintf("%v is imported twice", args[0]), "remove one of the two"
	case format == noLibrary:
		name := fmt.Sprint(args...)
		d.Message = fmt.Sprintf("imports %q, but CUE has no such package", name)
		d.Fix = "remove the import; https://pkg.go.dev/cuelang.org/go/pkg lists CUE's packages"
		if near := suggest.Nearest(name, libraries); near != "" {
			d.Fix = fmt.Sprintf("did you mean %q?", near)
		}
	}
	if e.round > 0 && format != noLibrary {
		return // it may come of what was left out
	}
	if letter := []rune(d.Message); len(letter) > longest {
		d.Message = string(letter[:longest]) + " ..."
	}
	for _, p := range places[1:] {
		d.Related = append(d.Related, diagnostics.Related{Position: p, Text: "see"})
	}
	if field := e.tree.FieldAt(d.Position); field != nil && len(path) > 0 {
		e.leave(path, source.Blank(field))
	}
	e.report(d)
}

// longest is how much of what CUE says is told.
const longest = 200

// libraries are CUE's own packages that people use.
var libraries = []string{
	"strings", "strconv", "list", "math", "math/bits", "net", "path", "regexp", "struct", "time", "uuid", "html", "text/template",
	"text/tabwriter", "encoding/json", "encoding/yaml", "encoding/base64", "encoding/hex", "encoding/csv", "crypto/sha256", "crypto/hmac",
}

// capability reports a capability that the backend does not give, at the line
// that requires it or else that names the backend.
func (e *explainer) capability(name, why string) {
	if strings.Contains(why, "does not say how") {
		return // the gap is reported in the backend
	}
	requires := []string{source.ClusterField, "requires", name}
	d := diagnostics.Diagnostic{
		Path: pathText(requires), Message: why,
		Fix: fmt.Sprintf("choose another backend, or a component: `#choose: %s: <package>.#Component`%s", name, e.giving(name)),
	}
	pos, depth := e.tree.Locate(e.cluster.Cluster, requires)
	if depth < len(requires) {
		pos, _ = e.tree.Locate(e.cluster.Cluster, []string{source.ClusterField, "backend"})
		if model, err := e.lookup([]string{source.ClusterField, "model"}).String(); err == nil {
			d.Message = fmt.Sprintf("model %s requires %s: %s", model, name, why)
		}
	}
	d.Position = pos
	e.leave([]string{source.ClusterField, "capabilities", name})
	e.report(d)
}

// unusedImport reports an import that nothing uses, unless a misspelt reference
// to it is reported; or the field that hides it.
func (e *explainer) unusedImport(d diagnostics.Diagnostic) {
	f := e.tree.Files[d.Position.File]
	if f == nil || f.Syntax == nil {
		return
	}
	for spec := range f.Syntax.ImportSpecs() {
		if pos := source.Position(spec.Pos()); pos.Line != d.Position.Line {
			continue
		}
		name := source.ImportName(spec)
		e.leave(nil, e.tree.DropImport(f.Path, spec))
		if field := hiding(f.Syntax, name); field != nil {
			e.hidden(field, name)
			return
		}
		first, _, _ := strings.Cut(source.ImportPath(spec), "/")
		if e.round > 0 || e.isMisspelt(f, name) || !strings.Contains(first, ".") && !slices.Contains(libraries, source.ImportPath(spec)) {
			return // what it comes of is reported
		}
		d.Message = fmt.Sprintf("imports %q and does not use it", source.ImportPath(spec))
		d.Fix = "remove the import"
		e.report(d)
	}
}

// isMisspelt says whether a file has a reference that is nearly a name.
func (e *explainer) isMisspelt(f *source.File, name string) bool {
	return slices.ContainsFunc(f.Syntax.Unresolved, func(id *ast.Ident) bool {
		return id.Name != name && suggest.Nearest(id.Name, []string{name}) != ""
	})
}

// hiding finds the field whose name, being without quotes, hides an import from
// the reference in its own value: crew: crew.#Workspace.
func hiding(f *ast.File, name string) *ast.Field {
	var found *ast.Field
	ast.Walk(f, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if id, isIdent := labelIdent(field, ok); isIdent && id.Name == name && refersTo(field.Value, name) {
			found = field
		}
		return found == nil
	}, nil)
	return found
}

func labelIdent(field *ast.Field, ok bool) (*ast.Ident, bool) {
	if !ok {
		return nil, false
	}
	id, isIdent := field.Label.(*ast.Ident)
	return id, isIdent
}

// refersTo says whether an expression has name.#Something in it.
func refersTo(x ast.Expr, name string) bool {
	found := false
	ast.Walk(x, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			id, isIdent := s.X.(*ast.Ident)
			found = found || isIdent && id.Name == name
		}
		return !found
	}, nil)
	return found
}

// hidden reports a field that hides an import.
func (e *explainer) hidden(field *ast.Field, name string) {
	e.leave(nil, source.Drop(field))
	e.report(diagnostics.Diagnostic{
		Position: source.Position(field.Pos()),
		Message:  fmt.Sprintf("the field %s hides the package %s that is imported, so %[1]s.# means the field", name, name),
		Fix:      fmt.Sprintf("put the field's name in quotes: `%q: %s`", name, firstLine(source.Text(field.Value))),
	})
}

// reference reports a name that nothing has, and suggests the one that was meant.
func (e *explainer) reference(path []string, d diagnostics.Diagnostic, word string) {
	f := e.tree.Files[d.Position.File]
	if f == nil || f.Syntax == nil {
		e.report(d)
		return
	}
	field := e.tree.FieldAt(d.Position)
	if field != nil {
		e.leave(path, source.Blank(field))
	}
	if pkg := packageAt(f.Syntax, d.Position); pkg != "" {
		e.undefined(f, field, pkg, word, d)
		return
	}
	d.Message = fmt.Sprintf("nothing is called %s here", word)
	var known []string
	for spec := range f.Syntax.ImportSpecs() {
		known = append(known, source.ImportName(spec))
	}
	id, isIdent := ast.Expr(nil), false
	if field != nil {
		id = field.Value
		_, isIdent = id.(*ast.Ident)
	}
	switch near := suggest.Nearest(word, known); {
	case near != "":
		d.Fix = fmt.Sprintf("did you mean %q?", near)
	case isIdent:
		d.Fix = "if it is text, put it in quotes: " + strconv.Quote(word)
	case len(known) > 0:
		d.Fix = "declare it, or import it; this file imports " + strings.Join(known, ", ")
	default:
		d.Fix = "declare it, or import it"
	}
	e.report(d)
}

// packageAt gives the word before the dot of a reference at a position, such as
// standard of standard.#Model.
func packageAt(f *ast.File, pos diagnostics.Position) string {
	name := ""
	ast.Walk(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if at := source.Position(s.Sel.Pos()); at.Line == pos.Line && at.Column == pos.Column {
				if id, isIdent := s.X.(*ast.Ident); isIdent {
					name = id.Name
				}
			}
		}
		return true
	}, nil)
	return name
}

// undefined reports a definition that a package does not have.
func (e *explainer) undefined(f *source.File, field *ast.Field, pkg, word string, d diagnostics.Diagnostic) {
	if id, ok := labelIdent(field, field != nil); ok && id.Name == pkg {
		e.hidden(field, pkg)
		return
	}
	d.Message = fmt.Sprintf("%s has no %s", pkg, word)
	d.Fix = "correct the name"
	if near := suggest.Nearest(word, e.tree.FieldsOf(f, pkg)); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q?", near)
	}
	if dir, ok := e.tree.Import(f.Path, pkg); ok {
		known := e.tree.Definitions(dir)
		d.Message = fmt.Sprintf("package %s has no %s", pkg, word)
		d.Fix = fmt.Sprintf("it has %s", strings.Join(known, ", "))
		if near := suggest.Nearest(word, known); near != "" {
			d.Fix = fmt.Sprintf("did you mean %q?", near)
		}
	}
	e.report(d)
}
