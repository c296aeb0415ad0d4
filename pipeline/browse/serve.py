"""The server: Datasette over a database that nothing writes to, on this machine only unless told otherwise."""

from __future__ import annotations

import errno
import importlib.util
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.browse.database import build_database, is_current
from pipeline.browse.describe import NAME, describe_browsing
from pipeline.browse.words import lemmatise
from pipeline.errors import OutputError, SettingsError
from pipeline.progress import Progress

if TYPE_CHECKING:
    from datasette.app import Datasette

PLUGIN = "hankekuvaus"
MISSING = "browse needs more to be installed: pip install 'hankekuvaus[browse]'"
_SETTINGS = {
    "default_page_size": 50,
    "max_returned_rows": 2000,
    "sql_time_limit_ms": 5000,
    "facet_time_limit_ms": 2000,
    "truncate_cells_html": 240,
    "suggest_facets": False,
    "default_cache_ttl": 0,
}


def check_installed() -> None:
    """Raise ``SettingsError`` where the extra is missing."""
    if any(importlib.util.find_spec(name) is None for name in ("datasette", "sqlite_utils")):
        raise SettingsError(MISSING)


def cache_database(out: Path, snapshot: Path, progress: Progress | None = None) -> tuple[Path, bool]:
    """The database of a snapshot in the cache of its output folder, made if it is not there; was it made?

    Those of other snapshots are removed. Raises ``PipelineError``.
    """
    folder = out / "cache" / "browse"
    path = folder / f"{snapshot.resolve().name}.sqlite"
    if is_current(path, snapshot):
        return path, False
    try:
        for made in (folder.parent, folder):
            made.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror}") from error
    build_database(snapshot, path, progress)
    for other in folder.iterdir():
        if other.name != path.name:
            other.unlink(missing_ok=True)
    return path, True


def make_datasette(snapshot: Path, database: Path, hosts: frozenset[str] | None = None) -> Datasette:
    """Datasette over the database, with our plugin; only one in a process at a time (its plugins are the process's)."""
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.plugins import pm

    from pipeline.browse.plugin import BrowsePlugin

    pm.get_plugin("datasette.handle_exception").rich = None  # it would print every local variable of what failed
    if (before := pm.get_plugin(PLUGIN)) is not None:
        pm.unregister(before)
    pm.register(BrowsePlugin(snapshot.resolve(), hosts), PLUGIN)
    served = Datasette(
        metadata=describe_browsing(snapshot.resolve().name),
        template_dir=str(resources.files("pipeline.browse").joinpath("templates")),
        settings=_SETTINGS,
    )
    served.remove_database("_memory")
    served.add_database(Database(served, path=str(database), is_mutable=False), name=NAME)
    return served


@contextmanager
def open_port(host: str, port: int) -> Iterator[socket.socket]:
    """A bound socket; raises ``SettingsError`` where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
            bound.listen(128)
        except (OSError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            advice = "choose another --host"
            if isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES):
                advice = f"another port: --port {port + 1 if 1023 < port < 65535 else 8001}"
            raise SettingsError(f"{host}:{port} cannot be served: {reason}; {advice}") from error
        yield bound


def is_loopback(host: str) -> bool:
    """Is it an address that only this machine reaches?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(served: Datasette, bound: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    import uvicorn

    config = uvicorn.Config(served.app(), log_level="warning", lifespan="on", workers=1, server_header=False)
    uvicorn.Server(config).run(sockets=[bound])


def allowed_hosts(host: str) -> frozenset[str] | None:
    """Names a browser may call a server by that listens at ``host``."""
    return frozenset({"localhost", "127.0.0.1", "[::1]", host}) if is_loopback(host) else None


def warm_up() -> None:
    """Load what the first search would wait for."""
    lemmatise("hanke")
