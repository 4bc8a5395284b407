// Package workflows holds the tests of .github/workflows: steps that talk to the
// forge are run against a server that speaks its API.
package workflows
