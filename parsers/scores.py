"""Section 8.2: the table of criteria, each with two scores and the justification under it.

Rows are criteria in the form's order with two numbers; the justifications between them are free text, which may name
criteria and hold numbers. So the rows are chosen as a whole (``parsers.chains``): clean rows weigh more than lines that
go on after their numbers, and these more than a criterion without numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.columns import ValueType
from models.form import Criterion
from parsers.chains import choose_in_order
from parsers.compiled import CompiledForm
from parsers.document import Join, Kind, Line
from parsers.findings import Findings, Slot, Span, clip, strip_span
from parsers.keys import LineKeys, Match
from parsers.labels import Region

_NUMBERS = re.compile(r"[ :|–-]{0,3}(\d{1,3})[ |/;]{1,3}(\d{1,3})(?![\d.,%])")
_GLUED = re.compile(r"[ :|]{0,3}((?:10|\d)(?:10|\d))(?!\S)")
_ONE = re.compile(r"[ :|]{0,3}(\d{1,3})(?![\d.,%])")


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion's row as found."""

    criterion: Criterion
    label: Span
    numbers: tuple[Line, ...]
    """The characters of its scores; none where they are missing."""
    span: Span
    """The row with its justification."""
    has_both: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: int
    rank: int
    weight: float
    match: Match
    end: int
    """Just after the criterion's last letter or parenthesis."""
    numbers: Span | None
    numbers_line: int
    pair: bool
    inline: bool
    """Text follows the numbers on their line."""


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
    candidates = [
        candidate
        for number in range(region.first, region.last)
        if (candidate := _row_at(keys, form, region, number)) is not None
    ]
    # Free text may name the criterion that comes next; seldom its own: the later one of two is the row.
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


def _row_at(keys: LineKeys, form: CompiledForm, region: Region, number: int) -> _Candidate | None:
    if keys.lines[number].kind is Kind.LIST_ITEM:
        return None
    for key, rank in form.criteria.candidates(keys.heads[number]):
        match = keys.match(key, number, pass_numbers=True)
        if match is None or match.last >= region.last:
            continue
        found = _read_row(keys, region, number, rank, match)
        if found is not None:
            return found
    return None


def _read_row(keys: LineKeys, region: Region, number: int, rank: int, match: Match) -> _Candidate | None:
    text, line = keys.text, keys.lines[match.last]
    end = match.end
    while end < line.end and text[end] == ")":
        end += 1
    rest = strip_span(text, end, line.end)
    bonus = 0.5 if line.kind is Kind.ROW or len(line.cells) > 1 else 0.0
    if match.gap is not None:
        pair = " " in text[match.gap[0] : match.gap[1]]
        if rest[1] > rest[0]:
            return None
        return _Candidate(
            number, rank, (3.0 if pair else 0.75) + bonus, match, end, match.gap, match.first, pair, False
        )
    if rest[0] >= rest[1]:
        below = _numbers_below(keys, region, match.last + 1)
        if below is not None:
            return _Candidate(number, rank, 3.0 + bonus, match, end, below[0], below[1], True, False)
        return _Candidate(number, rank, 0.5 + bonus, match, end, None, match.last, False, False)
    numbers = _NUMBERS.match(text, end, line.end)
    if numbers is not None:
        inline = bool(text[numbers.end() : line.end].strip())
        span = (numbers.start(1), numbers.end(2))
        return _Candidate(number, rank, (1.0 if inline else 3.0) + bonus, match, end, span, match.last, True, inline)
    glued = _GLUED.match(text, end, line.end)
    if glued is not None and glued.end() == line.end:
        return _Candidate(number, rank, 2.0 + bonus, match, end, glued.span(1), match.last, True, False)
    one = _ONE.match(text, end, line.end)
    if one is not None and one.end() == line.end:
        other = _numbers_below(keys, region, match.last + 1, most=1)
        if other is not None:
            return _Candidate(number, rank, 2.5 + bonus, match, end, (one.start(1), other[0][1]), other[1], True, False)
        return _Candidate(number, rank, 0.75 + bonus, match, end, one.span(1), match.last, False, False)
    return None


_PAIR_LINE = re.compile(r"\d{1,2}[ |/;]{1,3}\d{1,2}")
_SINGLE_LINE = re.compile(r"\d{1,2}")


def _numbers_below(keys: LineKeys, region: Region, number: int, most: int = 2) -> tuple[Span, int] | None:
    """Scores on lines of their own below the criterion: ``0 1``, or ``0`` and ``1``."""
    if number >= region.last:
        return None
    line = keys.lines[number]
    if most == 2 and _PAIR_LINE.fullmatch(keys.text, line.start, line.end):
        return (line.start, line.end), number
    if not _SINGLE_LINE.fullmatch(keys.text, line.start, line.end):
        return None
    if most == 1:
        return (line.start, line.end), number
    second = _numbers_below(keys, region, number + 1, most=1)
    return ((line.start, second[0][1]), second[1]) if second else None


def _claim_structure(
    keys: LineKeys, form: CompiledForm, region: Region, chosen: Sequence[_Candidate], findings: Findings
) -> frozenset[int]:
    """Lines of table heads and dimensions: claimed, and no part of any justification.

    Both are such only in their places: a dimension right before the first of its rows, heads before the rows or
    at the top of a page. Elsewhere the words are free text.
    """
    first_of_dimension: dict[str, int] = {}
    for candidate in chosen:
        first_of_dimension.setdefault(form.form.criteria[candidate.rank].dimension, candidate.line)
    structure: set[int] = set()
    for number in range(region.first, region.last):
        for key, dimension in form.dimensions.candidates(keys.heads[number]):
            match = keys.match(key, number)
            if match is None or keys.text[match.end : keys.lines[match.last].end].strip(" :"):
                continue
            row = first_of_dimension.get(dimension.name)
            if row is None or _only_heads_between(keys, form, match.last + 1, row):
                structure.update(range(match.first, match.last + 1))
            break
    first_row = chosen[0].line if chosen else region.last
    for number in range(region.first, region.last):
        before_rows = number < first_row
        line = keys.lines[number]
        new_page = number > region.first and line.page != keys.lines[number - 1].page
        beside_dimension = number + 1 in structure or number - 1 in structure
        if (before_rows or new_page or beside_dimension) and _is_head(keys, form, number):
            structure.add(number)
    findings.claim_lines(keys.lines[number] for number in sorted(structure))
    return frozenset(structure)


def _is_head(keys: LineKeys, form: CompiledForm, number: int) -> bool:
    """``Välitön Välillinen``, one of the two, or both behind a column's name."""
    key = keys.key(number)
    return any(key == head for head, _ in form.heads.all) or (
        keys.lines[number].kind is Kind.ROW
        and any(key.endswith(head) for head, what in form.heads.all if what == "both")
    )


def _only_heads_between(keys: LineKeys, form: CompiledForm, first: int, last: int) -> bool:
    return first <= last and all(_is_head(keys, form, number) for number in range(first, last))


def _add_row(
    keys: LineKeys,
    form: CompiledForm,
    region: Region,
    candidate: _Candidate,
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
            body.append(clip(line, *rest)._replace(join=Join.NONE))
    body += [keys.lines[place] for place in range(body_from, end) if place not in structure]
    if body:
        body[0] = body[0]._replace(join=Join.NONE)
    findings.claim_lines(body)
    at = numbers[0].start if numbers else candidate.end
    findings.slots.append(Slot(number, score_field(criterion.name), ValueType.SCORES, label, numbers, at))
    row_end = max(candidate.end, numbers[-1].end if numbers else 0, body[-1].end if body else 0)
    at = body[0].start if body else row_end
    findings.slots.append(Slot(number, justification_field(criterion.name), ValueType.FREE_TEXT, None, tuple(body), at))
    if not candidate.pair:
        findings.note("score_missing", number, score_field(criterion.name), label)
    return Row(criterion, label, numbers, (label[0], row_end), candidate.pair)


def _lines_of(keys: LineKeys, candidate: _Candidate) -> list[tuple[bool, Line]]:
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
