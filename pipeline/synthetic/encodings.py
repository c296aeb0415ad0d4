"""From a laid-out text to bytes: charsets, byte order marks, declarations, decomposed letters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoding:
    """A way to write bytes; ``codec`` is Python's name."""

    name: str
    codec: str
    mark: bytes = b""
    """The byte order mark."""
    declared: str = ""
    """What an HTML page says of its charset; ``""``: nothing."""
    decomposed: bool = False
    """Letters and their diacritics apart (NFD)."""
    formats: tuple[str, ...] = ("text", "html")
    line_end: str = "\n"


_TABLE = (
    Encoding("utf-8", "utf-8", declared="utf-8"),
    Encoding("utf-8-crlf", "utf-8", line_end="\r\n", formats=("text",)),
    Encoding("utf-8-bom", "utf-8", mark=b"\xef\xbb\xbf"),
    Encoding("utf-8-undeclared", "utf-8", formats=("html",)),
    Encoding("cp1252", "cp1252", declared="windows-1252"),
    Encoding("cp1252-undeclared", "cp1252", formats=("html",)),
    Encoding("cp1252-as-latin-1", "cp1252", declared="iso-8859-1", formats=("html",)),
    Encoding("latin-1", "latin-1", declared="ISO-8859-1"),
    Encoding("utf-16-le", "utf-16-le", mark=b"\xff\xfe"),
    Encoding("utf-16-be", "utf-16-be", mark=b"\xfe\xff"),
    Encoding("nfd", "utf-8", declared="utf-8", decomposed=True),
)
ENCODINGS: dict[str, Encoding] = {encoding.name: encoding for encoding in _TABLE}


def encode_document(text: str, format_name: str, name: str) -> tuple[bytes, str]:
    """The bytes of a text or HTML document and the name of the encoding really used.

    A text that an eight-bit charset cannot hold is written as UTF-8 rather than with changed letters; HTML writes
    such letters as character references.
    """
    encoding = ENCODINGS[name]
    if encoding.decomposed:
        text = unicodedata.normalize("NFD", text)
    if format_name == "html":
        if encoding.declared:
            text = text.replace("<head>", f'<head>\n<meta charset="{encoding.declared}">', 1)
            content = f"text/html; charset={encoding.declared}"
            text = text.replace("<HEAD>", f'<HEAD>\n<META HTTP-EQUIV="Content-Type" CONTENT="{content}">', 1)
        return encoding.mark + text.encode(encoding.codec, "xmlcharrefreplace"), name
    if encoding.line_end != "\n":
        text = text.replace("\n", encoding.line_end)
    try:
        return encoding.mark + text.encode(encoding.codec), name
    except UnicodeEncodeError:
        return text.encode("utf-8"), "utf-8"
