"""Characters made canonical: what every reader does to the strings it gets, before any offset is counted."""

from __future__ import annotations

import codecs
import re
import unicodedata

from parsers.document import ReaderNote

# Soft hyphen, zero-width and bidi controls, BOM inside the text, variation selectors: nothing that prints.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_OTHER_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 controls but tab and line end, lone surrogates and non-characters: no letters, and poison for Arrow.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\uffff]")
_ORDINARY = bytes((*range(0x20, 0x7F), 0x09, 0x0A))
_UNCERTAIN_NFC = re.compile("[\u0300-\u200f\u2010-\U0010ffff]")


def _is_settled(character: str) -> bool:
    """Whether a character is canonical by itself and beside any other of its like."""
    return (
        character.isprintable()
        and not unicodedata.combining(character)
        and unicodedata.normalize("NFC", character) == character
        and not _INVISIBLE.match(character)
    )


# What Finnish and Swedish text is made of beside ASCII: a text of these alone has nothing to clean.
_SETTLED = frozenset(
    filter(_is_settled, map(chr, (*range(0xA1, 0x180), *range(0x2010, 0x205F), *range(0x20A0, 0x20C0), 0x2212, 0x25CF)))
)


def odd_characters(text: str, data: bytes | None = None) -> str:
    """The different characters of a text that may need cleaning, in code point order; ``""`` for nearly every text.

    ``data`` is the text in UTF-8 (a mark of byte order may stand before it), where somebody has it already. One pass of
    ``bytes.translate`` finds them ten times as fast as a pattern or a set of the whole text does.
    """
    data = text.encode("utf-8", "surrogatepass") if data is None else data.removeprefix(codecs.BOM_UTF8)
    rest = data.translate(None, _ORDINARY)
    if not rest:
        return ""
    return "".join(sorted(set(rest.decode("utf-8", "surrogatepass")) - _SETTLED))


def clean_characters(text: str, odd: str | None = None) -> str:
    """NFC, ``\\n`` line ends, no invisible or control characters; white space is left as it is.

    Lone surrogates become U+FFFD (a letter was there, and it is lost); U+FFFE, pdfium's mark for a hyphen at
    a line end, is left to the PDF reader. ``odd`` are the text's ``odd_characters``, where known.
    """
    if odd is None:
        odd = odd_characters(text)
    if not odd:
        return text
    if "\r" in odd:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _OTHER_LINE_ENDS.search(odd):
        text = _OTHER_LINE_ENDS.sub("\n", text)
    if _CONTROLS.search(odd):
        text = _CONTROLS.sub(lambda match: "\ufffd" if "\ud800" <= match[0] <= "\udfff" else "", text)
    if _INVISIBLE.search(odd):
        text = _INVISIBLE.sub("", text)
    if _UNCERTAIN_NFC.search(odd) and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text


def clean_line(text: str) -> str:
    """One line or cell, canonical: ``clean_characters``, line ends and runs of white space to one space, stripped."""
    return " ".join(clean_characters(text).split())


def count_characters(text: str) -> int:
    """Characters that are not white space: the unit of all the counts in ``documents``."""
    return len("".join(text.split()))


def count_canonical(text: str) -> int:
    """``count_characters`` of canonical text, whose only white space is blanks and line ends."""
    return len(text) - text.count(" ") - text.count("\n")


def note_damage(text: str) -> tuple[ReaderNote, ...]:
    """A note where U+FFFD stands for characters that are lost."""
    lost = text.count("\ufffd") + sum(map(text.count, _surrogates(text)))
    return (ReaderNote("undecodable_characters", detail=str(lost)),) if lost else ()


def _surrogates(text: str) -> set[str]:
    return set(re.findall("[\ud800-\udfff]", text)) if text and not text.isascii() else set()
