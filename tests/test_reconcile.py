"""A snapshot against the service's own list: broken lists are repaired, planted differences found, none invented."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from openpyxl import Workbook
from typer.testing import CliRunner

from models.codelists import axes
from models.project_list import LIST_COLUMN, LIST_COLUMNS, SUMS, list_heads
from pipeline.cli import app
from pipeline.reconcile.compare import Comparison, compare, read_archived
from pipeline.reconcile.keys import are_same_names, split_authority
from pipeline.reconcile.project_list import REPAIRS, ProjectList, read_list
from pipeline.reconcile.sheet import ListError
from pipeline.run import run_archive
from pipeline.settings import RunSettings
from pipeline.synthetic.content import Applicant, Funding, Partner, ProjectContent
from pipeline.synthetic.form_text import render_blocks
from pipeline.synthetic.text_layouts import spaced

HERE = Path(__file__).parent
INVENTED = HERE / "reconcile" / "projektilista_20160301.csv"
TRUTH: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "reconcile" / "truth.yaml").read_text("utf-8"))
REAL = HERE.parent.parent / "shared" / "data" / "project_list_2014-2020_early2016.csv"
RUNNING, ENDED = "Toiminnassa", "Toiminta päättynyt"

Found = set[tuple[str, str, str]]


def make_content(code: str, truth: Mapping[str, Any]) -> ProjectContent:
    axis = axes()[truth["axis"]]
    sums = truth["sums"]
    return ProjectContent(
        fund="ESR" if code.startswith("S") else "EAKR",
        project_code=code,
        project_name=truth["name"],
        priority_axis=f"{axis.code}. {axis.title_fi}",
        start=truth["start"],
        end=truth["end"],
        status=RUNNING,
        authority=truth["authority"],
        applicant=Applicant(name=truth["applicant"], business_id="9100001-3"),
        arrangement="Hakijoita on useampi kuin yksi (yhteishanke)" if truth.get("partners") else "",
        partners=tuple(Partner(name, "Kuntayhtymä", "9100002-1") for name in truth.get("partners", ())),
        funding=Funding(*sums),
    )


def publish(contents: Iterable[ProjectContent], folder: Path) -> Path:
    """A snapshot of descriptions of these projects."""
    archive = folder / "archive"
    archive.mkdir()
    for content in contents:
        page = spaced(render_blocks(content), Random(1))
        (archive / f"{content.project_code}.txt").write_text(page, "utf-8")
    return run_archive([archive], folder / "out", settings=RunSettings(workers=1)).snapshot


def found_in(comparison: Comparison) -> Found:
    return {(one.project_code, one.column, one.kind) for one in comparison.differences}


def lost(truths: Mapping[str, Mapping[str, Any]]) -> Found:
    """What the list cannot tell any more."""
    return {(code, column, "missing_in_list") for code, truth in truths.items() for column in truth.get("lost", ())}


# Planting


def _sum(place: int, change: int) -> Callable[[ProjectContent], ProjectContent]:
    def plant(content: ProjectContent) -> ProjectContent:
        sums = list(content.funding)
        sums[place] += change
        return replace(content, funding=Funding(*sums))

    return plant


def _later(content: ProjectContent) -> ProjectContent:
    assert content.end is not None
    return replace(content, status=ENDED, end=content.end + timedelta(days=92))


def _applicant(content: ProjectContent) -> ProjectContent:
    return replace(content, applicant=content.applicant._replace(name="Aivan Muu Tmi"))


def _end(content: ProjectContent) -> ProjectContent:
    assert content.end is not None
    return replace(content, end=content.end + timedelta(days=31))


PLANTS: dict[str, tuple[Callable[[ProjectContent], ProjectContent], dict[str, str]]] = {
    "name": (lambda one: replace(one, project_name=f"{one.project_name} toinen"), {"project_name": "different"}),
    "applicant": (_applicant, {"applicant_name": "different"}),
    "authority": (lambda one: replace(one, authority="Lapin liitto"), {"authority": "different"}),
    "end": (_end, {"end_date": "different"}),
    "granted": (_sum(0, 5000), {"granted_eu_state_eur": "different"}),
    "planned": (_sum(2, -2), {"planned_public_eur": "different"}),
    "more realised": (_sum(1, 700), {"realised_eu_state_eur": "later_state"}),
    "less realised": (_sum(1, -700), {"realised_eu_state_eur": "different"}),
    "ended": (_later, {"status": "later_state", "end_date": "later_state"}),
    # No differences
    "a euro": (_sum(2, 1), {}),
    "capitals": (lambda one: replace(one, project_name=one.project_name.upper()), {}),
    "nothing": (lambda one: one, {}),
}


def plant_all(
    contents: Mapping[str, ProjectContent], listed: ProjectList, seed: int
) -> tuple[dict[str, ProjectContent], Found]:
    """Contents with differences planted, and what must be found."""
    rng = Random(seed)
    rows = {row.project_code: row for row in listed.rows}
    names = list(PLANTS)
    planted: dict[str, ProjectContent] = {}
    expected: Found = set()
    for number, (code, content) in enumerate(contents.items()):
        name = names[number % len(names)] if number < len(names) else rng.choice(names)
        change, told = PLANTS[name]
        needed = [*told] or [SUMS[2]]
        if any(rows[code].values.get(column) is None for column in needed) or content.partners:
            planted[code] = content
            continue
        planted[code] = change(content)
        if name == "authority" and content.authority == "Lapin liitto":
            continue
        expected |= {(code, column, kind) for column, kind in told.items()}
    return planted, expected


# The invented list


@pytest.fixture(scope="module")
def invented() -> ProjectList:
    return read_list(INVENTED)


def test_what_was_broken_is_read(invented: ProjectList) -> None:
    for row in invented.rows:
        truth = TRUTH[row.project_code]
        if truth.get("partners"):
            continue
        gone = truth.get("lost", [])
        assert are_same_names(str(row.values["project_name"]), truth["name"])
        assert split_authority(str(row.values["authority"]))[1] is not None
        for column, wanted in (("start_date", truth["start"]), ("end_date", truth["end"])):
            assert row.values[column] == (None if column in gone else wanted.isoformat()), (row, column)
        for column, wanted in zip(SUMS, truth["sums"], strict=True):
            assert row.values[column] == (None if column in gone else wanted), (row, column)


def test_every_repair_is_told_and_tried(invented: ProjectList) -> None:
    done = {repair.repair for repair in invented.repairs}
    assert done | {"cell_unreadable"} == set(REPAIRS)
    assert {(repair.project_code, repair.repair) for repair in invented.repairs} >= {
        ("A79103", "sums_shifted"),
        ("A79104", "name_tail_returned"),
        ("A79104", "dates_shifted"),
        ("A79105", "sums_shifted"),
        ("A79106", "odd_characters"),
        ("A79107", "odd_characters"),
        ("A79108", "cells_joined"),
        ("A79102", "cents_rounded"),
        ("S29104", "repeated_row"),
    }
    assert sum(repair.repair == "row_unreadable" for repair in invented.repairs) == 1


def test_the_same_projects_do_not_differ(invented: ProjectList, tmp_path: Path) -> None:
    snapshot = publish([make_content(code, truth) for code, truth in TRUTH.items()], tmp_path)
    found = compare(invented, read_archived(snapshot))
    assert found_in(found) == lost(TRUTH)
    assert (found.compared, found.joint) == (len(TRUTH), 2)


@pytest.mark.parametrize("seed", range(3))
def test_planted_differences_are_found_and_none_invented(invented: ProjectList, tmp_path: Path, seed: int) -> None:
    truths = dict(TRUTH)
    gone = "A79101"
    contents = {code: make_content(code, truth) for code, truth in truths.items() if code != gone}
    order = list(contents)
    Random(seed).shuffle(order)
    planted, expected = plant_all({code: contents[code] for code in order}, invented, seed)
    new = replace(contents["S29104"], project_code="S29999")
    snapshot = publish([*planted.values(), new, replace(new, project_code="Z1")], tmp_path)
    found = compare(invented, read_archived(snapshot))
    expected |= {(gone, "project_code", "missing_in_archive"), ("S29999", "project_code", "missing_in_list")}
    assert found_in(found) == expected | lost(TRUTH)
    assert len(found.outside) == 1


@pytest.mark.skipif(not REAL.exists(), reason="the real list is kept outside the project")
def test_planted_differences_in_descriptions_of_the_real_projects(tmp_path: Path) -> None:
    listed = read_list(REAL)
    contents = {}
    for row in listed.rows:
        values = row.values
        truth = {
            "name": str(values["project_name"]).replace("¿", "–"),
            "axis": values["priority_axis_code"],
            "authority": values["authority"],
            "start": values["start_date"] and date.fromisoformat(str(values["start_date"])),
            "end": values["end_date"] and date.fromisoformat(str(values["end_date"])),
            "applicant": values["applicant_name"] or "",
            "sums": [values[name] for name in SUMS],
        }
        contents[row.project_code] = make_content(row.project_code, truth)
    missing = sorted(contents)[::100]
    kept = {code: content for code, content in contents.items() if code not in missing}
    planted, expected = plant_all(kept, listed, 7)
    assert len(expected) > 1000
    found = compare(listed, read_archived(publish(planted.values(), tmp_path)))
    assert found_in(found) == expected | {(code, "project_code", "missing_in_archive") for code in missing}


# Formats of lists


def test_a_spreadsheet_gives_the_same(invented: ProjectList, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Kansilehti"])
    sheet = book.create_sheet("Hankkeet")
    sheet.append(["Projektilista"])
    for line, cells in enumerate(csv.reader(INVENTED.read_text("utf-8").splitlines())):
        row: list[Any] = list(cells)
        for place in (6, 7):
            if line and row[place : place + 1] and row[place].count(".") == 2:
                day, month, year = map(int, row[place].split("."))
                row[place] = date(year, month, day)
        for place in (9, 10, 11, 12):
            if line and len(row) == 13 and row[place].strip():
                row[place] = float(row[place])
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    listed = read_list(tmp_path / "list.xlsx")
    assert [row.values for row in listed.rows] == [row.values for row in invented.rows]


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "cp1252"), ("\t", "utf-8-sig"), (",", "utf-16")])
def test_delimiters_and_encodings(invented: ProjectList, tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "list.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        rows = [row for row in csv.reader(INVENTED.read_text("utf-8").splitlines()) if row[0] != "A79108"]
        csv.writer(file, delimiter=delimiter).writerows(rows)
    listed = read_list(path)
    assert [row.values for row in listed.rows] == [row.values for row in invented.rows if row.project_code != "A79108"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 no archive", b"\x00\x01\x02" * 50])
def test_what_is_no_list_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ListError):
        read_list(path)


@pytest.mark.parametrize("column", LIST_COLUMNS, ids=lambda column: column.name)
def test_every_column_has_a_head(column: Any) -> None:
    assert column.name in list_heads().values()
    assert all(list_heads()[head.casefold()] == column.name for head in column.heads)


@pytest.mark.parametrize(
    ("listed", "archived", "same"),
    [
        ("Kylä ¿ hanke", "Kylä – hanke", True),
        ("T?etä", "Tietä", True),
        ("T¿etä", "Tetä", True),
        ("Työn polku osa 2", "Työn polku, osa 2", True),
        ("Työn polku", "Työn polut", False),
        ("¿", "Mikä tahansa", False),
        ("?" * 40, "a" * 40, False),
    ],
)
def test_names_are_compared_without_what_lists_lose(listed: str, archived: str, same: bool) -> None:
    assert are_same_names(listed, archived) is same


# The command


def test_the_command(tmp_path: Path) -> None:
    contents = {code: make_content(code, truth) for code, truth in TRUTH.items() if code != "A79101"}
    contents["S29101"] = replace(contents["S29101"], project_name="<b>Toinen</b>")
    publish(contents.values(), tmp_path)
    html, table = tmp_path / "page.html", tmp_path / "table.parquet"
    arguments = ["reconcile", str(tmp_path / "out"), str(INVENTED)]
    result = CliRunner().invoke(app, [*arguments, "--json", "--html", str(html), "--out", str(table)])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["summary"]["projects_compared"] == len(TRUTH) - 1
    assert told["summary"]["differences"] == {
        "missing_in_archive": 1,
        "missing_in_list": len(lost(TRUTH)),
        "different": 1,
        "later_state": 0,
    }
    assert pq.read_table(table).num_rows == len(told["differences"])
    page = html.read_text("utf-8")
    assert "&lt;b&gt;Toinen" in page
    assert "<b>Toinen" not in page
    written = tmp_path / "table.csv"
    result = CliRunner().invoke(app, [*arguments, "--out", str(written)])
    assert result.exit_code == 0, result.output
    assert len(list(csv.reader(written.read_text("utf-8").splitlines()))) == len(told["differences"]) + 1
    assert "missing_in_archive" in result.stdout
    assert CliRunner().invoke(app, [*arguments, "--out", "table.doc"]).exit_code == 2
    assert set(LIST_COLUMN) >= {one["column"] for one in told["differences"]}
