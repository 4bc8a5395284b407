package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// rights lists what a role may do that it could not do before. A new role does
// nothing until somebody is bound to it, unless its rights are added to another's.
func rights(object Object, old, new map[string]any) []Risk {
	if new == nil || old == nil && !aggregated(new) {
		return nil
	}
	if selectors := at(new, "aggregationRule"); selectors != nil && !reflect.DeepEqual(selectors, at(old, "aggregationRule")) {
		return []Risk{{Kind: RightsWiden, Text: fmt.Sprintf("%s takes in the rights of other roles", object)}}
	}
	before, after := grants(old), grants(new)
	if aggregated(new) && !aggregated(old) {
		before = nil
	}
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

// aggregated says whether a role's rights are added to those of another, such as edit.
func aggregated(role map[string]any) bool {
	labels, _ := at(role, "metadata", "labels").(map[string]any)
	for name, value := range labels {
		if strings.HasPrefix(name, "rbac.authorization.k8s.io/aggregate-to-") && value == "true" {
			return true
		}
	}
	return false
}

// grant is one right: a verb on a resource of a group, or on some objects of it, or on a URL.
type grant struct{ verb, group, resource, name, url string }

func (g grant) String() string {
	if g.url != "" {
		return g.verb + " " + g.url
	}
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
						set[grant{verb: verb, group: group, resource: resource, name: name}] = true
					}
				}
			}
			for _, url := range texts(rule["nonResourceURLs"]) {
				set[grant{verb: verb, url: url}] = true
			}
		}
	}
	return set
}

// covered says whether a right was there already, wildcards included.
func covered(have map[grant]bool, g grant) bool {
	for h := range have {
		if g.url != "" || h.url != "" {
			prefix, wild := strings.CutSuffix(h.url, "*")
			if wildcard(h.verb, g.verb) && (h.url == g.url || wild && g.url != "" && strings.HasPrefix(g.url, prefix)) {
				return true
			}
			continue
		}
		if wildcard(h.verb, g.verb) && wildcard(h.group, g.group) && wildcardResource(h.resource, g.resource) && (h.name == "" || h.name == g.name) {
			return true
		}
	}
	return false
}

func wildcard(have, want string) bool { return have == "*" || have == want }

// wildcardResource knows */scale too, which is that subresource of everything.
func wildcardResource(have, want string) bool {
	_, subresource, ok := strings.Cut(want, "/")
	return wildcard(have, want) || ok && have == "*/"+subresource
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
	if reflect.DeepEqual(at(old, "roleRef"), at(new, "roleRef")) { // who holds another role now holds it newly
		for _, s := range who(old) {
			before[s] = true
		}
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
