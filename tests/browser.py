"""A real browser for tests: Debian's Chromium by Playwright, with what a page logs and asks for; axe-core's verdict."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from pipeline.synthetic.chromium import FLAGS, find_chromium
from pipeline.synthetic.errors import MissingToolError

TIMEOUT_MS = 60_000
MISSING = "no Chromium: apt-get install chromium, or these tests of the pages prove nothing"


def has_chromium() -> bool:
    try:
        find_chromium()
    except MissingToolError:
        return False
    return True


def need_chromium() -> None:
    """Fail where CI is set, skip elsewhere, both by a message that says what to install."""
    if not has_chromium():
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)


class Browser:
    """A started browser with one page at a time."""

    def __init__(self, chromium: Chromium) -> None:
        self._chromium = chromium
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self.complaints: list[str] = []
        """Errors and warnings of the console, exceptions, violations of the policy, dialogs, windows."""
        self.requests: list[str] = []
        """Addresses that the page asked for, its own file or server and ``data:`` left out."""

    @property
    def page(self) -> Page:
        assert self._page is not None, "open a page first"
        return self._page

    def open(
        self, where: Path | str, *, width: int = 1280, height: int = 900, dark: bool = False, touch: bool = False
    ) -> None:
        """Load a file or an address at a window size in a new profile, and wait until it is there."""
        self.close()
        self.complaints.clear()
        self.requests.clear()
        self._own = where.as_uri() if isinstance(where, Path) else "{0.scheme}://{0.netloc}/".format(urlsplit(where))
        self._context = self._chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            is_mobile=touch,
            has_touch=touch,
        )
        self._context.set_default_timeout(TIMEOUT_MS)
        self._page = page = self._context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.on("dialog", self._note_dialog)
        page.on("popup", lambda popup: self.complaints.append(f"window: {popup.url}"))
        page.on("request", lambda request: self._note_request(request.url))
        session = self._context.new_cdp_session(page)
        session.on("Audits.issueAdded", self._note_issue)
        session.send("Audits.enable")
        page.goto(where.as_uri() if isinstance(where, Path) else where)
        self.settle()

    def settle(self) -> None:
        """Wait until what was asked for is drawn."""
        self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")

    def print_media(self) -> None:
        self.page.emulate_media(media="print")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page, promises awaited."""
        return self.page.evaluate(expression)

    def move(self, x: float, y: float) -> None:
        """Put the pointer somewhere."""
        self.page.mouse.move(x, y)

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(x, y)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """The window, or the whole page, as PNG."""
        self.page.screenshot(path=path, full_page=whole)

    def faults(self, *, impacts: tuple[str, ...] = ("critical", "serious", "moderate", "minor")) -> list[str]:
        """What axe-core finds: rule, impact and the first places."""
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [
            f"{one['id']} ({one['impact']}): "
            + " | ".join(f"{node['html'][:120]} {node.get('failureSummary', '')[:200]}" for node in one["nodes"][:3])
            for one in found
            if one["impact"] in impacts
        ]

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = self._page = None

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.complaints.append(f"console: {message.text}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_issue(self, event: dict[str, Any]) -> None:
        self.complaints.append(f"issue: {event['issue']['code']}: {event['issue']['details']}")

    def _note_request(self, address: str) -> None:
        own = address.partition("#")[0] == self._own or (self._own.startswith("http") and address.startswith(self._own))
        if not own and not address.startswith("data:"):
            self.requests.append(address)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser of its own profile; ended in any case."""
    flags = [flag for flag in FLAGS if flag not in ("--headless", "--remote-debugging-pipe")]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=flags, timeout=TIMEOUT_MS)
        try:
            browser = Browser(chromium)
            yield browser
            browser.close()
        finally:
            chromium.close()
