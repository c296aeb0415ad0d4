"""Pages of fragments from PDFium, with as few calls as will do.

The text of a page comes in one call; PDFium parts it into base lines itself. For each of these, four calls tell box,
true size and font, and only lines drawn in several pieces are searched for gaps. Calls go through prototypes that take
bare addresses (a third of the cost of pypdfium2's typed ones) and keep the interpreter lock: PDFium is not made for
threads.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium  # importing it initialises PDFium, once a process

from parsers.document import UnreadableError
from parsers.readers.clean import clean_line
from parsers.readers.pdf_lines import Fragment, Page

_HANDLE, _INT, _FLOAT = ctypes.c_void_p, ctypes.c_int, ctypes.c_float


def _prototype(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    assert address is not None
    made: Callable[..., Any] = ctypes.PYFUNCTYPE(result, *arguments)(address)
    return made


_load_document = _prototype("FPDF_LoadMemDocument64", _HANDLE, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p)
_close_document = _prototype("FPDF_CloseDocument", None, _HANDLE)
_last_error = _prototype("FPDF_GetLastError", ctypes.c_ulong)
_count_pages = _prototype("FPDF_GetPageCount", _INT, _HANDLE)
_load_page = _prototype("FPDF_LoadPage", _HANDLE, _HANDLE, _INT)
_close_page = _prototype("FPDF_ClosePage", None, _HANDLE)
_load_text = _prototype("FPDFText_LoadPage", _HANDLE, _HANDLE)
_close_text = _prototype("FPDFText_ClosePage", None, _HANDLE)
_bounding_box = _prototype("FPDF_GetPageBoundingBox", _INT, _HANDLE, _HANDLE)
_rotation = _prototype("FPDFPage_GetRotation", _INT, _HANDLE)
_count_objects = _prototype("FPDFPage_CountObjects", _INT, _HANDLE)
_get_object = _prototype("FPDFPage_GetObject", _HANDLE, _HANDLE, _INT)
_object_type = _prototype("FPDFPageObj_GetType", _INT, _HANDLE)
_object_bounds = _prototype("FPDFPageObj_GetBounds", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
_count_chars = _prototype("FPDFText_CountChars", _INT, _HANDLE)
_get_text = _prototype("FPDFText_GetText", _INT, _HANDLE, _INT, _INT, _HANDLE)
_char_index = _prototype("FPDFText_GetCharIndexFromTextIndex", _INT, _HANDLE, _INT)
_loose_box = _prototype("FPDFText_GetLooseCharBox", _INT, _HANDLE, _INT, _HANDLE)
_matrix = _prototype("FPDFText_GetMatrix", _INT, _HANDLE, _INT, _HANDLE)
_font_size = _prototype("FPDFText_GetFontSize", ctypes.c_double, _HANDLE, _INT)
_text_object = _prototype("FPDFText_GetTextObject", _HANDLE, _HANDLE, _INT)
_object_font = _prototype("FPDFTextObj_GetFont", _HANDLE, _HANDLE)
_font_name = _prototype("FPDFFont_GetBaseFontName", ctypes.c_size_t, _HANDLE, _HANDLE, ctypes.c_size_t)

_BOLD = re.compile(r"bold|black|heavy|semibold|demi|(?:^|[-,+])bd", re.IGNORECASE)
# Anything that cleaning would change but single spaces and line ends. U+FFFE is dealt with here.
_ODD = re.compile("[^\\n\\r !-~¡-¬®-ʯ–—‘’“”•…€\ufffe]|  ")
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
}  # fmt: skip
_BULLETS = frozenset("•*-–—·●○◦▪▫■□‣⁃∙►➢➤✓✔\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf06f\uf02d\u25b6\u2751\u2756")
_NUMBERS = re.compile(r"[\d,.\-–+]{1,6}(?: {1,3}[\d,.\-–+]{1,6}){0,5}")
_LOST_SPACE = re.compile("[AFLPTVWYÄÅ](?=[AFLPTVWYÄÅ])")
_HYPHENS = frozenset("-‐‑\ufffe")


@dataclass(slots=True)
class _Fonts:
    """Whether a font is bold, by its handle: valid while the document is open."""

    bold: dict[int, bool] = field(default_factory=dict)

    def is_bold(self, handle: int) -> bool:
        known = self.bold.get(handle)
        if known is None:
            buffer = ctypes.create_string_buffer(256)
            length = _font_name(handle, ctypes.addressof(buffer), 256)
            known = self.bold[handle] = bool(0 < length <= 256 and _BOLD.search(buffer.value.decode("latin-1")))
        return known


@contextmanager
def open_document(data: bytes) -> Iterator[tuple[int, int]]:
    """The document's handle and number of pages.

    Raises:
        UnreadableError: ``encrypted`` (a password is asked for), ``broken_pdf``, ``no_pages``.
    """
    handle = _load_document(data, len(data), None)
    if not handle:
        error = int(_last_error())
        raise UnreadableError("encrypted" if error in (4, 5) else "broken_pdf", f"pdfium error {error}")
    try:
        pages = int(_count_pages(handle))
        if pages < 1:
            raise UnreadableError("no_pages")
        yield handle, pages
    finally:
        _close_document(handle)


def read_pages(data: bytes) -> list[Page]:
    """All pages of a PDF in order; a page that PDFium cannot load is a page without fragments."""
    pages: list[Page] = []
    with open_document(data) as (document, count):
        fonts = _Fonts()
        for index in range(count):
            page = _load_page(document, index)
            if not page:
                pages.append(Page(index + 1, 0.0, 0.0))
                continue
            try:
                pages.append(_read_page(page, index + 1, fonts))
            finally:
                _close_page(page)
    return pages


def _read_page(handle: int, number: int, fonts: _Fonts) -> Page:
    bounds = (_FLOAT * 4)()
    _bounding_box(handle, ctypes.addressof(bounds))
    left, top, right, bottom = bounds
    rotation = int(_rotation(handle)) % 4
    width, height = right - left, top - bottom
    page = Page(number, height if rotation & 1 else width, width if rotation & 1 else height)
    text_page = _load_text(handle)
    if not text_page:
        return page
    try:
        count = int(_count_chars(text_page))
        if count > 0:
            page.fragments = _Reader(text_page, count, (left, top, right, bottom), rotation, fonts).read()
        if rotation == 0 and (indented := _find_indented(page.fragments)):
            _mark_drawn_bullets(handle, indented, left, top)
        if not page.fragments:
            page.images = sum(
                _object_type(_get_object(handle, i)) == pdfium.FPDF_PAGEOBJ_IMAGE
                for i in range(min(int(_count_objects(handle)), 10_000))
            )
    finally:
        _close_text(text_page)
    return page


def _find_indented(fragments: list[Fragment]) -> list[Fragment]:
    """Fragments that stand a little right of the left margin, where list items would."""
    if not fragments:
        return []
    left = min(fragment.x0 for fragment in fragments)
    return [f for f in fragments if not f.split and not f.bullet and left + 6 < f.x0 < left + 80]


def _mark_drawn_bullets(page: int, fragments: list[Fragment], left: float, top: float) -> None:
    """List marks that are drawn, not written (Chromium does so): small round or square paths before a line."""
    bounds = (_FLOAT * 4)()
    a = ctypes.addressof(bounds)
    for index in range(min(int(_count_objects(page)), 20_000)):
        thing = _get_object(page, index)
        if _object_type(thing) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        _object_bounds(thing, a, a + 4, a + 8, a + 12)
        x0, low, x1, high = bounds
        if not (1.0 < x1 - x0 < 9.0 and abs((x1 - x0) - (high - low)) < 0.6):
            continue
        x0, x1, middle = x0 - left, x1 - left, top - (low + high) / 2
        for fragment in fragments:
            if fragment.y0 < middle < fragment.y1 and 0 < fragment.x0 - x1 < 2.5 * fragment.size > 3 * (x1 - x0):
                fragment.bullet, fragment.indent, fragment.x0 = True, fragment.x0, x0
                break


def _rejoin(fragments: list[Fragment]) -> list[Fragment]:
    """Pieces of one base line that PDFium took for lines (it does on pages with little text) made one again."""
    joined: list[Fragment] = []
    last: Fragment | None = None
    for fragment in fragments:
        if (
            last is not None
            and fragment.base == last.base
            and not fragment.split
            and not last.hyphen
            and -0.3 * fragment.size < (gap := fragment.x0 - last.x1) < 0.85 * fragment.size
            and fragment.bold == last.bold
            and last.text
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


class _Reader:
    """The calls about one text page, and what they need to know."""

    __slots__ = (
        "address",
        "bounds",
        "box",
        "count",
        "fonts",
        "handle",
        "matrix",
        "matrix_address",
        "rotation",
        "skips",
    )

    def __init__(
        self, handle: int, count: int, bounds: tuple[float, float, float, float], rotation: int, fonts: _Fonts
    ):
        self.handle, self.count, self.bounds, self.rotation, self.fonts = handle, count, bounds, rotation, fonts
        self.box, self.matrix = (_FLOAT * 4)(), (_FLOAT * 6)()
        self.address, self.matrix_address = ctypes.addressof(self.box), ctypes.addressof(self.matrix)
        self.skips = False

    def read(self) -> list[Fragment]:
        buffer = ctypes.create_string_buffer(4 * self.count + 4)
        length = int(_get_text(self.handle, 0, self.count, ctypes.addressof(buffer)))
        text = buffer.raw[: max(length - 1, 0) * 2].decode("utf-16-le", errors="replace")
        self.skips = len(text) != self.count
        odd = _ODD.search(text) is not None
        fragments: list[Fragment] = []
        position = 0
        for block in text.split("\r\n"):
            if "\ufffe" not in block:
                if block:
                    self.read_line(fragments, block, position, odd)
            else:
                start = position
                pieces = block.split("\ufffe")
                for number, piece in enumerate(pieces):
                    if number < len(pieces) - 1:
                        self.read_line(fragments, piece + "\ufffe", start, odd)
                    elif piece:
                        self.read_line(fragments, piece, start, odd)
                    start += len(piece) + 1
            position += len(block) + 2
        return _rejoin(fragments)

    def at(self, position: int) -> int:
        """The index that PDFium's calls want for a position in its text."""
        return int(_char_index(self.handle, position)) if self.skips else position

    def edges(self, position: int) -> tuple[float, float, float, float]:
        """Box of a character, ``x0, y0, x1, y1`` from the top left of the page as shown."""
        _loose_box(self.handle, self.at(position), self.address)
        left, top, right, bottom = self.box
        page = self.bounds
        if self.rotation == 0:
            return left - page[0], page[1] - top, right - page[0], page[1] - bottom
        if self.rotation == 1:
            return bottom - page[3], left - page[0], top - page[3], right - page[0]
        if self.rotation == 2:
            return page[2] - right, bottom - page[3], page[2] - left, top - page[3]
        return page[1] - top, page[2] - right, page[1] - bottom, page[2] - left

    def read_line(self, fragments: list[Fragment], raw: str, start: int, odd: bool) -> None:
        """One of PDFium's lines to fragments: the white space at its ends dropped, parted at gaps."""
        text = raw.strip()
        if not text:
            return
        start += raw.index(text[0])
        mark = text[0] in _BULLETS and text[1:2] == " "
        left = 0.0
        if mark:
            left = self.edges(start)[0]
            rest = text[1:].lstrip()
            start += len(text) - len(rest)
            text = rest
        end = start + len(text) - 1
        handle = self.handle
        first = self.at(start)
        last = first + len(text) - 1 if not self.skips else self.at(end)
        thing = _text_object(handle, first)
        x0, y0, x1, y1 = self.edges(start)
        size, base = self.measure_type(first, y1 - y0)
        bold = self.fonts.is_bold(_object_font(thing)) if thing else False
        cuts: list[int] = []
        if len(text) == 1:
            right = x1
        else:
            other = _text_object(handle, last)
            if other != thing:
                if bold and other:
                    bold = self.fonts.is_bold(_object_font(other))
                cuts = self.find_gaps(text, start, size)
            _, low, right, high = self.edges(end)
            if low < y0:
                y0 = low
            if high > y1:
                y1 = high
        known = len(fragments)
        if not cuts:
            fragments.append(self.make(text, start, (x0, y0, right, y1), base, size, bold, odd))
        begin = 0
        for cut in [*cuts, len(text) + 1] if cuts else ():
            piece, at = text[begin : cut - 1].rstrip(), start + begin
            box, bold = self.measure(at, at + len(piece) - 1)
            size, base = self.measure_type(self.at(at), size)
            made = self.make(piece, at, box, base, size, bold, odd, split=begin > 0)
            if made.text or made.bullet:
                fragments.append(made)
            begin = cut
        if mark and len(fragments) > known:
            fragments[known].bullet, fragments[known].x0 = True, left

    def measure_type(self, index: int, height: float) -> tuple[float, float]:
        """Font size as drawn and base line of a character, by PDFium's index."""
        _matrix(self.handle, index, self.matrix_address)
        _, _, c, d, e, f = self.matrix
        size = round(float(_font_size(self.handle, index)) * (c * c + d * d) ** 0.5, 2) or height
        page = self.bounds
        if self.rotation == 0:
            return size, page[1] - f
        if self.rotation == 1:
            return size, e - page[0]
        return size, f - page[3] if self.rotation == 2 else page[2] - e

    def measure(self, first: int, last: int) -> tuple[tuple[float, float, float, float], bool]:
        """Box and boldness of the characters between two positions of one line."""
        x0, y0, _, y1 = self.edges(first)
        _, low, x1, high = self.edges(last)
        things = {_text_object(self.handle, self.at(first)), _text_object(self.handle, self.at(last))}
        bold = all(thing and self.fonts.is_bold(_object_font(thing)) for thing in things)
        return (x0, min(y0, low), x1, max(y1, high)), bold

    def find_gaps(self, text: str, start: int, size: float) -> list[int]:
        """Where a cell begins: behind a space much wider than a space, and than the other spaces of the line."""
        suspects = False
        previous, before = 0, -1.0
        space = text.find(" ")
        while space >= 0:
            left = self.edges(start + space + 1)[0]
            # Only a step of more than half an em a character can hold a gap.
            if before < 0.0 or not 0.0 < left - before < (space - previous) * size * 0.45 + size * 0.5:
                gap = left - self.edges(start + space - 1)[2]
                if gap > 0.85 * size or gap < -0.5 * size:
                    suspects = True
                    break
            previous, before = space + 1, left
            space = text.find(" ", previous)
        if not suspects:
            return []
        spaces = [i for i, character in enumerate(text) if character == " " and text[i + 1] != " "]
        gaps = [self.edges(start + i + 1)[0] - self.edges(start + len(text[:i].rstrip()) - 1)[2] for i in spaces]
        usual = max(min(gaps), 0.0) if len(gaps) > 1 else 0.0
        cuts = []
        for i, gap in zip(spaces, gaps, strict=True):
            if (
                gap < -0.5 * size
                or gap > 3.0 * size
                or (gap > 0.85 * size and (gap > 2.2 * usual or _NUMBERS.fullmatch(text, i + 1)))
            ):
                cuts.append(i + 1)
        return cuts

    def make(
        self,
        raw: str,
        start: int,
        box: tuple[float, float, float, float],
        base: float,
        size: float,
        bold: bool,
        odd: bool,
        split: bool = False,
    ) -> Fragment:
        """A fragment with its text cleaned, its list mark taken off and its stops."""
        x0, y0, x1, y1 = box
        if y1 - y0 < 0.9 * size:
            # The font has no ascent and descent to tell (LibreOffice): PDFium gives the letter's own height.
            y0, y1 = min(y0, base - 0.9 * size), max(y1, base + 0.22 * size)
        bullet, indent = False, x0
        hyphen = raw[-1] in _HYPHENS and len(raw) > 1
        if len(raw) == 1 and raw in _BULLETS and raw not in "*-–—":
            raw, bullet = "", True
        text = raw.replace("\ufffe", "-") if hyphen else raw
        if odd:
            text = clean_line(text.translate(_LIGATURES))
        stops: tuple[tuple[int, float], ...] = ()
        colon = text.find(": ", 0, 90)
        if colon > 0 and text[:1].isupper():
            stops = self.find_stops(raw, text, start, colon, odd)
        if _LOST_SPACE.search(text) and not odd and not self.skips:
            text, stops = self.restore_spaces(text, start, size, stops)
        return Fragment(text, x0, y0, x1, y1, base, size, bold, hyphen, bullet, indent, stops, split)

    def restore_spaces(
        self, text: str, start: int, size: float, stops: tuple[tuple[int, float], ...]
    ) -> tuple[str, tuple[tuple[int, float], ...]]:
        """Spaces that PDFium did not see because the letters beside them are set closer to a space (``A A``)."""
        lost = [match.end() for match in _LOST_SPACE.finditer(text)]
        for at in reversed(lost):
            if self.edges(start + at)[0] - self.edges(start + at - 1)[2] > 0.1 * size:
                text = f"{text[:at]} {text[at:]}"
                stops = tuple((offset + (offset >= at), x) for offset, x in stops)
        return text, stops

    def find_stops(self, raw: str, text: str, start: int, colon: int, odd: bool) -> tuple[tuple[int, float], ...]:
        """Left edges of what a label's value consists of: after the colon, and after commas."""
        stops: list[tuple[int, float]] = []
        at = raw.find(": ")
        while at >= 0 and len(stops) < 40:
            at += 2
            here = len(clean_line(raw[:at].translate(_LIGATURES))) + 1 if odd else at
            if at < len(raw) and here < len(text):
                stops.append((here, round(self.edges(start + at)[0], 2)))
            at = raw.find(", ", at)
        return tuple(stops)
