package render

import (
	"path"
	"strings"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

// workspaceRole is what a workspace's service account may do in its namespaces.
const workspaceRole = "workspace-deployer"

// workspaces writes a folder for each team.
func (r *renderer) workspaces() {
	for _, name := range fleet.Sorted(r.cluster.Workspaces) {
		w := r.cluster.Workspaces[name]
		r.folder(path.Join("workspaces", name), "workspace "+name, nil,
			file{"namespaces.yaml", workspaceNamespaces(w)},
			file{"rbac.yaml", workspaceRBAC(w)},
			file{"quota.yaml", workspaceQuota(w)},
			file{"network.yaml", workspaceNetwork(w)},
			file{"sources.yaml", workspaceSources(w)},
			file{"gitops.yaml", workspaceGitOps(w)},
		)
	}
}

func workspaceNamespaces(w fleet.Workspace) []manifest.Object {
	var out []manifest.Object
	for _, name := range fleet.Sorted(w.Namespaces) {
		n := w.Namespaces[name]
		labels := map[string]string{"heddle.dev/workspace": w.Name}
		for k, v := range n.Labels {
			labels[k] = v
		}
		out = append(out, annotate(namespace(name, n.PodSecurity, labels), "heddle.dev/contact", w.Contact))
	}
	return out
}

// workspaceRBAC gives the team's groups their roles, and its service account
// the right to deploy, in each of its namespaces.
func workspaceRBAC(w fleet.Workspace) []manifest.Object {
	var out []manifest.Object
	for _, ns := range fleet.Sorted(w.Namespaces) {
		if w.GitOps != nil {
			if ns == w.GitOps.Namespace {
				account := object("v1", "ServiceAccount", ns, w.Name, nil)
				account["automountServiceAccountToken"] = false
				out = append(out, account)
			}
			out = append(out, roleBinding(ns, workspaceRole, []any{
				fields{"kind": "ServiceAccount", "name": w.Name, "namespace": w.GitOps.Namespace},
			}))
		}
		for _, role := range fleet.Sorted(w.Groups) {
			out = append(out, roleBinding(ns, role, groupSubjects(w.Groups[role])))
		}
	}
	return out
}

func roleBinding(namespace, role string, subjects []any) manifest.Object {
	binding := object(rbacAPI, "RoleBinding", namespace, roleName(role), nil)
	binding["roleRef"] = roleRef(roleName(role))
	binding["subjects"] = subjects
	return binding
}

func workspaceQuota(w fleet.Workspace) []manifest.Object {
	var out []manifest.Object
	for _, ns := range fleet.Sorted(w.Namespaces) {
		out = append(out,
			withSpec(object("v1", "ResourceQuota", ns, "workspace", nil), fields{"hard": fields{
				"requests.cpu":           w.Quota.CPU,
				"requests.memory":        w.Quota.Memory,
				"requests.storage":       w.Quota.Storage,
				"pods":                   itoa(w.Quota.Pods),
				"services.loadbalancers": itoa(w.Quota.LoadBalancers),
				"services.nodeports":     "0",
			}}),
			withSpec(object("v1", "LimitRange", ns, "workspace", nil), fields{"limits": []any{fields{
				"type":           "Container",
				"defaultRequest": w.Limits.Request,
				"default":        w.Limits.Limit,
			}}}),
		)
	}
	return out
}

// workspaceNetwork lets pods of the team's namespaces, and of those it names,
// reach the team's pods, and nobody else.
func workspaceNetwork(w fleet.Workspace) []manifest.Object {
	from := []any{fields{"namespaceSelector": fields{"matchLabels": fields{"heddle.dev/workspace": w.Name}}}}
	for _, ns := range fleet.Sorted(w.Network.FromNamespaces) {
		from = append(from, fields{"namespaceSelector": fields{"matchLabels": fields{"kubernetes.io/metadata.name": ns}}})
	}
	var out []manifest.Object
	for _, ns := range fleet.Sorted(w.Namespaces) {
		out = append(out, withSpec(object("networking.k8s.io/v1", "NetworkPolicy", ns, "workspace-isolation", nil), fields{
			"podSelector": fields{},
			"policyTypes": []any{"Ingress"},
			"ingress":     []any{fields{"from": from}},
		}))
	}
	return out
}

// workspaceSources refuses, at admission, Flux sources in the team's namespaces
// that the workspace does not allow.
func workspaceSources(w fleet.Workspace) []manifest.Object {
	name := "workspace-" + w.Name + "-sources"
	allowed := map[string]map[string]bool{
		"GitRepository": w.Sources.Git, "HelmRepository": w.Sources.Helm, "OCIRepository": w.Sources.OCI,
	}
	var validations []any
	for _, kind := range fleet.Sorted(allowed) {
		urls := fleet.Sorted(allowed[kind])
		validations = append(validations, fields{
			"expression": "object.kind != '" + kind + "' || object.spec.url in " + celList(urls),
			"message":    kind + ": workspace " + w.Name + " may not install from this URL; ask the platform team to add it to the workspace's sources",
		})
	}
	validations = append(validations, fields{
		"expression": "object.kind in ['GitRepository', 'HelmRepository', 'OCIRepository']",
		"message":    "workspace " + w.Name + " may install from GitRepository, HelmRepository and OCIRepository only",
	})
	policy := withSpec(object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "", name, nil), fields{
		"failurePolicy": "Fail",
		"matchConstraints": fields{"resourceRules": []any{fields{
			"apiGroups": []any{"source.toolkit.fluxcd.io"}, "apiVersions": []any{"*"}, "operations": []any{"CREATE", "UPDATE"},
			"resources": []any{"gitrepositories", "helmrepositories", "ocirepositories", "buckets", "externalartifacts"},
		}}},
		"validations": validations,
	})
	binding := withSpec(object("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "", name, nil), fields{
		"policyName":        name,
		"validationActions": []any{"Deny"},
		"matchResources":    fields{"namespaceSelector": fields{"matchLabels": fields{"heddle.dev/workspace": w.Name}}},
	})
	return []manifest.Object{policy, binding}
}

// celList writes strings as a CEL list. The schema's patterns keep quotes out of URLs.
func celList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + strings.ReplaceAll(strings.ReplaceAll(v, `\`, `\\`), "'", `\'`) + "'"
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// workspaceGitOps is the team's own repository, applied with the team's rights only.
func workspaceGitOps(w fleet.Workspace) []manifest.Object {
	g := w.GitOps
	if g == nil {
		return nil
	}
	spec := fields{"interval": "1m", "url": g.URL, "ref": fields{"branch": g.Branch}}
	if g.Secret != "" {
		spec["secretRef"] = fields{"name": g.Secret}
	}
	return []manifest.Object{
		withSpec(object(sourceAPI, "GitRepository", g.Namespace, w.Name, nil), spec),
		apply{
			name: w.Name, namespace: g.Namespace, source: w.Name, path: g.Path, account: w.Name,
			// Wherever a manifest says it goes, it goes to the team's own namespace unless it names another of them;
			// rights, not this, keep it there.
			extra: fields{"wait": false},
		}.object(),
	}
}
