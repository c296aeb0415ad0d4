"""The small fixed sets that every ``make test`` measures: the same documents each time, made anew in seconds.

Held-out layouts are in none of them: nobody should learn them by mending a failed test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.records import Row
from pipeline.evaluate.archive import Extract, evaluate_archive, extract_document
from pipeline.evaluate.judge import Judgement
from pipeline.synthetic.layouts import LAYOUTS
from pipeline.synthetic.make import make_archive
from pipeline.synthetic.pdf_options import PDF_LAYOUTS

SEED = 2014


@dataclass(frozen=True, slots=True)
class SmallSet:
    """One set: what ``make_archive`` is asked for."""

    name: str
    projects: int
    formats: tuple[str, ...]
    layouts: tuple[str, ...]
    noise: float = 0.0
    forms: tuple[str, ...] = ("eura2014",)


def _names(*, trap: bool) -> tuple[str, ...]:
    return tuple(name for name, layout in LAYOUTS.items() if layout.trap == trap and not layout.held_out)


SMALL_SETS = (
    SmallSet("plain", 90, ("text", "html"), _names(trap=False)),
    SmallSet("trap", 40, ("text", "html"), _names(trap=True)),
    SmallSet("noise", 30, ("text", "html"), _names(trap=False), noise=0.01),
    SmallSet("eura2007", 60, ("text", "html"), _names(trap=False), forms=("eura2007",)),
    SmallSet("eura2007_noise", 60, ("text", "html"), _names(trap=False), noise=0.01, forms=("eura2007",)),
    SmallSet(
        "pdf",
        8,
        ("pdf",),
        tuple(name for name, one in PDF_LAYOUTS.items() if one.producer == "reportlab" and not one.held_out),
    ),
)
"""``pdf`` is printed by ReportLab, which needs nothing but Python."""


def make_small_sets(directory: Path) -> None:
    """Write the sets as archives, one in each sub-folder."""
    for one in SMALL_SETS:
        make_archive(directory / one.name, one.projects, SEED, one.formats, one.layouts, one.noise, forms=one.forms)


def measure_small_set(
    directory: Path,
    name: str,
    extract: Extract = extract_document,
    select: Callable[[Row], bool] = lambda _: True,
) -> Judgement:
    """Judge the documents of a set that ``select`` takes."""
    return evaluate_archive(directory / name, directory / name, extract=extract, select=select)
