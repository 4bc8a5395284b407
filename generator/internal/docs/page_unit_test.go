package docs

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	p, err := parse("# A\n\nPut this into `x.cue`:\n\n```cue file=x.cue\na: 1\n```\n\n```console exit=1\n$ one\nout\n$ two \\\n  more\n```\n")
	if err != nil || len(p.blocks) != 2 {
		t.Fatalf("%v, %v", p, err)
	}
	if b := p.blocks[0]; b.language != "cue" || b.file != "x.cue" || p.text(b) != "a: 1\n" || p.prose(b) != "Put this into `x.cue`:" {
		t.Errorf("first block is %+v, %q after %q", b, p.text(b), p.prose(b))
	}
	steps, err := p.steps(p.blocks[1])
	if err != nil || len(steps) != 2 || steps[1].command != "two \\\n  more" || p.blocks[1].exit != "1" {
		t.Errorf("second block is %+v with the steps %+v, %v", p.blocks[1], steps, err)
	}
	if got := p.lines[steps[0].from:steps[0].to]; len(got) != 1 || got[0] != "out" {
		t.Errorf("the first step prints %v", got)
	}
	for _, bad := range []string{"```console\n", "```console skip\n```\n"} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{"a b", "a b", true},
		{"a b", "a c", false},
		{"a", "a b", false},
		{"...", "", true},
		{"... b", "a b", true},
		{"... b", "a c", false},
		{"a ... c", "a b b c", true},
	} {
		if got := matches(strings.Fields(c.want), strings.Fields(c.got)); got != c.same {
			t.Errorf("%q and %q: %v", c.want, c.got, got)
		}
	}
	if !matches([]string{"index 1..2 100644"}, []string{"index 3..4 100644"}) {
		t.Error("the hashes of a diff are compared")
	}
}

func TestRevise(t *testing.T) {
	for _, c := range []struct{ want, got, revised string }{
		{"a b", "a c", "a c"},
		{"a ... c", "a x y c d", "a ... c d"},
		{"... c ...", "x c y", "... c ..."},
		{"a ... c", "a x d", "a ..."},
		{"", "a", "a"},
		{"a ...", "b", "b"},
	} {
		if got := strings.Join(revise(strings.Fields(c.want), strings.Fields(c.got)), " "); got != c.revised {
			t.Errorf("%q, which prints %q, becomes %q, want %q", c.want, c.got, got, c.revised)
		}
	}
}
