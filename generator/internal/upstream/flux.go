package upstream

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/fluxcd/flux2/v2/pkg/manifestgen/install"
	"sigs.k8s.io/kustomize/api/resmap"
)

// controller is a Flux controller: its module has its CRDs and its Deployment.
type controller struct {
	module
	// named is the version that the Flux release names, where it differs.
	named string
}

// name is the controller's name, of its Deployment and its image alike.
func (c controller) name() string { return path.Base(c.path) }

// release is the version that the Flux release names.
func (c controller) release() string {
	if c.named != "" {
		return c.named
	}
	return c.version
}

// fluxRelease is the Flux release: how its controllers are put together.
func fluxRelease() module {
	return module{"github.com/fluxcd/flux2/v2", "v2.9.5", "h1:jwCccxvkD+2QnsjN+pl5QqM8KnFUwA8pIoQ1Lf0avkA="}
}

// controllers are the controllers of fluxRelease.
func controllers() []controller {
	return []controller{
		{module: module{"github.com/fluxcd/source-controller", "v1.9.5", "h1:MFPyCodUi9hZIMaKDsC/rYbNoyzpvrAdrPVixj7W9F0="}},
		{module: module{"github.com/fluxcd/kustomize-controller", "v1.9.5", "h1:/XY2zy3K7fntyppEXIHG7oRMzmfgIt50eJzUfaPX1Kc="}},
		{module: module{"github.com/fluxcd/helm-controller", "v1.6.4", "h1:u/Ew7LehrwDQaE/NqWdaB3XnNDCxRGDcp1FZl7RKj4g="}},
		{
			module: module{"github.com/fluxcd/notification-controller", "v1.9.3", "h1:vBONN/Lx5aQ2nDnJxYp5Sb0Wsgh13UbuP5A1MK4dmkY="},
			named:  "v1.9.4", // the module proxy refuses it
		},
	}
}

// fluxBundle renders Flux as `flux install` would, locked down.
func fluxBundle() bundle {
	return bundle{
		folder: "clusters/shared/flux/" + fluxRelease().version,
		render: func(ctx context.Context, fetch fetcher, work string) (files, error) {
			release, err := fetch(ctx, fluxRelease())
			if err != nil {
				return nil, err
			}
			for _, c := range controllers() {
				source, err := fetch(ctx, c.module)
				if err != nil {
					return nil, err
				}
				if err := prepareController(c, release, source, work); err != nil {
					return nil, fmt.Errorf("%s: %w", c.module, err)
				}
			}
			objects, err := installFlux(release, work)
			if err != nil {
				return nil, err
			}
			return fluxFiles(objects)
		},
	}
}

// manifestsBase is where install.Generate expects what the release's
// manifests/scripts/bundle.sh makes: <controller>.yaml, rbac.yaml, policies.yaml.
func manifestsBase(work string) string { return filepath.Join(work, "base") }

// prepareController does bundle.sh's work for one controller: it builds the
// release's manifests/bases/<controller>, with the files that the release would
// download from GitHub built from the controller's module instead.
func prepareController(c controller, release, source, work string) error {
	bases := filepath.Join(release, "manifests", "bases", c.name())
	dir := filepath.Join(work, "bases", c.name())
	if err := os.CopyFS(dir, os.DirFS(bases)); err != nil {
		return err
	}
	k, err := readKustomization(dir)
	if err != nil {
		return err
	}
	for i, resource := range k.Resources {
		if !strings.Contains(resource, "://") {
			continue
		}
		from, err := builtInstead(c, resource)
		if err != nil {
			return err
		}
		k.Resources[i] = path.Base(resource)
		if err := buildTo(filepath.Join(dir, k.Resources[i]), filepath.Join(source, from)); err != nil {
			return err
		}
	}
	// Copies keep the module cache's read-only modes.
	if err := os.Remove(filepath.Join(dir, "kustomization.yaml")); err != nil {
		return err
	}
	if err := writeKustomization(dir, k); err != nil {
		return err
	}
	if err := os.MkdirAll(manifestsBase(work), 0o700); err != nil {
		return err
	}
	return buildTo(filepath.Join(manifestsBase(work), c.name()+".yaml"), dir)
}

// builtInstead returns the folder of the controller's module that its own
// release builds the downloaded file from.
func builtInstead(c controller, url string) (string, error) {
	prefix := fmt.Sprintf("https://%s/releases/download/%s/%s.", c.path, c.release(), c.name())
	switch kind, _ := strings.CutPrefix(url, prefix); kind {
	case "crds.yaml":
		return "config/crd", nil
	case "deployment.yaml":
		return "config/manager", nil
	}
	return "", fmt.Errorf("%s refers to %s, expected %s{crds,deployment}.yaml\n"+
		"fix: pin the controller that the release names in generator/internal/upstream/flux.go", fluxRelease(), url, prefix)
}

// installFlux lets Flux's own library put the controllers together, and locks
// them down.
func installFlux(release, work string) (resmap.ResMap, error) {
	base := manifestsBase(work)
	for _, shared := range []string{"rbac", "policies"} {
		if err := buildTo(filepath.Join(base, shared+".yaml"), filepath.Join(release, "manifests", shared)); err != nil {
			return nil, err
		}
	}
	opts := install.MakeDefaultOptions()
	opts.Version = fluxRelease().version
	opts.Components = nil
	for _, c := range controllers() {
		opts.Components = append(opts.Components, c.name())
	}
	manifest, err := install.Generate(opts, base)
	if err != nil {
		return nil, fmt.Errorf("flux install: %w", err)
	}

	locked := filepath.Join(work, "locked")
	if err := os.MkdirAll(locked, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(locked, "flux.yaml"), []byte(manifest.Content), 0o600); err != nil {
		return nil, err
	}
	k := newKustomization("flux.yaml")
	for _, c := range controllers() {
		k.Patches = append(k.Patches, lockdownPatch(c.name()))
	}
	if err := writeKustomization(locked, k); err != nil {
		return nil, err
	}
	return build(locked)
}
