"""The second stage: buckets become part files; those in which nothing changed are linked from the snapshot before."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

import msgspec
import pyarrow as pa

from models.corrections import Correction
from models.tables import TABLES
from pipeline.archive_stage import write_archive_tables
from pipeline.assemble import Built, decode_built, encode_built, make_handler
from pipeline.cache import Cache
from pipeline.errors import CorruptCacheError, OutputError, UnsoundError, WorkerError
from pipeline.progress import Progress, Stop
from pipeline.settings import MEBIBYTE, Limits
from pipeline.snapshot import Draft, link_parts
from pipeline.workers import Job, Outcome, Pool, Task
from pipeline.write import Part, build_table, write_part

logger = logging.getLogger(__name__)

BUCKET_DOCUMENTS = 512
"""Documents a bucket should not much exceed: what a child holds in memory at a time."""
MAX_BUCKETS = 1 << 14

FILES_ROWS = 1 << 16
"""Rows of a part of table ``files``."""

# No document is at work here; these only end a child that went astray.
_LIMITS = Limits(cpu_seconds=3600, wall_seconds=3600.0, memory_bytes=16384 * MEBIBYTE)


@dataclass(slots=True)
class Assembled:
    """What the stage made."""

    buckets: int
    linked: int = 0
    parts: list[Part] = field(default_factory=list)
    issues: dict[str, int] = field(default_factory=dict)
    built: list[tuple[int, str, bytes]] = field(default_factory=list)
    """(bucket, digest of its inputs, ``encode_built``): what the next run compares with."""


def choose_buckets(documents: int) -> int:
    """Buckets for an archive: a power of two that depends on the number of documents only."""
    buckets = 1
    while buckets * BUCKET_DOCUMENTS < documents and buckets < MAX_BUCKETS:
        buckets *= 2
    return buckets


def assemble_tables(
    cache: Cache,
    draft: Draft,
    buckets: int,
    workers: int,
    fingerprints: tuple[str, str],
    previous: Path | None,
    progress: Progress,
    stop: Stop,
    corrections: Sequence[Correction] = (),
) -> Assembled:
    """Make every table of the draft. ``previous`` is the snapshot from which unchanged buckets are linked.

    ``fingerprints`` are those of what makes buckets and of the whole parser, through which corrections go.
    """
    fingerprint, whole = fingerprints
    by_bucket = _spread(corrections, cache)
    progress.begin("assemble", buckets)
    done = Assembled(buckets)
    before = cache.built(previous.name) if previous is not None else {}
    digests: dict[int, str] = {}
    for bucket in range(buckets):
        stop.check()
        mine = by_bucket.get(bucket, ())
        program = f"{fingerprint} {whole}" if mine else fingerprint
        digest = _digest(cache.bucket_inputs(bucket), program, buckets, mine)
        known = before.get(bucket)
        if previous is not None and known is not None and known[:2] == (buckets, digest):
            built = _decode(known[2])
            if link_parts(previous, draft, built.parts):
                _add(done, bucket, digest, built)
                done.linked += 1
                progress.advance()
                continue
        digests[bucket] = digest
    for bucket, built in _build(list(digests), cache, draft, workers, stop, corrections):
        _add(done, bucket, digests[bucket], built)
        progress.advance()
    done.parts += _write_files(cache, draft, stop)
    stop.check()
    last = write_archive_tables(draft.folder, done.parts, buckets)
    if last.replaced:
        _replace(done, last.replaced)
    done.parts += last.parts
    for code, count in last.issues.items():
        done.issues[code] = done.issues.get(code, 0) + count
    if expired := done.issues.get("correction_expired"):
        logger.warning("%d corrections were not applied: see issues, code correction_expired", expired)
    done.parts.sort(key=lambda part: (part.table, part.name))
    return done


def _spread(corrections: Sequence[Correction], cache: Cache) -> dict[int, list[Correction]]:
    """Corrections by bucket; one for what is not in the archive is told here, and nowhere else."""
    by_bucket: dict[int, list[Correction]] = {}
    for one in corrections:
        bucket = cache.find_bucket(one.document_id, one.project_code)
        if bucket is None:
            what = f"document {one.document_id}" if one.document_id else f"project {one.project_code}"
            logger.warning("a correction of %s is for %s, which is not in the archive", one.field, what)
        else:
            by_bucket.setdefault(bucket, []).append(one)
    return by_bucket


def _digest(
    inputs: Iterable[tuple[object, ...]], fingerprint: str, buckets: int, corrections: Iterable[Correction]
) -> str:
    digest = hashlib.sha256(f"{fingerprint}\n{buckets}\n".encode())
    for row in inputs:
        digest.update(json.dumps(row).encode() + b"\n")
    for one in corrections:
        digest.update(json.dumps(astuple(one)).encode() + b"\n")
    return digest.hexdigest()


def _add(done: Assembled, bucket: int, digest: str, built: Built) -> None:
    done.parts += built.parts
    done.built.append((bucket, digest, encode_built(built)))
    for code, count in built.issues.items():
        done.issues[code] = done.issues.get(code, 0) + count


def _replace(done: Assembled, replaced: Mapping[Part, Part]) -> None:
    """Put other parts in the place of some; so that the next run links what stands in the snapshot."""
    done.parts = [replaced.get(part, part) for part in done.parts]
    for place, (bucket, digest, data) in enumerate(done.built):
        built = _decode(data)
        if not replaced.keys().isdisjoint(built.parts):
            mended = Built([replaced.get(part, part) for part in built.parts], built.issues)
            done.built[place] = bucket, digest, encode_built(mended)


def _decode(data: bytes) -> Built:
    try:
        return decode_built(data)
    except msgspec.DecodeError as error:
        raise CorruptCacheError("what the cache says of the last snapshot cannot be read") from error


def _build(
    buckets: list[int], cache: Cache, draft: Draft, workers: int, stop: Stop, corrections: Sequence[Correction]
) -> Iterator[tuple[int, Built]]:
    options: dict[str, object] = {"cache": str(cache.path), "root": str(draft.folder)}
    options["corrections"] = [astuple(one) for one in corrections]
    workers = min(workers, len(buckets))
    if workers <= 1:  # nothing to share, and a child would only take time to start
        handle = make_handler(options)
        for bucket in buckets:
            stop.check()
            yield bucket, decode_built(handle(str(bucket).encode()))
        return
    with Pool(Job("pipeline.assemble:make_handler", options, _LIMITS), workers, stop, batch_tasks=1) as pool:
        for outcome in pool.run(Task(bucket, str(bucket).encode()) for bucket in buckets):
            if outcome.result is None:
                raise _failure(outcome)
            yield outcome.number, decode_built(outcome.result)


def _failure(outcome: Outcome) -> Exception:
    kind = outcome.detail.partition(" ")[0]
    if kind in ("CorruptCacheError", "DatabaseError", "OperationalError"):
        return CorruptCacheError(f"the cache cannot be read by a child ({outcome.detail})")
    if kind == "UnsoundError":
        return UnsoundError(f"the tables of bucket {outcome.number} contradict themselves; nothing was published")
    if kind in ("OSError", "PermissionError", "FileNotFoundError", "FileExistsError"):
        return OutputError(f"the tables cannot be written ({outcome.detail}); the last snapshot is untouched")
    return WorkerError(f"bucket {outcome.number} cannot be assembled ({outcome.failure}, {outcome.detail})")


def _write_files(cache: Cache, draft: Draft, stop: Stop) -> list[Part]:
    columns = TABLES["files"].column_names()
    parts: list[Part] = []
    rows: list[tuple[object, ...]] = []

    def flush() -> None:
        values = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]
        table: pa.Table = build_table("files", values)
        parts.append(write_part(draft.folder, "files", len(parts), table))
        rows.clear()

    for row in cache.files():
        rows.append(row)
        if len(rows) == FILES_ROWS:
            stop.check()
            flush()
    if rows or not parts:
        flush()
    return parts
