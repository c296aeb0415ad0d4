"""The language stage: what the free text says, as tables, after everything else of a bucket is made.

It reads the tables just assembled, bucket by bucket; documents whose text, area and parties it has seen are not
analysed again, and buckets whose inputs are what they were are linked from the last snapshot.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from models.tables import SCHEMA_VERSION, TABLES
from pipeline.cache import shard_of
from pipeline.errors import SettingsError
from pipeline.keywords import find_keywords
from pipeline.language_cache import LanguageCache, open_language_cache
from pipeline.language_inputs import INPUT_TABLES, Reading, read_bucket, read_texts
from pipeline.language_rows import BUCKET_LANGUAGE_TABLES, make_columns
from pipeline.language_task import Result, decode_records, decode_result
from pipeline.progress import Progress, Stop
from pipeline.settings import MEBIBYTE, Limits, RunSettings
from pipeline.similar import find_similar
from pipeline.snapshot import Draft, link_parts
from pipeline.word_counts import read_counts
from pipeline.workers import Job, Pool, Task
from pipeline.write import Part, build_table, part_name, write_part

if TYPE_CHECKING:
    from parsers.spacy_fi.build import Level

logger = logging.getLogger(__name__)

LIMITS = Limits(cpu_seconds=900, wall_seconds=3600.0, memory_bytes=6144 * MEBIBYTE)
"""For one document: generous, since a text of megabytes takes minutes and nothing in it is read by C code of others."""
WHOLE_TABLES = ("keywords", "similar_projects")
WHOLE = "whole"
"""Under which the tables of the whole archive are remembered."""
BATCH_TASKS = 2
GROUP_DOCUMENTS = 16
GROUP_CHARACTERS = 200_000
"""What a child is given at once."""
STORE_RESULTS = 64

_part_encoder = msgspec.msgpack.Encoder()
_part_decoder = msgspec.msgpack.Decoder(list[Part])


@dataclass(slots=True)
class LanguageCount:
    """What the stage did."""

    parts: list[Part] = field(default_factory=list)
    documents: int = 0
    analysed: int = 0
    failed: int = 0
    lost_passages: int = 0
    """Pieces of free text whose place in the text was not found: they have no rows."""
    linked_buckets: int = 0
    whole_seconds: float = 0.0
    """For the tables of the whole archive."""
    built: list[tuple[str, str, bytes]] = field(default_factory=list)


def summarise_language(count: LanguageCount, level: str, rows: Mapping[str, int], seconds: float) -> dict[str, Any]:
    """What ``run.json`` says of the stage; ``rows`` by table, ``seconds`` its wall clock."""
    documents = rows["projects"] if level != "off" else 0  # a project has one current document
    return {
        "level": level,
        "documents": documents,
        "analysed": count.analysed,
        "cached": documents - count.analysed - count.failed,
        "failed": count.failed,
        "lost_passages": count.lost_passages,
        "linked_buckets": count.linked_buckets,
        **{name: rows[name] for name in ("passages", "sentences", "entities", "lemmas", "keywords")},
        "seconds": seconds,
        "whole_archive_seconds": round(count.whole_seconds, 3),
    }


def check_language(level: str) -> None:
    """Raise ``SettingsError`` where a level cannot work, before any work is done."""
    if level == "off":
        return
    if level not in ("full", "fast"):
        raise SettingsError(f"--language {level}: give full, fast or off")
    try:
        from parsers.spacy_fi.build import MissingLanguageError, check_level
    except ImportError as error:
        raise SettingsError("spaCy is not installed: pip install spacy, or run with --language off") from error
    try:
        check_level("full" if level == "full" else "fast")
    except MissingLanguageError as error:
        raise SettingsError(str(error)) from error


_MODULES = (
    "parsers.spacy_fi",
    "parsers.passages",
    "pipeline.language_task",
    "pipeline.language_rows",
    "pipeline.word_counts",
    "pipeline.keywords",
    "pipeline.similar",
)


def describe_language(level: str) -> str:
    """What the language tables depend on beside the texts: the level and every version."""
    if level == "off":
        return "off"
    from parsers.spacy_fi.build import describe_level

    own = _digest_modules(*_MODULES)
    return f"{describe_level(_level(level))}; schema {SCHEMA_VERSION}; {own}"


def _digest_modules(*names: str) -> str:
    digest = hashlib.sha256()
    for name in names:
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        here = Path(found.origin)
        for path in sorted(here.parent.iterdir()) if found.submodule_search_locations else [here]:
            if path.suffix in (".py", ".cfg"):
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _level(level: str) -> Level:
    return "full" if level == "full" else "fast"


def write_language_tables(
    draft: Draft,
    parts: Sequence[Part],
    buckets: int,
    previous: Path | None,
    settings: RunSettings,
    progress: Progress,
    stop: Stop,
    forgotten: frozenset[str] = frozenset(),
) -> LanguageCount:
    """Write the language tables of every bucket of the draft, whose other tables stand in ``parts``.

    Projects in ``forgotten`` have no rows in ``persons``.
    """
    count = LanguageCount()
    root = draft.folder
    if settings.language == "off":
        count.parts += [_write_empty(root, name) for name in (*BUCKET_LANGUAGE_TABLES, *WHOLE_TABLES)]
        return count
    fingerprint = describe_language(settings.language)
    inputs = {(part.table, part.name): part.sha256 for part in parts if part.table in INPUT_TABLES}
    progress.begin("language", None)
    with open_language_cache(draft.out / "cache") as cache:
        before = cache.built(previous.name) if previous is not None else {}
        todo: list[tuple[str, str]] = []
        for bucket in range(buckets):
            stop.check()
            name = part_name(bucket)
            mine = sorted(code for code in forgotten if shard_of(code) & (buckets - 1) == bucket)
            digest = _digest(" ".join((fingerprint, *mine)), name, inputs)
            known = before.get(name)
            if previous is not None and known is not None and known[0] == digest:
                linked = _part_decoder.decode(known[1])
                if link_parts(previous, draft, linked):
                    count.parts += linked
                    count.built.append((name, digest, known[1]))
                    count.linked_buckets += 1
                    cache.keep(name)
                    continue
            todo.append((name, digest))
        _analyse(root, [name for name, _ in todo], cache, fingerprint, settings, count, progress, stop)
        for name, digest in todo:
            stop.check()
            made = _write_bucket(root, name, cache, fingerprint, forgotten)
            count.parts += made
            count.built.append((name, digest, _part_encoder.encode(made)))
        stop.check()
        begun = time.monotonic()
        _write_whole(draft, parts, previous, before.get(WHOLE), count)
        count.whole_seconds = time.monotonic() - begun
    if count.lost_passages:
        logger.warning("%d pieces of free text were not found in their texts: no language rows", count.lost_passages)
    if count.failed:
        logger.warning("the free text of %d documents could not be analysed: no language rows", count.failed)
    return count


def remember_language(draft: Draft, count: LanguageCount) -> None:
    """After publishing: keep of what the snapshot's language tables were made."""
    if count.built:
        with open_language_cache(draft.out / "cache") as cache:
            cache.remember_built(draft.name, count.built)


def _digest(fingerprint: str, name: str, inputs: dict[tuple[str, str], str]) -> str:
    digest = hashlib.sha256(fingerprint.encode())
    for table in INPUT_TABLES:
        digest.update(f"\n{table} {inputs.get((table, name), '')}".encode())
    return digest.hexdigest()


def _analyse(
    root: Path,
    names: Sequence[str],
    cache: LanguageCache,
    fingerprint: str,
    settings: RunSettings,
    count: LanguageCount,
    progress: Progress,
    stop: Stop,
) -> None:
    """Analyse what the cache lacks of the buckets' documents."""
    missing = _missing(root, names, cache, fingerprint, count)
    first = list(islice(missing, GROUP_DOCUMENTS * settings.worker_count()))
    if not first:
        return
    # few documents do not pay for a second child, which loads everything anew
    workers = min(settings.worker_count(), -(-len(first) // GROUP_DOCUMENTS))
    job = Job("pipeline.language_task:make_handler", {"level": settings.language}, LIMITS)
    with Pool(job, workers, stop, BATCH_TASKS) as pool:
        suspects = _run(pool, cache, _group(chain(first, missing)), count, progress)
        # of a group that failed each is tried alone
        lost = _run(pool, cache, ([reading] for reading in suspects), count, progress)
    count.failed += len(lost)
    cache.store((reading.key, None) for reading in lost)


def _run(
    pool: Pool, cache: LanguageCache, groups: Iterable[list[Reading]], count: LanguageCount, progress: Progress
) -> list[Reading]:
    """Have groups of documents analysed and keep the results; those without."""
    waiting: dict[int, list[Reading]] = {}
    lost: list[Reading] = []
    held: list[tuple[bytes, bytes | None]] = []

    def tasks() -> Iterator[Task]:
        for number, group in enumerate(groups):
            waiting[number] = group
            payload = msgspec.msgpack.encode([reading.request for reading in group])
            yield Task(number, payload, len(payload))

    for outcome in pool.run(tasks()):
        group = waiting.pop(outcome.number)
        if outcome.result is None:
            lost += group
            continue
        records = decode_records(outcome.result)
        held += [(reading.key, record) for reading, record in zip(group, records, strict=True)]
        count.analysed += len(group)
        progress.advance(len(group))
        if len(held) >= STORE_RESULTS:
            cache.store(held)
            held.clear()
    cache.store(held)
    return lost


def _group(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """Documents that a child is given at once: small ones together, a large one alone."""
    group: list[Reading] = []
    size = 0
    for reading in readings:
        own = sum(map(len, reading.request.texts))
        if group and (len(group) >= GROUP_DOCUMENTS or size + own > GROUP_CHARACTERS):
            yield group
            group, size = [], 0
        group.append(reading)
        size += own
    if group:
        yield group


def _missing(
    root: Path, names: Sequence[str], cache: LanguageCache, fingerprint: str, count: LanguageCount
) -> Iterator[Reading]:
    seen: set[bytes] = set()
    for name in names:
        readings = list(read_bucket(root, name, fingerprint))
        count.documents += len(readings)
        count.lost_passages += sum(reading.lost for reading in readings)
        known = cache.find((reading.key for reading in readings), name)
        for reading in readings:
            if reading.key not in known and reading.key not in seen:
                seen.add(reading.key)
                yield reading


def _write_bucket(
    root: Path, name: str, cache: LanguageCache, fingerprint: str, forgotten: frozenset[str]
) -> list[Part]:
    readings = list(read_bucket(root, name, fingerprint))
    texts = read_texts(root, name)
    known = cache.find((reading.key for reading in readings), name)
    documents: list[tuple[Reading, Result, str]] = []
    for reading in readings:
        record = known.get(reading.key)
        if record is not None:
            documents.append((reading, decode_result(record), texts[reading.document_id]))
    made = []
    number = int(name.removeprefix("part-").removesuffix(".parquet"))
    for table, columns in make_columns(documents, forgotten).items():
        if documents or number == 0:  # a table has a part even where it has no rows
            made.append(write_part(root, table, number, build_table(table, columns)))
    return made


def _write_whole(
    draft: Draft, parts: Sequence[Part], previous: Path | None, known: tuple[str, bytes] | None, count: LanguageCount
) -> None:
    """Keywords and similar projects: of all buckets together, so only where none of them changed are they linked."""
    digest = hashlib.sha256("\n".join(one for _, one, _ in sorted(count.built)).encode()).hexdigest()
    made: list[Part] = []
    if previous is not None and known is not None and known[0] == digest:
        made = _part_decoder.decode(known[1])
        made = made if link_parts(previous, draft, made) else []
    if not made:
        counts = read_counts(draft.folder, [*parts, *count.parts])
        made = [
            write_part(draft.folder, "keywords", 0, build_table("keywords", find_keywords(counts))),
            write_part(draft.folder, "similar_projects", 0, build_table("similar_projects", find_similar(counts))),
        ]
    count.parts += made
    count.built.append((WHOLE, digest, _part_encoder.encode(made)))


def _write_empty(root: Path, table: str) -> Part:
    return write_part(root, table, 0, build_table(table, [[] for _ in TABLES[table].columns]))
