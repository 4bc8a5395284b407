package plan

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

var (
	//go:embed html/page.html.tmpl
	pageTemplate string
	//go:embed html/page.css
	pageStyle string
	//go:embed html/page.js
	pageScript string
)

const (
	// openLines is up to how many changes are unfolded to begin with.
	openLines = 80
	// longValue is how many characters of a value a page has.
	longValue = 4000
)

// page is what the template prints.
type page struct {
	Policy       string
	Style        template.CSS
	Script       template.JS
	Headline     string
	Base, Head   string
	Destructive  bool
	Stats        []stat
	Environments []environment
	Grave, Light []riskView
	Radius       [][2]string
	Filters      []filter
	Sections     []Section
	Lines        int
	Open         bool
	Input        []string
}

// stat is a number that matters.
type stat struct {
	Name  string
	Count int
	Grave bool
}

type environment struct {
	Name              string
	Rings             []ring
	Clusters, Touched int
}

type ring struct {
	Name  string
	Tiles []tile
}

// tile is a cluster in the overview of the fleet.
type tile struct {
	Name, Ring, Environment string
	Fate                    string // new or gone
	Changes, Destructive    int
}

type riskView struct {
	Kind     RiskKind
	Text     string
	Clusters []string
}

// filter is a choice by which changes are shown.
type filter struct {
	Name    string
	Options []string
}

// WriteHTML prints a plan as one page that needs no network and no server. What
// a plan says comes from files that anybody may write, so nothing of it is
// markup, and the page's policy allows its own style and script only.
func (p *Plan) WriteHTML(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"counted": counted, "shown": visible, "value": pageValue, "part": func(p Part) string { return visible(p.Title()) },
		"where": func(clusters []string) string { return visible(p.where(clusters, false)) },
		"join":  func(list []string) string { return strings.Join(list, " ") },
		"list":  func(items ...any) []any { return items },
		"mark":  func(a Action) string { return marks[a] },
		"name":  func(o Object) string { return strings.TrimPrefix(o.String(), o.Kind+" ") },
	}).Parse(pageTemplate)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p.page()); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

func (p *Plan) page() page {
	view := page{
		Policy: policy(), Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		Headline: p.Headline(), Base: short(p.Base), Head: cmp.Or(short(p.Head), "working tree"),
		Destructive: p.Destructive(), Stats: p.stats(), Environments: p.environments(), Sections: p.Fold(), Input: p.Input,
	}
	for _, g := range p.Risks {
		risk := riskView{g.Kind, g.total(), g.Clusters}
		if g.Destructive {
			view.Grave = append(view.Grave, risk)
		} else {
			view.Light = append(view.Light, risk)
		}
	}
	if p.Empty() {
		return view
	}
	view.Radius = p.radius()
	for _, s := range view.Sections {
		for _, part := range s.Parts {
			view.Lines += len(part.Lines)
		}
	}
	view.Open = view.Lines <= openLines
	var verbs []string
	for _, a := range actions {
		if p.Summary.Actions[a] > 0 {
			verbs = append(verbs, string(a))
		}
	}
	view.Filters = []filter{
		{"cluster", p.Summary.Clusters},
		{"environment", slices.Sorted(maps.Keys(p.Summary.Environments))},
		{"ring", slices.SortedFunc(maps.Keys(p.Summary.Rings), compareRings)},
		{"action", verbs},
	}
	return view
}

// policy is the page's Content-Security-Policy: its own style and script, and nothing else.
func policy() string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(pageStyle) + "; script-src " + hash(pageScript) +
		"; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
}

func (p *Plan) stats() []stat {
	s := p.Summary
	all := []stat{
		{"objects", s.Objects, false},
		{fmt.Sprintf("of %s", counted(s.Fleet, "cluster", "clusters")), len(s.Clusters), false},
		{"destructive", s.Destructive, s.Destructive > 0},
	}
	for _, machines := range []stat{
		{"machines replaced", s.MachinesReplaced, true}, {"machines removed", s.MachinesRemoved, true}, {"machines added", s.MachinesAdded, false},
	} {
		if machines.Count > 0 {
			all = append(all, machines)
		}
	}
	return all
}

// environments gives every cluster of the fleet its tile.
func (p *Plan) environments() []environment {
	tiles := map[string]*tile{}
	for name, c := range p.fleet {
		tiles[name] = &tile{Name: name, Ring: c.Ring, Environment: c.Environment}
		if slices.Contains(p.Summary.Added, name) {
			tiles[name].Fate = "new"
		} else if slices.Contains(p.Summary.Removed, name) {
			tiles[name].Fate = "gone"
		}
	}
	for _, item := range p.Items {
		if t := tiles[item.About]; t != nil {
			t.Changes++
			if item.destructive() {
				t.Destructive++
			}
		}
	}
	var out []environment
	for _, t := range slices.SortedFunc(maps.Values(tiles), compareTiles) {
		if len(out) == 0 || out[len(out)-1].Name != cmp.Or(t.Environment, "none") {
			out = append(out, environment{Name: cmp.Or(t.Environment, "none")})
		}
		e := &out[len(out)-1]
		if len(e.Rings) == 0 || e.Rings[len(e.Rings)-1].Name != cmp.Or(t.Ring, "none") {
			e.Rings = append(e.Rings, ring{Name: cmp.Or(t.Ring, "none")})
		}
		r := &e.Rings[len(e.Rings)-1]
		r.Tiles = append(r.Tiles, *t)
		e.Clusters++
		if t.Changes > 0 {
			e.Touched++
		}
	}
	return out
}

func compareTiles(a, b *tile) int {
	return cmp.Or(strings.Compare(a.Environment, b.Environment), compareRings(a.Ring, b.Ring), strings.Compare(a.Name, b.Name))
}

// ringOrder is the order in which a change reaches the rings; others come after.
var ringOrder = []string{"stable", "early", "canary"}

func compareRings(a, b string) int {
	return cmp.Or(cmp.Compare(slices.Index(ringOrder, b), slices.Index(ringOrder, a)), strings.Compare(a, b))
}

// pageValue writes a value on as many lines as it has; "" is no value.
func pageValue(v any) string {
	if v == nil {
		return ""
	}
	text, ok := v.(string)
	if !ok {
		var b strings.Builder
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(v); err != nil {
			return visible(fmt.Sprint(v))
		}
		text = strings.TrimSuffix(b.String(), "\n")
	}
	if text == "" {
		return `""`
	}
	if runes := []rune(text); len(runes) > longValue {
		text = fmt.Sprintf("%s\n... and %d more characters", string(runes[:longValue]), len(runes)-longValue)
	}
	return visible(text)
}

// visible writes characters that hide or turn text around as escapes.
func visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) || r == '\n' || r == '\t' {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRune(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}
