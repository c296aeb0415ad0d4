"""The command that compares tables with the truth of an invented archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import Json, Quiet
from pipeline.terminal import print_json, print_rich


def evaluate(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Output folder of a run, or with --archive the documents.")
    ],
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="The folder that make-archive wrote.")],
    archive: Annotated[
        bool, typer.Option("--archive", help="OUT is the archive itself: every document is parsed and judged here.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", "-j", metavar="N", help="Processes that parse.", min=1)] = 1,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the worst cases as a page.")
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say how often the extraction is right: by table, column and kind of document.

    A wrong value counts apart from a missing one.
    """
    from pipeline.evaluate.command import evaluate as judge
    from pipeline.evaluate.command import write_html
    from pipeline.evaluate.show import show_report
    from pipeline.progress_bar import watch_progress

    with watch_progress(quiet=quiet or as_json) as watcher:
        report = judge(out, truth, archive=archive, workers=workers, progress=watcher)
    if html is not None:
        write_html(report, html)
    if as_json:
        print_json(report.as_json())
    elif not quiet:
        print_rich(show_report(report))
