"""Rows of the contract's tables, made of what was located and of the masked text.

Public values are cut from the masked text, restricted ones from the unmasked; so a value is masked because of where it
stands, not because somebody remembered.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from models.columns import ValueType
from models.fields import FIELD, FIELDS
from models.records import Row
from parsers.allocations import allocate
from parsers.boxes import BoxFinder
from parsers.compiled import CompiledForm
from parsers.document import Document, Kind, Line, joined
from parsers.findings import Findings, Slot
from parsers.language import count_words, detect_language
from parsers.locate import Block, Located, declared_slots, expected_fields
from parsers.places import Place, resolve_place, split_names
from parsers.reading import Reading, State
from parsers.scores import Row as CriterionRow
from parsers.scores import justification_field, score_field
from parsers.values import PARSERS


@dataclass(slots=True)
class Rows:
    """The values of the rows of ``projects`` and ``contacts``, by column."""

    project: Row = field(default_factory=dict)
    contacts: Row = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The two texts of a document: what may be seen, and what was read."""

    document: Document
    masked: str
    form: CompiledForm

    def cut(self, lines: Sequence[Line], *, restricted: bool = False) -> str:
        """The text of lines, folds undone."""
        return joined(self.document.text if restricted else self.masked, lines)

    def show(self, start: int, end: int) -> str:
        """The masked text of a span, character for character, page furniture in it blanked."""
        text = self.masked[start:end]
        if "\n" in text and self.document.pages:
            for line in self.document.lines:
                if line.kind is Kind.FURNITURE and start <= line.start and line.end <= end:
                    blank = " " * (line.end - line.start)
                    text = text[: line.start - start] + blank + text[line.end - start :]
        return text


_RESTRICTED = frozenset(field.name for field in FIELDS if field.restricted)


def read_slot(source: Source, slot: Slot) -> Reading:
    """The value of a slot; a restricted one is read from the unmasked text."""
    text = source.document.text if slot.field in _RESTRICTED else source.masked
    return PARSERS[slot.type](joined(text, slot.lines))


def make_field_rows(source: Source, located: Located, slots: Sequence[Slot], readings: Sequence[Reading]) -> list[Row]:
    """The evidence: a row for every slot, and one for every declared field that has none."""
    boxes = BoxFinder(source.document) if source.document.pages else None
    rows = [_slot_row(source, slot, reading, boxes) for slot, reading in zip(slots, readings, strict=True)]
    found = {slot.field for slot in slots}
    no_label = set(located.findings.no_label)
    missing = {section.number for section in located.missing}
    present = {(slot.section_number, slot.field) for slot in slots}
    for number, name in sorted(no_label):
        if (number, name) not in present:
            rows.append(_missing_row(number, name, State.NO_LABEL))
            found.add(name)
    for number, name, _ in declared_slots(source.form):
        if name not in found:
            rows.append(_missing_row(number, name, State.NO_SECTION if number in missing else State.NO_LABEL))
    return rows


_UNDECLARED = State.UNDECLARED.value


def _slot_row(source: Source, slot: Slot, reading: Reading, boxes: BoxFinder | None) -> Row:
    number, name, _, label, lines, at, method, ordinal, _, undeclared = slot
    start, end = (lines[0].start, lines[-1].end) if lines else (at, at)
    masked, restricted = source.masked, name in _RESTRICTED
    return {
        "section_number": number,
        "field": name,
        "ordinal": ordinal,
        "label": masked[label[0] : label[1]] if label else None,
        "state": _UNDECLARED if undeclared else reading.state._value_,
        "raw": masked[start:end],
        "value": None if restricted else reading.normal,
        "char_start": start,
        "char_end": end,
        "boxes": boxes.find(lines) if boxes else None,
        "method": method,
        "restricted": restricted,
    }


def _missing_row(number: str, name: str, state: State) -> Row:
    return {
        "section_number": number,
        "field": name,
        "ordinal": 1,
        "label": None,
        "state": str(state),
        "raw": None,
        "value": None,
        "char_start": None,
        "char_end": None,
        "boxes": None,
        "method": None,
        "restricted": name in _RESTRICTED,
    }


def fill_columns(rows: Rows, slots: Sequence[Slot], readings: Sequence[Reading], findings: Findings) -> None:
    """Columns of ``projects`` and ``contacts`` from the first slot of each field; notices of the readings."""
    seen: set[str] = set()
    for slot, reading in zip(slots, readings, strict=True):
        for code in reading.issues:
            findings.note(code, slot.section_number, slot.field, slot.span)
        declared = FIELD.get(slot.field)
        if declared is None or declared.table not in ("projects", "contacts") or slot.field in seen:
            continue
        seen.add(slot.field)
        target = rows.contacts if declared.restricted else rows.project
        values = reading.values or (None,) * len(declared.columns)
        for column, value in zip(declared.columns, values, strict=True):
            target[column.name] = value


def make_section_rows(source: Source, blocks: Sequence[Block], ends: Sequence[int]) -> list[Row]:
    """Rows of ``sections``; ``ends`` says where each block ends, subsections included."""
    rows = []
    for ordinal, (block, end) in enumerate(zip(blocks, ends, strict=True), 1):
        text = source.cut(block.body)
        lines = (*block.title_lines, *block.body) if source.document.pages else ()
        pages = [line.page for line in lines if line.page is not None]
        printed = source.form.form.language if text else None
        language = detect_language(text) if block.free_text else printed
        rows.append(
            {
                "ordinal": ordinal,
                "section_number": block.number,
                "parent_number": block.number.rpartition(".")[0] or None,
                "level": block.number.count(".") + 1,
                "title": source.cut(block.title_lines),
                "name": block.name,
                "text": text,
                "language": language,
                "n_words": count_words(text),
                "char_start": block.start,
                "char_end": end,
                "page_start": min(pages) if pages else None,
                "page_end": max(pages) if pages else None,
            }
        )
    return rows


def make_score_rows(source: Source, located: Located, slots: Sequence[Slot], readings: Sequence[Reading]) -> list[Row]:
    """Fifteen rows of ``scores`` wherever the table is present."""
    if not located.rows:
        return []
    by_field = {slot.field: reading for slot, reading in zip(slots, readings, strict=True)}
    by_name = {row.criterion.name: row for row in located.rows}
    rows = []
    for criterion in source.form.form.criteria:
        row = by_name.get(criterion.name)
        scores = by_field.get(score_field(criterion.name))
        reason = by_field.get(justification_field(criterion.name))
        direct, indirect = scores.values if scores and scores.values else (None, None)
        rows.append(
            {
                "dimension": criterion.dimension,
                "criterion": criterion.name,
                "label": _print_label(source, row) if row else None,
                "direct": direct,
                "indirect": indirect,
                "justification": reason.normal if reason else None,
                "char_start": row.span[0] if row else None,
                "char_end": row.span[1] if row else None,
            }
        )
    return rows


def _print_label(source: Source, row: CriterionRow) -> str:
    """The criterion's name as printed, its folds undone, without numbers that stand between its words."""
    start, end = row.label
    label = source.show(start, end)
    for hole in row.numbers:
        if start < hole.start and hole.end < end:
            label = label[: hole.start - start] + label[hole.end - start :]
            break
    return " ".join(label.split()) if "\n" in label or len(label) < end - start else label


def make_indicator_rows(
    source: Source, located: Located, slots: Sequence[Slot], readings: Sequence[Reading]
) -> list[Row]:
    """Rows of ``indicators``."""
    if not located.indicators:
        return []
    # By place and not by number: two may carry the same one.
    starts = [block.start for block in located.indicators]
    numbers = {block.number for block in located.indicators}
    first: dict[tuple[int, str], Reading] = {}
    for slot, reading in zip(slots, readings, strict=True):
        if slot.section_number in numbers:
            first.setdefault((bisect_right(starts, slot.at), slot.field), reading)
    values = {key: reading.values[0] for key, reading in first.items() if reading.values}
    rows = []
    for ordinal, block in enumerate(located.indicators, 1):
        title = source.cut(block.title_lines)
        rows.append(
            {
                "ordinal": ordinal,
                "number": block.number,
                "title": title,
                "name": source.form.indicator_name(title),
                "planned": values.get((ordinal, "planned")),
                "realised": values.get((ordinal, "realised")),
            }
        )
    return rows


def make_partner_rows(slots: Sequence[Slot], readings: Sequence[Reading]) -> list[Row]:
    """Rows of ``partners`` from the slots whose lines could be read."""
    rows: list[Row] = []
    for slot, reading in zip(slots, readings, strict=True):
        if slot.type is ValueType.PARTNER and reading.state is State.VALUE:
            name, kind, number, valid = reading.values
            rows.append(
                {
                    "ordinal": len(rows) + 1,
                    "role": slot.role,
                    "name": name,
                    "organisation_type": kind,
                    "business_id": number,
                    "business_id_valid": valid,
                }
            )
    return rows


_LEVELS = {"regions": "region", "subregions": "subregion", "municipalities": "municipality"}


def make_place_rows(
    source: Source, slots: Sequence[Slot], project: Row, findings: Findings
) -> tuple[list[Row], list[Row]]:
    """Rows of ``locations`` and ``allocations``."""
    start, end = (_as_date(project.get(name)) for name in ("start_date", "end_date"))
    rows: list[Row] = []
    places: dict[str, list[Place]] = {}
    for slot in slots:
        level = _LEVELS.get(slot.field)
        if level is None or not slot.lines or slot.ordinal > 1:
            continue
        first, last = slot.span
        raw = source.show(first, last)
        for ordinal, (begin, stop) in enumerate(split_names(raw, level), 1):
            place = resolve_place(level, raw[begin:stop], start, end)
            places.setdefault(level, []).append(place)
            rows.append(
                {
                    "level": level,
                    "ordinal": ordinal,
                    "name": " ".join(raw[begin:stop].split()),
                    "code": place.code,
                    "official_name": place.official_name,
                    "match": place.match,
                    "current_code": place.current_code,
                }
            )
            if place.match in ("unmatched", "fuzzy"):
                span = (first + begin, first + stop)
                findings.note(f"place_{place.match}", slot.section_number, slot.field, span)
    allocations = [
        {"level": share.level, "code": share.code, "share": share.share, "method": share.method}
        for share in allocate(places)
    ]
    return rows, allocations


def _as_date(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def count_filled(form: CompiledForm, slots: Sequence[Slot], readings: Sequence[Reading]) -> float:
    """Share of the form's fields with a value; lists of partners and justifications may soundly be without."""
    declared = expected_fields(form)
    filled = {slot.field for slot, reading in zip(slots, readings, strict=True) if reading.state is State.VALUE}
    return round(len(declared & filled) / len(declared), 6)
