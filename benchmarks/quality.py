"""How often the extraction is right, on a large made-up archive: ``make quality`` writes ``docs/quality.md``.

``--small`` measures only the small sets of ``make test``; ``--raise`` raises their floors to what was measured,
``--lower REASON`` lowers those that were missed and records why. Needs the extra ``archive`` for PDFs (Debian's
chromium and libreoffice-writer-nogui too); without a producer its PDFs are left out, and the page says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.quality_page import Measured, Peer, write_quality_page
from models.records import Row
from parsers import PARSER_VERSION
from pipeline.evaluate.archive import Extract, evaluate_archive
from pipeline.evaluate.floors import find_falls, load_floors, lower_floors, measure_floors, raise_floors, save_floors
from pipeline.evaluate.judge import Judgement
from pipeline.evaluate.language import describe_quality
from pipeline.evaluate.small_sets import SMALL_SETS, make_small_sets, measure_small_set
from pipeline.synthetic.errors import MissingToolError
from pipeline.synthetic.layouts import LAYOUTS
from pipeline.synthetic.make import make_archive
from pipeline.synthetic.pdf_options import PDF_LAYOUTS, PRODUCERS

ROOT = Path(__file__).parent.parent
FLOORS = ROOT / "tests" / "quality" / "floors.json"
PAGE = ROOT / "docs" / "quality.md"
GOLD_LANGUAGE = ROOT / "tests" / "gold_language"
SEED = 2020
NOISE = 0.01
_PEER_DOCUMENTS = 100


@dataclass(frozen=True, slots=True)
class LargeSet:
    """An archive to be made and judged; ``share`` of the projects asked for."""

    name: str
    share: float
    formats: tuple[str, ...] = ("text", "html")
    layouts: tuple[str, ...] = ()
    noise: float = 0.0
    noise_inside: bool = False
    forms: tuple[str, ...] = ("eura2014",)


def plan_sets() -> list[LargeSet]:
    """The sets, PDFs by producer, so that a missing one costs only its own."""
    sets = [
        LargeSet("clean", 1.0),
        LargeSet("noise_outside", 0.25, noise=NOISE),
        LargeSet("noise_inside", 0.15, noise=NOISE, noise_inside=True),
        LargeSet("eura2007", 0.3, forms=("eura2007",)),
        LargeSet("eura2007_noise", 0.3, noise=NOISE, forms=("eura2007",)),
    ]
    for producer in PRODUCERS:
        names = tuple(name for name, layout in PDF_LAYOUTS.items() if layout.producer == producer)
        sets.append(LargeSet(f"pdf_{producer}", 0.01 * len(names), ("pdf",), names))
    return sets


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 1 where a floor was missed."""
    options = _read_arguments(arguments)
    with tempfile.TemporaryDirectory(prefix="hankekuvaus-quality-") as name:
        folder = Path(name)
        if not options.small:
            _write_page(folder, options)
        return _check_small_sets(folder / "small", options)


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--projects", type=int, default=2000, help="projects of the clean set (2000)")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="child processes")
    parser.add_argument("--small", action="store_true", help="only the small sets and their floors")
    parser.add_argument(
        "--raise", dest="raise_floors", action="store_true", help="raise the floors to what is measured"
    )
    parser.add_argument("--lower", metavar="REASON", help="lower the floors that are missed, and say why in the file")
    parser.add_argument("--out", type=Path, default=PAGE, help="the page to write")
    return parser.parse_args(arguments)


def _check_small_sets(folder: Path, options: argparse.Namespace) -> int:
    make_small_sets(folder)
    sums = {one.name: measure_small_set(folder, one.name).tally.sum_columns() for one in SMALL_SETS}
    measured = {name: measure_floors(columns) for name, columns in sums.items()}
    floors = load_floors(FLOORS) if FLOORS.exists() else {}
    if options.lower is not None:
        floors, lowered = lower_floors(floors, measured, options.lower)
        print(f"{len(lowered)} floors lowered", *lowered, sep="\n  ")
    if options.raise_floors:
        floors = raise_floors(floors, measured)
    if options.raise_floors or options.lower is not None:
        save_floors(floors, FLOORS)
    falls = [f"{name} {fall}" for name, part in floors.items() for fall in find_falls(part, sums.get(name, {}))]
    print(*falls, f"{len(falls)} columns below their floors", sep="\n")
    return 1 if falls else 0


def _write_page(folder: Path, options: argparse.Namespace) -> None:
    measured: dict[str, Measured] = {}
    missing: list[str] = []
    for one in plan_sets():
        projects = max(1, round(options.projects * one.share))
        started = time.perf_counter()
        try:
            made = make_archive(
                folder / one.name,
                projects,
                SEED,
                one.formats,
                one.layouts,
                one.noise,
                noise_inside=one.noise_inside,
                forms=one.forms,
            )
        except MissingToolError as error:
            missing.append(f"{one.name}: {error}")
            continue
        judged = time.perf_counter()
        judgement = evaluate_archive(folder / one.name, folder / one.name, workers=options.workers)
        measured[one.name] = Measured(one.name, projects, judgement)
        took = f"made in {judged - started:.1f} s, judged in {time.perf_counter() - judged:.1f} s"
        print(f"{one.name}: {made.documents} documents {took}", file=sys.stderr)
    peers = _measure_peers(folder, measured)
    words = f"{PARSER_VERSION}, Python {platform.python_version()}, hankekuvaus {version('hankekuvaus')}"
    command = f"python -m benchmarks.quality --projects {options.projects}"
    page = write_quality_page(measured, peers, missing, words, command, SEED, describe_quality(GOLD_LANGUAGE))
    options.out.write_text(page, encoding="utf-8")
    print(f"{options.out} written", file=sys.stderr)


def _measure_peers(folder: Path, measured: dict[str, Measured]) -> list[Peer]:
    """The peers and ourselves on the same documents: those each peer is made for, no held-out layouts."""
    from benchmarks.peer_plumber_regex import extract_by_plumber
    from benchmarks.peer_soup import extract_by_soup

    def judge(names: Sequence[str], extract: Extract | None, layouts: Sequence[str]) -> list[Judgement]:
        kept = [name for name in names if name in measured]
        choose = _first_of(layouts)
        if extract is None:
            return [evaluate_archive(folder / name, folder / name, select=choose) for name in kept]
        return [evaluate_archive(folder / name, folder / name, extract=extract, select=choose) for name in kept]

    pages = [name for name, one in LAYOUTS.items() if one.format == "html" and not one.held_out]
    service = [name for name in pages if name.startswith("service")]
    prints = [name for name, one in PDF_LAYOUTS.items() if not one.held_out]
    pdfs = [f"pdf_{producer}" for producer in PRODUCERS]
    peers = []
    for title, extract, names, layouts in (
        ("BeautifulSoup, `<div>` and `<p>`: the service's own pages", extract_by_soup, ["clean"], service),
        ("BeautifulSoup, `<div>` and `<p>`: all HTML layouts", extract_by_soup, ["clean"], pages),
        ("pdfplumber and regular expressions: PDFs", extract_by_plumber, pdfs, prints),
    ):
        theirs, ours = judge(names, extract, layouts), judge(names, None, layouts)
        if theirs:
            peers.append(Peer(title, theirs, ours))
    return peers


def _first_of(layouts: Sequence[str]) -> Callable[[Row], bool]:
    left = [_PEER_DOCUMENTS]

    def choose(document: Row) -> bool:
        if document["layout"] not in layouts or not left[0]:
            return False
        left[0] -= 1
        return True

    return choose


if __name__ == "__main__":
    sys.exit(main())
