"""The real description that the project began with: every line of it has a place. Skipped where it is not at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.records import Parsed
from parsers.parse import parse_document

SEED = Path(__file__).parents[2] / "shared" / "seeds" / "S20405.txt"

pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the real description is not beside this checkout")


@pytest.fixture(scope="module")
def parsed() -> Parsed:
    return parse_document(SEED.read_bytes(), name=SEED.name)


def only(rows: list[dict[str, Any]], **wanted: object) -> dict[str, Any]:
    found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    assert len(found) == 1, (wanted, found)
    return found[0]


def test_project(parsed: Parsed) -> None:
    (project,) = parsed.tables["projects"]
    expected = {
        "project_code": "S20405",
        "form": "eura2014",
        "fund": "ESR",
        "programme_period": "2014-2020",
        "priority_axis_code": "5",
        "specific_objective_code": "10.1",
        "start_date": "2015-05-01",
        "end_date": "2017-06-30",
        "status": "Toiminta päättynyt",
        "applicant_business_id_valid": True,
        "applicant_postal_code": "49460",
        "granted_eu_state_eur": 46434,
        "realised_eu_state_eur": 39720,
        "planned_public_eur": 57634,
        "realised_public_eur": 49361,
        "gender_analysis": True,
        "gender_mainstreaming": True,
        "gender_main_goal": False,
        "site_street_address": None,
        "partners_complete": True,
    }
    assert {key: project[key] for key in expected} == expected
    for question in ("gender_analysis", "gender_mainstreaming", "gender_main_goal"):
        assert len(project[f"{question}_justification"]) > 90
    assert parsed.status == "parsed"
    assert parsed.ended
    assert parsed.final_report


def test_indicators(parsed: Parsed) -> None:
    rows = [(row["number"], row["planned"], row["realised"]) for row in parsed.tables["indicators"]]
    assert rows == [("7.1", 0.0, 0.0), ("7.2", 43.0, None)]
    assert only(parsed.tables["fields"], section_number="7.2", field="realised")["state"] == "no_label"


def test_locations(parsed: Parsed) -> None:
    rows = [(row["level"], row["name"], row["code"]) for row in parsed.tables["locations"]]
    assert rows == [
        ("region", "Kymenlaakso", "08"),
        ("subregion", "Kotkan-Haminan", "082"),
        ("municipality", "Kotka", "285"),
    ]
    assert {(row["level"], row["share"]) for row in parsed.tables["allocations"]} == {
        ("region", 1.0),
        ("subregion", 1.0),
        ("municipality", 1.0),
    }


def test_scores(parsed: Parsed) -> None:
    scores = {row["criterion"]: (row["direct"], row["indirect"]) for row in parsed.tables["scores"]}
    assert list(scores.values()) == [
        (0, 1), (0, 1), (0, 1), (0, 0), (0, 0),
        (0, 3), (0, 0), (0, 2), (5, 0), (0, 1),
        (8, 10), (10, 10), (10, 10), (0, 0), (1, 1),
    ]  # fmt: skip
    unjustified = {row["criterion"] for row in parsed.tables["scores"] if row["justification"] is None}
    assert unjustified == {"water_soil_air", "natura_2000", "renewable_energy", "cultural_environment"}
    assert only(parsed.tables["fields"], field="justification.natura_2000")["state"] == "empty"


def test_sections(parsed: Parsed) -> None:
    numbers = [row["section_number"] for row in parsed.tables["sections"]]
    assert numbers == ["1", "2", "3", "4", "4.1", "4.2", "5", "6", "7", "7.1", "7.2", "8", "8.1", "8.2", "9"]
    report = only(parsed.tables["sections"], section_number="9")["text"]
    lines = report.split("\n")
    assert lines.count("2015") == 1
    assert lines.count("2016") == 1
    assert report.endswith("toteuttamiseksi.")
    direct = only(parsed.tables["sections"], section_number="4.1")["text"]
    assert sum(line.startswith("- ") for line in direct.split("\n")) == 5


def test_site_address_is_empty_not_absent(parsed: Parsed) -> None:
    for field in ("site_street_address", "site_postal_code", "site_post_office"):
        assert only(parsed.tables["fields"], field=field)["state"] == "empty"


def test_every_line_has_a_place(parsed: Parsed) -> None:
    document = parsed.document
    assert (document["unclaimed_characters"], document["dropped_characters"]) == (0, 0)
    assert document["claimed_characters"] == document["characters"] == len("".join(SEED.read_text().split()))


def test_personal_data_is_apart(parsed: Parsed) -> None:
    (contact,) = parsed.restricted["contacts"]
    public = repr(parsed.tables) + repr(parsed.document)
    for field in ("contact_name", "contact_email", "contact_phone", "applicant_phone"):
        assert contact[field]
        assert contact[field] not in public
    assert "(at)" not in public
