"""The command that scores the language layer on passages annotated by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import Json
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json


def evaluate_language(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Marked passages, JSON lines.")],
    systems: Annotated[
        str, typer.Option("--systems", metavar="NAMES", help="Only these, parted by commas; all by default.")
    ] = "",
    faults: Annotated[bool, typer.Option("--faults", help="List what is wrong, too.")] = False,
    as_json: Json = False,
) -> None:
    """Say how often places, organisations, sentences and base forms are right, beside simpler tools.

    Shares come with their 95 % confidence interval (Wilson) and the number they are of.
    """
    from pipeline.evaluate.language import evaluate_language as judge
    from pipeline.evaluate.language import format_scores, list_systems
    from pipeline.evaluate.language_gold import GoldError

    wanted = [name.strip() for name in systems.split(",") if name.strip()]
    known = dict(list_systems())
    if unknown := [name for name in wanted if name not in known]:
        complain(f"--systems {unknown[0]}: there are {', '.join(known)}")
        raise typer.Exit(ExitCode.USAGE)
    try:
        scores = judge(gold, [(name, known[name]) for name in wanted or known])
    except (OSError, ValueError, GoldError) as error:
        complain(f"{gold}: {error}")
        raise typer.Exit(ExitCode.USAGE) from error
    if as_json:
        print_json({score.name: {"counts": score.counts, "faults": score.faults} for score in scores})
        return
    typer.echo(format_scores(scores), nl=False)
    if faults:
        for score in scores:
            typer.echo("\n".join([f"\n{score.name}:", *score.faults]))
