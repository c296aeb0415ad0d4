"""``forgotten.json`` in the output folder: the projects whose persons must be forgotten, in this run and all later.

It names projects only, never persons. Who edits it by hand: a project taken out of it has its persons again with the
next run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pipeline.errors import SettingsError
from pipeline.snapshot import sync_folder
from pipeline.write import write_file

FILE_NAME = "forgotten.json"


class Forgotten(msgspec.Struct, frozen=True):
    """A project whose persons are forgotten."""

    project_code: str
    since: str
    """UTC."""
    erased: bool
    """False while what older snapshots and caches hold is not erased yet: the next run goes on with it."""


def read_forgotten(out: Path) -> tuple[Forgotten, ...]:
    """The projects, sorted by code; none without the file. Raises ``SettingsError`` for a broken one."""
    path = out / FILE_NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    try:
        return tuple(_decoder.decode(data))
    except msgspec.DecodeError as error:
        raise SettingsError(f"{path} is broken ({error}): mend it, or persons might come back") from error


def note_forgotten(out: Path, codes: Iterable[str], *, erased: bool) -> None:
    """Put projects on the list, or note that they are erased; on the disk when it returns. Raises ``OSError``."""
    known = {one.project_code: one for one in read_forgotten(out)}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for code in codes:
        since = known[code].since if code in known else now
        known[code] = Forgotten(code, since, erased)
    rows = [msgspec.to_builtins(known[code]) for code in sorted(known)]
    draft = out / f".{FILE_NAME}.new"
    write_file(draft, (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode(), private=True)
    draft.replace(out / FILE_NAME)
    sync_folder(out)


_decoder = msgspec.json.Decoder(list[Forgotten])
