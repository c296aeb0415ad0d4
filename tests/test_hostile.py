"""Hostile inputs in one archive: each gets its row and reason, its siblings are read, nothing is written elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hostile.archive import (
    CASES,
    EXPECTED,
    SHOWN,
    SIBLINGS,
    SPECIAL,
    is_expected,
    read_outcomes,
    write_cases,
    write_odd_files,
)
from run_helpers import rows

from pipeline.run import run_archive
from pipeline.settings import MEBIBYTE, Limits, RunSettings

LIGHT = [case for case in CASES if not case.heavy]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write_cases(folder / "archive", LIGHT)
    write_odd_files(folder / "archive")
    limits = Limits(cpu_seconds=8, wall_seconds=60.0, memory_bytes=700 * MEBIBYTE)
    run_archive([folder / "archive"], folder / "out", settings=RunSettings(workers=2, limits=limits))
    assert {path.name for path in folder.iterdir()} == {"archive", "out"}
    return folder / "out"


def test_every_input_and_member_has_its_row_and_its_outcome(out: Path) -> None:
    outcomes = {path: found for path, found in read_outcomes(out / "latest").items() if path not in SIBLINGS}
    assert {name: outcomes.pop(name) for name in SPECIAL} == {name: {"special_file"} for name in SPECIAL}
    wrong = {path[:SHOWN]: found for path, found in outcomes.items() if not is_expected(path, found)}
    assert not wrong
    light = {case.name for case in LIGHT}
    expected = {path for path in EXPECTED if path.partition("!/")[0] in light}
    assert {path[:SHOWN] for path in outcomes} == expected
    assert not [row["path"] for row in rows(out, "documents") if (row["reason"] or "").startswith("parser_error")]


def test_every_input_has_an_outcome_and_every_outcome_an_input() -> None:
    assert {path.partition("!/")[0] for path in EXPECTED} == {case.name for case in CASES}


def test_siblings_are_unharmed(out: Path) -> None:
    outcomes = read_outcomes(out / "latest")
    assert [outcomes[name] for name in SIBLINGS] == [{"parsed"}, {"parsed"}]


def test_names_are_unique_and_cases_of_a_kind_are_many() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) > 120


# In every process of the run, children too: Python imports a module of this name at its start.
_HOOK = """
import os, sys
_allowed = tuple(os.environ["WATCH_ALLOWED"].split(":"))
_log = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_CHANGING = {"os." + verb for verb in "mkdir remove rename rmdir link chmod truncate".split()}
_LEAVING = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn", "urllib.Request", "ftplib.connect"}
_TALKING = {"socket." + verb for verb in "connect bind sendto sendmsg getaddrinfo gethostbyname".split()}

def _hook(event, arguments):
    paths = ()
    if event == "socket.bind" and arguments[1] == ("::1", 0):
        return  # urllib3, loaded with the language detector, asks whether there is IPv6; it never listens
    if event in _LEAVING or event in _TALKING:
        os.write(_log, event.encode() + b"\\n")
    elif event == "subprocess.Popen" and os.path.realpath(arguments[0]) != os.path.realpath(sys.executable):
        os.write(_log, b"starts " + os.fsencode(arguments[0]) + b"\\n")
    elif event == "open" and isinstance(arguments[2], int):
        paths = arguments[:1] if arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) else ()
    elif event in _CHANGING:
        paths = arguments[:2]
    elif event == "os.symlink":
        paths = arguments[1:2]
    for path in paths:
        if isinstance(path, (str, bytes)):
            path = os.path.realpath(os.fsdecode(path))
            if path != os.devnull and not path.startswith(_allowed):
                os.write(_log, b"writes " + os.fsencode(path) + b"\\n")

sys.addaudithook(_hook)
"""
_RUN = """
import sys
from pathlib import Path
from pipeline import run
from pipeline.settings import RunSettings
run.run_archive([Path(sys.argv[1])], Path(sys.argv[2]), settings=RunSettings(workers=2))
"""


def watch(folder: Path, program: str, *arguments: str) -> list[str]:
    """What a program does that no run may do."""
    for name in ("hook", "temp"):
        (folder / name).mkdir()
    (folder / "hook" / "sitecustomize.py").write_text(_HOOK)
    allowed = [str((folder / name).resolve()) for name in ("out", "temp", "log")]
    environment = {
        "TMPDIR": str(folder / "temp"),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(folder / "hook"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "WATCH_ALLOWED": ":".join(allowed),
        "WATCH_LOG": allowed[2],
    }
    subprocess.run([sys.executable, "-c", program, *arguments], check=True, env=environment, timeout=120)
    return (folder / "log").read_text().splitlines()


def test_a_run_opens_no_connection_starts_nothing_else_and_writes_under_its_output_only(tmp_path: Path) -> None:
    names = ("script_and_files.pdf", "frames.html", "entity_storm.html", "dots.zip", "names.tar", "links.tar")
    write_cases(tmp_path / "archive", [case for case in CASES if case.name in names])
    outside = [path for path in Path("/tmp").iterdir() if "ulkona" in path.name]
    assert watch(tmp_path, _RUN, str(tmp_path / "archive"), str(tmp_path / "out")) == []
    assert not list((tmp_path / "temp").iterdir())
    assert [path for path in Path("/tmp").iterdir() if "ulkona" in path.name] == outside
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "hook", "log", "out", "temp"}


def test_the_watch_sees_what_it_is_there_for(tmp_path: Path) -> None:
    program = (
        "import pathlib, socket, subprocess, sys\n"
        "pathlib.Path(sys.argv[1]).write_text('x')\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))\n"
        "subprocess.run(['true'])\n"
    )
    seen = watch(tmp_path, program, str(tmp_path / "elsewhere"))
    assert [line.split(" ")[0] for line in seen] == ["writes", "socket.connect", "starts"]
