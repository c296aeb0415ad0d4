// What scrolls can be reached by the keyboard: code, and tables that the theme wraps when the page is there.
const reach = () =>
  document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre code").forEach((one) => {
    one.tabIndex = 0;
  });
new MutationObserver(reach).observe(document.body, { childList: true, subtree: true });
reach();
