"""The command that shows a document beside its rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import Hush, Json
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json, print_text

if TYPE_CHECKING:
    from pipeline.explain.view import View


def explain(
    target: Annotated[
        str,
        typer.Argument(
            metavar="FILE|PROJECT_CODE",
            help="A description, or - for standard input; with --out a project_code or a document_id.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="OUT", help="Output folder of a run: explain a project of it.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE.html", help="Where to write; else NAME.explain.html here. -: print it."),
    ] = None,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Show personal data unmasked: for your eyes, not for publishing.")
    ] = False,
    quiet: Hush = False,
    as_json: Json = False,
) -> None:
    """Write a web page that shows a document beside its rows: which characters each value came from.

    The page stands alone and fetches nothing. Of a PDF it shows the pages too. Personal data is masked, and painted
    over on the pages, unless --restricted is given; then only you may read the page.
    """
    from pipeline.explain.page import write_page
    from pipeline.write import write_file

    view = _view(target, out, restricted=restricted)
    page = write_page(view)
    for note in view.notes:
        complain(note)
    if str(output) == "-":
        print_text(page)
    else:
        path = output or Path(f"{_stem(target, out)}.explain.html")
        try:
            write_file(path, page.encode(), private=restricted)
        except OSError as error:
            raise typer.BadParameter(f"{path} cannot be written: {error.strerror}", param_hint="--output") from error
        if as_json:
            print_json({"page": str(path), "status": view.document["status"], "notes": list(view.notes)})
        elif not quiet:
            print_text(str(path))
    if view.document["status"] == "quarantined":
        complain(str(view.document["reason"]))
        raise typer.Exit(ExitCode.INCOMPLETE)


def _view(target: str, out: Path | None, *, restricted: bool) -> View:
    from pipeline.explain.from_file import explain_file
    from pipeline.explain.from_snapshot import explain_project
    from pipeline.settings import Limits

    if out is not None:
        return explain_project(out, target, restricted=restricted)
    most = Limits().file_bytes
    try:
        if target == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(target).open("rb") as stream:
                data = stream.read(most + 1)
    except OSError as error:
        message = f"{target!r} cannot be read: {error.strerror}. For a project of a run add --out OUT"
        raise typer.BadParameter(message, param_hint="FILE|PROJECT_CODE") from error
    if len(data) > most:
        raise typer.BadParameter(f"{target!r} is larger than {most >> 20} MiB", param_hint="FILE|PROJECT_CODE")
    return explain_file(data, "standard input" if target == "-" else Path(target).name, restricted=restricted)


def _stem(target: str, out: Path | None) -> str:
    if target == "-":
        return "standard-input"
    # a code may begin with ?, which no file name should
    return "".join(sign if sign.isalnum() else "_" for sign in target) if out is not None else Path(target).name
