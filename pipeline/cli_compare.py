"""The commands that say what changed, and what a run would do."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import Json, Limit
from pipeline.errors import OutputError
from pipeline.terminal import print_json, print_rich, print_text

_ALL = 1 << 62
_Given = Annotated[Path, typer.Argument(metavar="A", help="The older: a snapshot's folder, or an output folder.")]
_Other = Annotated[Path, typer.Argument(metavar="B", help="The newer: in the same way.")]


def diff(
    old: _Given,
    new: _Other,
    most: Annotated[
        int | None, typer.Option("--most", metavar="N", min=0, help="Changes to show; 50, or 10,000 on a page.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page instead.")] = None,
    as_json: Json = False,
) -> None:
    """Show what is different between two snapshots, value by value, with its cause.

    Of an output folder the latest snapshot is taken; the others are under OUT/snapshots. Personal data is masked.
    """
    from pipeline.compare.difference import choose_snapshot, compare_snapshots, describe_difference
    from pipeline.compare.show import show_difference, write_difference

    if most is None:
        most = _ALL if as_json else 10_000 if html is not None else 50
    found = compare_snapshots(choose_snapshot(old), choose_snapshot(new), most)
    if html is not None:
        try:
            html.write_text(write_difference(found), "utf-8")
        except OSError as error:
            raise OutputError(f"{html} cannot be written: {error.strerror}") from error
        if not as_json:
            print_text(str(html))
    if as_json:
        print_json(describe_difference(found))
    elif html is None:
        print_rich(show_difference(found, most))


def plan(
    archives: Annotated[
        list[str] | None, typer.Argument(metavar="ARCHIVE", help="As of a run; else those of --settings.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="OUT", help="Output folder of the run; else of --settings.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", "-s", metavar="FILE", help="Settings of the nightly run.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="What a run with --full would do.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="What a run with --verify would do.")] = False,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Say what a run would read and why, without doing it."""
    from pipeline.limits import parse_limits
    from pipeline.nightly_settings import load_settings
    from pipeline.plan import plan_run
    from pipeline.remote import parse_place
    from pipeline.settings import RunSettings

    run = RunSettings()
    places = [parse_place(archive) for archive in archives or ()]
    if settings is not None:
        chosen = load_settings(settings)
        run, places, out = chosen.run, places or chosen.archives, out or chosen.output
    if limit:
        run = replace(run, limits=parse_limits(limit))
    if not places or out is None:
        raise typer.BadParameter("give archives and --out, or --settings", param_hint="ARCHIVE")
    found = plan_run(places, out, replace(run, full=full, verify=verify or run.verify))
    if as_json:
        print_json(asdict(found) | {"to_read": found.to_read})
        return
    lines = [
        f"{found.files:,} files found; {found.known:,} of them need not be read",
        f"to be read: {found.new:,} new, {found.changed:,} changed, {found.again:,} once more, "
        f"{found.containers:,} containers ({found.bytes / 1e6:,.1f} MB)",
        f"gone since the last run: {found.gone:,}",
    ]
    if found.not_read:
        lines.append("not read: " + ", ".join(f"{number:,} {status}" for status, number in found.not_read.items()))
    if found.parser_changed:
        lines.append("the parser changed since the last run: what it touches is parsed again")
    lines.append(f"compared with: {found.latest or 'nothing; it would be the first snapshot'}")
    print_text("\n".join(lines))
