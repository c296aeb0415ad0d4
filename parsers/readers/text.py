"""The text reader: bytes of a plain text file to a ``Document``."""

from __future__ import annotations

import re

from parsers.document import Document, UnreadableError
from parsers.readers.build import build_document
from parsers.readers.clean import clean_characters, note_damage, odd_characters
from parsers.readers.encoding import Decoded, decode
from parsers.readers.markdown import is_markdown, remove_marks
from parsers.readers.sniff import name_kind
from parsers.readers.text_lines import PAGE_START, SOFT_END, read_plain_lines, split_pieces

# A page break is white space at the end of a line, or ends a line itself.
_PAGE_BREAK = re.compile(r"(?:\r\n|[\r\n])?\x0c")
# A soft hyphen prints where its line ends: there it is a hyphen that folding put in, elsewhere it is nothing.
_SOFT_AT_END = re.compile("(?<=\\w)\u00ad(?=[ \t]{0,99}(?:[\r\n\u2028\u2029]|$))")
_ODD_SPACES = re.compile(r"[^\S\n\t \x0c]")


def read_text(data: bytes, *, charset: str | None = None) -> Document:
    """A plain text file as a ``Document``; ``charset`` is that of an HTTP header, if there was one.

    Raises ``UnreadableError``: ``empty`` (no bytes), ``not_text`` (binary), ``no_text`` (white space only).
    """
    if not data:
        raise UnreadableError("empty")
    decoded = decode(data, header=charset)
    odd = odd_characters(decoded.text, data if decoded.encoding == "utf-8" else None)
    dropped = count_controls(decoded.text, odd)
    check_is_text(data, decoded, dropped)
    text = clean_text(decoded.text, odd)
    if is_markdown(text):
        text = remove_marks(text)
    notes = (*decoded.notes, *note_damage(text if odd else ""))
    plain = None if odd else read_plain_lines(text)
    if plain is not None:
        text, lines = plain
        if not lines:
            raise UnreadableError("no_text")
        return Document(text, lines, "text/plain", "text", dropped_characters=dropped, notes=notes)
    return build_document(split_pieces(text), media_type="text/plain", reader="text", dropped=dropped, notes=notes)


def check_is_text(data: bytes, decoded: Decoded, controls: int) -> None:
    """Raises ``UnreadableError("not_text")`` for bytes of another kind: more than a few control characters."""
    size = len(decoded.text)
    if not (controls or decoded.replaced):
        return
    most = size * (0.01 if decoded.encoding == "cp1252" else 0.1)
    if controls > most + 2 or decoded.replaced > size * 0.1 + 2 or name_kind(data) is not None:
        raise UnreadableError("not_text", f"{controls + decoded.replaced} of {size} characters")


def clean_text(text: str, odd: str) -> str:
    """``clean_characters`` for a whole file: page breaks and soft hyphens at line ends kept as marks."""
    if not odd:
        return text
    if "\u00ad" in odd:
        text = _SOFT_AT_END.sub(SOFT_END, text)
    if "\x0c" in odd:
        odd = odd.replace("\x0c", "")
        text = ("\n" + PAGE_START).join([clean_characters(page, odd) for page in _PAGE_BREAK.split(text)])
    else:
        text = clean_characters(text, odd)
    if any(character.isspace() for character in odd):
        text = _ODD_SPACES.sub(" ", text)
    return text


def count_controls(text: str, odd: str) -> int:
    """Control characters that are no white space: they are left out."""
    return sum(text.count(character) for character in odd if character < "\xa0" and not character.isspace())
