package upstream

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/yaml"
)

// fluxFiles spreads Flux's objects over small files, and lists these in a
// kustomization.yaml.
func fluxFiles(objects resmap.ResMap) (files, error) {
	bodies := map[string]*bytes.Buffer{}
	for _, o := range objects.Resources() {
		file, err := fluxFile(o)
		if err != nil {
			return nil, err
		}
		doc, err := o.AsYAML()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.CurId(), err)
		}
		if bodies[file] == nil {
			bodies[file] = bytes.NewBufferString(Header)
		}
		bodies[file].WriteString("---\n")
		bodies[file].Write(doc)
	}

	out := files{}
	for file, body := range bodies {
		out[file] = body.Bytes()
	}
	for _, c := range controllers() {
		file := c.name() + ".yaml"
		out[file] = bytes.Replace(out[file], []byte(Header), []byte(Header+controllerComment(c)), 1)
	}
	var err error
	out["kustomization.yaml"], err = kustomizationFile(slices.Collect(maps.Keys(out)))
	return out, err
}

// fluxFile is the file of an object of Flux's.
func fluxFile(o *resource.Resource) (string, error) {
	switch o.GetKind() {
	case "CustomResourceDefinition":
		// Not the kind: crds/kustomization.yaml would make crds/ a kustomization.
		plural, err := o.GetString("spec.names.plural")
		return "crds/" + plural + ".yaml", err
	case "Namespace":
		return "namespace.yaml", nil
	case "NetworkPolicy":
		return "network-policies.yaml", nil
	case "ResourceQuota":
		return "quota.yaml", nil
	case "ClusterRole", "ClusterRoleBinding":
		return "rbac.yaml", nil
	case "ServiceAccount", "Service", "Deployment":
		if name := o.GetLabels()["app.kubernetes.io/component"]; name != "" {
			return name + ".yaml", nil
		}
	}
	return "", fmt.Errorf("%s belongs to no file\nfix: give it one in fluxFile, generator/internal/upstream/layout.go", o.CurId())
}

// controllerComment says what a controller's file has that `flux install` would not.
func controllerComment(c controller) string {
	var b strings.Builder
	fmt.Fprintf(&b, "#\n# %s %s, of Flux %s", c.name(), c.version, fluxRelease().version)
	if c.named != "" {
		fmt.Fprintf(&b, " (which names %s: the Go module proxy does not serve it)", c.named)
	}
	b.WriteString(".\n# Locked down with:\n")
	for _, a := range lockdown(c.name()) {
		fmt.Fprintf(&b, "#   %s\n#     %s\n", a.flag, strings.ReplaceAll(a.why, "\n", "\n#     "))
	}
	return b.String()
}

// kustomizationFile lists the files in the order in which a cluster needs them:
// the namespace, the CRDs, what the controllers need, the controllers.
func kustomizationFile(names []string) ([]byte, error) {
	rank := func(name string) int {
		switch {
		case name == "namespace.yaml":
			return 0
		case strings.HasPrefix(name, "crds/"):
			return 1
		case strings.HasSuffix(name, "-controller.yaml"):
			return 3
		}
		return 2
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	k := newKustomization(names...)
	out, err := yaml.Marshal(k)
	return append([]byte(Header), out...), err
}
