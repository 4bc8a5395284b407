package plan

import (
	"strings"
	"testing"
)

// TestClassesOfMachines changes what Clusters are made of: a Cluster moves from
// one version of its class to the next, which differ in one place.
func TestClassesOfMachines(t *testing.T) {
	managed := strings.Replace(kubeadmClass, "    machineInfrastructure: {templateRef: {kind: MachineTemplate, name: control-plane}}\n", "", 1)
	before := aCluster("v1.34.0", "3", `{name: controlPlaneType, value: s}`, `{name: default, class: default, replicas: 5}, {name: gpus, class: gpu, replicas: 2}`)
	after := strings.Replace(before, "namespace: fleet", "namespace: fleet, labels: {changed: yes}", 1)
	change := func(class, old, new string) string {
		if !strings.Contains(class, old) {
			t.Fatalf("there is no %q", old)
		}
		return strings.Replace(class, old, new, 1)
	}
	const (
		controlPlane = "machines-replaced: replaces 3 machines of the control plane: its templates change [3]"
		workers      = "machines-replaced: replaces 5 machines of node pool default: its templates change [5]"
		gpus         = "machines-replaced: replaces 2 machines of node pool gpus: its templates change [2]"
	)
	for _, c := range []struct {
		name, base, head, cluster string
		want                      []string
	}{
		{"nothing", kubeadmClass, kubeadmClass, after, nil},
		{"the control plane's machines", kubeadmClass, change(kubeadmClass, "{name: control-plane}, spec: {template: {spec: {type: small}}}", "{name: control-plane}, spec: {template: {spec: {type: big}}}"), after, []string{controlPlane}},
		{"what the control plane's machines run", kubeadmClass, change(kubeadmClass, "kubeadmConfigSpec: {files: []}", "kubeadmConfigSpec: {files: [{path: /x}]}"), after, []string{controlPlane}},
		{"how the control plane rolls", kubeadmClass, change(kubeadmClass, "rolloutStrategy: {}", "rolloutStrategy: {type: RollingUpdate}"), after, nil},
		{"one class of workers", kubeadmClass, change(kubeadmClass, "{type: gpu}", "{type: gpus}"), after, []string{gpus}},
		{"what all workers run", kubeadmClass, change(kubeadmClass, "spec: {template: {spec: {files: []}}}", "spec: {template: {spec: {files: [{path: /x}]}}}"), after, []string{workers, gpus}},
		{"a template's name", kubeadmClass, strings.ReplaceAll(kubeadmClass, "MachineTemplate, name: gpu", "MachineTemplate, name: gpu-0123abcd"), after, []string{gpus}},
		{
			"a template's name, and the template's", kubeadmClass,
			change(strings.ReplaceAll(kubeadmClass, "MachineTemplate, name: gpu", "MachineTemplate, name: gpu-0123abcd"), "metadata: {name: gpu}", "metadata: {name: gpu-0123abcd}"), after, nil,
		},
		{"a managed control plane has no machines", managed, managed, strings.Replace(after, "v1.34.0", "v1.35.0", 1), []string{
			"machines-replaced: replaces 5 machines of node pool default: Kubernetes v1.34.0 -> v1.35.0 [5]", "machines-replaced: replaces 2 machines of node pool gpus: Kubernetes v1.34.0 -> v1.35.0 [2]",
		}},
		{"a managed control plane's variable", managed, managed, strings.Replace(after, "value: s", "value: l", 1), nil},
		{"no class to be found", ``, ``, strings.Replace(after, "value: s", "value: l", 1), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			equal(t, riskLines(Compare("base", "head", withClasses(t, before, c.cluster, c.base, c.head))), c.want)
		})
	}
	t.Run("a Cluster without a topology", func(t *testing.T) {
		const plain = `{apiVersion: cluster.x-k8s.io/v1beta2, kind: Cluster, metadata: {name: c, namespace: fleet}, spec: {paused: false}}`
		equal(t, riskLines(Compare("base", "head", withClasses(t, plain, strings.Replace(plain, "false", "true", 1), ``, ``))), nil)
	})
}
