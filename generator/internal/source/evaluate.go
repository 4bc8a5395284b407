package source

import (
	"path"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
)

// Evaluated is a cluster as CUE sees it.
type Evaluated struct {
	*Cluster
	// Tree it comes from.
	Tree *Tree
	// Value of the cluster's package; it does not exist when Err is set.
	Value cue.Value
	// Err is why the package could not be built.
	Err error

	// What Without needs.
	context  *cue.Context
	instance *build.Instance
	edits    []Edit
}

// Evaluate builds the packages of some clusters. What they share is evaluated
// once; nothing of it is kept when the results are dropped. Values of one call
// must not be used by two goroutines at once.
func (t *Tree) Evaluate(clusters []*Cluster) []Evaluated {
	args := make([]string, len(clusters))
	for i, c := range clusters {
		args[i] = "./" + c.Dir
	}
	instances := load.Instances(args, &load.Config{FS: t.FS, Dir: "/"})
	byDir := map[string]*build.Instance{}
	for _, inst := range instances {
		byDir[path.Clean("/"+inst.Dir)] = inst
	}
	ctx := cuecontext.New()
	evaluated := make([]Evaluated, len(clusters))
	for i, c := range clusters {
		evaluated[i] = Evaluated{Cluster: c, Tree: t, context: ctx}
		inst := byDir["/"+c.Dir]
		if inst == nil && len(instances) == len(clusters) {
			inst = instances[i]
		}
		if inst.Err != nil {
			evaluated[i].Err = inst.Err
			continue
		}
		evaluated[i].instance = inst
		evaluated[i].Value = ctx.BuildInstance(inst)
	}
	return evaluated
}
