"""What the extractors find: slots for values, claims on characters, notices for people.

Nothing here holds text: only offsets. Rows are made after masking, so no value can escape it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from models.columns import ValueType
from parsers.document import Line, make_line

Span = tuple[int, int]


class Slot(NamedTuple):
    """A place where the form asks for a value, and the lines on which the value stands."""

    section_number: str
    field: str
    type: ValueType
    label: Span | None
    lines: tuple[Line, ...]
    """Clipped to the value; none where it is empty."""
    at: int
    """Offset just after the label: where an empty value is."""
    method: str = "exact"
    ordinal: int = 1
    role: str = ""
    """Of a partner: the list it stands in."""
    undeclared: bool = False

    @property
    def span(self) -> Span:
        return (self.lines[0].start, self.lines[-1].end) if self.lines else (self.at, self.at)


make_slot: Callable[[Iterable[object]], Slot] = functools.partial(tuple.__new__, Slot)
"""A ``Slot`` of all its fields in their order, cheaply: see ``parsers.document.make_line``."""


class Notice(NamedTuple):
    """An issue in the making: a code of ``models.issues``, and what it is about."""

    code: str
    section_number: str | None = None
    field: str | None = None
    span: Span | None = None
    detail: str = ""


@dataclass(slots=True)
class Findings:
    """Collected over all sections of one document."""

    slots: list[Slot] = field(default_factory=list)
    claims: list[Span] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    no_label: list[tuple[str, str]] = field(default_factory=list)
    """(section number, field) of labels that their section, though there, does not have."""

    def claim_run(self, lines: Sequence[Line]) -> None:
        """Claims lines that follow each other, as one span."""
        if lines:
            self.claims.append((lines[0].start, lines[-1].end))

    def claim_each(self, lines: Iterable[Line]) -> None:
        """Claims lines between which others may stand."""
        self.claims.extend([(line.start, line.end) for line in lines])

    def note(
        self,
        code: str,
        section_number: str | None = None,
        field: str | None = None,
        span: Span | None = None,
        detail: str = "",
    ) -> None:
        self.notices.append(Notice(code, section_number, field, span, detail))


def clip(line: Line, start: int, end: int) -> Line:
    """``line`` from ``start`` to ``end``, without the cells that stand outside."""
    if start == line.start and end == line.end:
        return line
    if not line.cells:
        return make_line((start, end) + line[2:])  # noqa: RUF005 - unpacking would build a list first
    cells = tuple([cell for cell in line.cells if cell.start >= start and cell.end <= end])
    return make_line((start, end, *line[2:10], cells, line.stops))


def strip_span(text: str, start: int, end: int) -> Span:
    """The span without white space at either end."""
    piece = text[start:end]
    # Nearly always there is none: then two looks at the ends are all it takes.
    if piece and not piece[0].isspace() and not piece[-1].isspace():
        return start, end
    begun = piece.lstrip()
    start = max(start, end) - len(begun)
    return start, start + len(begun.rstrip())


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping and touching ones made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        elif end > start:
            merged.append((start, end))
    return merged


def unclaimed_spans(text: str, claims: Iterable[Span], start: int = 0, end: int | None = None) -> list[Span]:
    """What no claim covers between two offsets, line by line, white space aside."""
    gaps: list[Span] = []
    end = len(text) if end is None else end
    done = start
    for first, last in sorted(claims):
        if last <= done or last <= first:
            continue
        # Between most claims there is a line end and nothing else.
        if first > done and not text[done : min(first, end)].isspace():
            _add_lines(text, done, min(first, end), gaps)
        done = last
        if done >= end:
            return gaps
    _add_lines(text, done, end, gaps)
    return gaps


def _add_lines(text: str, start: int, end: int, gaps: list[Span]) -> None:
    """The lines, or parts of lines, of a gap that hold something."""
    gap = text[start:end]
    if not gap or gap.isspace():
        return
    for line in gap.split("\n"):
        span = strip_span(text, start, start + len(line))
        if span[1] > span[0]:
            gaps.append(span)
        start += len(line) + 1
