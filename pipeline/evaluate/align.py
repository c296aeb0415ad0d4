"""Which found row answers which row of the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from models.records import Row
from pipeline.evaluate.compare import as_text, fold
from pipeline.evaluate.judged import JudgedTable

Pair = tuple[str, Row | None, Row | None]
"""The rows' key as text, the truth's row, the found row; one of the rows may be missing."""


def pair_rows(table: JudgedTable, truth: Sequence[Row], found: Sequence[Row]) -> Iterator[Pair]:
    """Every row of both sides once, in the truth's order."""
    groups: dict[str, tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((truth, found)):
        for row in rows:
            key = " ".join(as_text(row.get(column)) for column in table.key)
            groups.setdefault(key, ([], []))[side].append(row)
    for key, (ours, theirs) in groups.items():
        if table.sequence:
            yield from _pair_in_order(key, table.sequence, ours, theirs)
        else:
            yield from _pair_by_place(key, ours, theirs)


def _pair_by_place(key: str, truth: Sequence[Row], found: Sequence[Row]) -> Iterator[Pair]:
    for place in range(max(len(truth), len(found))):
        yield (
            key,
            truth[place] if place < len(truth) else None,
            found[place] if place < len(found) else None,
        )


def _pair_in_order(key: str, column: str, truth: Sequence[Row], found: Sequence[Row]) -> Iterator[Pair]:
    ours, theirs = ([fold(as_text(row.get(column))) for row in rows] for rows in (truth, found))
    for _, begin, end, start, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        for _, row, other in _pair_by_place("", truth[begin:end], found[start:stop]):
            named = as_text((row or other or {}).get(column))
            yield f"{key} {named}".strip(), row, other
