"""Which character of a page is which of the text: what may be seen in a page's picture, and where a value stands.

A PDF reader says where lines are, not where each character is, and a picture shows whatever is drawn. So what is drawn
is matched with the text character by character, and what is not found there, or is masked there, is to be painted over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

from parsers.document import Line

Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom in points, origin top left."""

_NEAR = 1.0
"""Points by which a character may stick out of its line's box."""
_SAME = 1.5
"""Points within which the same character drawn again is the same to the eye (bold made by printing twice)."""
_HYPHENS = {"\ufffe": "-", "\u00ad": "-", "\u2010": "-", "\u2011": "-"}


@dataclass(slots=True)
class Drawn:
    """A character as drawn, not white space."""

    text: str
    box: Bounds
    offset: int | None = None
    """Where it stands in the text; None while nobody knows."""
    double: bool = False
    """Drawn a second time in the same place."""

    @property
    def letter(self) -> bool:
        return any(character.isalnum() for character in self.text)


@dataclass(slots=True)
class Aligned:
    """A page's characters matched with the text."""

    boxes: dict[int, Bounds] = field(default_factory=dict)
    """Box of each character of the text that was found on the page, by offset."""
    strangers: list[Bounds] = field(default_factory=list)
    """Boxes of letters and digits on the page that are not in the text."""


def gather(drawn: Iterable[tuple[str, Bounds]]) -> list[Drawn]:
    """Characters in drawing order: accents joined with their letters, white space left out, doubles noted."""
    found: list[Drawn] = []
    seen: dict[tuple[str, int, int], list[Drawn]] = {}
    for raw, box in drawn:
        text = _HYPHENS.get(raw, raw)
        if not text.strip():
            continue
        if found and unicodedata.combining(text):
            last = found[-1]
            last.text, last.box = unicodedata.normalize("NFC", last.text + text), unite((last.box, box))
            continue
        one = Drawn(text, box)
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        cell = (int(x // _SAME), int(y // _SAME))
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for other in seen.get((text, cell[0] + dx, cell[1] + dy), ()):
                    middle = (other.box[0] + other.box[2]) / 2, (other.box[1] + other.box[3]) / 2
                    one.double = one.double or (abs(middle[0] - x) < _SAME and abs(middle[1] - y) < _SAME)
        seen.setdefault((text, *cell), []).append(one)
        found.append(one)
    return found


def align_page(text: str, lines: Sequence[Line], drawn: Sequence[Drawn]) -> Aligned:
    """Match a page's characters with the lines that stand on it; lines need their boxes."""
    aligned = Aligned()
    rows = _by_row(drawn)
    # exactly first, so that lines that overlap cannot take each other's characters
    left = [line for line in lines if not _match_exactly(text, line, _inside(line, rows), aligned)]
    for line in left:
        _match_nearly(text, line, _inside(line, rows), aligned)
    aligned.strangers = [one.box for one in drawn if one.offset is None and not one.double and one.letter]
    return aligned


def _by_row(drawn: Sequence[Drawn]) -> Mapping[int, list[tuple[int, Drawn]]]:
    """Characters by the height of their middle in whole points, with their order."""
    rows: dict[int, list[tuple[int, Drawn]]] = {}
    for order, one in enumerate(drawn):
        if not one.double:
            rows.setdefault(int((one.box[1] + one.box[3]) / 2), []).append((order, one))
    return rows


def _inside(line: Line, rows: Mapping[int, list[tuple[int, Drawn]]]) -> list[Drawn]:
    """Characters of the line's box that no line has yet, in drawing order."""
    if line.box is None:
        return []
    _, x0, y0, x1, y1 = line.box
    found = [
        (order, one)
        for row in range(int(y0 - _NEAR), int(y1 + _NEAR) + 1)
        for order, one in rows.get(row, ())
        if one.offset is None
        and x0 - _NEAR <= (one.box[0] + one.box[2]) / 2 <= x1 + _NEAR
        and y0 - _NEAR <= (one.box[1] + one.box[3]) / 2 <= y1 + _NEAR
    ]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _offsets(text: str, line: Line) -> list[int]:
    return [offset for offset in range(line.start, line.end) if not text[offset].isspace()]


def _match_exactly(text: str, line: Line, drawn: list[Drawn], aligned: Aligned) -> bool:
    offsets = _offsets(text, line)
    if len(offsets) != len(drawn):
        return False
    for order in (drawn, sorted(drawn, key=lambda one: one.box[0])):
        if all(_alike(one.text, text[offset]) for one, offset in zip(order, offsets, strict=True)):
            for one, offset in zip(order, offsets, strict=True):
                one.offset = offset
                aligned.boxes[offset] = one.box
            return True
    return False


def _alike(drawn: str, printed: str) -> bool:
    return drawn == printed or _HYPHENS.get(printed, printed) == drawn


def _match_nearly(text: str, line: Line, drawn: list[Drawn], aligned: Aligned) -> None:
    """Longest common runs, ligatures spelt out: what does not fit stays unmatched."""
    ours = [(unit, offset) for offset in _offsets(text, line) for unit in _spell(text[offset])]
    theirs = [(unit, one) for one in sorted(drawn, key=lambda one: one.box[0]) for unit in _spell(one.text)]
    matcher = SequenceMatcher(None, [unit for unit, _ in ours], [unit for unit, _ in theirs], autojunk=False)
    for a, b, size in matcher.get_matching_blocks():
        for step in range(size):
            offset, one = ours[a + step][1], theirs[b + step][1]
            one.offset = offset
            box = aligned.boxes.get(offset)
            aligned.boxes[offset] = one.box if box is None else unite((box, one.box))


def _spell(text: str) -> str:
    return unicodedata.normalize("NFKC", _HYPHENS.get(text, text)).replace(" ", "")


def unite(boxes: Iterable[Bounds]) -> Bounds:
    """The smallest box around all."""
    sides = list(zip(*boxes, strict=True))
    return (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))


def find_runs(offsets: Sequence[int], line: Line, boxes: Mapping[int, Bounds]) -> list[Bounds]:
    """One box for each run of sorted offsets in a line that nothing but white space parts."""
    runs: list[list[int]] = []
    inside = [offset for offset in offsets if line.start <= offset < line.end and offset in boxes]
    for before, offset in pairwise([-1, *inside]):
        between = any(before < other < offset for other in boxes if line.start <= other < line.end) if runs else True
        if between:
            runs.append([])
        runs[-1].append(offset)
    return [unite(boxes[offset] for offset in run) for run in runs]


def turn_box(box: Bounds, bounds: Bounds, turn: int) -> Bounds:
    """A box of a PDF page (left, bottom, right, top; origin bottom left) as seen after ``turn`` quarters clockwise.

    ``bounds`` are the page's own left, top, right and bottom in the same coordinates.
    """
    x0, y0, x1, y1 = box
    left, top, right, bottom = bounds
    if turn == 1:
        return (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
    if turn == 2:
        return (right - x1, y0 - bottom, right - x0, y1 - bottom)
    if turn == 3:
        return (top - y1, right - x1, top - y0, right - x0)
    return (x0 - left, top - y1, x1 - left, top - y0)
