"""PDFium's calls, through prototypes that take bare addresses: a third of the cost of pypdfium2's typed ones.

They keep the interpreter lock: PDFium is not made for threads. Handles are integers; whoever loads closes.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as pdfium  # importing it initialises PDFium, once a process

from parsers.document import UnreadableError

_HANDLE, _INT = ctypes.c_void_p, ctypes.c_int


def _prototype(name: str, result: type[Any] | None, *arguments: type[Any]) -> Callable[..., Any]:
    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value
    assert address is not None
    made: Callable[..., Any] = ctypes.PYFUNCTYPE(result, *arguments)(address)
    return made


load_document = _prototype("FPDF_LoadMemDocument64", _HANDLE, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p)
close_document = _prototype("FPDF_CloseDocument", None, _HANDLE)
last_error = _prototype("FPDF_GetLastError", ctypes.c_ulong)
count_pages = _prototype("FPDF_GetPageCount", _INT, _HANDLE)
load_page = _prototype("FPDF_LoadPage", _HANDLE, _HANDLE, _INT)
close_page = _prototype("FPDF_ClosePage", None, _HANDLE)
load_text = _prototype("FPDFText_LoadPage", _HANDLE, _HANDLE)
close_text = _prototype("FPDFText_ClosePage", None, _HANDLE)
bounding_box = _prototype("FPDF_GetPageBoundingBox", _INT, _HANDLE, _HANDLE)
rotation = _prototype("FPDFPage_GetRotation", _INT, _HANDLE)
count_objects = _prototype("FPDFPage_CountObjects", _INT, _HANDLE)
get_object = _prototype("FPDFPage_GetObject", _HANDLE, _HANDLE, _INT)
object_type = _prototype("FPDFPageObj_GetType", _INT, _HANDLE)
object_bounds = _prototype("FPDFPageObj_GetBounds", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
count_annotations = _prototype("FPDFPage_GetAnnotCount", _INT, _HANDLE)
get_annotation = _prototype("FPDFPage_GetAnnot", _HANDLE, _HANDLE, _INT)
close_annotation = _prototype("FPDFPage_CloseAnnot", None, _HANDLE)
annotation_type = _prototype("FPDFAnnot_GetSubtype", _INT, _HANDLE)
_annotation_text = _prototype(
    "FPDFAnnot_GetStringValue", ctypes.c_ulong, _HANDLE, ctypes.c_char_p, _HANDLE, ctypes.c_ulong
)
_metadata = _prototype("FPDF_GetMetaText", ctypes.c_ulong, _HANDLE, ctypes.c_char_p, _HANDLE, ctypes.c_ulong)
count_chars = _prototype("FPDFText_CountChars", _INT, _HANDLE)
get_text = _prototype("FPDFText_GetText", _INT, _HANDLE, _INT, _INT, _HANDLE)
char_index = _prototype("FPDFText_GetCharIndexFromTextIndex", _INT, _HANDLE, _INT)
char_code = _prototype("FPDFText_GetUnicode", _INT, _HANDLE, _INT)
loose_box = _prototype("FPDFText_GetLooseCharBox", _INT, _HANDLE, _INT, _HANDLE)
matrix = _prototype("FPDFText_GetMatrix", _INT, _HANDLE, _INT, _HANDLE)
font_size = _prototype("FPDFText_GetFontSize", ctypes.c_double, _HANDLE, _INT)
text_object = _prototype("FPDFText_GetTextObject", _HANDLE, _HANDLE, _INT)
object_font = _prototype("FPDFTextObj_GetFont", _HANDLE, _HANDLE)
font_name = _prototype("FPDFFont_GetBaseFontName", ctypes.c_size_t, _HANDLE, _HANDLE, ctypes.c_size_t)
PATH_OBJECT, IMAGE_OBJECT = int(pdfium.FPDF_PAGEOBJ_PATH), int(pdfium.FPDF_PAGEOBJ_IMAGE)


@contextmanager
def open_document(data: bytes) -> Iterator[tuple[int, int]]:
    """The document's handle and number of pages.

    Raises:
        UnreadableError: ``encrypted`` (a password is asked for), ``broken_pdf``, ``no_pages``.
    """
    handle = load_document(data, len(data), None)
    if not handle:
        error = int(last_error())
        raise UnreadableError("encrypted" if error in (4, 5) else "broken_pdf", f"pdfium error {error}")
    try:
        pages = int(count_pages(handle))
        if pages < 1:
            raise UnreadableError("no_pages")
        yield handle, pages
    finally:
        close_document(handle)


def read_metadata(document: int, name: str) -> str:
    """An entry of the document's information dictionary, or ``""``."""
    return _read_string(_metadata, document, name.encode("ascii"))


def read_annotation(note: int, key: bytes) -> str:
    """A string of an annotation's dictionary, or ``""``."""
    return _read_string(_annotation_text, note, key)


def _read_string(call: Callable[..., Any], handle: int, key: bytes) -> str:
    length = int(call(handle, key, None, 0))
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    call(handle, key, ctypes.addressof(buffer), length)
    return buffer.raw[: length - 2].decode("utf-16-le", errors="replace")
