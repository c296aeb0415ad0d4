"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const places = new Map();
  const add = (number, element) => {
    if (!places.has(number)) places.set(number, []);
    places.get(number).push(element);
  };
  for (const element of all("[data-m]")) for (const number of element.dataset.m.split(" ")) add(number, element);
  for (const element of all("[data-i]")) add(element.dataset.i, element);
  for (const element of all("[data-r]")) add(element.dataset.r, element);

  let lit = [];
  const light = (number) => {
    for (const element of lit) element.classList.remove("lit");
    lit = number ? places.get(number) || [] : [];
    for (const element of lit) element.classList.add("lit");
  };
  // The innermost field's number comes first.
  const numberOf = (target) => {
    const element = target.closest ? target.closest("[data-m], [data-i], [data-r]") : null;
    if (!element) return null;
    return element.dataset.r || (element.dataset.m || element.dataset.i).split(" ")[0];
  };
  const pane = (element) => element.closest("main, aside");
  const show = (element) => {
    const room = pane(element);
    if (!room) return;
    const box = element.getBoundingClientRect();
    const frame = room.getBoundingClientRect();
    if (room.scrollHeight <= room.clientHeight + 1 || getComputedStyle(room).overflowY === "visible") {
      element.scrollIntoView({ block: "center" });
    } else if (box.top < frame.top + 30 || box.bottom > frame.bottom - 30) {
      room.scrollTop += box.top - frame.top - frame.height / 3;
    }
  };
  const visible = (element) => element.getClientRects().length > 0;
  const follow = (number, from) => {
    const other = (places.get(number) || []).find((element) => pane(element) !== pane(from) && visible(element));
    if (other) show(other);
  };

  document.addEventListener("pointerover", (event) => light(numberOf(event.target)));
  document.addEventListener("pointerleave", () => light(null));
  document.addEventListener("focusin", (event) => {
    const number = numberOf(event.target);
    light(number);
    if (number && event.target.matches(":focus-visible")) follow(number, event.target);
  });
  document.addEventListener("focusout", () => light(null));
  document.addEventListener("click", (event) => {
    const number = numberOf(event.target);
    const link = event.target.closest("a");
    for (const menu of all(".menu[open]")) if (!menu.contains(event.target) || link) menu.open = false;
    if (link && link.hash.startsWith("#s")) view("text");
    if (!number || String(getSelection())) return;
    if (link && link.hash.length > 1) {
      event.preventDefault();
      const target = document.getElementById(link.hash.slice(1));
      history.replaceState(null, "", link.hash);
      if (target) {
        const next = target.matches("a") ? target : target.querySelector("a");
        if (next && visible(next)) next.focus({ preventScroll: true });
      }
    }
    light(number);
    follow(number, event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of all(".menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  const text = document.getElementById("text");
  const pages = document.getElementById("pages");
  const view = (name) => {
    if (!pages) return;
    pages.hidden = name !== "pages";
    text.hidden = name !== "text";
    for (const button of all("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
  };
  for (const button of all("[data-view]")) button.addEventListener("click", () => view(button.dataset.view));
  view("pages");

  const field = document.getElementById("search");
  if (!field || !text) return;
  const content = text.textContent;
  const fold = (string) => string.toLowerCase().replace(/\s/g, " ");
  // Lower case of a few letters is longer: then offsets would not hold.
  const flat = fold(content).length === content.length ? fold(content) : content.replace(/\s/g, " ");
  const nodes = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let at = 0; walker.nextNode();) {
    nodes.push([at, walker.currentNode]);
    at += walker.currentNode.length;
  }
  const locate = (offset) => {
    let low = 0;
    let high = nodes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (nodes[middle][0] <= offset) low = middle; else high = middle - 1;
    }
    return [nodes[low][1], offset - nodes[low][0]];
  };
  const rangeOf = (start, length) => {
    const range = document.createRange();
    range.setStart(...locate(start));
    const [node, offset] = locate(start + length - 1);
    range.setEnd(node, offset + 1);
    return range;
  };
  const paint = (name, ranges) => {
    if (typeof Highlight === "undefined") return;
    if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges)); else CSS.highlights.delete(name);
  };
  const output = document.getElementById("found");
  const rows = all(".row");
  let hits = [];
  let current = -1;
  const go = (step) => {
    if (!hits.length) return;
    current = (current + step + hits.length) % hits.length;
    view("text");
    paint("here", [hits[current]]);
    output.textContent = `${current + 1} of ${hits.length}`;
    const element = hits[current].startContainer.parentElement;
    const box = hits[current].getBoundingClientRect();
    const room = pane(element);
    const frame = room.getBoundingClientRect();
    if (room.scrollHeight > room.clientHeight + 1) room.scrollTop += box.top - frame.top - frame.height / 3;
  };
  const search = () => {
    const wanted = fold(field.value.trim());
    hits = [];
    current = -1;
    if (wanted) {
      for (let at = flat.indexOf(wanted); at >= 0 && hits.length < 2000; at = flat.indexOf(wanted, at + wanted.length)) {
        hits.push(rangeOf(at, wanted.length));
      }
    }
    paint("found", hits);
    paint("here", []);
    for (const row of rows) row.hidden = wanted !== "" && !fold(row.textContent).includes(wanted);
    output.textContent = wanted === "" ? "" : `${hits.length}${hits.length === 2000 ? "+" : ""} in the text`;
  };
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
  });
  document.getElementById("next").addEventListener("click", () => go(1));
})();
