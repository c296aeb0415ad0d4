"""The command that writes a snapshot for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import Json, Quiet
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json, print_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.export.notes import Note


def export(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The output folder of a run.", exists=True, file_okay=False)
    ],
    xlsx: Annotated[bool, typer.Option("--xlsx", help="One Excel workbook.")] = False,
    stata: Annotated[bool, typer.Option("--stata", help="A .dta for each table (Stata 14 and newer).")] = False,
    spss: Annotated[bool, typer.Option("--spss", help="A .sav for each table.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="A .csv for each table (UTF-8, comma).")] = False,
    output: Annotated[
        Path, typer.Option("--output", metavar="DIR", help="Where to write, in a folder for each format.")
    ] = Path("export"),
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="TABLE", help="Only this table; may be given again.")
    ] = None,
    labels: Annotated[str, typer.Option("--labels", metavar="fi|en", help="Language of the labels.")] = "fi",
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write the latest snapshot's tables for Excel, Stata, SPSS or as CSV, each with a codebook.

    Never the restricted ones. What a format cannot take as it is (long text, long names) is counted and said.
    """
    from pipeline.export.write import LANGUAGES, export_snapshot
    from pipeline.progress_bar import watch_progress
    from pipeline.snapshot import latest_snapshot

    wanted = {"csv": csv, "xlsx": xlsx, "stata": stata, "spss": spss}
    formats = [name for name, chosen in wanted.items() if chosen]
    if not formats:
        raise typer.BadParameter("choose a format: --xlsx, --stata, --spss or --csv", param_hint="FORMAT")
    if labels not in LANGUAGES:
        raise typer.BadParameter(f"{labels!r} is none of: {', '.join(LANGUAGES)}", param_hint="--labels")
    snapshot = latest_snapshot(out)
    if snapshot is None:
        complain(f"there is no snapshot under {out}; make one: hankekuvaus run ARCHIVE --out {out}")
        raise typer.Exit(ExitCode.USAGE)
    with watch_progress(quiet=quiet) as watcher:
        done = export_snapshot(snapshot, output, formats, tables=table or (), language=labels, progress=watcher)
    if as_json:
        print_json(
            [
                {
                    "format": one.format,
                    "files": [str(path) for path in one.files],
                    "limits": [
                        {"table": note.table, "column": note.column, "what": note.what, "values": note.count}
                        for note in one.notes
                    ],
                }
                for one in done
            ]
        )
        return
    for one in () if quiet else done:
        print_text(f"{one.format}: {len(one.files)} files in {one.files[0].parent}")
        for what, count in _sum_notes(one.notes).items():
            print_text(f"  {what}: {count} values (which: see the codebook)")


def _sum_notes(notes: Iterable[Note]) -> dict[str, int]:
    found: dict[str, int] = {}
    for note in notes:
        found[note.what] = found.get(note.what, 0) + note.count
    return found
