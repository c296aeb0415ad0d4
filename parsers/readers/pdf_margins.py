"""Right margins, found from the lines themselves: what tells whether a word would have fitted into a line.

No page says where its margin is. Each line gives a lower bound, its own end; each line that was surely folded (the next
begins with a small letter, and no sentence ended) gives an upper one: where the next word would have ended. A margin
that is known from elsewhere (the left one mirrored, the page's for a table) is taken when it lies between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parsers.readers.pdf_lines import Fragment, TextLine
from parsers.readers.pdf_rows import is_number
from parsers.widths import weigh_text

SENTENCE_END = ".!?:;"
_TABLE_REACH = 40
"""Most lines between two rows of one table."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two neighbouring lines of which the second may run on the first."""

    number: int
    """Of the second line."""
    end: float
    """Where the first line ends."""
    word: float
    """Width of the second line's first word."""
    need: float
    """Where that word would have ended on the first line."""
    sure: bool
    """Whether letters and stops alone say that the line was folded."""


def measure_pair(lines: Sequence[TextLine], number: int) -> Pair:
    """The widths that decide whether line ``number`` runs on the one before."""
    before, line = lines[number - 1].last, lines[number].first
    word = _first_word(line)
    sure = starts_small(line.text) and before.text[-1] not in SENTENCE_END and not before.hyphen
    return Pair(number, before.x1, word, before.x1 + 0.27 * line.size + word, sure)


def starts_small(text: str) -> bool:
    """Whether a line begins as no sentence does: with a small letter, or one behind a bracket or a hyphen."""
    return text[0].islower() or (text[0] in "-(" and text[1:2].islower())


def find_margins(lines: Sequence[TextLine], pairs: Sequence[Pair]) -> dict[int, float]:
    """The right margin that holds for each pair, by the number of its second line."""
    tables = _find_tables(lines)
    columns = {line.page.number for line in lines if line.column}
    groups: dict[tuple[int, float, int], list[Pair]] = defaultdict(list)
    inside: dict[int, list[Pair]] = defaultdict(list)
    margins: dict[int, float] = {}
    for pair in pairs:
        table = tables.get(pair.number - 1)
        if table is not None and table == tables.get(pair.number):
            inside[table].append(pair)
        else:
            groups[_key(lines[pair.number], columns)].append(pair)
    found: dict[tuple[int, float, int], float] = {}
    for key, group in groups.items():
        first = lines[group[0].number]
        left = min(lines[pair.number].first.x0 for pair in group)
        found[key] = _choose(group, first.first.size, () if key[0] else (first.page.width - left,))
        margins.update((pair.number, found[key]) for pair in group)
    for group in inside.values():
        first = lines[group[0].number]
        page = found.get(_key(first, columns))
        margin = _choose(group, first.first.size, () if page is None else (page,))
        margins.update((pair.number, margin) for pair in group)
    return margins


def _key(line: TextLine, columns: set[int]) -> tuple[int, float, int]:
    """Lines of one key share a margin: all pages of a width, or one column of one page."""
    return (line.page.number if line.page.number in columns else 0, round(line.page.width), line.column)


def _choose(pairs: Sequence[Pair], size: float, known: Iterable[float]) -> float:
    ends = sorted((pair.end for pair in pairs), reverse=True)
    start = 0
    while start < min(3, len(ends) - 3) and ends[start] - ends[start + 2] > 2 * size:
        start += 1  # a line that runs out of the margin, such as a long address
    lowest = ends[start]
    highest = min((pair.need for pair in pairs if pair.sure and pair.need > lowest + 0.1), default=None)
    for margin in known:
        if margin > lowest - 1 and (highest is None or margin < highest + 1):
            return margin
    return lowest if highest is None else min((lowest + highest) / 2, lowest + size)


def _find_tables(lines: Sequence[TextLine]) -> dict[int, int]:
    """Lines that stand in a table with numbers, and below its last row in the same type: the table's first row."""
    found: dict[int, int] = {}
    rows = [n for n, line in enumerate(lines) if line.row and len(line.parts) > 1 and is_number(line.last.text)]
    start = 0
    while start < len(rows):
        end = start
        while end + 1 < len(rows) and rows[end + 1] - rows[end] < _TABLE_REACH:
            end += 1
        first, last = rows[start], rows[end]
        if end > start + 1:
            stop = last + 1
            style = lines[last].first
            while stop < min(len(lines), last + 30) and same_style(style, lines[stop].first):
                stop += 1
            found.update((n, first) for n in range(first, stop) if same_style(lines[n].first, style))
        start = end + 1
    return found


def same_style(a: Fragment, b: Fragment) -> bool:
    """Same size and boldness."""
    return abs(a.size - b.size) < 0.3 and a.bold == b.bold


def _first_word(fragment: Fragment) -> float:
    """Width of a fragment's first word, about: its share of the line, by the usual proportions of letters."""
    text = fragment.text
    space = text.find(" ")
    width = fragment.x1 - fragment.indent
    return width if space < 0 else width * weigh_text(text[:space]) / weigh_text(text)
