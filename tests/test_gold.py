"""The gold set: difficult documents written by hand, each with what must be read in it (tests/gold/README.md)."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from rows import check_invariants

from models.records import Parsed
from models.tables import TABLES
from parsers.parse import parse_document

GOLD = Path(__file__).parent / "gold"


class _Loader(yaml.SafeLoader):
    """PyYAML takes the last of two equal keys without a word; this one does not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"a key twice: {sorted(keys)}"
        return super().construct_mapping(node, deep)


def load(name: str) -> Any:
    return yaml.load((GOLD / f"{name}.yaml").read_text("utf-8"), _Loader)


NAMES = sorted(path.stem for path in GOLD.glob("[0-9]*.yaml"))
KNOWN_FAILURES: dict[str, str] = load("known_failures") or {}
KEYS = {"about", "written_as", "status", "expect", "whole", "absent", "masked", "unclaimed"}
ENCODINGS = {
    "cp1252": lambda text: text.encode("cp1252"),
    "latin-1": lambda text: text.encode("latin-1"),
    "nfd": lambda text: unicodedata.normalize("NFD", text).encode(),
    "utf-8": lambda text: text.encode(),
    "utf-8-bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-8-crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "utf-16-le": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
}
ROW_KEYS = {
    "sections": ("section_number",),
    "scores": ("criterion",),
    "indicators": ("number",),
    "locations": ("level", "name"),
    "allocations": ("level", "code"),
    "partners": ("ordinal",),
    "fields": ("section_number", "field", "ordinal"),
    "issues": ("code",),
}


def source_of(name: str) -> Path:
    (source,) = [path for path in GOLD.glob(f"{name}.*") if path.suffix in (".txt", ".html")]
    return source


def read_case(name: str) -> dict[str, Any]:
    case = load(name)
    assert set(case) <= KEYS, f"unknown keys: {sorted(set(case) - KEYS)}"
    return case


def parse_case(name: str, case: dict[str, Any]) -> Parsed:
    source = source_of(name)
    data = ENCODINGS[case.get("written_as", "utf-8")](source.read_text("utf-8"))
    return parse_document(data, name=source.name)


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def rows_of(parsed: Parsed, table: str) -> list[dict[str, Any]]:
    if table == "documents":
        return [parsed.document]
    return parsed.restricted.get(table, []) if TABLES[table].restricted else parsed.tables.get(table, [])


def matching(parsed: Parsed, table: str, wanted: dict[str, Any], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    found = rows_of(parsed, table)
    return [row for row in found if all(row[column] == plain(wanted[column]) for column in columns)]


def check_row(row: dict[str, Any], wanted: dict[str, Any], where: str) -> list[str]:
    return [
        f"{where}.{column}: {plain(value)!r} expected, {row[column]!r} found"
        for column, value in wanted.items()
        if row[column] != plain(value)
    ]


def check_expected(parsed: Parsed, table: str, wanted: dict[str, Any] | list[dict[str, Any]]) -> list[str]:
    if isinstance(wanted, dict):
        rows = rows_of(parsed, table)
        return (
            check_row(rows[0], wanted, table) if len(rows) == 1 else [f"{table}: one row expected, {len(rows)} found"]
        )
    faults = []
    for one in wanted:
        if table == "fields":
            one = {"ordinal": 1, **one}
        key = ROW_KEYS[table]
        shown = f"{table} {' '.join(str(one[column]) for column in key)}"
        found = matching(parsed, table, one, key)
        if table == "issues":
            found = [row for row in found if not check_row(row, one, shown)]
        if not found:
            faults.append(f"{shown}: no such row")
        else:
            faults += check_row(found[0], one, shown)
    return faults


def find_faults(parsed: Parsed, case: dict[str, Any]) -> list[str]:
    """Everything in which a record is not what the case says."""
    faults = []
    if parsed.status != case.get("status", parsed.status):
        faults.append(f"status: {case['status']} expected, {parsed.status} found")
    for table, wanted in case.get("expect", {}).items():
        faults += check_expected(parsed, table, wanted)
    for table in case.get("whole", []):
        number, wanted = len(rows_of(parsed, table)), len(case.get("expect", {}).get(table, []))
        if number != wanted:
            faults.append(f"{table}: {wanted} rows expected, {number} found")
    for table, unwanted in case.get("absent", {}).items():
        for one in unwanted:
            if matching(parsed, table, one, tuple(one)):
                faults.append(f"{table}: a row {one} that should not be there")
    public = [value for rows in parsed.tables.values() for row in rows for value in row.values()]
    for secret in case.get("masked", []):
        if any(secret in value for value in public if isinstance(value, str)):
            faults.append(f"{secret!r} stands in a public table")
    left = parsed.document["unclaimed_characters"]
    if left != case.get("unclaimed", left):
        faults.append(f"unclaimed_characters: {case['unclaimed']} expected, {left} found")
    return faults


def marked(name: str) -> object:
    if name in KNOWN_FAILURES:
        return pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=KNOWN_FAILURES[name]))
    return name


@pytest.mark.parametrize("name", [marked(name) for name in NAMES])
def test_gold(name: str) -> None:
    case = read_case(name)
    parsed = parse_case(name, case)
    faults = find_faults(parsed, case)
    assert not faults, "\n".join([case["about"], *faults])


@pytest.mark.parametrize("name", NAMES)
def test_case_is_well_formed(name: str) -> None:
    case = read_case(name)
    assert case["about"].strip()
    assert case.keys() & {"expect", "absent", "masked", "status"}, "a case that states nothing cannot fail"
    for table, wanted in {**case.get("expect", {}), **case.get("absent", {})}.items():
        rows = [wanted] if isinstance(wanted, dict) else wanted
        unknown = {column for row in rows for column in row} - set(TABLES[table].column_names())
        assert not unknown, f"{table} has no columns {sorted(unknown)}"


@pytest.mark.parametrize("name", NAMES)
def test_invariants_hold(name: str) -> None:
    check_invariants(parse_case(name, read_case(name)))


def test_the_set_is_whole() -> None:
    assert len(NAMES) >= 40
    assert [name[:3] for name in NAMES] == [f"{number:03d}" for number in range(1, len(NAMES) + 1)]
    sources = {path.stem for path in GOLD.glob("[0-9]*") if path.suffix != ".yaml"}
    assert sources == set(NAMES)
    assert set(KNOWN_FAILURES) <= set(NAMES)
    assert all(len(reason) > 20 for reason in KNOWN_FAILURES.values()), "say why"


def test_a_case_can_fail() -> None:
    """Each part of a case is really looked at."""
    name = NAMES[0]
    parsed = parse_case(name, read_case(name))
    wrong: list[dict[str, Any]] = [
        {"status": "quarantined"},
        {"expect": {"projects": {"project_name": "toinen"}}},
        {"expect": {"sections": [{"section_number": "77"}]}},
        {"expect": {"scores": [{"criterion": "wellbeing", "direct": 11}]}},
        {"expect": {"issues": [{"code": "empty"}]}},
        {"expect": {"sections": [{"section_number": "1"}]}, "whole": ["sections"]},
        {"absent": {"sections": [{"section_number": "1"}]}},
        {"masked": ["Hankekoodi"]},
        {"unclaimed": -1},
    ]
    assert all(find_faults(parsed, case) for case in wrong)
