package plan

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"heddle.dev/platform/generator/internal/snapshot"
)

func pageOf(t *testing.T, c *snapshot.Comparison) string {
	t.Helper()
	var b strings.Builder
	if err := Compare("0123456789abcdef", "", c).WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPageIsNoMarkupOfOthers puts into every place of a plan what would be markup or script.
func TestPageIsNoMarkupOfOthers(t *testing.T) {
	const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1) </style></script>{{.}}<!--`
	quoted := `"\"'><script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1) </style></script>{{.}}<!--"`
	object := func(value string) string {
		return `{apiVersion: ` + quoted + `, kind: ` + quoted + `, metadata: {name: ` + quoted + `, namespace: ` + quoted + `}, ` + quoted + `: ` + value + `}`
	}
	c := comparison(t, object("1")+"\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: "+quoted+"}}", object(quoted)+"\n---\n"+`{kind: X, metadata: {name: `+quoted+`}}`)
	for _, side := range [][]snapshot.Object{c.Base, c.Head} {
		for i := range side {
			side[i].About, side[i].Cluster, side[i].Part, side[i].File = evil, evil, "component/"+evil, evil
		}
	}
	c.Clusters = map[string]snapshot.Cluster{evil: {Name: evil, Model: evil, Environment: evil, Ring: evil, Backend: evil}, "javascript:alert(2)": {Environment: evil, Ring: "javascript:x"}}
	c.Added, c.Input = []string{evil}, []string{evil}
	page := pageOf(t, c)
	if n := strings.Count(page, "<script"); n != 1 {
		t.Errorf("there are %d scripts", n)
	}
	if n := strings.Count(page, "<style"); n != 1 {
		t.Errorf("there are %d styles", n)
	}
	for _, never := range []string{"<img", "<!--", "onerror=alert(1)>", `href="javascript:`, "ZgotmplZ", "http://", "https://", "src=\""} {
		if strings.Contains(page, never) {
			i := strings.Index(page, never)
			t.Errorf("the page has %s: %s", never, page[max(0, i-80):min(len(page), i+80)])
		}
	}
	if !strings.Contains(page, html.EscapeString(evil)) {
		t.Error("what is hostile is not shown as text")
	}
}

// TestPagePolicy allows the page's own style and script, and nothing else.
func TestPagePolicy(t *testing.T) {
	page := pageOf(t, comparison(t, ``, deployment))
	policy := html.UnescapeString(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1])
	for _, part := range []struct{ name, pattern string }{{"style-src", `(?s)<style>(.*?)</style>`}, {"script-src", `(?s)<script>(.*?)</script>`}} {
		sum := sha256.Sum256([]byte(regexp.MustCompile(part.pattern).FindStringSubmatch(page)[1]))
		if want := part.name + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
			t.Errorf("%s\nlacks %s", policy, want)
		}
	}
	for _, want := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s\nlacks %s", policy, want)
		}
	}
	for _, never := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch("} {
		if strings.Contains(pageScript, never) {
			t.Errorf("the script has %s", never)
		}
	}
}

// TestSecretsAreHidden in every form of a plan.
func TestSecretsAreHidden(t *testing.T) {
	const old, new = `{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {k: b2xkLXNlY3JldA==}, stringData: {a: old-secret}}`, `{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {k: bmV3LXNlY3JldA==}, stringData: {b: new-secret}}`
	for _, sides := range [][2]string{{old, new}, {``, new}, {old, ``}, {old, strings.Replace(new, "name: s", "name: r", 1)}, {old, strings.Replace(old, "name: s", "name: r", 1)}} {
		p := Compare("base", "", comparison(t, sides[0], sides[1]))
		for form, text := range forms(t, p) {
			for _, secret := range []string{"old-secret", "new-secret", "b2xk", "bmV3"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s has %s:\n%s", form, secret, text)
				}
			}
		}
	}
}

// forms prints a plan in every form.
func forms(t *testing.T, p *Plan) map[string]string {
	t.Helper()
	out := map[string]string{}
	for form, write := range map[string]func(io.Writer) error{
		"text":     func(w io.Writer) error { return p.WriteText(w, Style{Detailed: true}) },
		"markdown": func(w io.Writer) error { return p.WriteMarkdown(w, MarkdownLimit) },
		"html":     p.WriteHTML,
		"json":     func(w io.Writer) error { _, err := w.Write(marshal(t, p)); return err },
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out[form] = b.String()
	}
	return out
}

func TestPageValue(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, ""},
		{"", `""`},
		{"a\n\tb", "a\n\tb"},
		{"a\x1b[2Jb\u202ec\u200b", `a\x1b[2Jb\u202ec\u200b`},
		{[]any{1, "<b>"}, "[\n  1,\n  \"<b>\"\n]"},
		{0, "0"},
		{false, "false"},
		{strings.Repeat("x", longValue+7), strings.Repeat("x", longValue) + "\n... and 7 more characters"},
	} {
		if got := pageValue(c.value); got != c.want {
			t.Errorf("%q: got %q, want %q", c.value, got, c.want)
		}
	}
}

func TestEmptyPage(t *testing.T) {
	page := pageOf(t, comparison(t, deployment, deployment))
	if !strings.Contains(page, "<h1>nothing changes</h1>") || !strings.Contains(page, "No object changes.") {
		t.Error(page)
	}
}
