package upstream

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// build runs `kustomize build` on a folder, without plugins and without files
// from outside of it.
func build(dir string) (resmap.ResMap, error) {
	objects, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, fmt.Errorf("kustomize build %s: %w", dir, err)
	}
	return objects, nil
}

// buildTo builds a folder into one file.
func buildTo(path, dir string) error {
	objects, err := build(dir)
	if err != nil {
		return err
	}
	out, err := objects.AsYaml()
	if err != nil {
		return fmt.Errorf("kustomize build %s: %w", dir, err)
	}
	return os.WriteFile(path, out, 0o600)
}

// newKustomization returns a kustomization of the given resources.
func newKustomization(resources ...string) types.Kustomization {
	return types.Kustomization{
		TypeMeta:  types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
		Resources: resources,
	}
}

// readKustomization reads the kustomization.yaml of a folder.
func readKustomization(dir string) (types.Kustomization, error) {
	var k types.Kustomization
	path := filepath.Join(dir, konfig.DefaultKustomizationFileName())
	raw, err := os.ReadFile(path)
	if err != nil {
		return k, err
	}
	if err := yaml.UnmarshalStrict(raw, &k); err != nil {
		return k, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// writeKustomization writes the kustomization.yaml of a folder.
func writeKustomization(dir string, k types.Kustomization) error {
	out, err := yaml.Marshal(k)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, konfig.DefaultKustomizationFileName()), out, 0o600)
}
