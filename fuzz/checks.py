"""What must hold of a document and of a record, whatever the bytes were; a breach raises ``AssertionError``."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from models.records import Parsed
from parsers.document import Document, UnreadableError
from parsers.readers.clean import clean_characters, count_canonical

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from reading import check_document
from rows import check_invariants

IDENTITY_CODE = re.compile(
    r"(?<!\w)(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y](?!\w)"
)
"""Written down apart from the one that masks: two mistakes would have to be the same."""


def check_record(parsed: Parsed) -> None:
    """``tests/rows.py``'s invariants; no public table shows a personal identity code."""
    check_invariants(parsed)
    for name, rows in parsed.tables.items():
        for row in rows:
            for column, value in row.items():
                for text in _strings(value):
                    assert not IDENTITY_CODE.search(text), f"identity code in {name}.{column}"
                    assert not any("\ud800" <= character <= "\udfff" for character in text), f"surrogate in {name}"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)


def read_and_check(read: Callable[[], Document]) -> Document | None:
    """The document that ``read`` gives, checked; None where it cannot be read and says so."""
    try:
        document = read()
    except UnreadableError:
        return None
    check_document(document)
    assert document.dropped_characters >= 0
    for note in document.notes:
        assert note.start is None or 0 <= note.start <= (note.end or 0) <= len(document.text)
    return document


def letters(text: str) -> str:
    """The letters and digits of a text in order; ``o`` aside, which may be a list's mark."""
    return "".join(character for character in text if character.isalnum() and character != "o")


def check_no_letter_lost(source: str, document: Document) -> None:
    """A text's letters and digits are all there, in order."""
    wanted, found = letters(clean_characters(source)), letters(document.text)
    assert wanted == found, f"{len(wanted)} letters became {len(found)}"


def check_no_page_text_lost(source: str, document: Document) -> None:
    """As many letters as another reading of the page shows are there, or counted as dropped."""
    parser = LexborHTMLParser(clean_characters(source))
    parser.strip_tags(["script", "style"])
    shown = letters(clean_characters(parser.body.text() if parser.body else ""))
    kept = len(letters(document.text)) + document.dropped_characters
    assert len(shown) <= kept, f"{len(shown)} letters became {len(letters(document.text))} and {kept} with the dropped"


def check_counts(parsed: Parsed, document: Document) -> None:
    """The record's counts are the document's."""
    row: dict[str, Any] = parsed.document
    assert row["characters"] == count_canonical(document.text)
    assert row["dropped_characters"] == document.dropped_characters
