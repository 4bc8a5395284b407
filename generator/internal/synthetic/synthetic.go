// Package synthetic makes fleets of any size out of this repository's own
// models, backends, components and workspaces, to measure on.
package synthetic

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

// inputs are what a synthetic fleet has in common with the real one.
var inputs = []string{
	"cue.mod", "components", "generator/schema", "models", "policies", "workspaces",
	"clusters/fleet.cue", "clusters/mgmt/cluster.cue", "clusters/shared/flux",
}

// kind is a model on a backend, as production has them.
type kind struct{ model, backend, config string }

var kinds = []kind{
	{"web", "eks", `region: "eu-west-1", config: account: "123456789012"`},
	{"web", "eks", `region: "us-east-1", config: account: "123456789012"`},
	{"ml", "ec2", `region: "eu-central-1", config: account: "123456789012"`},
	{"edge", "vsphere", `config: {
			server: "vcenter.example.com", thumbprint: "A1:B2:C3:D4:E5:F6:07:18:29:3A:4B:5C:6D:7E:8F:90:A1:B2:C3:D4"
			datacenter: "site", datastore: "shared", network: "VM Network", storagePolicy: "standard", controlPlaneEndpoint: "192.168.10.10"
		}`},
}

var cluster = template.Must(template.New("cluster").Parse(`// {{.Name}} is made to measure on.
package cluster

import (
	"heddle.dev/platform/models/backends/{{.Backend}}"
	"heddle.dev/platform/models/{{.Model}}"
)

cluster: {{.Model}}.#Model & {
	name:        "{{.Name}}"
	environment: "{{.Environment}}"
	ring:        "{{.Ring}}"
	backend: {{.Backend}}.#Backend & {
		{{.Config}}
	}
	nodePools: default: replicas: {{.Replicas}}
}
`))

// Fleet writes into dir a fleet of n clusters, and the management cluster that
// makes them, from the repository at root. The same n gives the same fleet.
func Fleet(dir, root string, n int) error {
	for _, input := range inputs {
		if err := copyInput(filepath.Join(dir, input), filepath.Join(root, input)); err != nil {
			return err
		}
	}
	for i := range n {
		if err := writeCluster(dir, i); err != nil {
			return err
		}
	}
	return nil
}

func writeCluster(dir string, i int) error {
	k := kinds[i%len(kinds)]
	name := fmt.Sprintf("s%04d", i)
	environments, rings := []string{"development", "staging", "production"}, []string{"canary", "early", "stable"}
	var b bytes.Buffer
	err := cluster.Execute(&b, map[string]any{
		"Name": name, "Model": k.model, "Backend": k.backend, "Config": k.config, "Replicas": 2 + i%7,
		"Environment": environments[i%len(environments)], "Ring": rings[i%len(rings)],
	})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "clusters", name, "cluster.cue"), b.Bytes())
}

// copyInput copies a file, or a folder.
func copyInput(to, from string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return writeFile(to, data)
}

func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}
