package plan

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func markdown(t *testing.T, p *Plan, limit int) string {
	t.Helper()
	var b strings.Builder
	if err := p.WriteMarkdown(&b, limit); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestMarkdownFits within what a forge takes, whatever is in it, and ends well.
func TestMarkdownFits(t *testing.T) {
	many := func(n int, object func(i int) string) *Plan {
		var docs []string
		for i := range n {
			docs = append(docs, object(i))
		}
		return Compare("base", "", comparison(t, strings.Join(docs, "\n---\n"), ``))
	}
	for _, c := range []struct {
		name string
		plan *Plan
	}{
		{"small", richPlan(t)},
		{"many risks", many(3000, func(i int) string {
			return fmt.Sprintf(`{apiVersion: v1, kind: Namespace, metadata: {name: namespace-%d}}`, i)
		})},
		{"long names", many(200, func(i int) string {
			return fmt.Sprintf(`{apiVersion: v1, kind: Namespace, metadata: {name: %s-%d}}`, strings.Repeat("é", 3000), i)
		})},
		{"long fields", Compare("base", "", comparison(t, `{kind: X, metadata: {name: x}, a: `+strings.Repeat("a", 1e6)+`}`, `{kind: X, metadata: {name: x}, a: `+strings.Repeat("b", 1e6)+`}`))},
	} {
		for _, limit := range []int{2_000, MarkdownLimit} {
			t.Run(fmt.Sprintf("%s/%d", c.name, limit), func(t *testing.T) {
				text := markdown(t, c.plan, limit)
				if len(text) > limit {
					t.Errorf("it has %d bytes", len(text))
				}
				if open, closed := strings.Count(text, "<details>"), strings.Count(text, "</details>"); open != closed {
					t.Errorf("%d details open, %d close", open, closed)
				}
				if strings.Count(text, "\n```")%2 != 0 {
					t.Error("a fence is open")
				}
			})
		}
	}
}

// TestMarkdownIsSafe prints what is hostile so that a forge shows it, and does not act on it.
func TestMarkdownIsSafe(t *testing.T) {
	const evil = "@team #1 <img src=x> &#64;team [a](javascript:b) **b** ``` \\n```\\n# h | x"
	c := comparison(t, `{apiVersion: v1, kind: Namespace, metadata: {name: "`+evil+`"}}`+"\n---\n"+`{kind: X, metadata: {name: x}, a: "old"}`, `{kind: X, metadata: {name: x}, a: "`+evil+`"}`)
	for _, side := range []string{"component/" + evil} {
		for i := range c.Base {
			c.Base[i].Part = side
		}
		c.Head[0].Part = side
	}
	text := markdown(t, Compare("base", "", c), MarkdownLimit)
	outside := regexp.MustCompile("(?s)\n```diff\n.*?\n```\n").ReplaceAllString(text, "")
	for _, never := range []string{"@team", " #1", "<img", "&#64;", "[a](", "**b**", "```", "\n# h"} {
		if strings.Contains(outside, never) {
			t.Errorf("outside of the fences there is %q:\n%s", never, outside)
		}
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") && line != "```\n" && line != "```diff\n" {
			t.Errorf("a fence of somebody else: %s", line)
		}
	}
	if n := strings.Count(text, "\n```"); n != 2 {
		t.Errorf("there are %d fences:\n%s", n, text)
	}
}

// TestTextIsSafe prints nothing that moves a terminal's cursor.
func TestTextIsSafe(t *testing.T) {
	c := comparison(t, `{kind: "K\e[2J", metadata: {name: "n\e]0;x\a"}, "p\e[1A": "old\r"}`, `{kind: "K\e[2J", metadata: {name: "n\e]0;x\a"}, "p\e[1A": "new\e[31m"}`)
	for i := range c.Base {
		c.Base[i].Part, c.Head[i].Part = "component/\x1b[2J", "component/\x1b[2J"
	}
	text := forms(t, Compare("base", "", c))["text"]
	if strings.ContainsAny(text, "\x1b\a\r") {
		t.Errorf("%q", text)
	}
}
