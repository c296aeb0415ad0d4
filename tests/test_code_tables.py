"""The code lists as tables: every row of every list is there, and every code in other tables is one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from models.code_records import FIRST_YEAR, LAST_YEAR
from models.codelists import authorities, axes, code_lists, municipalities, objectives, regions, subregions
from models.forms import load_forms
from models.published_codes import CODE_TABLES, list_code_rows
from models.tables import TABLES
from parsers.derived import derive_columns, find_authority
from pipeline.run import run_archive
from pipeline.write import build_table, table_folder

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "archive"
LISTS = {
    "codes_regions": set(regions()),
    "codes_subregions": set(subregions()),
    "codes_municipalities": set(municipalities()),
    "codes_axes": set(axes()),
    "codes_objectives": set(objectives()),
    "codes_authorities": set(authorities()),
    "codes_organisation_types": set(code_lists().organisation_types),
    "codes_criteria": {criterion.name for form in load_forms() for criterion in form.criteria},
}
NAMES = [table.name for table in CODE_TABLES]
CSV = ROOT / "models" / "codes"


def rows(name: str) -> list[dict[str, Any]]:
    return [dict(zip(TABLES[name].column_names(), row, strict=True)) for row in list_code_rows(name)]


@pytest.mark.parametrize("name", NAMES)
def test_every_code_is_published(name: str) -> None:
    column = {"codes_organisation_types": "name", "codes_criteria": "criterion"}.get(name, "code")
    assert {row[column] for row in rows(name)} == LISTS[name]


@pytest.mark.parametrize("name", NAMES)
def test_table_is_built_and_sorted_by_its_key(name: str) -> None:
    table = build_table(name, [list(column) for column in zip(*list_code_rows(name), strict=True)])
    keys = [tuple(row[column] for column in TABLES[name].key) for row in table.to_pylist()]
    assert keys == sorted(set(keys))
    for column in TABLES[name].columns:
        assert not column.required or table[column.name].null_count == 0


def test_every_list_that_ships_is_published() -> None:
    shipped = {path.stem for path in CSV.glob("*.csv")} - {"municipality_moves"}
    assert {name.removeprefix("codes_") for name in NAMES} == shipped | {"criteria"}


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_a_municipality_is_in_one_place_at_a_time(year: int) -> None:
    valid = [row for row in rows("codes_municipalities") if row["first_year"] <= year <= (row["last_year"] or year)]
    codes = [row["code"] for row in valid]
    assert len(codes) == len(set(codes))
    assert set(codes) == {
        code for code, one in municipalities().items() if one.first_year <= year <= (one.last_year or year)
    }
    assert all(subregions()[row["subregion_code"]].region == row["region_code"] for row in valid)


# Codes looked up for what a form prints


@pytest.mark.parametrize("code", sorted(municipalities()))
def test_every_municipality_is_found_by_its_post_office(code: str) -> None:
    """In the years of its own, upper case as post offices are printed."""
    one = municipalities()[code]
    year = one.last_year or LAST_YEAR
    found = derive_columns(
        {
            "applicant_post_office": one.name_fi.upper(),
            "start_date": f"{year}-01-01",
            "end_date": f"{year}-12-31",
        }
    )
    assert found["applicant_municipality_code"] == code
    assert found["applicant_region_code"] == one.memberships[-1].region


@pytest.mark.parametrize(
    ("office", "start", "end", "municipality", "region"),
    [
        ("IITTI", "2015-01-01", "2016-12-31", "142", "08"),
        ("IITTI", "2022-01-01", "2023-12-31", "142", "07"),
        ("Kotka", None, None, "285", "08"),
        ("MARJALA", "2015-01-01", "2016-12-31", None, None),
        ("Kotkaa", "2015-01-01", "2016-12-31", None, None),
        (None, "2015-01-01", None, None, None),
    ],
)
def test_applicants_place(
    office: str | None, start: str | None, end: str | None, municipality: str | None, region: str | None
) -> None:
    found = derive_columns({"applicant_post_office": office, "start_date": start, "end_date": end})
    assert (found["applicant_municipality_code"], found["applicant_region_code"]) == (municipality, region)


@pytest.mark.parametrize("code", sorted(authorities()))
def test_every_name_of_an_authority_is_known(code: str) -> None:
    for name in authorities()[code].names:
        for printed in (name.name, *name.other_names):
            assert find_authority(printed) == code
            assert find_authority(printed.upper().replace("-", "–")) == code
    assert find_authority("Esimerkkilän liitto") is None


# In a snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_archive([SAMPLE / "esr", SAMPLE / "eakr"], tmp_path_factory.mktemp("codes") / "out").snapshot


def read(snapshot: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(snapshot / table_folder(name)).to_pylist()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_snapshot_holds_the_list(snapshot: Path, name: str) -> None:
    assert read(snapshot, name) == rows(name)


def test_codes_of_projects_can_be_joined(snapshot: Path) -> None:
    known = {name: {row["code"] for row in read(snapshot, name)} for name in NAMES[:6]}
    projects = read(snapshot, "projects")
    for column, table in (
        ("applicant_municipality_code", "codes_municipalities"),
        ("applicant_region_code", "codes_regions"),
        ("authority_code", "codes_authorities"),
        ("priority_axis_code", "codes_axes"),
        ("specific_objective_code", "codes_objectives"),
    ):
        found = {row[column] for row in projects} - {None}
        assert found
        assert found <= known[table], column
    for row in read(snapshot, "locations"):
        assert row["code"] is None or row["code"] in known[f"codes_{row['level']}s".replace("ys", "ies")]
