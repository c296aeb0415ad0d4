"""The command that checks whether a night can succeed here."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli_nightly import DEFAULT_FILE
from pipeline.cli_options import Json
from pipeline.exit_codes import ExitCode
from pipeline.terminal import defuse, print_json, print_rich

_STYLES = {"ok": "green", "warning": "yellow", "failure": "red"}


def doctor(
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings", "-s", metavar="FILE", help="The settings to check; else nightly.toml, if it is there."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="OUT", help="The output folder to check, without settings.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check this machine, the settings, permissions, disk space, the last snapshot and the cache.

    Nothing is changed. Ends with 1 where a run would fail, else with 0: warnings are for you to judge.
    """
    from pipeline import doctor as checks
    from pipeline.errors import PipelineError
    from pipeline.nightly_settings import load_settings
    from pipeline.settings import RunSettings

    findings: list[checks.Finding] = []
    chosen = None
    if settings is None and out is None and DEFAULT_FILE.is_file():
        settings = DEFAULT_FILE
    if settings is not None:
        try:
            chosen = load_settings(settings)
            findings.append(checks.Finding("settings", checks.OK, str(settings)))
        except PipelineError as error:
            findings.append(checks.Finding("settings", checks.FAILURE, str(error), "mend the file"))
    findings += checks.examine_machine(chosen.run if chosen is not None else RunSettings(language="full"))
    if chosen is not None:
        findings += checks.examine_archives(chosen.archives)
    folder = out or (chosen.output if chosen is not None else None)
    if folder is not None:
        findings += checks.examine_output(folder)
    if chosen is not None and chosen.textfile is not None:
        findings.append(checks.examine_textfile(chosen.textfile))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        grid = Table.grid(padding=(0, 2, 0, 0))
        for finding in findings:
            detail = Text(defuse(finding.detail))
            if finding.advice:
                detail.append(f"\n→ {finding.advice}", "bold")
            grid.add_row(Text(finding.status, _STYLES[finding.status]), Text(finding.check), detail)
        print_rich(grid)
    if any(finding.status == checks.FAILURE for finding in findings):
        raise typer.Exit(ExitCode.FAILED)
