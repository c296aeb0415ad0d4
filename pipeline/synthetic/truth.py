"""What a run should say of a generated document: rows in the output contract's own tables, one set per document.

Join by ``path`` (of ``documents``, relative to ``archive/``): every row carries it, because a project may have
several documents, each with its own truth. What the rows hold:

- Values are normalised as the contract demands (dates, whole euros rounded half up, ``(at)`` undone, null for
  nothing), texts as printed; ids are as printed, with ``*_valid`` beside them. Columns that only a run knows
  (``document_id``, offsets, completeness, issues) are left out, and so is ``indicators.name``.
- ``sections.text`` and justifications are the canonical text: paragraphs parted by a blank line, list items as
  ``- `` lines, folded lines joined. In a layout without blank lines they are the lines one below the other. Planted
  e-mail addresses, telephone numbers and the contact person's details in free text are masked with ``█``. A section of
  the form's fields has ``text`` null: its body depends on the layout and is judged by its fields.
- Titles and labels are as printed in this document, damage included; values are those before any damage, and so is
  the text of a section whose blank lines noise has taken (compare it with white space folded).
- ``fields.raw`` is what is printed (cents of a sum, for example), ``projects`` what the contract makes of it.
- ``locations.codes`` lists every code that is right (a municipality that merged while the project ran).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.synthetic.content import Indicator, Partner, ProjectContent
from pipeline.synthetic.form_text import Block, Kind, RowKind, split_chunks
from pipeline.synthetic.forms import FORMS
from pipeline.synthetic.truth_areas import allocation_rows, location_rows
from pipeline.synthetic.truth_fields import GENDER_FIELDS, field_rows
from pipeline.synthetic.truth_tables import CRITERIA

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class DocumentTruth:
    """What is known of the file itself; columns of the truth's ``documents``."""

    path: str
    format: str
    """``text``, ``html``, ``pdf``."""
    layout: str
    encoding: str = "utf-8"
    noise: float = 0.0
    noise_inside: bool = False
    held_out: bool = False
    trap: bool = False
    role: str = "current"
    captured_at: str | None = None
    """ISO date that the file's name states."""
    blank_lines: bool = True


def truth_rows(
    content: ProjectContent, blocks: Sequence[Block], document: DocumentTruth, secrets: Sequence[str] = ()
) -> Rows:
    """The rows of every table for one document; ``blocks`` as laid out, ``secrets`` as planted in the free text."""
    hidden = [secret for secret in (*secrets, *_contact_values(content)) if secret]
    texts = _Texts(tuple(sorted(set(hidden), key=lambda value: (-len(value), value))), document.blank_lines)
    form = FORMS[content.form]
    rows: Rows = {
        "projects": [_project_row(content, texts)],
        "sections": _section_rows(content, blocks, texts),
        "scores": _score_rows(content, blocks, texts),
        "indicators": _indicator_rows(content),
        "locations": location_rows(content) if content.has_section("6") else [],
        "allocations": allocation_rows(content) if content.has_section("6") else [],
        "partners": _partner_rows(content) if content.has_section("2") else [],
        "fields": field_rows(blocks, form.fields, whole=form.name == "eura2014"),
        "contacts": [_contact_row(content)] if content.has_section("2") else [],
        "secrets": [{"ordinal": at, "value": value} for at, value in enumerate(secrets, start=1)],
        "documents": [_document_row(document, content.form)],
    }
    for table in rows.values():
        for row in table:
            row["path"] = document.path
            row["project_code"] = content.project_code
    return rows


@dataclass(frozen=True, slots=True)
class _Texts:
    """How free text comes out: what is masked in it, and whether blank lines survive."""

    hidden: tuple[str, ...]
    blank_lines: bool

    def normalise(self, text: str) -> str:
        joint = "\n\n" if self.blank_lines else "\n"
        joined = joint.join("\n".join(chunk) for chunk in split_chunks(text))
        for value in self.hidden:
            joined = joined.replace(value, "█" * len(value))
        return joined


def is_valid_business_id(business_id: str) -> bool:
    """Seven digits, a hyphen and the check digit: weights 7, 9, 10, 5, 8, 4, 2, the sum with it divisible by 11."""
    digits, hyphen, check = business_id.partition("-")
    if not (hyphen and len(digits) == 7 and len(check) == 1 and (digits + check).isdecimal()):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return rest != 1 and int(check) == (0 if rest == 0 else 11 - rest)


def _split_code(printed: str, mark: str) -> tuple[str | None, str | None]:
    """``10.1. Työelämän ...`` as code and name; ``mark`` is what parts them."""
    code, _, name = printed.partition(mark)
    return (code, name) if name else (None, printed or None)


def _project_row(content: ProjectContent, texts: _Texts) -> dict[str, Any]:
    applicant, site, funding = content.applicant, content.site, content.funding
    has = content.has_section
    form = FORMS[content.form]
    axis = _split_code(content.priority_axis, form.code_mark)
    objective = _split_code(content.specific_objective, form.code_mark)
    row: dict[str, Any] = {
        "form": form.name,
        "fund": content.fund,
        "programme_period": form.programme_period,
        "language": "fi",
        "project_name": content.project_name,
        "priority_axis_code": axis[0],
        "priority_axis_name": axis[1],
        "specific_objective_code": objective[0],
        "specific_objective_name": objective[1],
        "programme_part": content.programme_part,
        "project_type": content.project_type,
        "start_date": content.start,
        "end_date": content.end,
        "status": content.status,
        "authority": content.authority,
    }
    in_2 = {
        "applicant_name": applicant.name,
        "applicant_type": applicant.type,
        "applicant_business_id": applicant.business_id,
        "applicant_business_id_valid": is_valid_business_id(applicant.business_id) if applicant.business_id else None,
        "applicant_street_address": applicant.street,
        "applicant_postal_code": applicant.postal_code,
        "applicant_post_office": applicant.post_office,
        "applicant_website": applicant.website,
        "applicant_arrangement": content.arrangement,
    }
    in_5 = {
        "granted_eu_state_eur": funding.granted_eu_state,
        "realised_eu_state_eur": funding.realised_eu_state,
        "planned_public_eur": funding.planned_public,
        "realised_public_eur": funding.realised_public,
    }
    in_6 = {
        "site_street_address": site.street,
        "site_postal_code": site.postal_code,
        "site_post_office": site.post_office,
    }
    in_8: dict[str, Any] = {}
    for name, (answer, justification) in zip(GENDER_FIELDS, content.gender, strict=True):
        in_8[name] = {"Kyllä": True, "Ei": False}.get(answer)
        in_8[f"{name}_justification"] = texts.normalise(justification)
    for number, columns in (("2", in_2), (form.funding_section, in_5), ("6", in_6), ("8.1", in_8)):
        row |= columns if has(number) else dict.fromkeys(columns)
    row = {column: None if value == "" else value for column, value in row.items()}
    lost_list = "yhteishanke" in content.arrangement and not content.partners
    row["partners_complete"] = not (has("2") and lost_list)
    return row


def _section_rows(content: ProjectContent, blocks: Sequence[Block], texts: _Texts) -> list[dict[str, Any]]:
    form = FORMS[content.form]
    bodies = {number: text(content) for number, text in form.texts.items()}
    rows = []
    for ordinal, block in enumerate((block for block in blocks if block.kind is Kind.HEADING), start=1):
        number = block.number.rstrip(".")
        body = bodies.get(number)
        rows.append(
            {
                "ordinal": ordinal,
                "section_number": number,
                "parent_number": number.rpartition(".")[0] or None,
                "level": block.level,
                "title": block.text,
                "name": form.section_names.get(number) or f"indicators.{number.partition('.')[2]}",
                "text": None if body is None else texts.normalise(body),
            }
        )
    return rows


def _score_rows(content: ProjectContent, blocks: Sequence[Block], texts: _Texts) -> list[dict[str, Any]]:
    tables = [block for block in blocks if block.kind is Kind.TABLE]
    if not tables:
        return []
    labels = [row.label for row in tables[0].rows if row.kind is RowKind.CRITERION]
    return [
        {
            "dimension": dimension,
            "criterion": criterion,
            "label": label,
            "direct": score.direct,
            "indirect": score.indirect,
            "justification": texts.normalise(score.justification) or None,
        }
        for (dimension, criterion), label, score in zip(CRITERIA, labels, content.scores, strict=True)
    ]


def _indicator_rows(content: ProjectContent) -> list[dict[str, Any]]:
    if not content.has_section("7"):
        return []
    return [_indicator_row(ordinal, indicator) for ordinal, indicator in enumerate(content.indicators, start=1)]


def _indicator_row(ordinal: int, indicator: Indicator) -> dict[str, Any]:
    planned, realised = (None if value is None else float(value) for value in indicator[1:])
    return {
        "ordinal": ordinal,
        "number": f"7.{ordinal}",
        "title": indicator.title,
        "planned": planned,
        "realised": realised,
    }


def _partner_rows(content: ProjectContent) -> list[dict[str, Any]]:
    listed: list[tuple[str, Partner]] = [("partner", partner) for partner in content.partners]
    listed += [("transfer_recipient", partner) for partner in content.transfer_recipients]
    return [
        {
            "ordinal": ordinal,
            "role": role,
            "name": partner.name,
            "organisation_type": partner.type or None,
            "business_id": partner.business_id or None,
            "business_id_valid": is_valid_business_id(partner.business_id) if partner.business_id else None,
        }
        for ordinal, (role, partner) in enumerate(listed, start=1)
    ]


def _contact_values(content: ProjectContent) -> tuple[str, ...]:
    contact = content.contact
    return (*contact, contact.email.replace("(at)", "@"), content.applicant.phone)


def _contact_row(content: ProjectContent) -> dict[str, Any]:
    contact = content.contact
    row = {
        "contact_name": contact.name,
        "contact_position": contact.position,
        "contact_email": contact.email.replace("(at)", "@"),
        "contact_phone": contact.phone,
        "applicant_phone": content.applicant.phone,
    }
    return {column: value or None for column, value in row.items()}


def _document_row(document: DocumentTruth, form: str) -> dict[str, Any]:
    return {
        "form": form,
        "format": document.format,
        "layout": document.layout,
        "encoding": document.encoding,
        "noise": document.noise,
        "noise_inside": document.noise_inside,
        "held_out": document.held_out,
        "trap": document.trap,
        "role": document.role,
        "captured_at": document.captured_at,
    }
