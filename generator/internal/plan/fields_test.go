package plan

import (
	"fmt"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string
	}{
		{"equal", `{a: 1, b: [x]}`, `{b: [x], a: 1}`, nil},
		{"a value", `{spec: {replicas: 1}}`, `{spec: {replicas: 2}}`, []string{"spec.replicas: 1 -> 2"}},
		{"a field comes", `{spec: {}}`, `{spec: {a: x}}`, []string{"spec.a: <nil> -> x"}},
		{"a field goes", `{spec: {a: x}}`, `{spec: {}}`, []string{"spec.a: x -> <nil>"}},
		{"a map comes whole", `{}`, `{spec: {a: x}}`, []string{"spec: <nil> -> map[a:x]"}},
		{"another type", `{a: {b: 1}}`, `{a: [1]}`, []string{"a: map[b:1] -> [1]"}},
		{"text and number", `{a: "1"}`, `{a: 1}`, []string{"a: 1 -> 1"}},
		{"whole and broken numbers", `{a: 1}`, `{a: 1.5}`, []string{"a: 1 -> 1.5"}},
		{"dotted keys", `{metadata: {labels: {heddle.dev/ring: early}}}`, `{metadata: {labels: {heddle.dev/ring: stable}}}`, []string{`metadata.labels["heddle.dev/ring"]: early -> stable`}},
		{"a key with a slash", `{data: {a/b: x}}`, `{data: {}}`, []string{`data["a/b"]: x -> <nil>`}},
		{"items by name", `{l: [{name: a, v: 1}, {name: b, v: 1}]}`, `{l: [{name: a, v: 1}, {name: b, v: 2}]}`, []string{"l[name=b].v: 1 -> 2"}},
		{"an item comes first", `{l: [{name: b, v: 1}]}`, `{l: [{name: a, v: 9}, {name: b, v: 1}]}`, []string{"l[name=a]: <nil> -> map[name:a v:9]"}},
		{"an item goes", `{l: [{name: a}, {name: b}]}`, `{l: [{name: b}]}`, []string{"l[name=a]: map[name:a] -> <nil>"}},
		{"items in another order", `{l: [{name: a}, {name: b}]}`, `{l: [{name: b}, {name: a}]}`, []string{"l[name]: [a b] -> [b a]"}},
		{"items by port, as names repeat", `{l: [{name: a, port: 1}, {name: a, port: 2}]}`, `{l: [{name: a, port: 1}, {name: b, port: 2}]}`, []string{"l[port=2].name: a -> b"}},
		{"rules by groups", `{rules: [{apiGroups: [apps], verbs: [get]}]}`, `{rules: [{apiGroups: [apps], verbs: [get, list]}]}`, []string{"rules[apiGroups=[apps]].verbs[list]: <nil> -> list"}},
		{"items without a key, by place", `{l: [{v: 1}, {v: 2}]}`, `{l: [{v: 1}, {v: 3}, {v: 4}]}`, []string{"l[1].v: 2 -> 3", "l[2]: <nil> -> map[v:4]"}},
		{"items without a key go", `{l: [{v: 1}, {v: 2}]}`, `{l: [{v: 1}]}`, []string{"l[1]: map[v:2] -> <nil>"}},
		{"a set", `{l: [a, b]}`, `{l: [b, c]}`, []string{"l[a]: a -> <nil>", "l[c]: <nil> -> c"}},
		{"a set in another order", `{l: [a, b]}`, `{l: [b, a]}`, []string{"l: [a b] -> [b a]"}},
		{"a set in another order, and more", `{a: 1, l: [a, b], z: 1}`, `{a: 2, l: [b, a], z: 2}`, []string{"a: 1 -> 2", "l: [a b] -> [b a]", "z: 1 -> 2"}},
		{"an empty list filled", `{l: []}`, `{l: [a]}`, []string{"l[a]: <nil> -> a"}},
		{"an empty list of objects filled", `{l: []}`, `{l: [{name: a}]}`, []string{"l[0]: <nil> -> map[name:a]"}},
		{"repeated values, by place", `{l: [a, a]}`, `{l: [a, b]}`, []string{"l[1]: a -> b"}},
		{"lists in lists", `{l: [[1, 2], [3]]}`, `{l: [[1, 2], [4]]}`, []string{"l[1][3]: 3 -> <nil>", "l[1][4]: <nil> -> 4"}},
		{"null is a value", `{a: null}`, `{a: 1}`, []string{"a: <nil> -> 1"}},
		{"a Secret's values", `{kind: Secret, data: {k: c2VjcmV0}, stringData: {n: hunter2}}`, `{kind: Secret, data: {k: b3RoZXI=}, stringData: {m: hunter3}}`, []string{"data.k: (hidden) -> (hidden)", "stringData.m: <nil> -> (hidden)", "stringData.n: (hidden) -> <nil>"}},
		{"a Secret's values, all of them", `{kind: Secret, data: {k: c2VjcmV0}}`, `{kind: Secret}`, []string{"data: (hidden) -> <nil>"}},
		{"a Secret's labels", `{kind: Secret, metadata: {labels: {a: x}}}`, `{kind: Secret, metadata: {labels: {a: y}}}`, []string{"metadata.labels.a: x -> y"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var old, new map[string]any
			if err := yaml.Unmarshal([]byte(c.old), &old); err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal([]byte(c.new), &new); err != nil {
				t.Fatal(err)
			}
			for range 3 { // maps come in any order; the fields do not
				var got []string
				for _, f := range diff(old, new) {
					got = append(got, fmt.Sprintf("%s: %v -> %v", f.Path, f.Old, f.New))
				}
				equal(t, got, c.want)
			}
		})
	}
}
