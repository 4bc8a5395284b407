package validate

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"heddle.dev/platform/generator/internal/diagnostics"
	"heddle.dev/platform/generator/internal/fleet"
)

// claim is one address range of a cluster.
type claim struct {
	cluster *fleet.Cluster
	field   string
	prefix  netip.Prefix
}

// networks finds address ranges that overlap where they can meet: within a
// cluster, and between clusters of one network domain.
func (s *survey) networks() {
	domains := map[string][]claim{}
	for _, c := range s.fleet.Clusters {
		for field, cidr := range map[string]string{"pods": c.Network.Pods, "services": c.Network.Services, "nodes": c.Network.Nodes} {
			if cidr == "" {
				continue
			}
			prefix, err := netip.ParsePrefix(cidr)
			if err != nil {
				s.report(c, []string{"network", field}, fmt.Sprintf("%q is no network", cidr), "write an address and a length, such as 10.0.0.0/16")
				continue
			}
			if prefix != prefix.Masked() {
				s.report(c, []string{"network", field}, fmt.Sprintf("%s has bits set beyond its length", cidr), "write "+prefix.Masked().String())
				continue
			}
			domains[c.Network.Domain] = append(domains[c.Network.Domain], claim{c, field, prefix})
		}
	}
	for _, domain := range fleet.Sorted(domains) {
		s.overlaps(domain, domains[domain])
	}
}

// overlaps reports each range that meets one before it. Ordered by address,
// the ranges that hold a range's first address are on a stack.
func (s *survey) overlaps(domain string, claims []claim) {
	slices.SortFunc(claims, func(a, b claim) int {
		if d := a.prefix.Compare(b.prefix); d != 0 {
			return d
		}
		if a.cluster != b.cluster {
			return strings.Compare(a.cluster.Name, b.cluster.Name)
		}
		return strings.Compare(a.field, b.field)
	})
	var open []claim
	for _, c := range claims {
		for len(open) > 0 && !open[len(open)-1].prefix.Overlaps(c.prefix) {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			s.overlap(domain, open[len(open)-1], c)
		}
		open = append(open, c)
	}
}

func (s *survey) overlap(domain string, a, b claim) {
	// Blame the later cluster: the earlier one was there first, as far as anyone can tell from names.
	if a.cluster.Name > b.cluster.Name {
		a, b = b, a
	}
	message := fmt.Sprintf("%s overlaps %s of cluster %s, %s, in the network domain %q", b.prefix, a.field, a.cluster.Name, a.prefix, domain)
	if a.cluster == b.cluster {
		message = fmt.Sprintf("%s overlaps the cluster's own %s, %s", b.prefix, a.field, a.prefix)
	}
	s.report(b.cluster, []string{"network", b.field}, message, "choose another network, or put the cluster into a network domain of its own if the two never meet",
		diagnostics.Related{Position: s.at(a.cluster, "network", a.field), Text: "the other"})
}
