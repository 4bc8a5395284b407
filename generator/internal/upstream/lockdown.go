package upstream

import (
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
)

// argument is a command line argument of a controller, and why it is there.
type argument struct {
	flag, why string
}

// lockdown returns the arguments that keep the tenants of a cluster apart:
// Flux's multi-tenancy lockdown, as far as each controller has its flags. A
// controller exits on a flag that it does not have: source-controller has no
// --no-cross-namespace-refs, because its objects refer to nothing outside their
// namespace.
//
// What follows for the platform's own objects: each Kustomization and
// HelmRelease names its serviceAccountName, with spec.kubeConfig too, where the
// account is impersonated on the remote cluster.
//
// One gap remains: a HelmRepository with a cloud provider has no
// serviceAccountName and always uses source-controller's own cloud identity.
func lockdown(controller string) []argument {
	ownRefs := argument{
		"--no-cross-namespace-refs=true",
		"An object refers to sources and event senders of its own namespace only.",
	}
	noRemoteBases := argument{
		"--no-remote-bases=true",
		"What is applied comes from the source alone: building fetches nothing else.",
	}
	impersonate := argument{
		"--default-service-account=default",
		"Without serviceAccountName, an object is applied with the rights of its\n" +
			"namespace's account 'default', which has none, and not as cluster-admin.",
	}
	ownIdentity := argument{
		"--feature-gates=ObjectLevelWorkloadIdentity=true",
		"Cloud access is that of an account in the object's namespace. The flags for\n" +
			"its default, below, are refused without this gate.",
	}
	cloudAccess := argument{
		"--default-service-account=default",
		"Without serviceAccountName, an object with a cloud provider has the cloud\n" +
			"access of its namespace's account 'default', and not the controller's.",
	}
	kubeconfig := argument{
		"--default-kubeconfig-service-account=default",
		"The same for a remote cluster found by spec.kubeConfig.configMapRef (a\n" +
			"kubeconfig in a Secret is not affected).",
	}
	decryption := argument{
		"--default-decryption-service-account=default",
		"The same for the key services that decrypt SOPS secrets (keys in a Secret\n" +
			"are not affected).",
	}
	switch controller {
	case "source-controller":
		return []argument{ownIdentity, cloudAccess}
	case "kustomize-controller":
		return []argument{ownRefs, noRemoteBases, impersonate, ownIdentity, kubeconfig, decryption}
	case "helm-controller":
		return []argument{ownRefs, impersonate, ownIdentity, kubeconfig}
	case "notification-controller":
		return []argument{ownRefs, ownIdentity, cloudAccess}
	}
	return nil
}

// lockdownPatch appends the controller's lockdown arguments to its Deployment.
func lockdownPatch(controller string) types.Patch {
	var ops strings.Builder
	for _, a := range lockdown(controller) {
		fmt.Fprintf(&ops, "- op: add\n  path: /spec/template/spec/containers/0/args/-\n  value: %s\n", a.flag)
	}
	return types.Patch{
		Patch: ops.String(),
		Target: &types.Selector{ResId: resid.ResId{
			Gvk:  resid.NewGvk("apps", "v1", "Deployment"),
			Name: controller,
		}},
	}
}
