package main

import (
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/upstream"
)

func TestReport(t *testing.T) {
	changes := []upstream.Change{
		{Verb: "update", Path: "clusters/shared/flux/v1/rbac.yaml"},
		{Verb: "delete", Path: "clusters/shared/flux/v1/old.yaml"},
	}
	const list = "  update clusters/shared/flux/v1/rbac.yaml\n  delete clusters/shared/flux/v1/old.yaml\n"
	for _, tc := range []struct {
		name     string
		opts     upstream.Options
		changes  []upstream.Change
		out, err string
	}{
		{
			name: "written", opts: upstream.Options{Root: "."}, changes: changes,
			out: list,
		},
		{
			name: "nothing to do", opts: upstream.Options{Root: ".", Check: true},
			out: "clusters/shared/ is up to date\n",
		},
		{
			name: "out of date", opts: upstream.Options{Root: ".", Check: true}, changes: changes,
			err: "2 generated file(s) are out of date:\n" + list + "fix: go run ./generator/cmd/upstream",
		},
		{
			name: "out of date elsewhere", opts: upstream.Options{Root: "../fork", Check: true}, changes: changes,
			err: "2 generated file(s) are out of date:\n" + list + "fix: go run ./generator/cmd/upstream --root ../fork",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out strings.Builder
			var message string
			if err := report(&out, tc.opts, tc.changes); err != nil {
				message = err.Error()
			}
			if out.String() != tc.out || message != tc.err {
				t.Errorf("printed %q, failed with %q\nwant %q and %q", out.String(), message, tc.out, tc.err)
			}
		})
	}
}
