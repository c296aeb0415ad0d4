"""A document's record: all its rows, its state and its counts, from what was located and the masked text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.columns import ValueType
from models.fields import columns_of
from models.form import SectionKind
from models.issues import describe_reason
from models.records import Parsed, Row
from models.tables import TABLES
from parsers import PARSER_VERSION
from parsers.checks import Facts, check_rows
from parsers.derived import derive_columns
from parsers.document import Document
from parsers.findings import Findings, Notice, Slot, Span, clip, unclaimed_spans
from parsers.issues import make_issue_rows, worst_severity
from parsers.labels import find_unknown_label
from parsers.locate import Located
from parsers.readers.clean import count_canonical
from parsers.reading import Reading, State
from parsers.rows import (
    Rows,
    Source,
    count_filled,
    fill_columns,
    make_field_rows,
    make_indicator_rows,
    make_partner_rows,
    make_place_rows,
    make_score_rows,
    make_section_rows,
    read_slot,
)
from parsers.sections import TitleFound
from parsers.soundness import MOST_ORDINAL

PARSED, PARTIAL, QUARANTINED = "parsed", "partial", "quarantined"


@dataclass(frozen=True, slots=True)
class Origin:
    """The bytes that a record is about."""

    document_id: str
    bytes: int


def make_record(
    source: Source, located: Located, slots: Sequence[Slot], title: TitleFound | None, origin: Origin
) -> Parsed:
    """Every row of a document that is printed on a known form."""
    findings, form = located.findings, source.form.form
    slots, readings = _read_slots(source, slots, title, findings)
    rows = Rows()
    fill_columns(rows, slots, readings, findings)
    code = _check_identity(source, rows.project, slots, title, findings)
    project_code = code or f"?{origin.document_id[:16]}"
    locations, allocations = make_place_rows(source, slots, rows.project, findings)
    gaps = unclaimed_spans(source.document.text, findings.claims)
    unknown = _find_unknown_labels(source, located, gaps)
    _note_losses(source.document, located, gaps)
    ended = rows.project.get("status") in form.ended_statuses
    final_report = any(block.name == "final_report" and block.body for block in located.blocks)
    project = dict.fromkeys(TABLES["projects"].column_names()) | rows.project
    project |= {"form": form.name, "programme_period": form.programme_period, "language": form.language}
    project |= derive_columns(project)
    partners = make_partner_rows(slots, readings)
    fields = make_field_rows(
        source, located, [*slots, *unknown], [*readings, *(read_slot(source, slot) for slot in unknown)]
    )
    facts = Facts(project, rows.contacts, partners, locations, fields, form, ended, final_report)
    findings.notices += check_rows(facts)
    issues = make_issue_rows(source.masked, findings.notices, source.document.notes)
    tables: dict[str, list[Row]] = {
        "projects": [
            project
            | {
                "completeness": count_filled(source.form, slots, readings),
                "worst_issue": worst_severity(issues),
                "partners_complete": not any(n.code.startswith("partner") for n in findings.notices),
            }
        ],
        "sections": make_section_rows(source, located.blocks, _block_ends(located)),
        "scores": make_score_rows(source, located, slots, readings),
        "indicators": make_indicator_rows(source, located, slots, readings),
        "locations": locations,
        "allocations": allocations,
        "partners": partners,
        "fields": fields,
        "texts": [{"text": source.masked}],
        "issues": issues,
    }
    contact = {column.name: rows.contacts.get(column.name) for column in columns_of("contacts")}
    unclaimed = sum(count_canonical(source.document.text[start:end]) for start, end in gaps)
    reasons = _partial_reasons(located, code)
    document = _document_row(source.document, origin) | {
        "form": form.name,
        "status": PARTIAL if reasons else PARSED,
        "reason": "; ".join(reasons) or None,
        "project_code": project_code,
        "unclaimed_characters": unclaimed,
        "issues": len(issues),
    }
    document["claimed_characters"] = document["characters"] - unclaimed
    return _finish(
        document,
        tables,
        {"contacts": [contact], "texts": [{"text": source.document.text}]},
        stated_date=source.document.stated_date,
        ended=ended,
        final_report=final_report,
    )


def quarantine(document_id: str, size: int, code: str, detail: str = "", *, document: Document | None = None) -> Parsed:
    """The record of a document that cannot be understood, for the reason ``code`` of ``models.issues``.

    Where a reader could read it, ``document`` is given, and its counts are kept; its text is not, since nothing tells
    what in it is personal data.
    """
    row = _document_row(document, Origin(document_id, size)) | {
        "status": QUARANTINED,
        "reason": describe_reason(code, detail),
        "issues": 1,
    }
    if document is not None:
        row |= {"claimed_characters": 0, "unclaimed_characters": row["characters"]}
    issues = make_issue_rows("", [Notice(code, detail=detail)], ())
    return _finish(row, {"issues": issues}, {}, stated_date=document.stated_date if document else None)


def _finish(
    document: Row,
    tables: dict[str, list[Row]],
    restricted: dict[str, list[Row]],
    *,
    stated_date: str | None,
    ended: bool = False,
    final_report: bool = False,
) -> Parsed:
    """The keys put into every row, and the record made."""
    document_id, project_code = document["document_id"], document["project_code"]
    for name, table in (*tables.items(), *restricted.items()):
        for row in table:
            row["document_id"] = document_id
            if name != "texts":
                row["project_code"] = project_code
    return Parsed(
        document_id=document_id,
        project_code=project_code,
        status=document["status"],
        document=document,
        tables=tables,
        restricted=restricted,
        stated_date=stated_date,
        ended=ended,
        final_report=final_report,
        characters=document["characters"] or 0,
    )


def _document_row(document: Document | None, origin: Origin) -> Row:
    row: Row = dict.fromkeys(TABLES["documents"].column_names())
    row |= {"document_id": origin.document_id, "bytes": origin.bytes, "parser_version": PARSER_VERSION}
    if document is not None:
        row |= {
            "media_type": document.media_type,
            "reader": document.reader,
            "pages": document.pages,
            "characters": count_canonical(document.text),
            "dropped_characters": document.dropped_characters,
        }
    return row


def _read_slots(
    source: Source, slots: Sequence[Slot], title: TitleFound | None, findings: Findings
) -> tuple[list[Slot], list[Reading]]:
    """The values of all slots; lines under a list's head that are no items of it stay unclaimed."""
    kept: list[Slot] = []
    readings: list[Reading] = []
    items = 0
    for slot in slots:
        if slot.type is ValueType.FUND and title is not None:
            reading = Reading(State.VALUE, (title.fund,), title.fund)
        else:
            reading = read_slot(source, slot)
        if slot.type is ValueType.PARTNER and slot.lines:
            if reading.state is not State.VALUE:
                findings.note("partner_unreadable", slot.section_number, slot.field, slot.span)
                continue
            items += 1
            findings.claim_run(slot.lines)
            slot = slot._replace(ordinal=items)
        kept.append(slot)
        readings.append(reading)
    return _number_apart(kept), readings


def _number_apart(slots: list[Slot]) -> list[Slot]:
    """Slots of one field get ordinals of their own where a section's number, or an empty list's head, stands twice.

    Those with a value keep theirs: items of a list have the same one in ``partners``.
    """
    taken: set[tuple[str, str, int]] = {(slot.section_number, slot.field, slot.ordinal) for slot in slots}
    if len(taken) == len(slots):
        return slots
    numbered = list(slots)
    last: dict[tuple[str, str], int] = {}
    for number, field, ordinal in taken:
        last[number, field] = max(ordinal, last.get((number, field), 0))
    for place in sorted(range(len(slots)), key=lambda place: not slots[place].lines):
        slot = slots[place]
        key = (slot.section_number, slot.field, slot.ordinal)
        if key in taken:
            taken.remove(key)
        else:
            last[key[:2]] += 1
            numbered[place] = slot._replace(ordinal=last[key[:2]])
    return numbered


def _check_identity(
    source: Source, project: Row, slots: Sequence[Slot], title: TitleFound | None, findings: Findings
) -> str | None:
    """The project's code if the form has such codes."""
    code = project.get("project_code")
    slot = next((slot for slot in slots if slot.type is ValueType.PROJECT_CODE), None)
    place = (slot.section_number if slot else None, "project_code", slot.span if slot else None)
    patterns = source.form.form.code_patterns
    funds = [fund for fund, pattern in patterns if isinstance(code, str) and re.fullmatch(pattern, code)]
    if title is None or not title.exact:
        findings.note("damaged_title", "0", "fund")
    if not funds:
        findings.note("project_code_unreadable", *place)
        project["project_code"] = None
        return None
    return str(code)


_MUCH_DROPPED = 0.25
"""Navigation around a page is less than this share of its text."""


def _note_losses(document: Document, located: Located, gaps: Sequence[Span]) -> None:
    """What is missing, left over or doubtful becomes issues."""
    findings = located.findings
    if document.dropped_characters > _MUCH_DROPPED * len(document.text):
        findings.note("dropped_text", detail=f"{document.dropped_characters} characters")
    for before, line in itertools.pairwise(document.lines):
        if line.doubtful_hyphen:
            findings.note("doubtful_hyphen", _section_at(located, line.start), None, (before.start, line.end))
    if located.second:
        findings.note("several_descriptions", None, None, located.second)
    for gap in gaps:
        findings.note("unclaimed_text", _section_at(located, gap[0]), None, gap)
    for section in located.missing:
        if not section.optional:
            findings.note("section_missing", section.number)
    for block in located.blocks:
        if block.section is not None and block.section.kind is SectionKind.SCORES and not located.rows:
            findings.note("score_table_missing", block.number)
    for number, name in findings.no_label:
        if name.startswith("score."):
            if located.rows:
                findings.note("score_missing", number, name)
        elif not name.startswith("justification.") and not name.endswith("_justification"):
            findings.note("label_missing", number, name)


def _section_at(located: Located, offset: int) -> str:
    """The number of the section in which an offset lies; ``0`` before the first."""
    return next((block.number for block in reversed(located.blocks) if block.start <= offset), "0")


def _find_unknown_labels(source: Source, located: Located, gaps: Sequence[Span]) -> list[Slot]:
    """``Label: value`` lines among the unclaimed, kept as found; they claim nothing."""
    slots: list[Slot] = []
    counts: dict[str, int] = {}
    lines = {line.start: line for line in source.document.lines}
    for start, end in gaps:
        line = lines.get(start)
        found = find_unknown_label(source.document.text, (start, end)) if line is not None else None
        if line is None or found is None:
            continue
        label, value = found
        number = _section_at(located, start)
        counts[number] = counts.get(number, 0) + 1
        if counts[number] > MOST_ORDINAL:
            continue  # no table could number it; its text is listed as unclaimed all the same
        pieces = (clip(line, *value),) if value[1] > value[0] else ()
        slots.append(
            Slot(
                number,
                "unknown",
                ValueType.TEXT,
                label,
                pieces,
                value[0],
                ordinal=counts[number],
                undeclared=True,
            )
        )
        located.findings.note("unknown_label", number, "unknown", label)
    return slots


def _block_ends(located: Located) -> list[int]:
    """Where each block ends, the blocks that are part of it included."""
    blocks = located.blocks
    ends = []
    for place, block in enumerate(blocks):
        after = place + 1
        while after < len(blocks) and blocks[after].number.startswith(f"{block.number}."):
            after += 1
        ends.append(max(other.body[-1].end if other.body else other.title[1] for other in blocks[place:after]))
    return ends


def _partial_reasons(located: Located, code: str | None) -> list[str]:
    reasons = [] if code else [describe_reason("project_code_unreadable")]
    if located.second:
        reasons.append(describe_reason("several_descriptions"))
    missing = [section.number for section in located.missing if not section.optional]
    if missing:
        reasons.append(describe_reason("section_missing", ", ".join(missing)))
    return reasons
