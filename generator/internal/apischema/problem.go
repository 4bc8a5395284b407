package apischema

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Reason says what kind of problem a [Problem] is.
type Reason string

const (
	// Invalid means: an API server would refuse the object.
	Invalid Reason = "invalid"
	// Unchecked means: the object was not checked, because no schema can be had for
	// its kind; unchecked.json lists it with the reason.
	Unchecked Reason = "unchecked"
	// Unknown means: the object was not checked, because nothing usable is known of
	// its kind: it is misspelt, or what defines it is broken, or its schema must
	// be pinned in modules.json or excused in unchecked.json.
	Unknown Reason = "unknown"
)

// Problem is one thing that is wrong with an object.
type Problem struct {
	// Reason tells an invalid object from one that could not be checked.
	Reason Reason
	// Path is the field, like spec.ports[0].name; empty for the whole object.
	Path string
	// Message says what is wrong, in the API server's words.
	Message string
}

// String is the problem on one line.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// invalid turns the API server's errors into problems.
func invalid(errs field.ErrorList) []Problem {
	problems := make([]Problem, 0, len(errs))
	for _, err := range errs {
		path := err.Field
		if path == "" || path == "<nil>" { // the root; or a field that is named in the text only
			path = pathIn(err.Detail)
		}
		problems = append(problems, Problem{Reason: Invalid, Path: path, Message: err.ErrorBody()})
	}
	return problems
}

// pathIn finds the path in the few messages that have it nowhere else: numbers
// out of range, and values that fit none, or too many, of several schemas.
func pathIn(detail string) string {
	for _, pattern := range []string{
		`^"([^"]*)" must (?:not )?validate `,
		`^Checked value must be .* in (\S+)$`,
	} {
		if found := regexp.MustCompile(pattern).FindStringSubmatch(detail); found != nil {
			return found[1]
		}
	}
	return ""
}

// unknownField is the problem of a field that the schema does not have, most
// often a misspelt one.
func unknownField(path string) Problem {
	name := path[strings.LastIndexByte(path, '.')+1:]
	return Problem{Reason: Invalid, Path: path, Message: fmt.Sprintf("unknown field %q", name)}
}

// sorted orders problems by path and drops repetitions: the same mistake may
// be seen by more than one check.
func sorted(problems []Problem) []Problem {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(problems)
}
