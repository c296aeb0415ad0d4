"""Corrections by people applied to a document's rows: the value read anew, and all that follows from it.

What the document prints (``fields.raw``) stays; ``fields.value``, the typed columns, places, codes, checks and counts
follow the correction. One whose place does not read any more as it did is not applied, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.checks import RULES, Stage
from models.columns import ValueType
from models.corrections import UNCORRECTABLE, Correction
from models.fields import FIELD, FIELDS
from models.issues import ISSUE_CODES
from models.records import Row
from models.tables import TABLES
from parsers.allocations import allocate
from parsers.checks import Facts, check_rows
from parsers.compiled import CompiledForm, compiled_forms
from parsers.derived import derive_columns
from parsers.findings import Notice
from parsers.issues import make_issue_rows, worst_severity
from parsers.locate import expected_fields
from parsers.places import Place, resolve_place, split_names
from parsers.reading import Reading, State
from parsers.values import PARSERS

Tables = Mapping[str, list[Row]]

METHOD = "correction"
"""``fields.method`` of a corrected value."""

LEVELS = {"regions": "region", "subregions": "subregion", "municipalities": "municipality"}

_CHECKS = frozenset(rule.id for rule in RULES if rule.stage is Stage.PROJECT)
_OF_VALUES = frozenset(
    {
        "value_invalid",
        "value_doubtful",
        "cents_rounded",
        "score_out_of_range",
        "score_missing",
        "label_missing",
        "place_unmatched",
        "place_fuzzy",
        "partner_unreadable",
    }
)
"""Issues of a value that a correction takes away with it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a value cannot be corrected like that, for a person."""

    why: str


def read_correction(field: str, new_value: str) -> Reading | Refused:
    """The new value of a field as its value parser reads it."""
    kind = value_type(field)
    if kind is None:
        owner = next((one.name for one in FIELDS if any(column.name == field for column in one.columns)), None)
        if owner is not None and value_type(owner) is not None:
            return Refused(f"{field} is a column that the field {owner} fills; correct {owner}")
        return Refused(f"no field {field!r} that can be corrected; fields are listed in the data dictionary")
    if field in FIELD and FIELD[field].restricted:
        return Refused(f"{field} is personal data: it may not stand in a file of corrections")
    reading = PARSERS[kind](new_value)
    if reading.state is State.INVALID:
        return Refused(f"the new value cannot be read as a value of {field} ({kind.value})")
    return reading


def value_type(field: str) -> ValueType | None:
    """How a field's value is read; None for what is no field, or cannot be corrected."""
    if field in UNCORRECTABLE:
        return None
    prefix, point, _ = field.partition(".")
    if point:
        return {"score": ValueType.SCORES, "justification": ValueType.FREE_TEXT}.get(prefix)
    return FIELD[field].type if field in FIELD else None


def is_still_printed(row: Row, old_value: str) -> bool:
    """Whether the document reads at a field's place as it did; white space aside."""
    return "".join((row["raw"] or "").split()) == "".join(old_value.split())


def find_field(fields: Iterable[Row], correction: Correction) -> Row | None:
    """The row of ``fields`` that a correction is about."""
    for row in fields:
        if (row["field"], row["ordinal"]) == (correction.field, correction.ordinal) and correction.section_number in (
            "",
            row["section_number"],
        ):
            return row
    return None


def correct_tables(tables: Tables, corrections: Sequence[Correction], *, final_report: bool) -> dict[str, list[Row]]:
    """New rows of the tables that corrections may change; the rows given are not touched.

    ``tables`` holds ``projects, scores, indicators, locations, allocations, partners, fields, issues, texts`` and
    ``contacts``.
    """
    new = {name: [dict(row) for row in rows] for name, rows in tables.items() if name != "texts"}
    notices: list[Notice] = []
    for correction in corrections:
        _apply(new, correction, notices)
    name = new["projects"][0]["form"] if new["projects"] else None
    form = next((form for form in compiled_forms() if form.form.name == name), None)
    touched = {(n.section_number, n.field) for n in notices if n.code == "correction_applied"}
    if form is not None and touched:
        _follow(new, form, notices, touched, final_report=final_report)
        stale = _CHECKS
    else:
        stale = frozenset()
    _renew_issues(new, tables, notices, stale, touched)
    for project in new["projects"]:
        project["worst_issue"] = worst_severity(new["issues"])
    return new


def _apply(new: Tables, correction: Correction, notices: list[Notice]) -> None:
    row = find_field(new["fields"], correction)
    if row is None:
        number = correction.section_number or None
        notices.append(Notice("correction_expired", number, correction.field, None, "no such field"))
        return
    span = (row["char_start"], row["char_end"]) if row["char_start"] is not None else None

    def note(code: str, detail: str = "") -> None:
        notices.append(Notice(code, row["section_number"], correction.field, span, detail))

    reading = read_correction(correction.field, correction.new_value)
    if isinstance(reading, Refused):
        note("correction_expired", "the new value cannot be read")
    elif not is_still_printed(row, correction.old_value):
        note("correction_expired", "the document prints something else now")
    elif not _fill(new, row, correction, reading):
        note("correction_expired", "no row for it")
    else:
        row |= {"state": str(reading.state), "value": reading.normal, "method": METHOD}
        note("correction_applied", correction.when)
        for code in reading.issues:
            note(code)


def _fill(new: Tables, row: Row, correction: Correction, reading: Reading) -> bool:
    """The typed columns of a field; False where there is no row to hold them."""
    field = correction.field
    prefix, point, criterion = field.partition(".")
    if point:
        names: tuple[str, ...] = ("direct", "indirect") if prefix == "score" else ("justification",)
        return _fill_row(new["scores"], "criterion", criterion, names, reading)
    declared = FIELD[field]
    if declared.table == "projects":
        return _fill_row(new["projects"], "", None, [column.name for column in declared.columns], reading)
    if declared.table == "indicators":
        return _fill_row(new["indicators"], "number", row["section_number"], (field,), reading)
    if declared.table == "partners":
        names = ("name", "organisation_type", "business_id", "business_id_valid")
        return _fill_row(new["partners"], "ordinal", row["ordinal"], names, reading)
    if field in LEVELS:
        level, text = LEVELS[field], correction.new_value
        others = [place for place in new["locations"] if place["level"] != level]
        named = enumerate(split_names(text, level), 1) if reading.state is State.VALUE else ()
        empty = dict.fromkeys(TABLES["locations"].column_names())
        new["locations"][:] = others + [
            empty | {"level": level, "ordinal": ordinal, "name": " ".join(text[start:end].split())}
            for ordinal, (start, end) in named
        ]
        return True
    return False


def _fill_row(rows: list[Row], key: str, wanted: object, names: Sequence[str], reading: Reading) -> bool:
    values = reading.values or (None,) * len(names)
    for row in rows:
        if not key or row[key] == wanted:
            row |= dict(zip(names, values, strict=True))
            return True
    return False


def _follow(
    new: Tables,
    form: CompiledForm,
    notices: list[Notice],
    touched: set[tuple[str | None, str | None]],
    *,
    final_report: bool,
) -> None:
    """What follows from the typed columns: codes, places, shares, checks, completeness."""
    project = new["projects"][0]
    project |= derive_columns(project)
    places: dict[str, list[Place]] = {}
    start, end = (_as_date(project[name]) for name in ("start_date", "end_date"))
    fields_of = {level: field for field, level in LEVELS.items()}
    for row in new["locations"]:
        place = resolve_place(row["level"], row["name"], start, end)
        places.setdefault(row["level"], []).append(place)
        row |= {name: getattr(place, name) for name in ("code", "official_name", "match", "current_code")}
        field = fields_of[row["level"]]
        number = next((number for number, name in touched if name == field), None)
        if number is not None and place.match in ("unmatched", "fuzzy"):
            notices.append(Notice(f"place_{place.match}", number, field))
    new["allocations"][:] = [
        {name: getattr(share, name) for name in ("level", "code", "share", "method")} for share in allocate(places)
    ]
    ended = project["status"] in form.form.ended_statuses
    contacts = new["contacts"][0] if new.get("contacts") else {}
    facts = Facts(project, contacts, new["partners"], new["locations"], new["fields"], form.form, ended, final_report)
    notices += check_rows(facts)
    declared = expected_fields(form)
    filled = {row["field"] for row in new["fields"] if row["state"] == State.VALUE}
    project["completeness"] = round(len(declared & filled) / len(declared), 6)


def _renew_issues(
    new: Tables,
    tables: Tables,
    notices: Sequence[Notice],
    stale: frozenset[str],
    touched: set[tuple[str | None, str | None]],
) -> None:
    """Issues that still hold, then those of the corrections and of the checks made again; ordinals from 1."""
    kept = [
        row
        for row in new["issues"]
        if row["code"] not in stale
        and not (row["code"] in _OF_VALUES and (row["section_number"], row["field"]) in touched)
    ]
    masked = tables["texts"][0]["text"] if tables.get("texts") else ""
    rows = kept + make_issue_rows(masked, notices, ())
    rows.sort(key=lambda row: (row["char_start"] if row["char_start"] is not None else -1, _rank(row)))
    for ordinal, row in enumerate(rows, 1):
        row["ordinal"] = ordinal
    new["issues"][:] = rows


def _rank(row: Row) -> int:
    return ISSUE_CODES[row["code"]].severity.rank


def _as_date(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
