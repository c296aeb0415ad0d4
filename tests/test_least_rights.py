"""What a run may do on a machine: no network, nothing written but its output, nothing left when it is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hostile.archive import CASES, write_cases
from run_helpers import rows
from test_hostile import watch

from pipeline.temporary import PREFIX, collect_temporary_folders, temporary_folder

ROOT = Path(__file__).parent.parent
SCRIPT = Path(sys.executable).with_name("hankekuvaus")
SAMPLES = ROOT / "data" / "sample" / "archive" / "every_format"
FILES = ("S29001/S29001.txt", "S29002/S29002.txt", "A79001/A79001_service.html")

PROJECTS = {"A79001", "S29001", "S29002"}

_WHOLE_RUN = """
import sys
from pathlib import Path
from pipeline.run import run_archive
from pipeline.settings import RunSettings
from pipeline.thresholds import Thresholds
result = run_archive(
    [Path(sys.argv[1])], Path(sys.argv[2]), settings=RunSettings(workers=2, language="full", gate=Thresholds())
)
assert result.rows["sentences"] and result.rows["lemmas"], result.rows
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in FILES:
        path = SAMPLES / name
        shutil.copy(path if path.exists() else next(path.parent.glob("*.html")), folder)
    write_cases(folder, [case for case in CASES if case.name in ("frames.html", "links.tar", "script_and_files.pdf")])
    return folder


def test_the_whole_run_is_watched_with_language_and_report(tmp_path: Path, archive: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    assert watch(folder, _WHOLE_RUN, str(archive), str(folder / "out")) == []
    assert (folder / "out" / "latest" / "report" / "index.html").is_file()
    assert not list((folder / "temp").iterdir())


def projects(out: Path) -> set[str]:
    return {row["project_code"] for row in rows(out, "projects")}


def in_no_network(command: list[str]) -> list[str]:
    """The command in a network namespace of its own, which has nothing in it but a loopback that is down."""
    for unshare in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare") and not subprocess.run([*unshare, "true"], capture_output=True).returncode:
            return [*unshare, *command]
    pytest.skip("this system lets nobody make a network namespace; the watch above looks at the same")


def test_a_run_needs_no_network(tmp_path: Path, archive: Path) -> None:
    probe = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    refused = subprocess.run(in_no_network([sys.executable, "-c", probe]), capture_output=True, text=True, check=False)
    assert "unreachable" in refused.stderr
    command = [str(SCRIPT), "run", str(archive), "--out", str(tmp_path / "out"), "--quiet"]
    done = subprocess.run(in_no_network(command), capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 3, done.stderr  # something was left out: the hostile ones
    assert projects(tmp_path / "out") >= PROJECTS
    assert rows(tmp_path / "out", "sentences")


@pytest.mark.parametrize("moment", ["cache", "snapshot"])
def test_a_killed_run_leaves_nothing_that_the_next_does_not_collect(tmp_path: Path, archive: Path, moment: str) -> None:
    """Killed while it reads, and while it writes tables; its children end with it."""
    out, temp = tmp_path / "out", tmp_path / "temp"
    temp.mkdir()
    command = [str(SCRIPT), "run", str(archive), "--out", str(out), "--quiet", "--language", "off"]
    environment = os.environ | {"TMPDIR": str(temp)}
    pattern = {"cache": "cache/cache.sqlite", "snapshot": "snapshots/.unfinished-*"}[moment]
    with subprocess.Popen(command, env=environment, start_new_session=True) as process:
        deadline = time.monotonic() + 60
        while not list(out.glob(pattern)):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    while _session(process.pid):
        assert time.monotonic() < deadline, "children outlive the run"
        time.sleep(0.01)
    assert not list(temp.iterdir())
    assert not (out / "latest").exists()
    done = subprocess.run(command, env=environment, timeout=120, check=False)
    assert done.returncode == 3
    assert not list(temp.iterdir())
    assert [path.name for path in (out / "snapshots").iterdir()] == [(out / "latest").resolve().name]
    assert {path.name for path in out.iterdir()} <= {".lock", "cache", "latest", "snapshots"}
    assert projects(out) >= PROJECTS


def _session(leader: int) -> list[int]:
    """Living processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = path.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == leader and state != "Z":
            found.append(int(path.parent.name))
    return found


def test_temporary_folders_are_private_and_gone_after_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    program = (
        "import os, signal\nfrom pipeline.temporary import temporary_folder\n"
        "with temporary_folder('test') as folder:\n"
        "    (folder / 'secret').write_text('x')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.glob(f"{PREFIX}test-*")
    assert left.stat().st_mode & 0o777 == 0o700
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    (tmp_path / f"{PREFIX}file").write_text("not ours")
    with temporary_folder("test") as folder:
        assert not left.exists()
        assert collect_temporary_folders(tmp_path) == 0, "one that is held stays"
        assert folder.is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere", f"{PREFIX}link", f"{PREFIX}file"}
