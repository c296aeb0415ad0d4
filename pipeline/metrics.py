"""Figures of the last run for Prometheus: a file for the node exporter's textfile collector."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.snapshot import REJECTED, latest_snapshot

_PREFIX = "hankekuvaus"
_BY = (
    ("documents", "documents", "status", "Documents by status."),
    ("files", "files", "status", "Files by status."),
    ("rows", "rows", "table", "Rows by table."),
    ("issues", "issues", "code", "Issues by code."),
    ("stage_seconds", "seconds", "stage", "Wall clock of the last published run by stage."),
)


def write_metrics(path: Path, out: Path, exit_code: int, seconds: float) -> None:
    """Replace the file in one step; raises ``OSError``. ``out`` is the run's output folder, published to or not."""
    lines = [*_of_run(exit_code, seconds), *_of_gate(out), *_of_snapshot(out)]
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text("".join(lines), "utf-8")
        draft.chmod(0o644)  # whatever the umask: the exporter is another user
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def _metric(name: str, meaning: str, values: Mapping[tuple[str, str] | None, float]) -> Iterator[str]:
    yield f"# HELP {_PREFIX}_{name} {meaning}\n# TYPE {_PREFIX}_{name} gauge\n"
    for label, value in values.items():
        labels = f'{{{label[0]}="{_escape(label[1])}"}}' if label is not None else ""
        yield f"{_PREFIX}_{name}{labels} {value!r}\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _of_run(exit_code: int, seconds: float) -> Iterator[str]:
    yield from _metric("last_run_timestamp_seconds", "When the last run ended.", {None: round(time.time())})
    yield from _metric("last_run_exit_code", "Exit code of the last run: docs/cli.md.", {None: exit_code})
    yield from _metric("last_run_seconds", "Wall clock of the last run.", {None: round(seconds, 3)})


def _of_gate(out: Path) -> Iterator[str]:
    stopped: dict[tuple[str, str] | None, float] = {None: int((out / REJECTED).is_dir())}
    yield from _metric("gate_stopped", "1 while the gate keeps a snapshot from being published.", stopped)


def _of_snapshot(out: Path) -> Iterator[str]:
    latest = latest_snapshot(out)
    if latest is None:
        return
    try:
        run: dict[str, Any] = json.loads((latest / "run.json").read_text("utf-8"))
        published = datetime.fromisoformat(run["finished_at"]).timestamp()
        tables = {
            name: {(label, str(one)): float(count) for one, count in run[key].items()} for name, key, label, _ in _BY
        }
        acknowledged = float(run.get("acknowledged", 0))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # a snapshot that cannot be read: the doctor says so
    yield from _metric("published_timestamp_seconds", "When the latest snapshot was made.", {None: round(published)})
    for name, _, _, meaning in _BY:
        yield from _metric(name, meaning, tables[name])  # type: ignore[arg-type]
    yield from _metric("acknowledged", "Documents and files left out that are acknowledged.", {None: acknowledged})
