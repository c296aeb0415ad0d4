"""The report for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.console import Group as Lines
from rich.table import Table
from rich.text import Text

from pipeline.evaluate.judge import Cause
from pipeline.evaluate.report import Group, Report, Score, show_share
from pipeline.terminal import defuse

_CAUSES = 10
_SHOWN = 60
_WIDE = 110
"""Columns of a terminal that has room for all tiers."""
_GOOD, _FAIR = 0.999, 0.95
KIND_HEADS = (("typed", "Typed"), ("printed", "Printed"), ("text", "Text"), ("boundary", "Bounds"), ("rows", "Rows"))


def show_report(report: Report) -> RenderableType:
    """Scores by column, by kind of document, and the worst causes."""
    head = Text(f"{report.documents} documents", "bold")
    head.append(f", {report.unread_count} of them not read", "red" if report.unread_count else "default")
    return Lines(head, _Columns(report.scores), *_facets(report.groups), _causes(report.causes), *_unread(report))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Scores by column; a narrow terminal leaves out the loose tiers."""

    scores: tuple[Score, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        wide = options.max_width >= _WIDE
        heads = ("Precision", "Recall", "F1", *(("Folded", "Soft", "Alike") if wide else ()))
        grid = _grid("Column", "Values", *heads, "Wrong", "Miss", "Inv")
        table = ""
        for score in self.scores:
            if score.table != table:
                table = score.table
                grid.add_row(Text(table, "bold"))
            shares = (score.precision, score.recall, score.f1, score.f1_folded, score.f1_soft, score.similarity)
            counts = (score.wrong, score.missing, score.invented)
            grid.add_row(
                f"  {score.column}",
                str(score.truth),
                *(_share(share) for share in shares[: len(heads)]),
                *(Text(str(count) if count else "", "red" if at == 0 else "yellow") for at, count in enumerate(counts)),
            )
        yield grid


def _facets(groups: Iterable[Group]) -> list[RenderableType]:
    grid = _grid("Documents", "Number", *(head for _, head in KIND_HEADS), "Critical")
    facet = ""
    for group in groups:
        if group.facet != facet:
            facet = group.facet
            grid.add_row(Text(f"F1 by {facet.replace('_', ' ')}", "bold"))
        wrong = group.scores["critical"].wrong
        grid.add_row(
            Text(f"  {defuse(group.value)}"),
            str(group.documents),
            *(_share(group.scores[kind].f1) for kind, _ in KIND_HEADS),
            Text(str(wrong) if wrong else "", "red"),
        )
    note = Text("Critical: wrong sums, dates, ids and scores.", "dim")
    return [grid, note] if facet else []


def _causes(causes: Iterable[Cause]) -> Table:
    grid = _grid("Worst causes", "Times", "Documents", "Layout", "Truth / found", numbers=2)
    for cause in list(causes)[:_CAUSES]:
        worst = cause.cases[0]
        example = Text(_clip(worst.truth), "green")
        example.append(f"\n{_clip(worst.found)}", "red")
        grid.add_row(
            f"{cause.table}.{cause.column} {cause.outcome}",
            str(cause.count),
            str(cause.documents),
            cause.layout,
            example,
        )
    return grid


def _unread(report: Report) -> list[RenderableType]:
    return [
        Text(f"not read: {defuse(path)}: {defuse(reason)}") for path, reason in list(report.unread.items())[:_CAUSES]
    ]


def _clip(text: str | None) -> str:
    if text is None:
        return "–"
    line = defuse(" ".join(text.split()))
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _share(share: float | None) -> Text:
    style = "dim" if share is None else "green" if share >= _GOOD else "yellow" if share >= _FAIR else "red"
    return Text(show_share(share), style)


def _grid(*heads: str, numbers: int = 99) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        number = 0 < place <= numbers
        grid.add_column(head, justify="right" if number else "left", no_wrap=number, overflow="fold")
    return grid
