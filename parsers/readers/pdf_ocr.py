"""A page that a picture was read from: Tesseract's hOCR to the same page of fragments that the PDF readers give.

Tesseract measures every line anew, so what is one size or one left edge in print differs by a pixel or two: both are
drawn together here, as the steps that follow compare them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml import etree

from parsers.document import Document, ReaderNote, UnreadableError
from parsers.readers.clean import clean_line
from parsers.readers.pdf_compose import compose_document
from parsers.readers.pdf_lines import BULLETS, LIGATURES, Fragment, Page

_BOX = re.compile(r"bbox (\d{1,6}) (\d{1,6}) (\d{1,6}) (\d{1,6})")
_BASE = re.compile(r"baseline (-?\d{1,4}(?:\.\d{1,12})?) (-?\d{1,6}(?:\.\d{1,12})?)")
_SIZE = re.compile(r"x_size (\d{1,6}(?:\.\d{1,12})?)")
_SURE = re.compile(r"x_wconf (\d{1,3})")
_LINES = frozenset(("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"))
_CELL_GAP = 1.0
"""Width, in font sizes, of a gap that parts cells."""
_SAME_SIZE, _SAME_EDGE = 0.07, 1.5
"""Share of a size, and points between left edges, that are the measuring's."""
_LEAST_SURE = 45
"""Per cent: a line without a letter or digit that is read with less is a speck or a rule."""


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page as Tesseract read it, and how sure it was."""

    page: Page
    words: int
    sure: float
    """Mean confidence of its words, in per cent; 0 where there are none."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    sure: int


def read_hocr(hocr: bytes, number: int, scale: float, turn: int = 0) -> ScannedPage:
    """The page ``number`` (from 1) out of Tesseract's hOCR; ``scale``: points a pixel; ``turn`` as in ``Page``.

    Raises:
        UnreadableError: ``no_text`` where it is no hOCR.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(hocr, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise UnreadableError("no_text", f"page {number}: no hOCR")
    page = Page(number, 0.0, 0.0, turn=turn)
    sure: list[int] = []
    for element in root.iter("{*}div", "{*}span"):
        kind, title = element.get("class", ""), element.get("title", "")
        if kind == "ocr_page" and (box := _read_box(title, scale)):
            page.width, page.height = box[2], box[3]
        elif kind in _LINES:
            words = [word for child in element.iter("{*}span") if (word := _read_word(child, scale))]
            if _is_speck(words):
                page.dropped += sum(len(word.text) for word in words)
            else:
                sure += [word.sure for word in words]
                _gather_words(page.fragments, words, title, scale)
    _draw_edges_together(page.fragments)
    return ScannedPage(page, len(sure), sum(sure) / len(sure) if sure else 0.0)


def compose_scan(scans: Sequence[ScannedPage]) -> Document:
    """The document of all pages, flagged ``ocr``: the detail says how sure the reading is.

    Raises:
        UnreadableError: ``no_pages``; ``no_text`` where no page shows a letter.
    """
    pages = [scan.page for scan in scans]
    _draw_sizes_together([fragment for page in pages for fragment in page.fragments])
    document = compose_document(pages, "tesseract")
    words = sum(scan.words for scan in scans)
    mean = sum(scan.sure * scan.words for scan in scans) / words
    least = min(scan.sure for scan in scans if scan.words)
    detail = f"{mean:.0f} % sure, the worst page {least:.0f} %"
    return replace(document, notes=(*document.notes, ReaderNote("ocr", detail=detail)))


def _read_box(title: str, scale: float) -> tuple[float, float, float, float] | None:
    found = _BOX.search(title)
    if found is None:
        return None
    x0, y0, x1, y1 = (int(side) * scale for side in found.groups())
    return x0, y0, x1, y1


def _read_word(element: etree._Element, scale: float) -> _Word | None:
    if element.get("class") != "ocrx_word":
        return None
    title = element.get("title", "")
    # Tesseract likes the long dash, which Finnish does not use.
    text = clean_line("".join(element.itertext()).translate(LIGATURES)).replace("—", "–")
    box, sure = _read_box(title, scale), _SURE.search(title)
    return _Word(text, *box, int(sure[1]) if sure else 0) if text and box else None


def _is_speck(words: Sequence[_Word]) -> bool:
    return all(word.sure < _LEAST_SURE and not any(character.isalnum() for character in word.text) for word in words)


def _gather_words(fragments: list[Fragment], words: Sequence[_Word], title: str, scale: float) -> None:
    """A line's words as fragments, parted where a gap is wider than a space; ``title``: what hOCR says of the line."""
    size, base = _measure(words, title, scale)
    begin = 0
    for number in range(1, len(words) + 1):
        if number == len(words) or words[number].x0 - words[number - 1].x1 > _CELL_GAP * size:
            fragments.append(_make_fragment(words[begin:number], base, size, split=begin > 0))
            begin = number


def _measure(words: Sequence[_Word], title: str, scale: float) -> tuple[float, float]:
    """Font size and base line of a line, in points."""
    box, size, base = _read_box(title, scale), _SIZE.search(title), _BASE.search(title)
    bottom = box[3] if box else max(word.y1 for word in words)
    height = float(size[1]) * scale if size else bottom - min(word.y0 for word in words)
    return max(height, 1.0), bottom + (float(base[2]) * scale if base else 0.0)


def _make_fragment(words: Sequence[_Word], base: float, size: float, *, split: bool) -> Fragment:
    first, indent = words[0].x0, words[0].x0
    bullet = words[0].text in BULLETS and len(words) > 1
    if bullet:
        words = words[1:]
        indent = words[0].x0
    text, stops = words[0].text, []
    for before, word in pairwise(words):
        text += " "
        if before.text[-1] in ":,":
            stops.append((len(text), word.x0))
        text += word.text
    return Fragment(
        text,
        first,
        min(word.y0 for word in words),
        words[-1].x1,
        max(word.y1 for word in words),
        base,
        size,
        hyphen=len(text) > 1 and text[-1] in "-‐‑",
        bullet=bullet,
        indent=indent,
        stops=tuple(stops),
        split=split,
    )


def _draw_edges_together(fragments: Sequence[Fragment]) -> None:
    """Left edges that lie within the measuring's error are the leftmost of them."""
    edge = float("-inf")
    for fragment in sorted(fragments, key=lambda one: one.x0):
        if fragment.x0 - edge > _SAME_EDGE:
            edge = fragment.x0
        if not fragment.bullet:
            fragment.indent += edge - fragment.x0
        fragment.x0 = edge


def _draw_sizes_together(fragments: Sequence[Fragment]) -> None:
    """Sizes that lie near one that more letters have are that size."""
    letters: Counter[float] = Counter()
    for fragment in fragments:
        fragment.size = round(fragment.size, 1)
        letters[fragment.size] += len(fragment.text)
    taken: dict[float, float] = {}
    for size, _ in letters.most_common():
        near = [known for known in taken.values() if abs(known - size) <= _SAME_SIZE * known]
        taken[size] = min(near, key=lambda known: abs(known - size)) if near else size
    for fragment in fragments:
        fragment.size = taken[fragment.size]
