"""Table ``changes`` and ``hankekuvaus diff``: what is different between snapshots, value by value, and why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from run_helpers import hash_files, rows, run, write_archive
from typer.testing import CliRunner

from models.change_tables import COMPARED
from models.corrections import Correction
from models.tables import TABLES
from pipeline.cli import app
from pipeline.compare.cells import LONGEST, show_pair, show_value
from pipeline.compare.changes import find_changes
from pipeline.corrections import add_correction, corrections_path
from pipeline.run import run_archive
from pipeline.settings import RunSettings
from pipeline.snapshot_parts import open_view

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "archive" / "every_format"

FILES = {f"d{number}.txt": f"code: S1000{number}\nname: Hanke {number}\n" for number in range(6)}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive", FILES)


def changes(out: Path) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows(out, "changes")]


def of_projects(out: Path) -> list[tuple[Any, ...]]:
    """Without the columns of document ids and of documents."""
    return [row for row in changes(out) if row[1] != "documents" and row[3] != "document_id"]


def test_compared_tables_are_of_the_contract() -> None:
    for name, compared in COMPARED.items():
        assert {*compared.key, compared.named_by} <= set(TABLES[name].column_names())
        assert not TABLES[name].restricted


def test_nothing_changed(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(archive, out)
    assert changes(out) == []
    run(archive, out)
    assert changes(out) == []
    run(archive, out, full=True)
    assert changes(out) == []


@pytest.mark.parametrize("buckets", [1, 4])
def test_a_changed_document(archive: Path, tmp_path: Path, buckets: int) -> None:
    out = tmp_path / "out"
    run(archive, out, buckets=buckets)
    write_archive(archive, {"d3.txt": "code: S10003\nname: Uusi nimi\n"})
    run(archive, out, buckets=buckets)
    assert of_projects(out) == [
        ("S10003", "projects", "", "project_name", "changed", "Hanke 3", "Uusi nimi", "document")
    ]
    assert sorted(row[4:] for row in changes(out) if row[1] == "documents") == [
        ("added", None, "parsed", "document"),
        ("removed", "parsed", None, "document"),
    ]


def test_projects_come_and_go_in_one_row_each(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(archive, out)
    (archive / "d0.txt").unlink()
    write_archive(archive, {"new.txt": "code: S20000\nname: Tulokas\n"})
    run(archive, out)
    assert of_projects(out) == [
        ("S10000", "projects", "", "*", "removed", "Hanke 0", None, "document"),
        ("S20000", "projects", "", "*", "added", None, "Tulokas", "document"),
    ]


def test_rows_come_and_go(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(archive, out)
    write_archive(archive, {"d1.txt": "code: S10001\nname: Hanke 1\nrows: 3\n"})
    run(archive, out)
    found = [row for row in of_projects(out) if row[1] == "scores"]
    assert found == [("S10001", "scores", "criterion 3", "*", "added", None, "hämäläinen", "document")]


def test_the_number_of_buckets_may_change(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(archive, out, buckets=2)
    write_archive(archive, {"d3.txt": "code: S10003\nname: Uusi nimi\n"})
    run(archive, out, buckets=8)
    assert [row[0] for row in of_projects(out)] == ["S10003"]
    run(archive, out, buckets=1)
    assert changes(out) == []


def test_the_parser_reads_differently(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(archive, out)
    run(archive, out, parser="other_parser")
    assert of_projects(out) == [
        (f"S1000{number}", "projects", "", "project_name", "changed", f"Hanke {number}", f"HANKE {number}", "parser")
        for number in range(6)
    ]
    write_archive(archive, {"d3.txt": "code: S10003\nname: Uusi\n"})
    run(archive, out)
    assert {row[0]: row[7] for row in of_projects(out)} == {
        f"S1000{number}": "document" if number == 3 else "parser" for number in range(6)
    }


def test_a_document_in_which_the_parser_finds_another_code(archive: Path, tmp_path: Path) -> None:
    """It moves to another bucket, but it is the same document: the program is the cause."""
    out = tmp_path / "out"
    write_archive(archive, {f"r{number}.txt": f"code: S12{number}\nrecode: yes\n" for number in range(8)})
    run(archive, out, buckets=4)
    write_archive(archive, {"new.txt": "code: S20000\n"})
    run(archive, out, buckets=4, parser="other_parser")
    causes = {row[0]: row[7] for row in of_projects(out) if row[3] == "*"}
    assert causes == {
        **{f"S12{number}": "parser" for number in range(8)},
        **{f"S92{number}": "parser" for number in range(8)},
        "S20000": "document",
    }


def test_a_document_that_is_quarantined_now(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(archive, out)
    write_archive(archive, {"d1.txt": "quarantine: no_text\n"})
    run(archive, out)
    (document,) = (row["document_id"] for row in rows(out, "documents") if row["status"] == "quarantined")
    found = changes(out)
    assert (f"?{document[:16]}", "documents", document, "*", "added", None, "quarantined", "document") in found
    assert ("S10001", "projects", "", "*", "removed", "Hanke 1", None, "document") in found


def test_a_correction(tmp_path: Path) -> None:
    archive, out = tmp_path / "archive", tmp_path / "out"
    archive.mkdir()
    for code in ("S29001", "A79001"):
        shutil.copy(SAMPLE / code / f"{code}.txt", archive)
    settings = RunSettings(workers=1)
    run_archive([archive], out, settings=settings)
    (printed,) = (
        row["raw"] for row in rows(out, "fields") if (row["project_code"], row["field"]) == ("S29001", "project_name")
    )
    told = ("Maija Mallikas", "soitto hakijalle", "2026-01-02T03:04:05+00:00")
    corrected = Correction("", "S29001", "", "project_name", 1, printed, "Oikea nimi", *told)
    add_correction(corrections_path(out), corrected)
    run_archive([archive], out, settings=settings)
    found = [row for row in changes(out) if row[3] == "project_name"]
    assert [row[0] for row in found] == ["S29001"]
    assert found[0][6:] == ("Oikea nimi", "correction")
    assert {row[7] for row in changes(out)} == {"correction"}
    run_archive([archive], out, settings=settings)
    assert changes(out) == []


def test_personal_data_is_masked(tmp_path: Path) -> None:
    archive, out = tmp_path / "archive", tmp_path / "out"
    archive.mkdir()
    text = (SAMPLE / "S29001" / "S29001.txt").read_text("utf-8")
    (archive / "S29001.txt").write_text(text, "utf-8")
    settings = RunSettings(workers=1)
    run_archive([archive], out, settings=settings)
    (contact,) = rows(out, "contacts")
    values = [value for name, value in contact.items() if name.startswith("contact_") and value and len(value) > 8]
    assert values
    (archive / "S29001.txt").write_text(text + "\n" + "; ".join(values), "utf-8")
    run_archive([archive], out, settings=settings)
    assert changes(out)
    told = repr(changes(out))
    assert not [value for value in values if value in told]


def test_the_same_bytes_for_the_same_pair(tmp_path: Path) -> None:
    found = []
    for name, workers in (("one", 1), ("two", 2)):
        files = write_archive(tmp_path / name / "archive", FILES)
        out = tmp_path / name / "out"
        run(files, out, buckets=4, workers=workers)
        write_archive(files, {"d3.txt": "code: S10003\nname: Uusi\n", "d9.txt": "code: S10009\n"})
        (files / "d5.txt").unlink()
        run(files, out, buckets=4, workers=workers)
        found.append({path: one for path, one in hash_files(out / "latest").items() if "/changes/" in path})
    assert found[0] == found[1]
    assert len(found[0]) > 1


def test_only_changed_parts_are_read(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    before = open_view(run(archive, out, buckets=4).snapshot)
    write_archive(archive, {"d3.txt": "code: S10003\nname: Uusi\n"})
    after = open_view(run(archive, out, buckets=4).snapshot)
    read: set[str] = set()
    real = pq.ParquetFile

    def spy(path: Path, *arguments: Any, **more: Any) -> Any:
        read.add(path.name)
        return real(path, *arguments, **more)

    monkeypatch.setattr(pq, "ParquetFile", spy)
    assert sum(map(len, find_changes(before, after))) > 0
    assert len(read) == 1


def test_a_damaged_last_snapshot_costs_the_table_only(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run(archive, out)
    part = first.snapshot / "tables" / "documents" / "part-00000.parquet"
    part.write_bytes(b"PAR1")
    write_archive(archive, {"d3.txt": "code: S10003\nname: Uusi\n"})
    run(archive, out)
    assert changes(out) == []


def test_values_as_text() -> None:
    assert show_value(True) == "true"
    assert show_value(7_000_000_000) == "7000000000"
    assert show_value(0.1) == "0.1"
    assert show_value(["ä", "b"]) == '["ä", "b"]'
    long = "sana " * 200
    old, new = show_pair(long, long[:500] + "X" + long[501:])
    assert old is not None
    assert new is not None
    assert new.startswith("…")
    assert new.endswith("…")
    assert "X" in new
    assert len(old) <= LONGEST + 2
    assert show_pair(None, long)[0] is None
    assert show_pair(long, long + "lisä")[1].endswith("lisä")  # type: ignore[union-attr]


# diff


def call(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout


@pytest.fixture
def two(archive: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two snapshots of one output folder."""
    out = tmp_path / "out"
    first = run(archive, out)
    write_archive(archive, {"d3.txt": "code: S10003\nname: <b>Uusi</b> & \x1b[31mnimi\n", "d9.txt": "code: S10009\n"})
    second = run(archive, out)
    return first.snapshot, second.snapshot


def test_diff_in_the_terminal(two: tuple[Path, Path]) -> None:
    code, output = call("diff", *two)
    assert code == 0
    assert f"{two[0].name} → {two[1].name}" in output
    for word in ("S10003", "project_name", "Hanke 3", "document", "added", "S10009"):
        assert word in output
    assert "\x1b" not in output
    assert "more: --most" in call("diff", *two, "--most", "1")[1]


def test_diff_of_output_folders_and_of_the_same(two: tuple[Path, Path]) -> None:
    out = two[0].parent.parent
    assert "S10003" in call("diff", two[0], out)[1]
    code, output = call("diff", out, two[1])
    assert code == 0
    assert "No value of any project is different." in output


def test_diff_as_json_is_table_changes(two: tuple[Path, Path]) -> None:
    told = json.loads(call("diff", *two, "--json")[1])
    assert told["changes"] == rows(two[0].parent.parent, "changes")
    assert told["documents"]["parsed"] == {"old": 6, "new": 7}
    assert told["total"] == len(told["changes"]) == sum(count["count"] for count in told["counts"])


def test_diff_as_a_page(two: tuple[Path, Path], tmp_path: Path) -> None:
    page = tmp_path / "changes.html"
    assert call("diff", *two, "--html", page)[0] == 0
    text = page.read_text("utf-8")
    assert "&lt;b&gt;Uusi&lt;/b&gt;" in text
    assert "\x1b" not in text
    assert "<del>Hanke 3</del>" in text


def test_diff_backwards_swaps_old_and_new(two: tuple[Path, Path]) -> None:
    forth, back = (json.loads(call("diff", *pair, "--json")[1]) for pair in (two, two[::-1]))
    swapped = {"added": "removed", "removed": "added", "changed": "changed"}
    turned = [one | {"change": swapped[one["change"]], "old": one["new"], "new": one["old"]} for one in back["changes"]]
    assert turned == forth["changes"]


def test_diff_of_no_snapshot(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["diff", str(tmp_path), str(tmp_path)])
    assert result.exit_code != 0
