"""Section 8.2: the table of criteria, each with two scores and the justification under it.

Rows are criteria in the form's order with two numbers; the justifications between them are free text, which may name
criteria and hold numbers. So the rows are chosen as a whole (``parsers.chains``): clean rows weigh more than lines that
go on after their numbers, and these more than a criterion without numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.columns import ValueType
from models.form import Criterion
from parsers.chains import choose_in_order
from parsers.compiled import CompiledForm
from parsers.document import Join, Kind, Line, begin_anew
from parsers.findings import Findings, Span, clip, make_slot, strip_span
from parsers.keys import LineKeys
from parsers.labels import Region
from parsers.score_rows import ScoreRow, find_near_rows, find_rows

_SCORES, _FREE_TEXT = ValueType.SCORES, ValueType.FREE_TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion's row as found."""

    criterion: Criterion
    label: Span
    numbers: tuple[Line, ...]
    """The characters of its scores; none where they are missing."""
    span: Span
    """The row with its justification."""


def score_field(criterion: str) -> str:
    return f"score.{criterion}"


def justification_field(criterion: str) -> str:
    return f"justification.{criterion}"


def locate_scores(
    keys: LineKeys, form: CompiledForm, region: Region, findings: Findings
) -> tuple[list[Row], frozenset[int]]:
    """The rows of the table, with slots and claims added to ``findings``; and the table's heads as they stand again on
    later pages, which are no part of the section's text.
    """
    candidates = find_rows(keys, form, region)
    # Free text may name the criterion that comes next; seldom its own: the later one of two is the row.
    choice = choose_in_order(candidates, prefer_last=True)
    missing = set(range(len(form.form.criteria))) - {candidates[place].rank for place in choice.chosen}
    near = find_near_rows(keys, form, region, missing) if missing else []
    if near:
        candidates = sorted([*candidates, *near], key=lambda candidate: candidate.line)
        choice = choose_in_order(candidates, prefer_last=True)
    chosen = [candidates[place] for place in choice.chosen]
    for place in choice.doubtful:
        name = form.form.criteria[candidates[place].rank].name
        findings.note(
            "score_row_doubtful",
            region.number,
            score_field(name),
            (candidates[place].match.start, candidates[place].end),
        )
    structure = _claim_structure(keys, form, region, chosen, findings)
    rows = []
    for place, candidate in enumerate(chosen):
        end = chosen[place + 1].line if place + 1 < len(chosen) else region.last
        rows.append(_add_row(keys, form, region, candidate, end, structure, findings))
    found = {row.criterion.name for row in rows}
    for criterion in form.form.criteria:
        if criterion.name not in found:
            findings.no_label.append((region.number, score_field(criterion.name)))
            findings.no_label.append((region.number, justification_field(criterion.name)))
    first = chosen[0].line if chosen else region.last
    return rows, frozenset(number for number in structure if number > first and _is_head(keys, form, number))


def _claim_structure(
    keys: LineKeys, form: CompiledForm, region: Region, chosen: Sequence[ScoreRow], findings: Findings
) -> frozenset[int]:
    """Lines of table heads and dimensions: claimed, and no part of any justification.

    Both are such only in their places: a dimension right before the first of its rows, heads before the rows or
    at the top of a page. Elsewhere the words are free text.
    """
    first_of_dimension: dict[str, int] = {}
    for candidate in chosen:
        first_of_dimension.setdefault(form.form.criteria[candidate.rank].dimension, candidate.line)
    structure: set[int] = set()
    likely = form.dimensions.lines_of(keys, region.first, region.last)
    for dimension in form.form.dimensions:
        row = first_of_dimension.get(dimension.name)
        structure |= _dimension_lines(keys, form, region, dimension.name, row, likely)
    first_row = chosen[0].line if chosen else region.last
    paged = any(line.page != keys.lines[region.first].page for line in keys.lines[region.first : region.last])
    for number in range(region.first, region.last):
        before_rows = number < first_row
        new_page = paged and number > region.first and keys.lines[number].page != keys.lines[number - 1].page
        beside_dimension = number + 1 in structure or number - 1 in structure
        if (before_rows or new_page or beside_dimension) and number not in structure and _is_head(keys, form, number):
            structure.add(number)
    findings.claim_each(keys.lines[number] for number in sorted(structure))
    return frozenset(structure)


def _dimension_lines(
    keys: LineKeys, form: CompiledForm, region: Region, name: str, row: int | None, likely: Sequence[int]
) -> set[int]:
    """The lines of a dimension's heading: as printed or nearly so, right before its first row."""
    for number in likely:
        if row is not None and number >= row:
            break
        for key, dimension in form.dimensions.candidates(keys.heads[number]):
            match = keys.match(key, number) if dimension.name == name else None
            if match is None or keys.text[match.end : keys.lines[match.last].end].strip(" :"):
                continue
            if row is None or _only_heads_between(keys, form, match.last + 1, row):
                return set(range(match.first, match.last + 1))
    last = region.first if row is None else row
    while last > region.first and _is_head(keys, form, last - 1):
        last -= 1
    folded = ""
    for first in range(last - 1, max(region.first, last - 1 - _DIMENSION_FOLDS) - 1, -1):
        folded = keys.key(first) + folded
        near = form.near_lines.nearest(folded)
        if near is not None and near.thing == name:
            return set(range(first, last))
    return set()


_DIMENSION_FOLDS = 2
_LONGEST_HEAD = 80


def _is_head(keys: LineKeys, form: CompiledForm, number: int) -> bool:
    """``Välitön Välillinen``, one of the two, or both behind a column's name."""
    if keys.lines[number].end - keys.lines[number].start > _LONGEST_HEAD:
        return False
    key = keys.key(number)
    if key in form.head_keys:
        return True
    if keys.lines[number].kind is Kind.ROW and any(
        key.endswith(head) for head, what in form.heads.all if what == "both"
    ):
        return True
    near = form.near_lines.nearest(key)
    return near is not None and near.thing == "heads"


def _only_heads_between(keys: LineKeys, form: CompiledForm, first: int, last: int) -> bool:
    return first <= last and all(_is_head(keys, form, number) for number in range(first, last))


def _add_row(
    keys: LineKeys,
    form: CompiledForm,
    region: Region,
    candidate: ScoreRow,
    end: int,
    structure: frozenset[int],
    findings: Findings,
) -> Row:
    criterion = form.form.criteria[candidate.rank]
    text, number = keys.text, region.number
    label = (candidate.match.start, candidate.end)
    findings.claims.append(label)
    numbers: tuple[Line, ...] = ()
    body_from = candidate.match.last + 1
    body: list[Line] = []
    if candidate.numbers is not None:
        line = keys.lines[candidate.numbers_line]
        # Scores on two lines are one span; they are joined by a space as cells are.
        start = candidate.numbers[0]
        if line.start <= start:
            numbers = (begin_anew(clip(line, *candidate.numbers)),)
        else:
            numbers = tuple(
                clip(part, max(part.start, start), min(part.end, candidate.numbers[1]))._replace(
                    join=Join.NONE if first else Join.SPACE
                )
                for first, part in _lines_of(keys, candidate)
            )
        findings.claims.append(candidate.numbers)
        findings.claims.append((candidate.end, min(start, line.end)) if start >= candidate.end else label)
        body_from = max(body_from, candidate.numbers_line + 1)
        if candidate.inline:
            rest = strip_span(text, candidate.numbers[1], line.end)
            body.append(clip(line, *rest))
    body += [keys.lines[place] for place in range(body_from, end) if place not in structure]
    if body:
        body[0] = begin_anew(body[0])
    findings.claim_run(body)
    at = numbers[0].start if numbers else candidate.end
    name = score_field(criterion.name)
    findings.slots.append(make_slot((number, name, _SCORES, label, numbers, at, candidate.method, 1, "", False)))
    if candidate.method != "exact":
        findings.note("label_fuzzy", number, name, label)
    row_end = max(candidate.end, numbers[-1].end if numbers else 0, body[-1].end if body else 0)
    at = body[0].start if body else row_end
    reason = justification_field(criterion.name)
    findings.slots.append(make_slot((number, reason, _FREE_TEXT, None, tuple(body), at, "exact", 1, "", False)))
    if not candidate.pair:
        findings.note("score_missing", number, score_field(criterion.name), label)
    return Row(criterion, label, numbers, (label[0], row_end))


def _lines_of(keys: LineKeys, candidate: ScoreRow) -> list[tuple[bool, Line]]:
    """The lines that the numbers stand on, the first one marked."""
    assert candidate.numbers is not None
    start, end = candidate.numbers
    number = candidate.numbers_line
    while keys.lines[number].start > start:
        number -= 1
    found: list[tuple[bool, Line]] = []
    while number < len(keys.lines) and keys.lines[number].start < end:
        found.append((not found, keys.lines[number]))
        number += 1
    return found
