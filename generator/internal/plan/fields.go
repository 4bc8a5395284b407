package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// itemKeys are fields by which items of a list are told apart, best first.
var itemKeys = []string{"name", "key", "class", "id", "apiGroups", "type", "port", "containerPort", "url", "path"}

// hidden replaces values that must not be printed.
const hidden = "(hidden)"

// diff lists the fields in which two objects differ. Values of Secrets are hidden.
func diff(old, new map[string]any) []Field {
	var d differ
	d.values("", old, new)
	if new["kind"] == "Secret" || old["kind"] == "Secret" {
		for i, f := range d.fields {
			if strings.HasPrefix(f.Path, "data") || strings.HasPrefix(f.Path, "stringData") {
				d.fields[i] = hide(f)
			}
		}
	}
	slices.SortStableFunc(d.fields, func(a, b Field) int { return strings.Compare(a.Path, b.Path) })
	return d.fields
}

func hide(f Field) Field {
	if f.Old != nil {
		f.Old = hidden
	}
	if f.New != nil {
		f.New = hidden
	}
	return f
}

type differ struct{ fields []Field }

func (d *differ) add(path string, old, new any) {
	d.fields = append(d.fields, Field{Path: path, Old: old, New: new})
}

func (d *differ) values(path string, old, new any) {
	switch o := old.(type) {
	case map[string]any:
		if n, ok := new.(map[string]any); ok {
			d.maps(path, o, n)
			return
		}
	case []any:
		if n, ok := new.([]any); ok {
			d.lists(path, o, n)
			return
		}
	}
	if !reflect.DeepEqual(old, new) {
		d.add(path, old, new)
	}
}

func (d *differ) maps(path string, old, new map[string]any) {
	for k, o := range old {
		p := join(path, k)
		n, ok := new[k]
		if !ok {
			d.add(p, o, nil)
			continue
		}
		d.values(p, o, n)
	}
	for k, n := range new {
		if _, ok := old[k]; !ok {
			d.add(join(path, k), nil, n)
		}
	}
}

// join writes a path as people type it; keys with dots are in brackets.
func join(path, key string) string {
	switch {
	case strings.ContainsAny(key, ".[]/ "):
		return fmt.Sprintf("%s[%q]", path, key)
	case path == "":
		return key
	}
	return path + "." + key
}

// lists compares items by their key where they have one, by their value where
// they are plain and each occurs once, and else by their place.
func (d *differ) lists(path string, old, new []any) {
	if key := commonKey(old, new); key != "" {
		d.keyed(path, key, old, new)
		return
	}
	if isSet(old) && isSet(new) {
		before := len(d.fields)
		for _, o := range old {
			if !slices.Contains(new, o) {
				d.add(fmt.Sprintf("%s[%v]", path, o), o, nil)
			}
		}
		for _, n := range new {
			if !slices.Contains(old, n) {
				d.add(fmt.Sprintf("%s[%v]", path, n), nil, n)
			}
		}
		if len(d.fields) == before && !reflect.DeepEqual(old, new) {
			d.add(path, old, new) // only their order differs
		}
		return
	}
	for i := range max(len(old), len(new)) {
		p := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= len(old):
			d.add(p, nil, new[i])
		case i >= len(new):
			d.add(p, old[i], nil)
		default:
			d.values(p, old[i], new[i])
		}
	}
}

func (d *differ) keyed(path, key string, old, new []any) {
	find := func(list []any, value any) any {
		for _, item := range list {
			if reflect.DeepEqual(item.(map[string]any)[key], value) {
				return item
			}
		}
		return nil
	}
	for _, o := range old {
		value := o.(map[string]any)[key]
		p := fmt.Sprintf("%s[%s=%v]", path, key, value)
		if n := find(new, value); n != nil {
			d.values(p, o, n)
			continue
		}
		d.add(p, o, nil)
	}
	for _, n := range new {
		value := n.(map[string]any)[key]
		if find(old, value) == nil {
			d.add(fmt.Sprintf("%s[%s=%v]", path, key, value), nil, n)
		}
	}
	if before, after := keysOfBoth(old, key, new), keysOfBoth(new, key, old); !reflect.DeepEqual(before, after) {
		d.add(path+"["+key+"]", before, after) // their order matters to some: init containers, variables that use others
	}
}

// keysOfBoth lists the keys of a list's items that another list has too, in order.
func keysOfBoth(list []any, key string, other []any) []any {
	var out []any
	for _, item := range list {
		value := item.(map[string]any)[key]
		if slices.ContainsFunc(other, func(o any) bool { return reflect.DeepEqual(o.(map[string]any)[key], value) }) {
			out = append(out, value)
		}
	}
	return out
}

// commonKey gives the field that every item of both lists has, each with another value.
func commonKey(old, new []any) string {
	if len(old) == 0 || len(new) == 0 {
		return ""
	}
	for _, key := range itemKeys {
		if unique(old, key) && unique(new, key) {
			return key
		}
	}
	return ""
}

func unique(list []any, key string) bool {
	seen := map[string]bool{}
	for _, item := range list {
		m, ok := item.(map[string]any)
		if !ok || m[key] == nil {
			return false
		}
		text := fmt.Sprint(m[key])
		if seen[text] {
			return false
		}
		seen[text] = true
	}
	return true
}

// isSet says whether a list holds plain values, each once.
func isSet(list []any) bool {
	seen := map[any]bool{}
	for _, item := range list {
		switch item.(type) {
		case string, int, int64, float64, bool:
		default:
			return false
		}
		if seen[item] {
			return false
		}
		seen[item] = true
	}
	return true
}
