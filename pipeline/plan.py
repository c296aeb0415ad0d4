"""What a run would do, found out without doing it: nothing is parsed, and nothing under the output folder changes.

The run's own first steps are done on a copy of the cache that leaves the parsed records out.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive import PENDING, check_archives, find_members
from pipeline.cache import FORMAT, Cache, open_cache
from pipeline.container_stage import list_containers, resolve_revisits, restore_members
from pipeline.fingerprint import parser_versions
from pipeline.remote import Place
from pipeline.run import describe_terms
from pipeline.settings import RunSettings
from pipeline.snapshot import latest_snapshot
from pipeline.temporary import temporary_folder

_COPIED = ("known", "container", "container_member")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would find and do."""

    latest: str | None
    """Name of the snapshot that it would be compared with."""
    files: int
    """Files found, members of containers that are known included."""
    known: int
    """Of them, those that need not be read."""
    new: int
    """Files to be read that no earlier run read, or read too soon after they were written to trust their time."""
    changed: int
    """Files to be read whose size or times changed."""
    again: int
    """Files to be read though they did not change: the parser or its limits did, or it is asked for."""
    containers: int
    """Containers to be opened: how many of their members must be parsed is known only then."""
    not_read: dict[str, int]
    """Files that are not read for another reason, by status."""
    gone: int
    """Files read before that are no longer there."""
    bytes: int
    """Of what is to be read."""
    parser_changed: bool
    """The parser of some documents is another than in the last run: these are parsed again."""

    @property
    def to_read(self) -> int:
        return self.new + self.changed + self.again + self.containers


def plan_run(archives: Sequence[Place], out: Path, settings: RunSettings) -> Plan:
    """What ``run_archive`` with the same arguments would do; raises ``PipelineError``."""
    settings.check()
    check_archives(archives)
    latest = latest_snapshot(out)
    versions = parser_versions(settings.parser)
    with temporary_folder("plan") as folder:
        cache = open_cache(folder, versions, describe_terms(settings))
        with contextlib.closing(cache):
            other = _copy_cache(out / "cache" / "cache.sqlite", cache)
            cache.add_members(find_members(archives, settings.limits.file_bytes))
            if not settings.verify and not settings.full:
                cache.recognise()
            reread = settings.verify or settings.full
            containers = list_containers(cache)
            opened = [one for one in containers if reread or not restore_members(cache, one, settings.limits)]
            resolve_revisits(cache)
            return _count(cache, latest, [one.seq for one in opened], parser_changed=other)


def _copy_cache(path: Path, cache: Cache) -> bool:
    """Take over what is known of files and documents; whether another parser made it."""
    if not path.is_file():
        return False
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
            (found,) = source.execute("PRAGMA user_version").fetchone()
            if found != FORMAT:
                return False
            names = [row[1] for row in source.execute("PRAGMA table_info(parsed)")]
            columns = ", ".join("x''" if name == "record" else name for name in names)
            with cache.transaction():
                for table, chosen in (*((name, "*") for name in _COPIED), ("parsed", columns)):
                    for row in source.execute(f"SELECT {chosen} FROM {table}"):  # noqa: S608
                        marks = ", ".join("?" * len(row))
                        cache.execute(f"INSERT INTO {table} VALUES ({marks})", *row)  # noqa: S608
            valid = set(cache.versions.valid())
            return any(version not in valid for (version,) in source.execute("SELECT DISTINCT version FROM parsed"))
    except sqlite3.Error:
        return False  # the run would throw it away, too


def _count(cache: Cache, latest: Path | None, opened: Sequence[int], *, parser_changed: bool) -> Plan:
    statuses = {
        str(status): int(str(number))
        for status, number in cache.query("SELECT status, count(*) FROM member GROUP BY status ORDER BY status")
    }
    ((new, changed, again, size),) = cache.query(
        """SELECT coalesce(sum(known.source IS NULL), 0),
            coalesce(sum(known.source IS NOT NULL AND NOT same), 0),
            coalesce(sum(known.source IS NOT NULL AND same), 0), coalesce(sum(member.size), 0)
        FROM (SELECT *, (SELECT count(*) FROM known WHERE known.source = member.source AND known.size = member.size
                AND known.mtime_ns = member.mtime_ns AND known.ctime_ns = member.ctime_ns) AS same
              FROM member WHERE status = ?) AS member LEFT JOIN known USING (source)""",
        PENDING,
    )
    ((gone,),) = cache.query(
        "SELECT count(*) FROM known WHERE source NOT IN (SELECT source FROM member WHERE source IS NOT NULL)"
    )
    sizes = {row[0]: int(str(row[1] or 0)) for row in cache.query("SELECT seq, size FROM member")} if opened else {}
    return Plan(
        latest=latest.name if latest is not None else None,
        files=sum(statuses.values()),
        known=statuses.get("read", 0),
        new=int(str(new)),
        changed=int(str(changed)),
        again=int(str(again)),
        containers=len(opened),
        not_read={name: number for name, number in statuses.items() if name not in (PENDING, "read", "container")},
        gone=int(str(gone)),
        bytes=int(str(size)) + sum(sizes[seq] for seq in opened),
        parser_changed=parser_changed,
    )
