"""The latest snapshot on a real S3 server: whole or absent, switched by one object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from run_helpers import run, write_archive
from s3_server import start_s3
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import OutputError
from pipeline.mirror import mirror_latest
from pipeline.remote import filesystem_of

FILES = {f"d{number}.txt": f"code: S1000{number}\nname: {number}\n" for number in range(8)}
URL = "s3://tables/kuvaukset"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with start_s3() as address:
        filesystem_of("s3://tables")[0].mkdir("tables")
        yield address


@pytest.fixture
def system(server: str) -> Iterator[Any]:
    assert server
    found, _ = filesystem_of(URL)
    yield found
    if found.exists("tables/kuvaukset"):
        found.rm("tables/kuvaukset", recursive=True)


def latest(system: Any) -> str:
    return str(json.loads(system.cat_file("tables/kuvaukset/latest.json"))["path"])


def check(system: Any, snapshot: Path) -> None:
    """What the pointer leads to is the local snapshot, byte by byte, without what is restricted."""
    root = f"tables/kuvaukset/{latest(system)}"
    found = {path.removeprefix(f"{root}/"): system.cat_file(path) for path in system.find(root)}
    local = {path.relative_to(snapshot).as_posix(): path.read_bytes() for path in snapshot.rglob("*") if path.is_file()}
    assert found == {name: data for name, data in local.items() if not name.startswith("restricted/")}
    assert len(found) > 20


def test_a_snapshot_is_published_and_the_next_one_copies_what_is_the_same(system: Any, tmp_path: Path) -> None:
    archive, out = write_archive(tmp_path / "archive", FILES), tmp_path / "out"
    first = run(archive, out, buckets=4, keep=2)
    done = mirror_latest(out, URL)
    assert (done.snapshot, done.copied, done.removed) == (first.snapshot.name, 0, ())
    check(system, first.snapshot)
    assert mirror_latest(out, URL).uploaded == 0, "it is there already"
    write_archive(archive, {"d0.txt": "code: S10000\nname: muuttui\n"})
    second = run(archive, out, buckets=4, keep=2)
    done = mirror_latest(out, URL)
    assert done.copied > done.uploaded > 0
    check(system, second.snapshot)
    run(archive, out, buckets=4, keep=2)
    assert mirror_latest(out, URL).removed == (first.snapshot.name,), "as it is kept here"


def test_restricted_tables_go_only_where_they_are_asked_for(system: Any, tmp_path: Path) -> None:
    result = run(write_archive(tmp_path / "archive", FILES), tmp_path / "out")
    mirror_latest(tmp_path / "out", URL, restricted=True)
    assert system.find(f"tables/kuvaukset/snapshots/{result.snapshot.name}/restricted")


@pytest.mark.parametrize("at", [0, 3, -1])
def test_a_fault_leaves_readers_what_they_had(
    system: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    archive, out = write_archive(tmp_path / "archive", FILES), tmp_path / "out"
    first = run(archive, out)
    mirror_latest(out, URL)
    write_archive(archive, {"d0.txt": "code: S10000\nname: muuttui\n"})
    second = run(archive, out)
    real = system.pipe_file
    count = 0

    def fail(path: str, *arguments: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        if count > at >= 0 or (at < 0 and path.endswith("latest.json")):
            raise ConnectionError(111, "no connection")
        return real(path, *arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(system, "pipe_file", fail)
        with pytest.raises(OutputError, match="untouched"):
            mirror_latest(out, URL)
    assert latest(system).endswith(first.snapshot.name)
    check(system, first.snapshot)
    mirror_latest(out, URL)
    check(system, second.snapshot)


def test_by_the_command_line(system: Any, tmp_path: Path) -> None:
    result = run(write_archive(tmp_path / "archive", FILES), tmp_path / "out")
    done = CliRunner().invoke(app, ["snapshots", "publish", str(tmp_path / "out"), URL])
    assert done.exit_code == 0, done.output
    assert result.snapshot.name in done.output
    check(system, result.snapshot)
    system.pipe_file("tables/kuvaukset/latest.json", b"[]")
    done = CliRunner().invoke(app, ["snapshots", "publish", str(tmp_path / "out"), URL])
    assert done.exit_code != 0
