"""From the pages of a scan, which a program outside has read, to rows: the parse's other beginning."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from models.records import Parsed
from parsers import record
from parsers.document import UnreadableError
from parsers.parse import parse_read
from parsers.readers.pdf_ocr import ScannedPage, compose_scan
from parsers.record import QUARANTINED, Origin
from parsers.soundness import find_contradiction


def is_scan(data: bytes, parsed: Parsed) -> bool:
    """Whether a document was left out because it is a PDF without text: pictures, or empty pages."""
    unread = parsed.status == QUARANTINED and str(parsed.document["reason"]).startswith("no_text:")
    return unread and b"%PDF-" in data[:1024]


def parse_scan(data: bytes, scans: Sequence[ScannedPage]) -> Parsed:
    """Every row that the pages give; ``data`` is the PDF. Never raises for bad input."""
    origin = Origin(hashlib.sha256(data).hexdigest(), len(data))
    try:
        parsed = parse_read(compose_scan(scans), origin)
    except UnreadableError as error:
        return record.quarantine(origin.document_id, origin.bytes, error.code, error.detail)
    wrong = find_contradiction(parsed)
    return record.quarantine(origin.document_id, origin.bytes, *wrong) if wrong else parsed
