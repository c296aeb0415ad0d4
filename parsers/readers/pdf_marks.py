"""List marks that stand apart from their text: drawn, or written as a piece of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from parsers.readers.pdf_lines import Fragment

_MARKS = frozenset("*-–—o")
"""Letters that are a list mark when they stand alone before a text."""
_MOST = 400
"""Marks of a page that are looked at."""


def find_indented(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Fragments that stand a little right of where many lines of the page begin, as list items do."""
    starts = Counter(int(fragment.x0) for fragment in fragments if not fragment.split)
    if not starts:
        return []
    enough = max(2, len(fragments) // 8)
    left = min((start for start, count in starts.items() if count >= enough), default=starts.most_common(1)[0][0])
    return [f for f in fragments if not f.split and not f.bullet and left + 6 < f.x0 < left + 80]


def is_mark(width: float, height: float) -> bool:
    """Whether something drawn has the size and shape of a list mark."""
    return 1.0 < width < 9.0 and abs(width - height) < 0.6


def attach_drawn_marks(fragments: Sequence[Fragment], marks: Sequence[tuple[float, float, float, float]]) -> None:
    """Makes list items of the fragments that have a drawn mark before them."""
    for x0, y0, x1, y1 in marks[:_MOST]:
        middle = (y0 + y1) / 2
        for fragment in fragments:
            if fragment.y0 < middle < fragment.y1 and 0 < fragment.x0 - x1 < 2.5 * fragment.size > 3 * (x1 - x0):
                fragment.bullet, fragment.indent, fragment.x0 = True, fragment.x0, x0
                break


def join_marks(fragments: list[Fragment]) -> list[Fragment]:
    """List marks that are pieces of their own, wherever they stand in content order, go to the text right of them."""
    marks = [f for f in fragments if (f.bullet and not f.text) or (f.text in _MARKS and not f.split)]
    if not marks:
        return fragments
    texts = [f for f in fragments if f.text and f.text not in _MARKS]
    kept: set[int] = {id(f) for f in texts}
    for number, mark in enumerate(marks):
        beside = [
            f
            for f in (texts if number < _MOST else ())
            if not f.bullet and -1 < f.x0 - mark.x1 < 4 * f.size and abs(f.base - mark.base) < 0.4 * f.size
        ]
        if beside:
            text = min(beside, key=lambda other: other.x0)
            text.bullet, text.indent, text.x0, text.split = True, text.x0, mark.x0, False
        elif mark.text:
            kept.add(id(mark))
    kept.update(id(f) for f in fragments if f.split and f.text)
    return [f for f in fragments if id(f) in kept]
