"""What a monitor can act on: the exit codes of every command, each with its meaning."""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType


class ExitCode(IntEnum):
    """Exit codes; ``EXIT_CODES`` says what each means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    INCOMPLETE = 3
    OUTPUT = 4
    LOCKED = 5
    NOTHING = 6
    GATE = 7
    INTERRUPTED = 130


EXIT_CODES = MappingProxyType(
    {
        ExitCode.OK: "Published; everything was read.",
        ExitCode.FAILED: "Nothing was published: a fault of the program itself.",
        ExitCode.USAGE: "Nothing was done: a wrong option, or an archive that is missing or cannot be read.",
        ExitCode.INCOMPLETE: "Published, but something was left out: quarantined documents or unreadable files.",
        ExitCode.OUTPUT: "Nothing was published: the output cannot be written (permissions, disk full, I/O error).",
        ExitCode.LOCKED: "Nothing was done: another run holds the output folder.",
        ExitCode.NOTHING: "Nothing was published: no document was found in the archive.",
        ExitCode.GATE: "Nothing was published: the new tables differ too much from the last ones.",
        ExitCode.INTERRUPTED: "Stopped by SIGINT or SIGTERM; what was parsed is kept for the next run.",
    }
)
