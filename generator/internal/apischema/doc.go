// Package apischema answers one question about a rendered object: would a
// real Kubernetes API server accept it? It validates with the API server's
// own code against the schemas that the projects publish: Kubernetes' OpenAPI
// documents for native kinds, CustomResourceDefinitions for everything else.
//
// # Where the schemas come from
//
// Nothing is vendored. modules.json pins Go modules (path, version, hash) and
// says which file of which module defines which kind. A module is brought by
// `go mod download` when the first object of one of its kinds is validated,
// and read from Go's module cache; nothing else is kept on disk. After
// changing a pin, bring hashes and kinds up to date with
//
//	go test ./generator/internal/apischema -run TestPins -update
//
// # What is checked
//
//   - the kind and version exist in that Kubernetes minor, or in the CRD;
//   - unknown fields, types, required fields, enums, patterns, ranges, formats
//     (a few required fields of native kinds are so in their published schema
//     only: the server would take them for empty);
//   - defaults are filled in first, as the server does;
//   - CEL rules (x-kubernetes-validations), except those that compare with an
//     older object; skipped while an object is structurally wrong, as the
//     server does;
//   - duplicates in lists that are sets or maps, which server-side apply, and
//     so Flux, refuses in native kinds too;
//   - metadata: names by the kind's own rule, labels, annotations, namespace
//     present for namespaced kinds and absent for the others;
//   - native kinds: enums (published in Kubernetes' generated Go code),
//     quantities, label selectors, metadata of nested templates;
//   - CustomResourceDefinitions: all that the server checks when one is made.
//
// # What is not
//
// Rules that exist only as Go code in the API server's registries (a
// Deployment's selector must match its template, a CIDR must parse) or in a
// project's admission webhooks, and rules about updates. unchecked.json lists
// the kinds for which no schema can be had, each with the reason: Validate
// reports them as [Unchecked], it never pretends a check.
package apischema
