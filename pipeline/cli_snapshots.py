"""The commands about the snapshots of an output folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli_options import Hush, Json, examples
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json, print_rich, print_text

app = typer.Typer(
    name="snapshots",
    no_args_is_help=True,
    help="List, find, check, remove and go back to the snapshots of an output folder.",
)

Out = Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a run.", exists=True, file_okay=False)]


@app.command("list", epilog=examples("hankekuvaus snapshots list tables"))
def list_(out: Out, as_json: Json = False) -> None:
    """List the snapshots, oldest first, with what their runs counted."""
    from pipeline.show import show_snapshots
    from pipeline.snapshot import latest_snapshot, list_snapshots

    latest = latest_snapshot(out)
    rows = [_describe(folder, latest is not None and folder.name == latest.name) for folder in list_snapshots(out)]
    if as_json:
        print_json(rows)
    else:
        print_rich(show_snapshots(rows))


@app.command(epilog=examples("hankekuvaus snapshots path tables", "hankekuvaus snapshots path tables --json"))
def path(out: Out, as_json: Json = False) -> None:
    """Print the path of the latest snapshot, which stays as it is.

    For a long read: `latest` may be switched meanwhile, this path is not.
    """
    folder = _latest(out).resolve()
    if as_json:
        print_json({"snapshot": folder.name, "path": str(folder)})
    else:
        print_text(str(folder))


@app.command(epilog=examples("hankekuvaus snapshots verify tables"))
def verify(out: Out, quiet: Hush = False, as_json: Json = False) -> None:
    """Check the files of the latest snapshot against their hashes."""
    from pipeline.verify import verify_snapshot

    folder = _latest(out)
    try:
        count, faults = verify_snapshot(folder)
    except (OSError, ValueError) as error:
        complain(f"{folder / 'datapackage.json'} cannot be read: {type(error).__name__}")
        raise typer.Exit(ExitCode.FAILED) from error
    if as_json:
        print_json({"snapshot": folder.name, "files": count, "faults": faults})
    for fault in faults:
        complain(fault)
    if faults:
        complain("the snapshot is damaged; make a new one: hankekuvaus run ARCHIVE --out OUT --full")
        raise typer.Exit(ExitCode.FAILED)
    if not (quiet or as_json):
        print_text(f"{folder.name}: {count} files are as they were published")


@app.command(
    epilog=examples("hankekuvaus snapshots prune tables --keep 2", "hankekuvaus snapshots prune tables --days 90")
)
def prune(
    out: Out,
    keep: Annotated[
        int | None, typer.Option("--keep", metavar="N", min=1, help="Snapshots to keep; 2 where --days is not given.")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", metavar="DAYS", min=1, help="Remove snapshots older than this.")
    ] = None,
    quiet: Hush = False,
    as_json: Json = False,
) -> None:
    """Remove old snapshots; never the latest, never below two. Not while a run is going on."""
    from pipeline.lock import lock_output
    from pipeline.snapshot import FEWEST, collect_leftovers
    from pipeline.snapshot import prune as prune_snapshots

    if keep is None:
        keep = FEWEST if days is None else sys.maxsize
    with lock_output(out):
        collect_leftovers(out)
        removed = prune_snapshots(out, keep, days=days)
    if as_json:
        print_json({"removed": list(removed)})
    elif not quiet:
        print_text("\n".join(f"removed {name}" for name in removed) or "nothing to remove")


@app.command(
    epilog=examples(
        "hankekuvaus snapshots rollback tables",
        "hankekuvaus snapshots rollback tables --to 20260301T021500Z-0a1b2c3d",
    )
)
def rollback(
    out: Out,
    to: Annotated[
        str | None, typer.Option("--to", metavar="SNAPSHOT", help="Its name; else the one before the latest.")
    ] = None,
    quiet: Hush = False,
    as_json: Json = False,
) -> None:
    """Make an earlier snapshot the latest again, in one step; nothing is removed.

    The next run compares with it and publishes anew: mend what was wrong first.
    """
    from pipeline.lock import lock_output
    from pipeline.snapshot import choose_earlier, latest_snapshot, switch_latest

    with lock_output(out):
        before = latest_snapshot(out)
        name = choose_earlier(out, to)
        switch_latest(out, name)
    if as_json:
        print_json({"latest": name, "before": before.name if before else None})
    elif not quiet:
        print_text(f"latest is {name}; it was {before.name if before else 'nothing'}")


@app.command(
    epilog=examples(
        "hankekuvaus snapshots publish tables s3://bucket/kuvaukset",
        "hankekuvaus snapshots publish tables s3://b/k --json",
    )
)
def publish(
    out: Out,
    address: Annotated[str, typer.Argument(metavar="URL", help="Where on an object store: s3://bucket/prefix.")],
    restricted: Annotated[
        bool,
        typer.Option("--restricted", help="Publish restricted/ (personal data), too; who may read it is up to you."),
    ] = False,
    quiet: Hush = False,
    as_json: Json = False,
) -> None:
    """Put the latest snapshot on an object store and switch its pointer, URL/latest.json, in one step.

    Readers see the old snapshot or the new one. Snapshots no longer kept in OUT are removed there.
    """
    from dataclasses import asdict

    from pipeline.lock import lock_output
    from pipeline.mirror import mirror_latest
    from pipeline.remote import show_url

    with lock_output(out):
        done = mirror_latest(out, address, restricted=restricted)
    if as_json:
        print_json(asdict(done))
    elif not quiet:
        print_text(
            f"latest of {show_url(address)} is {done.snapshot}: {done.uploaded} uploaded, {done.copied} copied there"
        )


def _latest(out: Path) -> Path:
    from pipeline.snapshot import latest_snapshot

    latest = latest_snapshot(out)
    if latest is None:
        complain(f"there is no snapshot under {out}; make one: hankekuvaus run ARCHIVE --out {out}")
        raise typer.Exit(ExitCode.USAGE)
    return latest


def _describe(folder: Path, latest: bool) -> dict[str, Any]:
    """What ``run.json`` says of a snapshot; a snapshot without one is listed all the same."""
    try:
        run = json.loads((folder / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        run = {}
    return {
        "snapshot": folder.name,
        "latest": latest,
        "finished_at": run.get("finished_at"),
        "outcome": run.get("outcome"),
        "documents": run.get("documents", {}),
        "projects": run.get("rows", {}).get("projects"),
    }
