package explain

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/source"
)

// Where a field of a manifest comes from is found by the program that makes
// manifests itself: each value of the fleet gets a mark that says its path, the
// marked fleet is rendered, and the marks that come out show which values went
// where. No table says it a second time, so none can be wrong.

// A mark is a number between two texts that nobody writes. The first begins with
// a tab, which sorts before all that may stand in a name, so that marked names
// have the order of the plain ones.
const (
	markBegin = "\t¶"
	markEnd   = "¶"
)

// A whole number is marked by making it a larger one, of which it is the last digits.
const (
	numberBase  = 1_000_000_000_000_000
	numberRoom  = 1_000_000
	numberMarks = 1_000_000
)

// Mark is one value of a cluster.
type Mark struct {
	// Clusters that have the value: one, unless it goes into manifests that several share.
	Clusters []string
	// Path of the value, from cluster; a list's entries by their numbers.
	Path []string
	// Key says that the value is the last name of the path itself.
	Key bool
	// Text of the value.
	Text string
}

// Marks are the marks of a fleet, by their numbers.
type Marks struct {
	marks []Mark
	ids   map[string]int
}

// MarkFleet gives a copy of a fleet in which every value has a mark.
func MarkFleet(f *fleet.Fleet) (*fleet.Fleet, *Marks) {
	m := &Marks{ids: map[string]int{}}
	marked := &fleet.Fleet{}
	for _, c := range f.Clusters {
		w := marker{marks: m, cluster: c}
		marked.Clusters = append(marked.Clusters, w.copy(reflect.ValueOf(c), []string{source.ClusterField}).Interface().(*fleet.Cluster))
	}
	return marked, m
}

// marker marks one cluster.
type marker struct {
	marks   *Marks
	cluster *fleet.Cluster
}

// copy gives a marked copy of a value that is at a path.
func (w marker) copy(v reflect.Value, path []string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out = reflect.New(v.Type().Elem())
		out.Elem().Set(w.copy(v.Elem(), path))
	case reflect.Struct:
		w.structure(out, v, path)
	case reflect.Map:
		w.mapping(out, v, path)
	case reflect.Slice:
		for i := range v.Len() {
			item, at := w.copy(v.Index(i), with(path, strconv.Itoa(i))), with(path, strconv.Itoa(i))
			if item.Kind() == reflect.String && item.Len() == 0 {
				item.SetString(w.add("", at, false)) // the core API group has an empty name
			}
			out.Set(reflect.Append(out, item))
		}
	case reflect.Interface:
		if free := w.free(v.Interface(), path); free != nil {
			out.Set(reflect.ValueOf(free))
		}
	case reflect.String:
		out.SetString(w.text(v.String(), path))
	case reflect.Int, reflect.Int64:
		out.SetInt(w.number(v.Int(), path))
	default:
		out.Set(v)
	}
	return out
}

func (w marker) structure(out, v reflect.Value, path []string) {
	out.Set(v)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "-" {
			name = strings.ToLower(v.Type().Field(i).Name)
		}
		out.Field(i).Set(w.copy(v.Field(i), with(path, name)))
	}
}

func (w marker) mapping(out, v reflect.Value, path []string) {
	if v.IsNil() {
		return
	}
	out.Set(reflect.MakeMap(v.Type()))
	free := v.Type().Elem().Kind() == reflect.Interface && path[len(path)-1] != "variables"
	for _, key := range v.MapKeys() {
		name := key.String()
		marked := name
		if !free && !isKept(path) {
			marked = w.key(name, keysOf(path))
		}
		out.SetMapIndex(reflect.ValueOf(marked).Convert(key.Type()), w.copy(v.MapIndex(key), with(path, name)))
	}
}

// free marks data of any shape: every value in it becomes text.
func (w marker) free(v any, path []string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = w.free(x, with(path, k))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = w.free(x, with(path, strconv.Itoa(i)))
		}
		return out
	case json.Number, bool, string:
		return w.add(fmt.Sprint(v), path, false)
	case nil:
		return w.add("null", path, false)
	}
	return v
}

// text marks a value that the generator may look at, unless it decides by it.
func (w marker) text(s string, path []string) string {
	switch {
	case s == "" || isKept(path):
		return s
	case matches(path, "cluster.managedBy"):
		other := marker{w.marks, &fleet.Cluster{Name: s}}
		return other.add(s, []string{source.ClusterField, "name"}, false)
	}
	if keys := namedKeys(path); keys != nil {
		return w.key(s, keys)
	}
	return w.add(s, w.template(path), false)
}

// key marks a name of an entry of the map at a path.
func (w marker) key(name string, keys []string) string { return w.add(name, with(keys, name), true) }

func (w marker) number(n int64, path []string) int64 {
	if n < 0 || n >= numberRoom {
		return n
	}
	id := w.id(strconv.FormatInt(n, 10), path, false)
	if id >= numberMarks {
		return n
	}
	return numberBase + int64(id)*numberRoom + n
}

// add puts a mark behind a text; before a slash at its end, which is trimmed.
func (w marker) add(s string, path []string, key bool) string {
	mark := markBegin + strconv.Itoa(w.id(s, path, key)) + markEnd
	if rest, ok := strings.CutSuffix(s, "/"); ok {
		return rest + mark + "/"
	}
	return s + mark
}

// id gives the number of a mark: the same one for the same value. What several
// clusters share has one for all of them.
func (w marker) id(s string, path []string, key bool) int {
	cluster := w.cluster.Name
	if isShared(path) {
		cluster = ""
	}
	name := fmt.Sprintf("%q %v %q %q", cluster, key, s, path)
	id, ok := w.marks.ids[name]
	if !ok {
		id = len(w.marks.marks)
		w.marks.ids[name] = id
		w.marks.marks = append(w.marks.marks, Mark{Path: slices.Clone(path), Key: key, Text: s})
	}
	if m := &w.marks.marks[id]; !slices.Contains(m.Clusters, w.cluster.Name) {
		m.Clusters = append(m.Clusters, w.cluster.Name)
	}
	return id
}

func with(path []string, name string) []string { return append(slices.Clip(path), name) }
