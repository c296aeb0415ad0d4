"""The report in every snapshot: right figures, no personal data, the same for the same input."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from run_helpers import run, write_archive
from typer.testing import CliRunner

from models.issues import ISSUE_CODES
from parsers.masking import find_identifiers
from pipeline.cli import app
from pipeline.report.changes import find_changes
from pipeline.report.charts import draw_bars, draw_columns, draw_parts
from pipeline.report.collect import collect_figures
from pipeline.report.figures import Figures, encode_figures, load_figures
from pipeline.report.markdown import plain, write_markdown
from pipeline.report.page import Report, show_share, write_page

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "archive"
NAMES = ("esr/texts/S29006.txt", "esr/texts/S29010.TXT", "eakr/texts/A79002.txt", "not_descriptions/empty.txt")
EVIL = "<script>alert(1)</script>\"'| [x](javascript:alert(2))"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snapshots of real documents: between them a document came, one went and one changed."""
    folder = tmp_path_factory.mktemp("reported")
    archive = folder / "archive"
    archive.mkdir()
    for name in NAMES:
        (archive / Path(name).name).write_bytes((SAMPLE / name).read_bytes())
    run_command(archive, folder / "out")
    (archive / "A79002.txt").unlink()
    (archive / "A79007.txt").write_bytes((SAMPLE / "eakr/texts/A79007.txt").read_bytes())
    text = (archive / "S29010.TXT").read_bytes()
    (archive / "S29010.TXT").write_bytes(text + b"\n")
    run_command(archive, folder / "out")
    return folder / "out"


def run_command(archive: Path, out: Path) -> None:
    result = CliRunner().invoke(app, ["run", str(archive), "--out", str(out), "--quiet"])
    assert result.exit_code == 3, result.output


def told(snapshot: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((snapshot / "run.json").read_text("utf-8"))
    return found


def test_a_snapshot_has_a_report(out: Path) -> None:
    for snapshot in (out / "snapshots").iterdir():
        assert {path.name for path in (snapshot / "report").iterdir()} == {
            "index.html",
            "report.md",
            "report.json",
            "explain",
        }


def test_figures_are_those_of_the_tables(out: Path) -> None:
    snapshot = (out / "latest").resolve()
    figures = load_figures(snapshot)
    assert figures is not None
    projects, fields, issues = (
        pd.read_parquet(snapshot / "tables" / name) for name in ("projects", "fields", "issues")
    )
    assert figures.projects == len(projects) == sum(figures.years.values())
    current = fields[fields["document_id"].isin(projects["document_id"])]
    filled = current[current["state"] == "value"].groupby("field")["document_id"].nunique()
    for one in figures.coverage:
        assert one.count == filled.get(one.field, 0) == sum(one.years.values()), one.field
    assert {one.field for one in figures.coverage} == set(fields["field"]) - {"unknown"}
    counted = issues["code"].value_counts()
    assert {issue.code: issue.count for issue in figures.issues} == counted.to_dict()
    for issue in figures.issues:
        assert issue.documents == issues[issues["code"] == issue.code]["document_id"].nunique()
        assert 1 <= len(issue.examples) <= 3
        assert {example.document_id for example in issue.examples} <= set(issues["document_id"])
    severities = [("error", "warning", "info").index(issue.severity) for issue in figures.issues]
    assert severities == sorted(severities), "the gravest first"
    assert {reason.code for reason in figures.reasons} >= {"empty", "section_missing"}


def test_what_changed_and_why(out: Path) -> None:
    first, second = sorted((out / "snapshots").iterdir())
    figures = load_figures(second)
    assert figures is not None
    changes = find_changes(second, told(second), figures, first)
    assert changes is not None
    assert changes.appeared == ["A79007"]
    assert changes.gone == ["A79002"]
    assert changes.replaced == ["S29010"]
    assert changes.previous == first.name
    page = (second / "report" / "index.html").read_text("utf-8")
    assert "A79007" in page
    assert f"Compared with {first.name}" in page
    assert "no earlier snapshot" in (first / "report" / "index.html").read_text("utf-8")


def test_causes_are_named(out: Path) -> None:
    first, second = sorted((out / "snapshots").iterdir())
    figures = load_figures(second)
    assert figures is not None
    now = told(second)
    now["versions"]["parser_fingerprint"] = "another"
    now["versions"]["schema"] = "9.9.9"
    now["files"] = {"read": 1}
    changes = find_changes(second, now, figures, first)
    assert changes is not None
    assert [cause.split()[1] for cause in changes.why] == ["parser", "schema", "archive"]


def test_examples_lead_to_pages(out: Path) -> None:
    report = (out / "latest" / "report").resolve()
    page = (report / "index.html").read_text("utf-8")
    links = re.findall(r'href="(explain/[^"]+)"', page)
    assert links
    for link in links:
        assert (report / link).read_text("utf-8").startswith("<!DOCTYPE html>")
    assert {f"explain/{path.name}" for path in (report / "explain").iterdir()} == set(links)


def test_a_report_holds_no_personal_data(out: Path) -> None:
    contacts = pd.read_parquet(out / "latest" / "restricted" / "contacts")
    secrets = {
        value
        for column in contacts.columns.difference(["project_code", "document_id"])
        for value in contacts[column].dropna()
    }
    assert len(secrets) >= 5
    for path in (out / "latest" / "report").resolve().rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert not [secret for secret in secrets if secret in text], path.name
            if path.name == "report.md":
                assert not [text[start:end] for start, end in find_identifiers(text) if "@" in text[start:end]]


def test_the_same_input_gives_the_same_figures(tmp_path: Path) -> None:
    files = {f"d{number}.txt": f"code: S2{number:04}\nname: {number}\nissues: 1\n" for number in range(40)}
    archive = write_archive(tmp_path / "archive", files)
    found = [
        load_figures(run(archive, tmp_path / name, buckets=buckets, workers=workers).snapshot)
        for name, buckets, workers in (("a", 1, 1), ("b", 4, 2), ("c", 4, 1))
    ]
    assert found[0] is not None
    assert found[1] == found[2]
    assert without_parts(found[0]) == without_parts(found[1])


def without_parts(figures: Figures | None) -> Any:
    assert figures is not None
    return re.sub(r"part-\d+", "part", encode_figures(figures).decode())


def test_figures_come_back(out: Path, tmp_path: Path) -> None:
    figures = load_figures(out / "latest")
    assert figures is not None
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "report.json").write_bytes(encode_figures(figures))
    assert load_figures(tmp_path) == figures
    (tmp_path / "report" / "report.json").write_bytes(b"{}")
    assert load_figures(tmp_path) is None
    assert load_figures(tmp_path / "nowhere") is None


def test_a_damaged_snapshot_before_is_no_hindrance(out: Path, tmp_path: Path) -> None:
    figures = load_figures(out / "latest")
    assert figures is not None
    (tmp_path / "tables" / "projects").mkdir(parents=True)
    (tmp_path / "tables" / "projects" / "part-00000.parquet").write_bytes(b"PAR1")
    (tmp_path / "run.json").write_text("{}")
    assert find_changes(out / "latest", told(out / "latest"), figures, tmp_path) is None
    (tmp_path / "run.json").write_text("not json")
    assert find_changes(out / "latest", told(out / "latest"), figures, tmp_path) is None


def report_of(snapshot: Path, **run_json: Any) -> Report:
    figures = load_figures(snapshot)
    assert figures is not None
    return Report(told(snapshot) | run_json, figures, None, {})


@pytest.mark.parametrize(
    ("gate", "expected"),
    [
        ({"passed": True, "compared_with": "x", "findings": []}, "nothing differs too much"),
        (
            {"passed": False, "accepted": True, "findings": ["Table scores has fewer rows."]},
            "Table scores has fewer rows.",
        ),
        ({"passed": True, "note": "There is no earlier snapshot to compare with."}, "no earlier snapshot to compare"),
    ],
)
def test_the_gates_verdict_is_shown(out: Path, gate: dict[str, Any], expected: str) -> None:
    assert expected in write_page(report_of(out / "latest", gate=gate))


def test_values_that_changed_are_counted(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tables" / "changes"
    folder.mkdir(parents=True)
    row = {"table": "projects", "column": "status", "change": "changed", "cause": "document", "old": "a", "new": "b"}
    pq.write_table(pa.Table.from_pylist([row, row, row | {"cause": "parser"}]), folder / "part-00000.parquet")
    (tmp_path / "tables" / "projects").mkdir()
    figures = load_figures(out / "latest")
    assert figures is not None
    changes = find_changes(tmp_path, told(out / "latest"), figures, out / "latest")
    assert changes is not None
    assert [(one.cause, one.count) for one in changes.values] == [("document", 2), ("parser", 1)]


def test_nothing_in_a_report_is_trusted(out: Path, tmp_path: Path) -> None:
    """Labels and paths come from documents and archives."""
    fields = pq.read_table(out / "latest" / "tables" / "fields")
    row = fields.slice(0, 1).to_pylist()[0] | {"state": "undeclared", "label": EVIL, "field": "unknown"}
    rows = [row | {"document_id": f"{number}" * 64} for number in range(3)]
    for name in ("projects", "issues", "files", "documents"):
        (tmp_path / "tables" / name).mkdir(parents=True)
    (tmp_path / "tables" / "fields").mkdir()
    pq.write_table(pa.Table.from_pylist(rows, schema=fields.schema), tmp_path / "tables/fields/part-00000.parquet")
    documents = pq.read_table(out / "latest" / "tables" / "documents")
    lost = documents.slice(0, 1).to_pylist()[0] | {"status": "quarantined", "reason": "empty: x", "path": EVIL}
    table = pa.Table.from_pylist([lost], schema=documents.schema)
    pq.write_table(table, tmp_path / "tables/documents/part-00000.parquet")
    figures = collect_figures(tmp_path, told(out / "latest"))
    assert [(one.label, one.documents) for one in figures.labels] == [(EVIL, 3)]
    report = Report(told(out / "latest"), figures, None, {})
    html, markdown = write_page(report), write_markdown(report)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"(?<!\\)\]\(", markdown)
    assert "<script" not in markdown.replace("\\<", "")
    assert 'content="default-src &#x27;none&#x27;; style-src &#x27;sha256-' in html
    assert " style=" not in html


def test_an_empty_snapshot_has_a_report(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive", {"a.txt": ""})
    snapshot = run(archive, tmp_path / "out").snapshot
    assert "<h1>" in (snapshot / "report" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0%"), (1, "100%"), (0.9999, "99.9%"), (0.0001, "0.1%"), (0.5, "50.0%")]
)
def test_all_and_none_are_said_only_if_true(share: float, shown: str) -> None:
    assert show_share(share) == shown


def test_charts_are_drawn_with_attributes_only() -> None:
    for chart in (
        draw_bars("Bars", {EVIL: 3, "b": 0.5}, kinds={EVIL: "error"}),
        draw_columns("Columns", {"2015": 3, "?": 1}),
        draw_parts("Parts", {"parsed": 2, EVIL: 1}, ("parsed",)),
    ):
        assert "style" not in chart
        assert "<script" not in chart
        assert 'role="img" aria-label="' in chart
    assert draw_bars("None", {}) == draw_columns("None", {}) == draw_parts("None", {}, ()) == ""


@pytest.mark.parametrize("text", ["a|b", "[x](y)", "<b>", "`c`", "# h", "two\nlines"])
def test_markdown_shows_text_as_it_is(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    assert shown.replace("\\", "") == text.replace("\n", " ")
    assert not re.search(r"(?<!\\)[|\[\]<>`#]", shown)


def test_every_reason_has_words(out: Path) -> None:
    figures = load_figures(out / "latest")
    assert figures is not None
    assert all(reason.code in ISSUE_CODES for reason in figures.reasons)
