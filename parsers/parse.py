"""From a document's bytes to its rows: the steps of a parse in one visible list."""

from __future__ import annotations

import hashlib

from models.records import Parsed
from parsers import record
from parsers.document import Document, UnreadableError
from parsers.findings import Slot
from parsers.limits import DEFAULT, OVER_LIMIT, ReadingLimits
from parsers.locate import Located, locate_all, title_slot
from parsers.privacy import mask_document
from parsers.readers.dispatch import read_document, read_pdf_again
from parsers.recognise import find_unknown_title, recognise_form
from parsers.record import PARSED, PARTIAL, QUARANTINED, Origin, make_record
from parsers.rows import Source
from parsers.sections import SectionMap, divide_sections, find_second_description, find_title
from parsers.soundness import find_contradiction


def parse_document(
    data: bytes, *, name: str = "", charset: str | None = None, limits: ReadingLimits = DEFAULT
) -> Parsed:
    """Every row that the document gives; never raises for bad input.

    ``name`` (a file name) only helps to tell text from HTML where the bytes do not; ``charset`` is that of an HTTP
    header. What cannot be read gives a record with status ``quarantined`` and its reason.
    """
    origin = Origin(hashlib.sha256(data).hexdigest(), len(data))
    parsed = _parse(data, origin, name, charset, limits)
    wrong = find_contradiction(parsed)
    if wrong is not None:
        return record.quarantine(origin.document_id, origin.bytes, *wrong)
    return parsed


def _parse(data: bytes, origin: Origin, name: str, charset: str | None, limits: ReadingLimits) -> Parsed:
    try:
        document = read_document(data, name=name, charset=charset, limits=limits)
    except UnreadableError as error:
        first = record.quarantine(origin.document_id, origin.bytes, error.code, error.detail)
        if error.code in OVER_LIMIT:
            return first
        text = ""
    else:
        first = parse_read(document, origin)
        text = document.text
    if first.status != PARSED and b"%PDF-" in data[:1024]:
        return _parse_again(data, origin, first, text, limits)
    return first


def parse_read(document: Document, origin: Origin, *, second_reader: bool = False) -> Parsed:
    """The rows of a document that a reader has read."""
    recognised = recognise_form(document)
    if recognised is None:
        seen = find_unknown_title(document)
        detail = f"title seen: {seen}" if seen else ""
        return record.quarantine(origin.document_id, origin.bytes, "unknown_form", detail, document=document)
    parts = divide_sections(recognised.keys, recognised.form, recognised.headings)
    title = find_title(parts.keys, recognised.form, parts.preamble)
    located = locate_all(document, recognised.form, parts, title)
    located.second = find_second_description(recognised.keys, recognised.form, parts.preamble + 1, recognised.headings)
    if second_reader:
        located.findings.note("second_reader")
    slots = _order_slots(located, parts)
    masked, _ = mask_document(document, located, recognised.form, slots)
    return make_record(Source(document, masked, recognised.form), located, slots, title, origin)


def quarantine(data: bytes, code: str, detail: str = "", *, document_id: str | None = None) -> Parsed:
    """The record of bytes that cannot be read, for the reason ``code`` of ``models.issues``."""
    return record.quarantine(document_id or hashlib.sha256(data).hexdigest(), len(data), code, detail)


def _parse_again(data: bytes, origin: Origin, first: Parsed, text: str, limits: ReadingLimits) -> Parsed:
    """A PDF whose first reading does not validate is read by the second reader; the better result counts."""
    try:
        second = parse_read(read_pdf_again(data, limits), origin, second_reader=True)
    except UnreadableError:
        return first
    order = (QUARANTINED, PARTIAL, PARSED)
    worth = [(order.index(one.status), one.document["claimed_characters"] or 0) for one in (first, second)]
    if worth[1] <= worth[0]:
        return first
    _count_lost(text, first, second)
    return second


def _count_lost(text: str, first: Parsed, second: Parsed) -> None:
    """What the first reader of a damaged PDF has (``text``) and the second does not is dropped, and counted so."""
    seen, kept = (one.document for one in (first, second))
    if not text or second.status == QUARANTINED:
        return
    # Word by word as well: the one may have lost a page and the other another.
    squeezed = "".join(second.restricted["texts"][0]["text"].split())
    words = sum(len(word) for word in set(text.split()) if word not in squeezed)
    lost = seen["characters"] + seen["dropped_characters"] - kept["characters"]
    kept["dropped_characters"] = max(kept["dropped_characters"], lost, words)


def _order_slots(located: Located, parts: SectionMap) -> list[Slot]:
    """All slots in the text's order, the title's first."""
    first = title_slot(located, parts.keys)
    slots = sorted(located.findings.slots, key=lambda slot: (slot.label or slot.span)[0])
    return [first, *slots] if first else slots
