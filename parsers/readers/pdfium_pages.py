"""Pages of fragments from PDFium, with as few calls as will do."""

from __future__ import annotations

import ctypes
from collections import Counter

from parsers.limits import DEFAULT, ReadingLimits
from parsers.readers import pdfium_calls as calls
from parsers.readers.pdf_lines import Fragment, Page
from parsers.readers.pdf_marks import attach_drawn_marks, find_indented, is_mark
from parsers.readers.pdfium_lines import Fonts, LineReader

_MOST_OBJECTS = 20_000
"""Objects of a page that are looked at."""
_FREE_TEXT, _WIDGET = 3, 20
Bounds = tuple[float, float, float, float]


def read_pages(data: bytes, limits: ReadingLimits = DEFAULT) -> tuple[list[Page], dict[str, str]]:
    """All pages of a PDF in order, and what its metadata says of ``CreationDate`` and ``Producer``.

    A page that PDFium cannot load is a page without fragments.

    Raises:
        UnreadableError: ``encrypted``, ``broken_pdf``, ``no_pages``, ``too_many_pages``.
    """
    pages: list[Page] = []
    with calls.open_document(data) as (document, count):
        limits.check_pages(count)
        fonts = Fonts()
        for index in range(count):
            page = calls.load_page(document, index)
            if not page:
                pages.append(Page(index + 1, 0.0, 0.0))
                continue
            try:
                pages.append(_read_page(page, index + 1, fonts))
            finally:
                calls.close_page(page)
        metadata = {name: calls.read_metadata(document, name) for name in ("CreationDate", "Producer")}
    return pages, metadata


def _read_page(handle: int, number: int, fonts: Fonts) -> Page:
    box = (ctypes.c_float * 4)()
    calls.bounding_box(handle, ctypes.addressof(box))
    bounds: Bounds = (box[0], box[1], box[2], box[3])
    shown = int(calls.rotation(handle)) % 4
    page = Page(number, 0.0, 0.0)
    text_page = calls.load_text(handle)
    if text_page:
        try:
            _read_text(text_page, page, bounds, shown, fonts)
        finally:
            calls.close_text(text_page)
    turned = (shown + page.turn) % 4
    width, height = bounds[2] - bounds[0], bounds[1] - bounds[3]
    page.width, page.height = (height, width) if turned & 1 else (width, height)
    page.dropped += _drop_outside(page)
    if turned == 0 and (indented := find_indented(page.fragments)):
        attach_drawn_marks(indented, _find_drawn_marks(handle, bounds))
    if not page.fragments:
        page.images = _count_images(handle)
    if calls.count_annotations(handle) > 0:
        page.dropped += _count_dropped(handle)
    return page


def _read_text(text_page: int, page: Page, bounds: Bounds, shown: int, fonts: Fonts) -> None:
    """The page's fragments, read in the direction that most of its text runs in."""
    count = int(calls.count_chars(text_page))
    if count < 1:
        return
    reader = LineReader(text_page, count, bounds, shown, fonts)
    page.fragments = reader.read()
    page.dropped = reader.nameless
    if all(fragment.direction == shown for fragment in page.fragments):
        return
    directions: Counter[int] = Counter()
    for fragment in page.fragments:
        directions[fragment.direction] += len(fragment.text)
    usual = directions.most_common(1)[0][0]
    if usual != shown:
        page.turn = (usual - shown) % 4
        page.fragments = LineReader(text_page, count, bounds, usual, fonts).read()
    for fragment in page.fragments:
        fragment.sideways = fragment.direction != usual


def _drop_outside(page: Page) -> int:
    """Takes away what stands outside the page as shown (cut pages keep what was cut off); the letters of it."""

    def is_shown(part: Fragment) -> bool:
        return 0 <= part.y0 + part.y1 <= 2 * page.height and part.x1 >= 0 and part.x0 <= page.width

    outside = [part for part in page.fragments if not is_shown(part)]
    if outside:
        page.fragments = [part for part in page.fragments if is_shown(part)]
    return sum(len("".join(part.text.split())) for part in outside)


def _find_drawn_marks(page: int, bounds: Bounds) -> list[Bounds]:
    """Boxes of small round or square paths: list marks that are drawn, not written (Chromium does so)."""
    marks: list[Bounds] = []
    box = (ctypes.c_float * 4)()
    a = ctypes.addressof(box)
    get_object, object_type, path = calls.get_object, calls.object_type, calls.PATH_OBJECT
    for index in range(min(int(calls.count_objects(page)), _MOST_OBJECTS)):
        thing = get_object(page, index)
        if object_type(thing) == path:
            calls.object_bounds(thing, a, a + 4, a + 8, a + 12)
            x0, low, x1, high = box
            if is_mark(x1 - x0, high - low):
                marks.append((x0 - bounds[0], bounds[1] - high, x1 - bounds[0], bounds[1] - low))
    return marks


def _count_images(page: int) -> int:
    objects = range(min(int(calls.count_objects(page)), _MOST_OBJECTS))
    return sum(calls.object_type(calls.get_object(page, index)) == calls.IMAGE_OBJECT for index in objects)


def _count_dropped(page: int) -> int:
    """Characters, white space not counted, that form fields and text notes of a page hold."""
    dropped = 0
    for index in range(min(int(calls.count_annotations(page)), _MOST_OBJECTS)):
        note = calls.get_annotation(page, index)
        if note:
            kind = int(calls.annotation_type(note))
            if kind in (_WIDGET, _FREE_TEXT):
                value = calls.read_annotation(note, b"V" if kind == _WIDGET else b"Contents")
                dropped += len("".join(value.split()))
            calls.close_annotation(note)
    return dropped
