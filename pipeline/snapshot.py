"""Snapshots: complete or absent, switched by one rename, collected when a crash left one unfinished.

A snapshot is made under a name that nobody reads, put on the disk, given its name, and only then does ``latest`` point
to it. Its name is never used again, so a reader that resolved ``latest`` once sees one snapshot to the end.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.tables import TABLES
from pipeline.errors import OutputError
from pipeline.remote import Place
from pipeline.write import Part, table_folder

logger = logging.getLogger(__name__)

_STAMP = "%Y%m%dT%H%M%SZ"
"""How names of snapshots begin: they sort by time."""

UNFINISHED = ".unfinished-"
SWITCH = ".latest-"
REJECTED = "rejected"
"""Folder of what the gate kept from being published."""
FEWEST = 2
"""Snapshots that are never pruned: readers may still use the one before the latest."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A snapshot in the making."""

    out: Path
    name: str
    folder: Path


def check_output(out: Path, archives: Sequence[Place]) -> None:
    """Make the output folder and see that it can be written; raises ``OutputError``. Changes nothing that is there."""
    for archive in archives:
        if isinstance(archive, str):
            continue  # elsewhere
        inside, outside = out.resolve(), archive.resolve()
        if inside == outside or outside in inside.parents or (archive.is_dir() and inside in outside.parents):
            raise OutputError(f"output {out} and archive {archive} lie within each other; choose another output folder")
    try:
        (out / "snapshots").mkdir(parents=True, exist_ok=True)
        writable = all(
            os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)
            for folder in (out, out / "snapshots")
        )
    except OSError as error:
        raise OutputError(f"output {out} cannot be written: {error.strerror}") from error
    if not writable:
        raise OutputError(f"output {out} cannot be written: no permission")
    latest = out / "latest"
    if os.path.lexists(latest) and not latest.is_symlink():
        raise OutputError(f"{latest} is no link of ours; move it away or choose another output folder")


def latest_snapshot(out: Path) -> Path | None:
    """The folder of the published snapshot; None before the first, or if someone removed it."""
    try:
        target = (out / "latest").readlink()
    except OSError:
        return None
    folder = out / target
    return folder if folder.is_dir() else None


def list_snapshots(out: Path) -> list[Path]:
    """The folders of all snapshots, oldest first."""
    with contextlib.suppress(FileNotFoundError):
        return sorted(path for path in (out / "snapshots").iterdir() if path.is_dir() and not path.name.startswith("."))
    return []


def collect_leftovers(out: Path) -> int:
    """Remove what a run that was killed left unfinished; how many things. Only under the lock."""
    found = [*(out / "snapshots").glob(f"{UNFINISHED}*"), *out.glob(f"{SWITCH}*")]
    for path in found:
        if path.is_symlink():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path)
    if found:
        logger.warning("removed %d leftovers of a run that was killed", len(found))
    return len(found)


def begin_snapshot(out: Path) -> Draft:
    """A new unfinished snapshot with a folder for every table; raises ``OSError``."""
    now = datetime.now(UTC)
    # microseconds first, so that names of one second sort by time, too
    name = f"{now:{_STAMP}}-{now.microsecond:05x}{secrets.token_hex(2)[:3]}"
    draft = Draft(out, name, out / "snapshots" / f"{UNFINISHED}{name}")
    draft.folder.mkdir()
    (draft.folder / "tables").mkdir()
    (draft.folder / "restricted").mkdir(mode=0o700)
    for table in TABLES.values():
        (draft.folder / table_folder(table.name)).mkdir(mode=0o700 if table.restricted else 0o777)
    return draft


def link_parts(previous: Path, draft: Draft, parts: Sequence[Part]) -> bool:
    """Take part files over from the snapshot before; False if they are not all there as they were."""
    for part in parts:
        relative = Path(table_folder(part.table)) / part.name
        source, target = previous / relative, draft.folder / relative
        try:
            if source.stat().st_size != part.bytes:
                return False
            try:
                os.link(source, target)
            except FileExistsError:
                return False
            except PermissionError:  # a file system without hard links
                return False
        except OSError:
            return False
    return True


def publish(draft: Draft) -> Path:
    """Put the snapshot on the disk and make it the latest; its folder. Raises ``OSError``: then nothing changed."""
    for folder, _, _ in os.walk(draft.folder):
        sync_folder(Path(folder))
    final = draft.out / "snapshots" / draft.name
    draft.folder.rename(final)
    sync_folder(final.parent)
    switch_latest(draft.out, draft.name)
    return final


def switch_latest(out: Path, name: str) -> None:
    """Make a snapshot the latest, in one rename; raises ``OSError``: then nothing changed. Only under the lock."""
    switch = out / f"{SWITCH}{name}"
    switch.symlink_to(Path("snapshots") / name)
    switch.replace(out / "latest")
    try:
        sync_folder(out)
    except OSError as error:  # readers see the new one already; after a power cut it may be the old one again
        logger.warning("the switch to %s may not be on the disk yet (%s)", name, error.strerror)


def choose_earlier(out: Path, name: str | None = None) -> str:
    """The snapshot before the latest, or the named one, for ``switch_latest``; raises ``OutputError``."""
    names = [folder.name for folder in list_snapshots(out)]
    latest = latest_snapshot(out)
    if name is not None:
        if name not in names:
            raise OutputError(f"there is no snapshot {name} under {out}; there are: {', '.join(names) or 'none'}")
        return name
    earlier = [one for one in names if latest is None or one < latest.name]
    if not earlier:
        raise OutputError(f"there is no snapshot before the latest under {out}")
    return earlier[-1]


def reject_draft(draft: Draft, kept: Sequence[str]) -> Path:
    """Put what a person should see of a draft where it is found (``OUT/rejected``), and remove the rest.

    ``kept`` are paths within the draft. Raises ``OSError``; what is left then is collected by the next run.
    """
    aside = draft.out / "snapshots" / f"{UNFINISHED}rejected-{draft.name}"
    aside.mkdir()
    for name in kept:
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        (draft.folder / name).rename(aside / name)
    shutil.rmtree(draft.folder)
    forget_rejected(draft.out)
    rejected = draft.out / REJECTED
    aside.rename(rejected)
    return rejected


def forget_rejected(out: Path) -> None:
    """Remove what the gate rejected, once a snapshot is published."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(out / REJECTED)


def discard_draft(draft: Draft) -> None:
    """Remove a snapshot that failed on its way to be published, as far as possible; what is left is collected later."""
    with contextlib.suppress(OSError):
        (draft.out / f"{SWITCH}{draft.name}").unlink(missing_ok=True)
        latest = latest_snapshot(draft.out)
        if latest is None or latest.name != draft.name:
            shutil.rmtree(draft.folder, ignore_errors=True)
            shutil.rmtree(draft.out / "snapshots" / draft.name, ignore_errors=True)


def prune(out: Path, keep: int, *protected: Path | None, days: int | None = None) -> list[str]:
    """Remove all but the ``keep`` youngest snapshots, and of these those older than ``days``; names of the removed.

    Never the last two, the latest or a protected one. Only under the lock.
    """
    safe = {path.name for path in (latest_snapshot(out), *protected) if path is not None}
    snapshots = list_snapshots(out)
    oldest = "" if days is None else f"{datetime.now(UTC) - timedelta(days=days):{_STAMP}}"
    removed = []
    for place, folder in enumerate(reversed(snapshots)):
        if place >= FEWEST and folder.name not in safe and (place >= keep or folder.name < oldest):
            gone = folder.with_name(f"{UNFINISHED}{folder.name}")
            folder.rename(gone)  # first: a snapshot is complete or absent
            shutil.rmtree(gone)
            removed.append(folder.name)
    return sorted(removed)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
