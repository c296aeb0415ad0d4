"""One run at a time for an output folder."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import LockedError, OutputError


@contextlib.contextmanager
def lock_output(out: Path) -> Iterator[None]:
    """Hold the output folder; raises ``LockedError`` at once, saying who has it, if another run does.

    The lock is the system's (``flock``): it ends with the process, however that ends. The file stays: removing it would
    let two runs hold one each. Children do not inherit it.
    """
    try:
        handle = os.open(out / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise OutputError(f"output {out}: cannot be locked: {error.strerror}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(f"output {out} is in use by {_holder(handle)}; wait for it to end") from error
        except OSError as error:
            raise OutputError(f"output {out}: cannot be locked: {error.strerror}") from error
        me = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(me).encode(), 0)
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    try:
        holder = json.loads(os.pread(handle, 1000, 0))
        return f"process {holder['pid']} on {holder['host']}, since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        return "another run"
