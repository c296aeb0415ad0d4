"""Characters made canonical: what every reader does to the strings it gets, before any offset is counted."""

from __future__ import annotations

import re
import unicodedata

# Soft hyphen, zero-width and bidi controls, BOM inside the text, variation selectors: nothing that prints.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 controls but tab and line end, lone surrogates and non-characters: no letters, and poison for Arrow.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\uffff]")
_SPACES = re.compile(r"[^\S\n]+")


def clean_characters(text: str) -> str:
    """NFC, ``\\n`` line ends, no invisible or control characters; white space is left as it is.

    Lone surrogates become U+FFFD (a letter was there, and it is lost); U+FFFE, pdfium's mark for a hyphen at
    a line end, is left to the PDF reader.
    """
    if "\r" in text or not text.isascii() or "\x0b" in text or "\x0c" in text:
        text = _LINE_ENDS.sub("\n", text)
    text = _CONTROLS.sub(lambda match: "\ufffd" if "\ud800" <= match[0] <= "\udfff" else "", text)
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def fold_spaces(text: str) -> str:
    """Every run of white space within a line becomes one space (tabs, NBSP and other Unicode spaces too)."""
    return _SPACES.sub(" ", text)


def clean_line(text: str) -> str:
    """One line or cell, canonical: ``clean_characters``, line ends and runs of white space to one space, stripped."""
    return " ".join(clean_characters(text).split())


def count_characters(text: str) -> int:
    """Characters that are not white space: the unit of all the counts in ``documents``."""
    return len("".join(text.split()))
