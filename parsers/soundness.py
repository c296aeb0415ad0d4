"""What is true of every record, whatever the document: checked at the end of every parse, since it costs little.

A record that contradicts itself is a fault of ours, and its tables would mislead; its document is quarantined with
``parser_error``, loudly, instead of being published.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

from models.columns import ColumnType
from models.records import Parsed, Row
from models.tables import TABLES
from parsers.readers.clean import count_canonical

MOST_ORDINAL = (1 << 15) - 1
"""The largest ``ordinal`` of a table that numbers its rows in 16 bits."""

CRITERIA = 15

_MASK = "█"
_SPANNED = ("sections", "scores", "issues")


def find_contradiction(parsed: Parsed) -> tuple[str, str] | None:
    """Issue code and detail (never text of the document) of what in a record cannot be; None if it is sound."""
    if parsed.status == "quarantined":
        sound = parsed.document["reason"] and parsed.project_code is None
        return None if sound else ("parser_error", "quarantine")
    crowded = next((name for name in _SHORT_NUMBERED if _has_too_many(parsed.tables.get(name, ()))), None)
    if crowded is not None:
        return "too_many_rows", crowded
    text: str = parsed.tables["texts"][0]["text"]
    wrong = (
        _wrong_counts(parsed)
        or _wrong_mask(text, parsed.restricted["texts"][0]["text"])
        or _wrong_evidence(text, parsed.tables["fields"])
        or next((f"span of {name}" for name in _SPANNED if _has_wrong_spans(parsed.tables[name], len(text))), None)
        or next((f"key of {name}" for name, rows in parsed.tables.items() if _has_wrong_keys(name, rows)), None)
        or ("scores" if len(parsed.tables["scores"]) not in (0, CRITERIA) else None)
    )
    return ("parser_error", wrong) if wrong else None


def _wrong_counts(parsed: Parsed) -> str | None:
    document = parsed.document
    claimed, unclaimed = document["claimed_characters"], document["unclaimed_characters"]
    if claimed < 0 or unclaimed < 0 or claimed + unclaimed != document["characters"]:
        return "claims"
    if document["characters"] != count_canonical(parsed.restricted["texts"][0]["text"]):
        return "characters"
    if document["dropped_characters"] < 0:
        return "dropped"
    return "issues" if document["issues"] != len(parsed.tables["issues"]) else None


def _wrong_mask(masked: str, text: str) -> str | None:
    """The masked text is the text but for characters replaced one by one."""
    if masked == text:
        return None
    if len(masked) != len(text):
        return "mask"
    at = 0
    for piece in masked.split(_MASK):
        if piece and not text.startswith(piece, at):
            return "mask"
        at += len(piece) + 1
    return None


def _wrong_evidence(text: str, rows: Sequence[Row]) -> str | None:
    for row in rows:
        start, end, raw = row["char_start"], row["char_end"], row["raw"]
        if raw is None:
            if start is not None or end is not None:
                return "span without raw"
        elif start is None or start < 0 or text[start:end] != raw:
            return "raw"
        if row["restricted"] and row["value"] is not None:
            return "restricted value"
    return None


def _has_wrong_spans(rows: Sequence[Row], length: int) -> bool:
    for row in rows:
        start = row["char_start"]
        if start is not None and not 0 <= start <= row["char_end"] <= length:
            return True
    return False


def _has_too_many(rows: Sequence[Row]) -> bool:
    return max(map(_ORDINAL, rows), default=0) > MOST_ORDINAL


def _has_wrong_keys(name: str, rows: Sequence[Row]) -> bool:
    return len(rows) > 1 and len(set(map(_KEY_OF[name], rows))) != len(rows)


_ORDINAL = operator.itemgetter("ordinal")
_KEY_OF = {table.name: operator.itemgetter(*table.key) for table in TABLES.values()}

_SHORT_NUMBERED = tuple(
    table.name
    for table in TABLES.values()
    for column in table.columns
    if column.name == "ordinal" and column.type is ColumnType.INT16
)
