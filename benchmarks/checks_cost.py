"""What looking up codes and running checks costs, as a share of parsing and of a whole run: one command, one ratio.

``python -m benchmarks.checks_cost [--projects N]`` invents an archive, parses it in this process with a clock around
every entry to the look-ups (places, shares, codes derived) and the checks, and times a run over it with one worker,
whose last stage (code lists, organisations, checks between projects) counts in full. Ends with 1 at 5 % or more of
the run's parsing.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from parsers.parse import parse_document
from pipeline.run import run_archive
from pipeline.settings import RunSettings
from pipeline.synthetic.make import make_archive

TARGET = 0.05
ROUNDS = 3
PARTS = {
    "places looked up": "parsers.rows.resolve_place",
    "shares by area": "parsers.rows.allocate",
    "codes derived": "parsers.record.derive_columns",
    "checks": "parsers.record.check_rows",
}
LAST_STAGE = {"code lists, organisations, checks between projects": "pipeline.assemble_stage.write_archive_tables"}


@contextmanager
def timed(parts: dict[str, str], clock: Callable[[], float]) -> Iterator[Counter[str]]:
    """Seconds spent in each of the functions named, by what they are for."""
    spent: Counter[str] = Counter()

    def wrap(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the function takes and gives
            begun = clock()
            try:
                return function(*arguments, **named)
            finally:
                spent[name] += clock() - begun  # type: ignore[assignment]

        return call

    with ExitStack() as stack:
        for name, path in parts.items():
            module, _, function = path.rpartition(".")
            original = getattr(__import__(module, fromlist=[function]), function)
            stack.enter_context(patch(path, wrap(name, original)))
        yield spent


def measure_parsing(documents: Sequence[bytes]) -> tuple[float, Counter[str]]:
    """(CPU seconds of parsing, of which by part): the quickest of several rounds."""
    rounds = []
    for document in documents:
        parse_document(document)  # what is loaded once in a process is not counted
    for _ in range(ROUNDS):
        with timed(PARTS, time.process_time) as spent:
            begun = time.process_time()
            for document in documents:
                parse_document(document)
            rounds.append((time.process_time() - begun, spent))
    return min(rounds, key=lambda one: one[0])


def measure_run(archive: Path, out: Path) -> tuple[float, float, int]:
    """(seconds of a run without language, of which the last stage, projects)."""
    with timed(LAST_STAGE, time.perf_counter) as spent:
        begun = time.perf_counter()
        result = run_archive([archive], out, settings=RunSettings(workers=1, language="off"))
        return time.perf_counter() - begun, float(spent.total()), result.rows["projects"]


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 1 where the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks_cost", description=__doc__)
    parser.add_argument("--projects", type=int, default=300, help="projects to invent (300)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="hankekuvaus-checks-") as name:
        folder = Path(name)
        make_archive(folder, options.projects, 2020)
        paths = sorted(path for path in (folder / "archive").rglob("*") if path.is_file())
        parsing, parts = measure_parsing([path.read_bytes() for path in paths])
        whole, last, projects = measure_run(folder / "archive", folder / "out")
    print(f"{len(paths)} documents, {1000 * parsing / len(paths):.2f} ms of CPU each to parse, of which")
    for part, seconds in parts.most_common():
        print(f"  {part:20} {1000 * seconds / len(paths):7.3f} ms  {seconds / parsing:7.2%}")
    share = parts.total() / parsing
    print(f"look-ups and checks: {share:.2%} of parsing, {parts.total() / (parsing - parts.total()):.2%} added to it")
    added = parts.total() + last
    print(f"a run over the {projects} projects: {whole:.2f} s, its last stage {last:.3f} s ({last / whole:.2%})")
    ratio = added / (whole - added)
    print(f"look-ups, checks and the last stage add {ratio:.2%} to the rest of the run (target: below {TARGET:.0%})")
    return int(max(ratio, share) >= TARGET)


if __name__ == "__main__":
    raise SystemExit(main())
