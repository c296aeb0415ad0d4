"""The command that writes an archive of invented projects."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from pipeline.cli_options import Json, Quiet, split_names
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json, print_rich

_NAMES = "; names parted by commas, and an unknown one makes the command list them all."


def make_archive(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    projects: Annotated[int, typer.Option("--projects", metavar="N", help="How many projects.")] = 100,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed gives the same archive.")] = 1,
    formats: Annotated[str, typer.Option("--formats", help="Of text, html and pdf, parted by commas.")] = "text,html",
    layouts: Annotated[str, typer.Option("--layouts", help=f"Layouts to draw from (all){_NAMES}")] = "",
    encodings: Annotated[str, typer.Option("--encodings", help=f"Encodings to draw from (all){_NAMES}")] = "",
    noise: Annotated[float, typer.Option("--noise", help="Share of characters damaged, 0 to 0.05.")] = 0.0,
    noise_inside: Annotated[bool, typer.Option("--noise-inside", help="Damage values too.")] = False,
    form: Annotated[
        str, typer.Option("--form", help="eura2014, eura2007, or both, parted by commas: each project is on one.")
    ] = "eura2014",
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write an archive of invented projects, with the truth beside it.

    DIR/archive holds the documents, DIR/truth what stands in them, as tables.
    PDFs need more to be installed; the message says what is missing.
    """
    from pipeline.progress_bar import watch_progress
    from pipeline.show import show_counts
    from pipeline.synthetic.errors import MissingToolError, ToolFailedError
    from pipeline.synthetic.make import make_archive as write_archive

    try:
        with watch_progress(quiet=quiet or as_json) as watcher:
            watcher.begin("invent", projects)
            summary = write_archive(
                folder,
                projects,
                seed,
                split_names(formats),
                split_names(layouts),
                noise,
                lambda done, total: watcher.advance(),  # noqa: ARG005 - called once for each project
                noise_inside=noise_inside,
                encodings=split_names(encodings),
                forms=split_names(form),
            )
    except (ValueError, FileExistsError, MissingToolError) as error:
        complain(str(error))
        raise typer.Exit(ExitCode.USAGE) from error
    except ToolFailedError as error:
        complain(str(error))
        raise typer.Exit(ExitCode.FAILED) from error
    if as_json:
        print_json(asdict(summary))
    elif not quiet:
        head = f"{summary.documents:,} documents of {summary.projects:,} projects, {summary.bytes:,} bytes, in {folder}"
        print_rich(Text(head, "bold"), show_counts({"Layouts": summary.by_layout}))
