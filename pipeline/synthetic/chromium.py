"""Chromium as a printer: HTML in, PDFs out, many documents in one start of the browser.

Spoken to in its DevTools protocol over a pair of pipes (file descriptors 3 and 4, messages parted by NUL): no port is
opened, nothing is fetched (the pages have no address and no references).
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any

from pipeline.synthetic.errors import MissingToolError, ToolFailedError

NAMES = ("chromium", "chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
TIMEOUT = 60.0
"""Seconds without an answer after which the browser is given up."""


def find_chromium() -> str:
    """The browser's path; raises ``MissingToolError``."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise MissingToolError("chromium")


def print_pages(pages: Iterable[tuple[str, Mapping[str, Any]]]) -> list[bytes]:
    """A PDF for each (HTML, parameters of ``Page.printToPDF``), in order, from one start of Chromium.

    Raises ``MissingToolError`` without the browser, ``ToolFailedError`` where it ends, refuses or hangs.
    """
    with _open_browser() as browser:
        target = _call(browser, "Target.createTarget", {"url": "about:blank"})["targetId"]
        session = _call(browser, "Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        frame = _call(browser, "Page.getFrameTree", {}, session)["frameTree"]["frame"]["id"]
        printed = []
        for html, parameters in pages:
            _call(browser, "Page.setDocumentContent", {"frameId": frame, "html": html}, session)
            answer = _call(browser, "Page.printToPDF", parameters, session)
            printed.append(base64.b64decode(answer["data"]))
        return printed


@dataclass(slots=True)
class _Browser:
    commands: IO[bytes]
    answers: IO[bytes]
    sent: int = 0
    pending: bytearray = field(default_factory=bytearray)


_MOVE_PIPES = 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null'
"""Chromium looks for its pipes at descriptors 3 and 4, subprocess gives them as 0 and 1."""


@contextmanager
def _open_browser() -> Iterator[_Browser]:
    path = find_chromium()
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(  # noqa: S603 - the found browser and our own flags
            ["/bin/sh", "-c", _MOVE_PIPES, path, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        browser = _Browser(process.stdin, process.stdout)
        try:
            yield browser
            _call(browser, "Browser.close", {})
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
        finally:
            process.kill()
            process.stdin.close()
            process.stdout.close()
            process.wait()


def _call(browser: _Browser, method: str, parameters: Mapping[str, Any], session: str | None = None) -> dict[str, Any]:
    """One command and its answer; events in between are passed over."""
    browser.sent += 1
    message = {"id": browser.sent, "method": method, "params": dict(parameters)}
    if session is not None:
        message["sessionId"] = session
    try:
        _write_all(browser.commands, json.dumps(message).encode("ascii") + b"\0")
    except BrokenPipeError:
        raise ToolFailedError("chromium", f"it ended before {method}") from None
    while True:
        answer = _read_message(browser, method)
        if answer.get("id") == browser.sent:
            if "error" in answer:
                raise ToolFailedError("chromium", f"{method}: {answer['error'].get('message')}")
            result: dict[str, Any] = answer["result"]
            return result


def _write_all(pipe: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe.fileno(), view) :]


def _read_message(browser: _Browser, method: str) -> dict[str, Any]:
    deadline = time.monotonic() + TIMEOUT
    searched = 0
    while True:
        end = browser.pending.find(b"\0", searched)
        if end >= 0:
            message: dict[str, Any] = json.loads(browser.pending[:end])
            del browser.pending[: end + 1]
            return message
        searched = len(browser.pending)
        ready, _, _ = select.select([browser.answers], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(browser.answers.fileno(), 1 << 16) if ready else None
        if chunk is None:
            raise ToolFailedError("chromium", f"no answer to {method} within {TIMEOUT:.0f} seconds")
        if not chunk:
            raise ToolFailedError("chromium", f"it ended during {method}")
        browser.pending += chunk
