"""The rules of ``models.checks`` evaluated on the rows of one document: what does not hold becomes a notice.

Only rows are looked at, so a document can be checked again after a value of it was corrected.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.checks import (
    ELIGIBLE_DAYS,
    RULES,
    AtMost,
    Between,
    CodeSays,
    FundOfCode,
    InProgrammePeriod,
    InsideNamed,
    IsTrue,
    Known,
    PeriodOfCode,
    ReportFits,
    Rule,
    Shape,
    Stage,
    TitleOf,
)
from models.code_records import Axis, Objective
from models.codelists import code_lists, municipalities
from models.fields import FIELD, FIELDS
from models.form import Form
from models.forms import load_forms
from models.records import Row
from parsers.derived import find_authority, make_title_key
from parsers.findings import Notice, Span


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows of a document that rules are about, and what else they ask for."""

    project: Row
    contacts: Row
    partners: Sequence[Row]
    locations: Sequence[Row]
    fields: Sequence[Row]
    form: Form
    ended: bool
    final_report: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """A value that breaks a rule: the column it stands in, and which of several it is."""

    column: str
    ordinal: int = 1
    detail: str = ""
    part: str | None = None
    """The words within the field's value that are meant."""


def check_rows(facts: Facts, rules: Sequence[Rule] = RULES) -> list[Notice]:
    """A notice for every rule of stage ``project`` that does not hold, with the place of its value."""
    return [
        _notice(rule, broken, facts)
        for rule in rules
        if rule.stage is Stage.PROJECT
        for broken in _TESTS[type(rule.condition)](rule, facts)
    ]


def _notice(rule: Rule, broken: Broken, facts: Facts) -> Notice:
    field = _FIELD_OF[broken.column] if broken.column != "locations.code" else "municipalities"
    for row in facts.fields:
        if row["field"] == field and row["ordinal"] == broken.ordinal:
            return Notice(rule.id, row["section_number"], field, _span(row, broken.part), broken.detail)
    return Notice(rule.id, None, field, None, broken.detail)


def _span(row: Row, part: str | None) -> Span | None:
    start, end = row["char_start"], row["char_end"]
    if start is None or end is None:
        return None
    at = row["raw"].find(part) if part and row["raw"] else -1
    return (start + at, start + at + len(part)) if part and at >= 0 else (start, end)


def _columns(rule: Rule, facts: Facts) -> Iterator[tuple[str, int, Any]]:
    """(column, ordinal, value) of everything that the rule's columns hold, nulls left out."""
    for column, table, name in _split_columns(rule.columns):
        if table == "partners":
            for row in facts.partners:
                if (value := row[name]) is not None:
                    yield column, row["ordinal"], value
        elif (value := (facts.project if table == "projects" else facts.contacts).get(name)) is not None:
            yield column, 1, value


@functools.cache
def _split_columns(columns: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """(column, its table, its name) of each; another table than the three that are checked is a ``ValueError``."""
    split = []
    for column in columns:
        table, _, name = column.partition(".")
        if table not in ("projects", "contacts", "partners"):
            raise ValueError(f"rules are about projects, contacts and partners, not {column}")
        split.append((column, table, name))
    return tuple(split)


def _pair(rule: Rule, facts: Facts) -> tuple[Any, Any]:
    (_, _, first), (_, _, second) = _split_columns(rule.columns)
    return facts.project.get(first), facts.project.get(second)


def _test_order(rule: Rule, facts: Facts) -> Iterator[Broken]:
    first, second = _pair(rule, facts)
    if first is not None and second is not None and first > second:
        yield Broken(rule.columns[0])


def _test_period(rule: Rule, facts: Facts) -> Iterator[Broken]:
    days = ELIGIBLE_DAYS.get(facts.project.get("programme_period") or facts.form.programme_period)
    if days and any(not days[0] <= value <= days[1] for _, _, value in _columns(rule, facts)):
        yield Broken(rule.columns[0])


def _test_shape(rule: Rule, facts: Facts) -> Iterator[Broken]:
    assert isinstance(rule.condition, Shape)
    pattern = re.compile(rule.condition.pattern)
    for column, ordinal, value in _columns(rule, facts):
        if not pattern.fullmatch(value):
            yield Broken(column, ordinal)


def _test_range(rule: Rule, facts: Facts) -> Iterator[Broken]:
    assert isinstance(rule.condition, Between)
    for column, ordinal, value in _columns(rule, facts):
        if not rule.condition.low <= value <= rule.condition.high:
            yield Broken(column, ordinal)


def _test_truth(rule: Rule, facts: Facts) -> Iterator[Broken]:
    for column, ordinal, value in _columns(rule, facts):
        if value is False:
            yield Broken(column, ordinal)


def _test_known(rule: Rule, facts: Facts) -> Iterator[Broken]:
    assert isinstance(rule.condition, Known)
    for column, ordinal, value in _columns(rule, facts):
        if rule.condition.codes == "authorities":
            known = find_authority(value) is not None
        else:
            known = _find_code(rule.condition.codes, value, facts) is not None or not _covered(rule, facts)
        if not known:
            yield Broken(column, ordinal)


def _test_code(rule: Rule, facts: Facts) -> Iterator[Broken]:
    assert isinstance(rule.condition, CodeSays)
    code, found = _pair(rule, facts)
    item = _find_code(rule.condition.codes, code, facts)
    said = getattr(item, rule.condition.attribute) if item is not None else None
    if said is not None and found is not None and said != found:
        yield Broken(rule.columns[0], detail=f"{rule.condition.attribute} {said} in the code list")


def _test_title(rule: Rule, facts: Facts) -> Iterator[Broken]:
    assert isinstance(rule.condition, TitleOf)
    code, title = _pair(rule, facts)
    item = _find_code(rule.condition.codes, code, facts)
    if item is not None and title is not None:
        titles = {make_title_key(known) for known in (item.title_fi, item.title_sv, *item.title_variants) if known}
        if make_title_key(title) not in titles:
            yield Broken(rule.columns[0])


def _find_code(codes: str, code: str | None, facts: Facts) -> Axis | Objective | None:
    """The entry of axes or objectives for a code, of the form's programme period; None where there is none."""
    found: Mapping[str, Axis | Objective] = getattr(code_lists(), codes)
    item = found.get(code) if code is not None else None
    return item if item is not None and item.programme_period == facts.form.programme_period else None


def _covered(rule: Rule, facts: Facts) -> bool:
    """Whether the code list covers the form's programme period at all."""
    assert isinstance(rule.condition, Known)
    return facts.form.programme_period in _covered_periods(rule.condition.codes)


@functools.cache
def _covered_periods(codes: str) -> frozenset[str]:
    return frozenset(item.programme_period for item in getattr(code_lists(), codes).values())


def _test_fund(rule: Rule, facts: Facts) -> Iterator[Broken]:
    code, fund = _pair(rule, facts)
    funds = [name for name, pattern in facts.form.code_patterns if code and re.fullmatch(pattern, code)]
    if funds and fund is not None and fund not in funds:
        yield Broken(rule.columns[0])


def _test_code_period(rule: Rule, facts: Facts) -> Iterator[Broken]:
    # Not from the column: a code that is none of the form's is null there.
    printed = next((row["value"] for row in facts.fields if row["field"] == "project_code"), None)
    if printed is None or any(re.fullmatch(pattern, printed) for _, pattern in facts.form.code_patterns):
        return
    for form in load_forms():
        if form.programme_period != facts.form.programme_period and any(
            re.fullmatch(pattern, printed) for _, pattern in form.code_patterns
        ):
            yield Broken(rule.columns[0], detail=form.programme_period)
            return


def _test_inside(rule: Rule, facts: Facts) -> Iterator[Broken]:
    assert isinstance(rule.condition, InsideNamed)
    level = rule.condition.level
    named = {row["code"] for row in facts.locations if row["level"] == level}
    if not named or None in named:  # none named, or one that nobody knows: it may be that one
        return
    for row in facts.locations:
        place = municipalities().get(row["code"] or "") if row["level"] == "municipality" else None
        # Any time counts: descriptions name areas as they were when the page was made, not when the project began.
        if place is not None and not any(getattr(member, level) in named for member in place.memberships):
            yield Broken(rule.columns[0], part=row["name"])


def _test_report(rule: Rule, facts: Facts) -> Iterator[Broken]:
    assert isinstance(rule.condition, ReportFits)
    if facts.project.get("status") is None or facts.ended is not rule.condition.ended:
        return
    if facts.final_report is not rule.condition.ended:
        yield Broken(rule.columns[0])


_TESTS: Mapping[type, Callable[[Rule, Facts], Iterator[Broken]]] = MappingProxyType(
    {
        AtMost: _test_order,
        InProgrammePeriod: _test_period,
        Shape: _test_shape,
        Between: _test_range,
        IsTrue: _test_truth,
        Known: _test_known,
        CodeSays: _test_code,
        TitleOf: _test_title,
        FundOfCode: _test_fund,
        PeriodOfCode: _test_code_period,
        InsideNamed: _test_inside,
        ReportFits: _test_report,
    }
)

_FIELD_OF: Mapping[str, str] = MappingProxyType(
    {f"{field.table}.{column.name}": field.name for field in FIELDS for column in field.columns}
    | {column: "partner" for rule in RULES for column in rule.columns if column.startswith("partners.")}
    | {"projects.programme_period": FIELD["project_code"].name}
)
"""Column → the field that fills it: where an issue points to."""
