"""Texts with their folds undone, and where each of their characters stands in the document's text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from parsers.document import HYPHENS

_MOST_TRIES = 10_000


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Pieces that a joined text shares with its source: where each begins in both, in order."""

    joined: tuple[int, ...]
    source: tuple[int, ...]
    ends: tuple[int, ...]
    """Where each piece ends in the source."""

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The source's span of a span of the joined text that begins and ends with a character of a piece."""
        first = max(0, bisect_right(self.joined, start) - 1)
        last = max(0, bisect_right(self.joined, end - 1) - 1)
        begin = min(self.source[first] + start - self.joined[first], self.ends[first])
        stop = min(self.source[last] + end - self.joined[last], self.ends[last])
        return begin, max(begin, stop)


def align_passage(source: str, start: int, end: int, joined: str) -> OffsetMap | None:
    """Where ``joined`` (the text of lines within ``source[start:end]``, folds undone) stands in the source.

    Lines of the source that ``joined`` lacks (page furniture) are passed over.
    None where the two do not belong together.
    """
    place = source.find(joined, start, end) if joined else -1
    if place >= 0:
        return OffsetMap((0,), (place,), (place + len(joined),))
    lines: list[tuple[int, int]] = []
    at = start
    while at < end:
        stop = source.find("\n", at, end)
        stop = end if stop < 0 else stop
        if stop > at:
            lines.append((at, stop))
        at = stop + 1
    return _align_lines(source, lines, joined)


def _align_lines(source: str, lines: list[tuple[int, int]], joined: str) -> OffsetMap | None:
    """Lines one after another; where a line fits by chance and the rest then does not, it is passed over."""
    pieces: list[tuple[int, int, int]] = []
    choices: list[tuple[int, int, int]] = []
    """(line, offset in joined, pieces) to go back to: the line is then passed over."""
    number = at = tries = 0
    while at < len(joined):
        if number >= len(lines) or tries > _MOST_TRIES:
            if not choices or tries > _MOST_TRIES:
                return None
            number, at, kept = choices.pop()
            del pieces[kept:]
            number += 1
            tries += 1
            continue
        start, end = lines[number]
        fit = _fit(source, start, end, joined, at)
        if fit:
            choices.append((number, at, len(pieces)))
            pieces.append((at, start, start + fit))
            at += fit
            while at < len(joined) and joined[at] in " \n":
                at += 1
        number += 1
    if not pieces:
        return None
    return OffsetMap(*(tuple(column) for column in zip(*pieces, strict=True)))


def _fit(source: str, start: int, end: int, joined: str, at: int) -> int:
    """Characters of the line with which ``joined`` goes on; a hyphen of the folding may be gone."""
    line = source[start:end]
    if joined.startswith(line, at):
        return len(line)
    if line[-1] in HYPHENS and len(line) > 1 and joined.startswith(line[:-1], at):
        return len(line) - 1
    return 0
