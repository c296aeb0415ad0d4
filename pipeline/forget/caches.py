"""The caches without some projects: rows removed, and the files written anew, so that no freed page keeps them."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from parsers.erase import Names
from pipeline.cache import FORMAT, discard_cache, shard_of
from pipeline.language import WHOLE
from pipeline.language_cache import FORMAT as LANGUAGE_FORMAT
from pipeline.language_cache import discard_language_cache
from pipeline.write import part_name

_SIDES = ("", "-wal", "-shm", "-journal")


def erase_caches(folder: Path, codes: Collection[str], names: Iterable[Names], buckets: Iterable[int]) -> None:
    """Remove the projects from what runs remember; their documents are read again. Raises ``OSError``.

    ``buckets``: numbers of buckets of the snapshots. A cache that cannot be read is thrown away: that only costs time.
    """
    parts = {part_name(shard_of(code) & (count - 1)) for code in codes for count in buckets}
    people = sorted({name for one in names for name in (*one.people, *one.printed)})

    def erase_documents(database: sqlite3.Connection) -> None:
        for code in codes:
            database.execute("DELETE FROM parsed WHERE project_code = ?", (code,))
            database.execute("DELETE FROM built WHERE bucket = (? & (buckets - 1))", (shard_of(code),))

    def erase_results(database: sqlite3.Connection) -> None:
        for part in parts:
            database.execute("DELETE FROM result WHERE part = ?", (part,))
            database.execute("DELETE FROM built WHERE part = ?", (part,))
        database.execute("DELETE FROM built WHERE part = ?", (WHOLE,))
        database.execute("DELETE FROM result WHERE part = ''")
        for name in people:  # results that no bucket uses any more; texts in a record are not compressed
            database.execute("DELETE FROM result WHERE instr(record, ?) > 0", (name.encode(),))

    if not _rewrite(folder / "cache.sqlite", FORMAT, erase_documents):
        discard_cache(folder)
    if not _rewrite(folder / "language.sqlite", LANGUAGE_FORMAT, erase_results):
        discard_language_cache(folder)
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder / "browse")  # made anew where it is asked for


def _rewrite(path: Path, version: int, erase: Callable[[sqlite3.Connection], None]) -> bool:
    """Remove rows and write the database anew, without its free pages; False where it is better thrown away."""
    fresh = path.with_name(f".{path.name}.new")
    for side in _SIDES:
        fresh.with_name(fresh.name + side).unlink(missing_ok=True)
    if not path.exists():
        return True
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=60.0, isolation_level=None)) as database:
            (found,) = database.execute("PRAGMA user_version").fetchone()
            if found != version:
                return False
            database.execute("PRAGMA secure_delete = ON")
            database.execute("BEGIN IMMEDIATE")
            erase(database)
            database.execute("COMMIT")
            os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            database.execute("VACUUM INTO ?", (str(fresh),))
            busy, _, _ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy or any(path.with_name(path.name + side).exists() for side in _SIDES[1:]):
            return False  # somebody else reads it: its log must not meet the new file
    except sqlite3.Error:
        return False
    finally:
        if not path.exists():
            fresh.unlink(missing_ok=True)
    _sync(fresh)
    fresh.replace(path)
    return True


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
