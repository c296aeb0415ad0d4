"""The truth about printed fields: label, state and raw value of each, in the contract's names.

``raw`` is what is printed in this document, damage included, with any kind of space as a plain one; restricted
fields have it masked. ``state`` is ``value``, ``empty`` (label without a value), ``no_label`` or ``no_section``.
Indicators have rows for the numbers of each (section ``7.1``); scores and justifications have tables of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.synthetic.form_text import Block, Kind

FIELDS: dict[str, tuple[str, str]] = {
    "project_code": ("1", "project_code"),
    "project_name": ("1", "project_name"),
    "priority_axis": ("1", "priority_axis"),
    "specific_objective": ("1", "specific_objective"),
    "implementation_period": ("1", "implementation_period"),
    "status": ("1", "status"),
    "authority": ("1", "authority"),
    "applicant.name": ("2", "applicant_name"),
    "applicant.type": ("2", "applicant_type"),
    "applicant.business_id": ("2", "applicant_business_id"),
    "applicant.street": ("2", "applicant_street_address"),
    "applicant.phone": ("2", "applicant_phone"),
    "applicant.postal_code": ("2", "applicant_postal_code"),
    "applicant.post_office": ("2", "applicant_post_office"),
    "applicant.website": ("2", "applicant_website"),
    "contact.name": ("2", "contact_name"),
    "contact.position": ("2", "contact_position"),
    "contact.email": ("2", "contact_email"),
    "contact.phone": ("2", "contact_phone"),
    "arrangement": ("2", "applicant_arrangement"),
    "funding.granted_eu_state": ("5", "granted_eu_state_eur"),
    "funding.realised_eu_state": ("5", "realised_eu_state_eur"),
    "funding.planned_public": ("5", "planned_public_eur"),
    "funding.realised_public": ("5", "realised_public_eur"),
    "regions": ("6", "regions"),
    "subregions": ("6", "subregions"),
    "municipalities": ("6", "municipalities"),
    "site.street": ("6", "site_street_address"),
    "site.postal_code": ("6", "site_postal_code"),
    "site.post_office": ("6", "site_post_office"),
}
"""By the blocks' names: the section and the contract's field."""
GENDER_FIELDS = ("gender_analysis", "gender_mainstreaming", "gender_main_goal")
RESTRICTED = frozenset({"applicant_phone", "contact_name", "contact_position", "contact_email", "contact_phone"})
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " "))


def field_rows(
    blocks: Sequence[Block], fields: Mapping[str, tuple[str, str]] = FIELDS, *, whole: bool = True
) -> list[dict[str, Any]]:
    """One row for each field of the form, more for partners and indicators; in the form's order.

    ``fields`` are the form's, as in ``FIELDS``; ``whole``: it has questions, partners and indicators too.
    """
    sections = _split_by_heading(blocks)
    printed = {block.name: block for body in sections.values() for block in body if block.name}
    rows = [
        _field_row(number, field, printed.get(name), has_section=number in sections)
        for name, (number, field) in fields.items()
    ]
    if not whole:
        return rows
    questions = [block for block in sections.get("8.1", []) if block.kind is Kind.QUESTION]
    for field, question in zip(GENDER_FIELDS, questions or (None, None, None), strict=True):
        rows.append(_field_row("8.1", field, question, has_section="8.1" in sections))
    rows += _partner_rows(sections.get("2", []), has_section="2" in sections)
    for number, body in sections.items():
        if number.startswith("7."):
            numbers = {block.name: block for block in body}
            rows += [
                _field_row(number, name, numbers.get(f"indicator.{name}"), has_section=True)
                for name in ("planned", "realised")
            ]
    return rows


def _split_by_heading(blocks: Sequence[Block]) -> dict[str, list[Block]]:
    sections: dict[str, list[Block]] = {}
    body: list[Block] = []
    for block in blocks:
        if block.kind is Kind.HEADING:
            body = sections.setdefault(block.number.rstrip("."), [])
        else:
            body.append(block)
    return sections


def _field_row(number: str, field: str, block: Block | None, *, has_section: bool) -> dict[str, Any]:
    raw = block.value.translate(_SPACES) if block else ""
    state = "value" if raw else "empty" if block else "no_label" if has_section else "no_section"
    return {
        "section_number": number,
        "field": field,
        "ordinal": 1,
        "label": block.label if block else None,
        "state": state,
        "raw": ("█" * len(raw) if field in RESTRICTED else raw) or None,
    }


def _partner_rows(body: Sequence[Block], *, has_section: bool) -> Iterator[dict[str, Any]]:
    """A row a line; without any, one row that says whether the list's head stands there."""
    lines = [block for block in body if block.kind is Kind.PARTNER]
    heads = [block for block in body if block.kind is Kind.GROUP]
    label = heads[0].text if heads else None
    for ordinal, line in enumerate(lines, start=1):
        yield _field_row("2", "partner", Block(Kind.FIELD, label=label or "", value=line.text), has_section=True) | {
            "ordinal": ordinal
        }
    if not lines:
        head = Block(Kind.FIELD, label=label) if label else None
        yield _field_row("2", "partner", head, has_section=has_section)
