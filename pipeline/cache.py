"""What a run remembers for the next: parsed documents, and files known by size and times. One SQLite file.

It may be killed at any moment (write-ahead log) and thrown away at any time: the next run then only takes longer. It
holds personal data, so it is its owner's alone. Everything that grows with the archive is kept here and not in memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.archive import PENDING, Member, suffix_of
from pipeline.errors import CorruptCacheError, OutputError
from pipeline.fingerprint import Versions
from pipeline.names import date_in_name
from pipeline.parse_task import ParseResult

FORMAT = 4
"""Raised with every change of the tables below: an older cache is thrown away."""

RACY_NS = 2_000_000_000
"""A file changed less than this before it was read may have changed again within one tick of its clock."""

_TABLES = """
CREATE TABLE IF NOT EXISTS parsed (
    document_id TEXT PRIMARY KEY, version TEXT NOT NULL, suffix TEXT NOT NULL, charset TEXT NOT NULL,
    limits TEXT, shard INTEGER NOT NULL, project_code TEXT, status TEXT NOT NULL, stated_date TEXT,
    ended INTEGER NOT NULL, final_report INTEGER NOT NULL, characters INTEGER NOT NULL, record BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS known (
    source BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
    document_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS container (
    source BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
    status TEXT NOT NULL, reason TEXT, terms TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS container_member (
    source BLOB NOT NULL, ordinal INTEGER NOT NULL, path TEXT NOT NULL, size INTEGER, status TEXT NOT NULL,
    reason TEXT, document_id TEXT, captured_at TEXT, charset TEXT NOT NULL, suffix TEXT NOT NULL, url TEXT,
    digest TEXT, PRIMARY KEY (source, ordinal)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forgotten (document_id TEXT PRIMARY KEY, terms TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS built (
    snapshot TEXT NOT NULL, bucket INTEGER NOT NULL, buckets INTEGER NOT NULL, digest TEXT NOT NULL,
    parts BLOB NOT NULL, PRIMARY KEY (snapshot, bucket)
) WITHOUT ROWID;
"""

_RUN_TABLES = """
DROP TABLE IF EXISTS member;
DROP TABLE IF EXISTS document;
CREATE TABLE member (
    seq INTEGER PRIMARY KEY, path TEXT NOT NULL, source BLOB, size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER,
    suffix TEXT NOT NULL, charset TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, document_id TEXT,
    captured_at TEXT, name_date TEXT, container INTEGER, ordinal INTEGER, url TEXT, digest TEXT
);
CREATE INDEX member_document ON member (document_id);
CREATE INDEX member_digest ON member (digest) WHERE digest IS NOT NULL;
CREATE INDEX member_container ON member (container) WHERE container IS NOT NULL;
CREATE TABLE document (
    document_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, path TEXT NOT NULL, bucket INTEGER, captured_at TEXT
) WITHOUT ROWID;
"""


def open_cache(folder: Path, versions: Versions, limits: str) -> Cache:
    """The cache in ``folder`` (made if need be); raises ``CorruptCacheError`` if it is damaged or of another format."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / "cache.sqlite"
    # SQLite gives its journal files the mode of the database
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with _faults():
        database = sqlite3.connect(path, timeout=60.0, isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA cache_size = -32000")
            (found,) = database.execute("PRAGMA user_version").fetchone()
            if found not in (0, FORMAT):
                raise CorruptCacheError(f"the cache has format {found}, this program writes {FORMAT}")
            database.executescript(f"BEGIN; {_TABLES} {_RUN_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
            database.execute("CREATE TEMP TABLE valid (version TEXT PRIMARY KEY) WITHOUT ROWID")
            database.executemany("INSERT INTO valid VALUES (?)", ((version,) for version in versions.valid()))
        except BaseException:
            database.close()
            raise
    return Cache(path, database, versions, limits)


def discard_cache(folder: Path) -> None:
    """Throw the cache away."""
    for name in ("cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)


def shard_of(key: str) -> int:
    """A number by which projects are spread over buckets: the same on every machine, for ever."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """Tell a damaged cache from a disk on which it cannot be written."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA):
            raise CorruptCacheError(f"the cache is not as it should be ({error.sqlite_errorname})") from error
        raise OutputError(f"the cache cannot be written: {error} ({error.sqlite_errorname})") from error
    except sqlite3.DatabaseError as error:
        raise CorruptCacheError(f"the cache is damaged ({type(error).__name__})") from error


class Cache:
    """One run's view of the cache: ``versions`` are those of the parser, ``limits`` what a document may cost.

    Within it table ``valid`` holds the versions of documents that need not be parsed again.
    """

    def __init__(self, path: Path, database: sqlite3.Connection, versions: Versions, limits: str) -> None:
        self.path = path
        self.versions = versions
        self.limits = limits
        self._database = database

    def close(self) -> None:
        self._database.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is done within."""
        with _faults():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def execute(self, sql: str, *arguments: object) -> sqlite3.Cursor:
        """A statement; within a ``transaction``."""
        return self._database.execute(sql, arguments)

    def secure(self) -> None:
        """From now on what is removed or replaced is overwritten."""
        with _faults():
            self._database.execute("PRAGMA secure_delete = ON")

    def truncate_log(self) -> None:
        """Empty the write-ahead log: it holds what was replaced."""
        with _faults():
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def query(self, sql: str, *arguments: object) -> Iterator[tuple[object, ...]]:
        """Rows of a query."""
        with _faults():
            yield from self._database.execute(sql, arguments)

    def forget(self) -> None:
        """Parse everything again."""
        with self.transaction():
            self._database.execute("DELETE FROM parsed")
            self._database.execute("DELETE FROM forgotten")
            self._database.execute("DELETE FROM known")
            self._database.execute("DELETE FROM container")

    # Finding

    def add_members(self, members: Iterable[Member]) -> int:
        """Note what was found; how many."""
        rows = (
            (
                member.path,
                member.source,
                member.size,
                member.mtime_ns,
                member.ctime_ns,
                suffix_of(member.path),
                member.charset or "",
                member.status,
                member.reason,
                member.captured_at,
                date_in_name(member.path.rpartition("/")[2]) if member.status == PENDING else None,
            )
            for member in members
        )
        sql = (
            "INSERT INTO member (path, source, size, mtime_ns, ctime_ns, suffix, charset, status, reason, captured_at, "
            "name_date) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        with self.transaction():
            return self._database.executemany(sql, rows).rowcount

    def recognise(self) -> None:
        """Members that are known by path, size and times, and parsed, need not be read."""
        with self.transaction():
            self._database.execute(
                """UPDATE member SET status = 'read', document_id = found.document_id
                FROM (SELECT known.* FROM known JOIN parsed USING (document_id)
                      WHERE parsed.version IN valid AND (parsed.limits IS NULL OR parsed.limits = ?)) AS found
                WHERE member.status = ? AND member.source = found.source AND member.size = found.size
                  AND member.mtime_ns = found.mtime_ns AND member.ctime_ns = found.ctime_ns""",
                (self.limits, PENDING),
            )

    def count_members(self, status: str) -> int:
        with _faults():
            (count,) = self._database.execute("SELECT count(*) FROM member WHERE status = ?", (status,)).fetchone()
        return int(count)

    def pending(self, chunk: int = 1000) -> Iterator[tuple[int, bytes, int | None, str, str]]:
        """(number, source, size, suffix, charset) of members still to be read, in order; storing meanwhile is fine."""
        last = 0
        while True:
            with _faults():
                rows = self._database.execute(
                    "SELECT seq, source, size, suffix, charset FROM member "
                    "WHERE seq > ? AND status = ? AND source IS NOT NULL ORDER BY seq LIMIT ?",
                    (last, PENDING, chunk),
                ).fetchall()
            if not rows:
                return
            yield from rows
            last = rows[-1][0]

    def unclaimed(self, most: int) -> list[str]:
        """Documents that need not be parsed and of which no member is known yet: moved ones; none if there are more."""
        found = self.query(
            """SELECT document_id FROM parsed WHERE version IN valid AND (limits IS NULL OR limits = ?)
            AND document_id NOT IN (SELECT document_id FROM member WHERE document_id IS NOT NULL)
            ORDER BY document_id LIMIT ?""",
            self.limits,
            most + 1,
        )
        ids = [str(row[0]) for row in found]
        return ids if len(ids) <= most else []

    # Parsing

    def store(self, seq: int, result: ParseResult, limits: str | None = None) -> None:
        """Keep what became of a member; within a ``transaction``. ``limits`` where they made it what it is."""
        execute = self._database.execute
        execute(
            "UPDATE member SET status = ?, reason = ?, document_id = ?, size = coalesce(?, size) WHERE seq = ?",
            (result.status, result.reason, result.document_id, result.size, seq),
        )
        if result.document_id is None:
            return
        execute(
            """INSERT OR REPLACE INTO known
            SELECT source, size, mtime_ns, ctime_ns, document_id FROM member
            WHERE seq = ? AND source IS NOT NULL AND max(mtime_ns, ctime_ns) < ?""",
            (seq, result.read_at_ns - RACY_NS),
        )
        if result.record is None:
            return
        execute("DELETE FROM forgotten WHERE document_id = ?", (result.document_id,))
        execute(
            """INSERT OR REPLACE INTO parsed
            SELECT ?, ?, suffix, charset, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM member WHERE seq = ?""",
            (
                result.document_id,
                self.versions.of(result.media_type, result.form),
                limits,
                shard_of(result.project_code or result.document_id),
                result.project_code,
                result.document_status,
                result.stated_date,
                result.ended,
                result.final_report,
                result.characters,
                result.record,
                seq,
            ),
        )

    # Assembling

    def list_documents(self) -> list[tuple[int, bytes | None, str, str]]:
        """Fill table ``document``; (number, source, suffix, charset) of those parsed under the hints of another name.

        The name's suffix and the charset may change how bytes are read. Those of a document's first file count,
        whichever of its files happened to be read first.
        """
        with self.transaction():
            self._database.execute("DELETE FROM document")
            self._database.execute(
                """INSERT INTO document (document_id, seq, path, captured_at)
                SELECT grouped.document_id, first, path, coalesce(captured, parsed.stated_date, named)
                FROM (SELECT document_id, min(seq) AS first, max(captured_at) AS captured, max(name_date) AS named
                      FROM member WHERE document_id IS NOT NULL GROUP BY document_id) AS grouped
                JOIN member ON member.seq = first JOIN parsed ON parsed.document_id = grouped.document_id"""
            )
            return self._database.execute(
                """SELECT member.seq, source, member.suffix, member.charset FROM document
                JOIN parsed USING (document_id) JOIN member ON member.seq = document.seq
                WHERE (parsed.suffix, parsed.charset) != (member.suffix, member.charset) ORDER BY member.seq"""
            ).fetchall()

    def doubtful_members(self, container: int) -> dict[int, int]:
        """Ordinal → number of those that ``list_documents`` gave and that are in a container."""
        rows = self.query(
            """SELECT member.ordinal, member.seq FROM document
            JOIN parsed USING (document_id) JOIN member ON member.seq = document.seq
            WHERE container = ? AND (parsed.suffix, parsed.charset) != (member.suffix, member.charset)""",
            container,
        )
        return dict(rows)  # type: ignore[arg-type]

    def fill_buckets(self, buckets: int, duplicate: str) -> None:
        """Spread documents over ``buckets`` (a power of two); mark the other files of a document as duplicates."""
        with self.transaction():
            self._database.execute(
                """UPDATE document SET bucket = parsed.shard & ? FROM parsed
                WHERE parsed.document_id = document.document_id""",
                (buckets - 1,),
            )
            self._database.execute("CREATE INDEX IF NOT EXISTS document_bucket ON document (bucket, document_id)")
            self._database.execute(
                """UPDATE member SET status = 'duplicate', reason = ? FROM document
                WHERE member.document_id = document.document_id AND member.seq != document.seq""",
                (duplicate,),
            )

    def count_documents(self) -> int:
        with _faults():
            (count,) = self._database.execute("SELECT count(*) FROM document").fetchone()
        return int(count)

    def files(self) -> Iterator[tuple[object, ...]]:
        """Rows of table ``files``, sorted by key."""
        return self.query(
            """SELECT path, row_number() OVER (PARTITION BY path ORDER BY seq) AS occurrence, document_id, size, status,
            reason, url, captured_at FROM member ORDER BY path, occurrence"""
        )

    def files_by_status(self) -> dict[str, int]:
        return dict(self.query("SELECT status, count(*) FROM member GROUP BY status ORDER BY status"))  # type: ignore[arg-type]

    def documents_by_status(self) -> dict[str, int]:
        sql = "SELECT status, count(*) FROM document JOIN parsed USING (document_id) GROUP BY status ORDER BY status"
        return dict(self.query(sql))  # type: ignore[arg-type]

    def bucket_inputs(self, bucket: int) -> Iterator[tuple[object, ...]]:
        """Everything that the part files of a bucket are made of, except for the program."""
        return self.query(
            """SELECT document_id, path, captured_at, parsed.suffix, parsed.charset, parsed.status, parsed.limits,
            version FROM document JOIN parsed USING (document_id) WHERE bucket = ?1
            UNION ALL SELECT document_id, terms, 'forgotten', '', '', '', '', ''
            FROM document JOIN forgotten USING (document_id) WHERE bucket = ?1 ORDER BY document_id, path""",
            bucket,
        )

    def find_bucket(self, document_id: str, project_code: str) -> int | None:
        """The bucket of a document, or of a project; None where the archive has none such."""
        sql = "SELECT bucket FROM document JOIN parsed USING (document_id) WHERE document_id = ? OR project_code = ?"
        found = next(self.query(f"{sql} LIMIT 1", document_id or None, project_code or None), None)
        return int(str(found[0])) if found is not None else None

    # After publishing

    def built(self, snapshot: str) -> dict[int, tuple[int, str, bytes]]:
        """Bucket → (buckets in all, digest of its inputs, its parts) of a snapshot."""
        rows = self.query("SELECT bucket, buckets, digest, parts FROM built WHERE snapshot = ?", snapshot)
        return {row[0]: (row[1], row[2], row[3]) for row in rows}  # type: ignore[misc]

    def remember_built(self, snapshot: str, buckets: int, rows: Iterable[tuple[int, str, bytes]]) -> None:
        """Keep of what the published snapshot was made; drop what no member needs any more."""
        with self.transaction():
            self._database.execute("DELETE FROM built")
            self._database.executemany(
                "INSERT INTO built VALUES (?, ?, ?, ?, ?)",
                ((snapshot, bucket, buckets, digest, parts) for bucket, digest, parts in rows),
            )
            self._database.execute("DELETE FROM parsed WHERE document_id NOT IN (SELECT document_id FROM document)")
            self._database.execute("DELETE FROM forgotten WHERE document_id NOT IN (SELECT document_id FROM parsed)")
            for table in ("known", "container", "container_member"):
                self._database.execute(
                    f"DELETE FROM {table} WHERE source NOT IN (SELECT source FROM member WHERE source IS NOT NULL)"  # noqa: S608
                )
