package upstream

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/resource"
)

// repository is the root of the repository, seen from this package.
const repository = "../../.."

func TestCommittedFilesAreCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("downloads modules")
	}
	changes, err := Run(t.Context(), Options{Root: repository, Check: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		t.Errorf("%s: out of date (%s)\nfix: go run ./generator/cmd/upstream", c.Path, c.Verb)
	}
}

// committedFlux builds the committed folder as Flux would, and returns its
// objects by kind, in order.
func committedFlux(t *testing.T) map[string][]*resource.Resource {
	t.Helper()
	objects, err := build(filepath.Join(repository, fluxBundle().folder))
	if err != nil {
		t.Fatal(err)
	}
	byKind := map[string][]*resource.Resource{}
	for _, o := range objects.Resources() {
		byKind[o.GetKind()] = append(byKind[o.GetKind()], o)
	}
	return byKind
}

func TestCommittedFluxKinds(t *testing.T) {
	want := map[string]string{
		"ClusterRole":        "crd-controller-flux-system flux-edit-flux-system flux-view-flux-system",
		"ClusterRoleBinding": "cluster-reconciler-flux-system crd-controller-flux-system",
		"CustomResourceDefinition": "alerts.notification.toolkit.fluxcd.io buckets.source.toolkit.fluxcd.io " +
			"externalartifacts.source.toolkit.fluxcd.io gitrepositories.source.toolkit.fluxcd.io " +
			"helmcharts.source.toolkit.fluxcd.io helmreleases.helm.toolkit.fluxcd.io " +
			"helmrepositories.source.toolkit.fluxcd.io kustomizations.kustomize.toolkit.fluxcd.io " +
			"ocirepositories.source.toolkit.fluxcd.io providers.notification.toolkit.fluxcd.io " +
			"receivers.notification.toolkit.fluxcd.io",
		"Deployment":     "helm-controller kustomize-controller notification-controller source-controller",
		"Namespace":      "flux-system",
		"NetworkPolicy":  "allow-egress allow-scraping allow-webhooks",
		"ResourceQuota":  "critical-pods-flux-system",
		"Service":        "notification-controller source-controller webhook-receiver",
		"ServiceAccount": "helm-controller kustomize-controller notification-controller source-controller",
	}
	for kind, objects := range committedFlux(t) {
		var names []string
		for _, o := range objects {
			names = append(names, o.GetName())
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want[kind] {
			t.Errorf("%s: %s\nwant: %s", kind, got, want[kind])
		}
		delete(want, kind)
	}
	for kind := range want {
		t.Errorf("there is no %s", kind)
	}
}

func TestCommittedFluxIsLockedDown(t *testing.T) {
	const (
		ownRefs  = "--no-cross-namespace-refs=true"
		account  = "--default-service-account=default"
		identity = "--feature-gates=ObjectLevelWorkloadIdentity=true"
		remote   = "--default-kubeconfig-service-account=default"
		sops     = "--default-decryption-service-account=default"
		bases    = "--no-remote-bases=true"
		events   = "--events-addr=http://notification-controller.$(RUNTIME_NAMESPACE).svc.cluster.local./"
		storage  = "--storage-path=/data --storage-adv-addr=source-controller.$(RUNTIME_NAMESPACE).svc.cluster.local."
		common   = "--watch-all-namespaces=true --log-level=info --log-encoding=json --enable-leader-election"
	)
	want := map[string][]string{ // image, then arguments
		"source-controller":       {"ghcr.io/fluxcd/source-controller:v1.9.5", events, common, storage, identity, account},
		"kustomize-controller":    {"ghcr.io/fluxcd/kustomize-controller:v1.9.5", events, common, ownRefs, bases, account, identity, remote, sops},
		"helm-controller":         {"ghcr.io/fluxcd/helm-controller:v1.6.4", events, common, ownRefs, account, identity, remote},
		"notification-controller": {"ghcr.io/fluxcd/notification-controller:v1.9.3", common, ownRefs, identity, account},
	}
	for _, o := range committedFlux(t)["Deployment"] {
		image, err := o.GetString("spec.template.spec.containers[0].image")
		if err != nil {
			t.Fatal(err)
		}
		args, err := o.GetSlice("spec.template.spec.containers[0].args")
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Trim(fmt.Sprint(append([]any{image}, args...)), "[]")
		if want := strings.Join(want[o.GetName()], " "); got != want {
			t.Errorf("%s runs %s\nwant: %s", o.GetName(), got, want)
		}
	}
}

func TestCommittedFilesHaveTheHeader(t *testing.T) {
	found, err := readFolder(filepath.Join(repository, "clusters/shared/flux"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range found {
		if !generated(content) {
			t.Errorf("%s does not start with %q", name, Header)
		}
	}
}

// A controller exits on a flag that it does not know. Each lists its flags in
// its own documentation.
func TestLockdownFlagsExist(t *testing.T) {
	if testing.Short() {
		t.Skip("downloads modules")
	}
	for _, c := range controllers() {
		dir, err := goModDownload(t.Context(), c.module)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := os.ReadFile(filepath.Join(dir, "docs", "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		if len(lockdown(c.name())) == 0 {
			t.Errorf("%s is not locked down", c.name())
		}
		for _, a := range lockdown(c.name()) {
			flag, _, _ := strings.Cut(a.flag, "=")
			if !bytes.Contains(doc, []byte("`"+flag+"`")) {
				t.Errorf("%s has no flag %s", c.module, flag)
			}
		}
	}
}

func TestBuiltInstead(t *testing.T) {
	newer := controller{module: module{path: "github.com/fluxcd/x-controller", version: "v1.2.0"}}
	refused := controller{module: module{path: "github.com/fluxcd/x-controller", version: "v1.1.9"}, named: "v1.2.0"}
	const url = "https://github.com/fluxcd/x-controller/releases/download/v1.2.0/x-controller."
	for _, tc := range []struct {
		name      string
		c         controller
		url       string
		want, err string
	}{
		{name: "CRDs", c: newer, url: url + "crds.yaml", want: "config/crd"},
		{name: "Deployment", c: newer, url: url + "deployment.yaml", want: "config/manager"},
		{name: "a version in place of the one that the release names", c: refused, url: url + "crds.yaml", want: "config/crd"},
		{name: "a version that the release does not name", c: newer, url: strings.Replace(url, "v1.2.0", "v1.3.0", 1) + "crds.yaml", err: "pin the controller"},
		{name: "a file that is not known", c: newer, url: url + "secrets.yaml", err: "pin the controller"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := builtInstead(tc.c, tc.url)
			if got != tc.want {
				t.Errorf("built from %q, want %q", got, tc.want)
			}
			wantError(t, err, tc.err)
		})
	}
}
