"""The command that does the main job, and its closing summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.cli_options import Accept, Json, Limit, Ocr, Quiet
from pipeline.terminal import BROKEN_PIPE, defuse, print_json, print_rich

if TYPE_CHECKING:
    from pipeline.run import RunResult

MOST_SHOWN = 10
"""Files left out that the summary names; all of them are in the tables."""


def run(
    archives: Annotated[
        list[str], typer.Argument(metavar="ARCHIVE", help="Folders or files to read; also on s3:// and https://.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="Output folder; made if it is not there.")],
    workers: Annotated[
        int, typer.Option("--workers", "-j", metavar="N", help="Processes that parse; 0: one for each core.")
    ] = 0,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="Parse on a Dask cluster: its scheduler's address (tcp://…), or a TOML file with [slurm].",
        ),
    ] = "",
    full: Annotated[bool, typer.Option("--full", help="Parse everything again, not only what changed.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file again instead of trusting its size and times.")
    ] = False,
    keep: Annotated[int, typer.Option("--keep", metavar="N", help="Snapshots to keep, the new one included.")] = 5,
    ocr: Ocr = False,
    language: Annotated[
        str, typer.Option("--language", metavar="LEVEL", help="What to read out of free text: full, fast or off.")
    ] = "full",
    corrections: Annotated[
        Path | None,
        typer.Option(
            "--corrections", metavar="FILE", help="Corrections to apply; else OUT/corrections.csv.", exists=True
        ),
    ] = None,
    accept: Accept = False,
    acknowledged: Annotated[
        Path | None,
        typer.Option(
            "--acknowledged",
            metavar="FILE",
            help="Known bad documents (document_id) and files (path), one a line: the exit code does not count them.",
        ),
    ] = None,
    limit: Limit = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Read archives and publish their tables as a new snapshot under OUT.

    What is already known from an earlier run with the same OUT is not parsed again.
    The exit code says how it went: 0 all was read, 3 something was left out, 7 the new tables differ too much from the
    last ones and were not published.
    """
    from pipeline.left_out import read_acknowledged
    from pipeline.limits import parse_limits
    from pipeline.progress_bar import watch_progress
    from pipeline.remote import parse_place
    from pipeline.run import run_archive
    from pipeline.settings import RunSettings
    from pipeline.thresholds import Thresholds

    places = [parse_place(archive) for archive in archives]
    settings = RunSettings(
        corrections=str(corrections or ""),
        workers=workers,
        scheduler=scheduler,
        verify=verify,
        full=full,
        keep=keep,
        ocr=ocr,
        language=language,
        gate=Thresholds(),
        accept=accept,
        limits=parse_limits(limit or ()),
        acknowledged=tuple(read_acknowledged(acknowledged)) if acknowledged else (),
    )
    with watch_progress(quiet=quiet) as watcher:
        result = run_archive(places, out, settings=settings, progress=watcher)
    end_run(result, out, quiet=quiet, as_json=as_json)


def end_run(result: RunResult, out: Path, *, quiet: bool, as_json: bool) -> NoReturn:
    """Print how a run went and end with its exit code."""
    try:
        if as_json:
            print_json({**asdict(result), "exit_code": int(result.exit_code), "snapshot": str(result.snapshot)})
        elif not quiet:
            print_rich(show_result(result, out))
    except typer.Exit as ended:
        if ended.exit_code != BROKEN_PIPE:
            raise  # that nobody reads the summary does not change how the run went
    raise typer.Exit(result.exit_code)


def show_result(result: RunResult, out: Path) -> RenderableType:
    """The closing summary: counts, what was left out, and where to go on."""
    from pipeline.show import show_counts

    total = sum(result.documents.values())
    head = f"{total:,} documents in {result.seconds['total']:.1f} s"
    if total and result.parsed < total:
        head += f" ({result.parsed:,} parsed now, the others known from before)"
    text = result.language
    if text and text["level"] != "off":
        head += (
            f"\nFree text ({text['level']}): {text['sentences']:,} sentences, {text['entities']:,} entities, "
            f"{text['lemmas']:,} base forms of {text['documents']:,} documents "
            f"({text['analysed']:,} analysed now, {text['cached']:,} known from before) in {text['seconds']:.1f} s"
        )
        if lost := text["failed"] + text["lost_passages"]:
            head += f"; {lost:,} documents or pieces of them have no language rows"
    seconds = {name: value for name, value in result.seconds.items() if name != "total"}
    issues = dict(sorted(result.issues.items(), key=lambda item: (-item[1], item[0])))
    groups: tuple[dict[str, Mapping[str, float]], ...] = (
        {"Files": result.files, "Documents": result.documents, "Seconds": seconds},
        {"Rows": {name: count for name, count in result.rows.items() if not name.startswith("codes_")}},
        {"Issues": issues},
    )
    columns = Table.grid(padding=(0, 2, 0, 0))
    columns.add_row(*(show_counts(group) for group in groups))
    parts: list[RenderableType] = [Text(head, "bold"), Text(), columns]
    if lines := list_left_out(result.snapshot):
        parts.append(Text("Left out:", "yellow"))
        left_out = Table.grid(padding=(0, 2, 0, 0))
        left_out.add_column(overflow="fold", max_width=40)
        for path, reason in lines[:MOST_SHOWN]:
            left_out.add_row(Text(defuse(path)), Text(defuse(reason)))
        parts.append(left_out)
        if len(lines) > MOST_SHOWN:
            parts.append(Text(f"… and {len(lines) - MOST_SHOWN:,} more: tables documents and files, column reason"))
        parts.append(Text())
    if result.acknowledged:
        parts.append(Text(f"Of these {result.acknowledged:,} are acknowledged.", "dim"))
    if result.gate is not None and result.gate.findings:
        parts.append(Text("The gate objected; published all the same:", "yellow"))
        parts += [Text(f"  - {finding}") for finding in result.gate.findings]
    parts.append(Text(f"Tables: {out / 'latest' / 'tables'}", "bold"))
    if result.issues:
        parts.append(Text("What the issues mean: hankekuvaus issue-codes"))
    return Group(*parts)


def list_left_out(snapshot: Path) -> list[tuple[str, str]]:
    """(path, reason) of quarantined documents and of files that could not be read, by path."""
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    from pipeline.left_out import FINE

    tables = snapshot / "tables"
    lost = ~pc.field("status").isin(FINE)
    found: list[tuple[str, str]] = []
    for table, condition in (("documents", pc.field("status") == "quarantined"), ("files", lost)):
        rows = ds.dataset(tables / table).to_table(columns=["path", "reason"], filter=condition).to_pylist()
        found += [(row["path"], row["reason"] or "") for row in rows]
    return sorted(found)
