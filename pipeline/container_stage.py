"""Members of containers, for the first stage: known ones are taken from the cache, the others are streamed to children.

A container that has not changed is not opened. In one that has, only documents that nobody parsed yet leave the parent,
which unpacks and hashes but never parses.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from models.issues import describe_reason
from pipeline.archive import CONTAINER, PENDING, REVISIT, Member, container_kind, describe_os_error, suffix_of
from pipeline.cache import RACY_NS, Cache
from pipeline.container_budget import ContainerError
from pipeline.containers import SEPARATOR, read_container
from pipeline.limits import Limits
from pipeline.names import date_in_name
from pipeline.remote_files import is_remote, open_object

CHUNK_MEMBERS = 64
CHUNK_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Container:
    """A container file of the archive."""

    seq: int
    path: str
    source: bytes
    size: int | None
    """None where a server does not tell it."""


@dataclass(frozen=True, slots=True)
class Content:
    """A member of a container that a child should parse."""

    seq: int
    data: bytes
    suffix: str
    charset: str


def list_containers(cache: Cache) -> list[Container]:
    """Containers of the archive, in order."""
    rows = cache.query(
        "SELECT seq, path, source, size FROM member WHERE status = ? AND source IS NOT NULL ORDER BY seq", CONTAINER
    )
    return [Container(*row) for row in rows]  # type: ignore[arg-type]


def restore_members(cache: Cache, container: Container, limits: Limits) -> bool:
    """Take over what an earlier run found in the container; False if it changed since, or a document must be parsed."""
    with cache.transaction():
        known = cache.execute(
            """SELECT container.status, container.reason FROM container JOIN member USING (source)
            WHERE member.seq = ? AND container.size = member.size AND container.mtime_ns = member.mtime_ns
              AND container.ctime_ns = member.ctime_ns AND container.terms = ?""",
            container.seq,
            limits.container_terms(),
        ).fetchone()
        if known is None:
            return False
        missing = cache.execute(
            """SELECT 1 FROM container_member LEFT JOIN parsed
            ON parsed.document_id = container_member.document_id AND version IN valid AND (limits IS NULL OR limits = ?)
            WHERE source = ? AND container_member.document_id IS NOT NULL AND parsed.document_id IS NULL LIMIT 1""",
            cache.limits,
            container.source,
        ).fetchone()
        if missing is not None:
            return False
        rows = cache.execute(
            "SELECT ordinal, document_id, path, status, reason, size, captured_at, charset, suffix, url, digest "
            "FROM container_member WHERE source = ? ORDER BY ordinal",
            container.source,
        )
        for ordinal, document_id, path, status, reason, size, captured_at, charset, suffix, url, digest in rows:
            member = Member(
                path,
                status,
                reason,
                size,
                captured_at=captured_at,
                charset=charset,
                suffix=suffix,
                url=url,
                digest=digest,
            )
            _insert(cache, container, ordinal, member, document_id)
        cache.execute("UPDATE member SET status = ?, reason = ? WHERE seq = ?", *known, container.seq)
    return True


def stream_members(cache: Cache, container: Container, limits: Limits) -> Iterator[Content]:
    """Note every member of the container; those that must be parsed come out."""
    opened_at = time.time_ns()
    members = _open(container, limits)
    ordinals = count(1)
    failure: tuple[str, str | None] = (CONTAINER, None)
    more = True
    while more:
        chunk: list[Member] = []
        size = 0
        while len(chunk) < CHUNK_MEMBERS and size < CHUNK_BYTES:
            try:
                member = next(members, None)
            except ContainerError as error:
                failure = error.status, error.reason
                member = None
            except OSError as error:
                failure = describe_os_error(error)
                member = None
            if member is None:
                more = False
                break
            chunk.append(member)
            size += len(member.data or b"")
        with cache.transaction():
            wanted = [content for member in chunk if (content := _note(cache, container, next(ordinals), member))]
        yield from wanted
    with cache.transaction():
        cache.execute("UPDATE member SET status = ?, reason = ? WHERE seq = ?", *failure, container.seq)
        cache.execute("DELETE FROM container WHERE source = ?", container.source)
        if failure[0] in ("unreadable", "vanished", "special"):
            return  # the next run may have more luck
        cache.execute("DELETE FROM container_member WHERE source = ?", container.source)
        cache.execute(
            """INSERT INTO container SELECT source, size, mtime_ns, ctime_ns, status, reason, ? FROM member
            WHERE seq = ? AND max(mtime_ns, ctime_ns) < ? AND size IS NOT NULL""",
            limits.container_terms(),
            container.seq,
            opened_at - RACY_NS,
        )
        cache.execute(
            """INSERT INTO container_member
            SELECT ?, ordinal, substr(path, ?), size, status, reason, document_id, captured_at, charset, suffix, url,
              digest FROM member WHERE container = ?""",
            container.source,
            len(container.path) + len(SEPARATOR) + 1,
            container.seq,
        )


def reread_members(container: Container, limits: Limits, wanted: dict[int, int]) -> Iterator[Content]:
    """Members by ordinal (→ number) once more, to be parsed under their own names' hints."""
    try:
        for ordinal, member in enumerate(_open(container, limits), 1):
            if ordinal in wanted and member.data is not None:
                yield Content(wanted[ordinal], member.data, _suffix(member), member.charset or "")
    except (ContainerError, OSError):
        return  # what is wrong with it stands in its row already


def _open(container: Container, limits: Limits) -> Iterator[Member]:
    if is_remote(container.source):
        anywhere = container.size is None or container_kind(container.path) == "zip"
        with open_object(container.source, seekable=anywhere) as remote:
            size = container.size
            if size is None:
                size = remote.seek(0, os.SEEK_END)
                remote.seek(0)
            yield from read_container(remote, container.path, size, limits.file_bytes, limits)
        return
    assert container.size is not None
    handle = os.open(container.source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ContainerError("special", "special_file: no longer a file")
        yield from read_container(file, container.path, container.size, limits.file_bytes, limits)


def _insert(cache: Cache, container: Container, ordinal: int, member: Member, document_id: str | None) -> int:
    path = container.path + SEPARATOR + member.path
    inserted = cache.execute(
        "INSERT INTO member (path, size, suffix, charset, status, reason, document_id, captured_at, name_date, "
        "container, ordinal, url, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        path,
        member.size,
        _suffix(member),
        member.charset or "",
        member.status,
        member.reason,
        document_id,
        member.captured_at,
        date_in_name(path.rpartition("/")[2]) if document_id else None,
        container.seq,
        ordinal,
        member.url,
        member.digest,
    )
    assert inserted.lastrowid is not None
    return inserted.lastrowid


def _suffix(member: Member) -> str:
    return suffix_of(member.path) if member.suffix is None else member.suffix


def resolve_revisits(cache: Cache) -> None:
    """Give captures that have the content of an earlier one what became of that one, by digest."""
    with cache.transaction():
        cache.execute(
            """UPDATE member SET status = found.status, reason = found.reason, document_id = found.document_id,
              size = found.size
            FROM (SELECT digest, status, reason, document_id, size, min(seq) FROM member WHERE status != ?1
                  AND digest IN (SELECT digest FROM member WHERE status = ?1) GROUP BY digest) AS found
            WHERE member.status = ?1 AND member.digest = found.digest""",
            REVISIT,
        )
        cache.execute(
            "UPDATE member SET status = 'unreadable', reason = ? WHERE status = ?",
            describe_reason("revisit_unresolved"),
            REVISIT,
        )


def _note(cache: Cache, container: Container, ordinal: int, member: Member) -> Content | None:
    if member.status != PENDING or member.data is None:
        _insert(cache, container, ordinal, member, None)
        return None
    document_id = hashlib.sha256(member.data).hexdigest()
    earlier = cache.execute("SELECT 1 FROM member WHERE document_id = ? LIMIT 1", document_id).fetchone()
    seq = _insert(cache, container, ordinal, replace(member, status="read", data=None), document_id)
    if earlier is not None:
        return None  # parsed already, or on its way
    suffix, charset = _suffix(member), member.charset or ""
    known = cache.execute(
        """SELECT 1 FROM parsed WHERE document_id = ? AND version IN valid AND (limits IS NULL OR limits = ?)
        AND suffix = ? AND charset = ?""",
        document_id,
        cache.limits,
        suffix,
        charset,
    ).fetchone()
    return None if known else Content(seq, member.data, suffix, charset)
