package apischema

import (
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestOpenOfUnpinnedMinor(t *testing.T) {
	schemas, err := New()
	if err != nil {
		t.Fatal(err)
	}
	_, err = schemas.Open(t.Context(), "1.12")
	if err == nil || !strings.Contains(err.Error(), "no schemas are pinned for Kubernetes 1.12, only for 1.33, 1.34, 1.35, 1.36") {
		t.Errorf("got %v", err)
	}
}

// TestKindsWithoutSchema wants kinds that can't be checked to be told apart
// from those that are plainly wrong.
func TestKindsWithoutSchema(t *testing.T) {
	c := open(t, "1.34")
	for _, test := range []struct{ name, apiVersion, kind, want string }{
		{"excused", "infrastructure.cluster.x-k8s.io/v1beta1", "Metal3ClusterTemplate", "unchecked kind: Metal3ClusterTemplate.infrastructure.cluster.x-k8s.io can't be checked: github.com/metal3-io/"},
		{"excused by group", "compute.azure.com/v1api20210701", "Disk", "unchecked kind: Disk.compute.azure.com can't be checked: Azure Service Operator"},
		{"unknown group", "acme.example.com/v1", "Widget", "unknown kind: no schema for Widget.acme.example.com: pin the Go module"},
		{"unknown kind of a known group", "helm.toolkit.fluxcd.io/v2", "HelmRelese", "unknown kind: no schema for HelmRelese.helm.toolkit.fluxcd.io: its group is known to have HelmRelease;"},
		{"native kind in another version", "batch/v1beta1", "CronJob", "invalid apiVersion: Kubernetes 1.34 has no batch/v1beta1; CronJob is in batch/v1"},
		{"native kind that does not exist", "v1", "Servise", "invalid kind: Kubernetes 1.34 has no Servise in v1"},
		{"not an object that is stored", "authorization.k8s.io/v1", "SubjectAccessReview", "invalid kind: Kubernetes 1.34 has no SubjectAccessReview in authorization.k8s.io/v1"},
		{"malformed apiVersion", "a/b/c", "Widget", "invalid apiVersion: unexpected GroupVersion string: a/b/c"},
		{"constraint without its template", "constraints.gatekeeper.sh/v1beta1", "RequiredLabels", "unchecked kind: RequiredLabels.constraints.gatekeeper.sh can't be checked: Gatekeeper makes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := problemsOf(t, c, map[string]any{
				"apiVersion": test.apiVersion, "kind": test.kind, "metadata": map[string]any{"name": "x"},
			})
			if len(got) != 1 || !strings.HasPrefix(got[0], test.want) {
				t.Errorf("got  %q\nwant %q...", got, test.want)
			}
		})
	}
}

// TestMinorsDiffer wants each minor to be judged by its own schema.
func TestMinorsDiffer(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches a second minor; -short leaves it out")
	}
	const claim = `
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu}
spec: {}
`
	if got := problemsOf(t, open(t, "1.34"), decode(t, claim)); len(got) > 0 {
		t.Errorf("1.34: %q", got)
	}
	got := problemsOf(t, open(t, "1.33"), decode(t, claim))
	if len(got) != 1 || !strings.HasPrefix(got[0], "invalid apiVersion: Kubernetes 1.33 has no resource.k8s.io/v1; DeviceClass is in ") {
		t.Errorf("1.33: %q", got)
	}
}

// TestWith wants kinds that are defined beside the object to be known.
func TestWith(t *testing.T) {
	definition, template := decode(t, readGood(t, "customresourcedefinition")), decode(t, readGood(t, "constrainttemplate"))
	c := open(t, "1.34").With(definition, template, decode(t, readGood(t, "configmap")))
	for _, test := range []struct{ name, object, want string }{
		{"custom resource", `{apiVersion: example.com/v1, kind: Widget, metadata: {name: a, namespace: b}, spec: {size: 3}}`, ""},
		{
			"custom resource breaks a rule", `{apiVersion: example.com/v1, kind: Widget, metadata: {name: a, namespace: b}, spec: {size: 30}}`,
			"invalid spec.size: Invalid value: 30: must be small",
		},
		{"constraint", `{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: RequiredLabels, metadata: {name: owner}, spec: {enforcementAction: deny, match: {kinds: [{apiGroups: [""], kinds: [Namespace]}]}, parameters: {labels: [owner]}}}`, ""},
		{
			"constraint with wrong parameters", `{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: RequiredLabels, metadata: {name: owner}, spec: {parameters: {label: owner}}}`,
			"invalid spec.parameters.label: unknown field \"label\"\ninvalid spec.parameters.labels: Required value",
		},
		{
			"constraint with a wrong match", `{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: RequiredLabels, metadata: {name: owner}, spec: {match: {namespace: [a]}, parameters: {labels: []}}}`,
			"invalid spec.match.namespace: unknown field \"namespace\"",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(problemsOf(t, c, decode(t, test.object)), "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestWithBrokenDefinition(t *testing.T) {
	definition := decode(t, strings.Replace(readGood(t, "customresourcedefinition"), "type: integer", "type: [integer]", 1))
	c := open(t, "1.34").With(definition)
	got := problemsOf(t, c, decode(t, `{apiVersion: example.com/v1, kind: Widget, metadata: {name: a, namespace: b}}`))
	if len(got) != 1 || !strings.HasPrefix(got[0], "unknown kind: Widget.example.com can't be checked, the object that defines it is not valid: ") {
		t.Errorf("got %q", got)
	}
}

// TestValues covers what decoders give besides plain JSON values.
func TestValues(t *testing.T) {
	c := open(t, "1.34")
	obj := decode(t, readGood(t, "deployment"))
	spec := obj["spec"].(map[string]any)
	for _, value := range []any{2, int64(2), 2.0} {
		spec["replicas"] = value
		if got := problemsOf(t, c, obj); len(got) > 0 {
			t.Errorf("%T: %q", value, got)
		}
	}
	spec["replicas"] = time.Time{}
	want := []string{`invalid spec.replicas: Invalid value: "0001-01-01 00:00:00 +0000 UTC": must be a JSON value, got a time.Time; quote it if it is text`}
	if got := problemsOf(t, c, obj); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestConcurrentUse validates the same objects from many goroutines, which
// must neither race nor change the objects.
func TestConcurrentUse(t *testing.T) {
	c := open(t, "1.34")
	objects := goodObjects(t)
	before := goodObjects(t)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for name, obj := range objects {
				problems, err := c.Validate(t.Context(), obj)
				if err != nil || len(problems) > 0 {
					t.Errorf("%s: %v %v", name, problems, err)
				}
			}
		})
	}
	wait.Wait()
	if !reflect.DeepEqual(objects, before) {
		t.Error("Validate changed an object")
	}
}
