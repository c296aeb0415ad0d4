"""The command for a timer: one settings file, logs, metrics, and an exit code that a monitor can act on."""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import Accept, Json, Quiet
from pipeline.cli_run import end_run
from pipeline.errors import PipelineError
from pipeline.exit_codes import EXIT_CODES, ExitCode
from pipeline.terminal import defuse

if TYPE_CHECKING:
    from pipeline.nightly_settings import NightlySettings
    from pipeline.run import RunResult

logger = logging.getLogger(__name__)

SettingsFile = Annotated[
    Path, typer.Option("--settings", "-s", metavar="FILE", help="The settings: TOML, as in docs/nightly.md.")
]
DEFAULT_FILE = Path("nightly.toml")


def nightly(
    settings: SettingsFile = DEFAULT_FILE,
    accept: Accept = False,
    full: Annotated[bool, typer.Option("--full", help="Parse everything again, not only what changed.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file again instead of trusting its size and times.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Do what a settings file says: read what changed in its archives and publish, for a timer.

    Logs go to standard error, for people or as JSON lines, as the file says. The exit code says how it went.
    """
    from pipeline.logs import set_up_logging
    from pipeline.nightly_settings import load_settings

    chosen = load_settings(settings)
    set_up_logging(chosen.log.format, "error" if quiet else chosen.log.level)
    begun = time.monotonic()
    code = ExitCode.FAILED
    try:
        result = _run(chosen, accept=accept, full=full, verify=verify, quiet=quiet)
        code = result.exit_code
    except PipelineError as error:
        code = error.exit_code
        facts = {"exit_code": int(code), "findings": list(getattr(error, "findings", ()))}
        logger.error("%s", defuse(str(error)), extra={"facts": facts})
        raise typer.Exit(code) from error
    finally:
        _tell(chosen, code, time.monotonic() - begun)
    end_run(result, chosen.output, quiet=quiet or not (as_json or sys.stderr.isatty()), as_json=as_json)


def _run(chosen: NightlySettings, *, accept: bool, full: bool, verify: bool, quiet: bool) -> RunResult:
    from pipeline.logs import LoggedProgress
    from pipeline.progress_bar import watch_progress
    from pipeline.run import run_archive

    settings = replace(chosen.run, accept=accept, full=full, verify=verify or chosen.run.verify)
    if chosen.log.format == "text" and sys.stderr.isatty():
        with watch_progress(quiet=quiet) as watcher:
            result = run_archive(chosen.archives, chosen.output, settings=settings, progress=watcher)
    else:
        result = run_archive(chosen.archives, chosen.output, settings=settings, progress=LoggedProgress())
    facts = {
        "exit_code": int(result.exit_code),
        "snapshot": result.snapshot.name,
        "documents": result.documents,
        "files": result.files,
        "parsed": result.parsed,
        "seconds": result.seconds["total"],
        "acknowledged": result.acknowledged,
        "findings": list(result.gate.findings) if result.gate else [],
    }
    logger.info("published %s: %s", result.snapshot.name, EXIT_CODES[result.exit_code], extra={"facts": facts})
    return result


def _tell(chosen: NightlySettings, code: ExitCode, seconds: float) -> None:
    """Metrics, of failures too; that they cannot be written does not change how the run went."""
    from pipeline.metrics import write_metrics

    if chosen.textfile is None:
        return
    try:
        write_metrics(chosen.textfile, chosen.output, int(code), seconds)
    except OSError as error:
        logger.error("metrics %s cannot be written: %s", chosen.textfile, error.strerror)
