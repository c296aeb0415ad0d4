"""A Dask cluster gives the bytes that one machine gives, whatever dies in it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dask_cluster import HERE, start_cluster
from run_helpers import LIMITS, hashes, rows, run, write_archive
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.cluster import load_slurm, open_pools, start_slurm
from pipeline.cluster_task import OtherProgramError, describe_program, release, work
from pipeline.errors import SettingsError, WorkerError
from pipeline.exit_codes import ExitCode
from pipeline.progress import Stop
from pipeline.workers import Job

FILES = {f"{number % 3}/d{number}.txt": f"code: S10{number // 2:03}\nname: Hanke {number}\n" for number in range(60)}
BAD = {
    "abort.txt": "misdeed: abort\n",
    "spin.txt": "misdeed: spin\n",
    "raise.txt": "misdeed: raise\n",
    "odd.txt": "code: S10001\nvalue: surrogate\n",
}

_RUN = """
import json, sys
from pathlib import Path
from run_helpers import run
result = run(Path(sys.argv[1]), Path(sys.argv[2]), scheduler=sys.argv[3], buckets=2)
print(json.dumps({"parsed": result.parsed, "documents": result.documents}))
"""


def run_on(address: str, archive: Path, out: Path) -> str:
    """A run on the cluster, in a process of its own; what it counted."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, archive, out, address],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_cluster(tmp_path_factory.mktemp("dask") / "cluster", 2) as (found, _):
        yield found


@pytest.mark.slow
def test_same_bytes_on_a_cluster_poison_included(address: str, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive", FILES | BAD)
    local = run(archive, tmp_path / "local", buckets=2)
    assert local.documents == {"parsed": 61, "quarantined": 3}
    counted = run_on(address, archive, tmp_path / "out")
    assert '"parsed": 64' in counted
    assert hashes(tmp_path / "out" / "latest") == hashes(local.snapshot)
    reasons = {
        row["path"]: row["reason"].partition(":")[0]
        for row in rows(tmp_path / "out", "documents")
        if row["role"] is None
    }
    assert reasons == {"abort.txt": "crash", "spin.txt": "timeout", "raise.txt": "parser_error"}
    (archive / "0/d0.txt").rename(archive / "moved.txt")
    assert '"parsed": 0' in run_on(address, archive, tmp_path / "out"), "what moved is known on other machines, too"


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing(tmp_path: Path) -> None:
    lingering = {f"d{number:03}.txt": f"code: S1{number:04}\nmisdeed: linger\n" for number in range(300)}
    archive = write_archive(tmp_path / "archive", lingering)
    expected = hashes(run(archive, tmp_path / "local", buckets=2, workers=2).snapshot)
    with start_cluster(tmp_path / "cluster", 2) as (address, workers):

        def kill() -> None:
            deadline = time.monotonic() + 60
            while not _parsed(tmp_path / "out") and time.monotonic() < deadline:
                time.sleep(0.02)
            workers[0].kill()

        killer = threading.Thread(target=kill)
        killer.start()
        counted = run_on(address, archive, tmp_path / "out")
        killer.join()
        assert workers[0].poll() is not None
        assert workers[1].poll() is None
    assert '"parsed": 300' in counted
    assert hashes(tmp_path / "out" / "latest") == expected


def _parsed(out: Path) -> bool:
    from test_run import _parsed as count

    return count(out) > 0


def test_no_scheduler_no_file_no_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = write_archive(tmp_path / "archive", {"a.txt": "code: S1\n"})
    command = ["run", str(archive), "--out", str(tmp_path / "out"), "--language", "off", "--scheduler"]
    done = CliRunner().invoke(app, [*command, str(tmp_path / "none.toml")])
    assert isinstance(done.exception, SettingsError) or done.exit_code == ExitCode.USAGE
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"hankekuvaus\[dask\]"), open_pools("tcp://127.0.0.1:1", Stop()):
        pass
    assert not (tmp_path / "out" / "latest").exists()


def test_a_scheduler_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(WorkerError, match="no Dask scheduler answers"), open_pools("tcp://127.0.0.1:1", Stop()):
        pass


def test_workers_of_another_version_are_refused() -> None:
    job = Job("pipeline.parse_task:make_handler", {"parser": "fake_parser"}, LIMITS)
    with pytest.raises(OtherProgramError):
        work(job, describe_program(job) + "x", [])
    assert work(job, describe_program(job), []) == []
    assert release() == 1


SLURM = """
[slurm]
jobs = 4
cores = 8
processes = 8
memory = "16GB"
queue = "small"
account = "project_1"
walltime = "02:00:00"
job_extra_directives = ["--exclusive"]
job_script_prologue = ["module load python"]
"""


def test_slurm_settings_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "slurm.toml"
    for text, words in (
        (SLURM.replace("cores", "kores"), "kores"),
        (SLURM.replace("jobs = 4", "jobs = 0"), "1 or more"),
        ("jobs = 4", "unknown field"),
        ("[slurm", "slurm.toml"),
    ):
        file.write_text(text)
        with pytest.raises(SettingsError, match=words):
            load_slurm(file)
    file.write_text(SLURM)
    assert load_slurm(file).jobs == 4


def test_what_slurm_is_asked_for(tmp_path: Path) -> None:
    """Nothing is submitted before it is scaled; the script holds every setting."""
    file = tmp_path / "slurm.toml"
    file.write_text(SLURM)
    script = subprocess.run(
        [sys.executable, "-c", _SCRIPT, file], capture_output=True, text=True, check=True, cwd=HERE.parent
    ).stdout
    for words in (
        "-p small",
        "-A project_1",
        "-t 02:00:00",
        "--cpus-per-task=8",
        "--mem=15G",
        "--exclusive",
        "module load",
    ):
        assert words in script


_SCRIPT = """
import sys
from pathlib import Path
from pipeline.cluster import load_slurm, start_slurm
with start_slurm(load_slurm(Path(sys.argv[1]))) as cluster:
    print(cluster.job_script())
"""


def test_slurm_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "slurm.toml"
    file.write_text(SLURM)
    monkeypatch.setitem(sys.modules, "dask_jobqueue", None)
    with pytest.raises(SettingsError, match=r"hankekuvaus\[dask\]"):
        start_slurm(load_slurm(file))
