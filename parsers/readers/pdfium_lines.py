"""One page's text by PDFium, line by line, to fragments.

The text of a page comes in one call; PDFium parts it into base lines itself. For each of these, a few calls tell box,
true size and font, and only lines drawn in several pieces are searched for gaps.
"""

from __future__ import annotations

import ctypes
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from parsers.readers import pdfium_calls as calls
from parsers.readers.clean import clean_line
from parsers.readers.pdf_lines import BOLD, BULLETS, LIGATURES, Fragment

# Anything that cleaning would change but single spaces and line ends. U+FFFE is dealt with here.
_ODD = re.compile("[^\\n\\r !-~¡-¬®-ʯ–—‘’“”•…€\ufffe]|  ")
# PDFium gives a letter's number in its font where nothing says what letter it is.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_NUMBERS = re.compile(r"[\d,.\-–+]{1,6}(?: {1,3}[\d,.\-–+]{1,6}){0,5}")
_LOST_SPACE = re.compile("[AFLPTVWYÄÅ](?=[AFLPTVWYÄÅ])")
_HYPHENS = frozenset("-‐‑\ufffe")
_FOUR, _SIX = struct.Struct("4f").unpack_from, struct.Struct("6f").unpack_from
_LEAST_HEIGHT = 0.9
"""Height of a font, in ems, below which it is a letter's own height."""
_LONGEST = 4000
"""Characters to which pieces of a line are made one."""


@dataclass(slots=True)
class Fonts:
    """What is known of a document's fonts, by their handles: valid while the document is open."""

    bold: dict[int, bool] = field(default_factory=dict)
    types: dict[tuple[int, float], tuple[float, float, bool]] = field(default_factory=dict)
    """Size, distance of the base line from the letters' lower edge, and boldness, by font and height of its letters:
    PDFium's loose boxes are as high as the font, so that the same height is the same size."""

    def is_bold(self, handle: int) -> bool:
        known = self.bold.get(handle)
        if known is None:
            buffer = ctypes.create_string_buffer(256)
            length = calls.font_name(handle, ctypes.addressof(buffer), 256)
            known = self.bold[handle] = bool(0 < length <= 256 and BOLD.search(buffer.value.decode("latin-1")))
        return known


def _rejoin(fragments: list[Fragment]) -> list[Fragment]:
    """Pieces of one base line that PDFium took for lines (it does on pages with little text) made one again."""
    joined: list[Fragment] = []
    last: Fragment | None = None
    for fragment in fragments:
        if (
            last is not None
            and -0.05 < fragment.base - last.base < 0.05
            and not fragment.split
            and not last.hyphen
            and -0.3 * fragment.size < (gap := fragment.x0 - last.x1) < 0.85 * fragment.size
            and fragment.bold == last.bold
            and 0 < len(last.text) < _LONGEST
            and fragment.direction == last.direction
        ):
            space = " " if gap > 0.12 * fragment.size else ""
            shift = len(last.text) + len(space)
            last.stops += tuple((shift + offset, x) for offset, x in fragment.stops)
            last.text = f"{last.text}{space}{fragment.text}"
            last.x1, last.y0, last.y1 = fragment.x1, min(last.y0, fragment.y0), max(last.y1, fragment.y1)
            last.hyphen = fragment.hyphen
        else:
            joined.append(fragment)
            last = fragment
    return joined


class LineReader:
    """The calls about one text page, and what they need to know."""

    __slots__ = (
        "address",
        "bottom",
        "box",
        "count",
        "direction",
        "fonts",
        "handle",
        "indices",
        "left",
        "lost",
        "matrix",
        "matrix_address",
        "nameless",
        "odd",
        "right",
        "skips",
        "top",
        "turned",
    )

    def __init__(
        self, handle: int, count: int, bounds: tuple[float, float, float, float], turned: int, fonts: Fonts
    ) -> None:
        self.handle, self.count, self.turned, self.fonts = handle, count, turned, fonts
        self.left, self.top, self.right, self.bottom = bounds
        self.box, self.matrix = (ctypes.c_float * 4)(), (ctypes.c_float * 6)()
        self.address, self.matrix_address = ctypes.addressof(self.box), ctypes.addressof(self.matrix)
        self.skips = self.odd = self.lost = False
        self.direction = self.nameless = 0
        self.indices: list[int] = []

    def read(self) -> list[Fragment]:
        buffer = ctypes.create_string_buffer(4 * self.count + 4)
        length = int(calls.get_text(self.handle, 0, self.count, ctypes.addressof(buffer)))
        text = buffer.raw[: max(length - 1, 0) * 2].decode("utf-16-le", errors="replace")
        self.skips = len(text) != self.count
        if self.skips:
            text = self.restore_nameless(text)
        self.nameless = max(self.count - len(text), 0)
        self.odd = _ODD.search(text) is not None
        if self.odd:
            # A letter stood there, and nobody can say which: the place is kept, or another word would be read.
            text = _CONTROLS.sub("\ufffd", text)
        self.lost = _LOST_SPACE.search(text) is not None
        fragments: list[Fragment] = []
        position = 0
        for block in text.split("\r\n"):
            if "\ufffe" not in block:
                if block:
                    self.read_line(fragments, block, position)
            else:
                start = position
                *pieces, rest = block.split("\ufffe")
                for piece in pieces:
                    self.read_line(fragments, piece + "\ufffe", start)
                    start += len(piece) + 1
                self.read_line(fragments, rest, start)
            position += len(block) + 2
        return _rejoin(fragments)

    def restore_nameless(self, text: str) -> str:
        """``text`` with the letters that PDFium leaves out of it, having but a number for them, as U+FFFD."""
        parts: list[str] = []
        indices: list[int] = []
        before = -1
        for position, letter in enumerate(text):
            index = max(int(calls.char_index(self.handle, position)), before)
            for left_out in range(before + 1, index):
                if _CONTROLS.match(chr(calls.char_code(self.handle, left_out) or ord(" "))):
                    parts.append("\ufffd")
                    indices.append(left_out)
            parts.append(letter)
            indices.append(index)
            before = index
        self.indices = indices
        return "".join(parts)

    def is_picture(self, text: str) -> bool:
        """Whether all of a line are nameless signs (a font of pictures): counted, and no line of text."""
        if text[0] != "\ufffd" or text.strip("\ufffd "):
            return False
        self.nameless += text.count("\ufffd")
        return True

    def at(self, position: int) -> int:
        """The index that PDFium's calls want for a position in its text."""
        return self.indices[position] if self.skips else position

    def edges(self, position: int) -> tuple[float, float, float, float]:
        """Box of a character, ``x0, y0, x1, y1`` from the top left of the page as shown."""
        calls.loose_box(self.handle, self.at(position) if self.skips else position, self.address)
        left, top, right, bottom = _FOUR(self.box)
        if self.turned == 0:
            return left - self.left, self.top - top, right - self.left, self.top - bottom
        if self.turned == 1:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.turned == 2:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        return self.top - top, self.right - right, self.top - bottom, self.right - left

    def measure_type(self, index: int, height: float) -> tuple[float, float]:
        """Font size as drawn and base line of a character, by PDFium's index."""
        calls.matrix(self.handle, index, self.matrix_address)
        a, b, c, d, e, f = _SIX(self.matrix)
        self.direction = (0 if a > 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)
        size = round(calls.font_size(self.handle, index) * (c * c + d * d) ** 0.5, 2) or height
        if self.turned == 0:
            return size, self.top - f
        if self.turned == 1:
            return size, e - self.left
        return size, f - self.bottom if self.turned == 2 else self.right - e

    def recall_type(self, index: int, thing: int, y0: float, y1: float) -> tuple[float, float, bool]:
        """Font size, base line and boldness of a character whose text object and loose box are known."""
        font = calls.object_font(thing) if thing else 0
        key = (font, round(y1 - y0, 2))
        known = self.fonts.types.get(key)
        if known is not None:
            self.direction = self.turned
            return known[0], y1 - known[1], known[2]
        size, base = self.measure_type(index, y1 - y0)
        bold = bool(font) and self.fonts.is_bold(font)
        if font and self.direction == self.turned and y1 - y0 >= _LEAST_HEIGHT * size:
            self.fonts.types[key] = (size, y1 - base, bold)
        return size, base, bold

    def read_line(self, fragments: list[Fragment], raw: str, start: int) -> None:
        """One of PDFium's lines to fragments: the white space at its ends dropped, parted at gaps."""
        text = raw.strip()
        if not text or self.is_picture(text):
            return
        if text[0] != raw[0]:
            start += raw.index(text[0])
        mark = text[0] in BULLETS and text[1:2] == " "
        if mark:
            mark_left = self.edges(start)[0]
            rest = text[1:].lstrip()
            start += len(text) - len(rest)
            text = rest
        end = start + len(text) - 1
        first, last = (self.at(start), self.at(end)) if self.skips else (start, end)
        thing, other = calls.text_object(self.handle, first), calls.text_object(self.handle, last)
        x0, y0, _, y1 = self.edges(start)
        size, base, bold = self.recall_type(first, thing, y0, y1)
        cuts: Sequence[int] = ()
        if other != thing:
            cuts = self.find_gaps(text, start, x0, size)
            if bold and not cuts:
                bold = bool(other) and self.fonts.is_bold(calls.object_font(other))
        known = len(fragments)
        if cuts:
            begin = 0
            for cut in (*cuts, len(text) + 1):
                self.read_piece(fragments, text[begin : cut - 1], start + begin, split=begin > 0)
                begin = cut
        else:
            _, low, right, high = self.edges(end)
            if other != thing and not -1.2 * size < low - y0 < 1.2 * size:
                self.read_scattered(fragments, text, start, size)
                return
            box = (x0, low if low < y0 else y0, right, high if high > y1 else y1)
            made = self.make(text, start, box, base, size, bold, False)
            if made.text or made.bullet:
                fragments.append(made)
        if mark and len(fragments) > known:
            fragments[known].bullet, fragments[known].x0 = True, mark_left

    def read_scattered(self, fragments: list[Fragment], text: str, start: int, size: float) -> None:
        """What PDFium takes for a line but is letters below each other (digits of a column): parted by base line."""
        bases = [self.measure_type(self.at(start + i), size)[1] for i in range(len(text))]
        begin = 0
        for i in range(1, len(text) + 1):
            if i == len(text) or abs(bases[i] - bases[begin]) > 0.3 * size:
                self.read_piece(fragments, text[begin:i], start + begin, split=False)
                begin = i

    def read_piece(self, fragments: list[Fragment], raw: str, start: int, split: bool) -> None:
        """A cell of a line that gaps part."""
        text = raw.strip()
        if not text or self.is_picture(text):
            return
        start += raw.index(text[0])
        end = start + len(text) - 1
        first = self.at(start)
        thing = calls.text_object(self.handle, first)
        x0, y0, x1, y1 = self.edges(start)
        size, base, bold = self.recall_type(first, thing, y0, y1)
        if end > start:
            _, low, x1, high = self.edges(end)
            y0, y1 = min(y0, low), max(y1, high)
            other = calls.text_object(self.handle, self.at(end)) if bold else thing
            if other != thing:
                bold = bool(other) and self.fonts.is_bold(calls.object_font(other))
        made = self.make(text, start, (x0, y0, x1, y1), base, size, bold, split)
        if made.text or made.bullet:
            fragments.append(made)

    def find_gaps(self, text: str, start: int, x0: float, size: float) -> list[int]:
        """Where a cell begins: behind a space much wider than a space, and than the other spaces of the line."""
        previous, before = 0, x0
        plain = not self.turned and not self.skips
        loose_box, handle, address, box, left_edge = calls.loose_box, self.handle, self.address, self.box, self.left
        step, least = size * 0.45, size * 0.5
        space = text.find(" ")
        while space >= 0:
            if plain:
                loose_box(handle, start + space + 1, address)
                left = box[0] - left_edge
            else:
                left = self.edges(start + space + 1)[0]
            # Only a step of more than half an em a character can hold a gap.
            if not 0.0 < left - before < (space - previous) * step + least:
                gap = left - self.edges(start + space - 1)[2]
                if gap > 0.85 * size or gap < -0.5 * size:
                    return self.choose_gaps(text, start, size)
            previous, before = space + 1, left
            space = text.find(" ", previous)
        return []

    def choose_gaps(self, text: str, start: int, size: float) -> list[int]:
        """The gaps of a line that has some, those of a justified line left out."""
        spaces = [i for i, character in enumerate(text) if character == " " and text[i + 1] != " "]
        gaps = [self.edges(start + i + 1)[0] - self.edges(start + len(text[:i].rstrip()) - 1)[2] for i in spaces]
        usual = max(min(gaps), 0.0) if len(gaps) > 1 else 0.0
        if len(gaps) > 1 and max(gaps) - min(gaps) < 0.3 * size and not _NUMBERS.fullmatch(text, spaces[0] + 1):
            return []
        return [
            i + 1
            for i, gap in zip(spaces, gaps, strict=True)
            if gap < -0.5 * size
            or gap > 3.0 * size
            or (gap > 0.85 * size and (gap > 2.2 * usual or _NUMBERS.fullmatch(text, i + 1)))
        ]

    def make(
        self,
        raw: str,
        start: int,
        box: tuple[float, float, float, float],
        base: float,
        size: float,
        bold: bool,
        split: bool,
    ) -> Fragment:
        """A fragment with its text cleaned, a lone list mark made one, and its stops."""
        x0, y0, x1, y1 = box
        if y1 - y0 < _LEAST_HEIGHT * size:
            # The font has no ascent and descent to tell (LibreOffice): PDFium gives the letter's own height.
            y0, y1 = min(y0, base - 0.9 * size), max(y1, base + 0.22 * size)
        bullet = False
        hyphen = raw[-1] in _HYPHENS and len(raw) > 1
        if len(raw) == 1 and raw in BULLETS and raw not in "*-–—":
            raw, bullet = "", True
        text = raw.replace("\ufffe", "-") if hyphen else raw
        if self.odd:
            text = clean_line(text.translate(LIGATURES))
        stops: tuple[tuple[int, float], ...] = ()
        if text.find(": ", 0, 90) > 0 and text[0].isupper():
            stops = self.find_stops(raw, text, start)
        if self.lost and not self.odd and not self.skips:
            text, stops = self.restore_spaces(text, start, size, stops)
        return Fragment(text, x0, y0, x1, y1, base, size, bold, hyphen, bullet, x0, stops, split, self.direction)

    def restore_spaces(
        self, text: str, start: int, size: float, stops: tuple[tuple[int, float], ...]
    ) -> tuple[str, tuple[tuple[int, float], ...]]:
        """Spaces that PDFium did not see because the letters beside them are set closer to a space (``A A``)."""
        for at in reversed([match.end() for match in _LOST_SPACE.finditer(text)]):
            if self.edges(start + at)[0] - self.edges(start + at - 1)[2] > 0.1 * size:
                text = f"{text[:at]} {text[at:]}"
                stops = tuple((offset + (offset >= at), x) for offset, x in stops)
        return text, stops

    def find_stops(self, raw: str, text: str, start: int) -> tuple[tuple[int, float], ...]:
        """Left edges of what a label's value consists of: after the colon, and after commas."""
        stops: list[tuple[int, float]] = []
        at = raw.find(": ")
        while at >= 0 and len(stops) < 40:
            at += 2
            here = len(clean_line(raw[:at].translate(LIGATURES))) + 1 if self.odd else at
            if at < len(raw) and here < len(text):
                stops.append((here, self.edges(start + at)[0]))
            at = raw.find(", ", at)
        return tuple(stops)
