package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	for _, c := range []struct {
		changed []string
		check   bool
		out     string
		err     string
	}{
		{nil, false, "", ""},
		{nil, true, "", ""},
		{[]string{"a.md", "b.md"}, false, "a.md\nb.md\n", ""},
		{[]string{"a.md", "b.md"}, true, "a.md\nb.md\n", "2 files are out of date\nfix: make reference"},
		{[]string{"a.md"}, true, "a.md\n", "1 file is out of date\nfix: make reference"},
	} {
		var out bytes.Buffer
		err := report(&out, c.changed, c.check)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if out.String() != c.out || got != c.err {
			t.Errorf("%v, check %v: %q and %q, want %q and %q", c.changed, c.check, out.String(), got, c.out, c.err)
		}
	}
}

func TestNoRepository(t *testing.T) {
	c := newCommand()
	c.SetArgs([]string{"--root", t.TempDir()})
	if err := c.Execute(); err == nil || !strings.Contains(err.Error(), "generator/schema") {
		t.Errorf("a folder without CUE gives %v", err)
	}
}
