"""Running heads and page numbers in a plain text with form feeds: a print that was turned into text."""

from __future__ import annotations

import re
from collections import Counter

_DIGITS = re.compile(r"\d{1,9}")
_LABEL = re.compile(r"[^:]{1,110}:(?: .{0,200})?$")
_DEEPEST = 2
"""Lines from a page's edge that may be furniture."""
_SHARE = 0.6
"""Of the pages, how many must have it."""

Edge = list[tuple[int, str]]


def find_furniture(lines: list[str], starts: list[int]) -> set[int]:
    """Numbers of the lines that stand at the edge of most pages, numbers aside; ``starts`` are the pages' first lines.

    A line of numbers alone must count the pages. What looks like ``Label: value`` is never furniture.
    """
    bounds = [(start, end) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True) if start < end]
    if len(bounds) < 2:
        return set()
    tops = [[(number, lines[number]) for number in range(start, min(end, start + _DEEPEST))] for start, end in bounds]
    feet = [
        [(number, lines[number]) for number in range(end - 1, max(start, end - 1 - _DEEPEST), -1)]
        for start, end in bounds
    ]
    return _find_repeated(tops) | _find_repeated(feet)


def _find_repeated(edges: list[Edge]) -> set[int]:
    counts = Counter(key for page, edge in enumerate(edges) for key in {_make_key(line, page) for _, line in edge})
    found: set[int] = set()
    for page, edge in enumerate(edges):
        for number, line in edge:
            if counts[_make_key(line, page)] < max(2, len(edges) * _SHARE) or _LABEL.match(line.strip()):
                break
            found.add(number)
    return found


def _make_key(line: str, page: int) -> str:
    text = " ".join(line.split())
    if not any(character.isalpha() for character in text):
        # What a page's number is ahead of the number of pages before it, is the same on every page.
        return _DIGITS.sub(lambda match: f"#{int(match[0]) - page}", text, count=1)
    return _DIGITS.sub("#", text)
