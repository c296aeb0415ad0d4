"""Pages in a real browser: what they light up, ask for and log, and whether everybody can use them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, need_chromium, open_browser
from test_explain import evil_bytes
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.explain.from_file import explain_file
from pipeline.explain.marks import Mark, MarkKind, find_marks
from pipeline.explain.page import write_page
from pipeline.explain.view import View

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "archive" / "every_format"
SOURCES = {
    "text": SAMPLE / "S29001" / "S29001.txt",
    "html": SAMPLE / "S29002" / "S29002_bare.html",
    "pdf": SAMPLE / "S29001" / "S29001_chromium.pdf",
}
WINDOWS = [(1280, 900, False), (1280, 900, True), (390, 844, False), (390, 844, True)]
WIDER = "document.documentElement.scrollWidth > innerWidth + 1"
CHECKED = 20


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need_chromium()
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, View]]:
    """Explain pages by name: one of each kind of document, and one of a hostile document."""
    folder = tmp_path_factory.mktemp("pages")
    made: dict[str, tuple[Path, View]] = {}
    for name, data in {**{name: path.read_bytes() for name, path in SOURCES.items()}, "evil": evil_bytes()}.items():
        view = explain_file(data, f"{name}.{'txt' if name == 'evil' else SOURCES[name].suffix}")
        path = folder / f"{name}.html"
        path.write_text(write_page(view), "utf-8")
        made[name] = (path, view)
    return made


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a second snapshot of a part of the sample archive."""
    folder = tmp_path_factory.mktemp("reported")
    for name in ("S29001", "S29002"):
        shutil.copytree(SAMPLE / name, folder / "archive" / name)
    for name in ("not_descriptions", "esr/texts"):
        shutil.copytree(SAMPLE.parent / name, folder / "archive" / name)
    arguments = ["run", str(folder / "archive"), "--out", str(folder / "out"), "--quiet"]
    assert CliRunner().invoke(app, arguments).exit_code == 3
    (folder / "archive" / "S29001" / "S29001.txt").unlink()
    assert CliRunner().invoke(app, arguments).exit_code == 3
    return (folder / "out" / "latest").resolve() / "report"


def choose(view: View) -> list[Mark]:
    """Fields with a value, spread over the document."""
    assert view.text is not None
    marks = [
        mark for mark in find_marks(view.text, view.tables) if mark.kind is MarkKind.FIELD and mark.end > mark.start
    ]
    step = max(1, len(marks) // CHECKED)
    chosen = marks[::step][: CHECKED + 5]
    assert len(chosen) >= CHECKED
    return chosen


LIT = """(() => {
  const lit = [...document.querySelectorAll("#text [data-m].lit")];
  const rows = [...document.querySelectorAll("[data-r].lit")].map((row) => Number(row.dataset.r));
  const text = document.getElementById("text");
  const before = document.createRange();
  if (!lit.length) return {text: "", start: -1, rows, boxes: 0};
  before.setStart(text, 0);
  before.setEndBefore(lit[0]);
  return {
    text: lit.map((part) => part.textContent).join(""), start: [...before.toString()].length, rows,
    boxes: document.querySelectorAll("#pages rect.lit").length
  };
})()"""


def middle_of(browser: Browser, selector: str) -> tuple[float, float]:
    """Scroll an element into view; the middle of its first line."""
    found: list[float] = browser.run(
        f"""(() => {{
          const element = document.querySelector({selector!r});
          element.scrollIntoView({{block: "center"}});
          const box = element.getClientRects()[0];
          return [box.left + Math.min(box.width / 2, 12), box.top + box.height / 2];
        }})()"""
    )
    return found[0], found[1]


@pytest.mark.parametrize("name", SOURCES)
def test_a_row_lights_up_the_characters_it_came_from(
    browser: Browser, pages: dict[str, tuple[Path, View]], name: str
) -> None:
    path, view = pages[name]
    assert view.text is not None
    browser.open(path)
    browser.run("document.querySelector('[data-view=text]')?.click()")
    for mark in choose(view):
        browser.move(*middle_of(browser, f"#r{mark.number} dt"))
        lit = browser.run(LIT)
        assert lit["text"] == view.text[mark.start : mark.end], mark.row["field"]
        assert lit["start"] == mark.start
        assert lit["rows"] == [mark.number]
        assert lit["boxes"] >= (1 if name == "pdf" else 0)
    assert browser.complaints == []
    assert browser.requests == []


@pytest.mark.parametrize("name", SOURCES)
def test_the_characters_light_up_their_row(browser: Browser, pages: dict[str, tuple[Path, View]], name: str) -> None:
    path, view = pages[name]
    browser.open(path)
    browser.run("document.querySelector('[data-view=text]')?.click()")
    for mark in choose(view):
        browser.move(*middle_of(browser, f"#t{mark.number}"))
        assert browser.run(LIT)["rows"] == [mark.number], mark.row["field"]


def test_boxes_on_a_page_light_up_their_row(browser: Browser, pages: dict[str, tuple[Path, View]]) -> None:
    path, view = pages["pdf"]
    browser.open(path)
    for mark in choose(view):
        browser.move(*middle_of(browser, f"#pages rect[data-m='{mark.number}']"))
        assert browser.run(LIT)["rows"] == [mark.number], mark.row["field"]


def test_the_keyboard_does_all_of_it(browser: Browser, pages: dict[str, tuple[Path, View]]) -> None:
    path, view = pages["text"]
    assert view.text is not None
    browser.open(path)
    mark = choose(view)[10]
    browser.run(f"document.querySelector('#r{mark.number} a').focus({{focusVisible: true}})")
    assert browser.run(LIT)["text"] == view.text[mark.start : mark.end]
    shown = f"""(() => {{
      const mark = document.querySelector('#t{mark.number}').getBoundingClientRect();
      const pane = document.querySelector('main').getBoundingClientRect();
      return mark.top >= pane.top && mark.bottom <= pane.bottom;
    }})()"""
    assert browser.run(shown), "scrolled into sight"
    browser.press("Enter")
    assert browser.run("document.activeElement.id") == f"t{mark.number}"
    browser.press("Enter")
    assert browser.run(f"document.querySelector('#r{mark.number}').contains(document.activeElement)")
    browser.open(path)
    browser.press("Tab")
    assert browser.run("document.activeElement.textContent") == "Skip to the rows"


def test_search(browser: Browser, pages: dict[str, tuple[Path, View]]) -> None:
    path, view = pages["text"]
    assert view.text is not None
    browser.open(path)
    word = "verstaa"
    browser.run(
        f"(() => {{ const f = document.getElementById('search'); f.value = '{word.upper()}'; "
        "f.dispatchEvent(new Event('input')); f.focus() })()"
    )
    count = view.text.lower().count(word)
    assert count > 1
    assert browser.run("document.getElementById('found').textContent") == f"{count} in the text"
    assert browser.run("CSS.highlights.get('found').size") == count
    browser.press("Enter")
    assert browser.run("document.getElementById('found').textContent") == f"1 of {count}"
    assert browser.run("[...CSS.highlights.get('here')][0].toString().toLowerCase()") == word
    hidden = browser.run(
        "[...document.querySelectorAll('.row')].filter((row) => !row.hidden).map((row) => row.textContent)"
    )
    assert hidden
    assert all(word in row.lower() for row in hidden)


def test_a_hostile_document_runs_nothing(browser: Browser, pages: dict[str, tuple[Path, View]]) -> None:
    path, _ = pages["evil"]
    browser.open(path)
    assert "<script>alert(1)</script>" in browser.run("document.getElementById('text').textContent")
    assert browser.run("document.scripts.length") == 1
    assert browser.run("[...document.querySelectorAll('a')].every((a) => a.protocol === 'file:' || !a.href)")
    for number in browser.run("[...document.querySelectorAll('[data-r]')].map((row) => Number(row.dataset.r))")[:8]:
        x, y = middle_of(browser, f"[data-r='{number}']")
        browser.move(x, y)
        browser.click(x, y)
    assert browser.run("document.title") == "S29001 explained"
    assert browser.complaints == []
    assert browser.requests == []


def test_the_policy_stops_what_would_slip_through(browser: Browser, pages: dict[str, tuple[Path, View]]) -> None:
    """Were a document's mark-up not escaped, it would still not run: so the test of it can fail."""
    path, _ = pages["evil"]
    broken = path.with_name("broken.html")
    mark_up = "<img src=x onerror='window.hit = 1'><script>window.hit = 2</script><script src=https://esimerkki.fi/a.js></script>"
    broken.write_text(path.read_text("utf-8").replace("<header>", f"<header>{mark_up}", 1), "utf-8")
    browser.open(broken)
    assert browser.run("window.hit") is None
    assert browser.complaints, "and the browser says so"


@pytest.mark.parametrize(("width", "height", "dark"), WINDOWS)
@pytest.mark.parametrize("name", [*SOURCES, "evil", "report"])
def test_everybody_can_use_the_pages(
    browser: Browser, pages: dict[str, tuple[Path, View]], report: Path, name: str, width: int, height: int, dark: bool
) -> None:
    path = report / "index.html" if name == "report" else pages[name][0]
    browser.open(path, width=width, height=height, dark=dark, touch=width < 500)
    browser.run("[...document.querySelectorAll('details')].forEach((one) => { one.open = true })")
    assert browser.faults() == []
    assert browser.run(WIDER) is False
    if name != "report":
        browser.run("document.querySelectorAll('[data-r]').forEach((row) => row.classList.add('lit'))")
        browser.run(
            "document.querySelectorAll('#text [data-m], #text [data-i]').forEach((x) => x.classList.add('lit'))"
        )
        assert browser.faults() == []
    assert browser.complaints == []
    assert browser.requests == []


def test_axe_finds_faults(browser: Browser, tmp_path: Path) -> None:
    """Checks that cannot fail prove nothing."""
    page = tmp_path / "bad.html"
    page.write_text(
        "<!DOCTYPE html><title></title><body><h3>x</h3><a href='#'></a><input><svg role=img></svg>"
        "<p><font color='#bbbbbb'>pale</font></p><ul><p>x</p></ul><select><option>x</select>"
    )
    browser.open(page)
    rules = {fault.partition(" ")[0] for fault in browser.faults()}
    assert rules >= {
        "html-has-lang", "document-title", "landmark-one-main", "page-has-heading-one", "link-name", "label",
        "svg-img-alt", "color-contrast", "list", "select-name", "region",
    }  # fmt: skip


def test_the_report_leads_to_a_document_in_one_click(browser: Browser, report: Path) -> None:
    browser.open(report / "index.html")
    link = browser.run("document.querySelector('#issues ~ * a[href^=\"explain/\"]').getAttribute('href')")
    browser.open(report / link)
    assert browser.run("document.querySelectorAll('.row').length") > 20
    assert browser.complaints == []
    assert browser.requests == []


def test_pages_print(browser: Browser, pages: dict[str, tuple[Path, View]], report: Path) -> None:
    """On paper nothing is cut off by a pane that scrolls."""
    for path in (pages["text"][0], report / "index.html"):
        browser.open(path)
        browser.print_media()
        panes = "[...document.querySelectorAll('main, aside, .wide')]"
        assert browser.run(f"{panes}.filter((one) => one.scrollHeight > one.clientHeight + 2).length") == 0
