package explain

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/manifest"
)

// Trace compares what a fleet renders to with what its marked copy does.
type Trace struct {
	plain, marked *manifest.Set
	marks         *Marks
	// counterparts are the marked paths of files.
	counterparts map[string]string
}

// Object is one object of a manifest, with its marked copy.
type Object struct {
	Kind, Namespace, Name string
	plain, marked         any
}

// Field is one value of an object.
type Field struct {
	// Path of the field in its object, such as .spec.replicas.
	Path string
	// Value of the field.
	Value any
	// Marks of the values that it is made from, in their order.
	Marks []Mark
	// Whole says that it is the value of its one mark, and nothing more.
	Whole bool
	// Near is where the value may come from when it has no mark: a field beside
	// it is the name of what has such a value.
	Near []string
}

// NewTrace takes the manifests of a fleet and of its marked copy.
func NewTrace(plain, marked *manifest.Set, marks *Marks) *Trace {
	t := &Trace{plain: plain, marked: marked, marks: marks, counterparts: map[string]string{}}
	for _, p := range marked.Paths() {
		name, _ := marks.read(p)
		t.counterparts[name] = p
	}
	return t
}

// Objects gives the objects of a file, nil when the fleet has no such file.
func (t *Trace) Objects(file string) ([]Object, error) {
	if t.plain.Content(file) == nil {
		return nil, nil
	}
	counterpart, ok := t.counterparts[file]
	if !ok {
		if counterpart, ok = t.renamed(file); !ok {
			return nil, fmt.Errorf("%s: its marked copy was lost", file)
		}
	}
	plain, err := documents(t.plain.Content(file))
	if err != nil {
		return nil, err
	}
	marked, err := documents(t.marked.Content(counterpart))
	if err != nil {
		return nil, err
	}
	if len(plain) != len(marked) {
		return nil, fmt.Errorf("%s: it has %d objects, its marked copy %d", file, len(plain), len(marked))
	}
	objects := make([]Object, len(plain))
	for i := range plain {
		kind, _ := at(plain[i], "kind").(string)
		namespace, _ := at(plain[i], "metadata", "namespace").(string)
		name, _ := at(plain[i], "metadata", "name").(string)
		objects[i] = Object{Kind: kind, Namespace: namespace, Name: name, plain: plain[i], marked: marked[i]}
	}
	return objects, nil
}

// hashed is a name that ends in a hash of what it names.
var hashed = regexp.MustCompile(`-[0-9a-f]{8}$`)

// renamed finds the marked copy of a file of a folder that is named after its
// content: marks are content too. The files that name the folder tell.
func (t *Trace) renamed(file string) (string, bool) {
	folder := path.Base(path.Dir(file))
	for _, p := range t.plain.Paths() {
		counterpart, ok := t.counterparts[p]
		if !ok || !bytes.Contains(t.plain.Content(p), []byte(folder)) {
			continue
		}
		plain, err := documents(t.plain.Content(p))
		if err != nil {
			return "", false
		}
		marked, err := documents(t.marked.Content(counterpart))
		if err != nil || len(plain) != len(marked) {
			return "", false
		}
		for i := range plain {
			if name := t.alias(plain[i], marked[i], folder); name != "" {
				found, ok := t.counterparts[path.Join(path.Dir(path.Dir(file)), name, path.Base(file))]
				return found, ok
			}
		}
	}
	return "", false
}

// alias gives what the marked copy of an object calls a folder.
func (t *Trace) alias(plain, marked any, folder string) string {
	switch p := plain.(type) {
	case map[string]any:
		m, _ := marked.(map[string]any)
		for k := range p {
			if name := t.alias(p[k], m[k], folder); name != "" {
				return name
			}
		}
	case []any:
		m, _ := marked.([]any)
		for i := range min(len(p), len(m)) {
			if name := t.alias(p[i], m[i], folder); name != "" {
				return name
			}
		}
	case string:
		m, _ := marked.(string)
		if text, _ := t.marks.read(m); path.Base(p) == folder && hashed.MatchString(text) {
			return path.Base(text)
		}
	}
	return ""
}

// Fields lists the values of an object that are no maps or lists.
func (t *Trace) Fields(o Object) ([]Field, error) {
	w := walker{marks: t.marks}
	err := w.walk(o.plain, o.marked, "", nil)
	return w.fields, err
}

// walker walks an object and its marked copy side by side.
type walker struct {
	marks  *Marks
	fields []Field
}

func (w *walker) walk(plain, marked any, at string, near []string) error {
	switch p := plain.(type) {
	case map[string]any:
		m, ok := marked.(map[string]any)
		if !ok || len(m) != len(p) {
			return fmt.Errorf("%s differs from its marked copy", at)
		}
		names := map[string]string{}
		for k := range m {
			name, _ := w.marks.read(k)
			names[name] = k
		}
		near = w.near(m)
		for _, k := range fleet.Sorted(p) {
			var beside []string
			if near != nil {
				beside = with(near, k)
			}
			if err := w.walk(p[k], m[names[k]], at+member(k), beside); err != nil {
				return err
			}
		}
		return nil
	case []any:
		m, ok := marked.([]any)
		if !ok || len(m) != len(p) {
			return fmt.Errorf("%s differs from its marked copy", at)
		}
		for i := range p {
			if err := w.walk(p[i], m[i], fmt.Sprintf("%s[%d]", at, i), nil); err != nil {
				return err
			}
		}
		return nil
	}
	return w.value(plain, marked, at, near)
}

func (w *walker) value(plain, marked any, at string, near []string) error {
	text, marks := w.marks.value(marked)
	f := Field{Path: at, Value: plain, Marks: marks, Near: near}
	if !sameText(plain, text) && hashed.ReplaceAllString(text, "-") != hashed.ReplaceAllString(fmt.Sprint(plain), "-") {
		return fmt.Errorf("%s is %v, in its marked copy %v", at, plain, text)
	}
	f.Whole = len(marks) == 1 && sameText(plain, marks[0].Text)
	w.fields = append(w.fields, f)
	return nil
}

// near gives the path of what a map's field "name" names.
func (w *walker) near(m map[string]any) []string {
	text, marks := w.marks.value(m["name"])
	if len(marks) == 1 && marks[0].Key && marks[0].Text == text {
		return marks[0].Path
	}
	return nil
}

// value reads the text and the marks of a value.
func (m *Marks) value(v any) (string, []Mark) {
	switch v := v.(type) {
	case string:
		text, marks := m.read(v)
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && n >= numberBase {
			return m.value(int(n))
		}
		return text, marks
	case int:
		if id := (v - numberBase) / numberRoom; v >= numberBase && id < len(m.marks) {
			return m.marks[id].Text, []Mark{m.marks[id]}
		}
	case nil:
		return "null", nil
	}
	return fmt.Sprint(v), nil
}

// read takes the marks out of a text.
func (m *Marks) read(s string) (string, []Mark) {
	var text strings.Builder
	var marks []Mark
	for {
		before, rest, found := strings.Cut(s, markBegin)
		text.WriteString(before)
		if !found {
			return text.String(), marks
		}
		number, after, _ := strings.Cut(rest, markEnd)
		if id, err := strconv.Atoi(number); err == nil && id < len(m.marks) {
			marks = append(marks, m.marks[id])
		}
		s = after
	}
}

// sameText says whether a value is what a text says.
func sameText(v any, text string) bool {
	if v == nil {
		return text == "null"
	}
	if fmt.Sprint(v) == text {
		return true
	}
	f, ok := v.(float64)
	parsed, err := strconv.ParseFloat(text, 64)
	return ok && err == nil && f == parsed
}

// member is a map's field in a path.
func member(name string) string {
	if plainName.MatchString(name) {
		return "." + name
	}
	return "[" + strconv.Quote(name) + "]"
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// documents reads the objects of a file.
func documents(data []byte) ([]any, error) {
	var all []any
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var o map[string]any
		err := decoder.Decode(&o)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
}

func at(o any, names ...string) any {
	for _, n := range names {
		m, _ := o.(map[string]any)
		o = m[n]
	}
	return o
}
