"""Whether personal data came out masked: what is looked for, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.records import Row
from pipeline.evaluate.compare import fold
from pipeline.evaluate.judge import MASK, Rows

_FIELDS = ("contact_name", "contact_email", "contact_phone", "applicant_phone")


def masking_truth(truth: Rows) -> list[Row]:
    """A row for each thing that no public table may hold: planted in free text, and the contact fields' values."""
    rows: list[Row] = [
        {"ordinal": f"planted {row['ordinal']}", "in_free_text": MASK} for row in truth.get("secrets", ())
    ]
    for contact in truth.get("contacts", ()):
        rows += [{"ordinal": name, "contact_fields": MASK} for name in _FIELDS if contact.get(name)]
    return rows


def masking_found(truth: Rows, public: Rows) -> list[Row]:
    """The same rows as found: ``█`` where the value is in no public row, else what leaked."""
    everything = "\n".join(_strings(public))
    folded = fold(everything)

    def state(secret: str) -> str:
        spellings = {secret, fold(secret), secret.replace("@", "(at)")}
        return f"in public: {secret}" if any(one in everything or one in folded for one in spellings) else MASK

    rows: list[Row] = [
        {"ordinal": f"planted {row['ordinal']}", "in_free_text": state(row["value"])}
        for row in truth.get("secrets", ())
    ]
    for contact in truth.get("contacts", ()):
        rows += [{"ordinal": name, "contact_fields": state(contact[name])} for name in _FIELDS if contact.get(name)]
    return rows


def _strings(public: Rows) -> Iterator[str]:
    for rows in public.values():
        yield from _row_strings(rows)


def _row_strings(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        for value in row.values():
            if isinstance(value, str):
                yield value
