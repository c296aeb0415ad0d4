"""The command that erases a project's persons and keeps them out of later runs."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import Json
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json, print_text

if TYPE_CHECKING:
    from pipeline.forget.erase import Forgot


def forget(
    projects: Annotated[
        list[str], typer.Option("--project", "-p", metavar="CODE", help="A project_code; may be given again.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="OUT", help="Output folder of a run; else of nightly.toml, if it is there."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be erased; nothing is changed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Also projects of which no snapshot has a document: for later runs.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Erase the persons of a project from all snapshots and caches, and keep them out of later runs.

    Contacts are emptied, persons' rows removed, their names masked in every text. The archive itself, exports and
    backups are not touched: docs/privacy.md says what is left to do. There is no way back but a run without the
    project in OUT/forgotten.json.
    """
    from pipeline.forget.erase import check_projects, forget_projects

    folder = out or _output_of_settings()
    lost = check_projects(folder, projects)
    if lost and not unseen:
        complain(f"no snapshot under {folder} has {', '.join(lost)}; nothing was done (--unseen: for later runs)")
        raise typer.Exit(ExitCode.USAGE)
    if not yes and not dry_run:
        planned = forget_projects(folder, projects, dry_run=True)
        if not sys.stdin.isatty():
            complain("nothing was done: add --yes where nobody can be asked, or --dry-run to see what would be erased")
            raise typer.Exit(ExitCode.USAGE)
        typer.confirm(f"{_tell(planned, folder)}\nThis cannot be undone. Go on?", abort=True, err=True)
    done = forget_projects(folder, projects, dry_run=dry_run)
    if as_json:
        print_json(asdict(done))
        return
    print_text(_tell(done, folder))
    for path in done.left:
        complain(f"still names a person, and is none of ours: {folder / path}")
    if not dry_run:
        print_text("Not reached: the archive, exports, pages made with --restricted, backups. See docs/privacy.md.")


def _tell(done: Forgot, out: Path) -> str:
    verb = "would be forgotten" if done.dry_run else "forgotten"
    return (
        f"{', '.join(done.projects)}: {done.contacts:,} contact persons and {done.persons:,} persons named in text, "
        f"of {done.documents:,} documents in {done.snapshots:,} snapshots under {out}, {verb}; "
        f"{done.names:,} names and other values masked"
    )


def _output_of_settings() -> Path:
    from pipeline.nightly_settings import load_settings

    path = Path("nightly.toml")
    if not path.exists():
        complain("which output folder? Give --out OUT (there is no nightly.toml here)")
        raise typer.Exit(ExitCode.USAGE)
    return load_settings(path).output
