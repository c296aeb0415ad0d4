// Names for controls that Datasette leaves without one, so that screen readers can tell them; and the front page's second button.
(() => {
  const name = (selector, label) => document.querySelectorAll(selector).forEach((element) => {
    if (!element.labels || element.labels.length === 0) element.setAttribute("aria-label", label);
  });
  name("select[name^=_filter_column]", "Column to filter by");
  name("select[name^=_filter_op]", "How to compare");
  name("input[name^=_filter_value]", "Value to compare with");
  name("select[name=_sort]", "Sort by");
  name("#sql-editor, textarea[name=sql]", "SQL");
  document.querySelectorAll("a.cross").forEach((link) => {
    const box = link.closest(".facet-info");
    link.setAttribute("aria-label", link.closest("li") ? "Remove this filter" : `Hide facet ${box ? box.dataset.column : ""}`);
  });
  // Datasette's headings jump from the first level to the third
  document.querySelectorAll("main h3").forEach((heading) => heading.setAttribute("aria-level", "2"));
  const meanings = document.querySelector("dl.column-descriptions");
  if (meanings) {
    const fold = document.createElement("details");
    fold.innerHTML = "<summary>What the columns mean</summary>";
    meanings.before(fold);
    fold.append(meanings);
  }
  const scrolling = () => document.querySelectorAll(".table-wrapper, pre").forEach((area) => {
    area.toggleAttribute("tabindex", false);
    if (area.scrollWidth > area.clientWidth || area.scrollHeight > area.clientHeight) area.tabIndex = 0;
  });
  addEventListener("resize", scrolling);
  scrolling();
  const hits = document.getElementById("hits");
  if (hits) hits.addEventListener("click", (event) => {
    event.preventDefault();
    location.href = `${hits.formAction}?words=${encodeURIComponent(document.getElementById("find").value)}`;
  });
})();
