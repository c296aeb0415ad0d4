"""All hostile inputs, and what a run made of them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import yaml
from hostile import containers, pages, pdfs, texts, warcs
from hostile.case import Case

CASES = (*pdfs.CASES, *pages.CASES, *texts.CASES, *containers.CASES, *warcs.CASES)
SPECIAL = ("pipe.txt", "socket.txt", "loop", "outside.txt", "device_link.txt")
"""What ``write_odd_files`` makes that is no file."""
EXPECTED: dict[str, str | list[str]] = yaml.safe_load(
    Path(__file__).with_name("outcomes.yaml").read_text(encoding="utf-8")
)
"""Path (its first ``SHOWN`` characters) → outcome."""
SHOWN = 100
STOPPED = frozenset(("crash", "memory", "timeout"))
SIBLINGS = ("0_first.txt", "zz_last.txt")
"""Sound descriptions before and after all others."""


def write_cases(folder: Path, cases: Iterable[Case]) -> None:
    """The cases between two sound descriptions."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(SIBLINGS, 8):
        (folder / name).write_bytes(texts.SAMPLE.read_bytes().replace(b"S29001", b"S2900%d" % number))
    for case in cases:
        (folder / case.name).write_bytes(case.make())


def is_expected(path: str, found: set[str]) -> bool:
    """Whether a file or member became what ``outcomes.yaml`` says, no more and no less."""
    wanted = EXPECTED.get(path[:SHOWN])
    if wanted == "stopped":
        return len(found) == 1 and found <= STOPPED
    return found == ({wanted} if isinstance(wanted, str) else set(wanted or ()))


def write_odd_files(folder: Path) -> None:
    """Pipes, sockets, link loops and links to the outside."""
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket.txt"))
    (folder / "loop").symlink_to(folder)
    (folder / "outside.txt").symlink_to("/etc/passwd")
    (folder / "device_link.txt").symlink_to("/dev/zero")


def read_outcomes(snapshot: Path) -> dict[str, set[str]]:
    """Path → what became of it: the document's status, or the code of its reason; else that of the file."""
    documents = {row["document_id"]: row for row in pq.read_table(snapshot / "tables" / "documents").to_pylist()}
    outcomes: dict[str, set[str]] = {}
    for row in pq.read_table(snapshot / "tables" / "files").to_pylist():
        found = documents.get(row["document_id"], row)
        whole = found["status"] in ("parsed", "partial", "read", "container")
        code = found["status"] if whole else (found["reason"] or found["status"]).partition(":")[0]
        outcomes.setdefault(row["path"], set()).add(code)
    return outcomes
