"""Forgetting the persons of projects in an output folder, in steps of which each may be repeated after a crash."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from parsers.erase import Names
from pipeline.errors import OutputError, SettingsError
from pipeline.forget.caches import erase_caches
from pipeline.forget.codes import FILE_NAME, note_forgotten, read_forgotten
from pipeline.forget.names import Holding, find_holding, merge_by_project
from pipeline.forget.snapshots import apply_staged, erase_snapshots
from pipeline.lock import lock_output
from pipeline.snapshot import REJECTED, collect_leftovers, list_snapshots

MOST_BYTES = 1 << 28
"""Other files in the output folder that are larger than this are not looked through."""


@dataclass(frozen=True, slots=True)
class Forgot:
    """What was, or with ``dry_run`` would be, erased."""

    projects: tuple[str, ...]
    unseen: tuple[str, ...]
    """Projects of which no snapshot has a document."""
    snapshots: int
    """Snapshots that hold any of them."""
    documents: int
    contacts: int
    """Contact persons, in the snapshot that has most."""
    persons: int
    """Persons named in free text, likewise."""
    names: int
    """Different names and other values that are masked."""
    left: tuple[str, ...]
    """Files under the output folder, none of ours, that still hold a name: for a person to judge."""
    dry_run: bool


def forget_projects(out: Path, codes: Collection[str], *, dry_run: bool = False) -> Forgot:
    """Erase the persons of projects under ``out`` and keep them out of later runs; raises ``PipelineError``."""
    wanted = tuple(sorted({code.strip() for code in codes} - {""}))
    if not wanted:
        raise SettingsError("no project given: --project CODE")
    with _held(out):
        if not dry_run:
            collect_leftovers(out)
            apply_staged(out)
        holdings = _find(out, wanted)
        names = merge_by_project(holdings)
        if not dry_run:
            note_forgotten(out, wanted, erased=False)
            _erase(out, wanted, holdings, names)
        return _tell(out, wanted, holdings, names, dry_run=dry_run)


def finish_forgetting(out: Path) -> None:
    """What a ``forget`` that was killed left to do; only under the lock. Raises ``PipelineError``, ``OSError``."""
    pending = [one.project_code for one in read_forgotten(out) if not one.erased]
    apply_staged(out)
    if pending:
        holdings = _find(out, pending)
        _erase(out, pending, holdings, merge_by_project(holdings))


def check_projects(out: Path, codes: Collection[str]) -> tuple[str, ...]:
    """Those of the codes of which no snapshot has a document."""
    known = {code for one in _find(out, codes) for code in one.documents.values()}
    return tuple(sorted(set(codes) - known))


def _erase(out: Path, codes: Sequence[str], holdings: Sequence[Holding], names: dict[str, Names]) -> None:
    # the names stand in the restricted tables until the very end, so whatever is interrupted can be done again
    erase_caches(out / "cache", codes, names.values(), _buckets(holdings))
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(out / REJECTED)
    erase_snapshots([one for one in holdings if one.parts], names)
    note_forgotten(out, codes, erased=True)


def _find(out: Path, codes: Collection[str]) -> list[Holding]:
    found = []
    for snapshot in list_snapshots(out):
        try:
            found.append(find_holding(snapshot, codes))
        except (OSError, pa.ArrowException) as error:
            raise OutputError(
                f"snapshot {snapshot.name} cannot be read ({type(error).__name__}); persons may stay in it: "
                "remove its folder and run the same command again"
            ) from error
    return found


def _buckets(holdings: Sequence[Holding]) -> set[int]:
    found = set()
    for holding in holdings:
        with contextlib.suppress(OSError, ValueError, KeyError):
            found.add(int(json.loads((holding.snapshot / "run.json").read_text("utf-8"))["buckets"]))
    return found


def _tell(
    out: Path, codes: tuple[str, ...], holdings: Sequence[Holding], names: dict[str, Names], *, dry_run: bool
) -> Forgot:
    known = {code for one in holdings for code in one.documents.values()}
    return Forgot(
        projects=codes,
        unseen=tuple(sorted(set(codes) - known)),
        snapshots=sum(bool(one.documents) for one in holdings),
        documents=len({document for one in holdings for document in one.documents}),
        contacts=max((one.contacts for one in holdings), default=0),
        persons=max((one.persons for one in holdings), default=0),
        names=len({text for one in names.values() for text in (*one.people, *one.printed)}),
        left=tuple(_find_left(out, names)),
        dry_run=dry_run,
    )


def _find_left(out: Path, names: dict[str, Names]) -> Iterator[str]:
    """Files that somebody else put into the output folder, such as pages made with ``--restricted``."""
    wanted = [text.encode() for one in names.values() for text in (*one.people, *one.printed) if len(text) > 5]
    for path in sorted(out.rglob("*")):
        own = path.relative_to(out).parts
        if (
            own[0] in ("snapshots", "cache", "latest", REJECTED, FILE_NAME, ".lock")
            or not path.is_file()
            or path.is_symlink()
        ):
            continue
        try:
            found = path.stat().st_size <= MOST_BYTES and any(name in path.read_bytes() for name in wanted)
        except OSError:
            continue
        if found:
            yield str(path.relative_to(out))


@contextlib.contextmanager
def _held(out: Path) -> Iterator[None]:
    if not (out / "snapshots").is_dir():
        raise SettingsError(f"{out} is no output folder of a run: there is no {out / 'snapshots'}")
    with lock_output(out):
        try:
            yield
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise OutputError(f"output {out}: {why}; not all is erased yet, run the same command again") from error
