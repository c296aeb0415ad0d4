"""All sections of a document walked through: where every value stands, and who claims which characters."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from models.columns import ValueType
from models.fields import FIELD
from models.form import Section, SectionKind
from parsers.compiled import CompiledForm
from parsers.document import Document, Join, Kind, Line, make_line
from parsers.findings import Findings, Slot, Span, strip_span
from parsers.keys import LineKeys, make_key
from parsers.labels import Hit, Region, find_hits, locate_values, observe_habit
from parsers.near_labels import find_near_hits
from parsers.questions import justification_of, locate_questions
from parsers.scores import Row, justification_field, locate_scores, score_field
from parsers.sections import Part, SectionMap, TitleFound


class Block(NamedTuple):
    """A section or an indicator's subsection as a row of ``sections``."""

    section: Section | None
    """None for an indicator's subsection: its title is its own."""
    number: str
    name: str
    start: int
    title: Span
    title_lines: tuple[Line, ...]
    body: tuple[Line, ...]
    free_text: bool


@dataclass(slots=True)
class Located:
    """Everything found in a document, as offsets."""

    findings: Findings = field(default_factory=Findings)
    blocks: list[Block] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    indicators: list[Block] = field(default_factory=list)
    title: TitleFound | None = None
    missing: list[Section] = field(default_factory=list)
    second: Span | None = None
    """The title of another description in the same document, which is not read."""
    protected: list[Span] = field(default_factory=list)
    """Headings and labels: never masked."""


def locate_all(document: Document, form: CompiledForm, parts: SectionMap, title: TitleFound | None) -> Located:
    """The document's values and claims, section by section."""
    located = Located(title=title)
    findings, keys = located.findings, parts.keys
    _claim_surroundings(document, form, parts, title, located)
    trailing = _trailing_furniture(keys, form, parts)
    findings.claim_run(keys.lines[trailing:])
    cut = [part._replace(last=min(part.last, max(trailing, part.first))) for part in parts.parts]
    regions: dict[str, list[tuple[Region, list[Hit]]]] = {}
    indicators: dict[str, list[_Indicator]] = {}
    for part in cut:
        if part.section.kind in (SectionKind.FIELDS, SectionKind.INDICATORS):
            divided = _divide_indicators(keys, form, part) if part.section.kind is SectionKind.INDICATORS else []
            indicators[part.section.number] = divided
            areas = [Region(part.section, one.number, one.first, one.last) for one in divided]
            areas = areas or [Region(part.section, part.section.number, part.first, part.last)]
            regions[part.section.number] = [(area, _all_hits(keys, form, area)) for area in areas]
    habit = observe_habit(keys, [pair for pairs in regions.values() for pair in pairs])
    for index, part in enumerate(cut):
        section = part.section
        findings.claims.append((part.start, part.heading_end))
        _claim_heading_end(keys, part, findings)
        located.protected.append((part.start, part.heading_end))
        if index in parts.doubtful:
            findings.note("section_order_doubtful", section.number, None, (part.start, part.heading_end))
        elif not part.exact:
            findings.note("heading_damaged", section.number, None, (part.start, part.heading_end))
        located.blocks.append(_block_of(keys, part))
        if section.kind is SectionKind.FREE_TEXT:
            findings.claim_run(keys.lines[part.first : part.last])
        elif section.kind is SectionKind.QUESTIONS:
            locate_questions(keys, form, Region(section, section.number, part.first, part.last), findings)
        elif section.kind is SectionKind.SCORES:
            region = Region(section, section.number, part.first, part.last)
            located.rows, repeated = locate_scores(keys, form, region, findings)
            if repeated:
                body = (keys.lines[number] for number in range(part.first, part.last) if number not in repeated)
                located.blocks[-1] = located.blocks[-1]._replace(body=tuple(body))
        elif section.kind in (SectionKind.FIELDS, SectionKind.INDICATORS):
            if section.kind is SectionKind.INDICATORS:
                _add_indicators(keys, part, indicators[section.number], located)
            for region, hits in regions[section.number]:
                locate_values(keys, region, hits, habit, findings)
                located.protected += [(hit.start, hit.end) for hit in hits]
    present = {part.section.number for part in parts.parts}
    located.missing = [section for section in form.sections if section.number not in present]
    return located


def _all_hits(keys: LineKeys, form: CompiledForm, region: Region) -> list[Hit]:
    """A region's entries, as printed and nearly so."""
    hits = find_hits(keys, form, region)
    near = find_near_hits(keys, form, region, hits)
    return sorted([*hits, *near], key=lambda hit: hit.start) if near else hits


def _claim_surroundings(
    document: Document, form: CompiledForm, parts: SectionMap, title: TitleFound | None, located: Located
) -> None:
    """Title, brand lines and what the reader knows to be page furniture."""
    findings, keys = located.findings, parts.keys
    if len(keys.lines) != len(document.lines):
        findings.claim_each(line for line in document.lines if line.kind is Kind.FURNITURE)
    if title is not None:
        findings.claims.append((title.start, title.end))
        located.protected.append((title.start, title.end))
    for number in range(parts.preamble):
        line = keys.lines[number]
        end = title.start if title is not None and line.start < title.start < line.end else line.end
        titled = title is not None and title.first <= number <= title.last
        near = None if titled else form.near_lines.nearest(keys.key(number))
        if end == line.end and near is not None and near.thing == "furniture":
            findings.claims.append((line.start, line.end))
        elif end < line.end and _is_furniture(keys, form, line.start, end):
            findings.claims.append((line.start, end))


def _is_furniture(keys: LineKeys, form: CompiledForm, start: int, end: int) -> bool:
    return make_key(keys.text[start:end]) in form.furniture


def _trailing_furniture(keys: LineKeys, form: CompiledForm, parts: SectionMap) -> int:
    """The first of the lines at the document's end that are brand lines: no part of the last section."""
    number = len(keys.lines)
    while number > parts.preamble and keys.key(number - 1) in form.furniture:
        number -= 1
    return number


def _claim_heading_end(keys: LineKeys, part: Part, findings: Findings) -> None:
    """A full stop or colon after a heading belongs to it."""
    line = next(
        (line for line in keys.lines[max(0, part.first - 1) : part.first] if line.end >= part.heading_end), None
    )
    if line is not None and not keys.text[part.heading_end : line.end].strip(" .:"):
        findings.claims.append((part.heading_end, line.end))


def _block_of(keys: LineKeys, part: Part) -> Block:
    title = (part.title_start, part.heading_end)
    return Block(
        section=part.section,
        number=part.section.number,
        name=part.section.name,
        start=part.start,
        title=title,
        title_lines=_lines_within(keys, title, part.first),
        body=tuple(keys.lines[part.first : part.last]),
        free_text=part.section.kind in (SectionKind.FREE_TEXT, SectionKind.QUESTIONS, SectionKind.SCORES),
    )


def _lines_within(keys: LineKeys, span: Span, before: int) -> tuple[Line, ...]:
    """The pieces of lines that a span covers; they end before line ``before``."""
    number = before - 1
    if number >= 0 and keys.lines[number].start <= span[0] and span[1] <= keys.lines[number].end:
        line, (start, end) = keys.lines[number], strip_span(keys.text, *span)
        join = line.join or Join.SPACE
        return (make_line((start, end, line.kind, join, *line[4:10], (), line.stops)),) if end > start else ()
    found: list[Line] = []
    while number >= 0 and keys.lines[number].end > span[0]:
        line = keys.lines[number]
        start, end = strip_span(keys.text, max(line.start, span[0]), min(line.end, span[1]))
        if end > start:
            join = line.join if line.join is not Join.NONE else Join.SPACE
            found.insert(0, line._replace(start=start, end=end, cells=(), join=join))
        number -= 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Indicator:
    number: str
    title: Span
    begin: int
    """Line of the number."""
    first: int
    """First line after the title."""
    last: int


@functools.cache
def _indicator_pattern(number: str) -> re.Pattern[str]:
    """The number of a subsection of section ``number``, with something behind it."""
    return re.compile(rf"{re.escape(number)} ?\. ?(\d{{1,2}})(?:\.(?!\d))?(?= |$|[^\W\d_])")


def _divide_indicators(keys: LineKeys, form: CompiledForm, part: Part) -> list[_Indicator]:
    """Each ``7.1 Title`` of section 7: a number of its own and any title."""
    number = part.section.number
    pattern = _indicator_pattern(number)
    found: list[_Indicator] = []
    here = part.first
    while here < part.last:
        line = keys.lines[here]
        match = pattern.match(keys.text, line.start, line.end) if line.kind is not Kind.LIST_ITEM else None
        begin = here
        here += 1
        if match is None:
            continue
        start, end = strip_span(keys.text, match.end(), line.end)
        if start >= end and here < part.last:
            start, end = keys.lines[here].start, keys.lines[here].end
            here += 1
        while here < part.last and keys.lines[here].join is not Join.NONE and not _is_label(keys, form, part, here):
            end = keys.lines[here].end
            here += 1
        found.append(_Indicator(f"{number}.{int(match[1])}", (start, end), begin, here, part.last))
    return [
        replace(one, last=found[place + 1].begin if place + 1 < len(found) else part.last)
        for place, one in enumerate(found)
    ]


def _is_label(keys: LineKeys, form: CompiledForm, part: Part, number: int) -> bool:
    entries = form.entries[part.section.number].candidates(keys.heads[number])
    return any(keys.match(key, number) is not None for key, _ in entries)


def _add_indicators(keys: LineKeys, part: Part, divided: Sequence[_Indicator], located: Located) -> None:
    """A block for each indicator; what stands in section 7 outside of them stays unclaimed."""
    outside = divided[0].begin if divided else part.last
    located.blocks[-1] = located.blocks[-1]._replace(body=tuple(keys.lines[part.first : outside]))
    for place, one in enumerate(divided, 1):
        start = keys.lines[one.begin].start
        located.findings.claims.append((start, one.title[1]))
        located.protected.append((start, one.title[1]))
        block = Block(
            section=None,
            number=one.number,
            name=f"{part.section.name}.{place}",
            start=start,
            title=one.title,
            title_lines=_lines_within(keys, one.title, one.first),
            body=tuple(keys.lines[one.first : one.last]),
            free_text=False,
        )
        located.blocks.append(block)
        located.indicators.append(block)


@functools.cache
def declared_slots(form: CompiledForm) -> tuple[tuple[str, str, ValueType], ...]:
    """(section number, field, type) of everything the form asks for, in its order."""
    declared: list[tuple[str, str, ValueType]] = [("0", "fund", ValueType.FUND)]
    for section in form.sections:
        for label in section.labels:
            declared.append((section.number, label.field, FIELD[label.field].type))
            if section.kind is SectionKind.QUESTIONS:
                declared.append((section.number, justification_of(label.field), ValueType.FREE_TEXT))
        names = dict.fromkeys(head.field for head in section.lists)
        declared += [(section.number, name, FIELD[name].type) for name in names]
        if section.kind is SectionKind.SCORES:
            for criterion in form.form.criteria:
                declared.append((section.number, score_field(criterion.name), ValueType.SCORES))
                declared.append((section.number, justification_field(criterion.name), ValueType.FREE_TEXT))
    return tuple(declared)


@functools.cache
def expected_fields(form: CompiledForm) -> frozenset[str]:
    """The fields that a full description has; lists of partners and justifications may soundly be without."""
    optional = {ValueType.PARTNER, ValueType.FREE_TEXT}
    return frozenset(name for _, name, kind in declared_slots(form) if kind not in optional)


def title_slot(located: Located, keys: LineKeys) -> Slot | None:
    """The title's own slot: which fund it names."""
    if located.title is None:
        return None
    span = (located.title.start, located.title.end)
    lines: Sequence[Line] = _lines_within(keys, span, located.title.last + 1)
    return Slot("0", "fund", ValueType.FUND, None, tuple(lines), span[0])
