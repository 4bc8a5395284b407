package validate

import (
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
)

// unquoted gives the elements of a path of CUE's errors as plain names.
func unquoted(path []string) []string {
	elements := make([]string, len(path))
	for i, p := range path {
		if u, err := strconv.Unquote(p); err == nil {
			p = u
		}
		elements[i] = p
	}
	return elements
}

// pathText writes a path as CUE does, with quotes where they are needed.
func pathText(path []string) string {
	quoted := make([]string, len(path))
	for i, p := range path {
		quoted[i] = label(p)
	}
	return strings.Join(quoted, ".")
}

// asField writes a path as the start of a field: a: "b-c": d:.
func asField(path []string) string {
	quoted := make([]string, len(path))
	for i, p := range path {
		quoted[i] = label(p) + ":"
	}
	return strings.Join(quoted, " ")
}

func label(name string) string {
	if ast.StringLabelNeedsQuoting(name) && !strings.HasPrefix(name, "#") && !strings.HasPrefix(name, "_") {
		return strconv.Quote(name)
	}
	return name
}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
