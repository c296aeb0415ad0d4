"""The command that compares a snapshot with the service's own list of projects."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import Json
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json, print_rich


def reconcile(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The output folder of a run.", exists=True, file_okay=False)
    ],
    project_list: Annotated[Path, typer.Argument(metavar="LIST", help="The service's list of projects, CSV or xlsx.")],
    output: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the differences: .csv or .parquet.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write all of it as a web page.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="Day of the list; else its name may tell."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare the latest snapshot with the service's own list of projects.

    What lists lose (commas, shifted cells, odd characters) is repaired where only one reading is possible, and told.
    A euro more or less is no difference.
    """
    from pipeline.names import date_in_name
    from pipeline.reconcile.compare import compare, read_archived
    from pipeline.reconcile.project_list import read_list
    from pipeline.reconcile.report import describe, summarise, write_csv, write_page, write_parquet
    from pipeline.show import show_counts
    from pipeline.snapshot import latest_snapshot
    from pipeline.write import write_file

    snapshot = latest_snapshot(out)
    if snapshot is None:
        complain(f"there is no snapshot under {out}; make one: hankekuvaus run ARCHIVE --out {out}")
        raise typer.Exit(ExitCode.USAGE)
    if output is not None and output.suffix not in (".csv", ".parquet"):
        raise typer.BadParameter(f"{output.name}: give a name that ends in .csv or .parquet", param_hint="--out")
    listed = read_list(project_list)
    named = date_in_name(project_list.name)
    day = as_of.date() if as_of else datetime.fromisoformat(named).date() if named else None
    found = compare(listed, read_archived(snapshot), day)
    try:
        if output is not None:
            write_file(output, write_csv(found) if output.suffix == ".csv" else write_parquet(found))
        if html is not None:
            title = f"{project_list.name} and snapshot {snapshot.name}"
            write_file(html, write_page(listed, found, title).encode())
    except OSError as error:
        complain(f"{error.filename} cannot be written: {error.strerror}")
        raise typer.Exit(ExitCode.OUTPUT) from error
    if as_json:
        print_json(describe(listed, found))
        return
    counts = summarise(listed, found)
    numbers = {name.replace("_", " "): count for name, count in counts.items() if isinstance(count, int)}
    groups = {"List and archive": numbers, "Differences": counts["differences"]}
    groups |= {"By column": counts["by_column"], "Repaired in the list": counts["repairs"]}
    print_rich(*(show_counts({name: group}) for name, group in groups.items() if group))
