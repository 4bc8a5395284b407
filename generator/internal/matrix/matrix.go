// Package matrix shows which cluster has which version of what, and what is
// behind the newest version in the fleet.
package matrix

import (
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"heddle.dev/platform/generator/internal/fleet"
)

// Kubernetes is the name of the row of Kubernetes itself, which comes first.
const Kubernetes = "kubernetes"

// present stands for the version of a component that has none: plain objects.
const present = "installed"

// Matrix is the versions of what clusters run.
type Matrix struct {
	Clusters []Column `json:"clusters"`
	Rows     []Row    `json:"rows"`
}

// Column is one cluster.
type Column struct {
	Name        string `json:"name"`
	Model       string `json:"model"`
	Environment string `json:"environment"`
	Ring        string `json:"ring"`
}

// Row is one component, or Kubernetes.
type Row struct {
	Name string `json:"name"`
	// Newest version of it in the fleet, whichever clusters are shown.
	Newest string `json:"newest,omitempty"`
	// Cells has one entry for each cluster that runs it, in the order of the clusters.
	Cells []Cell `json:"cells"`
}

// Cell is what one cluster runs.
type Cell struct {
	Cluster string `json:"cluster"`
	Version string `json:"version"`
	// Behind says that a cluster of the fleet runs a newer version.
	Behind bool `json:"behind,omitempty"`
}

// Filter chooses what to show; what is empty chooses all.
type Filter struct {
	Components, Clusters []string
}

// New makes the matrix of a fleet.
func New(f *fleet.Fleet, filter Filter) *Matrix {
	m := &Matrix{Clusters: []Column{}, Rows: []Row{}}
	versions := map[string]map[string]string{}
	for _, c := range f.Clusters {
		if shows(filter.Clusters, c.Name) {
			m.Clusters = append(m.Clusters, Column{c.Name, c.Model, c.Environment, c.Ring})
		}
		set(versions, Kubernetes, c.Name, c.Kubernetes.Version)
		for name, component := range c.Components {
			version := component.Version()
			if version == "" {
				version = present
			}
			set(versions, name, c.Name, version)
		}
	}
	names := slices.DeleteFunc(fleet.Sorted(versions), func(name string) bool { return name == Kubernetes })
	for _, name := range append([]string{Kubernetes}, names...) {
		if !shows(filter.Components, name) || len(versions[name]) == 0 {
			continue
		}
		if row := m.row(name, versions[name]); len(row.Cells) > 0 {
			m.Rows = append(m.Rows, row)
		}
	}
	return m
}

func (m *Matrix) row(name string, versions map[string]string) Row {
	row := Row{Name: name}
	for _, v := range versions {
		if row.Newest == "" || compare(v, row.Newest) > 0 {
			row.Newest = v
		}
	}
	for _, c := range m.Clusters {
		if v, ok := versions[c.Name]; ok {
			row.Cells = append(row.Cells, Cell{Cluster: c.Name, Version: v, Behind: compare(v, row.Newest) < 0})
		}
	}
	return row
}

// cell gives what a cluster runs of a row.
func (r Row) cell(cluster string) (Cell, bool) {
	i := slices.IndexFunc(r.Cells, func(c Cell) bool { return c.Cluster == cluster })
	if i < 0 {
		return Cell{}, false
	}
	return r.Cells[i], true
}

func set(versions map[string]map[string]string, name, cluster, version string) {
	if versions[name] == nil {
		versions[name] = map[string]string{}
	}
	versions[name][cluster] = version
}

func shows(chosen []string, name string) bool {
	return len(chosen) == 0 || slices.Contains(chosen, name)
}

// compare orders versions: with or without a v, as charts and releases have them.
func compare(a, b string) int {
	return semver.Compare("v"+strings.TrimPrefix(a, "v"), "v"+strings.TrimPrefix(b, "v"))
}
