"""What a page has beside its text: which ``nav``, ``header`` and ``footer`` hold nothing of the description."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.document import Kind
from parsers.readers.build import Piece

_LONG_LINE = 200
_LONG_NAVIGATION = 500
_MUCH_LARGER = 4


@dataclass(slots=True)
class Region:
    """A landmark that is being read: its lines are those of ``sink`` from ``start`` on."""

    tag: str
    sink: list[Piece]
    start: int
    in_main: bool
    characters: int = 0
    linked: int = 0
    """Of the characters, those in links."""


def is_furniture(region: Region, pieces: list[Piece], main_lines: int) -> bool:
    """Whether a landmark holds nothing of the description: when in doubt it stays.

    ``pieces`` are its lines, ``main_lines`` counts those of the page's ``<main>`` so far. A row, a long line and
    (but in navigation) a heading make it stay, and so does standing within the main part.
    """
    if any(piece.kind is Kind.ROW or len(piece.text) > _LONG_LINE for piece in pieces):
        return False
    mostly_links = region.linked * 2 >= region.characters
    headings = any(piece.kind is Kind.HEADING for piece in pieces)
    if region.tag == "nav":
        return mostly_links or (not headings and region.characters < _LONG_NAVIGATION)
    if headings or region.in_main:
        return False
    if mostly_links:
        return True
    # A short foot under a long page is the page's, whether or not the page marks its main part.
    before = main_lines or (region.start if region.characters < _LONG_NAVIGATION else 0)
    return region.tag == "footer" and before > _MUCH_LARGER * len(pieces)
