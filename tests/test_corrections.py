"""Corrections by people: applied in every run, seen where they were, expired loudly."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from run_helpers import hashes
from typer.testing import CliRunner

from models.columns import ValueType
from models.corrections import CORRECTION_COLUMNS, UNCORRECTABLE, Correction
from models.fields import FIELDS
from parsers.correct import METHOD, Refused, correct_tables, read_correction, value_type
from parsers.parse import parse_document
from pipeline.cli import app
from pipeline.corrections import CorrectionsError, add_correction, corrections_path, read_corrections
from pipeline.run import RunResult, run_archive
from pipeline.settings import RunSettings
from pipeline.write import table_folder

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "data" / "sample" / "archive" / "every_format"
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "corrections.yaml").read_text("utf-8"))
Row = dict[str, Any]


def parse(code: str) -> tuple[dict[str, list[Row]], bool]:
    parsed = parse_document((SAMPLE / code / f"{code}.txt").read_bytes())
    return parsed.tables | {"contacts": parsed.restricted["contacts"]}, parsed.final_report


def printed(tables: dict[str, list[Row]], field: str, section: str = "") -> str:
    rows = [row for row in tables["fields"] if row["field"] == field and section in ("", row["section_number"])]
    return str(rows[0]["raw"] or "")


def make(
    field: str, old: str, new: str, *, section: str = "", project: str = "S29001", document: str = ""
) -> Correction:
    told = ("Maija Mallikas", "soitto hakijalle", "2026-01-02T03:04:05+00:00")
    return Correction(document, "" if document else project, section, field, 1, old, new, *told)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['field']}={case['new']}")
def test_corrected_value_is_read_and_followed(case: dict[str, Any]) -> None:
    tables, report = parse(case.get("project", "S29001"))
    before = json.dumps(tables)
    section = case.get("section", "")
    correction = make(case["field"], printed(tables, case["field"], section), case["new"], section=section)
    new = correct_tables(tables, [correction], final_report=report)
    assert json.dumps(tables) == before
    key = case.get("key", {})
    (row,) = [row for row in new[case["table"]] if all(row[name] == value for name, value in key.items())]
    assert {name: row[name] for name in case["set"]} == case["set"]
    (field,) = [row for row in new["fields"] if row["method"] == METHOD]
    (old,) = [
        row
        for row in tables["fields"]
        if row["field"] == field["field"]
        and (row["section_number"], row["ordinal"]) == (field["section_number"], field["ordinal"])
    ]
    assert {name: field[name] for name in ("raw", "char_start", "char_end")} == {
        name: old[name] for name in ("raw", "char_start", "char_end")
    }
    assert field["state"] == ("value" if case["new"] else "empty")
    (issue,) = [row for row in new["issues"] if row["code"] == "correction_applied"]
    assert (issue["field"], issue["char_start"]) == (case["field"], old["char_start"])
    assert [row["ordinal"] for row in new["issues"]] == list(range(1, len(new["issues"]) + 1))
    untouched = {"sections", "texts"} - set(new)
    assert untouched <= set(tables)


def test_every_kind_of_value_has_a_case() -> None:
    kinds = {value_type(case["field"]) for case in CASES}
    possible = {field.type for field in FIELDS if not field.restricted and field.name not in UNCORRECTABLE} | {
        ValueType.SCORES
    }
    assert kinds == possible


def test_shares_and_checks_follow() -> None:
    tables, report = parse("S29001")
    project = tables["projects"][0]
    old = printed(tables, "municipalities")
    new = correct_tables(
        tables,
        [
            make("municipalities", old, "Utsjoki"),
            make(
                "granted_eu_state_eur", printed(tables, "granted_eu_state_eur"), str(project["planned_public_eur"] + 1)
            ),
        ],
        final_report=report,
    )
    shares = [row for row in new["allocations"] if row["level"] == "municipality"]
    assert [(row["code"], row["share"]) for row in shares] == [("890", 1.0)]
    codes = {row["code"] for row in new["issues"]}
    assert codes >= {"municipality_outside_regions", "granted_over_public", "correction_applied"}
    again = correct_tables(new | {"texts": tables["texts"]}, [], final_report=report)
    assert again["issues"] == new["issues"]


def test_a_correction_takes_the_values_issues_with_it() -> None:
    text = (SAMPLE / "S29001" / "S29001.txt").read_text("utf-8")
    head, label, rest = text.partition("Myönnetty EU- ja valtion rahoitus: ")
    _, _, rest = rest.partition("\n")
    parsed = parse_document(f"{head}{label}paljon\n{rest}".encode())
    tables = parsed.tables | {"contacts": parsed.restricted["contacts"]}
    assert tables["projects"][0]["worst_issue"] == "error"
    new = correct_tables(tables, [make("granted_eu_state_eur", "paljon", "46 434")], final_report=True)
    assert "value_invalid" not in {row["code"] for row in new["issues"]}
    assert new["projects"][0]["worst_issue"] != "error"
    assert new["projects"][0]["completeness"] > tables["projects"][0]["completeness"]


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("contact_name", "Maija Mallikas"),
        ("project_code", "S29002"),
        ("fund", "EAKR"),
        ("unknown", "x"),
        ("granted_eu_state_eur", "paljon"),
        ("implementation_period", "keväällä"),
        ("no_such_field", "x"),
        ("score.wellbeing", "11 12"),
    ],
)
def test_what_cannot_be_corrected(field: str, new: str) -> None:
    assert isinstance(read_correction(field, new), Refused)


@pytest.mark.parametrize(
    "correction",
    [
        make("project_name", "Jotain muuta", "Uusi"),
        replace(make("project_name", "", "Uusi"), ordinal=9),
        make("project_name", "", "Uusi", section="4.1"),
        make("score.no_such_criterion", "", "1 2"),
    ],
)
def test_what_does_not_fit_any_more_is_told_and_not_applied(correction: Correction) -> None:
    tables, report = parse("S29001")
    new = correct_tables(tables, [correction], final_report=report)
    assert [row["severity"] for row in new["issues"] if row["code"] == "correction_expired"] == ["warning"]
    assert {name: rows for name, rows in new.items() if name not in ("issues", "projects")} == {
        name: tables[name] for name in new if name not in ("issues", "projects")
    }
    kept = {name: value for name, value in new["projects"][0].items() if name != "worst_issue"}
    assert kept == {name: value for name, value in tables["projects"][0].items() if name != "worst_issue"}


# The file


def test_the_file_gives_back_what_was_put_in(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    assert read_corrections(path) == ()
    wanted = [
        make("project_name", 'vanha, "nimi"', "uusi\nnimi"),
        make("planned", "", "5", section="7.1", document="a" * 64),
    ]
    for one in wanted:
        add_correction(path, one)
    assert list(read_corrections(path)) == wanted
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


HEAD = ",".join(CORRECTION_COLUMNS)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b\n", "first line"),
        (f"{HEAD}\nx,y\n".encode(), "line 2"),
        (f"{HEAD}\n,,,project_name,1,a,b,w,w,w\n".encode(), "either"),
        (f"{HEAD}\nabc,,,project_name,1,a,b,w,w,w\n".encode(), "SHA-256"),
        (f"{HEAD}\n,S29001,,project_name,yksi,a,b,w,w,w\n".encode(), "ordinal"),
        (f"{HEAD}\n,S29001,,contact_name,1,a,b,w,w,w\n".encode(), "personal data"),
        (f"{HEAD}\n,S29001,,granted_eu_state_eur,1,a,b,w,w,w\n".encode(), "cannot be read"),
        (f"{HEAD}\n,S29001,,project_name,1,a,b,,w,w\n".encode(), "who and why"),
        (f'{HEAD}\n,S29001,,project_name,1,"a,b,w,w,w\n'.encode(), "quotes"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_broken_file_stops_the_run(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "corrections.csv"
    path.write_bytes(content)
    with pytest.raises(CorrectionsError, match=told):
        read_corrections(path)


# In runs


def run(archive: Path, out: Path, **settings: Any) -> RunResult:
    return run_archive([archive], out, settings=RunSettings(**{"workers": 1, "buckets": 4} | settings))


def rows(result: RunResult, table: str, code: str) -> list[Row]:
    found: list[Row] = pq.read_table(result.snapshot / table_folder(table)).to_pylist()
    return [row for row in found if row["project_code"] == code]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for code in ("S29001", "S29002", "A79001"):
        shutil.copy(SAMPLE / code / f"{code}.txt", folder)
    return folder


def test_corrections_are_replayed_and_only_their_buckets_made_anew(
    archive: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    first = run(archive, out)
    (before,) = rows(first, "projects", "S29001")
    arguments = ["correct", str(out), "S29001", "granted_eu_state_eur", "12 345", "--why", "päätös", "--who", "MM"]
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["value"] == "12345"
    second = run(archive, out)
    assert second.parsed == 0
    assert second.linked_buckets == second.buckets - 1
    (after,) = rows(second, "projects", "S29001")
    assert after["granted_eu_state_eur"] == 12345
    assert {name for name in after if after[name] != before[name]} <= {"granted_eu_state_eur", "worst_issue"}
    (field,) = [row for row in rows(second, "fields", "S29001") if row["method"] == METHOD]
    assert (field["field"], field["value"]) == ("granted_eu_state_eur", "12345")
    assert second.issues["correction_applied"] == 1
    (document,) = rows(second, "documents", "S29001")
    assert document["issues"] == len(rows(second, "issues", "S29001"))
    # the same on a fresh output folder, with the file named, and with two workers
    third = run(archive, tmp_path / "new", workers=2, corrections=str(corrections_path(out)))
    parts = [
        {name: digest for name, digest in hashes(one.snapshot).items() if name.startswith(("tables", "restricted"))}
        for one in (second, third)
    ]
    differing = {name for name in parts[0] if parts[0][name] != parts[1].get(name)}
    assert not {name for name in differing if not name.startswith("tables/changes")}
    # a newer page prints something else: not applied, and told
    page = archive / "S29001.txt"
    text = page.read_text("utf-8")
    head, label, rest = text.partition("Myönnetty EU- ja valtion rahoitus: ")
    page.write_text(f"{head}{label}77 777{rest[rest.index(chr(10)) :]}", "utf-8")
    with caplog.at_level(logging.WARNING):
        last = run(archive, out)
    assert rows(last, "projects", "S29001")[0]["granted_eu_state_eur"] == 77777
    assert last.issues["correction_expired"] == 1
    assert "correction_expired" in caplog.text
    # removed: gone
    corrections_path(out).unlink()
    assert not run(archive, out).issues.keys() & {"correction_expired", "correction_applied"}


def test_a_correction_of_what_is_not_there_is_told(
    archive: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "corrections.csv"
    add_correction(path, make("project_name", "", "Uusi", project="S29999"))
    with caplog.at_level(logging.WARNING):
        result = run(archive, tmp_path / "out", corrections=str(path))
    assert "S29999" in caplog.text
    assert not result.issues.keys() & {"correction_expired", "correction_applied"}


def test_only_the_current_document_of_a_project_is_corrected(archive: Path, tmp_path: Path) -> None:
    text = (archive / "S29001.txt").read_text("utf-8")
    old = archive / "S29001_2015-01-01.txt"
    old.write_text(text.replace("Toiminta päättynyt", "Toiminnassa", 1), "utf-8")
    tables, _ = parse("S29001")
    path = tmp_path / "corrections.csv"
    add_correction(path, make("project_name", printed(tables, "project_name"), "Uusi nimi"))
    result = run(archive, tmp_path / "out", corrections=str(path))
    corrected = {row["document_id"] for row in rows(result, "fields", "S29001") if row["method"] == METHOD}
    current = {row["document_id"] for row in rows(result, "documents", "S29001") if row["role"] == "current"}
    assert corrected == current
    assert rows(result, "projects", "S29001")[0]["project_name"] == "Uusi nimi"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["S29999", "project_name", "Uusi"], "no project"),
        (["S29001", "contact_name", "Uusi"], "personal data"),
        (["S29001", "granted_eu_state_eur", "paljon"], "cannot be read"),
        (["S29001", "planned", "5"], "say which: --section"),
        (["S29001", "project_name", "Uusi", "--ordinal", "3"], "no field"),
        (["S29001", "start_date", "1.1.2016"], "correct implementation_period"),
        (["S29001", "project_name", "Uusi", "--why", " "], "say who and why"),
        (["S29001", "project_name", "Uusi", "--who", ""], "say who and why"),
        (["S29001", "project_name", "Uusi", "--old", "Jotain muuta"], "something else"),
    ],
)
def test_the_command_refuses(archive: Path, tmp_path: Path, arguments: list[str], told: str) -> None:
    out = tmp_path / "out"
    run(archive, out)
    why = [] if "--why" in arguments else ["--why", "päätös"]
    result = CliRunner().invoke(app, ["correct", str(out), *arguments, *why])
    assert result.exit_code == 2
    assert told in " ".join(result.output.split())
    assert not corrections_path(out).exists()
