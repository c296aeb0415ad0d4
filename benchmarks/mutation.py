"""Mutation testing of ``parsers/``: would the tests notice if the parser were wrong in one small place?

Random mutants, drawn with a seed, are each tried in a copy of the project, never in the work tree. The tests that run
the changed line come first, then those that run its function, then those of its module, until their time is used up.
One that fails, ends with a signal or runs on for ever kills the mutant. What survives is tried again with more tests.
Linux only.

Arguments: ``--mutants 400 --seed 1 --only text`` (part of a module's path) ``--json FILE``.
"""

from __future__ import annotations

import argparse
import compileall
import importlib
import json
import math
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    import pytest

from benchmarks.mutation_sites import Site, find_sites, mutate  # noqa: E402 - after the path is set

TESTS = (
    "allocations", "boxes", "checks", "encoding", "formats", "forms", "gold", "html_reader", "language_gold",
    "language_layer", "masking", "models", "mutations", "parser_edges", "pdf_odd", "pdf_reader", "places", "soundness",
    "text_reader", "values",
)  # fmt: skip
"""Those that call the parser in their own process and are quick. What others would notice besides does not count."""
BUDGETS = (6.0, 30.0)
"""Seconds of tests, as they take without a mutant: at first, and for what survives that."""
PRELOADED = (
    "lxml.html", "msgspec", "numpy", "pandas", "pdfplumber", "PIL.Image", "pyarrow.parquet", "pypdfium2",
    "pytest", "rapidfuzz", "regex", "selectolax.lexbor", "stdnum", "yaml", "models.tables", "models.forms",
)  # fmt: skip
# Chromium cannot start under a limit of memory
PYTEST = ("--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not chromium")
MEMORY = 6 << 30
TRACED_CALLS = 20
"""Lines are watched in so many calls of a function by a test; functions in all."""
EQUIVALENT = ROOT / "benchmarks" / "mutation_equivalent.json"
"""Mutants of which a person has said why nothing can tell them from the program: key to reason."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the tests do when nothing is wrong."""

    seconds: dict[str, float]
    """By test."""
    functions: dict[str, set[str]]
    """``path:function`` to tests."""
    lines: dict[str, set[str]]
    """``path:line`` to tests."""


def copy_project(tree: Path) -> None:
    """Everything that is or would be committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - our own words
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    for package in ("models", "parsers", "pipeline"):
        compileall.compile_dir(tree / package, quiet=1)


def run_tests(arguments: Sequence[str], plugin: object, seconds: float, log: Path) -> str:
    """Run pytest in a fork of this process; what became of it: ``passed``, ``failed``, ``timeout`` or ``crashed``."""
    child = os.fork()
    if not child:
        code = 70
        try:
            os.setpgid(0, 0)
            # soft limits only: a run within a test gives its children limits of its own
            for limit, value in ((resource.RLIMIT_CPU, math.ceil(seconds)), (resource.RLIMIT_AS, MEMORY)):
                resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))
            out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(out, 1)
            os.dup2(out, 2)
            sys.dont_write_bytecode = True
            import pytest

            code = int(pytest.main([*PYTEST, *arguments], plugins=[plugin, _Steady()]))
        except BaseException:  # pytest itself gave up: the parent must hear of it as of a failure
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    deadline = time.monotonic() + seconds * 8  # the machine may have other things to do
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "timeout"
        time.sleep(0.02)
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else "crashed"
    return {0: "passed", 5: "passed"}.get(os.WEXITSTATUS(status), "failed")


class _Steady:
    """Hypothesis tries the same examples for every mutant and remembers none."""

    def pytest_configure(self) -> None:
        import hypothesis  # not before pytest has seen that it is a plugin

        hypothesis.settings.register_profile("mutation", database=None, derandomize=True)
        hypothesis.settings.load_profile("mutation")


class _Recorder:
    """Times the tests and sees what of ``parsers/`` each runs. Writes it to a file at the end."""

    def __init__(self, tree: Path, target: Path) -> None:
        self.prefix = f"{tree}{os.sep}"
        self.target = target
        self.seconds: dict[str, float] = {}
        self.functions: dict[str, set[str]] = defaultdict(set)
        self.lines: dict[str, set[str]] = defaultdict(set)
        self.calls: Counter[Any] = Counter()
        self.failed: set[str] = set()
        self.test = ""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.test = nodeid
        self.calls.clear()
        sys.settrace(self._enter)
        self.begun = time.process_time()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        sys.settrace(None)
        self.seconds[nodeid] = round(time.process_time() - self.begun, 4)

    def pytest_sessionfinish(self) -> None:
        found = {
            "seconds": {test: seconds for test, seconds in self.seconds.items() if test not in self.failed},
            "functions": {key: sorted(tests - self.failed) for key, tests in self.functions.items()},
            "lines": {key: sorted(tests - self.failed) for key, tests in self.lines.items()},
            "failed": sorted(self.failed),
        }
        self.target.write_text(json.dumps(found), "utf-8")

    def _enter(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:  # noqa: ARG002
        code = frame.f_code
        if not code.co_filename.startswith(f"{self.prefix}parsers{os.sep}"):
            return None
        path = code.co_filename.removeprefix(self.prefix)
        self.calls[code] += 1
        if self.calls[code] > TRACED_CALLS:
            return None
        self.functions[f"{path}:{code.co_qualname.replace('.<locals>', '')}"].add(self.test)
        return self._step

    def _step(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any]:  # noqa: ARG002
        if event == "line":
            path = frame.f_code.co_filename.removeprefix(self.prefix)
            self.lines[f"{path}:{frame.f_lineno}"].add(self.test)
        return self._step


class _Chosen:
    """Only these tests, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.order = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self.order), key=lambda one: self.order[one.nodeid])


def choose_tests(site: Site, seen: Seen, budget: float) -> list[str]:
    """Tests that may see the mutant, nearest first as long as there is time, then by file."""
    module = {test for key, tests in seen.functions.items() if key.startswith(f"{site.path}:") for test in tests}
    near = [
        seen.lines.get(f"{site.path}:{site.line}", set()),
        seen.functions.get(f"{site.path}:{site.function}", set()),
        module or set(seen.seconds),
    ]
    chosen: dict[str, None] = {}
    left = budget
    for share, tests in zip((0.6, 0.8, 1.0), near, strict=True):
        for test in _spread(tests - chosen.keys(), seen.seconds):
            if left - seen.seconds[test] < budget * (1 - share):
                break
            chosen[test] = None
            left -= seen.seconds[test]
    files: dict[str, float] = defaultdict(float)
    for test in chosen:
        files[test.partition("::")[0]] += seen.seconds[test]
    return sorted(
        chosen, key=lambda test: (files[test.partition("::")[0]], test.partition("::")[0], seen.seconds[test])
    )


def _spread(tests: Iterable[str], seconds: dict[str, float]) -> list[str]:
    """The quickest of each file, then the next of each."""
    files: dict[str, list[str]] = defaultdict(list)
    for test in sorted(tests, key=lambda one: (seconds[one], one)):
        files[test.partition("::")[0]].append(test)
    ranked = [(place, seconds[test], test) for group in files.values() for place, test in enumerate(group)]
    return [test for _, _, test in sorted(ranked)]


def observe(tree: Path) -> Seen:
    """Run all tests once, watched; those that fail without a mutant are left out, and named."""
    files = [f"tests/test_{name}.py" for name in TESTS if (tree / "tests" / f"test_{name}.py").is_file()]
    target, log = tree.parent / "seen.json", tree.parent / "log"
    outcome = run_tests(["--maxfail=20", *files], _Recorder(tree, target), 3000, log)
    if not target.exists():
        raise SystemExit(f"the tests do not run ({outcome}):\n{log.read_text('utf-8')[-3000:]}")
    found = json.loads(target.read_text("utf-8"))
    if found["failed"]:
        print(f"left out, as they fail without a mutant: {', '.join(found['failed'])}", flush=True)
    functions, lines = ({key: set(tests) for key, tests in found[what].items()} for what in ("functions", "lines"))
    return Seen(found["seconds"], functions, lines)


def try_mutant(tree: Path, site: Site, seen: Seen) -> tuple[str, int]:
    """What became of it, and how many tests were to run."""
    target = tree / site.path
    source, times = target.read_text("utf-8"), target.stat()
    outcome, count = "passed", 0
    try:
        target.write_text(mutate(source, site.number), "utf-8")
        for budget in BUDGETS:
            tests = choose_tests(site, seen, budget)
            if len(tests) <= count:
                break
            count = len(tests)
            files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
            limit = 30 + 6 * sum(seen.seconds[test] for test in tests)
            outcome = run_tests(["-x", *files], _Chosen(tests), limit, tree.parent / "log")
            if outcome != "passed":
                break
    finally:
        target.write_text(source, "utf-8")
        os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))  # its compiled form is good again
    return ("survived" if outcome == "passed" else outcome), count


def wilson(successes: int, total: int) -> tuple[float, float]:
    """The interval that holds the true share in 95 of 100 cases (Wilson, 1927)."""
    if not total:
        return 0.0, 1.0
    z, share = 1.959964, successes / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return middle - half, middle + half


def draw_sites(mutants: int, seed: int, only: str) -> tuple[list[Site], int]:
    """The mutants to try, and of how many they are drawn."""
    sites = [
        site
        for path in sorted((ROOT / "parsers").rglob("*.py"))
        for site in find_sites(str(path.relative_to(ROOT)), path.read_text("utf-8"))
        if only in site.path
    ]
    return random.Random(seed).sample(sites, min(mutants, len(sites))), len(sites)  # noqa: S311 - a sample


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20_261_124)
    parser.add_argument("--minutes", type=float, default=240.0, help="begin no mutant after so long")
    parser.add_argument("--only", default="", help="part of a module's path")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks" / "results" / "mutation.json")
    parser.add_argument("--keys", type=Path, help="a file of earlier results: only what survived there")
    options = parser.parse_args(arguments)
    sites, total = draw_sites(options.mutants, options.seed, options.only)
    if options.keys:
        again = {one["key"] for one in json.loads(options.keys.read_text("utf-8"))["survivors"]}
        sites = [site for site in sites if site.key() in again]
    equivalent = json.loads(EQUIVALENT.read_text("utf-8")) if EQUIVALENT.exists() else {}
    with tempfile.TemporaryDirectory(prefix="hankekuvaus-mutation-") as name:
        tree = Path(name).resolve() / "project"
        tree.mkdir()
        copy_project(tree)
        os.chdir(tree)
        sys.path[:] = [str(tree), *(path for path in sys.path if path not in ("", str(ROOT)))]
        for module in PRELOADED:
            importlib.import_module(module)
        begun = time.monotonic()
        seen = observe(tree)
        print(f"{len(seen.seconds)} tests, {sum(seen.seconds.values()):.0f} s; observed in {_since(begun)}", flush=True)
        outcomes: Counter[str] = Counter()
        survivors = []
        for number, site in enumerate(sites, 1):
            if time.monotonic() - begun > options.minutes * 60:
                break
            outcome, tests = try_mutant(tree, site, seen)
            known = equivalent.get(site.key())
            if outcome == "survived" and known:
                outcome = "equivalent"
            outcomes[outcome] += 1
            if outcome in ("survived", "equivalent"):
                survivors.append({"key": site.key(), "line": site.line, "tests": tests, "equivalent": known})
                print(f"{number} {outcome} ({tests} tests) line {site.line} {site.key()}", flush=True)
            if number % 10 == 0:
                print(f"{number} of {len(sites)}: {dict(outcomes)}, {_since(begun)}", flush=True)
        os.chdir(ROOT)
    tried = outcomes.total()
    counted = tried - outcomes["equivalent"]
    killed = counted - outcomes["survived"]
    low, high = wilson(killed, counted)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    result = {
        "mutants": tried,
        "drawn_of": total,
        "seed": options.seed,
        "outcomes": dict(sorted(outcomes.items())),
        "killed": killed,
        "counted": counted,
        "killed_share": round(killed / counted, 4) if counted else None,
        "wilson_95": [round(low, 4), round(high, 4)],
        "cpu_seconds": round(sum(one.ru_utime + one.ru_stime for one in usage)),
        "survivors": survivors,
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{killed} of {counted} killed ({killed / max(1, counted):.1%}, 95 % interval {low:.1%} to {high:.1%})")
    return 0


def _since(begun: float) -> str:
    return f"{time.monotonic() - begun:.0f} s"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
