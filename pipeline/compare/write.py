"""Writing table ``changes`` of a draft."""

from __future__ import annotations

import logging
from pathlib import Path

from models.tables import TABLES
from pipeline.compare.changes import Change, find_changes
from pipeline.progress import Stop
from pipeline.snapshot_parts import DamagedSnapshotError, View
from pipeline.write import Part, build_table, write_part

logger = logging.getLogger(__name__)


def write_changes(draft: View, previous: View | None, stop: Stop) -> list[Part]:
    """The parts of ``changes`` in the draft's folder: what is different from ``previous``; empty without one."""
    parts: list[Part] = []
    number = 0
    try:
        for changes in find_changes(previous, draft) if previous is not None else ():
            stop.check()
            if changes or number == 0:  # a table has a part even where it has no rows
                parts.append(_write(draft.folder, number, changes))
            number += 1
    except DamagedSnapshotError as error:
        logger.warning("no table of changes: %s", error)
        for part in parts:
            (draft.folder / "tables" / "changes" / part.name).unlink()
        parts = []
    return parts or [_write(draft.folder, 0, [])]


def _write(folder: Path, number: int, changes: list[Change]) -> Part:
    columns = [list(column) for column in zip(*changes, strict=True)] or [[] for _ in TABLES["changes"].columns]
    return write_part(folder, "changes", number, build_table("changes", columns))
