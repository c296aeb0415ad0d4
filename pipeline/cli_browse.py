"""The command that shows the tables in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import Json, Quiet
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json, print_text


def browse(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The output folder of a run.", exists=True, file_okay=False)
    ],
    host: Annotated[
        str, typer.Option("--host", help="Address to serve at; no other machine reaches the default.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", "-p", min=0, max=65535, help="Port to serve at; 0: any free one.")
    ] = 8001,
    build: Annotated[
        Path | None,
        typer.Option("--build", metavar="FILE", help="Only write the SQLite file, and serve nothing."),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Look at the latest snapshot's tables in a web browser: search, facets, SQL, CSV and JSON.

    Search knows Finnish: nuori finds nuorten. Served by Datasette on this machine only, and read-only; the restricted
    tables are not in it. Ctrl-C ends it. The SQLite file is kept in OUT/cache/browse until the snapshot changes.
    """
    from pipeline.browse.database import build_database
    from pipeline.browse.serve import check_installed
    from pipeline.progress_bar import watch_progress
    from pipeline.snapshot import latest_snapshot

    check_installed()
    snapshot = latest_snapshot(out)
    if snapshot is None:
        complain(f"there is no snapshot under {out}; make one: hankekuvaus run ARCHIVE --out {out}")
        raise typer.Exit(ExitCode.USAGE)
    snapshot = snapshot.resolve()
    if build is not None:
        with watch_progress(quiet=quiet) as watcher:
            size = build_database(snapshot, build, watcher)
        if as_json:
            print_json({"database": str(build), "bytes": size, "snapshot": snapshot.name})
        elif not quiet:
            print_text(f"{build}: {size:,} bytes. Look at it with any program that reads SQLite.")
        return
    _serve(out, snapshot, host=host, port=port, open_page=open_page, quiet=quiet, as_json=as_json)


def _serve(out: Path, snapshot: Path, *, host: str, port: int, open_page: bool, quiet: bool, as_json: bool) -> None:
    from pipeline.browse.serve import allowed_hosts, is_loopback, make_datasette, open_port, serve, warm_up

    with open_port(host, port) as bound, _database(out, snapshot, quiet=quiet) as database:
        warm_up()
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{bound.getsockname()[1]}/"
        if not is_loopback(host):
            complain(f"everybody who reaches {host} can read these tables: there is no password")
        if as_json:
            print_json({"address": address, "database": str(database), "snapshot": snapshot.name})
        elif not quiet:
            print_text(f"Snapshot {snapshot.name} at {address}  (Ctrl-C ends it)")
        if open_page:
            typer.launch(address)
        serve(make_datasette(snapshot, database, allowed_hosts(host)), bound)


@contextmanager
def _database(out: Path, snapshot: Path, *, quiet: bool) -> Iterator[Path]:
    """The database in the cache, or in a temporary folder where OUT cannot be written."""
    from pipeline.browse.database import build_database
    from pipeline.browse.serve import cache_database
    from pipeline.errors import OutputError
    from pipeline.progress_bar import watch_progress
    from pipeline.temporary import temporary_folder

    try:
        with watch_progress(quiet=quiet) as watcher:
            path, _ = cache_database(out, snapshot, watcher)
        yield path
        return
    except OutputError as error:
        complain(f"{error}; it is made in a temporary folder instead")
    with temporary_folder("browse") as folder:
        path = folder / "browse.sqlite"
        with watch_progress(quiet=quiet) as watcher:
            build_database(snapshot, path, watcher)
        yield path
