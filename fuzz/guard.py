"""An input tried in a forked child first, so that C code that dies takes nobody along."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from enum import Enum

MEMORY_BYTES = 1 << 30
"""Beyond what the process has."""


class Fate(Enum):
    """What became of the child."""

    SOUND = 0
    BROKEN = 1
    """An invariant is broken: the parent sees it too."""
    DIED = 2
    """By a signal, or at a limit: in a run the document is quarantined (``crash``, ``timeout``, ``memory``)."""


def try_in_child(run: Callable[[bytes], None], data: bytes, seconds: int) -> Fate:
    """``run`` in a forked child with limits of CPU time and memory; the caller must have no threads."""
    child = os.fork()
    if child == 0:
        _confine(seconds)
        code = Fate.DIED.value
        try:
            run(data)
            code = Fate.SOUND.value
        except MemoryError:
            pass
        except Exception:
            code = Fate.BROKEN.value
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return Fate(os.WEXITSTATUS(status)) if os.WIFEXITED(status) and os.WEXITSTATUS(status) < 3 else Fate.DIED


def _confine(seconds: int) -> None:
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)  # libFuzzer's handlers would call it a finding
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        pages = int(file.read().split()[0])
    most = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with open(os.devnull, "w", encoding="ascii") as null:  # noqa: PTH123
        os.dup2(null.fileno(), 2)
