package validate

import (
	"cmp"
	"strconv"
	"strings"
)

// minorOf gives 1.34 of v1.34.4.
func minorOf(version string) string {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + parts[1]
}

// compareMinors orders 1.9 before 1.10.
func compareMinors(a, b string) int {
	number := func(s string) int {
		_, minor, _ := strings.Cut(s, ".")
		n, _ := strconv.Atoi(minor) // the schema's pattern makes it a number
		return n
	}
	return cmp.Compare(number(a), number(b))
}
