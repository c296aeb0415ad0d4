"""The child's part of ``pipeline.explain.pages``: PDFium draws, and what must not be seen is painted over.

What may be seen is what the public text holds. Letters and digits that are drawn but are not in that text, pictures,
notes and form fields are not shown. Drawings made of lines are: nothing tells what they are.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable, Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageDraw

from parsers.document import Document, Line, UnreadableError
from parsers.masking import MASK
from parsers.readers.dispatch import read_document, read_pdf_again
from pipeline.explain.align import Aligned, Bounds, align_page, find_runs, gather, turn_box
from pipeline.explain.pages import MOST_PAGES, Drawing, DrawTask, PageImage

WIDTH = 1000
"""Pixels across."""
MOST_HEIGHT = 4000
QUALITY = 55
_PADDING = 0.8
_DEPTH = 6
"""Form objects within form objects that are looked into for pictures."""
_COVER = (0, 0, 0)


def draw_pages(task: DrawTask) -> Drawing:
    """All pages (at most ``MOST_PAGES``), or the reason why none can be shown."""
    document = _read_again(task)
    if document is None:
        return Drawing([], {}, "The file, read again, does not give the text that is shown here.")
    by_page: dict[int, list[Line]] = {}
    for line in document.lines:
        if line.page is None or line.box is None:
            return Drawing([], {}, "The reader could not say where on the pages the text stands.")
        by_page.setdefault(line.page, []).append(line)
    hidden = frozenset(place for place, sign in enumerate(task.masked) if sign == MASK)
    pages: list[PageImage] = []
    boxes: dict[int, list[list[float]]] = {}
    pdf = pdfium.PdfDocument(task.data)
    try:
        for number in range(1, min(len(pdf), MOST_PAGES) + 1):
            lines = by_page.get(number, [])
            page = pdf[number - 1]
            try:
                turn, aligned = _align(page, task.text, lines)
                covers = [] if task.restricted else _find_covers(task.text, aligned, hidden, lines)
                pages.append(_draw(page, number, turn, covers, restricted=task.restricted))
            finally:
                page.close()
            for mark, start, end in task.spans:
                for line in lines:
                    if line.start < end and start < line.end:
                        found = find_runs(range(max(start, line.start), min(end, line.end)), line, aligned.boxes)
                        boxes.setdefault(mark, []).extend([number, *map(_round, box)] for box in found)
    finally:
        pdf.close()
    return Drawing(pages, boxes)


def _round(value: float) -> float:
    return round(value, 1)


def _read_again(task: DrawTask) -> Document | None:
    """The document as the reader read it whose text is shown."""
    readers: tuple[Callable[[bytes], Document], ...] = (read_document, read_pdf_again)
    for read in readers:
        try:
            document = read(task.data)
        except UnreadableError:
            continue
        if document.text == task.text:
            return document
    return None


def _align(page: pdfium.PdfPage, text: str, lines: Sequence[Line]) -> tuple[int, Aligned]:
    """The characters matched, and the quarters by which the page must be turned so that its text is upright."""
    bounds = _page_bounds(page)
    shown = int(raw.FPDFPage_GetRotation(page)) % 4
    characters = list(_read_characters(page))
    wanted = sum(len("".join(text[line.start : line.end].split())) for line in lines)
    best: tuple[int, Aligned] | None = None
    for turn in range(4):
        turned = gather((sign, turn_box(box, bounds, (shown + turn) % 4)) for sign, box in characters)
        aligned = align_page(text, lines, turned)
        if best is None or len(aligned.boxes) > len(best[1].boxes):
            best = (turn, aligned)
        if len(best[1].boxes) * 2 >= wanted:
            break  # a page whose text stands the usual way is matched at once
    assert best is not None
    return best


def _page_bounds(page: pdfium.PdfPage) -> Bounds:
    rectangle = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, rectangle)
    return (rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)


def _read_characters(page: pdfium.PdfPage) -> Iterator[tuple[str, Bounds]]:
    """What is drawn, in drawing order, with boxes in the page's own coordinates (left, bottom, right, top)."""
    text_page = raw.FPDFText_LoadPage(page)
    if not text_page:
        return
    try:
        loose = raw.FS_RECTF()
        sides = [ctypes.c_double() for _ in range(4)]
        for index in range(raw.FPDFText_CountChars(text_page)):
            code = raw.FPDFText_GetUnicode(text_page, index)
            if raw.FPDFText_IsGenerated(text_page, index) == 1 or not code:
                continue
            if not raw.FPDFText_GetLooseCharBox(text_page, index, loose):
                continue
            box = (loose.left, loose.bottom, loose.right, loose.top)
            if raw.FPDFText_GetCharBox(text_page, index, *sides):  # left, right, bottom, top
                left, right, bottom, top = (side.value for side in sides)
                # the ink may stick out of the room that the font says it takes
                box = (min(box[0], left), min(box[1], bottom), max(box[2], right), max(box[3], top))
            yield chr(code), box
    finally:
        raw.FPDFText_ClosePage(text_page)


def _draw(
    page: pdfium.PdfPage,
    number: int,
    turn: int,
    covers: Sequence[Bounds],
    *,
    restricted: bool,
) -> PageImage:
    pictures = 0 if restricted else _remove_pictures(page)
    width, height = page.get_size()
    if turn % 2:
        width, height = height, width
    scale = min(WIDTH / max(width, 1.0), MOST_HEIGHT / max(height, 1.0))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    image = _render(page, size, turn)
    pen = ImageDraw.Draw(image)
    for x0, y0, x1, y1 in covers:
        padded = (x0 - _PADDING, y0 - _PADDING, x1 + _PADDING, y1 + _PADDING)
        pen.rectangle([side * scale for side in padded], fill=_COVER)
    target = io.BytesIO()
    image.save(target, "WEBP", quality=QUALITY, method=4)
    return PageImage(number, _round(width), _round(height), target.getvalue(), len(covers), pictures)


def _find_covers(text: str, aligned: Aligned, hidden: frozenset[int], lines: Sequence[Line]) -> list[Bounds]:
    """What is masked in the text, and what is drawn without being in it."""
    covers = list(aligned.strangers)
    for line in lines:
        inside = [offset for offset in range(line.start, line.end) if offset in hidden and not text[offset].isspace()]
        covers += find_runs(inside, line, aligned.boxes)
        if line.box is not None and any(offset not in aligned.boxes for offset in inside):
            covers.append(line.box[1:])  # nobody knows where in the line: all of it
    return covers


def _render(page: pdfium.PdfPage, size: tuple[int, int], turn: int) -> Image.Image:
    bitmap = raw.FPDFBitmap_Create(*size, 0)
    if not bitmap:
        raise MemoryError
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, *size, 0xFFFFFFFF)
        # without notes and form fields, whose text is not in the document's text either
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, turn, raw.FPDF_LCD_TEXT)
        stride = raw.FPDFBitmap_GetStride(bitmap)
        data = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * size[1])
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return Image.frombuffer("RGB", size, data, "raw", "BGRX", stride, 1)


def _remove_pictures(page: pdfium.PdfPage) -> int:
    """Take the pictures off the page (the file stays as it is); how many."""
    removed = 0
    for thing in [raw.FPDFPage_GetObject(page, index) for index in range(raw.FPDFPage_CountObjects(page))]:
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            _check(raw.FPDFPage_RemoveObject(page, thing))
            raw.FPDFPageObj_Destroy(thing)
            removed += 1
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            removed += _remove_inner(thing, _DEPTH)
    return removed


def _remove_inner(form: object, depth: int) -> int:
    removed = 0
    for thing in [raw.FPDFFormObj_GetObject(form, index) for index in range(raw.FPDFFormObj_CountObjects(form))]:
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == raw.FPDF_PAGEOBJ_IMAGE or (kind == raw.FPDF_PAGEOBJ_FORM and depth == 0):
            _check(raw.FPDFFormObj_RemoveObject(form, thing))
            raw.FPDFPageObj_Destroy(thing)
            removed += 1
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            removed += _remove_inner(thing, depth - 1)
    return removed


def _check(removed: int) -> None:
    """A picture that cannot be taken off must not be shown: better no pages at all."""
    if not removed:
        raise RuntimeError
