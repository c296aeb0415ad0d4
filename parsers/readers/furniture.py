"""Running heads, page numbers, print dates and addresses: what repeats at one place of the pages."""

from __future__ import annotations

import re
from collections import defaultdict

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
    edges = [(_take_rows(page, top=True), _take_rows(page, top=False)) for page in pages]
    found: list[tuple[list[Fragment], list[Fragment]]] = []
    places: dict[tuple[int, str], dict[int, list[tuple[float, str]]]] = defaultdict(lambda: defaultdict(list))
    for page, sides in zip(pages, edges, strict=True):
        for side, rows in enumerate(sides):
            for row in rows:
                text = _row_text(row)
                places[side, _DIGITS.sub("#", text)][page.number].append((_height(page, row, side), text))
    for page, sides in zip(pages, edges, strict=True):
        kept: list[list[Fragment]] = []
        for side, rows in enumerate(sides):
            taken: list[list[Fragment]] = []
            pending: list[list[Fragment]] = []
            for row in rows:
                text = _row_text(row)
                if _repeats(
                    page.number, len(pages), _height(page, row, side), text, places[side, _DIGITS.sub("#", text)]
                ):
                    taken += [*pending, row]
                    pending = []
                elif len(pages) == 1 and _SHAPES.fullmatch(text):
                    taken.append(row)
                elif len(pages) > 1 and not pending and _SHAPES.fullmatch(text):
                    pending.append(row)
                else:
                    break
            ordered = taken if side == 0 else taken[::-1]
            kept.append([fragment for row in ordered for fragment in row])
        found.append((kept[0], kept[1]))
    return found


def _height(page: Page, row: list[Fragment], side: int) -> float:
    return row[0].base if side == 0 else page.height - row[0].base


def _row_text(row: list[Fragment]) -> str:
    return " ".join(fragment.text for fragment in row)


def _take_rows(page: Page, *, top: bool) -> list[list[Fragment]]:
    """The outer rows of a page, from the edge inwards, each from left to right."""
    limit = page.height * _BAND
    if top:
        near = [f for f in page.fragments if f.y1 < limit]
    else:
        near = [f for f in page.fragments if f.y0 > page.height - limit]
    near.sort(key=lambda f: f.base if top else -f.base)
    rows: list[list[Fragment]] = []
    for fragment in near:
        if rows and abs(rows[-1][0].base - fragment.base) < 0.3 * fragment.size:
            rows[-1].append(fragment)
        elif len(rows) == _DEEPEST:
            break
        else:
            rows.append([fragment])
    for row in rows:
        row.sort(key=lambda f: f.x0)
    return rows


def _repeats(page: int, pages: int, height: float, text: str, others: dict[int, list[tuple[float, str]]]) -> bool:
    hits = 0
    letters = any(character.isalpha() for character in text)
    own = [int(number) for number in _DIGITS.findall(text)[:8]]
    for number, rows in others.items():
        for other_height, other_text in rows:
            if abs(other_height - height) > 2.0:
                continue
            if not letters and number != page:
                there = [int(n) for n in _DIGITS.findall(other_text)[:8]]
                if not any(b - a == number - page for a, b in zip(own, there, strict=False)):
                    continue
            hits += 1
            break
    return hits >= 2 and hits * 5 >= pages * 2
