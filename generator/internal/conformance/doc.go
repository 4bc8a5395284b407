// Package conformance holds the tests of the committed fleet: what Flux would
// apply of clusters/ is built as Flux builds it, each object is judged by the
// API server's own code, and each reference must lead somewhere.
package conformance
