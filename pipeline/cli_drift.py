"""The command that lists labels which are not printed as the forms print them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli_options import Json
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, defuse, print_json, print_rich

_SHOWN = 50


def drift(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The output folder of a run.", exists=True, file_okay=False)
    ],
    as_json: Json = False,
    every: Annotated[bool, typer.Option("--all", help=f"List all of them, not the first {_SHOWN}.")] = False,
) -> None:
    """Rank the labels that the forms do not know, and those that were read by likeness.

    A label that stands in many documents belongs into the form's data: as a variant of the nearest
    label, or as a label of its own. CONTRIBUTING.md says how.
    """
    from pipeline.drift import as_rows, find_drift
    from pipeline.snapshot import latest_snapshot

    snapshot = latest_snapshot(out)
    if snapshot is None:
        complain(f"{out} holds no snapshot; make one: hankekuvaus run ARCHIVE --out {out}")
        raise typer.Exit(ExitCode.USAGE)
    drifts = find_drift(snapshot)
    if as_json:
        print_json(as_rows(drifts))
        return
    if not drifts:
        print_rich(Text("Every label is printed as the forms print it."))
        return
    grid = Table(box=None, pad_edge=False)
    for head, side in (("Docs", "right"), ("Form", "left"), ("§", "left"), ("Label as printed", "left")):
        grid.add_column(head, justify="right" if side == "right" else "left", overflow="fold")
    for head in ("Read as", "Nearest known", "Letters", "Since"):
        grid.add_column(head, justify="right" if head == "Letters" else "left", overflow="fold")
    shown = drifts if every else drifts[:_SHOWN]
    for one in shown:
        cells = (one.form, one.section, defuse(one.label), one.known, one.nearest, str(one.distance), one.since or "–")
        grid.add_row(f"{one.documents:,}", *(Text(cell) for cell in cells))
    print_rich(grid)
    if len(shown) < len(drifts):
        print_rich(Text(f"{len(drifts) - len(shown):,} more: --all", "dim"))
