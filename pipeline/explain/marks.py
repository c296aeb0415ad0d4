"""Marks: the spans of a text that something is said about, and the text cut where they begin and end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.records import Row

UNCLAIMED = frozenset(("unclaimed_text", "unknown_label"))
"""Codes of issues whose span nobody understood."""


class MarkKind(StrEnum):
    """What a mark stands for."""

    FIELD = "field"
    ISSUE = "issue"
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the text and the row that it belongs to; ``number`` is unique on the page."""

    number: int
    kind: MarkKind
    row: Row
    start: int
    end: int

    @property
    def unclaimed(self) -> bool:
        return self.kind is MarkKind.ISSUE and self.row["code"] in UNCLAIMED


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text under the same marks from end to end, the innermost first."""

    start: int
    end: int
    marks: tuple[Mark, ...]
    begins: tuple[Mark, ...]
    """Marks whose first segment this is."""

    @property
    def field(self) -> Mark | None:
        """The innermost field."""
        return next((mark for mark in self.marks if mark.kind is MarkKind.FIELD), None)


def find_marks(text: str, tables: Mapping[str, Sequence[Row]]) -> list[Mark]:
    """Marks of all rows of ``fields``, ``issues`` and ``sections`` that have a place in the text, in that order."""
    marks: list[Mark] = []
    for row in tables.get("fields", ()):
        _add(marks, MarkKind.FIELD, row, row["char_start"], row["char_end"], text)
    for row in tables.get("issues", ()):
        if row["char_end"] is not None and row["char_end"] > row["char_start"]:
            _add(marks, MarkKind.ISSUE, row, row["char_start"], row["char_end"], text)
    for row in tables.get("sections", ()):
        end = text.find("\n", row["char_start"])
        _add(marks, MarkKind.HEADING, row, row["char_start"], len(text) if end < 0 else end, text)
    return marks


def _add(marks: list[Mark], kind: MarkKind, row: Row, start: int | None, end: int | None, text: str) -> None:
    if start is not None and end is not None and 0 <= start <= end <= len(text):
        marks.append(Mark(len(marks) + 1, kind, row, start, end))


def cut_text(text: str, marks: Sequence[Mark]) -> Iterator[Segment]:
    """The whole text in order; an empty mark gives an empty segment of its own."""
    cuts = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    by_start = sorted(marks, key=lambda mark: (mark.start, mark.end))
    active: list[Mark] = []
    place = 0
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        active = [mark for mark in active if mark.end > start]
        begins: list[Mark] = []
        while place < len(by_start) and by_start[place].start == start:
            mark = by_start[place]
            place += 1
            if mark.end == start:
                yield Segment(start, start, (mark,), (mark,))
            else:
                begins.append(mark)
        active = sorted([*active, *begins], key=lambda mark: (mark.end - mark.start, mark.number))
        if end > start:
            yield Segment(start, end, tuple(active), tuple(begins))
