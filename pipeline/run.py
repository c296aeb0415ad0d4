"""A run, from an archive to a published snapshot: the stages in one visible list."""

from __future__ import annotations

import importlib.util
import json
import logging
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from models.issues import describe_reason
from models.tables import SCHEMA_VERSION, TABLES
from parsers import PARSER_VERSION
from pipeline.archive import check_archives, find_members, show_place
from pipeline.assemble_stage import Assembled, assemble_tables, choose_buckets
from pipeline.cache import Cache, discard_cache, open_cache
from pipeline.cluster import PoolMaker, open_pools
from pipeline.compare.write import write_changes
from pipeline.corrections import corrections_path, read_corrections
from pipeline.datapackage import describe_package
from pipeline.errors import (
    CorruptCacheError,
    GateError,
    NothingFoundError,
    OutputError,
    PipelineError,
    SettingsError,
)
from pipeline.exit_codes import ExitCode
from pipeline.fingerprint import bucket_fingerprint, parser_fingerprint, parser_versions, table_fingerprint
from pipeline.forget.codes import read_forgotten
from pipeline.forget.erase import finish_forgetting
from pipeline.forget.stage import begin_forgetting, erase_persons
from pipeline.gate import Verdict, judge
from pipeline.language import (
    check_language,
    describe_language,
    remember_language,
    summarise_language,
    write_language_tables,
)
from pipeline.left_out import Acknowledged, LeftOut, count_left_out, make_acknowledged
from pipeline.lock import lock_output
from pipeline.ocr import find_tesseract
from pipeline.parse_stage import ParseCount, parse_pending
from pipeline.progress import Progress, Silent, Stop, catch_signals
from pipeline.remote import Place
from pipeline.report.write import write_report
from pipeline.settings import RunSettings
from pipeline.snapshot import (
    Draft,
    begin_snapshot,
    check_output,
    collect_leftovers,
    discard_draft,
    forget_rejected,
    latest_snapshot,
    prune,
    publish,
    reject_draft,
)
from pipeline.snapshot_parts import DamagedSnapshotError, View, draft_view, open_view
from pipeline.soundness import check_draft
from pipeline.write import write_file

logger = logging.getLogger(__name__)

MEMBERS_AT_ONCE = 5000

REJECTED_KEPT = ("report", "run.json", "tables/changes")
"""What is kept of a draft that the gate stops: enough to see why, and no personal data."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did."""

    exit_code: ExitCode
    snapshot: Path
    files: dict[str, int]
    """Files by status."""
    documents: dict[str, int]
    """Documents by status."""
    rows: dict[str, int]
    """Rows by table."""
    issues: dict[str, int]
    """Issues by code."""
    seconds: dict[str, float]
    """Wall clock by stage, and ``total``."""
    parsed: int
    """Documents parsed in this run; the others were known."""
    read: int
    """Files read in this run."""
    parse_cpu_seconds: float
    """Time within the parser, of all children together."""
    buckets: int
    linked_buckets: int
    """Buckets in which nothing changed."""
    language: dict[str, Any] = field(default_factory=dict)
    """What the language stage did: see ``pipeline.language.summarise_language``."""
    acknowledged: int = 0
    """Documents and files left out that were acknowledged before the run: the exit code does not count them."""
    gate: Verdict | None = None
    """What the gate says; None where it is off."""


@dataclass(slots=True)
class _Clock:
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begun, 3)


def run_archive(
    archives: Sequence[Place], out: Path, *, settings: RunSettings | None = None, progress: Progress | None = None
) -> RunResult:
    """Read the archives and publish a snapshot under ``out``.

    Raises ``pipeline.errors.PipelineError``; then nothing was published and the last snapshot is as it was.
    """
    settings = settings or RunSettings()
    progress = progress or Silent()
    settings.check()
    check_language(settings.language)
    if settings.ocr:
        find_tesseract()
    if importlib.util.find_spec(settings.parser) is None:
        raise SettingsError(f"there is no parser module {settings.parser}")
    check_archives(archives)
    check_output(out, archives)
    stop = Stop()
    with catch_signals(stop), lock_output(out):
        try:
            collect_leftovers(out)
            finish_forgetting(out)
            try:
                with open_pools(settings.scheduler, stop) as make_pool:
                    return _run(archives, out, settings, progress, stop, make_pool)
            except CorruptCacheError as error:
                logger.warning("%s; it is thrown away, and everything is parsed again", error)
                discard_cache(out / "cache")
                with open_pools(settings.scheduler, stop) as make_pool:
                    return _run(archives, out, settings, progress, stop, make_pool)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise OutputError(f"output {out}: {why}; the last snapshot is untouched") from error


def _run(
    archives: Sequence[Place], out: Path, settings: RunSettings, progress: Progress, stop: Stop, make_pool: PoolMaker
) -> RunResult:
    clock = _Clock()
    started = datetime.now(UTC)
    with clock.stage("total"):
        corrections = read_corrections(Path(settings.corrections) if settings.corrections else corrections_path(out))
        forgotten = frozenset(one.project_code for one in read_forgotten(out))
        cache = open_cache(out / "cache", parser_versions(settings.parser), describe_terms(settings))
        try:
            if settings.full:
                cache.forget()
            begin_forgetting(cache, forgotten, settings.language)
            with clock.stage("find"):
                _find(archives, cache, settings, progress, stop)
            with clock.stage("parse"):
                count = parse_pending(cache, settings, progress, stop, forgotten, make_pool)
            with clock.stage("forget"):
                erase_persons(cache, forgotten, settings.language, stop)
            if not cache.count_documents():
                found = ", ".join(f"{number} {status}" for status, number in cache.files_by_status().items())
                raise NothingFoundError(
                    f"no document in {_show(archives)} (files: {found or 'none'}); nothing was published"
                )
            buckets = settings.buckets or choose_buckets(cache.count_documents())
            cache.fill_buckets(buckets, describe_reason("duplicate"))
            previous = latest_snapshot(out)
            draft = begin_snapshot(out)
            try:
                with clock.stage("assemble"):
                    made = assemble_tables(
                        cache,
                        draft,
                        buckets,
                        settings.worker_count(),
                        (bucket_fingerprint(), parser_fingerprint(settings.parser)),
                        None if settings.full else previous,
                        progress,
                        stop,
                        corrections,
                    )
                with clock.stage("language"):
                    language = write_language_tables(
                        draft,
                        made.parts,
                        buckets,
                        None if settings.full else previous,
                        settings,
                        progress,
                        stop,
                        forgotten,
                    )
                    made.parts += language.parts
                progress.begin("publish", None)
                with clock.stage("compare"):
                    before = _open_previous(previous)
                    view = draft_view(draft.folder, made.parts, _count(cache, made) | {"versions": _versions(settings)})
                    made.parts += write_changes(view, before, stop)
                    known = make_acknowledged(settings.acknowledged)
                    left_out = count_left_out(view, cache.files_by_status(), cache.documents_by_status(), known)
                    verdict = _judge(before, view, settings, known)
                result = _summarise(cache, made, count, draft, clock.seconds, left_out, verdict)
                result.language.update(
                    summarise_language(language, settings.language, result.rows, clock.seconds["language"])
                )
                check_draft(draft.folder, made.parts, result.files, result.documents)
                write_file(draft.folder / "datapackage.json", describe_package(made.parts))
                with clock.stage("report"):
                    described = _describe_run(result, archives, settings, started, previous)
                    write_report(draft.folder, json.loads(described), previous)
                result.seconds.update(clock.seconds)
                write_file(draft.folder / "run.json", _describe_run(result, archives, settings, started, previous))
                stop.check()
                if verdict is not None and not verdict.publishes:
                    rejected = reject_draft(draft, REJECTED_KEPT)
                    raise GateError(verdict.findings, rejected / "report" / "index.html")
                publish(draft)
            except BaseException:
                discard_draft(draft)
                raise
            _clean_up(cache, made, draft, settings, previous)
            remember_language(draft, language)
        finally:
            cache.close()
    result.seconds.update(clock.seconds)
    return result


def describe_terms(settings: RunSettings) -> str:
    """What a document that was left out may owe it to: under other terms it is read again."""
    terms: dict[str, object] = asdict(settings.limits)
    return json.dumps(terms | {"ocr": find_tesseract()} if settings.ocr else terms)


def _clean_up(cache: Cache, made: Assembled, draft: Draft, settings: RunSettings, previous: Path | None) -> None:
    """What is done once the snapshot is published: its failure changes nothing for readers."""
    try:
        cache.remember_built(draft.name, made.buckets, made.built)
        forget_rejected(draft.out)
        prune(draft.out, settings.keep, previous, days=settings.keep_days)
    except (OSError, PipelineError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        logger.warning("the snapshot is published, but cleaning up failed (%s); the next run will do it", why)


def _find(archives: Sequence[Place], cache: Cache, settings: RunSettings, progress: Progress, stop: Stop) -> None:
    progress.begin("find", None)
    members = find_members(archives, settings.limits.file_bytes)
    while True:
        stop.check()
        count = cache.add_members(islice(members, MEMBERS_AT_ONCE))
        progress.advance(count)
        if count < MEMBERS_AT_ONCE:
            break
    if not settings.verify:
        cache.recognise()


def _open_previous(previous: Path | None) -> View | None:
    try:
        return open_view(previous) if previous is not None else None
    except DamagedSnapshotError as error:
        logger.warning("nothing can be compared with the last snapshot: %s", error)
        return None


def _judge(before: View | None, draft: View, settings: RunSettings, known: Acknowledged) -> Verdict | None:
    if settings.gate is None:
        return None
    return judge(before, draft, settings.gate, known, accept=settings.accept)


def _count(cache: Cache, made: Assembled) -> dict[str, Any]:
    return {
        "files": cache.files_by_status(),
        "documents": cache.documents_by_status(),
        "issues": dict(sorted(made.issues.items())),
        "buckets": made.buckets,
    }


def _summarise(
    cache: Cache,
    made: Assembled,
    count: ParseCount,
    draft: Draft,
    seconds: dict[str, float],
    left_out: LeftOut,
    verdict: Verdict | None,
) -> RunResult:
    rows = dict.fromkeys(TABLES, 0)
    for part in made.parts:
        rows[part.table] += part.rows
    exit_code = ExitCode.INCOMPLETE if left_out.quarantined or left_out.unread else ExitCode.OK
    return RunResult(
        exit_code=exit_code if verdict is None or verdict.publishes else ExitCode.GATE,
        snapshot=draft.out / "snapshots" / draft.name,
        **_count(cache, made),
        rows=rows,
        seconds=dict(seconds),
        parsed=count.parsed,
        read=count.read,
        parse_cpu_seconds=round(count.cpu_seconds, 3),
        linked_buckets=made.linked,
        acknowledged=left_out.acknowledged_documents + left_out.acknowledged_files,
        gate=verdict,
    )


def _describe_run(
    result: RunResult, archives: Sequence[Place], settings: RunSettings, started: datetime, previous: Path | None
) -> bytes:
    run: dict[str, Any] = asdict(result)
    run["snapshot"] = result.snapshot.name
    run["exit_code"] = int(result.exit_code)
    run = {
        "outcome": result.exit_code.name.lower(),
        "started_at": started.isoformat(timespec="seconds"),
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "previous": previous.name if previous else None,
        "versions": _versions(settings),
        "archives": [show_place(archive if isinstance(archive, str) else archive.resolve()) for archive in archives],
        "settings": asdict(settings),
        **run,
    }
    return (json.dumps(run, ensure_ascii=False, indent=1) + "\n").encode()


def _versions(settings: RunSettings) -> dict[str, str]:
    return {
        "hankekuvaus": version("hankekuvaus"),
        "parser": PARSER_VERSION,
        "parser_fingerprint": parser_fingerprint(settings.parser),
        "table_fingerprint": table_fingerprint(settings.parser),
        "schema": SCHEMA_VERSION,
        "python": platform.python_version(),
        "pyarrow": pa.__version__,
        "language": describe_language(settings.language),
    }


def _show(archives: Sequence[Place]) -> str:
    return ", ".join(show_place(archive) for archive in archives)
