// Rules of accessibility that a page can be held against by a script: the serious ones of WCAG 2.1 AA. Gives a list of faults.
(() => {
  const faults = [];
  const fault = (rule, element) => {
    const shown = element.outerHTML || String(element);
    faults.push(`${rule}: ${shown.slice(0, 160)}`);
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const visible = (element) => {
    const style = getComputedStyle(element);
    return element.getClientRects().length > 0 && style.visibility !== "hidden" && style.display !== "none";
  };

  if (!document.documentElement.lang) fault("html-has-lang", document.documentElement);
  if (!document.title.trim()) fault("document-title", document.head);
  const zoom = document.querySelector("meta[name=viewport]");
  if (!zoom || /user-scalable=no|maximum-scale=[01]/.test(zoom.content)) fault("meta-viewport", document.head);
  if (all("main").length !== 1) fault("one-main", document.body);
  if (all("h1").length !== 1) fault("one-h1", document.body);

  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) fault("heading-order", heading);
    if (!heading.textContent.trim()) fault("empty-heading", heading);
    level = own;
  }

  const ids = new Set();
  for (const element of all("[id]")) {
    if (ids.has(element.id)) fault("duplicate-id", element);
    ids.add(element.id);
  }
  for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls"]) {
    for (const element of all(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/)) if (!ids.has(id)) fault(`${name}-points-nowhere`, element);
    }
  }

  const named = (element) => (element.getAttribute("aria-label") || element.textContent || element.getAttribute("title") || "").trim();
  for (const element of all("a[href], button, summary, [role=button]")) {
    if (!named(element)) fault("control-has-name", element);
  }
  for (const element of all("input:not([type=hidden]), select, textarea, output")) {
    const label = element.labels && element.labels.length > 0;
    if (!label && !element.getAttribute("aria-label") && element.tagName !== "OUTPUT") fault("label", element);
  }
  for (const element of all("svg:not([aria-hidden=true]), img, [role=img]")) {
    if (!element.getAttribute("aria-label") && !element.getAttribute("alt")) fault("image-has-name", element);
  }
  for (const element of all("[tabindex]")) if (element.tabIndex > 0) fault("tabindex", element);
  for (const element of all("[aria-hidden=true]")) {
    if (element.querySelector("a[href], button, input, [tabindex='0']")) fault("aria-hidden-focus", element);
  }
  const roles = new Set(["img", "group", "region", "search"]);
  for (const element of all("[role]")) if (!roles.has(element.getAttribute("role"))) fault("unknown-role", element);
  for (const element of all("[role=region], nav, aside, main section")) {
    if (!element.getAttribute("aria-label") && !element.getAttribute("aria-labelledby")) fault("region-has-name", element);
  }
  const regions = new Set();
  for (const element of all("[role=region]")) {
    const name = element.getAttribute("aria-label");
    if (regions.has(name)) fault("landmark-unique", element);
    regions.add(name);
  }
  for (const list of all("ul, ol")) {
    for (const child of list.children) if (child.tagName !== "LI") fault("list", child);
  }
  for (const item of all("li")) if (!item.parentElement.matches("ul, ol")) fault("listitem", item);
  for (const list of all("dl")) {
    for (const child of list.children) {
      if (child.tagName !== "DIV" || [...child.children].some((part) => !/^D[TD]$/.test(part.tagName))) fault("dl", child);
    }
  }
  for (const table of all("table")) {
    for (const head of table.querySelectorAll("th")) if (!head.scope) fault("th-scope", head);
  }
  for (const area of all("*")) {
    const style = getComputedStyle(area);
    const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY)
      && (area.scrollHeight > area.clientHeight + 1 || area.scrollWidth > area.clientWidth + 1);
    const inside = [...area.querySelectorAll("a[href], button, input, [tabindex='0']")].some(visible);
    if (scrolls && visible(area) && area.tabIndex < 0 && !inside) {
      fault("scrollable-region-focusable", area);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) fault("page-wider-than-window", document.documentElement);

  // Contrast: every text against the colours beneath it.
  const parse = (colour) => {
    const parts = (colour.match(/[\d.]+/g) || []).map(Number);
    return parts.length >= 3 ? [parts[0], parts[1], parts[2], parts.length > 3 ? parts[3] : 1] : [0, 0, 0, 0];
  };
  const over = (top, below) => {
    const mix = [0, 1, 2].map((channel) => top[channel] * top[3] + below[channel] * (1 - top[3]));
    return [...mix, 1];
  };
  const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element || seen.has(element) || !visible(element)) continue;
    if (element.closest("script, style")) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const beneath = ground(element);
    const colour = element.closest("svg") ? style.fill : style.color;
    const found = ratio(over(parse(colour), beneath), beneath);
    if (found < (large ? 3 : 4.5)) fault(`color-contrast ${found.toFixed(2)}`, element);
  }
  return faults;
})()
