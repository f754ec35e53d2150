"use strict";
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // Faults are filtered while one types; without a script the button does it.
  const search = document.getElementById("search");
  if (search) {
    const found = document.getElementById("found");
    const rows = all(".faults li");
    document.getElementById("find").hidden = true;
    const apply = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let total = 0;
      for (const row of rows) {
        const usual = row.closest("section").querySelector("#usual");
        row.hidden = (usual && words.length > 0) || !words.every((w) => row.dataset.search.includes(w));
        if (!row.hidden && !usual) total++;
      }
      for (const s of all(".place")) s.hidden = all("li", s).every((row) => row.hidden);
      document.getElementById("places").hidden = words.length > 0;
      found.textContent = total + (total === 1 ? " fault" : " faults") + (words.length ? " match" + (total === 1 ? "es" : "") : "");
    };
    search.addEventListener("input", apply);
    search.addEventListener("keydown", (e) => {
      // Enter would send the form with the first button.
      if (e.key === "Enter") e.preventDefault();
      if (e.key === "Escape") { search.value = ""; apply(); }
    });
  }

  for (const button of all(".copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const value = document.getElementById(button.dataset.copy);
      const label = button.firstChild;
      try {
        await navigator.clipboard.writeText(value.textContent);
        label.textContent = "Copied";
      } catch (e) {
        // The clipboard is for secure contexts: select the text instead.
        getSelection().selectAllChildren(value);
        label.textContent = "Selected";
      }
      document.getElementById("copied").textContent = label.textContent + button.lastChild.textContent;
      setTimeout(() => { label.textContent = "Copy"; }, 2000);
    });
  }

  const list = document.getElementById("stories");
  if (!list || !window.EventSource) return;
  const live = document.getElementById("live");
  const news = document.getElementById("news");
  let timer = 0, busy = false, again = false;

  // What a reader unfolded or folded stays so.
  const keepFolds = (fresh) => {
    for (const d of all("details[id]", fresh)) {
      const old = document.getElementById(d.id);
      if (old) d.open = old.open;
    }
  };

  // swap takes the new page over, story by story: what has not changed is left
  // alone, so that focus and scrolling stay where they are.
  const swap = (page) => {
    const fresh = page.getElementById("stories");
    if (!fresh) { location.reload(); return; }
    const focused = document.activeElement && document.activeElement.id;
    const told = [];
    for (const story of all("[data-version]", fresh)) {
      const old = document.getElementById(story.id);
      if (old && old.dataset.version === story.dataset.version) {
        story.replaceWith(old);
        continue;
      }
      told.push(story.dataset.news);
      keepFolds(story);
    }
    list.replaceChildren(...fresh.childNodes);
    list.dataset.after = fresh.dataset.after;
    document.getElementById("armed").replaceWith(page.getElementById("armed"));
    const target = focused && document.getElementById(focused);
    if (target && target !== document.activeElement) target.focus({ preventScroll: true });
    if (told.length) news.textContent = told.length > 3 ? told.length + " changes" : told.reverse().join(". ");
  };

  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (e) {
      live.textContent = "The provider does not answer. Reload to try again.";
    }
    busy = false;
    if (again) { again = false; refresh(); }
  };
  // Exchanges come in bursts. Waiting for the end of one would be waiting for
  // ever under load.
  const soon = () => { timer = timer || setTimeout(() => { timer = 0; refresh(); }, 200); };

  let source;
  const follow = () => {
    source = new EventSource(list.dataset.stream + "?after=" + list.dataset.after);
    source.addEventListener("open", () => { live.textContent = "Live: sign-ins show up by themselves."; live.classList.add("on"); });
    source.addEventListener("entry", soon);
    source.addEventListener("missed", soon);
    source.addEventListener("error", () => {
      live.classList.remove("on");
      live.textContent = source.readyState === EventSource.CLOSED ? "Not live any more. Reload this page." : "Connecting again …";
    });
  };
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (e) => { if (e.persisted) { refresh(); follow(); } });
  follow();
})();
