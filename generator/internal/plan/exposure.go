package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// network judges a NetworkPolicy: without one, everybody gets in and out.
func network(item Item, old, new map[string]any) []Risk {
	if old == nil {
		return nil
	}
	if new == nil {
		return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s is gone: what it kept out gets in", item.Object)}}
	}
	if !reflect.DeepEqual(at(old, "spec", "podSelector"), at(new, "spec", "podSelector")) {
		return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s guards other pods: spec.podSelector", item.Object)}}
	}
	for _, d := range []struct{ kind, rules, peers string }{{"Ingress", "ingress", "from"}, {"Egress", "egress", "to"}} {
		if !isolates(old, d.kind) {
			continue // it let everything through
		}
		if !isolates(new, d.kind) {
			return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s no longer guards %s", item.Object, d.rules)}}
		}
		before, _ := at(old, "spec", d.rules).([]any)
		after, _ := at(new, "spec", d.rules).([]any)
		for i, rule := range after {
			if !slices.ContainsFunc(before, func(b any) bool { return within(b, rule, d.peers) && within(b, rule, "ports") }) {
				return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s lets more through: spec.%s[%d]", item.Object, d.rules, i)}}
			}
		}
	}
	return nil
}

// isolates says whether a policy keeps out what no rule lets through. Without
// policyTypes it guards what comes in, and what goes out where it has rules for that.
func isolates(policy map[string]any, kind string) bool {
	types := texts(at(policy, "spec", "policyTypes"))
	if len(types) == 0 {
		rules, _ := at(policy, "spec", "egress").([]any)
		return kind == "Ingress" || len(rules) > 0
	}
	return slices.Contains(types, kind)
}

// within says whether a rule's peers or ports are among those of another; none are all.
func within(outer, inner any, field string) bool {
	all, _ := at(outer, field).([]any)
	some, _ := at(inner, field).([]any)
	if len(all) == 0 {
		return true
	}
	for _, s := range some {
		if !slices.ContainsFunc(all, func(a any) bool { return reflect.DeepEqual(a, s) }) {
			return false
		}
	}
	return len(some) > 0
}

// service judges who gets at a Service from outside.
func service(object Object, old, new map[string]any) []Risk {
	if new == nil {
		return nil
	}
	kind := func(o map[string]any) any { return at(o, "spec", "type") }
	if t := kind(new); t != kind(old) && (t == "LoadBalancer" || t == "NodePort") {
		return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s becomes a %v", object, t)}}
	}
	before, after := texts(at(old, "spec", "loadBalancerSourceRanges")), texts(at(new, "spec", "loadBalancerSourceRanges"))
	for _, r := range after {
		if len(before) > 0 && !slices.Contains(before, r) {
			return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s lets %s in", object, r)}}
		}
	}
	if len(before) > 0 && len(after) == 0 {
		return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s lets everybody in", object)}}
	}
	return nil
}

// gateway judges ways in: a new one, or what one more lets in.
func gateway(item Item) []Risk {
	if item.Action == Create {
		return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s opens a way in from outside", item.Object)}}
	}
	for _, f := range item.Fields {
		if f.New != nil && (strings.HasPrefix(f.Path, "spec.listeners") || strings.HasPrefix(f.Path, "spec.rules")) {
			return []Risk{{Kind: ExposureWidens, Text: fmt.Sprintf("%s opens another way in: %s", item.Object, f.Path)}}
		}
	}
	return nil
}
