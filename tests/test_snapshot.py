"""Readers see the old snapshot or the new one, whatever happens to the run, and whenever."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from run_helpers import check_snapshot, hashes, rows, run, write_archive

from pipeline.errors import LockedError, OutputError
from pipeline.lock import lock_output
from pipeline.snapshot import (
    begin_snapshot,
    check_output,
    collect_leftovers,
    latest_snapshot,
    list_snapshots,
    prune,
    publish,
)

CALLS = ("fsync", "rename", "replace", "link", "symlink", "mkdir", "unlink", "rmdir")
"""Everything by which a run changes what is on the disk, but for the bytes themselves."""

FILES = {f"d{number}.txt": f"code: S1000{number}\nname: {number}\n" for number in range(8)}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A folder with ``archive`` and ``out``, a snapshot in it; since then the archive lost a file and got none."""
    archive = write_archive(tmp_path / "archive", FILES)
    for path in archive.iterdir():
        os.utime(path, (1e9, 1e9))
    run(archive, tmp_path / "out", buckets=2)
    run(archive, tmp_path / "out", buckets=2)
    (archive / "d0.txt").unlink()
    return tmp_path


def test_a_snapshot_is_complete_and_private_where_it_must_be(published: Path) -> None:
    out = published / "out"
    latest = out / "latest"
    assert latest.is_symlink()
    assert not latest.readlink().is_absolute(), "the folder may be moved"
    check_snapshot(latest)
    for path in (latest / "restricted").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)
    for path in (latest / "restricted", out / "cache"):
        assert path.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (out / "cache").iterdir())


def test_restricted_files_are_private_from_creation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open
    modes: dict[str, int] = {}

    def spy(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        handle = real(path, flags, mode, **more)
        if flags & os.O_CREAT:
            modes[str(path)] = os.fstat(handle).st_mode & 0o777
        return handle

    monkeypatch.setattr(os, "open", spy)
    before = os.umask(0)
    try:
        run(write_archive(tmp_path / "archive", FILES), tmp_path / "out")
    finally:
        os.umask(before)
    private = {path: mode for path, mode in modes.items() if "/restricted/" in path or "/cache/" in path}
    assert len(private) >= 2
    assert set(private.values()) == {0o600}


def _counted(action: Callable[[], None], at: int, after: bool) -> Callable[[], int]:
    """Let the ``at``-th of ``CALLS`` do ``action`` before or after its work; gives how many there were."""
    count = 0

    def wrap(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            nonlocal count
            count += 1
            due = count == at
            if due and not after:
                action()
            try:
                return real(*arguments, **more)
            finally:  # also after a call that fails: a file that is not there need not be removed
                if due and after:
                    action()

        return call

    for name in CALLS:
        setattr(os, name, wrap(getattr(os, name)))
    return lambda: count


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _run_killed(folders: list[Path], after: bool) -> list[int]:
    """A run in each folder, killed at its first, second, … call, but for the last; calls of those not killed."""
    done = subprocess.run(
        [sys.executable, __file__, str(int(after)), *map(str, folders)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    calls: list[int] = json.loads(done.stdout)
    return calls


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_every_call(published: Path, after: bool) -> None:
    """At every rename, link, fsync, mkdir and unlink: the latest snapshot is whole, and the next run makes it right."""
    expected = hashes(run(published / "archive", published / "clean", buckets=2).snapshot)
    old = hashes(published / "out" / "latest")
    (total,) = _run_killed([_copy(published, "count")], after)
    assert total > 60
    folders = [_copy(published, f"killed{at}") for at in range(1, total + 1)]
    assert _run_killed([*folders, _copy(published, "whole")], after) == [total]
    seen = set()
    for at, folder in enumerate(folders):
        latest = folder / "out" / "latest"
        check_snapshot(latest)
        found = hashes(latest)
        assert found in (old, expected)
        seen.add(found == old)
        for snapshot in list_snapshots(folder / "out"):
            check_snapshot(snapshot)
        if at % 5 == 0:
            result = run(folder / "archive", folder / "out", buckets=2)
            assert hashes(result.snapshot) == expected
            assert not [*(folder / "out" / "snapshots").glob(".*"), *(folder / "out").glob(".latest-*")]
    assert seen == {True, False}, "kills before and after the switch"


def _copy(published: Path, name: str) -> Path:
    folder = published / name
    folder.mkdir()
    shutil.copytree(published / "out", folder / "out", symlinks=True)
    (folder / "archive").symlink_to(published / "archive")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
def test_faults_of_the_disk_leave_the_old_snapshot(
    published: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    """Disk full and I/O error at every call: the run says so, the old snapshot stands, nothing is left behind."""
    expected = hashes(run(published / "archive", published / "clean", buckets=2).snapshot)
    old = hashes(published / "out" / "latest")
    messages = []

    def fail() -> None:
        raise OSError(fault, os.strerror(fault))

    # each fault at every other call, so that together they come at each
    for at in range(1 if fault == errno.ENOSPC else 2, 2000, 2):
        folder = _copy(published, f"fault{at}")
        out = folder / "out"
        with monkeypatch.context() as patch:
            for name in CALLS:
                patch.setattr(os, name, getattr(os, name))
            calls = _counted(fail, at, after=False)
            try:
                run(folder / "archive", out, buckets=2)
                published_now = True
            except OutputError as error:
                messages.append(str(error))
                published_now = False
        assert hashes(out / "latest") == (expected if published_now else old)
        check_snapshot(out / "latest")
        assert not list(out.glob(".latest-*"))
        if not published_now:
            assert len(list_snapshots(out)) == 2
        shutil.rmtree(folder)
        if calls() < at:
            break
    assert len(messages) > 30
    assert all(os.strerror(fault) in message for message in messages)


def test_a_full_disk_under_the_cache_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = write_archive(tmp_path / "archive", FILES)
    run(archive, tmp_path / "out")
    old = hashes(tmp_path / "out" / "latest")
    write_archive(archive, {f"new{number}.txt": f"code: S2{number:04}\nrows: 50\n" for number in range(50)})
    real = sqlite3.connect

    def connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
        database: sqlite3.Connection = real(*arguments, **more)
        database.execute("PRAGMA max_page_count = 40")
        return database

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        with pytest.raises(OutputError, match="full"):
            run(archive, tmp_path / "out")
    assert hashes(tmp_path / "out" / "latest") == old
    run(archive, tmp_path / "out")
    assert len(rows(tmp_path / "out", "documents")) == 58


def test_readers_never_see_a_mixture(tmp_path: Path) -> None:
    """While runs publish, a reader that resolves ``latest`` once always finds one whole snapshot."""
    archive, out = tmp_path / "archive", tmp_path / "out"
    write_archive(archive, FILES)
    run(archive, out)
    stop = threading.Event()
    problems: list[BaseException] = []
    reads = 0

    def read() -> None:
        nonlocal reads
        while not stop.is_set():
            try:
                check_snapshot((out / "latest").resolve(strict=True))
                reads += 1
            except BaseException as error:  # whatever it is, the test must hear of it
                problems.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(12):
            (archive / f"d{number % 8}.txt").rename(archive / f"e{number}.txt")
            write_archive(archive, {f"d{number % 8}.txt": FILES["d0.txt"]})
            run(archive, out, keep=2)
    finally:
        stop.set()
        reader.join()
    assert not problems
    assert reads > 10


def test_old_snapshots_are_pruned_but_never_the_last_two(tmp_path: Path) -> None:
    archive, out = write_archive(tmp_path / "archive", FILES), tmp_path / "out"
    results = [run(archive, out, keep=2) for _ in range(4)]
    assert [path.name for path in list_snapshots(out)] == sorted(result.snapshot.name for result in results[-2:])
    latest = latest_snapshot(out)
    assert latest is not None
    assert latest.samefile(results[-1].snapshot)
    assert prune(out, 0, results[-2].snapshot) == []


def test_unchanged_parts_are_links(tmp_path: Path) -> None:
    archive, out = write_archive(tmp_path / "archive", FILES), tmp_path / "out"
    first = run(archive, out, buckets=4)
    write_archive(archive, {"d0.txt": "code: S10000\nname: muuttui\n"})
    second = run(archive, out, buckets=4)
    assert second.linked_buckets == 3
    linked = [
        path
        for path in second.snapshot.rglob("*.parquet")
        if path.parent.name != "changes" and path.samefile(first.snapshot / path.relative_to(second.snapshot))
    ]
    assert len(linked) > 20
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in linked if "restricted" in str(path))
    assert any("restricted" in str(path) for path in linked)


def test_a_damaged_part_is_not_taken_over(tmp_path: Path) -> None:
    archive, out = write_archive(tmp_path / "archive", FILES), tmp_path / "out"
    first = run(archive, out)
    expected = hashes(first.snapshot)
    part = first.snapshot / "tables" / "projects" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-1])
    second = run(archive, out)
    assert second.linked_buckets == 0
    assert hashes(second.snapshot) == expected
    assert hashes(first.snapshot) != expected, "never written in place"


def test_one_run_at_a_time(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive", FILES)
    (tmp_path / "out").mkdir()
    with (
        lock_output(tmp_path / "out"),
        pytest.raises(LockedError, match=f"in use by process {os.getpid()} on .* since 20"),
    ):
        run(archive, tmp_path / "out")
    assert run(archive, tmp_path / "out").files == {"read": 8}


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    """Children do not inherit it: a killed run does not keep the next one out."""
    script = (
        "import subprocess, sys\nfrom pathlib import Path\nfrom pipeline.lock import lock_output\n"
        "with lock_output(Path(sys.argv[1])):\n"
        "    child = subprocess.Popen(['sleep', '60'])\n    print(child.pid, flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        try:
            with pytest.raises(LockedError), lock_output(tmp_path):
                pass
            holder.kill()
            holder.wait()
            with lock_output(tmp_path):
                pass
        finally:
            os.kill(child, signal.SIGKILL)


def test_leftovers_are_collected(tmp_path: Path) -> None:
    check_output(tmp_path, [])
    draft = begin_snapshot(tmp_path)
    (tmp_path / ".latest-x").symlink_to("snapshots/x")
    (draft.folder / "datapackage.json").write_text("{}")
    assert latest_snapshot(tmp_path) is None
    assert list_snapshots(tmp_path) == []
    assert collect_leftovers(tmp_path) == 2
    assert list((tmp_path / "snapshots").iterdir()) == []
    final = publish(begin_snapshot(tmp_path))
    assert latest_snapshot(tmp_path) == final
    assert collect_leftovers(tmp_path) == 0


def test_output_is_checked_before_any_work(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive", FILES)
    (tmp_path / "file").write_text("x")
    (tmp_path / "odd" / "latest").mkdir(parents=True)
    for out, words in (
        (archive, "within each other"),
        (archive / "out", "within each other"),
        (tmp_path, "within each other"),
        (tmp_path / "file", "cannot be written"),
        (tmp_path / "file" / "out", "cannot be written"),
        (tmp_path / "odd", "no link of ours"),
        (Path("/proc/out"), "cannot be written"),
    ):
        with pytest.raises(OutputError, match=words):
            run(archive, out)


def _main() -> None:
    after, folders = bool(int(sys.argv[1])), list(map(Path, sys.argv[2:]))
    survivors = []
    for at, folder in enumerate(folders, 1):
        read, write = os.pipe()
        child = os.fork()
        if not child:
            calls = _counted(_die, 0 if folder is folders[-1] else at, after)
            run(folder / "archive", folder / "out", buckets=2)
            os.write(write, str(calls()).encode())
            os._exit(0)
        os.close(write)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            survivors.append(int(os.read(read, 100)))
        os.close(read)
    sys.stdout.write(json.dumps(survivors))


if __name__ == "__main__":
    _main()
