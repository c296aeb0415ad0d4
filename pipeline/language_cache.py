"""What the language stage remembers: results by text, area, parties and program; and what was made of them last.

One SQLite file beside the parser's cache. It may be thrown away at any time: the next run then only takes longer.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import OutputError

FORMAT = 1

_TABLES = """
CREATE TABLE IF NOT EXISTS result (
    key BLOB PRIMARY KEY, record BLOB, used INTEGER NOT NULL, part TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS result_part ON result (part);
CREATE TABLE IF NOT EXISTS built (
    part TEXT PRIMARY KEY, snapshot TEXT NOT NULL, digest TEXT NOT NULL, parts BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (number INTEGER NOT NULL);
"""


class LanguageCache:
    """Results of documents; ``record`` is None where a document's text could not be analysed."""

    def __init__(self, database: sqlite3.Connection, run: int) -> None:
        self._database = database
        self._run = run

    def find(self, keys: Iterable[bytes], part: str) -> dict[bytes, bytes | None]:
        """What is known of the documents of a bucket; they are marked as still in use there."""
        found: dict[bytes, bytes | None] = {}
        wanted = list(keys)
        for first in range(0, len(wanted), 500):
            some = wanted[first : first + 500]
            marks = ",".join("?" * len(some))
            rows = self._database.execute(f"SELECT key, record FROM result WHERE key IN ({marks})", some)  # noqa: S608
            found |= {bytes(key): record for key, record in rows}
            self._database.execute(
                f"UPDATE result SET used = ?, part = ? WHERE key IN ({marks})",  # noqa: S608 - question marks only
                (self._run, part, *some),
            )
        return found

    def store(self, results: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Keep results."""
        rows = ((key, record, self._run) for key, record in results)
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO result VALUES (?, ?, ?, '')", rows)

    def keep(self, part: str) -> None:
        """Results of a bucket that is linked are still in use."""
        self._database.execute("UPDATE result SET used = ? WHERE part = ?", (self._run, part))

    def built(self, snapshot: str) -> dict[str, tuple[str, bytes]]:
        """Part name → (digest of its inputs, its parts) of a snapshot."""
        rows = self._database.execute("SELECT part, digest, parts FROM built WHERE snapshot = ?", (snapshot,))
        return {part: (digest, parts) for part, digest, parts in rows}

    def remember_built(self, snapshot: str, rows: Iterable[tuple[str, str, bytes]]) -> None:
        """Keep of what the snapshot's tables were made; results that this run did not use are dropped."""
        with self._database:
            self._database.execute("DELETE FROM built")
            self._database.executemany(
                "INSERT INTO built VALUES (?, ?, ?, ?)",
                ((part, snapshot, digest, parts) for part, digest, parts in rows),
            )
            self._database.execute("DELETE FROM result WHERE used < ?", (self._run - 1,))


@contextlib.contextmanager
def open_language_cache(folder: Path) -> Iterator[LanguageCache]:
    """The cache in ``folder``; a damaged one is thrown away. Raises ``OutputError`` where it cannot be written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "language.sqlite"
    try:
        database, run = _open(path)
    except sqlite3.OperationalError as error:
        raise OutputError(f"the language cache cannot be written: {error}") from error
    except sqlite3.DatabaseError:
        discard_language_cache(folder)
        database, run = _open(path)
    try:
        yield LanguageCache(database, run)
    except sqlite3.OperationalError as error:
        raise OutputError(f"the language cache cannot be written: {error}") from error
    finally:
        database.close()


def discard_language_cache(folder: Path) -> None:
    for name in ("language.sqlite", "language.sqlite-wal", "language.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)


def _open(path: Path) -> tuple[sqlite3.Connection, int]:
    # it holds masked text's results only, and persons' names among them: its owner's alone
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    database = sqlite3.connect(path, timeout=60.0)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        (found,) = database.execute("PRAGMA user_version").fetchone()
        if found not in (0, FORMAT):
            raise sqlite3.DatabaseError("another format")
        with database:
            for statement in _TABLES.split(";"):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {FORMAT}")
            (last,) = database.execute("SELECT max(number) FROM run").fetchone()
            run = (last or 0) + 1
            database.execute("DELETE FROM run")
            database.execute("INSERT INTO run VALUES (?)", (run,))
    except BaseException:
        database.close()
        raise
    return database, run
