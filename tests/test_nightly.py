"""The night from one settings file: settings, logs, metrics, doctor, plan, rollback and pruning."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from run_helpers import check_snapshot, rows, run, write_archive
from typer.testing import CliRunner

from pipeline import doctor
from pipeline.cli import app
from pipeline.errors import OutputError, SettingsError
from pipeline.exit_codes import ExitCode
from pipeline.lock import lock_output
from pipeline.nightly_settings import load_settings, setting_names
from pipeline.plan import plan_run
from pipeline.settings import Limits, RunSettings
from pipeline.snapshot import choose_earlier, latest_snapshot, list_snapshots, prune, switch_latest
from pipeline.thresholds import Thresholds

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "archive" / "every_format"
PAGE = (ROOT / "docs" / "nightly.md").read_text("utf-8")
SCRIPT = Path(sys.executable).with_name("hankekuvaus")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder with an archive of real form and its settings."""
    archive = tmp_path / "archive"
    archive.mkdir()
    for code in ("S29001", "A79001"):
        shutil.copy(SAMPLE / code / f"{code}.txt", archive)
    write_settings(tmp_path)
    return tmp_path


def write_settings(folder: Path, more: str = "", **changed: str) -> Path:
    values = {"archives": '["archive"]', "output": '"tables"', "language": '"off"', "workers": "1"} | changed
    path = folder / "nightly.toml"
    path.write_text("".join(f"{name} = {value}\n" for name, value in values.items()) + more)
    return path


def call(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def start(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, timeout=120, check=False)


# Settings


def test_the_page_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    shown = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    path = tmp_path / "nightly.toml"
    path.write_text(shown)
    settings = load_settings(path)
    assert settings.archives == [tmp_path / "kuvaukset", tmp_path / "lisaa.zip"]
    assert settings.output == tmp_path / "tables"
    assert settings.run == RunSettings(language="full", gate=Thresholds(), limits=Limits())
    told = set()
    section = ""
    for line in shown.splitlines():
        if found := re.match(r"\[(\w+)\]", line):
            section = f"{found[1]}."
        elif found := re.match(r"(?:# )?(\w+) = ", line):
            told.add(section + found[1])
    assert told == set(setting_names())


def test_everything_set(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("# known\nold/x.pdf\n")
    path = write_settings(
        tmp_path,
        'corrections = "c.csv"\nverify = true\n[retention]\nkeep = 3\ndays = 30\n[gate]\nrows_percent = 1\n'
        'acknowledged = ["y.pdf"]\nacknowledged_file = "bad.txt"\n[limits]\nmemory_mib = 2\n'
        '[log]\nformat = "json"\n[metrics]\ntextfile = "m.prom"\n',
        language='"fast"',
    )
    settings = load_settings(path)
    assert settings.run.keep_days == 30
    assert settings.run.gate == Thresholds(rows_percent=1.0)
    assert settings.run.acknowledged == ("y.pdf", "old/x.pdf")
    assert settings.run.limits.memory_bytes == 2 << 20
    assert settings.run.corrections == str(tmp_path / "c.csv")
    assert settings.textfile == tmp_path / "m.prom"
    assert load_settings(write_settings(tmp_path, "[gate]\nenabled = false\n")).run.gate is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("archives = [", "no valid TOML"),
        ('output = "x"', "setting archives is missing"),
        ('archives = []\noutput = "x"', "archives is empty"),
        ('archives = ["a"]\noutput = "x"\nworker = 2', "no setting worker; do you mean workers?"),
        ('archives = ["a"]\noutput = "x"\n[gate]\nrow_percent = 2', "gate.row_percent; do you mean gate.rows_percent?"),
        ('archives = ["a"]\noutput = "x"\nworkers = "two"', "workers: expected `int`, got `str`"),
        ('archives = ["a"]\noutput = "x"\nlanguage = "max"', "language: invalid enum value 'max'"),
        ('archives = ["a"]\noutput = "x"\n[retention]\nkeep = 1', "1 snapshots to keep is too few"),
        ('archives = ["a"]\noutput = "x"\n[gate]\nrows_percent = -1.0', "rows_percent is -1.0"),
        ('archives = ["a"]\noutput = "x"\n[metrics]\ntextfile = "m.txt"', "end in .prom"),
        ('archives = ["a"]\noutput = "x"\n[gate]\nacknowledged_file = "no"', "No such file"),
        ('archives = ["a"]\noutput = "x"\nzzz = 1', "there are: archives"),
    ],
)
def test_a_wrong_setting_is_told(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "nightly.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=re.escape(words)):
        load_settings(path)
    assert call("nightly", "--settings", path)[0] != 0


def test_without_settings_the_page_is_named(tmp_path: Path) -> None:
    done = start("nightly", "--settings", tmp_path / "no.toml")
    assert done.returncode == ExitCode.USAGE
    assert "docs/nightly.md" in done.stderr


# A night


def test_a_night_end_to_end(night: Path) -> None:
    write_settings(night, '[log]\nformat = "json"\n[metrics]\ntextfile = "night.prom"\n[gate]\nleast_documents = 1\n')
    settings = night / "nightly.toml"
    done = start("nightly", "--settings", settings)
    assert done.returncode == ExitCode.OK, done.stderr
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"time", "level", "message"} <= set(lines[0])
    assert [line["stage"] for line in lines if "stage" in line][:3] == ["find", "parse", "assemble"]
    assert lines[-1]["exit_code"] == 0
    assert lines[-1]["documents"] == {"parsed": 2}
    check_snapshot(night / "tables" / "latest")
    figures = (night / "night.prom").read_text()
    assert "\nhankekuvaus_last_run_exit_code 0\n" in figures
    assert '\nhankekuvaus_documents{status="parsed"} 2.0\n' in figures
    assert "\nhankekuvaus_gate_stopped 0\n" in figures
    assert all(re.fullmatch(r'#.*|hankekuvaus_\w+(\{\w+="[^"]*"\})? [0-9.e+-]+', line) for line in figures.splitlines())
    # the gate stops the next one, and the metrics say so while the published figures stay
    (night / "archive" / "S29001.txt").unlink()
    before = (night / "tables" / "latest").readlink()
    done = start("nightly", "--settings", settings)
    assert done.returncode == ExitCode.GATE
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["level"] == "error"
    assert any("Table projects has 1 rows, before 2" in finding for finding in told["findings"])
    assert (night / "tables" / "latest").readlink() == before
    figures = (night / "night.prom").read_text()
    assert "\nhankekuvaus_last_run_exit_code 7\n" in figures
    assert "\nhankekuvaus_gate_stopped 1\n" in figures
    assert '\nhankekuvaus_documents{status="parsed"} 2.0\n' in figures
    # a person accepts
    done = start("nightly", "--settings", settings, "--accept", "--json")
    assert done.returncode == ExitCode.OK
    assert json.loads(done.stdout)["gate"]["accepted"] is True
    assert "\nhankekuvaus_gate_stopped 0\n" in (night / "night.prom").read_text()
    assert [row["column"] for row in rows(night / "tables", "changes") if row["table"] == "projects"] == ["*"]
    assert not list(night.glob(".night.prom*"))


def test_logs_for_people_and_metrics_that_cannot_be_written(night: Path) -> None:
    write_settings(night, '[metrics]\ntextfile = "missing/night.prom"\n')
    done = start("nightly", "--settings", night / "nightly.toml")
    assert done.returncode == ExitCode.OK
    assert re.search(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO +find$", done.stderr, re.MULTILINE)
    assert "metrics" in done.stderr
    assert start("nightly", "--settings", night / "nightly.toml", "--quiet").stdout == ""


def test_a_missing_archive_is_an_error_of_its_own(night: Path) -> None:
    shutil.rmtree(night / "archive")
    write_settings(night, '[metrics]\ntextfile = "night.prom"\n')
    done = start("nightly", "--settings", night / "nightly.toml")
    assert done.returncode == ExitCode.USAGE
    assert "ERROR" in done.stderr
    assert "exit_code 2" in (night / "night.prom").read_text()


def test_acknowledged_documents_in_the_settings(night: Path) -> None:
    (night / "archive" / "blank.txt").write_text("ei kuvaus\n")
    assert call("nightly", "--settings", night / "nightly.toml", "--quiet")[0] == ExitCode.INCOMPLETE
    (bad,) = (row["document_id"] for row in rows(night / "tables", "documents") if row["status"] == "quarantined")
    (night / "known.txt").write_text(f"{bad} blank\n")
    write_settings(night, '[gate]\nacknowledged_file = "known.txt"\n')
    assert call("nightly", "--settings", night / "nightly.toml", "--quiet")[0] == ExitCode.OK


def test_make_takes_the_settings(tmp_path: Path) -> None:
    def said(*arguments: str) -> str:
        make = ["make", "-n", "-f", ROOT / "Makefile", "nightly", *arguments]
        return subprocess.run(make, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert 'run "data/sample/archive"' in said()
    assert 'nightly --settings "other.toml"' in said("SETTINGS=other.toml")
    (tmp_path / "nightly.toml").write_text("")
    assert 'nightly --settings "nightly.toml"' in said()
    assert 'run "mine" --out "data/tables"' in said("ARCHIVE=mine")


def test_units_name_the_command() -> None:
    units = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    assert len(units) == 2
    (line,) = re.findall(r"^ExecStart=\S+/hankekuvaus (.*)$", units[0], re.MULTILINE)
    assert line.split()[:2] == ["nightly", "--settings"]
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert codes == set(map(int, ExitCode))


# Doctor


def findings(*arguments: str | Path) -> tuple[int, dict[str, dict[str, Any]]]:
    code, output, _ = call("doctor", *arguments, "--json")
    return code, {finding["check"]: finding for finding in json.loads(output)}


def test_the_doctor_finds_nothing(night: Path) -> None:
    code, found = findings("--settings", night / "nightly.toml")
    assert code == ExitCode.OK
    assert {found[check]["status"] for check in ("python", "packages", "settings", "archive", "output")} == {"ok"}
    assert not (night / "tables").exists(), "nothing is changed"
    call("nightly", "--settings", night / "nightly.toml", "--quiet")
    code, found = findings("--settings", night / "nightly.toml")
    assert code == ExitCode.OK
    assert "files are sound" in found["last snapshot"]["detail"]
    assert found["cache"]["detail"].startswith("2 parsed documents")
    code, output, _ = call("doctor", "--out", night / "tables")
    assert code == ExitCode.OK
    assert "last snapshot" in output


def test_the_doctor_finds_what_is_wrong(night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = night / "nightly.toml"
    call("nightly", "--settings", settings, "--quiet")
    latest = (night / "tables" / "latest").resolve()
    (latest / "tables" / "projects" / "part-00000.parquet").write_bytes(b"PAR1")
    (latest / "restricted").chmod(0o755)
    (night / "tables" / "cache" / "cache.sqlite").write_bytes(b"not a database" * 100)
    (night / "tables" / "rejected").mkdir()
    told = json.loads((latest / "run.json").read_text())
    told["finished_at"] = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    (latest / "run.json").write_text(json.dumps(told))
    shutil.rmtree(night / "archive")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    with lock_output(night / "tables"):
        code, found = findings("--settings", settings)
    assert code == ExitCode.FAILED
    failures = {check for check, finding in found.items() if finding["status"] == "failure"}
    assert failures == {"archive", "last snapshot", "privacy", "disk space"}
    warnings = {check for check, finding in found.items() if finding["status"] == "warning"}
    assert {"cache", "gate", "last run", "lock"} <= warnings
    assert all(finding["advice"] for finding in found.values() if finding["status"] == "failure")


def test_the_doctor_reads_wrong_settings(tmp_path: Path) -> None:
    path = tmp_path / "nightly.toml"
    path.write_text("archives = 1")
    code, found = findings("--settings", path)
    assert code == ExitCode.FAILED
    assert found["settings"]["status"] == "failure"


def test_the_doctor_finds_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.importlib.metadata, "requires", lambda _: ["no-such-package>=1", "rich>=1"])
    found = {finding.check: finding for finding in doctor.examine_machine(RunSettings())}
    assert (found["packages"].status, found["packages"].detail) == (doctor.FAILURE, "missing: no-such-package")


# Plan


FILES = {f"d{number}.txt": f"code: S1000{number}\nname: Hanke {number}\n" for number in range(8)}


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in ("cache", "container_stage"):
        monkeypatch.setattr(f"pipeline.{module}.RACY_NS", 0)
    archive = write_archive(tmp_path / "archive", FILES)
    for path in archive.iterdir():
        os.utime(path, (1e9, 1e9))
    return tmp_path


def times(out: Path) -> dict[Path, int]:
    """When each file changed, but for SQLite's notes of who is reading."""
    return {path: path.stat().st_mtime_ns for path in out.rglob("*") if not path.name.endswith(("-shm", "-wal"))}


def made(folder: Path, **settings: Any) -> Any:
    chosen = RunSettings(**({"parser": "fake_parser", "workers": 1} | settings))
    return plan_run([folder / "archive"], folder / "out", chosen)


def test_a_plan_says_what_a_run_does(planned: Path) -> None:
    archive, out = planned / "archive", planned / "out"
    first = made(planned)
    assert (first.files, first.known, first.new, first.latest) == (8, 0, 8, None)
    assert not out.exists()
    result = run(archive, out, limits=Limits())
    nothing = made(planned)
    assert (nothing.known, nothing.to_read, nothing.latest) == (8, 0, result.snapshot.name)
    (archive / "d0.txt").unlink()
    write_archive(archive, {"d1.txt": "code: S10001\nname: muuttui\n", "new.txt": "code: S2\n", "x.css": ""})
    before = times(out)
    plan = made(planned)
    assert (plan.known, plan.new, plan.changed, plan.again, plan.gone) == (6, 1, 1, 0, 1)
    assert plan.not_read == {"ignored": 1}
    assert plan.bytes == sum((archive / name).stat().st_size for name in ("d1.txt", "new.txt"))
    assert times(out) == before
    assert made(planned, verify=True).again == 6
    assert made(planned, full=True).to_read == 8
    other = made(planned, parser="other_parser")
    assert other.parser_changed
    assert (other.known, other.again) == (0, 6)
    result = run(archive, out, limits=Limits())
    assert result.read == plan.to_read


def test_a_plan_knows_containers(planned: Path) -> None:
    shutil.make_archive(str(planned / "files"), "zip", planned / "archive")
    for path in (planned / "archive").iterdir():
        path.unlink()
    shutil.move(planned / "files.zip", planned / "archive")
    os.utime(planned / "archive" / "files.zip", (1e9, 1e9))
    assert made(planned).containers == 1
    run(planned / "archive", planned / "out", limits=Limits())
    known = made(planned)
    assert (known.containers, known.known, known.to_read) == (0, 8, 0)


def test_plan_on_the_command_line(night: Path) -> None:
    code, output, _ = call("plan", "--settings", night / "nightly.toml")
    assert code == ExitCode.OK
    assert "to be read: 2 new, 0 changed" in output
    assert json.loads(call("plan", night / "archive", "--out", night / "tables", "--json")[1])["to_read"] == 2
    assert call("plan")[0] == ExitCode.USAGE


# Rollback and pruning


def test_rollback(planned: Path) -> None:
    archive, out = planned / "archive", planned / "out"
    first, second = run(archive, out).snapshot, run(archive, out).snapshot
    code, output, _ = call("snapshots", "rollback", out)
    assert code == ExitCode.OK
    assert output == f"latest is {first.name}; it was {second.name}\n"
    assert first.samefile(out / "latest")
    check_snapshot(out / "latest")
    assert [path.name for path in list_snapshots(out)] == [first.name, second.name]
    with pytest.raises(OutputError, match="no snapshot before the latest"):
        choose_earlier(out)
    with pytest.raises(OutputError, match="there is no snapshot nonsense"):
        choose_earlier(out, "nonsense")
    call("snapshots", "rollback", out, "--to", second.name)
    assert second.samefile(out / "latest")
    switch_latest(out, first.name)
    third = run(archive, out)
    assert third.snapshot.samefile(out / "latest")
    assert json.loads((third.snapshot / "run.json").read_text())["previous"] == first.name


def test_rollback_waits_for_nobody(planned: Path) -> None:
    out = planned / "out"
    run(planned / "archive", out)
    with lock_output(out):
        result = CliRunner().invoke(app, ["snapshots", "rollback", str(out)])
    assert result.exit_code != 0


def test_pruning_by_age(planned: Path) -> None:
    out = planned / "out"
    names = [run(planned / "archive", out, keep=10).snapshot.name for _ in range(4)]
    old = []
    for days, name in zip((40, 30, 20), names, strict=False):
        stamp = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y%m%dT%H%M%SZ")
        old.append(f"{stamp}-00000000")
        (out / "snapshots" / name).rename(out / "snapshots" / old[-1])
    assert prune(out, 10, days=35) == old[:1]
    assert prune(out, 10) == []
    assert prune(out, 10, days=1) == old[1:2], "the last two stay, however old"
    latest = latest_snapshot(out)
    assert latest is not None
    assert latest.name == names[-1]
    assert "nothing to remove" in call("snapshots", "prune", out, "--days", "1")[1]


def test_a_run_prunes_by_age(planned: Path) -> None:
    out = planned / "out"
    first = run(planned / "archive", out).snapshot
    first.rename(first.with_name("20200101T000000Z-00000000"))
    switch_latest(out, "20200101T000000Z-00000000")
    run(planned / "archive", out, keep_days=7)
    time.sleep(0.01)
    run(planned / "archive", out, keep_days=7)
    assert next(path.name for path in list_snapshots(out)) > "2021"
