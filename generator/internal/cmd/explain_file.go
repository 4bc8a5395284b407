package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"heddle.dev/platform/generator/internal/explain"
	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/load"
	"heddle.dev/platform/generator/internal/manifest"
	"heddle.dev/platform/generator/internal/render"
	"heddle.dev/platform/generator/internal/resolve"
	"heddle.dev/platform/generator/internal/source"
)

// explainField goes from a field of a generated file back to what it is made from.
func (a *app) explainField(ctx context.Context, o explainOptions, typed string) error {
	root, err := a.open()
	if err != nil {
		return err
	}
	defer root.Close()
	file, data, err := a.generated(root, o.file)
	if err != nil {
		return err
	}
	r, err := a.rendered(ctx, root, file)
	if err != nil {
		return err
	}
	objects, err := r.trace.Objects(file)
	if err != nil {
		return bugError{err}
	}
	if objects == nil && strings.HasPrefix(string(data), manifest.Header+" upstream") {
		return fmt.Errorf("%s is what a release publishes: %s\nfix: a cluster's fleet.flux.version says which release it has; go run ./generator/cmd/upstream makes the files", file, firstLine(data))
	}
	if objects == nil {
		return fmt.Errorf("%s is not what this fleet generates: %s\nfix: where it says what it was made from, change that; make generate removes what is left over", file, firstLine(data))
	}
	if !bytes.Equal(data, r.plain.Content(file)) {
		fmt.Fprintf(a.errOut, "heddle: %s is out of date; this is about what make generate would write\n", file)
	}
	origins, err := r.origins(file, objects, o, typed)
	if err != nil {
		return err
	}
	if o.output.structured() {
		return o.output.print(a.out, origins)
	}
	if len(origins) == 1 {
		return origins[0].Write(a.out)
	}
	return explain.WriteOrigins(a.out, origins)
}

// generated reads a file, and makes sure that Heddle wrote it.
func (a *app) generated(root *os.Root, typed string) (string, []byte, error) {
	file, err := a.inRoot(typed)
	if err != nil {
		return "", nil, err
	}
	data, err := root.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil, fmt.Errorf("there is no file %s\nfix: name a generated file, by its path from the repository's root or from here", typed)
	case err != nil:
		return "", nil, err
	case !strings.HasPrefix(string(data), manifest.Header):
		return "", nil, fmt.Errorf("%s is not generated: somebody wrote it\nfix: heddle explain CLUSTER PATH explains values; heddle affected %s says what the file reaches", file, file)
	}
	return file, data, nil
}

// inRoot gives the path from the repository's root of a file that a person
// names from where they are, or from the root.
func (a *app) inRoot(typed string) (string, error) {
	root, err := filepath.Abs(a.root)
	if err != nil {
		return "", err
	}
	here, err := filepath.Abs(typed)
	if err != nil {
		return "", err
	}
	there := filepath.Join(root, typed)
	if _, err := os.Lstat(here); err != nil {
		here = there
	}
	for _, name := range []string{here, there} {
		if rel, err := filepath.Rel(root, name); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel), nil
		}
	}
	return "", fmt.Errorf("%s is outside of the repository %s\nfix: name a file in it, or the repository with --root", typed, root)
}

func firstLine(data []byte) string {
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimPrefix(line, "# ")
}

// rendering is the manifests of some clusters, and where their fields come from.
type rendering struct {
	plain      *manifest.Set
	trace      *explain.Trace
	clusters   []*source.Cluster
	explainers map[string]*explain.Explainer
}

// rendered renders the clusters that a file may depend on, plain and marked.
func (a *app) rendered(ctx context.Context, root *os.Root, file string) (*rendering, error) {
	tree, _, err := load.Load(ctx, root)
	if err != nil {
		return nil, err
	}
	clusters := concerned(tree, file)
	names := make([]string, len(clusters))
	for i, c := range clusters {
		names[i] = c.Name
	}
	evaluated, err := a.evaluate(ctx, root, names...)
	if err != nil {
		return nil, err
	}
	f := &fleet.Fleet{}
	r := &rendering{clusters: clusters, explainers: map[string]*explain.Explainer{}}
	for _, e := range evaluated {
		c, err := resolve.Cluster(e)
		if err != nil {
			return nil, bugError{err}
		}
		f.Clusters = append(f.Clusters, c)
		r.explainers[c.Name] = explain.New(e)
	}
	marked, marks := explain.MarkFleet(f)
	if r.plain, err = render.Render(f); err != nil {
		return nil, err
	}
	copied, err := render.Render(marked)
	if err != nil {
		return nil, bugError{err}
	}
	r.trace = explain.NewTrace(r.plain, copied, marks)
	return r, nil
}

// concerned lists the clusters on which a file depends: the one whose folder
// has it, unless that makes others and the file is about them; of a file that
// several share, one of them.
func concerned(tree *source.Tree, file string) []*source.Cluster {
	for _, c := range tree.Clusters {
		rest, ok := strings.CutPrefix(file, c.Dir+"/")
		if !ok {
			continue
		}
		top, _, _ := strings.Cut(rest, "/")
		makes, _ := fs.Glob(tree.FS, c.Dir+"/fleet/cluster-*.yaml") // the pattern is well-formed
		if top != "fleet" && (top != "flux-system" || len(makes) == 0) {
			return []*source.Cluster{c}
		}
	}
	if strings.HasPrefix(file, "clusters/shared/") {
		for _, c := range tree.Clusters {
			if refers(tree.FS, c.Dir, path.Base(path.Dir(file))) {
				return []*source.Cluster{c}
			}
		}
	}
	return tree.Clusters
}

// refers says whether a file in a cluster's folder names a shared folder.
func refers(fsys fs.FS, dir, folder string) bool {
	for _, pattern := range []string{"infrastructure/cluster.yaml", "components/*/kustomization.yaml", "components/*/objects/kustomization.yaml"} {
		files, _ := fs.Glob(fsys, path.Join(dir, pattern)) // the patterns are well-formed
		for _, f := range files {
			if data, err := fs.ReadFile(fsys, f); err == nil && bytes.Contains(data, []byte(folder)) {
				return true
			}
		}
	}
	return false
}

// origins explains the fields at a path of the objects of a file.
func (r *rendering) origins(file string, objects []explain.Object, o explainOptions, typed string) ([]*explain.Origin, error) {
	cluster, err := r.owner(file)
	if err != nil {
		return nil, err
	}
	var wanted, having []explain.Object
	var found []explain.Field
	for _, object := range objects {
		if !o.selects(object) {
			continue
		}
		wanted = append(wanted, object)
		fields, err := r.trace.Fields(object)
		if err != nil {
			return nil, bugError{fmt.Errorf("%s: %w", file, err)}
		}
		if at := explain.Find(fields, typed); len(at) > 0 {
			having, found = append(having, object), at
		}
	}
	switch {
	case len(wanted) == 0:
		return nil, fmt.Errorf("%s has no such object\nfix: it has %s", file, listed(objects))
	case len(having) == 0:
		return nil, fmt.Errorf("%s has no field %s in %s\nfix: heddle explain -f %s shows all fields", file, typed, listed(wanted), file)
	case len(having) > 1:
		return nil, fmt.Errorf("%s has several objects with %s\nfix: choose one with --kind, --namespace and --name: %s", file, orAll(typed), listed(having))
	}
	var origins []*explain.Origin
	for _, f := range found {
		origin, err := having[0].Resolve(file, f, cluster, func(name string) *explain.Explainer { return r.explainers[name] })
		if err != nil {
			return nil, bugError{err}
		}
		origins = append(origins, origin)
	}
	return origins, nil
}

// selects says whether the flags allow an object.
func (o explainOptions) selects(object explain.Object) bool {
	return (o.kind == "" || strings.EqualFold(o.kind, object.Kind)) &&
		(o.namespace == "" || o.namespace == object.Namespace) &&
		(o.name == "" || o.name == object.Name)
}

// owner is the cluster that a file belongs to, or one that shares it.
func (r *rendering) owner(file string) (string, error) {
	for _, c := range r.clusters {
		if strings.HasPrefix(file, c.Dir+"/") {
			return c.Name, nil
		}
	}
	if users := r.trace.SharedBy(file, r.clusters); len(users) > 0 {
		return users[0], nil
	}
	return "", bugError{fmt.Errorf("no cluster refers to %s", path.Dir(file))}
}

func orAll(typed string) string {
	if typed == "" {
		return "fields"
	}
	return typed
}

func listed(objects []explain.Object) string {
	var names []string
	for _, o := range objects {
		name := o.Kind + " " + o.Name
		if o.Namespace != "" {
			name += " in " + o.Namespace
		}
		names = append(names, strings.TrimSpace(name))
	}
	return strings.Join(names, ", ")
}
