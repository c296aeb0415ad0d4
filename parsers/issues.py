"""Rows of ``issues`` from what readers and extractors noticed."""

from __future__ import annotations

from collections.abc import Iterable

from models.issues import ISSUE_CODES, Severity
from models.records import Row
from parsers.document import ReaderNote
from parsers.findings import Notice, Span

_LONGEST_EXCERPT = 200


def make_issue_rows(masked: str, notices: Iterable[Notice], notes: Iterable[ReaderNote]) -> list[Row]:
    """The issues of a document in its order: what a reader says first, then by place, gravest first."""
    found = [
        Notice(
            note.code, span=(note.start, note.end or note.start) if note.start is not None else None, detail=note.detail
        )
        for note in notes
    ]
    found += sorted(notices, key=_order)
    return [_issue_row(masked, ordinal, notice) for ordinal, notice in enumerate(found, 1)]


def _order(notice: Notice) -> tuple[int, int, str, str]:
    start = notice.span[0] if notice.span else -1
    return (start, ISSUE_CODES[notice.code].severity.rank, notice.code, notice.field or "")


def _issue_row(masked: str, ordinal: int, notice: Notice) -> Row:
    code = ISSUE_CODES[notice.code]
    span: Span | None = notice.span
    excerpt = masked[span[0] : span[1]] if span and span[1] > span[0] else None
    if excerpt and len(excerpt) > _LONGEST_EXCERPT:
        excerpt = excerpt[: _LONGEST_EXCERPT - 1] + "…"
    return {
        "ordinal": ordinal,
        "severity": str(code.severity),
        "code": code.code,
        "message": f"{code.message} ({notice.detail})" if notice.detail else code.message,
        "section_number": notice.section_number,
        "field": notice.field,
        "char_start": span[0] if span else None,
        "char_end": span[1] if span else None,
        "excerpt": excerpt,
    }


def worst_severity(rows: Iterable[Row]) -> str | None:
    """The gravest severity among issue rows, or None."""
    ranks = {Severity(row["severity"]) for row in rows}
    return str(min(ranks, key=lambda severity: severity.rank)) if ranks else None
