"""What the notebooks share: where the tables are, Finnish numbers, and plots that can go into a report."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pyarrow.parquet as pq
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

SNAPSHOT = Path(os.environ.get("HANKEKUVAUS_TABLES") or Path(__file__).parent.parent / "data/tables/latest").resolve()
"""The snapshot that is read: by default the latest of ``make run``. Resolved once, so that a nightly run cannot change
it under our feet."""

FIGURES = os.environ.get("HANKEKUVAUS_FIGURES")
"""A folder to which every plot is saved as PNG, if wanted."""

BLUE, ORANGE, GREY, GREEN, RED, YELLOW = "#1f5a8a", "#d9822b", "#9aa5b1", "#3c8d5a", "#b3382c", "#d8b429"
LEVELS = {"region": "maakunta", "subregion": "seutukunta", "municipality": "kunta"}

plt.rcParams.update(
    {
        "figure.dpi": 110,
        "savefig.dpi": 150,
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 12,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "legend.frameon": False,
    }
)


def has(name: str) -> bool:
    """Is there such a table? Those of the language stage are missing where it was off."""
    return any((SNAPSHOT / "tables" / name).glob("part-*.parquet"))


def read(name: str) -> pd.DataFrame:
    """A table; whole numbers stay whole where some are missing."""
    if not has(name):
        raise FileNotFoundError(f"no table {name} in {SNAPSHOT}: run `make run`, or set HANKEKUVAUS_TABLES")
    return pd.read_parquet(SNAPSHOT / "tables" / name, dtype_backend="numpy_nullable")


def meanings(name: str) -> dict[str, str]:
    """What a table's columns mean, in Finnish: the files say it themselves."""
    part = min((SNAPSHOT / "tables" / name).glob("part-*.parquet"))
    return {field.name: (field.metadata or {}).get(b"description_fi", b"").decode() for field in pq.read_schema(part)}


def euros(value: float) -> str:
    """``1,85 milj. €`` or ``612 400 €``, with the spaces that do not break."""
    if pd.isna(value):
        return "–"
    if abs(value) >= 1e6:
        return f"{value / 1e6:.2f}".replace(".", ",") + "\u00a0milj.\u00a0€"
    return f"{value:,.0f}".replace(",", "\u00a0") + "\u00a0€"


def number(value: float, decimals: int = 0) -> str:
    """A number as Finnish prints it."""
    return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",")


def percent(value: float) -> str:
    return "–" if pd.isna(value) else f"{100 * value:.0f}\u00a0%"


def wrap(text: str, width: int = 46) -> str:
    return "\n".join(textwrap.wrap(str(text), width)) or str(text)


def finish(figure: Figure, name: str, note: str = "") -> None:
    """Put the source under a plot, and save it where ``HANKEKUVAUS_FIGURES`` says."""
    source = f"Lähde: rakennerahastohankkeiden kuvaukset, tilannevedos {SNAPSHOT.name}."
    text = textwrap.fill(f"{note} {source}".strip(), max(int(figure.get_figwidth() * 15), 60))
    figure.tight_layout()
    figure.text(0.01, -0.01, text, ha="left", va="top", fontsize=8, color="#555555")
    if FIGURES:
        figure.savefig(Path(FIGURES) / f"{name}.png", bbox_inches="tight")


def say_empty(axes: Axes, why: str = "Ei tietoja") -> None:
    """A plot without data says so."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, why, ha="center", va="center", color="#555555", transform=axes.transAxes)


def plot_bars(
    columns: Mapping[str, Iterable[float]],
    labels: Sequence[str],
    *,
    title: str,
    unit: str,
    colours: Sequence[str] = (BLUE, ORANGE),
    form: object = None,
    stacked: bool = False,
    value_labels: bool = True,
    width: float = 8.5,
) -> Figure:
    """Lying bars, the first on top: a colour for each column, names at the left, values at the ends."""
    found = {name: [0.0 if pd.isna(value) else float(value) for value in values] for name, values in columns.items()}
    rows = len(labels)
    each = 1 if stacked else len(found)
    wrapped = [wrap(label) for label in labels]
    high = max([0.26 + 0.2 * each, *(0.1 + 0.16 * (label.count("\n") + 1) for label in wrapped)])
    figure, axes = plt.subplots(figsize=(width, 1.4 + max(rows, 1) * high))
    axes.set_title(title, pad=28 if len(found) > 1 and rows else 8)
    if not rows:
        say_empty(axes)
        return figure
    thick = 0.8 / each
    left = [0.0] * rows
    show = form if callable(form) else (lambda value: number(value))
    for place, ((name, values), colour) in enumerate(zip(found.items(), colours, strict=False)):
        spots = [row if stacked else row - 0.4 + thick * (place + 0.5) for row in range(rows)]
        bars = axes.barh(spots, values, thick, left=left if stacked else None, color=colour, label=name)
        if stacked:
            left = [start + value for start, value in zip(left, values, strict=True)]
        elif value_labels:
            axes.bar_label(bars, [show(value) for value in values], padding=3, fontsize=8)
    axes.set_yticks(range(rows), wrapped, fontsize=9)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_xlabel(unit)
    if all(value == int(value) for values in found.values() for value in values):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 0 if value == int(value) else 1)))
    if not stacked and value_labels:
        axes.margins(x=0.16)
    if len(found) > 1:
        axes.legend(
            loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=5, fontsize=9, borderpad=0.1, columnspacing=1.2
        )
    return figure
