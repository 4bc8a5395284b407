package apischema

import (
	"maps"
	"slices"
	"testing"
)

// BenchmarkOpen opens a minor and validates one object of each family, so
// that it includes reading and compiling their schemas.
func BenchmarkOpen(b *testing.B) {
	objects := goodObjects(b)
	b.ReportAllocs()
	for b.Loop() {
		c := open(b, "1.34")
		for _, obj := range objects {
			problemsOf(b, c, obj)
		}
	}
}

// BenchmarkFleet opens a minor and validates a thousand objects.
func BenchmarkFleet(b *testing.B) {
	objects := slices.Collect(maps.Values(goodObjects(b)))
	b.ReportAllocs()
	for b.Loop() {
		c := open(b, "1.34")
		for i := range 1000 {
			problemsOf(b, c, objects[i%len(objects)])
		}
	}
}

// BenchmarkValidate validates one object whose schema is compiled already.
func BenchmarkValidate(b *testing.B) {
	c := open(b, "1.34")
	objects := goodObjects(b)
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		b.Run(name, func(b *testing.B) {
			problemsOf(b, c, objects[name])
			b.ReportAllocs()
			for b.Loop() {
				problemsOf(b, c, objects[name])
			}
		})
	}
}
