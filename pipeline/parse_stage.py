"""The first stage: every file of the archive becomes a known document, whatever it does to the child that reads it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import msgspec

from pipeline.cache import Cache
from pipeline.cluster import AnyPool, PoolMaker
from pipeline.container_stage import (
    Container,
    Content,
    list_containers,
    reread_members,
    resolve_revisits,
    restore_members,
    stream_members,
)
from pipeline.errors import CorruptCacheError, WorkerError
from pipeline.fetch_stage import Row, fetch_remote
from pipeline.parse_task import ParseResult, ParseTask
from pipeline.progress import Progress, Stop
from pipeline.settings import RunSettings
from pipeline.workers import BATCH_TASKS, Job, Outcome, Pool, Task

KEEP_SECONDS = 0.5
KEEP_RESULTS = 256
KEEP_BYTES = 1 << 22
"""Results are put into the cache at the latest when they are so many, so big or so old: one transaction each."""

MAX_ROUNDS = 3

MOST_KNOWN = 2000
"""Documents of which other machines, which cannot ask, are told that they are known; of more than that, none."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(ParseResult)
_task_decoder = msgspec.msgpack.Decoder(ParseTask)


@dataclass(slots=True)
class ParseCount:
    """What the stage did."""

    read: int = 0
    parsed: int = 0
    cpu_seconds: float = 0.0
    """Time within the parser, of all children together."""


def parse_pending(
    cache: Cache,
    settings: RunSettings,
    progress: Progress,
    stop: Stop,
    forgotten: frozenset[str] = frozenset(),
    make_pool: PoolMaker = Pool,
) -> ParseCount:
    """Read every pending member and parse what the cache does not have; ``forgotten`` projects lose their contacts."""
    count = ParseCount()
    total = cache.count_members("pending")
    containers = list_containers(cache)
    progress.begin("parse", None if containers else total)
    workers = settings.worker_count()
    job = Job(
        "pipeline.parse_task:make_handler",
        {
            "parser": settings.parser,
            "file_bytes": settings.limits.file_bytes,
            "reading": [settings.limits.pages, settings.limits.characters],
            "cache": "" if settings.scheduler else str(cache.path),
            "known": cache.unclaimed(MOST_KNOWN) if settings.scheduler else [],
            "versions": cache.versions.valid(),
            "limits": cache.limits,
            "ocr": settings.ocr,
            "forgotten": sorted(forgotten),
        },
        settings.limits,
    )
    # small archives are spread over all children, too
    batch = BATCH_TASKS if containers else max(1, min(BATCH_TASKS, total // (workers * 4)))
    with make_pool(job, workers, stop, batch) as pool:
        if total:
            _run(pool, cache, _tasks(cache, cache.pending(), settings), count, progress)
        for container in containers:
            stop.check()
            if settings.verify or not restore_members(cache, container, settings.limits):
                contents = stream_members(cache, container, settings.limits)
                _run(pool, cache, map(_content_task, contents), count, progress)
        resolve_revisits(cache)
        for _ in range(MAX_ROUNDS):
            # the same bytes under several names: those of the first file decide how they are read
            doubtful = cache.list_documents()
            if not doubtful:
                break
            again = ((seq, source, 0, suffix, charset) for seq, source, suffix, charset in doubtful if source)
            tasks = _tasks(cache, again, settings, force=True)
            _run(pool, cache, chain(tasks, _reread(cache, containers, settings)), count)
    return count


def _tasks(cache: Cache, rows: Iterator[Row], settings: RunSettings, *, force: bool = False) -> Iterator[Task]:
    for (seq, source, size, suffix, charset), data in fetch_remote(cache, rows, settings.limits.file_bytes):
        task = ParseTask(source if data is None else None, data, suffix, charset or None, force)
        yield Task(seq, _encoder.encode(task), size or 0)


def _content_task(content: Content) -> Task:
    task = ParseTask(None, content.data, content.suffix, content.charset or None, force=True)
    return Task(content.seq, _encoder.encode(task), len(content.data))


def _reread(cache: Cache, containers: list[Container], settings: RunSettings) -> Iterator[Task]:
    for container in containers:
        wanted = cache.doubtful_members(container.seq)
        if wanted:
            yield from map(_content_task, reread_members(container, settings.limits, wanted))


def _run(
    pool: AnyPool, cache: Cache, tasks: Iterator[Task], count: ParseCount, progress: Progress | None = None
) -> None:
    """Work on tasks; those at which children died are given their record without being parsed."""
    dead: list[Outcome] = []
    _keep(cache, _results(pool.run(tasks), dead, count), None, progress)
    if not dead:
        return
    verdicts = map(_verdict, dead)
    again: list[Outcome] = []
    _keep(cache, _results(pool.run(verdicts), again, count), cache.limits, progress)
    if again:
        raise WorkerError(f"{len(again)} documents cannot even be quarantined ({again[0].failure}, {again[0].detail})")


def _verdict(outcome: Outcome) -> Task:
    code = "parser_error" if outcome.failure == "error" else str(outcome.failure)
    task = msgspec.structs.replace(_task_decoder.decode(outcome.payload), verdict=(code, outcome.detail))
    return Task(outcome.number, _encoder.encode(task))


def _results(outcomes: Iterable[Outcome], dead: list[Outcome], count: ParseCount) -> Iterator[tuple[int, ParseResult]]:
    for outcome in outcomes:
        if outcome.result is None:
            if "DatabaseError" in outcome.detail or "OperationalError" in outcome.detail:
                raise CorruptCacheError(f"the cache cannot be read by a child ({outcome.detail})")
            dead.append(outcome)
            continue
        result = _decoder.decode(outcome.result)
        count.read += 1
        count.parsed += result.record is not None
        count.cpu_seconds += result.cpu_seconds
        yield outcome.number, result


def _keep(
    cache: Cache, results: Iterator[tuple[int, ParseResult]], limits: str | None, progress: Progress | None
) -> None:
    """Put results into the cache, many at a time; also those that came before an interruption."""
    held: list[tuple[int, ParseResult]] = []
    size = 0
    since = time.monotonic()
    try:
        for seq, result in results:
            held.append((seq, result))
            size += len(result.record or b"")
            if len(held) >= KEEP_RESULTS or size >= KEEP_BYTES or time.monotonic() - since > KEEP_SECONDS:
                _store(cache, held, limits, progress)
                held, size, since = [], 0, time.monotonic()
    finally:
        _store(cache, held, limits, progress)


def _store(cache: Cache, held: list[tuple[int, ParseResult]], limits: str | None, progress: Progress | None) -> None:
    if not held:
        return
    with cache.transaction():
        for seq, result in held:
            cache.store(seq, result, cache.limits if result.by_terms else limits)
    if progress is not None:
        progress.advance(len(held))
