package conformance_test

import (
	"strings"
	"testing"
)

// TestReferences proves that whatever a Flux object names is there: its source,
// what it waits for, its chart's source, its service account, and its secrets,
// or that the operator is told to provide it (docs/reference/secrets.md).
func TestReferences(t *testing.T) {
	w := load(t)
	provided := providedSecrets(t)
	seen := 0
	for cluster, u := range w.universes {
		for _, o := range u.objects {
			for _, r := range references(o) {
				seen++
				if u.has(r) || r.kind == "Secret" && provided[secretRule(r)] {
					continue
				}
				t.Errorf("%s: %s names %s, which is not there", cluster, o.id(), r)
			}
		}
	}
	if seen == 0 {
		t.Error("no object names another")
	}
}

// references lists what a Flux object names.
func references(o object) []ref {
	switch {
	case isFluxKustomization(o):
		refs := append(waits(o), source(o, "spec", "sourceRef")...)
		return append(refs, access(o)...)
	case o.kind() == "HelmRelease" && o.group() == helmGroup:
		refs := append(waits(o), source(o, "spec", "chart", "spec", "sourceRef")...)
		refs = append(refs, source(o, "spec", "chartRef")...)
		return append(refs, access(o)...)
	case o.group() == sourceGroup:
		return secret(o, "spec", "secretRef", "name")
	}
	return nil
}

func waits(o object) []ref {
	var refs []ref
	list, _ := o.at("spec", "dependsOn").([]any)
	for _, item := range list {
		refs = append(refs, ref{o.group(), o.kind(), o.namespace(), object(item.(map[string]any)).text("name")})
	}
	return refs
}

// source gives the source that a field names; it must be in the object's own
// namespace, as Flux is locked down.
func source(o object, path ...string) []ref {
	m, ok := o.at(path...).(map[string]any)
	if !ok {
		return nil
	}
	s := object(m)
	return []ref{{sourceGroup, s.kind(), o.namespace(), s.text("name")}}
}

func access(o object) []ref {
	refs := secret(o, "spec", "kubeConfig", "secretRef", "name")
	// In another cluster too, Flux looks for the account in this one before it prunes.
	if account := o.text("spec", "serviceAccountName"); account != "" {
		refs = append(refs, ref{"", "ServiceAccount", o.namespace(), account})
	} else {
		refs = append(refs, ref{"", "ServiceAccount", o.namespace(), "(none: set serviceAccountName)"})
	}
	return refs
}

func secret(o object, path ...string) []ref {
	if name := o.text(path...); name != "" {
		return []ref{{"", "Secret", o.namespace(), name}}
	}
	return nil
}

// secretRule turns a secret into the rule under which it may be provided.
func secretRule(r ref) string {
	if r.namespace == "fleet" && strings.HasSuffix(r.name, "-kubeconfig") {
		return "fleet/<cluster>-kubeconfig"
	}
	return r.namespace + "/" + r.name
}

// providedSecrets reads, from the reference that operators follow, which
// secrets are not in Git: the first column of its table.
func providedSecrets(t *testing.T) map[string]bool {
	t.Helper()
	provided := map[string]bool{}
	for _, line := range readLines(t, "docs/reference/secrets.md") {
		cells := strings.Split(line, "|")
		if len(cells) > 2 && strings.Contains(cells[1], "`") {
			provided[strings.Trim(strings.TrimSpace(cells[1]), "`")] = true
		}
	}
	if len(provided) == 0 {
		t.Fatal("docs/reference/secrets.md lists no secrets")
	}
	return provided
}
