"""Whether a night can succeed here: the machine, the settings, permissions, disk space, the last snapshot.

Nothing is changed. Every check gives one ``Finding``; advice says what to do.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.metadata
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.archive import check_archives, show_place
from pipeline.cache import FORMAT
from pipeline.errors import PipelineError
from pipeline.language import check_language
from pipeline.remote import Place
from pipeline.settings import RunSettings
from pipeline.snapshot import REJECTED, latest_snapshot, list_snapshots
from pipeline.verify import verify_snapshot

OK, WARNING, FAILURE = "ok", "warning", "failure"
LEAST_FREE = 1 << 30
"""Bytes that should be free before the first run."""
OLD_DAYS = 2
"""A latest snapshot older than this: did the nights not run?"""

_TOOLS = (
    ("chromium", "make-archive prints web pages with it"),
    ("soffice", "make-archive prints office documents with it (libreoffice)"),
    ("pdftotext", "only tests use it (poppler-utils)"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    status: str
    detail: str
    advice: str = ""


def examine_machine(settings: RunSettings) -> Iterator[Finding]:
    """Python, packages, programs, cores and memory."""
    found = ".".join(map(str, sys.version_info[:3]))
    fits = sys.version_info >= (3, 11)
    yield Finding("python", OK if fits else FAILURE, found, "" if fits else "install Python 3.11 or newer")
    yield _examine_packages()
    try:
        check_language(settings.language)
        yield Finding("language", OK, f"level {settings.language}")
    except PipelineError as error:
        yield Finding("language", FAILURE, str(error), "install it, or set language to off")
    yield _examine_tesseract(settings)
    for name, use in _TOOLS:
        path = shutil.which(name)
        yield Finding(f"program {name}", OK, path or f"not installed; not needed for runs: {use}")
    workers = settings.worker_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    needed = workers * settings.limits.memory_bytes
    detail = f"{workers} workers, {memory / 1e9:.1f} GB; documents may take {needed / 1e9:.1f} GB at worst"
    advice = "set fewer workers or a lower limits.memory_mib"
    yield Finding("memory", *((OK, detail) if needed <= memory else (WARNING, detail, advice)))


def _examine_packages() -> Finding:
    missing = []
    count = 0
    for requirement in importlib.metadata.requires("hankekuvaus") or ():
        name = re.match(r"[A-Za-z0-9._-]{1,100}", requirement)
        if name is None or "extra ==" in requirement:
            continue
        count += 1
        try:
            importlib.metadata.version(name[0])
        except importlib.metadata.PackageNotFoundError:
            missing.append(name[0])
    if missing:
        return Finding("packages", FAILURE, f"missing: {', '.join(missing)}", "make setup")
    return Finding("packages", OK, f"{count} installed")


def _examine_tesseract(settings: RunSettings) -> Finding:
    path = shutil.which("tesseract")
    if path is not None or not settings.ocr:
        return Finding("program tesseract", OK, path or "not installed; scans without text are quarantined")
    return Finding(
        "program tesseract", FAILURE, "not installed, but ocr is on", "apt-get install tesseract-ocr tesseract-ocr-fin"
    )


def examine_archives(archives: Sequence[Place]) -> Iterator[Finding]:
    """Whether each archive is there and can be read."""
    for archive in archives:
        try:
            check_archives([archive])
            yield Finding("archive", OK, show_place(archive))
        except PipelineError as error:
            yield Finding("archive", FAILURE, str(error), "mend archives in the settings, or mount it")


def examine_output(out: Path) -> Iterator[Finding]:
    """Permissions, disk space, lock, the last snapshot, what the gate stopped, the cache."""
    parent = next(path for path in (out.absolute(), *out.absolute().parents) if path.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        yield Finding("output", FAILURE, f"{parent} cannot be written", "run as its owner, or chmod u+rwx it")
        return
    yield Finding("output", OK, str(out) if out.exists() else f"{out} will be made")
    latest = latest_snapshot(out)
    yield _examine_space(parent, latest)
    yield from _examine_privacy(out, latest)
    yield _examine_lock(out)
    if latest is None:
        yield Finding("last snapshot", OK, "none yet: the first run has nothing to compare with")
    else:
        yield _examine_snapshot(latest)
        yield _examine_age(latest)
    if (out / REJECTED).is_dir():
        report = out / REJECTED / "report" / "index.html"
        yield Finding("gate", WARNING, f"the last run was stopped: {report}", "mend the cause, or run with --accept")
    yield _examine_cache(out / "cache" / "cache.sqlite")


def _examine_space(parent: Path, latest: Path | None) -> Finding:
    free = shutil.disk_usage(parent).free
    needed = LEAST_FREE
    if latest is not None:
        needed = sum(path.stat().st_size for path in latest.rglob("*") if path.is_file())
    detail = f"{free / 1e9:.1f} GB free"
    if latest is not None:
        detail += f"; the last snapshot has {needed / 1e9:.2f} GB"
    if free < needed:
        return Finding("disk space", FAILURE, detail, "free some space, or keep fewer snapshots")
    if free < 2 * needed:
        return Finding("disk space", WARNING, detail, "keep fewer snapshots, or use a larger disk")
    return Finding("disk space", OK, detail)


def _examine_privacy(out: Path, latest: Path | None) -> Iterator[Finding]:
    folders = [out / "cache", *((latest / "restricted",) if latest is not None else ())]
    opened = [str(path) for path in folders if path.is_dir() and path.stat().st_mode & 0o077]
    if opened:
        yield Finding("privacy", FAILURE, f"others can read {', '.join(opened)}", "chmod 700 these folders")
    else:
        yield Finding("privacy", OK, "personal data is its owner's alone")


def _examine_lock(out: Path) -> Finding:
    try:
        handle = os.open(out / ".lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return Finding("lock", OK, "no run is going on")
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return Finding("lock", WARNING, "a run is going on", "wait for it to end")
    finally:
        os.close(handle)
    return Finding("lock", OK, "no run is going on")


def _examine_snapshot(latest: Path) -> Finding:
    advice = "hankekuvaus snapshots rollback OUT, or a run with --full"
    try:
        count, faults = verify_snapshot(latest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Finding("last snapshot", FAILURE, f"{latest.name} cannot be read ({type(error).__name__})", advice)
    if faults:
        return Finding("last snapshot", FAILURE, f"{latest.name}: {len(faults)} faults: {faults[0]}", advice)
    count_all = len(list_snapshots(latest.parent.parent))
    return Finding("last snapshot", OK, f"{latest.name}: {count} files are sound; {count_all} snapshots in all")


def _examine_age(latest: Path) -> Finding:
    try:
        finished = datetime.fromisoformat(json.loads((latest / "run.json").read_text("utf-8"))["finished_at"])
        hours = (datetime.now(UTC) - finished).total_seconds() / 3600
    except (OSError, ValueError, KeyError, TypeError):
        return Finding("last run", WARNING, "when it was is not known")
    detail = f"published {hours:,.1f} hours ago"
    if hours > OLD_DAYS * 24:
        return Finding("last run", WARNING, detail, "see the timer and its log: systemctl status hankekuvaus")
    return Finding("last run", OK, detail)


def _examine_cache(path: Path) -> Finding:
    advice = "nothing to do: the next run throws it away and parses everything anew"
    if not path.is_file():
        return Finding("cache", OK, "none yet: everything will be parsed")
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (found,) = database.execute("PRAGMA user_version").fetchone()
            (sound,) = database.execute("PRAGMA quick_check(1)").fetchone()
            count = database.execute("SELECT count(*) FROM parsed").fetchone()[0] if found == FORMAT else 0
    except sqlite3.Error as error:
        return Finding("cache", WARNING, f"cannot be read ({type(error).__name__})", advice)
    if found != FORMAT or sound != "ok":
        return Finding("cache", WARNING, f"format {found} (this program's is {FORMAT}), check: {sound}", advice)
    return Finding("cache", OK, f"{count:,} parsed documents, {path.stat().st_size / 1e6:.1f} MB")


def examine_textfile(path: Path) -> Finding:
    """Whether the file for Prometheus can be written."""
    if path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK):
        return Finding("metrics", OK, str(path))
    return Finding("metrics", FAILURE, f"{path.parent} cannot be written", "make the folder, or mend metrics.textfile")
