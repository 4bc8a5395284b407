// Package plan says what a change does to the fleet: which objects it creates,
// changes and deletes, which machines are replaced, and what is at risk. It is
// pure: it compares what it is given.
package plan

import (
	"cmp"
	"slices"
	"strings"

	"heddle.dev/platform/generator/internal/snapshot"
)

// APIVersion names the form of the plan's JSON; docs/reference/plan.md describes it.
const APIVersion = "heddle.dev/plan/v1"

// Action is what happens to an object.
type Action string

// The actions, the most destructive first.
const (
	Delete   Action = "delete"
	Recreate Action = "recreate" // it must be deleted and made anew, as a field that changes is immutable
	Rename   Action = "rename"   // an equal object of another name takes its place
	Change   Action = "change"
	Create   Action = "create"
	Move     Action = "move" // it stands in another file, and stays what it is
)

var actions = []Action{Delete, Recreate, Rename, Change, Create, Move}

// Plan is what a change does to the fleet.
type Plan struct {
	APIVersion string `json:"apiVersion"`
	// Base and Head are the commits compared; an empty Head is the working tree.
	Base    string  `json:"base"`
	Head    string  `json:"head"`
	Summary Summary `json:"summary"`
	// Risks of all items, the gravest first, equal ones of several clusters as one.
	Risks []Group `json:"risks"`
	// Items in order of their clusters and objects.
	Items []Item `json:"items"`
	// Clusters that the change touches, by name.
	Clusters map[string]snapshot.Cluster `json:"clusters"`
	// Input lists the changed files that people write.
	Input []string `json:"input"`
	// fleet has the clusters of both revisions, those that nothing happens to too.
	fleet map[string]snapshot.Cluster
}

// Item is what happens to one object in one cluster.
type Item struct {
	Action Action `json:"action"`
	Object Object `json:"object"`
	// Cluster in which it is applied, and the cluster that it is about: the same, or one that the first makes.
	Cluster string `json:"cluster"`
	About   string `json:"about"`
	// Part of the cluster: component/NAME, workspace/NAME, infrastructure, bootstrap, class, flux, roles or fleet.
	Part string `json:"part"`
	// File that it stands in, or stood in.
	File string `json:"file"`
	// From is the object's former name, or its former file, of a rename or a move.
	From string `json:"from,omitempty"`
	// Fields that change, in order of their paths.
	Fields []Field `json:"fields,omitempty"`
	// Risks that it brings.
	Risks []Risk `json:"risks,omitempty"`
}

// Object names a Kubernetes object.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

// Group is the API group of the object; "" is the core group.
func (o Object) Group() string {
	group, _, ok := strings.Cut(o.APIVersion, "/")
	if !ok {
		return ""
	}
	return group
}

// String is the object as people write it: Kind namespace/name.
func (o Object) String() string {
	if o.Namespace == "" {
		return o.Kind + " " + o.Name
	}
	return o.Kind + " " + o.Namespace + "/" + o.Name
}

// identity tells objects of one cluster apart; a new API version of an object is still the same object.
func (o Object) identity() string {
	return strings.Join([]string{o.Group(), o.Kind, o.Namespace, o.Name}, "\x00")
}

// Field is a field that changes. Old or New is absent where the field is.
type Field struct {
	// Path of the field; list items that have names are told by them: spec.listeners[name=http].port.
	Path string `json:"path"`
	Old  any    `json:"old,omitempty"`
	New  any    `json:"new,omitempty"`
}

// Summary counts what a plan has.
type Summary struct {
	// Actions counts the items by action.
	Actions map[Action]int `json:"actions"`
	// Destructive counts the items that destroy something.
	Destructive int `json:"destructive"`
	// MachinesReplaced and MachinesRemoved count machines that Cluster API will replace, or remove and not replace.
	MachinesReplaced int `json:"machinesReplaced"`
	MachinesRemoved  int `json:"machinesRemoved"`
	MachinesAdded    int `json:"machinesAdded"`
	// The blast radius: what is touched.
	Clusters     []string       `json:"clusters"`
	Added        []string       `json:"added"`
	Removed      []string       `json:"removed"`
	Environments map[string]int `json:"environments"` // clusters touched in each
	Rings        map[string]int `json:"rings"`
	Components   []string       `json:"components"`
	Workspaces   []string       `json:"workspaces"`
	Objects      int            `json:"objects"`
	// Fleet is how many clusters there are in either revision.
	Fleet int `json:"fleet"`
}

// Compare makes the plan of the difference between two revisions.
func Compare(base, head string, c *snapshot.Comparison) *Plan {
	p := &Plan{APIVersion: APIVersion, Base: base, Head: head, Input: notNil(c.Input), Clusters: map[string]snapshot.Cluster{}, Items: []Item{}, fleet: c.Clusters}
	m := newMachines(c)
	for _, pair := range match(c) {
		item, ok := pair.item()
		if !ok {
			continue
		}
		switch {
		case item.Action == Delete && slices.Contains(c.Removed, item.About):
			item.Risks = farewell(pair, item, m)
		case item.Action == Create && slices.Contains(c.Added, item.About):
			item.Risks = m.risks(pair, item) // what is in a new cluster opens up nothing that was closed
		default:
			item.Risks = append(risks(pair, item), m.risks(pair, item)...)
		}
		slices.SortStableFunc(item.Risks, func(a, b Risk) int { return cmp.Compare(b.Kind.rank(), a.Kind.rank()) })
		p.Items = append(p.Items, item)
	}
	slices.SortFunc(p.Items, compareItems)
	p.summarize(c)
	p.Risks = groupRisks(p.Items)
	return p
}

func compareItems(a, b Item) int {
	return cmp.Or(
		strings.Compare(a.About, b.About), strings.Compare(a.Part, b.Part),
		cmp.Compare(slices.Index(actions, a.Action), slices.Index(actions, b.Action)),
		strings.Compare(a.Object.Kind, b.Object.Kind), strings.Compare(a.Object.Namespace, b.Object.Namespace),
		strings.Compare(a.Object.Name, b.Object.Name), strings.Compare(a.Object.APIVersion, b.Object.APIVersion),
	)
}

// Destructive says whether the plan destroys anything.
func (p *Plan) Destructive() bool { return p.Summary.Destructive > 0 }

// Empty says whether the change does nothing.
func (p *Plan) Empty() bool { return len(p.Items) == 0 }

func (p *Plan) summarize(c *snapshot.Comparison) {
	s := Summary{
		Actions: map[Action]int{}, Environments: map[string]int{}, Rings: map[string]int{},
		Added: notNil(c.Added), Removed: notNil(c.Removed), Fleet: len(c.Clusters), Objects: len(p.Items),
	}
	clusters, components, workspaces := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, item := range p.Items {
		s.Actions[item.Action]++
		if item.destructive() {
			s.Destructive++
		}
		for _, r := range item.Risks {
			switch r.Kind {
			case MachinesReplaced:
				s.MachinesReplaced += r.Count
			case MachinesRemoved:
				s.MachinesRemoved += r.Count
			case MachinesAdded:
				s.MachinesAdded += r.Count
			}
		}
		clusters[item.About] = true
		if name, ok := strings.CutPrefix(item.Part, "component/"); ok {
			components[name] = true
		}
		if name, ok := strings.CutPrefix(item.Part, "workspace/"); ok {
			workspaces[name] = true
		}
	}
	s.Clusters, s.Components, s.Workspaces = keys(clusters), keys(components), keys(workspaces)
	for _, name := range s.Clusters {
		cluster := c.Clusters[name]
		p.Clusters[name] = cluster
		s.Environments[cluster.Environment]++
		s.Rings[cluster.Ring]++
	}
	p.Summary = s
}

func keys(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		if k != "" {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
