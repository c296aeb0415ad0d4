"""What the PDF readers agree on: pages of line fragments, in the order of the page's content.

A fragment is a stretch of characters on one base line without a gap that a table cell would leave. Coordinates are
PDF points with the origin at the top left of the page as it is read, turned by ``turn`` quarters against the page as
it is shown (0 but for sideways scans).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from parsers.document import Box

BOLD = re.compile(r"bold|black|heavy|semibold|demi|(?:^|[-,+])bd", re.IGNORECASE)
LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
}  # fmt: skip
BULLETS = frozenset("•*-–—·●○◦▪▫■□‣⁃∙►➢➤✓✔\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf06f\uf02d\u25b6\u2751\u2756")


@dataclass(slots=True)
class Fragment:
    """Characters of one base line, cleaned; ``hyphen`` says that the last of them is a hyphen that ends the line."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool = False
    hyphen: bool = False
    bullet: bool = False
    """A list mark stood before the text; ``x0`` is the mark's, ``text`` does not hold it."""
    indent: float = 0.0
    """Where the text after a list mark starts."""
    stops: tuple[tuple[int, float], ...] = ()
    """Index in ``text`` and left edge of characters behind a label's colon."""
    split: bool = False
    """Parted from the fragment before it by a gap on one base line."""
    direction: int = 0
    """Quarter turns, against the clock, in which it runs on the unturned page."""
    sideways: bool = False
    """It runs in another direction than most of the page's text."""


@dataclass(slots=True)
class Page:
    """One page: its size as read, its fragments in content order."""

    number: int
    width: float
    height: float
    fragments: list[Fragment] = field(default_factory=list)
    turn: int = 0
    """Quarter turns, with the clock, from the page as it is shown to the page as it is read."""
    images: int = 0
    dropped: int = 0
    """Characters of form fields and notes, and letters that no code says the name of: they are not in the fragments."""


@dataclass(slots=True)
class TextLine:
    """One line of the text to be: fragments side by side (cells, where there are several), and how it was found."""

    first: Fragment
    page: Page
    column: int = 0
    """Which column of a page set in columns."""
    parts: list[Fragment] = field(default_factory=list)
    """All its fragments; filled with the first by itself."""
    row: bool = False
    furniture: bool = False
    continues: bool = False
    """A further physical line of a table row: joined to the line before it, whatever the widths say."""
    folded: bool = False
    """It runs on the line before it."""
    blank: bool = False
    """A gap parts it from the line before it."""

    def __post_init__(self) -> None:
        self.parts.append(self.first)

    @property
    def last(self) -> Fragment:
        return self.parts[-1]


def make_box(page: Page, parts: Sequence[Fragment]) -> Box:
    """The rectangle around fragments, on the page as it is shown."""
    if len(parts) == 1 and not page.turn:
        part = parts[0]
        return Box(page.number, part.x0, part.y0, part.x1, part.y1)
    x0 = min(part.x0 for part in parts)
    y0 = min(part.y0 for part in parts)
    x1 = max(part.x1 for part in parts)
    y1 = max(part.y1 for part in parts)
    if page.turn == 1:
        x0, y0, x1, y1 = y0, page.width - x1, y1, page.width - x0
    elif page.turn == 2:
        x0, y0, x1, y1 = page.width - x1, page.height - y1, page.width - x0, page.height - y0
    elif page.turn == 3:
        x0, y0, x1, y1 = page.height - y1, x0, page.height - y0, x1
    return Box(page.number, x0, y0, x1, y1)
