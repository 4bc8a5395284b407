package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// guards finds what a change opens up: rights, ways in, and policies.
func guards(p pair, item Item) []Risk {
	var old, new map[string]any
	if p.old != nil {
		old = p.old.Value
	}
	if p.new != nil {
		new = p.new.Value
	}
	switch item.Object.Group() + "/" + item.Object.Kind {
	case "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole":
		return rights(item.Object, old, new)
	case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
		return subjects(item.Object, old, new)
	case "networking.k8s.io/NetworkPolicy":
		return network(item, old, new)
	case "/Service":
		return service(item.Object, old, new)
	case "gateway.networking.k8s.io/Gateway", "networking.k8s.io/Ingress":
		return gateway(item)
	case "kustomize.toolkit.fluxcd.io/Kustomization":
		return append(stranded(item), account(item)...)
	case "helm.toolkit.fluxcd.io/HelmRelease":
		return account(item)
	case "/Namespace":
		return podSecurity(item.Object, old, new)
	case "apps/Deployment":
		return lockdown(item.Object, old, new)
	}
	if admits[item.Object.Group()] {
		return admission(item)
	}
	return nil
}

// admits has the groups whose objects guard a cluster at admission.
var admits = map[string]bool{
	"admissionregistration.k8s.io": true, "constraints.gatekeeper.sh": true, "templates.gatekeeper.sh": true, "config.gatekeeper.sh": true,
}

// stranded finds a cluster whose folder moves: its own Flux goes on looking in
// the old one, where it would have to read that it must look in the new one.
func stranded(item Item) []Risk {
	if item.Object.Namespace != "flux-system" || item.Object.Name != "flux-system" {
		return nil
	}
	for _, f := range item.Fields {
		if f.Path == "spec.path" {
			return []Risk{{Kind: LeftBehind, Text: fmt.Sprintf(
				"cluster %s moves from %v to %v: its own Flux finds the old folder gone, and changes nothing more until somebody sets spec.path of its Kustomization flux-system by hand",
				item.About, f.Old, f.New)}}
		}
	}
	return nil
}

// account finds a change of the service account whose rights Flux uses. Which
// of the two has more, nobody can tell from here, so a person must look.
func account(item Item) []Risk {
	for _, f := range item.Fields {
		if f.Path == "spec.serviceAccountName" {
			return []Risk{{Kind: RightsWiden, Text: fmt.Sprintf("%s is applied with the rights of service account %v, not of %v",
				item.Object, or(f.New, "(the default)"), or(f.Old, "(the default)"))}}
		}
	}
	return nil
}

var podSecurityLevels = []string{"privileged", "baseline", "restricted"}

func podSecurity(object Object, old, new map[string]any) []Risk {
	if old == nil || new == nil {
		return nil
	}
	level := func(o map[string]any) string {
		s, _ := at(o, "metadata", "labels", "pod-security.kubernetes.io/enforce").(string)
		return s
	}
	from, to := level(old), level(new)
	if slices.Index(podSecurityLevels, to) >= slices.Index(podSecurityLevels, from) {
		return nil
	}
	return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s: pod security goes from %s to %s", object, from, cmp.Or(to, "none"))}}
}

// lockdownArguments of Flux's controllers keep tenants apart.
var lockdownArguments = []string{"--no-cross-namespace-refs", "--no-remote-bases", "--default-service-account"}

// lockdown finds arguments that keep tenants apart, and go.
func lockdown(object Object, old, new map[string]any) []Risk {
	if new == nil {
		return nil
	}
	after := arguments(new)
	for _, arg := range arguments(old) {
		name, _, _ := strings.Cut(arg, "=")
		if slices.Contains(lockdownArguments, name) && !slices.Contains(after, arg) && arg != name+"=false" {
			return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s loses %s", object, arg)}}
		}
	}
	return nil
}

// arguments lists those of all containers of a Deployment.
func arguments(deployment map[string]any) []string {
	containers, _ := at(deployment, "spec", "template", "spec", "containers").([]any)
	var all []string
	for _, c := range containers {
		all = append(all, texts(at(c, "args"))...)
	}
	return all
}

// enforcement orders what a constraint does to what breaks it.
var enforcement = []string{"dryrun", "warn", "deny"}

// admission judges what guards a cluster at admission. Whether other rules are
// looser, no program can say, so a person is to look.
func admission(item Item) []Risk {
	if item.Action == Delete {
		return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s no longer guards the cluster", item.Object)}}
	}
	for _, f := range item.Fields {
		if looser(f) {
			return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s denies less: %s", item.Object, f.Path)}}
		}
	}
	for _, f := range item.Fields {
		for _, rules := range []string{"spec.validations", "spec.match", "spec.param", "spec.targets", "spec.variables", "spec.crd", "spec.scoped", "spec.policyName", "webhooks"} {
			if strings.HasPrefix(f.Path, rules) {
				return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s judges by other rules: %s", item.Object, f.Path)}}
			}
		}
	}
	return nil
}

// looser says whether a field of a policy makes it deny less.
func looser(f Field) bool {
	switch {
	case f.Path == "spec.enforcementAction":
		level := func(v any) int { return slices.Index(enforcement, fmt.Sprint(or(v, "deny"))) }
		return level(f.New) < level(f.Old)
	case strings.HasPrefix(f.Path, "spec.validationActions"):
		return strings.Contains(fmt.Sprint(f.Old), "Deny") && !strings.Contains(fmt.Sprint(f.New), "Deny")
	case strings.HasSuffix(f.Path, "failurePolicy"):
		return f.New == "Ignore"
	}
	return false
}

func or(v, fallback any) any {
	if v == nil {
		return fallback
	}
	return v
}
