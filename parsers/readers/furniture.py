"""Running heads, page numbers, print dates and addresses: what repeats at one place of the pages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from operator import attrgetter

from parsers.readers.pdf_lines import Fragment, Page

_DIGITS = re.compile(r"\d+")
_BAND = 0.14
"""Share of the page's height, at the top and at the bottom, where furniture can stand."""
_DEEPEST = 5
"""Rows from the edge that are looked at."""
# On a single page nothing repeats: what browsers and word processors print in margins is known by its shape.
_SHAPES = re.compile(
    r"(?:(?:https?|file)://\S{1,500}(?: \d{1,4} ?/ ?\d{1,4})?"
    r"|(?:Sivu |Sida |Page )?\d{1,4} ?(?:/ ?\d{1,4}|\(\d{1,4}\))"
    r"|(?:Sivu|Sida|Page) \d{1,4}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4},? (?:klo )?\d{1,2}[.:]\d{2}(?: [AP]M)?(?: .{1,200})?)"
)


def mark_furniture(pages: list[Page]) -> list[tuple[list[Fragment], list[Fragment]]]:
    """For each page, its furniture at the top and at the bottom, each in reading order.

    A row of fragments is furniture when it stands in the outer rows of the page and the same text, numbers aside,
    stands at the same height on at least two pages and two pages of five; a number alone has to count the pages.
    """
    edges = [(_take_rows(page, side=0), _take_rows(page, side=1)) for page in pages]
    seen: Counter[_Mark] = Counter()
    for page, sides in zip(pages, edges, strict=True):
        seen.update({mark for side, rows in enumerate(sides) for row in rows for mark in row.marks(page.number, side)})
    found: list[tuple[list[Fragment], list[Fragment]]] = []
    for page, sides in zip(pages, edges, strict=True):
        top, bottom = (_take_furniture(rows, side, page.number, len(pages), seen) for side, rows in enumerate(sides))
        found.append((top, bottom))
    return found


_Mark = tuple[int, str, int, int, int]
"""Side, text without numbers, height in steps of two points, which number (-1: none), number less page."""


@dataclass(slots=True)
class _Row:
    """Fragments at the edge of a page that stand on one base line; ``height`` is from the page's edge."""

    fragments: list[Fragment]
    height: float
    text: str = ""

    def marks(self, page: int, side: int) -> list[_Mark]:
        """What a row on another page has in common with this one when it is the same furniture."""
        shape = _DIGITS.sub("#", self.text)
        step = round(self.height / 2)
        if any(character.isalpha() for character in shape):
            return [(side, shape, step, -1, 0)]
        numbers = [int(number[:9]) for number in _DIGITS.findall(self.text)[:8]]
        return [(side, shape, step, place, number - page) for place, number in enumerate(numbers)]


def _take_furniture(rows: list[_Row], side: int, page: int, pages: int, seen: Counter[_Mark]) -> list[Fragment]:
    taken: list[_Row] = []
    pending: list[_Row] = []
    for row in rows:
        hits = max(
            (
                sum(seen[mark[0], mark[1], step, mark[3], mark[4]] for step in (mark[2] - 1, mark[2], mark[2] + 1))
                for mark in row.marks(page, side)
            ),
            default=0,
        )
        if hits >= 2 and hits * 5 >= pages * 2:
            taken += [*pending, row]
            pending = []
        elif _SHAPES.fullmatch(row.text) and not pending:
            (taken if pages == 1 else pending).append(row)
        else:
            break
    return [fragment for row in (taken if side == 0 else reversed(taken)) for fragment in row.fragments]


def _take_rows(page: Page, side: int) -> list[_Row]:
    """The outer rows of a page (0: top, 1: bottom), from the edge inwards, each from left to right."""
    limit = page.height * _BAND
    if side == 0:
        near = [f for f in page.fragments if f.y1 < limit and not f.sideways]
        near.sort(key=_base)
    else:
        limit = page.height - limit
        near = [f for f in page.fragments if f.y0 > limit and not f.sideways]
        near.sort(key=_base, reverse=True)
    rows: list[_Row] = []
    for fragment in near:
        if rows and abs(rows[-1].fragments[0].base - fragment.base) < 0.3 * fragment.size:
            rows[-1].fragments.append(fragment)
        elif len(rows) == _DEEPEST:
            break
        else:
            rows.append(_Row([fragment], fragment.base if side == 0 else page.height - fragment.base))
    for row in rows:
        row.fragments.sort(key=lambda fragment: fragment.x0)
        row.text = " ".join([fragment.text for fragment in row.fragments])
    return rows


_base = attrgetter("base")
