package plan

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"heddle.dev/platform/generator/internal/snapshot"
)

// pair is an object before and after; one of them is nil when it is created or deleted.
type pair struct {
	old, new *snapshot.Object
	renamed  bool
}

// match pairs the objects of two revisions by cluster and identity, and those
// left over as renames where they are equal but for their name.
func match(c *snapshot.Comparison) []pair {
	byID := map[string]*pair{}
	var order []string
	at := func(o *snapshot.Object) *pair {
		id := o.Cluster + "\x00" + objectOf(o.Value).identity()
		if byID[id] == nil {
			byID[id] = &pair{}
			order = append(order, id)
		}
		return byID[id]
	}
	for i := range c.Base {
		at(&c.Base[i]).old = &c.Base[i]
	}
	for i := range c.Head {
		at(&c.Head[i]).new = &c.Head[i]
	}
	var pairs []pair
	var gone, come []pair
	for _, id := range order {
		switch p := *byID[id]; {
		case p.new == nil:
			gone = append(gone, p)
		case p.old == nil:
			come = append(come, p)
		default:
			pairs = append(pairs, p)
		}
	}
	return append(pairs, renames(gone, come)...)
}

// renames pairs deleted with created objects of one kind in one part of a
// cluster: those whose names differ by a hash of their content only, and those
// that are equal but for their names.
func renames(gone, come []pair) []pair {
	key := func(o *snapshot.Object) string {
		object := objectOf(o.Value)
		return strings.Join([]string{o.Cluster, o.About, o.Part, object.Group(), object.Kind, object.Namespace}, "\x00")
	}
	candidates := map[string][]int{}
	for i, p := range come {
		candidates[key(p.new)] = append(candidates[key(p.new)], i)
	}
	used := map[int]bool{}
	var pairs []pair
	for _, g := range gone {
		best := -1
		for _, i := range candidates[key(g.old)] {
			if !used[i] && isRename(g.old.Value, come[i].new.Value) {
				best = i
				break
			}
		}
		if best < 0 {
			pairs = append(pairs, g)
			continue
		}
		used[best] = true
		pairs = append(pairs, pair{old: g.old, new: come[best].new, renamed: true})
	}
	for i, p := range come {
		if !used[i] {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// contentHash is the suffix of names that are made from content.
var contentHash = regexp.MustCompile(`-[0-9a-f]{8}$`)

func isRename(old, new map[string]any) bool {
	a, b := objectOf(old).Name, objectOf(new).Name
	if contentHash.MatchString(a) && contentHash.MatchString(b) {
		return contentHash.ReplaceAllString(a, "") == contentHash.ReplaceAllString(b, "")
	}
	return reflect.DeepEqual(withoutName(old), withoutName(new))
}

func withoutName(o map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range o {
		if m, ok := v.(map[string]any); ok && k == "metadata" {
			metadata := map[string]any{}
			for k, v := range m {
				if k != "name" {
					metadata[k] = v
				}
			}
			v = metadata
		}
		out[k] = v
	}
	return out
}

func objectOf(value map[string]any) Object {
	metadata, _ := value["metadata"].(map[string]any)
	text := func(m map[string]any, key string) string { s, _ := m[key].(string); return s }
	return Object{APIVersion: text(value, "apiVersion"), Kind: text(value, "kind"), Namespace: text(metadata, "namespace"), Name: text(metadata, "name")}
}

// item says what happens to a pair; false when nothing does.
func (p pair) item() (Item, bool) {
	side := cmp.Or(p.new, p.old)
	item := Item{Object: objectOf(side.Value), Cluster: side.Cluster, About: side.About, Part: side.Part, File: side.File}
	switch {
	case p.new == nil:
		item.Action = Delete
	case p.old == nil:
		item.Action = Create
	case p.renamed:
		item.Action, item.From = Rename, objectOf(p.old.Value).Name
		item.Fields = slices.DeleteFunc(diff(p.old.Value, p.new.Value), func(f Field) bool { return f.Path == "metadata.name" })
	default:
		item.Fields = diff(p.old.Value, p.new.Value)
		switch {
		case len(item.Fields) > 0 && immutable(item):
			item.Action = Recreate
		case len(item.Fields) > 0:
			item.Action = Change
		case p.old.File != p.new.File && !strings.HasPrefix(p.new.File, "clusters/shared/"):
			item.Action, item.From = Move, p.old.File
		default:
			return item, false
		}
	}
	return item, true
}
