package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestGeneratingStaysLight keeps the heavy engines out of what `make generate`
// compiles on a fresh machine: CUE and little else.
func TestGeneratingStaysLight(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	for _, pkg := range packages {
		for _, heavy := range []string{
			"k8s.io/", "github.com/fluxcd/", "github.com/open-policy-agent/", "helm.sh/", "sigs.k8s.io/kustomize/",
			"sigs.k8s.io/cluster-api", "sigs.k8s.io/kind", "sigs.k8s.io/controller-runtime", "github.com/onsi/",
		} {
			if strings.HasPrefix(pkg, heavy) {
				t.Errorf("heddle links %s", pkg)
			}
		}
	}
	if most := 450; len(packages) > most {
		t.Errorf("heddle links %d packages, more than %d", len(packages), most)
	}
}
