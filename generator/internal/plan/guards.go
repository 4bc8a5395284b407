package plan

import (
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
		if old == nil {
			return nil // a role does nothing until somebody is bound to it
		}
		return rights(item.Object, old, new)
	case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
		return subjects(item.Object, old, new)
	case "networking.k8s.io/NetworkPolicy":
		return network(item, old, new)
	case "/Service":
		return service(item.Object, old, new)
	case "gateway.networking.k8s.io/Gateway", "networking.k8s.io/Ingress":
		if item.Action == Create {
			return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s opens a way in from outside", item.Object)}}
		}
	case "/Namespace":
		return podSecurity(item)
	case "apps/Deployment":
		return lockdown(item)
	case "admissionregistration.k8s.io/ValidatingAdmissionPolicy", "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding":
		return admission(item)
	}
	if item.Object.Group() == "constraints.gatekeeper.sh" || item.Object.Group() == "templates.gatekeeper.sh" {
		return admission(item)
	}
	return nil
}

// rights lists what a role may do that it could not do before.
func rights(object Object, old, new map[string]any) []Risk {
	before, after := grants(old), grants(new)
	var more []string
	for grant := range after {
		if !covered(before, grant) {
			more = append(more, grant.String())
		}
	}
	if len(more) == 0 {
		return nil
	}
	slices.Sort(more)
	if len(more) > 6 {
		more = append(more[:6], fmt.Sprintf("and %d more", len(more)-6))
	}
	return []Risk{{Kind: RightsWiden, Text: fmt.Sprintf("%s may now %s", object, strings.Join(more, ", "))}}
}

// grant is one right: a verb on a resource of a group, or on some objects of it.
type grant struct{ verb, group, resource, name string }

func (g grant) String() string {
	s := g.verb + " " + g.resource
	if g.group != "" {
		s += "." + g.group
	}
	if g.name != "" {
		s += "/" + g.name
	}
	return s
}

func grants(role map[string]any) map[grant]bool {
	set := map[grant]bool{}
	rules, _ := role["rules"].([]any)
	for _, r := range rules {
		rule, _ := r.(map[string]any)
		names := texts(rule["resourceNames"])
		if len(names) == 0 {
			names = []string{""}
		}
		for _, verb := range texts(rule["verbs"]) {
			for _, group := range texts(rule["apiGroups"]) {
				for _, resource := range texts(rule["resources"]) {
					for _, name := range names {
						set[grant{verb, group, resource, name}] = true
					}
				}
			}
			for _, url := range texts(rule["nonResourceURLs"]) {
				set[grant{verb: verb, resource: url}] = true
			}
		}
	}
	return set
}

// covered says whether a right was there already, wildcards included.
func covered(have map[grant]bool, g grant) bool {
	for _, verb := range []string{g.verb, "*"} {
		for _, group := range []string{g.group, "*"} {
			for _, resource := range []string{g.resource, "*"} {
				for _, name := range []string{g.name, ""} {
					if have[grant{verb, group, resource, name}] {
						return true
					}
				}
			}
		}
	}
	return false
}

func texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// subjects lists who holds a role now and did not before.
func subjects(object Object, old, new map[string]any) []Risk {
	before := map[string]bool{}
	for _, s := range who(old) {
		before[s] = true
	}
	var more []string
	for _, s := range who(new) {
		if !before[s] {
			more = append(more, s)
		}
	}
	if len(more) == 0 {
		return nil
	}
	ref, _ := new["roleRef"].(map[string]any)
	where := "in the whole cluster"
	if object.Namespace != "" {
		where = "in namespace " + object.Namespace
	}
	return []Risk{{Kind: RightsWiden, Text: fmt.Sprintf("%s now hold %v %s", strings.Join(more, ", "), ref["name"], where)}}
}

func who(binding map[string]any) []string {
	list, _ := binding["subjects"].([]any)
	var out []string
	for _, item := range list {
		s, _ := item.(map[string]any)
		name := fmt.Sprintf("%v %v", s["kind"], s["name"])
		if ns, ok := s["namespace"]; ok {
			name = fmt.Sprintf("%v %v/%v", s["kind"], ns, s["name"])
		}
		out = append(out, name)
	}
	return out
}

// network judges a NetworkPolicy: without one, everybody gets in.
func network(item Item, old, new map[string]any) []Risk {
	if old == nil {
		return nil
	}
	if new == nil {
		return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s is gone: what it kept out gets in", item.Object)}}
	}
	for _, f := range item.Fields {
		if f.New != nil && (strings.Contains(f.Path, "ingress") || strings.Contains(f.Path, "egress")) ||
			strings.HasPrefix(f.Path, "spec.policyTypes") && f.New == nil || strings.HasPrefix(f.Path, "spec.podSelector") {
			return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s lets more in: %s", item.Object, f.Path)}}
		}
	}
	return nil
}

func service(object Object, old, new map[string]any) []Risk {
	kind := func(o map[string]any) string {
		spec, _ := o["spec"].(map[string]any)
		s, _ := spec["type"].(string)
		return s
	}
	if t := kind(new); t != kind(old) && (t == "LoadBalancer" || t == "NodePort") {
		return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s becomes a %s", object, t)}}
	}
	return nil
}

var podSecurityLevels = []string{"privileged", "baseline", "restricted"}

func podSecurity(item Item) []Risk {
	for _, f := range item.Fields {
		if f.Path != `metadata.labels["pod-security.kubernetes.io/enforce"]` {
			continue
		}
		level := func(v any) int { s, _ := v.(string); return slices.Index(podSecurityLevels, s) }
		if level(f.New) < level(f.Old) {
			return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s: pod security goes from %v to %v", item.Object, f.Old, or(f.New, "none"))}}
		}
	}
	return nil
}

// lockdown finds arguments of Flux's controllers that keep tenants apart, and go.
func lockdown(item Item) []Risk {
	for _, f := range item.Fields {
		arg, _ := f.Old.(string)
		if f.New == nil && (strings.HasPrefix(arg, "--no-cross-namespace-refs") || strings.HasPrefix(arg, "--no-remote-bases") || strings.HasPrefix(arg, "--default-")) {
			return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s loses %s", item.Object, arg)}}
		}
	}
	return nil
}

// admission judges what guards a cluster at admission.
func admission(item Item) []Risk {
	if item.Action == Delete {
		return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s no longer guards the cluster", item.Object)}}
	}
	for _, f := range item.Fields {
		switch {
		case strings.HasPrefix(f.Path, "spec.enforcementAction") && f.New != "deny" && f.New != nil,
			strings.HasPrefix(f.Path, "spec.validationActions") && f.Old == "Deny",
			strings.HasPrefix(f.Path, "spec.failurePolicy") && f.New == "Ignore":
			return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s no longer denies: %s", item.Object, f.Path)}}
		case strings.HasPrefix(f.Path, "spec.validations"), strings.HasPrefix(f.Path, "spec.matchConstraints"),
			strings.HasPrefix(f.Path, "spec.match"), strings.HasPrefix(f.Path, "spec.parameters"), strings.HasPrefix(f.Path, "spec.targets"):
			return []Risk{{Kind: PolicyLoosened, Text: fmt.Sprintf("%s judges by other rules: %s", item.Object, f.Path)}}
		}
	}
	return nil
}

func or(v, fallback any) any {
	if v == nil {
		return fallback
	}
	return v
}
