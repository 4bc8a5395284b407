// Package suggest finds what a person probably meant to type.
package suggest

import (
	"slices"

	"github.com/agext/levenshtein"
)

// Nearest gives the known word closest to a mistyped one, or "" when none is close.
func Nearest(word string, known []string) string {
	best, bestDistance := "", max(1, (len(word)+1)/3)+1
	known = slices.Clone(known)
	slices.Sort(known)
	for _, k := range known {
		if d := levenshtein.Distance(word, k, nil); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}
