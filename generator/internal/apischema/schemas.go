package apischema

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Schemas holds what has been read of the pinned modules, so that it is read
// once however many Kubernetes minors are opened. It is safe for concurrent
// use.
type Schemas struct {
	pins   *pins
	gaps   []gap
	fetch  fetcher
	crds   map[schema.GroupKind]*crd
	minors lazyMap[string, *Catalogue]
}

// New reads the pins. It fetches nothing.
func New() (*Schemas, error) {
	p, err := readPins()
	if err != nil {
		return nil, err
	}
	gaps, err := readGaps()
	if err != nil {
		return nil, err
	}
	s := &Schemas{pins: p, gaps: gaps, crds: map[schema.GroupKind]*crd{}}
	for _, m := range p.CRDs {
		for kind, file := range m.Kinds {
			gk := schema.ParseGroupKind(kind)
			s.crds[gk] = s.pinnedCRD(gk, m.module, file)
		}
	}
	return s, nil
}

// Open prepares the schemas of one Kubernetes minor, like "1.34", for
// [Catalogue.Validate]. It brings the Kubernetes module if need be; opening
// the same minor again costs nothing.
func (s *Schemas) Open(ctx context.Context, minor string) (*Catalogue, error) {
	m, ok := s.pins.Kubernetes[minor]
	if !ok {
		known := slices.Sorted(maps.Keys(s.pins.Kubernetes))
		return nil, fmt.Errorf("no schemas are pinned for Kubernetes %s, only for %s\n"+
			"fix: use one of these, or pin k8s.io/kubernetes of that minor in generator/internal/apischema/modules.json",
			minor, strings.Join(known, ", "))
	}
	return s.minors.get(minor, func() (*Catalogue, error) {
		dir, err := s.fetch.dir(ctx, m)
		if err != nil {
			return nil, err
		}
		natives, err := openNatives(minor, dir)
		if err != nil {
			return nil, err
		}
		return &Catalogue{shared: s, natives: natives}, nil
	})
}

// Catalogue validates objects for one Kubernetes minor. It is safe for
// concurrent use.
type Catalogue struct {
	shared  *Schemas
	natives *natives
	own     map[schema.GroupKind]*crd
}

// With returns a catalogue that also knows the kinds which these objects
// define: those of CustomResourceDefinitions, and the constraints of
// Gatekeeper's ConstraintTemplates. They win over pinned ones, as they are what
// the cluster will have. Other objects are ignored. Schemas are compiled anew
// for each such catalogue: make one for all clusters that share definitions.
func (c *Catalogue) With(objs ...map[string]any) *Catalogue {
	own := maps.Clone(c.own)
	if own == nil {
		own = map[schema.GroupKind]*crd{}
	}
	for _, obj := range objs {
		if gk, defined := c.shared.definedBy(obj); defined != nil {
			own[gk] = defined
		}
	}
	return &Catalogue{shared: c.shared, natives: c.natives, own: own}
}

// kind finds the schema of a kind. When there is none, it says why in a
// problem.
func (c *Catalogue) kind(ctx context.Context, gvk schema.GroupVersionKind) (*kind, *Problem, error) {
	gk := gvk.GroupKind()
	if own := c.own[gk]; own != nil {
		k, problem, err := own.version(ctx, gvk.Version)
		if _, fault := errors.AsType[unavailable](err); err != nil && !fault {
			return nil, &Problem{Reason: Unknown, Path: "kind", Message: fmt.Sprintf("%s can't be checked, the object that defines it is not valid: %v", gk, err)}, nil
		}
		return k, problem, err
	}
	if c.natives.hasGroup(gvk.Group) {
		return c.natives.kind(gvk)
	}
	if pinned := c.shared.crds[gk]; pinned != nil {
		return pinned.version(ctx, gvk.Version)
	}
	return nil, c.shared.missing(gvk), nil
}

// missing says why there is no schema for a kind.
func (s *Schemas) missing(gvk schema.GroupVersionKind) *Problem {
	gk := gvk.GroupKind()
	for _, g := range s.gaps {
		if g.covers(gk) {
			return &Problem{Reason: Unchecked, Path: "kind", Message: fmt.Sprintf("%s can't be checked: %s", gk, g.Reason)}
		}
	}
	hint := "pin the Go module that publishes its CustomResourceDefinition in generator/internal/apischema/modules.json, or list it with a reason in unchecked.json there"
	if siblings := s.kindsOf(gk.Group); 0 < len(siblings) && len(siblings) <= 12 { // more would bury the message
		hint = fmt.Sprintf("its group is known to have %s; if it is another one, %s", strings.Join(siblings, ", "), hint)
	}
	return &Problem{Reason: Unknown, Path: "kind", Message: fmt.Sprintf("no schema for %s: %s", gk, hint)}
}

// kindsOf lists the pinned kinds of a group.
func (s *Schemas) kindsOf(group string) []string {
	var kinds []string
	for gk := range s.crds {
		if gk.Group == group {
			kinds = append(kinds, gk.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// pinnedCRD is a definition in a file of a pinned module.
func (s *Schemas) pinnedCRD(gk schema.GroupKind, m module, file string) *crd {
	return &crd{kind: gk, load: func(ctx context.Context) (*apiextensionsv1.CustomResourceDefinition, error) {
		dir, err := s.fetch.dir(ctx, m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", gk, err)
		}
		return readCRD(filepath.Join(dir, filepath.FromSlash(file)))
	}}
}
