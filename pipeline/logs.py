"""Logs on standard error: lines for people, or a JSON object a line for machines."""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime

STEP_SECONDS = 60.0
"""So often a long stage says how far it is."""

logger = logging.getLogger(__name__)


class _JsonLines(logging.Formatter):
    """``time, level, message`` and whatever a call gave as ``extra={"facts": {…}}``."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__  # its message may quote a document
        return json.dumps(line, ensure_ascii=False, default=str)


class _Lines(logging.Formatter):
    """A line a message; faults of ours without their message, which may quote a document."""

    def formatException(self, ei: object) -> str:  # noqa: N802
        del ei
        return ""


def set_up_logging(form: str, level: str) -> None:
    """Send what is logged to standard error; ``form`` is ``text`` or ``json``. May be called again."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        handler.setFormatter(_JsonLines())
    else:
        lines = _Lines("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        lines.converter = time.gmtime
        handler.setFormatter(lines)
    root = logging.getLogger()
    for old in [one for one in root.handlers if getattr(one, "of_nightly", False)]:
        root.removeHandler(old)
    handler.of_nightly = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(level.upper())


class LoggedProgress:
    """``pipeline.progress.Progress`` as log lines: where a stage begins, and every minute how far it is."""

    def __init__(self) -> None:
        self._stage = ""
        self._total: int | None = None
        self._done = 0
        self._told = 0.0

    def begin(self, stage: str, total: int | None) -> None:
        self._stage, self._total, self._done, self._told = stage, total, 0, time.monotonic()
        facts = {"stage": stage, "total": total}
        logger.info("%s%s", stage, f": {total:,} steps" if total is not None else "", extra={"facts": facts})

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        if time.monotonic() - self._told >= STEP_SECONDS:
            self._told = time.monotonic()
            facts = {"stage": self._stage, "done": self._done, "total": self._total}
            whole = f" of {self._total:,}" if self._total is not None else ""
            logger.info("%s: %s%s", self._stage, f"{self._done:,}", whole, extra={"facts": facts})
