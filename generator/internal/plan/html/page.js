// Filters and folds a plan's page. Without it the page is whole, and reads from top to bottom.
(() => {
  "use strict";
  const form = document.getElementById("filters");
  if (!form) {
    return;
  }
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const tiles = new Map(all(".tile").map((tile) => [tile.dataset.cluster, tile]));
  const changes = all(".entry");
  const risks = all(".risk");
  const texts = new Map(changes.map((change) => [change, change.textContent.toLowerCase()]));
  const value = (name) => form.elements.namedItem(name).value;
  const named = (element) => element.dataset.clusters.split(" ");

  // selected says whether a cluster is of those that are asked for.
  const selected = (name) => {
    const of = tiles.get(name)?.dataset ?? {};
    return (!value("cluster") || value("cluster") === name) &&
      (!value("ring") || value("ring") === of.ring) &&
      (!value("environment") || value("environment") === of.environment);
  };

  const apply = () => {
    const search = value("search").trim().toLowerCase();
    let shown = 0;
    for (const change of changes) {
      const fits = (!value("action") || change.dataset.action === value("action")) &&
        (!search || texts.get(change).includes(search)) && named(change).some(selected);
      change.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const risk of risks) {
      risk.hidden = !named(risk).some(selected);
    }
    for (const group of all(".part, .model, .risks")) {
      group.hidden = !group.querySelector(".entry:not([hidden]), .risk:not([hidden])");
    }
    for (const [name, tile] of tiles) {
      tile.querySelector("button")?.setAttribute("aria-pressed", String(value("cluster") === name));
    }
    document.getElementById("count").textContent =
      shown === changes.length ? `${shown} changes` : `${shown} of ${changes.length} changes`;
  };

  // A touched tile filters by its cluster.
  for (const [name, tile] of tiles) {
    if (!tile.classList.contains("touched")) {
      continue;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.append(...tile.childNodes);
    button.addEventListener("click", () => {
      const select = form.elements.namedItem("cluster");
      select.value = select.value === name ? "" : name;
      apply();
    });
    tile.append(button);
  }

  const fold = (open) => () => {
    for (const details of all(".part, .entry")) {
      details.open = open;
    }
  };
  document.getElementById("clear").addEventListener("click", () => {
    form.reset();
    apply();
  });
  document.getElementById("expand").addEventListener("click", fold(true));
  document.getElementById("collapse").addEventListener("click", fold(false));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.hidden = false;
  apply();
})();
