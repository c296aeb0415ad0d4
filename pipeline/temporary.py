"""Temporary folders that are private while they are used, and gone after a crash of any kind.

What is in one may hold personal data, and a process that is killed cannot clean up. So each is locked by its process
for as long as that lives, and whoever makes the next one removes those that nobody holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger(__name__)

PREFIX = ".hankekuvaus-"
"""How their names begin: only such folders of our own user are ever removed."""


@contextlib.contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """A new folder (mode 0700) in the system's place for temporary files; raises ``OSError``."""
    place = Path(tempfile.gettempdir())
    collect_temporary_folders(place)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{purpose}-", dir=place))
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def collect_temporary_folders(place: Path) -> int:
    """Remove folders of processes that are gone; how many. What cannot be removed is left for the next time."""
    removed = 0
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            removed += _remove_unheld(folder)
    if removed:
        logger.warning("removed %d temporary folders of processes that were killed", removed)
    return removed


def _remove_unheld(folder: Path) -> bool:
    # others may put links and folders of these names into a place that everybody can write to: neither is touched
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(handle).st_uid != os.geteuid():
            return False
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(handle)
    return True
