package validate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// wrongValue reports a value that its declaration does not allow, as one
// message however many alternatives were tried.
func (e *explainer) wrongValue(f *finding) {
	if len(f.path) == 0 {
		e.other(f.path, f.errs[0])
		return
	}
	places := e.places(f)
	given, rule := e.culprit(f, places)
	if given == nil {
		e.plain(f, places)
		return
	}
	if len(f.path) == 4 && f.path[3] == "name" && strings.HasPrefix(given.pos.File, schemaDir) && e.unknownEntry(f.path) {
		return
	}
	e.at = f.path
	value, pos := element(given.field, f.path)
	d := diagnostics.Diagnostic{Position: pos, Path: pathText(f.path), Doc: e.docOf(f.path)}
	switch {
	case e.runsOn(f.path, given, &d):
	case rule == nil:
		d.Message = allowed(f.errs)
	case e.entryName(f.path, rule, &d):
	default:
		e.judge(given, value, rule, &d)
	}
	if d.Message == "" {
		d.Message = allowed(f.errs)
	}
	e.leave(f.path, source.Blank(given.field))
	e.report(d)
}

// element gives the value that is wrong, which may be one of a list's.
func element(given *ast.Field, path []string) (ast.Expr, diagnostics.Position) {
	value := given.Value
	if list, ok := value.(*ast.ListLit); ok {
		if i, err := strconv.Atoi(path[len(path)-1]); err == nil && i >= 0 && i < len(list.Elts) {
			value = list.Elts[i]
		}
	}
	return value, source.Position(value.Pos())
}

// plain reports a wrong value that no single field gave.
func (e *explainer) plain(f *finding, places []diagnostics.Position) {
	e.leave(f.path)
	e.report(diagnostics.Diagnostic{
		Position: places[0], Path: pathText(f.path), Message: allowed(f.errs), Doc: e.docOf(f.path),
		Fix: "change the value, or what it is made from",
	})
}

// allowed is what CUE says of a wrong value, less its jargon.
func allowed(errs []errors.Error) string {
	for i := len(errs) - 1; i >= 0; i-- {
		format, args := errs[i].Msg()
		switch format {
		case emptyDisjunct:
			continue
		case conflict, mismatch:
			return fmt.Sprintf("has two values, %v and %v", args[0], args[1])
		case outOfBound, unsatisfied:
			return fmt.Sprintf("%v is not allowed: it must be %v", args[0], args[1])
		}
		return fmt.Sprintf(format, args...)
	}
	return "its value is not allowed"
}

// culprit finds who gave a wrong value, and the declaration that it breaks: of
// those who disagree the one nearest to the author, and of what it breaks
// something that says more than a type.
func (e *explainer) culprit(f *finding, places []diagnostics.Position) (given, rule *conjunct) {
	all := e.conjuncts(f.path)
	for i := range all {
		for j := range all {
			if i == j || all[i].value.Unify(all[j].value).Validate() == nil {
				continue
			}
			if rule == nil || isType(rule.field.Value) && !isType(all[j].field.Value) {
				given, rule = &all[i], &all[j]
			}
		}
		if given != nil {
			return given, rule
		}
	}
	for _, p := range places {
		field := e.tree.FieldAt(p)
		switch {
		case field == nil:
		case given == nil:
			given = &conjunct{field: field, pos: source.Position(field.Pos())}
		case rule == nil && field != given.field:
			rule = &conjunct{field: field, pos: source.Position(field.Pos())}
		}
	}
	return given, rule
}

// runsOn explains a field after which nothing stands, so that CUE takes the
// next line for its value.
func (e *explainer) runsOn(path []string, given *conjunct, d *diagnostics.Diagnostic) bool {
	x, ok := given.field.Value.(*ast.StructLit)
	if !ok || x.Lbrace.IsValid() || len(x.Elts) == 0 || x.Elts[0].Pos().Line() == given.field.Pos().Line() {
		return false
	}
	label := asField(path[len(path)-1:])
	d.Position = given.pos
	d.Message = "has no value, so CUE takes the next line for it"
	d.Fix = fmt.Sprintf("write a value after `%s`", label)
	if next, isField := x.Elts[0].(*ast.Field); isField {
		e.known = append(e.known, append(slices.Clone(path[:len(path)-1]), source.Label(next)))
	}
	return true
}

// isType says whether an expression names a type and says no more: int, *3 | int, _.
func isType(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return types[x.Name] != ""
	case *ast.BinaryExpr:
		return x.Op == token.OR && (isType(x.X) || isType(x.Y))
	case *ast.ParenExpr:
		return isType(x.X)
	}
	return false
}

// entryName explains a component or workspace that is listed under a name that
// is not its own: the list is to be mended, not the component.
func (e *explainer) entryName(path []string, rule *conjunct, d *diagnostics.Diagnostic) bool {
	if len(path) != 4 || path[3] != "name" || source.DefinitionOf(path) == "" {
		return false
	}
	own, err := rule.value.String()
	for _, c := range e.conjuncts(path) {
		if s, isText := stringOf(c.field.Value); isText {
			own, err = s, nil
		}
	}
	if err != nil || own == path[2] {
		return false
	}
	what := strings.TrimSuffix(path[1], "s")
	d.Related = []diagnostics.Related{{Position: d.Position, Text: "declared"}}
	d.Position, _ = e.tree.Locate(e.cluster.Cluster, path[:3])
	d.Path, d.Doc = pathText(path[:3]), ""
	d.Message = fmt.Sprintf("%s %s is listed under the name %s", what, own, path[2])
	d.Fix = fmt.Sprintf("write %q for %q", own, path[2])
	return true
}

// judge says why a value does not fit a declaration, and what would.
func (e *explainer) judge(given *conjunct, value ast.Expr, rule *conjunct, d *diagnostics.Diagnostic) {
	text := firstLine(source.Text(value))
	d.Related = []diagnostics.Related{{Position: source.Position(rule.field.Value.Pos()), Text: "declared"}}
	file := rule.pos.File
	fixed, rest := e.options(file, rule.field.Value)
	want := e.wanted(rule)
	switch {
	case want == cue.StructKind:
		e.wantsStruct(value, isKind(text, value, given), d)
	case want == cue.ListKind:
		d.Message, d.Fix = fmt.Sprintf("%s; it must be a list", isKind(text, value, given)), fmt.Sprintf("write [%s]", text)
	case len(rest) == 0 && len(fixed) == 1:
		d.Message = fmt.Sprintf("%s conflicts with %s, which %s fixes", text, fixed[0], file)
		d.Fix = fmt.Sprintf("remove this line; or let the other be a default: *%s | ...", fixed[0])
		d.Related[0].Text = "fixed"
		if file == d.Position.File {
			d.Message, d.Fix = fmt.Sprintf("%s conflicts with %s, which the same file gives too", text, fixed[0]), "remove one of the two"
			d.Related[0].Text = "the other"
		}
		if strings.HasPrefix(file, schemaDir) {
			d.Message, d.Fix = fmt.Sprintf("%s is not allowed: it must be %s, or not there", text, fixed[0]), "remove it, or write "+fixed[0]
			d.Related[0].Text = "declared"
		}
	default:
		d.Message = fmt.Sprintf("%s is not allowed: it must be %s", text, e.words(file, rule.field.Value))
		if isOtherKind(given.value.IncompleteKind(), want) {
			d.Message = fmt.Sprintf("%s: it must be %s", isKind(text, value, given), e.words(file, rule.field.Value))
		}
		d.Fix = e.remedy(value, want, rule, fixed, rest)
	}
}

// wantsStruct explains a plain value where a struct is wanted; is says what it is.
func (e *explainer) wantsStruct(value ast.Expr, is string, d *diagnostics.Diagnostic) {
	if _, ok := value.(*ast.StructLit); ok {
		return // it is one, with something in it that is none
	}
	label := asField(e.at[len(e.at)-1:])
	d.Message = is + "; it must be a struct, { ... }"
	d.Fix = fmt.Sprintf("write `%s {...}`", label)
	switch {
	case len(e.at) == 2 && e.at[1] == "backend":
		d.Message = is + "; it must be a backend's definition"
		d.Fix = "write `backend: <package>.#Backend`, and import " + e.packages("models/backends", "#Backend")
		return
	case source.DefinitionOf(e.at) != "" && len(e.at) == 3:
		d.Fix = fmt.Sprintf("write `%s <package>%s`, and import the package", label, strings.Replace(source.DefinitionOf(e.at), "#", ".#", 1))
		return
	case len(e.patterns(e.at)) > 0:
		d.Message = is + "; it must be a struct of entries by their names"
		d.Fix = fmt.Sprintf("write `%s <name>: ...`", label)
		if set := asSet(value); set != "" && isSet(e.lookup(e.at)) {
			d.Fix = fmt.Sprintf("write `%s %s`", label, set)
		}
		return
	}
	if names := e.allowed(e.at); len(names) > 0 {
		d.Fix += ", with " + strings.Join(names, ", ")
	}
}
