"""A real browser for tests: Debian's Chromium over the DevTools protocol's pipe, with what a page logs and asks for."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.synthetic.chromium import FLAGS, find_chromium
from pipeline.synthetic.errors import MissingToolError

TIMEOUT = 60.0
MISSING = "no Chromium: apt-get install chromium, or these tests of the pages prove nothing"


def has_chromium() -> bool:
    try:
        find_chromium()
    except MissingToolError:
        return False
    return True


class Browser:
    """A started browser with one page."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._sent = 0
        self._pending = bytearray()
        self._session = ""
        self.complaints: list[str] = []
        """Errors and warnings of the console, exceptions, violations of the policy, dialogs."""
        self.requests: list[str] = []
        """Addresses that the page asked for, its own file and ``data:`` left out."""
        self._target = self._call("Target.createTarget", {"url": "about:blank"}, browser=True)["targetId"]
        attached = self._call("Target.attachToTarget", {"targetId": self._target, "flatten": True}, browser=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            self._call(f"{domain}.enable")
        self._call("Target.setDiscoverTargets", {"discover": True}, browser=True)

    def open(
        self, path: Path, *, width: int = 1280, height: int = 900, dark: bool = False, touch: bool = False
    ) -> None:
        """Load a file at a window size, and wait until it is there."""
        self.complaints.clear()
        self.requests.clear()
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch}
        self._call("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", {"media": "", "features": [scheme]})
        self._own = path.as_uri()
        self._loaded = False
        self._call("Page.navigate", {"url": self._own})
        deadline = time.monotonic() + TIMEOUT
        while not self._loaded:
            self._event(self._read(deadline))
        self.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")

    def print_media(self) -> None:
        self._call("Emulation.setEmulatedMedia", {"media": "print", "features": []})

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page, promises awaited."""
        answer = self._call(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True, "userGesture": True},
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def move(self, x: float, y: float) -> None:
        """Put the pointer somewhere."""
        self._call("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y})

    def click(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            event = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
            self._call("Input.dispatchMouseEvent", event)

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press a key: its name, its Windows key code and the text it writes."""
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._call("Input.dispatchKeyEvent", {"type": "keyDown", **common, **({"text": text} if text else {})})
        self._call("Input.dispatchKeyEvent", {"type": "keyUp", **common})

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """The window, or the whole page, as PNG."""
        parameters: dict[str, Any] = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self._call("Page.getLayoutMetrics")["cssContentSize"]
            parameters["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        path.write_bytes(base64.b64decode(self._call("Page.captureScreenshot", parameters)["data"]))

    def close(self) -> None:
        self._call("Browser.close", browser=True)

    def _call(self, method: str, parameters: dict[str, Any] | None = None, *, browser: bool = False) -> dict[str, Any]:
        self._sent += 1
        message: dict[str, Any] = {"id": self._sent, "method": method, "params": parameters or {}}
        if not browser:
            message["sessionId"] = self._session
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\0")
        self._process.stdin.flush()
        deadline = time.monotonic() + TIMEOUT
        while True:
            answer = self._read(deadline)
            if answer.get("id") == self._sent:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._event(answer)

    def _event(self, message: dict[str, Any]) -> None:
        method, given = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Runtime.consoleAPICalled" and given["type"] in ("error", "warning", "assert"):
            self.complaints.append(f"console: {given['args']}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(f"exception: {given['exceptionDetails']}")
        elif method == "Log.entryAdded":
            self.complaints.append(f"log: {given['entry']['text']}")
        elif method == "Audits.issueAdded":
            self.complaints.append(f"issue: {given['issue']['code']}: {given['issue']['details']}")
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append(f"dialog: {given['message']}")
        elif method == "Target.targetCreated" and given["targetInfo"]["targetId"] != self._target:
            if given["targetInfo"].get("openerId"):
                self.complaints.append(f"window: {given['targetInfo']['url']}")
        elif method == "Network.requestWillBeSent":
            address = given["request"]["url"]
            if address.partition("#")[0] != self._own and not address.startswith("data:"):
                self.requests.append(address)

    def _read(self, deadline: float) -> dict[str, Any]:
        assert self._process.stdout is not None
        while (end := self._pending.find(b"\0")) < 0:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, "Chromium does not answer"
            chunk = os.read(self._process.stdout.fileno(), 1 << 16)
            assert chunk, "Chromium has ended"
            self._pending += chunk
        message: dict[str, Any] = json.loads(self._pending[:end])
        del self._pending[: end + 1]
        return message


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser of its own profile; ended in any case."""
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        move_pipes = 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null'
        process = subprocess.Popen(
            ["/bin/sh", "-c", move_pipes, find_chromium(), *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        try:
            browser = Browser(process)
            yield browser
            browser.close()
            process.wait(timeout=20)
        finally:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()
