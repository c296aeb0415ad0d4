"""Which lines of a page are one line that was folded: by geometry, because the text itself rarely tells.

A line was folded when the first word of the next one would not have fitted into it. For that the right margin has to be
known: the document's, a column's, or that of the table a line stands in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.readers.pdf_layout import is_number
from parsers.readers.pdf_lines import Fragment, TextLine

_END = ".!?:;"


@dataclass(frozen=True, slots=True)
class Fold:
    """What a line is to the one before it."""

    folded: bool = False
    blank: bool = False


def find_folds(lines: Sequence[TextLine]) -> list[Fold]:
    """For each line of the document, furniture left out, whether it runs on the one before and whether a gap parts them.

    Lines of names that a row's cells complete are marked as parts of that row.
    """
    pitches = _usual_pitches(lines)
    _gather_names(lines, pitches)
    folds = [Fold()] * len(lines)
    runs: list[list[int]] = []
    for number in range(1, len(lines)):
        before, line = lines[number - 1], lines[number]
        if line.continues:
            folds[number] = Fold(folded=True)
            continue
        gap = _has_gap(before, line, pitches)
        if gap:
            folds[number] = Fold(blank=True)
        apart = before.page is not line.page or before.column != line.column
        if (apart or not gap) and _can_run_on(before, line):
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
    margins = _Margins(lines, {number - 1 for run in runs for number in run})
    for run in runs:
        _decide_run(lines, run, margins, folds)
    return folds


def _usual_pitches(lines: Sequence[TextLine]) -> dict[float, float]:
    """Usual distance of base lines in a paragraph, by font size: the most frequent, of those that recur the smallest."""
    seen: dict[float, Counter[float]] = defaultdict(Counter)
    for before, line in zip(lines, lines[1:], strict=False):
        a, b = before.first, line.first
        if before.page is line.page and a.size == b.size and a.bold == b.bold and 0 < b.base - a.base < 2.2 * a.size:
            seen[a.size][round(2 * (b.base - a.base)) / 2] += 1
    usual: dict[float, float] = {}
    for size, counts in seen.items():
        most = max(counts.values())
        usual[size] = min(pitch for pitch, count in counts.items() if count * 4 >= most)
    return usual


def _has_gap(before: TextLine, line: TextLine, pitches: dict[float, float]) -> bool:
    a, b = before.first, line.first
    if before.page is not line.page or before.column != line.column:
        return not (before.row or line.row or line.first.bullet or len(before.last.text) < 60)
    lowest = max(part.base for part in before.parts)
    pitch = pitches.get(b.size, 1.35 * b.size)
    if a.size != b.size:
        pitch = max(pitch, pitches.get(a.size, 1.35 * a.size))
    return b.base - lowest > pitch + max(0.25 * b.size, 1.6)


def _same_style(a: Fragment, b: Fragment) -> bool:
    return abs(a.size - b.size) < 0.3 and a.bold == b.bold


def _can_run_on(before: TextLine, line: TextLine) -> bool:
    """Whether style and left edge allow that a line continues the one before."""
    a, b = before.first, line.first
    if line.row or before.row and len(before.parts) > 1 or b.bullet or not _same_style(before.last, b):
        return False
    if before.page is not line.page or before.column != line.column:
        return before.page is line.page or line.page.number == before.page.number + 1
    if before.row:
        return False
    return abs(a.indent - b.x0) < 1.6 or abs(a.x0 - b.x0) < 1.6 or _indented(a, b) or _centred(a, b)


def _indented(a: Fragment, b: Fragment) -> bool:
    return 0 < a.x0 - b.x0 < 3.5 * a.size


def _centred(a: Fragment, b: Fragment) -> bool:
    return abs(a.x0 + a.x1 - b.x0 - b.x1) < 3.0 and abs(a.x0 - b.x0) > 1.6


class _Margins:
    """Right margins: of the document by page width, of columns, of the tables that lines stand in."""

    __slots__ = ("columns", "regions")

    def __init__(self, lines: Sequence[TextLine], inner: set[int]) -> None:
        """``inner``: numbers of the lines that the next one may run on: only they tell where a margin is."""
        groups: dict[tuple[int, float, int], list[TextLine]] = defaultdict(list)
        many = {line.page.number for line in lines if line.column}
        self.regions = _table_margins(lines, inner)
        for number, line in enumerate(lines):
            if number in inner and number not in self.regions:
                groups[self._key(line, many)].append(line)
        self.columns = {key: _find_margin(group, not key[0]) for key, group in groups.items()}
        for number in inner:
            if number not in self.regions:
                self.regions[number] = self.columns[self._key(lines[number], many)]

    @staticmethod
    def _key(line: TextLine, many: set[int]) -> tuple[int, float, int]:
        page = line.page
        return (page.number if page.number in many else 0, round(page.width), line.column)


def _find_margin(lines: Sequence[TextLine], mirror: bool) -> float:
    """The right edge that lines of running text reach, or the left margin mirrored where too few reach any."""
    ends = sorted((line.last.x1 for line in lines), reverse=True)
    size = lines[0].first.size
    start = 0
    while start < min(3, len(ends) - 3) and ends[start] - ends[start + 2] > 2 * size:
        start += 1
    margin = ends[start]
    near = sum(end > margin - 4 * size for end in ends)
    if mirror and (near < 3 or near * 8 < len(ends)):
        margin = max(margin, lines[0].page.width - min(line.first.x0 for line in lines))
    return margin


def _table_margins(lines: Sequence[TextLine], inner: set[int]) -> dict[int, float]:
    """Right margin of text between table rows with numbers: as far as such text goes there."""
    margins: dict[int, float] = {}
    rows = [n for n, line in enumerate(lines) if line.row and len(line.parts) > 1 and is_number(line.last.text)]
    start = 0
    while start < len(rows):
        end = start
        while end + 1 < len(rows) and rows[end + 1] - rows[end] < 40:
            end += 1
        first, last = rows[start], rows[end]
        if end > start + 1:
            stop = last + 1
            while stop < len(lines) and stop < last + 30 and _same_style(lines[last].first, lines[stop].first):
                stop += 1
            style = lines[first].first
            ends = [lines[n].last.x1 for n in range(first, stop) if n in inner and _same_style(lines[n].first, style)]
            names = [lines[n].first.x1 for n in range(first, stop) if lines[n].row]
            reach = max(ends) if len(ends) > 2 else max([*ends, *names], default=0.0)
            for n in range(first, stop):
                if n in inner and lines[n].last.x1 <= reach + 1:
                    margins[n] = reach
        start = end + 1
    return margins


def _gather_names(lines: Sequence[TextLine], pitches: dict[float, float]) -> None:
    """Lines above a row that its name begins on: small letter or bracket first, same edge, no gap, no full stop."""
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if not line.row or line.continues:
            continue
        at = number
        edge = line.parts[1].x0 if len(line.parts) > 1 else line.first.x1
        while at > 0 and number - at < 5:
            upper, lower = lines[at - 1], lines[at]
            a, b = upper.first, lower.first
            if (
                len(upper.parts) > 1
                or upper.row
                or upper.page is not lower.page
                or not _same_style(a, b)
                or abs(a.x0 - b.x0) > 1.6
                or b.text[0].isupper()
                or a.text[-1] in _END
                or a.x1 > edge
                or a.bullet
                or b.base - a.base > pitches.get(b.size, 1.35 * b.size) + max(0.25 * b.size, 1.6)
            ):
                break
            at -= 1
        for inner in range(at, number):
            lines[inner].row = True
            lines[inner + 1].continues = True


def _first_word(fragment: Fragment, exact: bool) -> float:
    """Width of a fragment's first word, about: its share of the characters, by their usual widths if ``exact``."""
    text = fragment.text
    space = text.find(" ")
    if space < 0:
        return fragment.x1 - fragment.indent
    share = (_weigh(text[:space]) / _weigh(text)) if exact else space / len(text)
    return (fragment.x1 - fragment.indent) * share


def _weigh(text: str) -> float:
    """Width of a text in the usual proportions of letters, in thousandths of an em."""
    return sum([_WIDTHS.get(character, 556) for character in text])


# Widths of Helvetica's letters where they are not 556; other text fonts keep about these proportions.
_WIDTHS = {
    **dict.fromkeys("ijlI|'", 222), **dict.fromkeys(" .,:;/!tfI()-[]", 278), "r": 333, "J": 500, **dict.fromkeys("cksvxyz", 500),
    **dict.fromkeys("m", 833), **dict.fromkeys("wCDHNRUÅ", 722), **dict.fromkeys("ABEKPSVXYÄ&", 667), **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("GOQÖ", 778), "M": 833, "W": 944, "–": 556, "—": 1000, "•": 350, "%": 889,
}  # fmt: skip


def _decide_run(lines: Sequence[TextLine], run: list[int], margins: _Margins, folds: list[Fold]) -> None:
    """Folds of neighbouring lines that may run on one another."""
    needs: list[tuple[int, float]] = []
    found = 0
    for number in run:
        before, line = lines[number - 1].last, lines[number].first
        margin = margins.regions[number - 1]
        space = 0.28 * line.size
        word = _first_word(line, exact=False)
        need = before.x1 + space + word
        if abs(need - margin) < 0.6 * word:
            word = _first_word(line, exact=True)
            need = before.x1 + space + word
        if before.hyphen and before.text[-2:-1] != " " and need + word > margin:
            folded = True
        elif -0.08 * word - 1.2 < need - margin < 0.04 * word + 0.6:
            folded = line.text[0].islower() or before.text[-1] not in _END
        else:
            folded = need > margin
        needs.append((number, need))
        if folded:
            found += 1
            folds[number] = Fold(folded=True)
    if found or len(run) < 2:
        return
    # Nothing reaches the margin: perhaps the lines were folded at one of their own.
    members = {number for item in run for number in (item - 1, item)}
    own = max(lines[number].last.x1 for number in members)
    hits = [number for number, need in needs if need > own]
    small = sum(lines[number].first.text[0].islower() for number in hits)
    if len(hits) * 10 >= len(run) * 7 and small * 2 >= len(hits):
        for number in hits:
            folds[number] = Fold(folded=True)
