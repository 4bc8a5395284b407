package plan

import (
	"fmt"
	"testing"

	"heddle.dev/platform/generator/internal/snapshot"
)

var sprintf = fmt.Sprintf

// withClasses is a comparison in which Clusters are of a class called kubeadm.
func withClasses(t testing.TB, base, head, baseClass, headClass string) *snapshot.Comparison {
	t.Helper()
	c := comparison(t, base, head)
	c.BaseClasses = map[string][]snapshot.Object{"kubeadm": objects(t, baseClass)}
	c.HeadClasses = map[string][]snapshot.Object{"kubeadm": objects(t, headClass)}
	return c
}

const kubeadmClass = `
apiVersion: cluster.x-k8s.io/v1beta2
kind: ClusterClass
metadata: {name: kubeadm}
spec:
  controlPlane:
    templateRef: {kind: KubeadmControlPlaneTemplate, name: control-plane}
    machineInfrastructure: {templateRef: {kind: MachineTemplate, name: control-plane}}
  infrastructure: {templateRef: {kind: InfrastructureTemplate, name: cluster}}
  workers:
    machineDeployments:
    - class: default
      bootstrap: {templateRef: {kind: KubeadmConfigTemplate, name: default}}
      infrastructure: {templateRef: {kind: MachineTemplate, name: default}}
    - class: gpu
      bootstrap: {templateRef: {kind: KubeadmConfigTemplate, name: default}}
      infrastructure: {templateRef: {kind: MachineTemplate, name: gpu}}
  patches:
  - name: controlPlaneType
    definitions: [{selector: {kind: MachineTemplate, matchResources: {controlPlane: true}}, jsonPatches: [{path: /spec/template/spec/type}]}]
  - name: instanceType
    definitions: [{selector: {kind: MachineTemplate, matchResources: {machineDeploymentClass: {names: [default, gpu]}}}, jsonPatches: [{path: /spec/template/spec/type}]}]
  - name: image
    definitions:
    - {selector: {kind: MachineTemplate, matchResources: {controlPlane: true}}, jsonPatches: [{path: /spec/template/spec/image}]}
    - {selector: {kind: MachineTemplate, matchResources: {machineDeploymentClass: {names: [default]}}}, jsonPatches: [{path: /spec/template/spec/image}]}
  - name: audit
    definitions: [{selector: {kind: KubeadmControlPlaneTemplate, matchResources: {controlPlane: true}}, jsonPatches: [{path: /spec/template/spec/kubeadmConfigSpec/files}]}]
  - name: naming
    definitions: [{selector: {kind: KubeadmControlPlaneTemplate, matchResources: {controlPlane: true}}, jsonPatches: [{path: /spec/template/spec/machineNaming}]}]
  - name: endpoint
    definitions: [{selector: {kind: InfrastructureTemplate, matchResources: {infrastructureCluster: true}}, jsonPatches: [{path: /spec/template/spec/endpoint}]}]
---
kind: KubeadmControlPlaneTemplate
metadata: {name: control-plane}
spec: {template: {spec: {kubeadmConfigSpec: {files: []}, rolloutStrategy: {}}}}
---
{kind: MachineTemplate, metadata: {name: control-plane}, spec: {template: {spec: {type: small}}}}
---
{kind: MachineTemplate, metadata: {name: default}, spec: {template: {spec: {type: small}}}}
---
{kind: MachineTemplate, metadata: {name: gpu}, spec: {template: {spec: {type: gpu}}}}
---
{kind: KubeadmConfigTemplate, metadata: {name: default}, spec: {template: {spec: {files: []}}}}`

// aCluster has three machines of its control plane, and what the arguments say.
func aCluster(version, replicas, variables, pools string) string {
	return sprintf(`{apiVersion: cluster.x-k8s.io/v1beta2, kind: Cluster, metadata: {name: c, namespace: fleet, %s}, spec: {topology: {version: %s,
  classRef: {name: kubeadm}, controlPlane: {replicas: %s}, variables: [%s], workers: {machineDeployments: [%s]}}}}`, guarded, version, replicas, variables, pools)
}

func TestMachines(t *testing.T) {
	const (
		five    = `{name: default, class: default, replicas: 5}`
		gpus    = `{name: gpus, class: gpu, replicas: 2}`
		scaling = `{name: default, class: default, metadata: {annotations: {cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size: "2"}}}`
	)
	before := aCluster("v1.34.0", "3", ``, five)
	of := func(variables string) string { return aCluster("v1.34.0", "3", variables, five+", "+gpus) }
	pools := func(pools string) string { return aCluster("v1.34.0", "3", ``, pools) }
	override := func(value string) string {
		return pools(`{name: default, class: default, replicas: 5, variables: {overrides: [{name: instanceType, value: ` + value + `}]}}, ` + gpus)
	}
	for _, c := range []riskCase{
		{"nothing of them", before, before, nil},
		{"Kubernetes", before, aCluster("v1.35.0", "3", ``, five), []string{
			"machines-replaced: replaces 3 machines of the control plane: Kubernetes v1.34.0 -> v1.35.0 [3]", "machines-replaced: replaces 5 machines of node pool default: Kubernetes v1.34.0 -> v1.35.0 [5]",
		}},
		{"Kubernetes, and a machine more", before, aCluster("v1.35.0", "5", ``, `{name: default, class: default, replicas: 6}`), []string{
			"machines-replaced: replaces 3 machines of the control plane: Kubernetes v1.34.0 -> v1.35.0 [3]", "machines-replaced: replaces 5 machines of node pool default: Kubernetes v1.34.0 -> v1.35.0 [5]",
			"machines-added: adds 2 machines to the control plane [2]", "machines-added: adds 1 machine to node pool default [1]",
		}},
		{"the type of the control plane", of(`{name: controlPlaneType, value: s}`), of(`{name: controlPlaneType, value: l}`), []string{"machines-replaced: replaces 3 machines of the control plane: controlPlaneType s -> l [3]"}},
		{"the type of all pools", of(`{name: instanceType, value: s}`), of(`{name: instanceType, value: l}`), []string{
			"machines-replaced: replaces 5 machines of node pool default: instanceType s -> l [5]", "machines-replaced: replaces 2 machines of node pool gpus: instanceType s -> l [2]",
		}},
		{"a variable of the control plane and one class", of(`{name: image, value: a}`), of(`{name: image, value: b}`), []string{
			"machines-replaced: replaces 3 machines of the control plane: image a -> b [3]", "machines-replaced: replaces 5 machines of node pool default: image a -> b [5]",
		}},
		{"a variable that is new", of(``), of(`{name: image, value: b}`), []string{
			"machines-replaced: replaces 3 machines of the control plane: image [3]", "machines-replaced: replaces 5 machines of node pool default: image [5]",
		}},
		{"a variable of the machines' configuration", of(`{name: audit, value: {a: 1}}`), of(`{name: audit, value: {a: 2}}`), []string{"machines-replaced: replaces 3 machines of the control plane: audit [3]"}},
		{"a variable of the control plane's own object", of(`{name: naming, value: a}`), of(`{name: naming, value: b}`), nil},
		{"a variable of the infrastructure", of(`{name: endpoint, value: a}`), of(`{name: endpoint, value: b}`), nil},
		{"one pool's own type", override("s"), override("l"), []string{"machines-replaced: replaces 5 machines of node pool default: instanceType s -> l [5]"}},
		{
			"a variable that a pool overrides",
			aCluster("v1.34.0", "3", `{name: instanceType, value: s}`, `{name: default, class: default, replicas: 5, variables: {overrides: [{name: instanceType, value: m}]}}, `+gpus),
			aCluster("v1.34.0", "3", `{name: instanceType, value: l}`, `{name: default, class: default, replicas: 5, variables: {overrides: [{name: instanceType, value: m}]}}, `+gpus),
			[]string{"machines-replaced: replaces 2 machines of node pool gpus: instanceType s -> l [2]"},
		},
		{"another class of workers", pools(five), pools(`{name: default, class: gpu, replicas: 5}`), []string{"machines-replaced: replaces 5 machines of node pool default: worker class default -> gpu [5]"}},
		{"another failure domain", pools(`{name: default, class: default, replicas: 5, failureDomain: a}`), pools(`{name: default, class: default, replicas: 5, failureDomain: b}`), []string{"machines-replaced: replaces 5 machines of node pool default: its failure domain changes [5]"}},
		{"labels are changed in place", pools(five), pools(`{name: default, class: default, replicas: 5, metadata: {labels: {a: b}}}`), nil},
		{"more machines", pools(five), pools(`{name: default, class: default, replicas: 6}`), []string{"machines-added: adds 1 machine to node pool default [1]"}},
		{"fewer machines", pools(five), pools(`{name: default, class: default, replicas: 2}`), []string{"machines-removed: removes 3 machines from node pool default [3]"}},
		{"a smaller control plane", before, aCluster("v1.34.0", "1", ``, five), []string{"machines-removed: removes 2 machines from the control plane [2]"}},
		{"a pool more", pools(five), pools(five + ", " + gpus), []string{"machines-added: adds 2 machines with node pool gpus [2]"}},
		{"a pool less", pools(five + ", " + gpus), pools(five), []string{"machines-removed: removes 2 machines with node pool gpus [2]"}},
		{"Kubernetes, where an autoscaler decides", pools(scaling), aCluster("v1.35.0", "3", ``, scaling), []string{
			"machines-replaced: replaces 3 machines of the control plane: Kubernetes v1.34.0 -> v1.35.0 [3]",
			"machines-replaced: replaces 2 machines of node pool default (at least; it scales by itself): Kubernetes v1.34.0 -> v1.35.0 [2]",
		}},
		{"a new cluster", ``, before, []string{"machines-added: makes 8 machines for cluster c [8]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			equal(t, riskLines(Compare("base", "head", withClasses(t, c.base, c.head, kubeadmClass, kubeadmClass))), c.want)
		})
	}
}
