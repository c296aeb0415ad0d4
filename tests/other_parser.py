"""The next version of ``fake_parser``: names in capitals, and a line ``recode`` gives another project code."""

from __future__ import annotations

from fake_parser import parse_document as parse_before
from fake_parser import quarantine

from models.records import Parsed

__all__ = ["parse_document", "quarantine"]


def parse_document(data: bytes, *, name: str = "", charset: str | None = None, limits: object = None) -> Parsed:
    del limits
    recoded = data.replace(b"code: S1", b"code: S9") if b"recode" in data else data
    parsed = parse_before(recoded, name=name, charset=charset)
    known = parse_before(data).document_id
    text = parsed.tables["projects"][0]["project_name"]
    for rows in (*parsed.tables.values(), *parsed.restricted.values(), [parsed.document]):
        for row in rows:
            if "document_id" in row:
                row["document_id"] = known
    parsed.tables["projects"][0]["project_name"] = text.upper() if text else None
    return Parsed(
        document_id=known,
        project_code=parsed.project_code,
        status=parsed.status,
        document=parsed.document,
        tables=parsed.tables,
        restricted=parsed.restricted,
        characters=parsed.characters,
    )
