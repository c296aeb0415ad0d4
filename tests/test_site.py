"""The documentation's site: built strictly, nothing fetched from elsewhere; its pictures (``make screenshots``)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from browser import Browser, need_chromium, open_browser
from PIL import Image
from typer.testing import CliRunner

from pipeline.cli import app

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 200_000
SAMPLE = ROOT / "data" / "sample" / "archive"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need_chromium()
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on a server of its own: its search needs one."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_page_is_in_the_navigation() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    listed = set(re.findall(r"[\w./]+\.md", str(settings["nav"])))
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")} | {"contributing.md"}
    assert pages <= listed


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        for tag in re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", page.read_text("utf-8")):
            found = re.search(r"(?:src|href)=\"?((?:https?:)?//[^\s\">]+)", tag)
            assert found is None or "rel=canonical" in tag.replace('"', ""), (page.name, tag)


@pytest.mark.parametrize(("name", "lang"), [("index.html", "en"), ("privacy.html", "en"), ("fi/index.html", "fi")])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_in_a_browser(browser: Browser, address: str, name: str, lang: str, dark: bool) -> None:
    browser.open(address + name, dark=dark)
    assert browser.complaints == []
    assert browser.requests == []
    assert browser.faults(impacts=("critical", "serious")) == []
    assert browser.run("document.documentElement.lang") == lang
    assert browser.run("document.querySelectorAll('h1').length") == 1
    switches = "[...document.querySelectorAll('.md-select__link')].map((link) => new URL(link.href).pathname)"
    assert set(browser.run(switches)) == {"/index.html", "/fi/index.html"}
    assert browser.run("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")


def test_the_search_finds(browser: Browser, address: str) -> None:
    browser.open(address + "index.html")
    # As a person does: the search is opened, then the word typed; its script may start only then.
    toggle = "document.querySelector('[data-md-toggle=search]')"
    browser.run(f"({toggle}.checked = true, {toggle}.dispatchEvent(new Event('change')))")
    for _ in range(6):
        browser.page.fill("[data-md-component=search-query]", "")
        browser.page.focus("[data-md-component=search-query]")
        browser.page.keyboard.type("forgotten", delay=30)
        browser.page.wait_for_timeout(2000)
        if browser.page.query_selector(".md-search-result__item") is not None:
            break
    assert "privacy" in " ".join(
        browser.run("[...document.querySelectorAll('.md-search-result__link')].map((link) => link.href)")
    )
    assert browser.requests == []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run on a part of the sample archive, as a newcomer meets it."""
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("every_format/S29001", "every_format/S29002", "not_descriptions", "esr/texts"):
        shutil.copytree(SAMPLE / name, folder / "archive" / name)
    arguments = ["run", str(folder / "archive"), "--out", str(folder / "tables"), "--quiet", "--language", "off"]
    assert CliRunner().invoke(app, arguments).exit_code == 3
    page = folder / "explain.html"
    explained = CliRunner().invoke(app, ["explain", "S29001", "--out", str(folder / "tables"), "--output", str(page)])
    assert explained.exit_code == 0, explained.output
    return folder


def test_pictures(browser: Browser, made: Path, tmp_path: Path) -> None:
    """Takes the pictures of the pages; with ``HANKEKUVAUS_SCREENSHOTS`` set into ``docs/images``."""
    folder = IMAGES if os.environ.get("HANKEKUVAUS_SCREENSHOTS") else tmp_path
    sources = {
        "report": (made / "tables" / "latest" / "report" / "index.html").resolve(),
        "explain": made / "explain.html",
    }
    for name, source in sources.items():
        browser.open(source, width=1200, height=760)
        if name == "explain":
            link = "[...document.querySelectorAll('[data-r] a')].find((one) => one.textContent === 'priority_axis')"
            browser.run(f"{link}.focus({{focusVisible: true}})")
            browser.settle()
        browser.picture(folder / f"{name}.png")
        with Image.open(folder / f"{name}.png") as picture:
            picture.convert("RGB").quantize(128).save(folder / f"{name}.png", optimize=True)
        assert 10_000 < (folder / f"{name}.png").stat().st_size < MOST_BYTES
    for path in IMAGES.glob("*.png"):
        assert path.stat().st_size < MOST_BYTES, path.name
