"""The service's list of projects read, and repaired where only one reading is possible; every repair is told.

What is known to be broken in such lists: commas within cells became `` |``, two spaces or nothing; such a comma shifted
cells of its row by one; characters became ``¿`` or ``?``; sums have cents. A cell that cannot be told is null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from models.project_list import LIST_COLUMN, LIST_COLUMNS, SUMS, ListColumn, ListKind, list_heads
from parsers.partners import parse_business_id
from parsers.reading import State
from pipeline.reconcile.keys import find_listed_authority, split_authority
from pipeline.reconcile.sheet import ListError, read_cells

Value = str | int | None

REPAIRS = {
    "comma_restored": "A comma of a name, lost as ` |`, was put back.",
    "name_tail_returned": "The end of a project's name stood before the authority; it was put back.",
    "authority_commas": "Commas that the authority's name lost were put back.",
    "dates_shifted": "The end date stood in the column of the start date; the start date is lost.",
    "sums_shifted": "The sums stood one column to the right; the last of them and the start date are lost.",
    "cells_joined": "Cells parted by a comma of the text were joined again.",
    "cents_rounded": "A sum with cents was rounded half up to whole euros.",
    "odd_characters": "Characters that stand for lost ones (¿, ?) match any character.",
    "repeated_row": "The same row stands twice; it counts once.",
    "cell_unreadable": "A cell that cannot be read counts as empty.",
    "row_unreadable": "A row without a project code, or with cells missing, was left out.",
}
"""What can be done to a list, and what it means."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that was done to a row; ``line`` counts from 1, the head included."""

    line: int
    project_code: str | None
    repair: str
    column: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list."""

    line: int
    project_code: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ProjectList:
    """A list as it was understood."""

    columns: tuple[str, ...]
    rows: tuple[Listed, ...]
    repairs: tuple[Repair, ...]


def read_list(path: Path) -> ProjectList:
    """The list in a CSV or xlsx file; raises ``ListError``."""
    cells = read_cells(path)
    heads = _find_heads(cells)
    if "project_code" not in heads.values():
        known = ", ".join(sorted(head for head, name in list_heads().items() if name == "project_code"))
        raise ListError(f"{path.name}: no line of heads with a column of project codes ({known})")
    rows: list[Listed] = []
    repairs: list[Repair] = []
    seen: set[tuple[str, ...]] = set()
    for line, row in cells:
        noted: list[Repair] = []
        listed = _read_row(line, row, heads, noted)
        repairs += noted
        if listed is None:
            continue
        whole = tuple(row)
        if whole in seen:
            repairs.append(Repair(line, listed.project_code, "repeated_row"))
            continue
        seen.add(whole)
        rows.append(listed)
    columns = tuple(column.name for column in LIST_COLUMNS if column.name in heads.values())
    return ProjectList(columns, tuple(rows), tuple(repairs))


def _find_heads(cells: Iterator[tuple[int, list[str]]]) -> dict[int, str]:
    """Place → column, from the first of the first rows that names project codes."""
    known = list_heads()
    for count, (_, row) in enumerate(cells):
        heads: dict[int, str] = {}
        for place, head in enumerate(row):
            name = known.get(" ".join(head.split()).casefold())
            if name and name not in heads.values():
                heads[place] = name
        if "project_code" in heads.values():
            return heads
        if count >= 20:
            break
    return {}


_CODE = re.compile(r"[A-Z]\d{4,9}")
_TIME = r"(?:[ T][\d:.]{1,15})?"
_DATE = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){_TIME}|(\d{{4}})-(\d\d)-(\d\d){_TIME}")
_SUM = re.compile(r"([-−])?(\d{1,15}(?:[ \u00a0]\d{3}){0,4})(?:[.,](\d{1,6}))?(?: ?€)?")
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)\.?(?: .*)?", re.DOTALL)
_BAR = re.compile(r" ?\| ?")
_ODD = re.compile(r"[¿\ufffd]|(?<=\w)\?(?= ?\w)")


def _read_row(line: int, row: list[str], heads: Mapping[int, str], noted: list[Repair]) -> Listed | None:
    places = {name: place for place, name in heads.items()}
    code = row[places["project_code"]].strip().upper() if places["project_code"] < len(row) else ""
    width = max(heads) + 1
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    if len(row) > width and _CODE.fullmatch(code):
        row = _join_cells(line, code, row, places, noted) or row
    if not _CODE.fullmatch(code) or len(row) < width:
        noted.append(Repair(line, code or None, "row_unreadable"))
        return None
    raw = {name: " ".join(row[place].replace("\u00ad", "").split()) for place, name in heads.items()}
    _repair_text(line, code, raw, noted)
    values: dict[str, Value] = {}
    for name, cell in raw.items():
        values[name] = _read_cell(line, code, LIST_COLUMN[name], cell, noted)
    values["project_code"] = code
    return Listed(line, code, values)


def _join_cells(
    line: int, code: str, row: list[str], places: Mapping[str, int], noted: list[Repair]
) -> list[str] | None:
    """A row with too many cells, joined so that every cell fits its column; None where that can be done in two ways."""
    surplus = len(row) - (max(places.values()) + 1)
    texts = [places[name] for name in ("project_name", "authority", "applicant_name") if name in places]
    found = []
    for counts in _share(surplus, len(texts)):
        joined, place = [], 0
        for column in range(max(places.values()) + 1):
            more = counts[texts.index(column)] if column in texts else 0
            joined.append(", ".join(cell.strip() for cell in row[place : place + more + 1]))
            place += more + 1
        if all(_fits(name, joined[place]) for name, place in places.items()):
            found.append(joined)
    if len(found) != 1:
        return None
    noted.append(Repair(line, code, "cells_joined"))
    return found[0]


def _share(count: int, places: int) -> Iterator[tuple[int, ...]]:
    """Every way to spread a few surplus cells over some columns."""
    if places == 0 or count > 12:
        return
    if places == 1:
        yield (count,)
        return
    for first in range(count + 1):
        for rest in _share(count - first, places - 1):
            yield (first, *rest)


def _fits(name: str, cell: str) -> bool:
    """Whether a cell can be one of its column."""
    kind = LIST_COLUMN[name].kind
    cell = " ".join(cell.split())
    if kind is ListKind.AUTHORITY:
        return find_listed_authority(cell) is not None
    pattern = {ListKind.CODE: _CODE, ListKind.DATE: _DATE, ListKind.EUROS: _SUM, ListKind.NUMBER: _NUMBER}.get(kind)
    return pattern is None or not cell or pattern.fullmatch(cell) is not None


def _repair_text(line: int, code: str, raw: dict[str, str], noted: list[Repair]) -> None:
    """Put back what a lost comma moved; ``raw`` is changed."""

    def note(repair: str, column: str, before: str) -> None:
        noted.append(Repair(line, code, repair, column, before, raw[column]))

    name = raw.get("project_name", "")
    torn = "|" in name
    if torn:
        raw["project_name"] = _BAR.sub(", ", name).strip(" ,")
        note("comma_restored", "project_name", name)
    authority = raw.get("authority", "")
    tail, official = split_authority(authority)
    if official and official != authority:
        raw["authority"] = official
        note("name_tail_returned" if tail else "authority_commas", "authority", authority)
    if tail:
        raw["project_name"] = f"{raw.get('project_name', '')}, {tail}"
    start, end = raw.get("start_date"), raw.get("end_date")
    if start is None or end is None:
        return
    if tail and not end and _DATE.fullmatch(start):
        raw["start_date"], raw["end_date"] = "", start
        note("dates_shifted", "end_date", "")
    elif torn and _DATE.fullmatch(end) and not _DATE.fullmatch(start) and all(name in raw for name in SUMS):
        first, second, third, fourth = (raw[name] for name in SUMS)
        # Shifted by one: granted, realised and planned stand one further on; the first cell repeats granted.
        if second and second == fourth and first in ("", second):
            raw["start_date"] = ""
            raw.update(zip(SUMS, (second, third, fourth, ""), strict=True))
            note("sums_shifted", SUMS[0], " · ".join((start, first, second, third, fourth)))


def _read_cell(line: int, code: str, column: ListColumn, cell: str, noted: list[Repair]) -> Value:
    value, sound = _parse(column.kind, cell)
    if not sound:
        noted.append(Repair(line, code, "cell_unreadable", column.name, cell, None))
    elif column.kind is ListKind.EUROS and (found := _SUM.fullmatch(cell)) and (found[3] or "").strip("0"):
        noted.append(Repair(line, code, "cents_rounded", column.name, cell, str(value)))
    elif column.kind is ListKind.NAME and _ODD.search(cell):
        noted.append(Repair(line, code, "odd_characters", column.name, cell, None))
    return value


def _parse(kind: ListKind, cell: str) -> tuple[Value, bool]:
    """(value, whether the cell could be read)."""
    if not cell:
        return None, True
    if kind is ListKind.DATE:
        return _parse_date(cell)
    if kind is ListKind.EUROS:
        match = _SUM.fullmatch(cell)
        if match is None:
            return None, False
        amount = Decimal(f"{match[2].replace(' ', '')}.{match[3] or '0'}").quantize(Decimal(1), ROUND_HALF_UP)
        return (-int(amount) if match[1] else int(amount)), True
    if kind is ListKind.NUMBER:
        match = _NUMBER.fullmatch(cell)
        return (match[1], True) if match else (None, False)
    if kind is ListKind.BUSINESS_ID:
        reading = parse_business_id(cell)
        return (reading.normal, True) if reading.state is State.VALUE else (None, False)
    return cell, True


def _parse_date(cell: str) -> tuple[Value, bool]:
    from parsers.values import parse_period  # its calendar knows which days there are

    match = _DATE.fullmatch(cell)
    if match is None:
        return None, False
    day, month, year = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    start = parse_period(f"Alkaa {int(day)}.{int(month)}.{year}").values
    return (start[0], True) if start and isinstance(start[0], str) else (None, False)
