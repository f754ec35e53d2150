"use strict";
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const tools = document.querySelector(".tools");
  const checks = all(".check");

  // A link to a check must show it, not its closed lid.
  const reveal = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch (e) { return; }
    const target = id && document.getElementById(id);
    if (target && target.matches("details.check")) {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", reveal);
  reveal();
  if (!tools) return;

  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  const buttons = all("[data-filter]", tools);
  let verdict = "";

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let total = 0;
    for (const c of checks) {
      const fits = (!verdict || c.dataset.verdict === verdict) && words.every((w) => c.dataset.search.includes(w));
      c.hidden = !fits;
      // Failures appear twice: in full, and as a pointer in their area.
      if (!c.classList.contains("pointer")) total += fits ? 1 : 0;
    }
    for (const s of all("main > section")) s.hidden = all(".check", s).every((c) => c.hidden);
    const filtered = verdict !== "" || words.length > 0;
    shown.textContent = filtered ? total + (total === 1 ? " check matches" : " checks match") : "";
    none.hidden = total > 0;
  };

  for (const b of buttons) {
    b.addEventListener("click", () => {
      verdict = b.dataset.filter;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === b));
      apply();
    });
  }
  search.addEventListener("input", apply);
  search.addEventListener("keydown", (e) => {
    if (e.key === "Escape") { search.value = ""; apply(); }
  });
  const fold = (open) => () => { for (const c of checks) if (c.tagName === "DETAILS" && !c.hidden) c.open = open; };
  document.getElementById("expand").addEventListener("click", fold(true));
  document.getElementById("collapse").addEventListener("click", fold(false));
  tools.hidden = false;
})();
