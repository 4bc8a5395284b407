package browser

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"heddle.dev/platform/generator/internal/plan"
)

// look has functions that look at a page as a person would.
//
//go:embed testdata/look.js
var look string

// TestPlanPage clicks through the page of a rich plan.
func TestPlanPage(t *testing.T) {
	b := open(t)
	p := richPlan(t)
	b.do(chromedp.Navigate(write(t, p)))
	b.js(look)
	t.Run("says what the plan says", func(t *testing.T) { checkContent(t, b, p) })
	t.Run("structure", func(t *testing.T) { checkStructure(t, b) })
	t.Run("folds", func(t *testing.T) { checkFolds(t, b) })
	t.Run("filters", func(t *testing.T) { checkFilters(t, b, p) })
	t.Run("keyboard", func(t *testing.T) { checkKeyboard(t, b) })
	for _, scheme := range []string{"light", "dark"} {
		t.Run("contrast/"+scheme, func(t *testing.T) { checkContrast(t, b, scheme) })
	}
	t.Run("narrow", func(t *testing.T) { checkNarrow(t, b) })
	b.sound()
	t.Run("policy", func(t *testing.T) { checkPolicy(t, b) })
}

func checkContent(t *testing.T, b *tab, p *plan.Plan) {
	same(t, "headline", eval[string](b, `document.querySelector("h1").textContent`), p.Headline())
	same(t, "tiles", eval[int](b, `document.querySelectorAll(".tile").length`), p.Summary.Fleet)
	same(t, "touched tiles", eval[int](b, `document.querySelectorAll(".tile.touched").length`), len(p.Summary.Clusters))
	same(t, "risks", eval[int](b, `document.querySelectorAll(".risk").length`), len(p.Risks))
	if eval[int](b, `document.querySelectorAll(".destructive .risk").length`) == 0 {
		t.Error("nothing is destructive")
	}
	if !eval[bool](b, `document.body.textContent.includes("<script>alert(1)</script><img src=x onerror=alert(2)>")`) {
		t.Error("a hostile value is not shown as text")
	}
	same(t, "images", eval[int](b, `document.images.length`), 0)
	same(t, "what comes over the network", eval[int](b, `performance.getEntriesByType("resource").length`), 0)
}

func checkStructure(t *testing.T, b *tab) {
	same(t, "headings", eval[string](b, `look.headings()`), "")
	same(t, "landmarks", eval[string](b, `["header", "main", "footer"].map((n) => document.querySelectorAll("body > " + n).length).join()`), "1,1,1")
	same(t, "controls without a name", eval[string](b, `look.unnamed()`), "")
	same(t, "ids that repeat", eval[string](b, `look.repeated()`), "")
	same(t, "language", eval[string](b, `document.documentElement.lang`), "en")
}

func checkFolds(t *testing.T, b *tab) {
	open := func() int { return eval[int](b, `document.querySelectorAll(".entry[open]").length`) }
	all := eval[int](b, `document.querySelectorAll(".entry").length`)
	b.click("#expand")
	same(t, "open after Expand all", open(), all)
	b.click("#collapse")
	same(t, "open after Collapse all", open(), 0)
	b.js(`document.querySelector(".part").open = true; document.querySelector(".part > summary").focus()`)
	b.press(kb.Tab)
	b.press(kb.Enter)
	same(t, "open after Enter", open(), 1)
	b.click(".entry[open] > summary")
	same(t, "open after a click", open(), 0)
}

func checkFilters(t *testing.T, b *tab, p *plan.Plan) {
	shown := func() int {
		return eval[int](b, `[...document.querySelectorAll(".entry")].filter((c) => !c.hidden).length`)
	}
	all := shown()
	check := func(what, keep string) {
		t.Helper()
		want := eval[int](b, `[...document.querySelectorAll(".entry")].filter((c) => `+keep+`).length`)
		same(t, what, shown(), want)
		same(t, what+", says the page", eval[string](b, `document.getElementById("count").textContent`), map[bool]string{true: fmt.Sprintf("%d changes", all), false: fmt.Sprintf("%d of %d changes", want, all)}[want == all])
		if want == 0 || want == all && what != "all" {
			t.Errorf("%s: %d of %d is no test", what, want, all)
		}
	}
	reset := func() { b.click("#clear") }
	b.fill(`select[name="action"]`, string(plan.Delete))
	check("deletions", `c.dataset.action === "delete"`)
	reset()
	check("all", "true")
	for _, by := range []string{"environment", "ring"} {
		value := eval[string](b, `document.querySelector('select[name="`+by+`"]').options[1].value`)
		b.fill(`select[name="`+by+`"]`, value)
		var names []string
		for name, c := range p.Clusters {
			if map[string]string{"environment": c.Environment, "ring": c.Ring}[by] == value {
				names = append(names, `"`+name+`"`)
			}
		}
		check(by, `c.dataset.clusters.split(" ").some((n) => [`+strings.Join(names, ",")+`].includes(n))`)
		reset()
	}
	b.fill(`input[name="search"]`, "namespace")
	check("search", `c.textContent.toLowerCase().includes("namespace")`)
	reset()
	name := p.Summary.Clusters[0]
	tile := `.tile[data-cluster="` + name + `"] button`
	b.click(tile)
	check("a tile", `c.dataset.clusters.split(" ").includes("`+name+`")`)
	same(t, "pressed", eval[string](b, `document.querySelector('`+tile+`').getAttribute("aria-pressed")`), "true")
	same(t, "empty parts that are shown", eval[int](b, `[...document.querySelectorAll(".part, .model")].filter((g) => !g.hidden && !g.querySelector(".entry:not([hidden])")).length`), 0)
	b.click(tile)
	check("all", "true")
}

// checkKeyboard walks through the page with Tab, and wants every control to be reached, in order, and seen.
func checkKeyboard(t *testing.T, b *tab) {
	b.js(`document.activeElement.blur(); scrollTo(0, 0); document.getElementById("expand").click()`)
	b.do(chromedp.Navigate(eval[string](b, `location.href`)))
	b.js(look + `; document.getElementById("expand").click()`)
	want := eval[[]string](b, `look.controls()`)
	if len(want) < 20 {
		t.Fatalf("there are %d controls", len(want))
	}
	var got []string
	for range want {
		b.press(kb.Tab)
		got = append(got, eval[string](b, `look.name(document.activeElement)`))
		if fault := eval[string](b, `look.unseen(document.activeElement)`); fault != "" {
			t.Errorf("%s: %s", got[len(got)-1], fault)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("Tab reaches\n  %s\nthere are\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
	b.js(`document.querySelector(".skip").focus()`)
	b.press(kb.Enter)
	same(t, "where the skip link leads", eval[string](b, `document.activeElement.id`), "changes")
}

func checkContrast(t *testing.T, b *tab, scheme string) {
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	if eval[bool](b, `matchMedia("(prefers-color-scheme: dark)").matches`) != (scheme == "dark") {
		t.Fatal("the scheme is another")
	}
	for _, fault := range eval[[]string](b, `look.contrast()`) {
		t.Error(fault)
	}
	if dir := os.Getenv("HEDDLE_SCREENSHOTS"); dir != "" {
		image, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(90))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "plan-"+scheme+".jpeg"), image, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkNarrow wants no scrolling to the side on a telephone.
func checkNarrow(t *testing.T, b *tab) {
	b.do(chromedp.EmulateViewport(360, 800))
	if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 360 {
		t.Errorf("the page is %d wide on a screen of 360", wide)
	}
	b.do(chromedp.EmulateViewport(1280, 1000))
}

// checkPolicy wants the browser to refuse what the page's policy forbids.
func checkPolicy(t *testing.T, b *tab) {
	for what, attempt := range map[string]string{
		"markup":         `(() => { try { document.querySelector("main").innerHTML = "<b>x</b>"; return "done" } catch (e) { return e.name } })()`,
		"a script":       `(() => { try { const s = document.createElement("script"); s.textContent = "window.hacked = true"; document.body.append(s) } catch (e) {} return window.hacked ? "done" : "TypeError" })()`,
		"the network":    `fetch("data:text/plain,x").then(() => "done", (e) => e.name)`,
		"a style inline": `(() => { const p = document.createElement("p"); p.setAttribute("style", "color: red"); document.body.append(p); return p.style.color ? "done" : "TypeError" })()`,
	} {
		same(t, what, eval[string](b, attempt), "TypeError")
	}
}

// TestPlanPageWithoutScript wants the page whole where scripts do not run.
func TestPlanPageWithoutScript(t *testing.T) {
	b := open(t)
	p := richPlan(t)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.do(chromedp.Navigate(write(t, p)))
	if eval[bool](b, `[...document.querySelectorAll("form")].some((f) => f.checkVisibility())`) {
		t.Error("the filter is shown, and cannot work")
	}
	if n := eval[int](b, `document.querySelectorAll("table.fields").length`); n < 5 {
		t.Errorf("there are %d tables of fields", n)
	}
	b.click(".entry > summary")
	same(t, "open after a click", eval[int](b, `document.querySelectorAll(".entry[open]").length`), 1)
	b.sound()
}
