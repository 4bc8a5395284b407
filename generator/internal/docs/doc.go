// Package docs holds the tests of the documentation: every tutorial and how-to
// is followed as a reader would follow it, in a copy of the repository, and
// every link must lead somewhere.
//
// A page is Markdown. These blocks of it are acted upon, in their order:
//
//	```console           commands after "$ ", each followed by what it prints
//	```console exit=1    the same; the last command ends with that code
//	```cue file=NAME     the whole content of a file; any language will do
//	```diff              a change, for git apply
//
// In what a command prints, a line "..." stands for any lines, and the hashes
// of a line "index ..." of a diff are not compared. Blocks of other languages
// are for the reader alone.
//
//	go test ./generator/internal/docs -update
//
// writes what the commands print into the pages.
package docs
