package render

import (
	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

const (
	rbacAPI   = "rbac.authorization.k8s.io/v1"
	rbacGroup = "rbac.authorization.k8s.io"
)

// roleName is a role's name in Kubernetes, apart from names of others.
func roleName(role string) string { return "heddle:" + role }

// rbac writes the roles of people: each a ClusterRole; those that hold in the
// whole cluster are bound here, the others in each workspace.
func (r *renderer) rbac() {
	var roles, bindings []manifest.Object
	for _, name := range fleet.Sorted(r.cluster.Roles) {
		role := r.cluster.Roles[name]
		var rules []any
		for _, key := range fleet.Sorted(role.Rules) {
			rules = append(rules, policyRule(role.Rules[key]))
		}
		clusterRole := object(rbacAPI, "ClusterRole", "", roleName(name), nil)
		clusterRole["rules"] = rules
		roles = append(roles, annotate(clusterRole, "heddle.dev/summary", role.Summary))
		if role.Scope == "cluster" && len(role.Groups) > 0 {
			binding := object(rbacAPI, "ClusterRoleBinding", "", roleName(name), nil)
			binding["roleRef"] = roleRef(roleName(name))
			binding["subjects"] = groupSubjects(fleet.Sorted(role.Groups))
			bindings = append(bindings, binding)
		}
	}
	r.folder("rbac", "the roles", nil, file{"roles.yaml", roles}, file{"bindings.yaml", bindings})
}

func policyRule(rule fleet.PolicyRule) fields {
	out := fields{"apiGroups": rule.APIGroups, "resources": rule.Resources, "verbs": rule.Verbs}
	if len(rule.ResourceNames) > 0 {
		out["resourceNames"] = rule.ResourceNames
	}
	return out
}

func roleRef(clusterRole string) fields {
	return fields{"apiGroup": rbacGroup, "kind": "ClusterRole", "name": clusterRole}
}

func groupSubjects(groups []string) []any {
	var subjects []any
	for _, g := range groups {
		subjects = append(subjects, fields{"apiGroup": rbacGroup, "kind": "Group", "name": g})
	}
	return subjects
}
