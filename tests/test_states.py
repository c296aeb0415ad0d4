"""Whatever happens to an archive between runs, and wherever one is killed: the next equals a full run elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from run_helpers import check_snapshot, hashes, run

HERE = Path(__file__).parent
NAMES = ("a.txt", "b.txt", "alta/c.txt", "alta/S10001_2016-05-02.txt", "d.html", "alta/d.html")
ZIPS = ("z.zip", "alta/y.zip")
BASE = "base.txt"
"""Always there: a run without any document publishes nothing."""

# Forks a child for each line (archive, output, number): it runs, and is killed at the so-manieth change of the disk.
_KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
import pipeline.run, run_helpers, fake_parser
from pipeline import cache, container_stage

cache.RACY_NS = container_stage.RACY_NS = 0
CHANGING = {"os." + verb for verb in "mkdir remove rename rmdir link symlink chmod truncate".split()}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
left = 0

def tick(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def hook(event, arguments):
    if event in CHANGING or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING):
        tick()

connect = sqlite3.connect

def connect_and_tick(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.set_trace_callback(tick)
    return connection

for line in sys.stdin:
    archive, out, number = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        left = int(number)
        sys.addaudithook(hook)
        sqlite3.connect = connect_and_tick
        try:
            run_helpers.run(Path(archive), Path(out))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else "ended", flush=True)
"""

documents = st.builds(
    lambda code, name, extra: f"code: S1000{code}\nname: Hanke {name}\n{extra}",
    st.integers(1, 4),
    st.integers(0, 5),
    st.sampled_from(("", "date: 2016-01-01T00:00:00Z\n", "date: 2018-01-01T00:00:00Z\n", "quarantine: no_text\n",
                     "misdeed: raise\n", "rows: 5\n", "ended: yes\n")),
)  # fmt: skip
names = st.sampled_from(NAMES)


class Archive(RuleBasedStateMachine):
    """An archive that changes, and an output that is kept up with it."""

    killer: subprocess.Popen[str]
    counts = {"runs": 0, "killed": 0}  # noqa: RUF012 - for all machines of a test

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="hankekuvaus-states-"))
        self.archive, self.out = self.folder / "archive", self.folder / "out"
        self.ticks = 1_000_000_000
        self.write(BASE, "code: S10009\nname: Pysyvä\n")

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def write(self, name: str, text: str) -> None:
        path = self.archive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.ticks += 1
        os.utime(path, (self.ticks, self.ticks))

    def files(self) -> list[Path]:
        return sorted(path for path in self.archive.rglob("*") if path.is_file() and path.name != BASE)

    def pick(self, number: int) -> Path | None:
        found = self.files()
        return found[number % len(found)] if found else None

    @rule(name=names, text=documents)
    def add_or_change(self, name: str, text: str) -> None:
        self.write(name, text)

    @rule(number=st.integers(0, 9), date=st.sampled_from(("2015", "2019")))
    def new_capture(self, number: int, date: str) -> None:
        path = self.pick(number)
        if path is not None and path.suffix != ".zip":
            self.write(f"uusi_{date}.txt", path.read_text() + f"date: {date}-06-01T00:00:00Z\n")

    @rule(number=st.integers(0, 9), name=names)
    def rename(self, number: int, name: str) -> None:
        path, target = self.pick(number), self.archive / name
        if path is not None and path.suffix == target.suffix:
            target.parent.mkdir(exist_ok=True)
            path.rename(target)

    @rule(number=st.integers(0, 9), name=names)
    def copy(self, number: int, name: str) -> None:
        path, target = self.pick(number), self.archive / name
        if path is not None and path != target and path.suffix != ".zip":
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(path, target)

    @rule(number=st.integers(0, 9))
    def remove(self, number: int) -> None:
        path = self.pick(number)
        if path is not None:
            path.unlink()

    @rule(number=st.integers(0, 9))
    def touch(self, number: int) -> None:
        path = self.pick(number)
        if path is not None:
            self.ticks += 1
            os.utime(path, (self.ticks, self.ticks))

    @rule(name=st.sampled_from(ZIPS), texts=st.lists(documents, min_size=1, max_size=3))
    def pack(self, name: str, texts: list[str]) -> None:
        path = self.archive / name
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as packed:
            for number, text in enumerate(texts):
                packed.writestr(zipfile.ZipInfo(f"{number}.txt"), text)

    @rule(number=st.integers(1, 400))
    def kill_a_run(self, number: int) -> None:
        assert self.killer.stdin is not None
        assert self.killer.stdout is not None
        self.killer.stdin.write(f"{self.archive}\t{self.out}\t{number}\n")
        self.killer.stdin.flush()
        self.counts["killed"] += self.killer.stdout.readline() == "killed\n"
        if (self.out / "latest").exists():
            check_snapshot((self.out / "latest").resolve())

    @rule(twice=st.booleans())
    def run_again(self, twice: bool) -> None:
        result = run(self.archive, self.out)
        self.counts["runs"] += 1
        fresh = self.folder / f"full{self.counts['runs']}"
        assert hashes(result.snapshot) == hashes(run(self.archive, fresh).snapshot)
        check_snapshot(result.snapshot.resolve())
        shutil.rmtree(fresh)
        if twice:
            again = run(self.archive, self.out)
            assert (again.read, again.parsed) == (0, 0)


def try_histories(monkeypatch: pytest.MonkeyPatch, examples: int, steps: int) -> dict[str, int]:
    """So many histories of so many steps; how many runs there were, and how many were killed."""
    for module in ("cache", "container_stage"):
        monkeypatch.setattr(f"pipeline.{module}.RACY_NS", 0)
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    ) as killer:
        Archive.killer, Archive.counts = killer, {"runs": 0, "killed": 0}
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Archive,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=True,
                database=None,
                phases=(Phase.generate,) if examples < 20 else tuple(Phase),
                suppress_health_check=list(HealthCheck),
            ),
        )
        assert killer.stdin is not None
        killer.stdin.close()
    return Archive.counts


def test_every_history_ends_as_a_full_run_does(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = int(os.environ.get("HANKEKUVAUS_HISTORIES", "4"))
    counts = try_histories(monkeypatch, examples, 12)
    print(counts)
    assert counts["runs"] >= examples / 2
    assert counts["killed"] >= 2
