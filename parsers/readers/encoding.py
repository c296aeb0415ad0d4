"""Bytes to text without statistical guessing: BOM, header, declaration, UTF-16 by its NULs, strict UTF-8, cp1252.

A charset is believed only if the bytes are valid in it; where a named one is not, the next in the list is tried and
the text says so. cp1252 reads everything: its five undefined bytes become U+FFFD and are counted.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from parsers.document import ReaderNote

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels by which browsers know another charset than the one they name, and Python's name where it differs.
_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso88591": "cp1252",
    "latin9": "iso8859-15",
    "latin-9": "iso8859-15",
    "windows-1252": "cp1252",
    "x-cp1252": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "unicode": "utf-16-le",
    "utf-16": "utf-16-le",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
}
# Families of text codecs; others that Python has (idna, unicode_escape, utf-7) read bytes as something else.
_FAMILIES = re.compile(
    r"(?:utf-(?:8|16-[lb]e|32-[lb]e)|cp\d{3,4}|iso8859-\d{1,2}|koi8-[ru]|mac-roman|gb18030|big5|shift_jis|euc_jp)$"
)
_LABEL = re.compile(r"[\w.:+-]{1,40}", re.ASCII)
_HTML_DECLARED = re.compile(
    rb"""<meta\s[^>]{0,500}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:+-]{1,40})""", re.IGNORECASE
)
_XML_DECLARED = re.compile(
    rb"""^\s{0,99}<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:+-]{1,40})""", re.IGNORECASE
)
# an unclosed comment hides the rest, as in browsers; so every comment is looked through once
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_PRESCAN_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Decoded:
    """Decoded text without its BOM."""

    text: str
    encoding: str
    """Python's name of the codec: ``utf-8``, ``cp1252``, ``utf-16-le``, ..."""
    replaced: int = 0
    """Bytes or code units that stand for no character and became U+FFFD."""
    notes: tuple[ReaderNote, ...] = ()


def find_codec(label: str | None) -> str | None:
    """Python's codec for a charset label as browsers understand it (``ISO-8859-1`` is cp1252), or None."""
    if not label:
        return None
    match = _LABEL.fullmatch(label.strip().strip("\"'").strip())
    if match is None:
        return None
    name = match[0].lower()
    name = _ALIASES.get(name, name)
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return codec if _FAMILIES.match(codec) else None


def find_declared_charset(data: bytes) -> str | None:
    """The label in a ``<meta>`` or XML declaration at the start of an HTML file, comments left out."""
    head = data[:_PRESCAN_BYTES]
    if b"<!--" in head:
        head = _COMMENT.sub(b"", head)
    match = _HTML_DECLARED.search(head) or _XML_DECLARED.search(head)
    return match[1].decode("ascii") if match else None


def decode(data: bytes, *, header: str | None = None, meta: str | None = None) -> Decoded:
    """Text of ``data``; ``header`` and ``meta`` are the labels of an HTTP header and of the file itself.

    Never fails: what fits nothing is cp1252. Lone surrogates of UTF-16 become U+FFFD and are counted in ``replaced``.
    """
    notes: list[ReaderNote] = []
    for mark, codec in _BOMS:
        if data.startswith(mark):
            text = _decode_strictly(data[len(mark) :], codec)
            if text is not None:
                return Decoded(text, codec)
            if codec != "utf-8":
                return _decode_wide(data[len(mark) :], codec)
            notes.append(ReaderNote("encoding_fallback", detail="BOM utf-8"))
            data = data[len(mark) :]
            break
    wide = find_wide_codec(data)
    if wide is not None:
        return _decode_wide(data, wide)
    for source, label in (("header", header), ("meta", meta)):
        named = find_codec(label)
        if label and named is None:
            notes.append(ReaderNote("encoding_fallback", detail=f"{source} unknown"))
        elif named is not None and not named.startswith(("utf-16", "utf-32")):
            # Bytes without the NULs of UTF-16 are not UTF-16, whoever says so: browsers read such a label as UTF-8.
            text = _decode_strictly(data, named)
            if text is not None:
                return Decoded(text, named, 0, tuple(notes))
            notes.append(ReaderNote("encoding_fallback", detail=f"{source} {named}"))
    text = _decode_strictly(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8", 0, tuple(notes))
    text = data.decode("cp1252", "replace")
    return Decoded(text, "cp1252", text.count("\ufffd"), tuple(notes))


def find_wide_codec(data: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` where every other byte of the beginning is mostly NUL, else None."""
    head = data[:4096]
    if len(head) < 4 or b"\0" not in head:
        return None
    pairs = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > pairs * 0.6 and even < pairs * 0.05:
        return "utf-16-le"
    if even > pairs * 0.6 and odd < pairs * 0.05:
        return "utf-16-be"
    return None


def _decode_strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _decode_wide(data: bytes, codec: str) -> Decoded:
    text = data.decode(codec, "replace")
    return Decoded(text, codec, text.count("\ufffd"))
