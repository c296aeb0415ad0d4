"""The gate: what differs too much is not published, says why, and can be accepted; known bad documents are silent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from run_helpers import check_snapshot, rows, run, write_archive

from pipeline.errors import GateError, SettingsError
from pipeline.exit_codes import ExitCode
from pipeline.left_out import make_acknowledged, read_acknowledged
from pipeline.thresholds import Thresholds

FILES = {f"d{number:02}.txt": f"code: S100{number:02}\nname: Hanke {number}\n" for number in range(40)}
GATE = Thresholds()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive", FILES)


def gated(archive: Path, out: Path, **settings: Any) -> Any:
    return run(archive, out, **({"gate": GATE} | settings))


def stopped(archive: Path, out: Path, **settings: Any) -> str:
    with pytest.raises(GateError) as caught:
        gated(archive, out, **settings)
    assert caught.value.exit_code is ExitCode.GATE
    return "\n".join(caught.value.findings)


def test_the_first_run_has_nothing_to_compare_with(archive: Path, tmp_path: Path) -> None:
    result = gated(archive, tmp_path / "out")
    assert result.exit_code is ExitCode.OK
    assert result.gate.passed
    assert result.gate.compared_with is None
    assert "no earlier snapshot" in result.gate.note
    told = json.loads((tmp_path / "out/latest/run.json").read_text())
    assert told["gate"]["note"] == result.gate.note


def test_the_same_again_passes(archive: Path, tmp_path: Path) -> None:
    first = gated(archive, tmp_path / "out")
    second = gated(archive, tmp_path / "out")
    assert second.gate.passed
    assert second.gate.compared_with == first.snapshot.name
    assert second.gate.findings == ()


def test_a_few_documents_are_never_too_many(archive: Path, tmp_path: Path) -> None:
    gated(archive, tmp_path / "out")
    for number in range(4):  # ten per cent, but four documents only
        (archive / f"d{number:02}.txt").unlink()
    assert gated(archive, tmp_path / "out").gate.passed


def test_fewer_rows_are_stopped_and_accepted(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = gated(archive, out)
    for number in range(10):
        (archive / f"d{number:02}.txt").unlink()
    findings = stopped(archive, out)
    assert "Table projects has 30 rows, before 40: 25.0% fewer, allowed are 5 %." in findings
    assert first.snapshot.samefile(out / "latest")
    check_snapshot(out / "latest")
    # the report is where a person finds it, without personal data, and nothing else is left
    assert (out / "rejected" / "report" / "index.html").is_file()
    told = json.loads((out / "rejected" / "run.json").read_text())
    assert told["outcome"] == "gate"
    assert told["exit_code"] == ExitCode.GATE
    assert told["gate"]["findings"] == findings.splitlines()
    assert not (out / "rejected" / "restricted").exists()
    assert "not published" in (out / "rejected" / "report" / "index.html").read_text()
    assert [path.name for path in (out / "snapshots").iterdir()] == [first.snapshot.name]
    # again, and then accepted
    assert stopped(archive, out) == findings
    result = gated(archive, out, accept=True)
    assert result.exit_code is ExitCode.OK
    assert result.gate.accepted
    assert result.gate.findings == tuple(findings.splitlines())
    assert result.parsed == 0, "what was parsed for the rejected snapshot is kept"
    assert not (out / "rejected").exists()
    assert len(rows(out, "projects")) == 30
    assert gated(archive, out).gate.passed, "the accepted one is what the next is compared with"


def test_an_emptied_column_is_stopped(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gated(archive, out)
    write_archive(archive, {name: text.partition("name")[0] + "x: y\n" for name, text in list(FILES.items())[:8]})
    findings = stopped(archive, out)
    assert "projects.project_name has a value in 80.0% of its rows, before in 100.0%" in findings
    assert gated(archive, out, gate=Thresholds(coverage_points=25.0)).gate.passed


def test_quarantined_documents_are_stopped(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gated(archive, out)
    write_archive(archive, {f"bad{number}.txt": f"quarantine: no_text\nn: {number}\n" for number in range(6)})
    assert "6 documents are quarantined (13.0%), before 0 (0.0%)" in stopped(archive, out)


def test_more_partial_documents_and_issues_are_stopped(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gated(archive, out)
    write_archive(archive, {name: f"{text}status: partial\nrows: 6\n" for name, text in list(FILES.items())[:8]})
    findings = stopped(archive, out)
    assert "8 documents are partial (20.0%)" in findings
    assert "Issue label_fuzzy stands 112 times, before 80" in findings


def test_acknowledged_documents_do_not_alarm_but_new_ones_do(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gated(archive, out)
    bad = {f"bad{number}.txt": f"quarantine: no_text\nn: {number}\n" for number in range(6)}
    write_archive(archive, bad)
    stopped(archive, out)
    gated(archive, out, accept=True)
    known = tuple(row["document_id"] for row in rows(out, "documents") if row["status"] == "quarantined")
    assert len(known) == 6
    result = gated(archive, out, acknowledged=known)
    assert result.exit_code is ExitCode.OK
    assert result.acknowledged == 6
    write_archive(archive, {"new.txt": "quarantine: no_text\nnew\n"})
    result = gated(archive, out, acknowledged=known)
    assert result.exit_code is ExitCode.INCOMPLETE
    assert result.acknowledged == 6
    write_archive(archive, {f"new{number}.txt": f"quarantine: no_text\nnew {number}\n" for number in range(6)})
    assert "7 documents are quarantined" in stopped(archive, out, acknowledged=known)
    write_archive(archive, {"bad0.txt": "quarantine: no_text\nother bytes\n"})
    assert "8 documents are quarantined" in stopped(archive, out, acknowledged=known)


def test_files_are_acknowledged_by_path(archive: Path, tmp_path: Path) -> None:
    (archive / "broken.zip").write_bytes(b"PK\x03\x04 no zip")
    assert gated(archive, tmp_path / "out").exit_code is ExitCode.INCOMPLETE
    result = gated(archive, tmp_path / "out", acknowledged=("broken.zip",))
    assert result.exit_code is ExitCode.OK
    assert result.acknowledged == 1


def test_a_file_of_acknowledged_documents(tmp_path: Path) -> None:
    path = tmp_path / "known.txt"
    document = "0" * 64
    path.write_text(f"# scans\n\n{document}  # blank pages\nold/rikki #1.pdf\n")
    entries = read_acknowledged(path)
    known = make_acknowledged(entries)
    assert known.documents == {document}
    assert known.paths == {"old/rikki #1.pdf"}
    with pytest.raises(SettingsError, match="No such file"):
        read_acknowledged(tmp_path / "missing.txt")


def test_a_damaged_last_snapshot_is_told_and_does_not_stop(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gated(archive, out)
    (out / "latest" / "datapackage.json").write_text("{")
    result = gated(archive, out)
    assert result.gate.passed
    assert result.gate.compared_with is None


def test_thresholds_are_checked(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="rows_percent is -1"):
        gated(archive, tmp_path / "out", gate=Thresholds(rows_percent=-1))
