"""Organisations are joined by business id and never by name; and checks that compare projects."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from models.checks import RULE, NotRepeated
from models.tables import TABLES
from pipeline.archive_checks import find_issues, issue_columns
from pipeline.organisations import PARTNER_COLUMNS, PROJECT_COLUMNS, Organisations
from pipeline.run import run_archive
from pipeline.settings import RunSettings
from pipeline.write import build_table, table_folder

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "archive"
Row = dict[str, Any]


def project(code: str, name: str | None, number: str | None, year: int | None = 2016, **more: Any) -> Row:
    row = dict.fromkeys(PROJECT_COLUMNS) | {"project_code": code, "applicant_name": name}
    row |= {"applicant_business_id": number, "applicant_business_id_valid": number and True}
    row["start_date"] = date(year, 3, 1) if year else None
    return row | more


def partner(code: str, name: str, number: str | None, role: str = "partner", **more: Any) -> Row:
    row = dict.fromkeys(PARTNER_COLUMNS) | {"project_code": code, "name": name, "business_id": number, "role": role}
    return row | {"business_id_valid": number and True} | more


def collect(projects: list[Row], partners: list[Row]) -> tuple[dict[str, Row], list[Row]]:
    found = Organisations()
    found.add_projects(projects)
    found.add_partners(partners)
    table = build_table("organisations", found.organisation_columns())
    names = build_table("organisation_names", found.name_columns())
    return {row["organisation"]: row for row in table.to_pylist()}, names.to_pylist()


def test_one_id_under_several_names_is_one_organisation() -> None:
    found, names = collect(
        [
            project("S1", "Esimerkkilän kunta", "9100002-1", 2015, granted_eu_state_eur=100, planned_public_eur=150),
            project("S2", "ESIMERKKILÄN KUNTA", "9100002-1", 2018, granted_eu_state_eur=7, applicant_type="Kunta"),
            project("S3", "Esimerkkilän kunta", "9100002-1", 2016, applicant_municipality_code="075"),
        ],
        [partner("S4", "Esimerkkilän kunnan sivistystoimi", "9100002-1", organisation_type="Kunta")],
    )
    assert list(found) == ["9100002-1"]
    row = found["9100002-1"]
    assert row["name"] == "Esimerkkilän kunta"
    assert (row["names"], row["projects"], row["projects_as_applicant"]) == (3, 4, 3)
    assert (row["granted_eu_state_eur"], row["planned_public_eur"]) == (107, 150)
    assert (row["first_year"], row["last_year"]) == (2015, 2018)
    assert row["roles"] == ["applicant", "partner"]
    assert row["types"] == ["Kunta"]
    assert row["municipality_codes"] == ["075"]
    assert row["project_codes"] == ["S1", "S2", "S3", "S4"]
    assert row["known_by"] == "business_id"
    seen = {row["name"]: (row["projects"], row["first_year"], row["last_year"]) for row in names}
    assert seen == {
        "ESIMERKKILÄN KUNTA": (1, 2018, 2018),
        "Esimerkkilän kunnan sivistystoimi": (1, None, None),
        "Esimerkkilän kunta": (2, 2015, 2016),
    }


def test_one_name_under_two_ids_is_two_organisations() -> None:
    found, _ = collect([project("S1", "Kylät ry", "9100001-3"), project("S2", "Kylät ry", "9100002-1")], [])
    assert sorted(found) == ["9100001-3", "9100002-1"]


def test_a_name_without_an_id_is_kept_and_marked() -> None:
    found, _ = collect(
        [project("S1", "Kylät ry", None), project("S2", "KYLÄT  RY.", None), project("S3", "Kylät ry", "9100001-3")], []
    )
    assert sorted(found) == ["9100001-3", "name: kylät ry"]
    row = found["name: kylät ry"]
    assert (row["known_by"], row["business_id"], row["business_id_valid"]) == ("name", None, None)
    assert row["project_codes"] == ["S1", "S2"]
    assert found["9100001-3"]["project_codes"] == ["S3"]


def test_an_id_without_a_name_is_kept() -> None:
    found, names = collect([project("S1", None, "9100001-3")], [partner("S2", "", None)])
    assert [row["name"] for row in found.values()] == [""]
    assert names == []


def test_partners_in_a_project_of_its_own_count_once() -> None:
    found, _ = collect(
        [project("S1", "Kylät ry", "9100001-3", granted_eu_state_eur=10)],
        [partner("S1", "Kylät ry, toimisto", "9100001-3"), partner("S1", "X", "9100002-1", "transfer_recipient")],
    )
    assert (found["9100001-3"]["projects"], found["9100001-3"]["granted_eu_state_eur"]) == (1, 10)
    assert found["9100002-1"]["granted_eu_state_eur"] == 0
    assert found["9100002-1"]["roles"] == ["transfer_recipient"]


def test_order_of_rows_does_not_matter() -> None:
    projects = [project(f"S{n}", f"Nimi {n % 5}", f"910000{n % 3}-1", 2014 + n % 4) for n in range(40)]
    partners = [partner(f"S{n}", f"Nimi {n % 7}", f"910000{n % 4}-1" if n % 2 else None) for n in range(40)]
    first = collect(projects, partners)
    random.Random(5).shuffle(projects)
    random.Random(6).shuffle(partners)
    assert collect(projects, partners) == first


# In a snapshot


def test_tables_of_a_snapshot(tmp_path: Path) -> None:
    archives = [SAMPLE / "esr", SAMPLE / "eakr"]
    one = run_archive(archives, tmp_path / "one", settings=RunSettings(workers=1, buckets=4))
    two = run_archive(archives, tmp_path / "two", settings=RunSettings(workers=2, buckets=2))
    tables = {}
    for name in ("organisations", "organisation_names", "projects", "partners"):
        path = one.snapshot / table_folder(name)
        tables[name] = pq.read_table(path).to_pylist()
        if name.startswith("organisation"):
            assert (path / "part-00000.parquet").read_bytes() == (
                two.snapshot / table_folder(name) / "part-00000.parquet"
            ).read_bytes()
    ids = {row["applicant_business_id"] for row in tables["projects"]} | {
        row["business_id"] for row in tables["partners"]
    }
    assert {row["business_id"] for row in tables["organisations"]} - {None} == ids - {None}
    assert sum(row["granted_eu_state_eur"] for row in tables["organisations"]) == sum(
        row["granted_eu_state_eur"] or 0 for row in tables["projects"]
    )
    known = {row["organisation"] for row in tables["organisations"]}
    assert {row["organisation"] for row in tables["organisation_names"]} <= known


# Checks that compare projects


SUMS = ("granted_eu_state_eur", "realised_eu_state_eur", "planned_public_eur", "realised_public_eur")


def sums(code: str, *values: int | None) -> Row:
    return {"project_code": code, "document_id": f"d{code}", **dict(zip(SUMS, values, strict=True))}


def test_equal_sums_of_different_projects_are_told() -> None:
    condition = RULE["equal_sums"].condition
    assert isinstance(condition, NotRepeated)
    big, small = condition.least, condition.least - 1
    found = find_issues(
        [
            sums("S1", big, 5, big, 7),
            sums("S2", big, 5, big, 7),
            sums("S3", big, 5, big, 8),
            sums("S4", small, 0, small, 0),
            sums("S5", small, 0, small, 0),
            sums("S6", big, None, big, 7),
            sums("S7", big, None, big, 7),
        ]
    )
    assert [(code, rule.id, detail) for _, code, rule, detail in found] == [
        ("S1", "equal_sums", "S2"),
        ("S2", "equal_sums", "S1"),
    ]
    many = find_issues([sums(f"S{n}", big, 1, big, 1) for n in range(8)])
    assert many[0][3] == "S1, S2, S3, S4, S5 and 2 more"
    columns = dict(zip(TABLES["issues"].column_names(), issue_columns(found, {"dS1": 4}), strict=True))
    assert columns["ordinal"] == [5, 1]
    assert build_table("issues", list(columns.values())).num_rows == 2


def test_equal_sums_stand_in_the_issues_of_a_snapshot(tmp_path: Path) -> None:
    page = (SAMPLE / "every_format" / "S29001" / "S29001.txt").read_text("utf-8")
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "S29001.txt").write_text(page)
    settings = RunSettings(workers=1, buckets=2)
    assert run_archive([archive], tmp_path / "out", settings=settings).issues.get("equal_sums") is None
    (archive / "S29111.txt").write_text(page.replace("S29001", "S29111"))
    grown = run_archive([archive], tmp_path / "out", settings=settings)
    whole = run_archive([archive], tmp_path / "new", settings=settings)
    for result in (grown, whole):
        assert result.issues["equal_sums"] == 2
        issues = pq.read_table(result.snapshot / table_folder("issues")).to_pylist()
        keys = [(row["document_id"], row["ordinal"]) for row in issues]
        assert len(keys) == len(set(keys))
        told = {row["project_code"]: row["message"] for row in issues if row["code"] == "equal_sums"}
        assert told["S29001"].endswith("(S29111)")
        assert result.rows["issues"] == len(issues)
        assert counts_of_issues(result.snapshot) == Counter(row["document_id"] for row in issues)
    for table in ("issues", "documents"):
        folders = [result.snapshot / "tables" / table for result in (grown, whole)]
        one, other = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
        assert one == other
    again = run_archive([archive], tmp_path / "out", settings=settings)
    assert again.linked_buckets == again.buckets
    assert counts_of_issues(again.snapshot) == counts_of_issues(whole.snapshot)
    (archive / "S29111.txt").unlink()
    shrunk = run_archive([archive], tmp_path / "out", settings=settings)
    assert shrunk.issues.get("equal_sums") is None
    assert counts_of_issues(shrunk.snapshot) == Counter(
        row["document_id"] for row in pq.read_table(shrunk.snapshot / table_folder("issues")).to_pylist()
    )
    first = run_archive([archive], tmp_path / "first", settings=settings)
    for path in (first.snapshot / table_folder("documents")).iterdir():
        assert path.read_bytes() == (shrunk.snapshot / table_folder("documents") / path.name).read_bytes()


def counts_of_issues(snapshot: Path) -> Counter[str]:
    """``documents.issues``; documents without any are left out."""
    rows = pq.read_table(snapshot / table_folder("documents")).to_pylist()
    return +Counter({row["document_id"]: row["issues"] for row in rows})


@pytest.mark.parametrize("table", ["organisations", "organisation_names"])
def test_sums_say_what_they_count(table: str) -> None:
    for column in TABLES[table].columns:
        assert not column.name.endswith("_eur") or "partners' shares" in column.en
