"""From a document's bytes to its rows: the steps of a parse in one visible list."""

from __future__ import annotations

from models.records import Parsed


def parse_document(data: bytes, *, name: str = "", charset: str | None = None) -> Parsed:
    """Every row that the document gives; never raises for bad input.

    ``name`` (a file name) only helps to tell text from HTML where the bytes do not; ``charset`` is that of an HTTP
    header. What cannot be read gives a record with status ``quarantined`` and its reason.
    """
    return quarantine(data, "unknown_format")


def quarantine(data: bytes, code: str, detail: str = "", *, document_id: str | None = None) -> Parsed:
    """The record of a document that cannot be read, for the reason ``code`` of ``models.issues``."""
    raise AssertionError((data, code, detail, document_id))
