package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"heddle.dev/platform/generator/internal/snapshot"
)

// machines knows which changes of a Cluster make Cluster API replace, remove or
// add machines. The rules, and where they are documented:
//
//   - topology.version: the control plane's machines are replaced one by one, then
//     those of every pool (Cluster API book, "Upgrade a Cluster", and KubeadmControlPlane's
//     rollout on a change of version).
//   - a template that a class refers to, or a variable whose patch writes into it: machines
//     made of that template are replaced (book, "Changing Infrastructure/Bootstrap Machine
//     Templates" and "Rotating Infrastructure Machine Templates").
//   - replicas: machines are added or removed; labels and annotations of the topology's
//     metadata are changed in place (book, "In-place propagation of changes").
//   - a class of other kinds of infrastructure or control plane is refused: only compatible classes
//     may take each other's place (book, "Changing a ClusterClass", rebase).
//   - a managed control plane (no machineInfrastructure in its class) has no machines of its own.
type machines struct {
	base, head map[string][]snapshot.Object
}

func newMachines(c *snapshot.Comparison) *machines { return &machines{c.BaseClasses, c.HeadClasses} }

// topology is what a Cluster says of its machines.
type topology struct {
	version      string
	class        *class
	controlPlane int
	variables    map[string]any
	pools        map[string]pool
}

type pool struct {
	class     string
	replicas  int
	atLeast   bool // the autoscaler decides; replicas is the least
	overrides map[string]any
	failure   any
}

// class is a ClusterClass with its templates.
type class struct {
	hasControlPlaneMachines bool
	// kinds of the infrastructure and the control plane, which a cluster keeps for life.
	kinds        string
	controlPlane []map[string]any            // templates' specs
	workers      map[string][]map[string]any // templates' specs by worker class
	// affects tells, by variable, whether its patch reaches the control plane's machines, and which worker classes.
	affects map[string]reach
}

type reach struct {
	controlPlane bool
	workers      map[string]bool
}

func (m *machines) risks(p pair, item Item) []Risk {
	if item.Object.Kind != "Cluster" || item.Object.Group() != "cluster.x-k8s.io" {
		return nil
	}
	var old, new *topology
	if p.old != nil {
		old = readTopology(p.old.Value, m.base)
	}
	if p.new != nil {
		new = readTopology(p.new.Value, m.head)
	}
	switch {
	case new == nil && old != nil:
		if annotation(p.old.Value, pruneAnnotation) == "disabled" {
			return nil
		}
		return count(MachinesRemoved, old.total(), "removes %s of cluster %s", item.Object.Name)
	case old == nil && new != nil:
		return count(MachinesAdded, new.total(), "makes %s for cluster %s", item.Object.Name)
	case old == nil:
		return nil
	case old.class.kinds != new.class.kinds:
		return []Risk{{Kind: Recreates, Text: fmt.Sprintf(
			"cluster %s moves from %s to %s, which Cluster API does not do in place: it refuses the change; retire the cluster, and make it anew",
			item.Object.Name, old.class.kinds, new.class.kinds)}}
	}
	return append(controlPlaneRisks(old, new), poolRisks(old, new)...)
}

func count(kind RiskKind, n int, format string, args ...any) []Risk {
	if n == 0 {
		return nil
	}
	machines := "1 machine"
	if n > 1 {
		machines = strconv.Itoa(n) + " machines"
	}
	return []Risk{{Kind: kind, Count: n, Text: fmt.Sprintf(format, append([]any{machines}, args...)...)}}
}

func (t *topology) total() int {
	n := 0
	if t.class.hasControlPlaneMachines {
		n = t.controlPlane
	}
	for _, p := range t.pools {
		n += p.replicas
	}
	return n
}

func controlPlaneRisks(old, new *topology) []Risk {
	if !old.class.hasControlPlaneMachines || !new.class.hasControlPlaneMachines {
		return nil
	}
	var out []Risk
	reason := ""
	switch {
	case old.version != new.version:
		reason = fmt.Sprintf("Kubernetes %s -> %s", old.version, new.version)
	case !reflect.DeepEqual(old.class.controlPlane, new.class.controlPlane):
		reason = "its templates change"
	default:
		reason = changedVariables(old.variables, new.variables, func(v string) bool {
			return old.class.affects[v].controlPlane || new.class.affects[v].controlPlane
		})
	}
	if reason != "" {
		out = count(MachinesReplaced, min(old.controlPlane, new.controlPlane), "replaces %s of the control plane: %s", reason)
	}
	if d := new.controlPlane - old.controlPlane; d > 0 {
		out = append(out, count(MachinesAdded, d, "adds %s to the control plane")...)
	} else if d < 0 {
		out = append(out, count(MachinesRemoved, -d, "removes %s from the control plane")...)
	}
	return out
}

func poolRisks(old, new *topology) []Risk {
	var out []Risk
	for _, name := range poolNames(old, new) {
		a, before := old.pools[name]
		b, after := new.pools[name]
		switch {
		case !after:
			out = append(out, count(MachinesRemoved, a.replicas, "removes %s with node pool %s", name)...)
			continue
		case !before:
			out = append(out, count(MachinesAdded, b.replicas, "adds %s with node pool %s", name)...)
			continue
		}
		if reason := poolReason(old, new, a, b); reason != "" {
			out = append(out, count(MachinesReplaced, min(a.replicas, b.replicas), "replaces %s of node pool %s%s: %s", name, a.scaling(), reason)...)
		}
		if d := b.replicas - a.replicas; d > 0 {
			out = append(out, count(MachinesAdded, d, "adds %s to node pool %s", name)...)
		} else if d < 0 {
			out = append(out, count(MachinesRemoved, -d, "removes %s from node pool %s", name)...)
		}
	}
	return out
}

func (p pool) scaling() string {
	if p.atLeast {
		return " (at least; it scales by itself)"
	}
	return ""
}

// poolReason says why a pool's machines are replaced, or "".
func poolReason(old, new *topology, a, b pool) string {
	switch {
	case old.version != new.version:
		return fmt.Sprintf("Kubernetes %s -> %s", old.version, new.version)
	case a.class != b.class:
		return fmt.Sprintf("worker class %s -> %s", a.class, b.class)
	case !reflect.DeepEqual(old.class.workers[a.class], new.class.workers[b.class]):
		return "its templates change"
	case !reflect.DeepEqual(a.failure, b.failure):
		return "its failure domain changes"
	}
	return changedVariables(a.effective(old.variables), b.effective(new.variables), func(v string) bool {
		return old.class.affects[v].workers[a.class] || new.class.affects[v].workers[b.class]
	})
}

// effective gives a pool's variables: the cluster's, and its own over them.
func (p pool) effective(cluster map[string]any) map[string]any {
	all := map[string]any{}
	for k, v := range cluster {
		all[k] = v
	}
	for k, v := range p.overrides {
		all[k] = v
	}
	return all
}

// changedVariables names the variables that differ and matter.
func changedVariables(old, new map[string]any, matters func(string) bool) string {
	var changed []string
	for _, set := range []map[string]any{old, new} {
		for name := range set {
			if !slices.Contains(changed, name) && matters(name) && !reflect.DeepEqual(old[name], new[name]) {
				changed = append(changed, name)
			}
		}
	}
	slices.Sort(changed)
	for i, name := range changed {
		if a, b := scalar(old[name]), scalar(new[name]); a != "" && b != "" {
			changed[i] = fmt.Sprintf("%s %s -> %s", name, a, b)
		}
	}
	return strings.Join(changed, ", ")
}

func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int, int64, float64, bool:
		return fmt.Sprint(v)
	}
	return ""
}

func poolNames(old, new *topology) []string {
	var names []string
	for _, t := range []*topology{old, new} {
		for name := range t.pools {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
