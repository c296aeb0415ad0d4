"""The latest snapshot on an object store: uploaded part by part under a new name, then one pointer object switches.

An object store has no rename and no links. So a snapshot goes under ``URL/snapshots/NAME``, where nobody looks, and
once all of it is there the object ``URL/latest.json`` is put anew: one request, so readers see the old name or the new
one. What did not change is copied within the store. ``restricted/`` stays where it is unless it is asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import OutputError
from pipeline.remote import filesystem_of, show_url, translate_faults
from pipeline.snapshot import latest_snapshot, list_snapshots

POINTER = "latest.json"
PACKAGE = "datapackage.json"
"""Put last within a snapshot: without it a snapshot is unfinished."""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What was done."""

    snapshot: str
    uploaded: int
    copied: int
    """Objects taken over from the snapshot before, within the store."""
    removed: tuple[str, ...]
    """Snapshots that are no longer kept here, and unfinished ones."""


def mirror_latest(out: Path, url: str, *, restricted: bool = False) -> Mirrored:
    """Put the latest snapshot of ``out`` on the store and make it the latest there.

    Raises ``OutputError``: then readers of the store see what they saw before. One run at a time for an address.
    """
    snapshot = latest_snapshot(out)
    if snapshot is None:
        raise OutputError(f"there is no snapshot under {out} to be published")
    system, root = filesystem_of(url)
    try:
        with translate_faults():
            return _mirror(system, root.rstrip("/"), out, snapshot, restricted)
    except OSError as error:
        raise OutputError(
            f"{show_url(url)}: {error.strerror}; what was published there before is untouched, "
            f"the new snapshot is under {out}"
        ) from error


def _mirror(system: Any, root: str, out: Path, snapshot: Path, restricted: bool) -> Mirrored:  # noqa: ANN401
    before = read_pointer(system, root)
    target = f"{root}/snapshots/{snapshot.name}"
    uploaded = copied = 0
    if before != snapshot.name:
        known = _read_hashes(system, f"{root}/snapshots/{before}") if before else {}
        mine = _hashes(json.loads((snapshot / PACKAGE).read_text("utf-8")))
        for path in sorted(path for path in snapshot.rglob("*") if path.is_file()):
            name = path.relative_to(snapshot).as_posix()
            if name == PACKAGE or (name.startswith("restricted/") and not restricted):
                continue
            if name in mine and known.get(name) == mine[name] and system.exists(f"{root}/snapshots/{before}/{name}"):
                system.copy(f"{root}/snapshots/{before}/{name}", f"{target}/{name}")
                copied += 1
            else:
                system.pipe_file(f"{target}/{name}", path.read_bytes())
                uploaded += 1
        system.pipe_file(f"{target}/{PACKAGE}", (snapshot / PACKAGE).read_bytes())
        pointer = {"snapshot": snapshot.name, "path": f"snapshots/{snapshot.name}"}
        system.pipe_file(f"{root}/{POINTER}", (json.dumps(pointer) + "\n").encode())
        uploaded += 1
    kept = {path.name for path in list_snapshots(out)} | {snapshot.name, before}
    removed = [name for name in _names(system, root) if name not in kept]
    removed += [
        name
        for name in _names(system, root)
        if name in kept and not system.exists(f"{root}/snapshots/{name}/{PACKAGE}")
    ]
    for name in removed:
        system.rm(f"{root}/snapshots/{name}", recursive=True)
    return Mirrored(snapshot.name, uploaded, copied, tuple(sorted(removed)))


def read_pointer(system: Any, root: str) -> str | None:  # noqa: ANN401 - fsspec has no types
    """The name of the store's latest snapshot; None before the first."""
    try:
        found = json.loads(system.cat_file(f"{root}/{POINTER}"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise OutputError(f"{POINTER} of the store is none of ours; choose another address") from error
    name = found.get("snapshot") if isinstance(found, dict) else None
    if not isinstance(name, str) or "/" in name:
        raise OutputError(f"{POINTER} of the store is none of ours; choose another address")
    return name


def _names(system: Any, root: str) -> list[str]:  # noqa: ANN401
    try:
        return sorted(path.rstrip("/").rpartition("/")[2] for path in system.ls(f"{root}/snapshots", detail=False))
    except FileNotFoundError:
        return []


def _read_hashes(system: Any, snapshot: str) -> dict[str, str]:  # noqa: ANN401
    try:
        return _hashes(json.loads(system.cat_file(f"{snapshot}/{PACKAGE}")))
    except (FileNotFoundError, ValueError):
        return {}


def _hashes(package: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    return {part["path"]: part["hash"] for resource in package["resources"] for part in resource["parts"]}
