"""What was left out of a snapshot, and what of it a person knows already and need not hear of again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.snapshot_parts import View, read_columns

FINE = ("read", "duplicate", "ignored", "special", "container")
"""Statuses of files with which nothing is lost."""

_DOCUMENT_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Documents and files known to be bad."""

    documents: frozenset[str] = frozenset()
    """By ``document_id``: other bytes under the same name are new."""
    paths: frozenset[str] = frozenset()
    """By ``files.path``: files that cannot be read have no ``document_id``."""

    def __bool__(self) -> bool:
        return bool(self.documents or self.paths)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many documents are quarantined and files not read; those acknowledged are counted apart."""

    quarantined: int
    unread: int
    acknowledged_documents: int = 0
    acknowledged_files: int = 0


def make_acknowledged(entries: Iterable[str]) -> Acknowledged:
    """Of document ids and paths as ``documents.document_id`` and ``files.path`` write them."""
    given = frozenset(entries)
    documents = frozenset(entry for entry in given if _DOCUMENT_ID.fullmatch(entry))
    return Acknowledged(documents, given - documents)


def read_acknowledged(path: Path) -> list[str]:
    """The entries of a file, one a line; lines that begin with ``#`` and what follows a ``document_id`` are comments.

    Raises ``SettingsError``.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"file of acknowledged documents {path}: {why}") from error
    given = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [found[0] if (found := _DOCUMENT_ID.match(line)) else line for line in given]


def count_left_out(view: View, files: dict[str, int], documents: dict[str, int], known: Acknowledged) -> LeftOut:
    """Of a snapshot with these numbers by status. Tables are read only where something is acknowledged.

    Raises ``DamagedSnapshotError``.
    """
    quarantined = documents.get("quarantined", 0)
    unread = sum(number for status, number in files.items() if status not in FINE)
    if not known or not (quarantined or unread):
        return LeftOut(quarantined, unread)
    parts = [part for part in view.parts if part.table == "documents"]
    bad = set()
    for table in read_columns(view, parts, ["document_id", "status"]):
        ids, statuses = table["document_id"].to_pylist(), table["status"].to_pylist()
        bad |= {one for one, status in zip(ids, statuses, strict=True) if status == "quarantined"} & known.documents
    lost = 0
    parts = [part for part in view.parts if part.table == "files"]
    for table in read_columns(view, parts, ["path", "document_id", "status"]):
        rows = zip(*(table[name].to_pylist() for name in ("path", "document_id", "status")), strict=True)
        lost += sum(
            status not in FINE and (path in known.paths or document in known.documents)
            for path, document, status in rows
        )
    return LeftOut(quarantined - len(bad), unread - lost, len(bad), lost)
