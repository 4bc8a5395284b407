package snapshot_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// mutator edits the rendered fleet at random.
type mutator struct {
	*repo
	random *rand.Rand
	log    []string
}

// newMutator edits a repository for the time of a test. The same seed does the same.
func newMutator(t testing.TB, r *repo, seed uint64) *mutator {
	m := &mutator{repo: &repo{t: t, root: r.root, dir: r.dir}, random: rand.New(rand.NewPCG(seed, 1))}
	t.Cleanup(func() {
		m.git("checkout", "--quiet", "--", ".")
		m.git("clean", "--quiet", "-fd")
		if t.Failed() {
			t.Logf("what was done:\n%s", strings.Join(m.log, "\n"))
		}
	})
	return m
}

// mutations are what it may do; each says what it did, or "" when it found nothing to do it to.
var mutations = []func(*mutator) string{
	(*mutator).changeValue, (*mutator).changeValue, (*mutator).changeValue, (*mutator).deleteObject, (*mutator).copyObject, (*mutator).renameObject,
	(*mutator).reverseObjects, (*mutator).reverseLists, (*mutator).moveObject, (*mutator).removePart, (*mutator).moveCluster, (*mutator).removeCluster,
	(*mutator).changeMachines, (*mutator).changeMachines, (*mutator).liftGuard,
}

func (m *mutator) mutate(n int) {
	for range n {
		if did := mutations[m.random.IntN(len(mutations))](m); did != "" {
			m.log = append(m.log, did)
		}
	}
}

func pick[T any](m *mutator, list []T) T { return list[m.random.IntN(len(list))] }

// glob lists files below clusters/ whose path matches, in order.
func (m *mutator) glob(pattern string) []string {
	m.t.Helper()
	re := regexp.MustCompile(pattern)
	var out []string
	err := filepath.WalkDir(filepath.Join(m.dir, "clusters"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(m.dir, name)
		if rel = filepath.ToSlash(rel); err == nil && re.MatchString(rel) {
			out = append(out, rel)
		}
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return out
}

func (m *mutator) read(name string) string {
	m.t.Helper()
	data, err := os.ReadFile(filepath.Join(m.dir, name))
	if err != nil {
		m.t.Fatal(err)
	}
	return string(data)
}

// objects are in files of these; what Flux follows is left alone, so that all is still applied.
const objectFiles = `/(components|workspaces|rbac|bootstrap)/.*\.yaml$`

// documents picks a file, and gives its documents, less those that Flux follows.
func (m *mutator) documents() (file string, documents []string) {
	files := slices.DeleteFunc(m.glob(objectFiles), func(f string) bool {
		return path.Base(f) == "kustomization.yaml" || strings.Contains(m.read(f), "kind: Kustomization") || strings.HasPrefix(f, "clusters/shared/flux")
	})
	file = pick(m, files)
	return file, strings.Split(m.read(file), "\n---\n")
}

func (m *mutator) save(file string, documents []string) {
	m.write(file, strings.TrimSuffix(strings.Join(documents, "\n---\n"), "\n")+"\n")
}

// changeValue changes, adds or drops a value somewhere in an object.
func (m *mutator) changeValue() string {
	file, documents := m.documents()
	i := m.random.IntN(len(documents))
	var value map[string]any
	if err := yaml.Unmarshal([]byte(documents[i]), &value); err != nil {
		m.t.Fatal(err)
	}
	if value == nil {
		return ""
	}
	did := m.changeIn(value, "")
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	if err := encoder.Encode(value); err != nil {
		m.t.Fatal(err)
	}
	documents[i] = b.String()
	m.save(file, documents)
	return file + ": " + did
}

func (m *mutator) changeIn(value map[string]any, at string) string {
	var keys []string
	for k := range value {
		if at != "" || !slices.Contains([]string{"apiVersion", "kind", "metadata"}, k) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	if len(keys) == 0 || m.random.IntN(8) == 0 {
		value["added"] = m.random.IntN(3)
		return at + " added"
	}
	k := pick(m, keys)
	switch v := value[k].(type) {
	case map[string]any:
		return m.changeIn(v, at+"."+k)
	case []any:
		switch m.random.IntN(4) {
		case 0:
			value[k] = append(slices.Clone(v), "added")
		case 1:
			slices.Reverse(v)
		case 2:
			value[k] = v[:len(v)/2]
		default:
			if len(v) > 0 {
				if item, ok := v[0].(map[string]any); ok {
					return m.changeIn(item, at+"."+k+"[0]")
				}
			}
		}
	case nil:
		delete(value, k)
	default:
		value[k] = pick(m, []any{"changed", 7, true, nil, map[string]any{"a.b/c": 1}, []any{1, 1}})
	}
	return at + "." + k
}

func (m *mutator) deleteObject() string {
	file, documents := m.documents()
	i := m.random.IntN(len(documents))
	m.save(file, slices.Delete(documents, i, i+1))
	return "delete from " + file
}

var metadataName = regexp.MustCompile(`(?m)^  name: (.*)$`)

func (m *mutator) copyObject() string {
	file, documents := m.documents()
	name := fmt.Sprintf("  name: copy-%d", m.random.IntN(1e9))
	m.save(file, append(documents, metadataName.ReplaceAllString(pick(m, documents), name)))
	return "copy in " + file
}

func (m *mutator) renameObject() string {
	file, documents := m.documents()
	i := m.random.IntN(len(documents))
	name := pick(m, []string{fmt.Sprintf("  name: new-%d", m.random.IntN(1e9)), fmt.Sprintf("  name: x-%08x", m.random.Uint32())})
	documents[i] = metadataName.ReplaceAllString(documents[i], name)
	m.save(file, documents)
	return "rename in " + file
}

func (m *mutator) reverseObjects() string {
	file, documents := m.documents()
	slices.Reverse(documents)
	m.save(file, documents)
	return "reverse " + file
}

// reverseLists turns around all lists of a file's objects.
func (m *mutator) reverseLists() string {
	file, documents := m.documents()
	for i := range documents {
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(documents[i]), &node); err != nil {
			m.t.Fatal(err)
		}
		if reverse(&node); node.Kind == 0 {
			continue
		}
		data, err := yaml.Marshal(&node)
		if err != nil {
			m.t.Fatal(err)
		}
		documents[i] = string(data)
	}
	m.save(file, documents)
	return "reverse the lists of " + file
}

func reverse(node *yaml.Node) {
	if node.Kind == yaml.SequenceNode {
		slices.Reverse(node.Content)
	}
	for _, child := range node.Content {
		reverse(child)
	}
}

func (m *mutator) moveObject() string {
	file, documents := m.documents()
	to := path.Join(path.Dir(file), fmt.Sprintf("moved-%d.yaml", m.random.IntN(1e9)))
	m.save(to, documents[:1])
	m.save(file, documents[1:])
	kustomization := path.Join(path.Dir(file), "kustomization.yaml")
	m.write(kustomization, m.read(kustomization)+"- "+path.Base(to)+"\n")
	return "move to " + to
}

// removePart removes the folder of a component or workspace.
func (m *mutator) removePart() string {
	folder := path.Dir(pick(m, m.glob(`^clusters/[^s].*/(components|workspaces)/[^/]*/kustomization\.yaml$`)))
	m.remove(folder)
	return "remove " + folder
}

// moveCluster moves a cluster's folder into another group.
func (m *mutator) moveCluster() string {
	home, ok := m.home()
	if !ok || strings.HasPrefix(home, "clusters/moved/") {
		return ""
	}
	to := "clusters/moved/" + path.Base(home)
	m.rename(home, to)
	for _, file := range m.glob(`\.yaml$`) {
		if text := m.read(file); strings.Contains(text, "./"+home+"/") {
			m.write(file, strings.ReplaceAll(text, "./"+home+"/", "./"+to+"/"))
		}
	}
	return "move " + home
}

func (m *mutator) removeCluster() string {
	home, ok := m.home()
	if !ok {
		return ""
	}
	name := path.Base(home)
	m.remove(home)
	m.remove("clusters/mgmt/fleet/cluster-" + name + ".yaml")
	m.write("clusters/mgmt/fleet/kustomization.yaml", strings.Replace(m.read("clusters/mgmt/fleet/kustomization.yaml"), "- cluster-"+name+".yaml\n", "", 1))
	return "remove " + home
}

// home picks the folder of a cluster, two below clusters/, which mgmt's is not.
func (m *mutator) home() (string, bool) {
	if definitions := m.glob(`^clusters/[^/]+/[^/]+/infrastructure/cluster\.yaml$`); len(definitions) > 0 {
		return path.Dir(path.Dir(pick(m, definitions))), true
	}
	return "", false
}

var machineEdits = []struct{ pattern, with string }{
	{`(?m)^    version: .*$`, "    version: v1.99.1"},
	{`(?m)^( +replicas): .*$`, "$1: 4"},
	{`(?m)^( +- class): .*$`, "$1: other"},
	{`(?m)^(      - class: .*)$`, "$1\n        failureDomain: z"},
	{`(?m)^( +value): [a-z].*$`, "$1: changed"},
	{`(?m)^( +node-group-min-size): .*$`, `$1: "5"`},
	{`(?m)^( +- class: .*\n +name): default$`, "$1: renamed"},
}

// changeMachines changes what a Cluster says of its machines.
func (m *mutator) changeMachines() string {
	file, edit := pick(m, m.glob(`/infrastructure/cluster\.yaml$`)), pick(m, machineEdits)
	m.write(file, regexp.MustCompile(edit.pattern).ReplaceAllString(m.read(file), edit.with))
	return file + ": " + edit.pattern
}

func (m *mutator) liftGuard() string {
	file := pick(m, m.glob(`/infrastructure/cluster\.yaml$`))
	m.write(file, strings.Replace(m.read(file), "kustomize.toolkit.fluxcd.io/prune: disabled", "a: b", 1))
	return "lift the guard of " + file
}
