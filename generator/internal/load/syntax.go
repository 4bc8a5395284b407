package load

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/scanner"
	"cuelang.org/go/cue/token"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/source"
)

// syntaxProblem explains why a file is not CUE. It tells the first error alone:
// the parser loses its way there, and what it says of the rest is guesswork.
func syntaxProblem(name string, data []byte, err error) diagnostics.Diagnostic {
	first := errors.Errors(err)[0]
	format, args := first.Msg()
	d := diagnostics.Diagnostic{
		Position: source.Position(first.Position()),
		Message:  "this is not CUE: " + plainly.Replace(fmt.Sprintf(format, args...)),
		Fix:      "mend the syntax at this place; `cue fmt " + name + "` checks it",
	}
	if d.Position.File == "" {
		d.Position = diagnostics.Position{File: name, Line: 1, Column: 1}
	}
	line := lineOf(data, d.Position.Line)
	before := line[:min(len(line), max(0, d.Position.Column-1))]
	switch label := unquotedLabel(line, len(before)); {
	case strings.HasPrefix(strings.TrimSpace(line), "- "):
		d.Position.Column = strings.Index(line, "-") + 1
		d.Message = "this is YAML, not CUE: a list is written [a, b], and most things here are structs by name"
		d.Fix = "write `<name>: {...}` for each entry"
	case strings.Contains(d.Message, "string literal not terminated"):
		d.Message, d.Fix = "this string is not closed", `add " at its end`
	case label != "":
		d.Position.Column = strings.Index(line, label) + 1
		d.Message, d.Fix = fmt.Sprintf("the name %s has a hyphen and no quotes", label), fmt.Sprintf("write %q:", label)
	case strings.Contains(d.Message, "missing ','"):
		d.Message, d.Fix = "there is no comma between this and what stands before it on the line", "add a comma, or begin a new line"
	case strings.Contains(d.Message, "the end of the file"):
		if open, text := unclosed(name, data); text != "" {
			d.Position, d.Message, d.Fix = open, "this "+text+" is never closed", "add "+closing[text]+" where it ends"
		}
	}
	return d
}

// plainly puts the parser's words into plain ones.
var plainly = strings.NewReplacer("expected 'EOF', found '}'", "this } closes nothing", "expected operand", "expected a value", "expected label or ':'", "expected a field or ':'",
	"expected selector", "expected a name after the dot", "'IDENT' ", "", "'STRING' ", "", "'INT' ", "", "'FLOAT' ", "", "'INTERPOLATION' ", "",
	"'IDENT'", "a name", "'STRING'", "a string", "'EOF'", "the end of the file", "newline", "the end of the line")

func lineOf(data []byte, line int) string {
	lines := bytes.Split(data, []byte("\n"))
	if line < 1 || line > len(lines) {
		return ""
	}
	return string(lines[line-1])
}

var hyphened = regexp.MustCompile(`(?:^|[\s{,])([A-Za-z_]\w*(?:-\w+)+)\s*[?!]?:`)

// unquotedLabel finds the name with a hyphen at or before a column of a line,
// such as cert-manager in components: cert-manager: {}.
func unquotedLabel(line string, column int) string {
	found := ""
	for _, m := range hyphened.FindAllStringSubmatchIndex(line, -1) {
		if m[2] <= column {
			found = line[m[2]:m[3]]
		}
	}
	return found
}

var closing = map[string]string{"{": "}", "[": "]", "(": ")"}

// bracket is one that is open.
type bracket struct {
	text          string
	pos           token.Pos
	indent        int
	interpolation bool // it stands in a string: "\(x)"
}

// unclosed finds the bracket that is never closed. Where a bracket that begins
// a line stands less deep than the line that it would close, that line's is it.
func unclosed(name string, data []byte) (diagnostics.Position, string) {
	lines := bytes.Split(data, []byte("\n"))
	var s scanner.Scanner
	s.Init(token.NewFile(name, -1, len(data)), data, func(token.Pos, string, []any) {}, 0)
	var open []bracket
	inString := false
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			break
		}
		indent, begins := indentOf(string(lines[pos.Line()-1]), pos.Column())
		switch text := tok.String(); {
		case tok == token.INTERPOLATION:
			inString = true
		case closing[text] != "":
			open = append(open, bracket{text, pos, indent, inString})
			inString = false
		case len(open) > 0 && closing[open[len(open)-1].text] == text:
			last := open[len(open)-1]
			if begins && indent < last.indent {
				return source.Position(last.pos), last.text
			}
			open = open[:len(open)-1]
			if last.interpolation {
				inString = strings.HasSuffix(s.ResumeInterpolation(), "(")
			}
		}
	}
	if len(open) == 0 {
		return diagnostics.Position{}, ""
	}
	last := open[len(open)-1]
	return source.Position(last.pos), last.text
}

// indentOf measures a line's indent, and says whether the column is where its text begins.
func indentOf(line string, column int) (indent int, begins bool) {
	indent = len(line) - len(strings.TrimLeft(line, " \t"))
	return indent, indent == column-1
}
