"""Whole runs: what is left for analysts, the same bytes whatever happens, and only what changed is read."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from run_helpers import LIMITS, check_snapshot, hashes, rows, run, write_archive

from models.tables import SCHEMA_VERSION, TABLES
from pipeline.errors import ArchiveError, InterruptedRunError, NothingFoundError, SettingsError
from pipeline.exit_codes import EXIT_CODES, ExitCode
from pipeline.settings import Limits
from pipeline.write import table_folder

HERE = Path(__file__).parent

FILES = {f"{number % 3}/d{number}.txt": f"code: S100{number // 2:02}\nname: Hanke {number}\n" for number in range(30)}
AGED = 1_000_000_000


def age(archive: Path) -> Path:
    """Times long past: a file just written is read again, as it may be written once more within the clock's tick."""
    for path in archive.rglob("*"):
        os.utime(path, (AGED, AGED), follow_symlinks=False)
    return archive


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive", FILES)


@pytest.fixture
def settled(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive whose files are known after the first run."""
    monkeypatch.setattr("pipeline.cache.RACY_NS", 0)
    return age(archive)


def test_what_a_run_leaves(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(archive, out)
    assert result.exit_code is ExitCode.OK
    assert result.documents == {"parsed": 30}
    assert result.files == {"read": 30}
    assert (result.parsed, result.read) == (30, 30)
    assert result.rows["projects"] == 15
    assert result.rows["documents"] == result.rows["captures"] == result.rows["files"] == 30
    assert result.issues["label_fuzzy"] == 60
    assert set(result.seconds) >= {"total", "find", "parse", "assemble"}
    assert result.snapshot.samefile(out / "latest")
    check_snapshot(out / "latest")
    for name, table in TABLES.items():
        frame = pd.read_parquet(out / "latest" / table_folder(name))
        assert tuple(frame.columns) == table.column_names()
        assert len(frame) == result.rows[name]
    metadata = pq.read_schema(out / "latest/tables/projects/part-00000.parquet").metadata
    assert set(metadata) == {b"description", b"description_fi", b"primary_key", b"schema_version"}


def test_run_json_tells_what_ran(archive: Path, tmp_path: Path) -> None:
    first = run(archive, tmp_path / "out")
    second = run(archive, tmp_path / "out")
    told = json.loads((tmp_path / "out/latest/run.json").read_text())
    assert told["outcome"] == "ok"
    assert told["exit_code"] == 0
    assert told["snapshot"] == second.snapshot.name
    assert told["previous"] == first.snapshot.name
    assert told["archives"] == [str(archive)]
    assert told["rows"] == second.rows
    assert told["versions"]["schema"] == SCHEMA_VERSION
    assert told["started_at"] <= told["finished_at"]


BAD = {
    "crash": "misdeed: abort\n",
    "timeout": "misdeed: spin\n",
    "memory": "misdeed: eat\n",
    "parser_error": "misdeed: raise\n",
    "no_text": "quarantine: no_text\n",
}


def test_bad_documents_cost_themselves_only(archive: Path, tmp_path: Path) -> None:
    write_archive(archive, {f"bad/{code}.txt": text for code, text in BAD.items()})
    os.mkfifo(archive / "pipe")
    result = run(archive, tmp_path / "out", workers=2)
    assert result.exit_code is ExitCode.INCOMPLETE
    assert result.documents == {"parsed": 30, "quarantined": 5}
    assert result.rows["projects"] == 15
    reasons = {row["path"]: row["reason"] for row in rows(tmp_path / "out", "documents") if row["role"] is None}
    assert {path: reason.partition(":")[0] for path, reason in reasons.items()} == {
        f"bad/{code}.txt": code for code in BAD
    }
    assert "text of the document" not in repr(reasons)
    # the next run has learnt: nobody is killed twice
    again = run(archive, tmp_path / "out", workers=2)
    assert again.parsed == 0
    assert again.exit_code is ExitCode.INCOMPLETE
    assert hashes(again.snapshot) == hashes(result.snapshot)


def test_other_limits_give_quarantined_documents_another_chance(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive", {"a.txt": "code: S10001\n", "b.txt": "misdeed: spin\n"})
    run(archive, tmp_path / "out")
    assert run(archive, tmp_path / "out").parsed == 0
    assert run(archive, tmp_path / "out", limits=Limits(1, 20.5, LIMITS.memory_bytes)).parsed == 1


def test_same_bytes_whatever_the_workers(archive: Path, tmp_path: Path) -> None:
    write_archive(archive, {"bad.txt": "misdeed: abort\n", "odd.txt": "code: S10001\nvalue: surrogate\n"})
    first, *others = [
        hashes(run(archive, tmp_path / f"out{workers}", workers=workers, buckets=4).snapshot) for workers in (1, 2, 3)
    ]
    assert all(other == first for other in others)
    assert len(first) > 30


def test_same_bytes_whatever_the_order_and_place_of_files(archive: Path, tmp_path: Path) -> None:
    expected = hashes(run(archive, tmp_path / "out").snapshot)
    names = list(FILES)
    random.Random(1).shuffle(names)
    shuffled = write_archive(tmp_path / "elsewhere" / "copy", {name: FILES[name] for name in names})
    assert hashes(run(shuffled, tmp_path / "out2", workers=2).snapshot) == expected


_SEEDED = """
import sys
from pathlib import Path
from run_helpers import run
run(Path(sys.argv[1]), Path(sys.argv[2]), workers=2, buckets=2)
"""


def test_same_bytes_whatever_the_hash_seed(archive: Path, tmp_path: Path) -> None:
    found = []
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    for seed in ("0", "1", "2"):
        out = tmp_path / f"out{seed}"
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path}
        subprocess.run([sys.executable, "-c", _SEEDED, archive, out], check=True, env=environment)
        found.append(hashes(out / "latest"))
    assert found[0] == found[1] == found[2]


def test_only_what_changed_is_read(settled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(settled, out, buckets=4)
    nothing = run(settled, out, buckets=4)
    assert (nothing.read, nothing.parsed, nothing.linked_buckets) == (0, 0, 4)
    write_archive(settled, {"0/d0.txt": "code: S10000\nname: muuttui\n", "new.txt": "code: S20000\n"})
    (settled / "1/d1.txt").unlink()
    shutil.copy2(settled / "2/d2.txt", settled / "2/copy.txt")
    (settled / "0/d3.txt").rename(settled / "moved.txt")
    changed = run(settled, out, buckets=4)
    # the copy and, its inode's time being new, the moved file are read, but not parsed
    assert (changed.read, changed.parsed) == (4, 2)
    full = run(settled, tmp_path / "full", buckets=4)
    assert hashes(changed.snapshot) == hashes(full.snapshot)
    verified = run(settled, out, buckets=4, verify=True)
    assert (verified.read, verified.parsed) == (31, 0)
    again = run(settled, out, buckets=4, full=True)
    assert (again.read, again.parsed, again.linked_buckets) == (31, 30, 0)
    assert hashes(again.snapshot) == hashes(verified.snapshot) == hashes(full.snapshot)


def test_a_file_changed_behind_its_times_is_found_by_verify(settled: Path, tmp_path: Path) -> None:
    run(settled, tmp_path / "out")
    path = settled / "0/d0.txt"
    path.write_text(path.read_text().replace("Hanke 0", "Hanke X"))
    os.utime(path, (AGED, AGED))
    assert run(settled, tmp_path / "out").parsed == 1, "its inode's time gives it away"
    assert run(settled, tmp_path / "out", verify=True).parsed == 0


def test_files_written_a_moment_ago_are_read_again(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a busy machine may take longer than the real two seconds
    monkeypatch.setattr("pipeline.cache.RACY_NS", 3600 * 10**9)
    run(archive, tmp_path / "out")
    assert run(archive, tmp_path / "out").read == 30
    assert run(archive, tmp_path / "out").parsed == 0


def test_hints_come_from_the_first_file_whoever_was_read_first(tmp_path: Path) -> None:
    """The suffix may change how bytes are read: not chance, but the order of paths decides which counts."""
    out = tmp_path / "out"
    archive = write_archive(tmp_path / "archive", {"b.txt": "code: S10001\n"})
    run(archive, out)
    assert [row["status"] for row in rows(out, "projects")] == ["document.txt"]
    write_archive(archive, {"a.html": "code: S10001\n"})
    result = run(archive, out)
    assert [row["status"] for row in rows(out, "projects")] == ["document.html"]
    assert hashes(result.snapshot) == hashes(run(archive, tmp_path / "full").snapshot)
    assert {row["path"]: row["status"] for row in rows(out, "files")} == {"a.html": "read", "b.txt": "duplicate"}


def test_dates_come_from_the_document_then_from_the_name(tmp_path: Path) -> None:
    files = {
        "S1_2016-01-01.txt": "code: S1\nname: stated\ndate: 2019-05-05\n",
        "S1_2018-01-01.txt": "code: S1\nname: named\n",
        "plain.txt": "code: S1\nname: undated\nended: no\n",
    }
    out = tmp_path / "out"
    run(write_archive(tmp_path / "archive", files), out)
    found = {row["path"]: row["captured_at"] for row in rows(out, "documents")}
    assert {path: str(time)[:10] for path, time in found.items()} == {
        "S1_2016-01-01.txt": "2019-05-05",
        "S1_2018-01-01.txt": "2018-01-01",
        "plain.txt": "None",
    }
    assert [row["project_name"] for row in rows(out, "projects")] == ["stated"]
    assert {row["role"] for row in rows(out, "captures")} == {"current", "superseded"}


def test_several_archives(tmp_path: Path) -> None:
    first = write_archive(tmp_path / "first", {"a.txt": "code: S1\n"})
    second = write_archive(tmp_path / "second", {"a.txt": "code: S2\n"})
    run([first, second, first / "a.txt"], tmp_path / "out")
    found = [(row["path"], row["occurrence"], row["status"]) for row in rows(tmp_path / "out", "files")]
    assert found == [("a.txt", 1, "duplicate"), ("first/a.txt", 1, "read"), ("second/a.txt", 1, "read")]


def test_unmasked_text_and_contacts_stay_where_they_belong(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(archive, out)
    assert all(
        b"salainen" not in path.read_bytes() for path in out.rglob("*") if path.is_file() and not path.is_symlink()
    )


@pytest.mark.parametrize("damage", ["garbage", "half", "format", "tables", "records", "empty"])
def test_a_damaged_cache_is_thrown_away_with_a_word(
    settled: Path, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    expected = hashes(run(settled, out).snapshot)
    path = out / "cache" / "cache.sqlite"
    if damage == "garbage":
        path.write_bytes(b"not a database at all" * 1000)
    elif damage == "half":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        with contextlib.closing(sqlite3.connect(path)) as database:
            if damage == "format":
                database.execute("PRAGMA user_version = 99")
            elif damage == "tables":
                database.execute("ALTER TABLE parsed DROP COLUMN stated_date")
            else:
                database.execute("UPDATE parsed SET record = substr(record, 1, 100)")
                database.execute("DELETE FROM built")
            database.commit()
    caplog.set_level(logging.WARNING)
    result = run(settled, out)
    assert hashes(result.snapshot) == expected
    assert result.parsed == 30
    assert ("thrown away" in caplog.text) == (damage != "empty")


def test_nothing_to_publish(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive", FILES)
    out = tmp_path / "out"
    run(archive, out)
    old = hashes(out / "latest")
    empty = write_archive(tmp_path / "empty", {"style.css": "x"})
    with pytest.raises(NothingFoundError, match=r"files: 1 ignored"):
        run(empty, out)
    assert hashes(out / "latest") == old


@pytest.mark.parametrize(
    "settings", [{"workers": -1}, {"keep": 1}, {"buckets": 3}, {"parser": "no_such_parser"}, {"limits": Limits(0)}]
)
def test_settings_that_make_no_sense(archive: Path, tmp_path: Path, settings: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        run(archive, tmp_path / "out", **settings)
    assert not (tmp_path / "out").exists()


def test_a_missing_archive_is_told_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="missing"):
        run(tmp_path / "missing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_every_exit_code_has_a_meaning() -> None:
    assert set(EXIT_CODES) == set(ExitCode)


_INTERRUPTED = """
import sys
from pathlib import Path
from pipeline.errors import InterruptedRunError
from run_helpers import run
from pipeline.settings import Limits
try:
    run(Path(sys.argv[1]), Path(sys.argv[2]), workers=2, limits=Limits())
except InterruptedRunError as error:
    print(error)
    sys.exit(int(error.exit_code))
"""


def _start(archive: Path, out: Path) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    return subprocess.Popen(
        [sys.executable, "-c", _INTERRUPTED, archive, out],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _parsed(out: Path) -> int:
    try:
        with contextlib.closing(sqlite3.connect(f"file:{out / 'cache/cache.sqlite'}?mode=ro", uri=True)) as database:
            (count,) = database.execute("SELECT count(*) FROM parsed").fetchone()
    except sqlite3.OperationalError:
        return 0
    return int(count)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_run_is_continued_by_the_next(tmp_path: Path, number: signal.Signals) -> None:
    files = {f"d{at:03}.txt": f"code: S1{at:04}\nmisdeed: linger\nstate: {tmp_path}/counts\n" for at in range(300)}
    archive, out = age(write_archive(tmp_path / "archive", files)), tmp_path / "out"
    with _start(archive, out) as process:
        _wait(lambda: _parsed(out) > 20)
        process.send_signal(number)
        assert process.stdout is not None
        said = process.stdout.read()
        assert process.wait() == (-9 if number == signal.SIGKILL else ExitCode.INTERRUPTED)
    assert not (out / "latest").exists()
    if number != signal.SIGKILL:
        assert number.name in said
        assert not list((out / "snapshots").iterdir())
    kept = _parsed(out)
    assert 20 < kept < 300
    result = run(archive, out, limits=Limits())
    assert result.parsed == 300 - kept
    assert hashes(result.snapshot) == hashes(run(archive, tmp_path / "clean", limits=Limits()).snapshot)


def test_a_stop_between_stages(archive: Path, tmp_path: Path) -> None:
    class Stopper:
        def begin(self, stage: str, total: int | None) -> None:
            del total
            if stage == "assemble":
                os.kill(os.getpid(), signal.SIGTERM)

        def advance(self, steps: int = 1) -> None:
            pass

    from pipeline.run import run_archive
    from pipeline.settings import RunSettings

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(InterruptedRunError):
        run_archive([archive], tmp_path / "out", settings=RunSettings(parser="fake_parser"), progress=Stopper())
    assert signal.getsignal(signal.SIGTERM) == before
    assert not list((tmp_path / "out" / "snapshots").iterdir())


def test_progress_is_told(archive: Path, tmp_path: Path) -> None:
    stages: list[tuple[str, int | None]] = []
    steps: dict[str, int] = {}

    class Watcher:
        def begin(self, stage: str, total: int | None) -> None:
            stages.append((stage, total))

        def advance(self, steps_done: int = 1) -> None:
            stage = stages[-1][0]
            steps[stage] = steps.get(stage, 0) + steps_done

    from pipeline.run import run_archive
    from pipeline.settings import RunSettings

    run_archive([archive], tmp_path / "out", settings=RunSettings(parser="fake_parser", buckets=2), progress=Watcher())
    assert stages == [("find", None), ("parse", 30), ("assemble", 2), ("publish", None)]
    assert steps == {"find": 30, "parse": 30, "assemble": 2}
