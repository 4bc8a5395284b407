package plan

import "testing"

func role(rules string) string {
	return `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, rules: [` + rules + `]}`
}

func binding(rest string) string {
	return `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b, namespace: n}, ` + rest + `}`
}

func TestRightsThatWiden(t *testing.T) {
	const getPods = `{apiGroups: [""], resources: [pods], verbs: [get]}`
	checkRisks(t, []riskCase{
		{"a verb", role(getPods), role(`{apiGroups: [""], resources: [pods], verbs: [get, delete]}`), []string{"rights-widen: ClusterRole r may now delete pods"}},
		{"a group", role(getPods), role(getPods + `, {apiGroups: [apps], resources: [deployments], verbs: [get]}`), []string{"rights-widen: ClusterRole r may now get deployments.apps"}},
		{"every verb", role(getPods), role(`{apiGroups: [""], resources: [pods], verbs: ["*"]}`), []string{"rights-widen: ClusterRole r may now * pods"}},
		{"every resource", role(getPods), role(`{apiGroups: [""], resources: ["*"], verbs: [get]}`), []string{"rights-widen: ClusterRole r may now get *"}},
		{"what a wildcard had", role(`{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}`), role(getPods), nil},
		{"what a wildcard of verbs had", role(`{apiGroups: [""], resources: [pods], verbs: ["*"]}`), role(getPods), nil},
		{"what a wildcard of a subresource had", role(`{apiGroups: [apps], resources: ["*/scale"], verbs: [get]}`), role(`{apiGroups: [apps], resources: [deployments/scale], verbs: [get]}`), nil},
		{"a subresource", role(getPods), role(`{apiGroups: [""], resources: [pods, pods/exec], verbs: [get]}`), []string{"rights-widen: ClusterRole r may now get pods/exec"}},
		{
			"from one object to all", role(`{apiGroups: [""], resources: [secrets], resourceNames: [a], verbs: [get]}`), role(`{apiGroups: [""], resources: [secrets], verbs: [get]}`),
			[]string{"rights-widen: ClusterRole r may now get secrets"},
		},
		{"from all to one object", role(`{apiGroups: [""], resources: [secrets], verbs: [get]}`), role(`{apiGroups: [""], resources: [secrets], resourceNames: [a], verbs: [get]}`), nil},
		{"a URL, which a wildcard of resources does not have", role(`{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}`), role(`{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}, {nonResourceURLs: [/metrics], verbs: [get]}`), []string{"rights-widen: ClusterRole r may now get /metrics"}},
		{"a URL that a wildcard had", role(`{nonResourceURLs: [/healthz/*], verbs: [get]}`), role(`{nonResourceURLs: [/healthz/live], verbs: [get]}`), nil},
		{"many", role(``), role(`{apiGroups: [""], resources: [a, b, c, d, e, f, g, h], verbs: [get]}`), []string{"rights-widen: ClusterRole r may now get a, get b, get c, get d, get e, get f, and 2 more"}},
		{"narrower", role(getPods), role(``), nil},
		{"the same in other rules", role(`{apiGroups: [""], resources: [pods, nodes], verbs: [get]}`), role(getPods + `, {apiGroups: [""], resources: [nodes], verbs: [get]}`), nil},
		{"a new role, that nobody has", ``, role(getPods), nil},
		{
			"a new role that adds to another", ``, `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r, labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}}, rules: [` + getPods + `]}`,
			[]string{"rights-widen: ClusterRole r may now get pods"},
		},
		{
			"a role takes in others", role(``), `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {}}]}, rules: []}`,
			[]string{"rights-widen: ClusterRole r takes in the rights of other roles"},
		},
		{"a binding", ``, binding(`roleRef: {name: edit}, subjects: [{kind: Group, name: devs}]`), []string{"rights-widen: Group devs now hold edit in namespace n"}},
		{
			"a subject", binding(`roleRef: {name: edit}, subjects: [{kind: Group, name: devs}]`), binding(`roleRef: {name: edit}, subjects: [{kind: Group, name: devs}, {kind: ServiceAccount, name: x, namespace: y}]`),
			[]string{"rights-widen: ServiceAccount y/x now hold edit in namespace n"},
		},
		{
			"another role", binding(`roleRef: {name: view}, subjects: [{kind: Group, name: devs}]`), binding(`roleRef: {name: admin}, subjects: [{kind: Group, name: devs}]`),
			[]string{"recreates: RoleBinding n/b must be deleted and made anew: roleRef.name cannot change", "rights-widen: Group devs now hold admin in namespace n"},
		},
		{"a subject less", binding(`roleRef: {name: edit}, subjects: [{kind: Group, name: devs}, {kind: Group, name: ops}]`), binding(`roleRef: {name: edit}, subjects: [{kind: Group, name: ops}]`), nil},
	})
}

func networkPolicy(spec string) string {
	return `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: n}, spec: {` + spec + `}}`
}

func TestExposureThatWidens(t *testing.T) {
	const fromA = `ingress: [{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80}]}]`
	service := func(spec string) string {
		return `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: n}, spec: {` + spec + `}}`
	}
	gateway := func(listeners string) string {
		return `{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g, namespace: n}, spec: {listeners: [` + listeners + `]}}`
	}
	checkRisks(t, []riskCase{
		{"a policy goes", networkPolicy(``), ``, []string{"deletes: NetworkPolicy n/p is deleted", "exposure-widens: NetworkPolicy n/p is gone: what it kept out gets in"}},
		{"a policy comes", ``, networkPolicy(fromA), nil},
		{"a rule more", networkPolicy(fromA), networkPolicy(`ingress: [{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80}]}, {from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]`), []string{"exposure-widens: NetworkPolicy n/p lets more through: spec.ingress[1]"}},
		{"a rule less", networkPolicy(fromA), networkPolicy(`ingress: []`), nil},
		{"a port more", networkPolicy(fromA), networkPolicy(`ingress: [{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80}, {port: 81}]}]`), []string{"exposure-widens: NetworkPolicy n/p lets more through: spec.ingress[0]"}},
		{"all ports, as none is named", networkPolicy(fromA), networkPolicy(`ingress: [{from: [{podSelector: {matchLabels: {app: a}}}]}]`), []string{"exposure-widens: NetworkPolicy n/p lets more through: spec.ingress[0]"}},
		{"everybody, as nobody is named", networkPolicy(fromA), networkPolicy(`ingress: [{ports: [{port: 80}]}]`), []string{"exposure-widens: NetworkPolicy n/p lets more through: spec.ingress[0]"}},
		{"a peer less", networkPolicy(`ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: 11.0.0.0/8}}]}]`), networkPolicy(`ingress: [{from: [{ipBlock: {cidr: 11.0.0.0/8}}]}]`), nil},
		{"an exception less", networkPolicy(`ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]`), networkPolicy(`ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]`), []string{"exposure-widens: NetworkPolicy n/p lets more through: spec.ingress[0]"}},
		{"egress is guarded no more", networkPolicy(`policyTypes: [Ingress, Egress]`), networkPolicy(`policyTypes: [Ingress]`), []string{"exposure-widens: NetworkPolicy n/p no longer guards egress"}},
		{"egress is guarded now", networkPolicy(`policyTypes: [Ingress]`), networkPolicy(`policyTypes: [Ingress, Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]`), nil},
		{"other pods", networkPolicy(`podSelector: {}`), networkPolicy(`podSelector: {matchLabels: {app: a}}`), []string{"exposure-widens: NetworkPolicy n/p guards other pods: spec.podSelector"}},
		{"a LoadBalancer", service(`type: ClusterIP`), service(`type: LoadBalancer`), []string{"exposure-widens: Service n/s becomes a LoadBalancer"}},
		{"a new NodePort", ``, service(`type: NodePort`), []string{"exposure-widens: Service n/s becomes a NodePort"}},
		{"no LoadBalancer any more", service(`type: LoadBalancer`), service(`type: ClusterIP`), nil},
		{"more sources", service(`type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]`), service(`type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8, 0.0.0.0/0]`), []string{"exposure-widens: Service n/s lets 0.0.0.0/0 in"}},
		{"all sources", service(`type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]`), service(`type: LoadBalancer`), []string{"exposure-widens: Service n/s lets everybody in"}},
		{"a gateway", ``, gateway(``), []string{"exposure-widens: Gateway n/g opens a way in from outside"}},
		{"a listener", gateway(`{name: a, port: 80}`), gateway(`{name: a, port: 80}, {name: b, port: 81}`), []string{"exposure-widens: Gateway n/g opens another way in: spec.listeners[name=b]"}},
		{"a listener less", gateway(`{name: a, port: 80}, {name: b, port: 81}`), gateway(`{name: a, port: 80}`), nil},
	})
}

func TestPoliciesLoosened(t *testing.T) {
	namespace := func(metadata string) string {
		return `{apiVersion: v1, kind: Namespace, metadata: {name: n` + metadata + `}}`
	}
	level := func(l string) string {
		return namespace(`, labels: {a: b, pod-security.kubernetes.io/enforce: ` + l + `}`)
	}
	flux := func(args string) string {
		return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: f, namespace: flux-system}, spec: {template: {spec: {containers: [{name: manager, args: [` + args + `]}]}}}}`
	}
	constraint := func(spec string) string {
		return `{apiVersion: constraints.gatekeeper.sh/v1beta1, kind: K, metadata: {name: k}, spec: {` + spec + `}}`
	}
	admissionBinding := func(actions string) string {
		return `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: v}, spec: {validationActions: [` + actions + `]}}`
	}
	checkRisks(t, []riskCase{
		{"pod security", level("restricted"), level("baseline"), []string{"policy-loosened: Namespace n: pod security goes from restricted to baseline"}},
		{"no pod security", level("baseline"), namespace(`, labels: {a: b}`), []string{"policy-loosened: Namespace n: pod security goes from baseline to none"}},
		{"no labels at all", level("baseline"), namespace(``), []string{"policy-loosened: Namespace n: pod security goes from baseline to none"}},
		{"stricter pod security", level("baseline"), level("restricted"), nil},
		{"Flux may cross namespaces", flux(`--a, --no-cross-namespace-refs=true`), flux(`--a`), []string{"policy-loosened: Deployment flux-system/f loses --no-cross-namespace-refs=true"}},
		{"Flux may cross namespaces, says the argument", flux(`--no-cross-namespace-refs=true`), flux(`--no-cross-namespace-refs=false`), []string{"policy-loosened: Deployment flux-system/f loses --no-cross-namespace-refs=true"}},
		{"Flux has no arguments", flux(`--no-remote-bases=true`), `{apiVersion: apps/v1, kind: Deployment, metadata: {name: f, namespace: flux-system}, spec: {template: {}}}`, []string{"policy-loosened: Deployment flux-system/f loses --no-remote-bases=true"}},
		{"Flux's default account", flux(`--default-service-account=default`), flux(`--default-service-account=admin`), []string{"policy-loosened: Deployment flux-system/f loses --default-service-account=default"}},
		{"arguments in another order", flux(`--no-remote-bases=true, --a`), flux(`--a, --no-remote-bases=true`), nil},
		{"a constraint warns", constraint(``), constraint(`enforcementAction: warn`), []string{"policy-loosened: K k denies less: spec.enforcementAction"}},
		{"a constraint warns no more", constraint(`enforcementAction: warn`), constraint(`enforcementAction: dryrun`), []string{"policy-loosened: K k denies less: spec.enforcementAction"}},
		{"a constraint denies", constraint(`enforcementAction: dryrun`), constraint(`enforcementAction: deny`), nil},
		{"a constraint of less", constraint(`match: {excludedNamespaces: [a]}`), constraint(`match: {excludedNamespaces: [a, b]}`), []string{"policy-loosened: K k judges by other rules: spec.match.excludedNamespaces[b]"}},
		{"a constraint goes", constraint(``), ``, []string{"deletes: K k is deleted", "policy-loosened: K k no longer guards the cluster"}},
		{"a binding denies no more", admissionBinding(`Deny, Audit`), admissionBinding(`Audit`), []string{"policy-loosened: ValidatingAdmissionPolicyBinding v denies less: spec.validationActions[Deny]"}},
		{
			"a policy fails open", `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: v}, spec: {failurePolicy: Fail}}`, `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: v}, spec: {failurePolicy: Ignore}}`,
			[]string{"policy-loosened: ValidatingAdmissionPolicy v denies less: spec.failurePolicy"},
		},
		{
			"a webhook fails open", `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: w}, webhooks: [{name: a, failurePolicy: Fail}]}`, `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: w}, webhooks: [{name: a, failurePolicy: Ignore}]}`,
			[]string{"policy-loosened: ValidatingWebhookConfiguration w denies less: webhooks[name=a].failurePolicy"},
		},
	})
}

// fluxKustomization is one of the cluster's own entry.
func fluxKustomization(spec string) string {
	return `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: flux-system, namespace: flux-system}, spec: {` + spec + `}}`
}

func TestRisksOfFlux(t *testing.T) {
	checkRisks(t, []riskCase{
		{
			"a cluster's folder moves", fluxKustomization(`path: ./clusters/c/flux-system`), fluxKustomization(`path: ./clusters/g/c/flux-system`),
			[]string{"left-behind: cluster c moves from ./clusters/c/flux-system to ./clusters/g/c/flux-system: its own Flux finds the old folder gone, and changes nothing more until somebody sets spec.path of its Kustomization flux-system by hand"},
		},
		{
			"another service account", fluxKustomization(`serviceAccountName: team`), fluxKustomization(`serviceAccountName: kustomize-controller`),
			[]string{"rights-widen: Kustomization flux-system/flux-system is applied with the rights of service account kustomize-controller, not of team"},
		},
		{
			"no service account any more", `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r, namespace: n}, spec: {serviceAccountName: team}}`,
			`{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r, namespace: n}, spec: {}}`,
			[]string{"rights-widen: HelmRelease n/r is applied with the rights of service account (the default), not of team"},
		},
		{"another interval", fluxKustomization(`interval: 1m`), fluxKustomization(`interval: 2m`), nil},
	})
}
