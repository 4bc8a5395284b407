package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path"

	"go.yaml.in/yaml/v3"
)

// objects reads what Flux applies of some folders.
func (s *side) objects(folders []string) ([]Object, error) {
	var first []string
	for _, folder := range folders {
		first = append(first, s.byFolder[folder]...)
	}
	if err := s.fetch(first); err != nil {
		return nil, err
	}
	var all []Object
	for _, folder := range folders {
		owner, ok := s.owner(folder)
		if !ok {
			continue
		}
		objects, err := s.folder(folder, owner, map[string]bool{})
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

// folder reads a folder's resources, and those that it includes.
func (s *side) folder(folder string, owner Object, seen map[string]bool) ([]Object, error) {
	if seen[folder] {
		return nil, s.fault(folder, errors.New("it includes itself"))
	}
	seen[folder] = true
	defer delete(seen, folder) // two may include the same
	name := path.Join(folder, kustomizationFile)
	if err := s.fetch([]string{name}); err != nil {
		return nil, err
	}
	if s.contents[name] == nil {
		return nil, nil // the folder is not in this revision
	}
	var k struct {
		Resources []string `yaml:"resources"`
	}
	if err := yaml.Unmarshal(s.contents[name], &k); err != nil {
		return nil, s.fault(name, err)
	}
	var files []string
	for _, r := range k.Resources {
		if path.Ext(r) == ".yaml" {
			files = append(files, path.Join(folder, r))
		}
	}
	if err := s.fetch(files); err != nil {
		return nil, err
	}
	var all []Object
	for _, r := range k.Resources {
		if path.Ext(r) != ".yaml" {
			included, err := s.folder(path.Join(folder, r), owner, seen)
			if err != nil {
				return nil, err
			}
			all = append(all, included...)
			continue
		}
		objects, err := s.parse(path.Join(folder, r), owner)
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

// parse reads the objects of a file.
func (s *side) parse(name string, owner Object) ([]Object, error) {
	var all []Object
	decoder := yaml.NewDecoder(bytes.NewReader(s.contents[name]))
	for {
		var value map[string]any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, s.fault(name, err)
		}
		if value == nil {
			continue
		}
		object := owner
		object.Value, object.File = plain(value).(map[string]any), name
		if made, _, ok := s.made(name); ok {
			object.About = made
		}
		all = append(all, object)
	}
}

// plain turns what YAML has and JSON has not into text.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			v[k] = plain(item)
		}
	case map[any]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[fmt.Sprint(k)] = plain(item)
		}
		return out
	case []any:
		for i, item := range v {
			v[i] = plain(item)
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v)
		}
	case nil, string, bool, int, int64, uint64:
	default:
		return fmt.Sprint(v)
	}
	return v
}

// classes reads the ClusterClasses that Clusters among the objects are of.
func (s *side) classes(objects []Object) (map[string][]Object, error) {
	classes := map[string][]Object{}
	for _, o := range objects {
		spec, _ := o.Value["spec"].(map[string]any)
		topology, _ := spec["topology"].(map[string]any)
		ref, _ := topology["classRef"].(map[string]any)
		name, _ := ref["name"].(string)
		if name == "" || classes[name] != nil {
			continue
		}
		read, err := s.folder(sharedDir+"classes/"+name, Object{Part: "class"}, map[string]bool{})
		if err != nil {
			return nil, err
		}
		classes[name] = read
	}
	return classes, nil
}

// describe adds the clusters of a revision, less those that are known.
func (s *side) describe(clusters map[string]Cluster, known map[string]string) error {
	var files []string
	for name, dir := range s.dirs {
		if _, ok := known[name]; !ok {
			files = append(files, path.Join(dir, definitionFile))
		}
	}
	if err := s.fetch(files); err != nil {
		return err
	}
	for _, file := range files {
		name := path.Base(path.Dir(path.Dir(file)))
		labels, err := labels(s.contents[file])
		if err != nil {
			return s.fault(file, err)
		}
		text := func(key string) string { return labels["heddle.dev/"+key] }
		clusters[name] = Cluster{Name: name, Model: text("model"), Backend: text("backend"), Environment: text("environment"), Ring: text("ring")}
	}
	return nil
}

// labels reads those of the Cluster in a definition, and no more of it than it
// must: a plan of one cluster looks into the definitions of all.
func labels(content []byte) (map[string]string, error) {
	for document := range bytes.SplitSeq(content, []byte("\n---\n")) {
		if head, _, ok := bytes.Cut(document, []byte("\nspec:")); ok {
			document = head
		}
		var object struct {
			Kind     string `yaml:"kind"`
			Metadata struct {
				Labels map[string]string `yaml:"labels"`
			} `yaml:"metadata"`
		}
		if err := yaml.Unmarshal(document, &object); err != nil {
			return nil, err
		}
		if object.Kind == "Cluster" {
			return object.Metadata.Labels, nil
		}
	}
	return nil, nil
}
