// What a person sees of a page, and reaches of it.
window.look = (() => {
  const visible = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (e) => `${e.localName} ${(e.getAttribute("aria-label") ?? e.name ?? "") || e.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}`;
  const controls = () => [...document.querySelectorAll("a[href], button, select, input, summary")].filter((e) => visible(e));

  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1,
  });
  const ground = (e) => {
    if (!e) {
      return { r: 255, g: 255, b: 255, a: 1 };
    }
    const own = parse(getComputedStyle(e).backgroundColor);
    return own.a === 1 ? own : over(own, ground(e.parentElement));
  };
  const light = ({ r, g, b }) => {
    const linear = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };

  return {
    name,
    controls: () => controls().map(name),
    headings: () => {
      const faults = [];
      let last = 0;
      for (const h of document.querySelectorAll("h1, h2, h3, h4")) {
        const level = Number(h.localName[1]);
        if (level > last + 1) {
          faults.push(`${h.textContent} is h${level} after h${last}`);
        }
        last = level;
      }
      return faults.join("\n");
    },
    unnamed: () => controls().filter((e) => !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim())).map((e) => e.outerHTML).join("\n"),
    repeated: () => {
      const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
      return ids.filter((id, i) => ids.indexOf(id) !== i).join();
    },
    // unseen says why the focus is not to be seen: no outline of 2px and 3:1, or out of view.
    unseen: (e) => {
      const style = getComputedStyle(e);
      if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) {
        return `outline ${style.outlineStyle} ${style.outlineWidth}`;
      }
      const r = ratio(parse(style.outlineColor), ground(e.parentElement));
      if (r < 3) {
        return `the outline's contrast is ${r.toFixed(2)}`;
      }
      const box = e.getBoundingClientRect();
      return box.width < 1 || box.bottom < 0 || box.top > innerHeight || box.right < 0 ? "out of view" : "";
    },
    contrast: () => {
      const faults = new Set();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      let n = 0;
      while (walker.nextNode()) {
        const e = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !visible(e) || e.closest(".hidden, script, style")) {
          continue;
        }
        n++;
        const style = getComputedStyle(e);
        const under = ground(e);
        const r = ratio(over(parse(style.color), under), under);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
        if (r < (large ? 3 : 4.5)) {
          faults.add(`${r.toFixed(2)}: ${e.localName}.${e.className} ${style.color}: ${e.textContent.trim().slice(0, 40)}`);
        }
      }
      return n < 50 ? [`there are ${n} texts only`] : [...faults];
    },
  };
})();
