package explain

import (
	"slices"
	"strings"

	"heddle.dev/platform/generator/internal/fleet"
	"heddle.dev/platform/generator/internal/source"
)

// What render compares must stay the same when it is marked, and what it
// decides by must stay plain. TestMarked notices what is missing here.

// isKept says whether a value, or the keys of a map, stay as they are because
// render decides by them.
func isKept(path []string) bool {
	for _, pattern := range []string{
		"cluster.dir", "cluster.components.*.placement", "cluster.roles.*.scope",
		"cluster.backend.class.variables.*.sets.*.template", "cluster.capabilities",
	} {
		if matches(path, pattern) {
			return true
		}
	}
	return false
}

// isShared says whether a value goes into manifests that several clusters share.
func isShared(path []string) bool {
	for _, pattern := range []string{"cluster.backend.name", "cluster.backend.class.**", "cluster.components.*.shared.**"} {
		if matches(path, pattern) {
			return true
		}
	}
	return false
}

func components() []string { return []string{source.ClusterField, "components"} }

// keysOf gives the map whose keys the keys of a map are the same as.
func keysOf(path []string) []string {
	switch {
	case matches(path, "cluster.backend.machines"):
		return []string{source.ClusterField, "nodePools"}
	case matches(path, "cluster.components.*.dependsOn"):
		return components()
	}
	return path
}

// namedKeys gives the map that a value names an entry of.
func namedKeys(path []string) []string {
	workers := []string{source.ClusterField, "backend", "class", "workers"}
	switch {
	case matches(path, "cluster.components.*.name"), matches(path, "cluster.components.*.after.*"), matches(path, "cluster.capabilities.*.component"):
		return components()
	case matches(path, "cluster.backend.machines.*.worker"), matches(path, "cluster.backend.class.variables.*.sets.*.worker"):
		return workers
	case matches(path, "cluster.workspaces.*.gitops.namespace"):
		return append(slices.Clone(path[:3]), "namespaces")
	}
	return nil
}

// template gives, for the kind of a worker's template, the first worker whose
// template is of the same kind: render puts them together.
func (w marker) template(path []string) []string {
	for _, part := range []string{"bootstrap", "machine"} {
		if !matches(path, "cluster.backend.class.workers.*."+part+".*") {
			continue
		}
		class := w.cluster.Backend.Class
		own := class.Workers[path[4]]
		for _, name := range fleet.Sorted(class.Workers) {
			other := class.Workers[name]
			if part == "machine" && other.Machine.Kind == own.Machine.Kind && other.Machine.APIVersion == own.Machine.APIVersion ||
				part == "bootstrap" && other.Bootstrap.Kind == own.Bootstrap.Kind && other.Bootstrap.APIVersion == own.Bootstrap.APIVersion {
				first := slices.Clone(path)
				first[4] = name
				return first
			}
		}
	}
	return path
}

// matches says whether a path fits a pattern, in which * is any name and ** any rest.
func matches(path []string, pattern string) bool {
	parts := strings.Split(pattern, ".")
	for i, p := range parts {
		switch {
		case p == "**":
			return len(path) > i
		case i >= len(path) || p != "*" && p != path[i]:
			return false
		}
	}
	return len(path) == len(parts)
}
