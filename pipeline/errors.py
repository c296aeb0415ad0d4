"""Errors that end a run, each with what to do next and its exit code. None of them holds text of a document."""

from __future__ import annotations

from pathlib import Path

from pipeline.exit_codes import ExitCode


class PipelineError(Exception):
    """A run cannot go on; the message is for a person, ``exit_code`` for a monitor."""

    exit_code = ExitCode.FAILED


class ArchiveError(PipelineError):
    """The archive is missing, of a kind that cannot be read, or not readable."""

    exit_code = ExitCode.USAGE


class SettingsError(PipelineError):
    """A setting has a value that makes no sense."""

    exit_code = ExitCode.USAGE


class OutputError(PipelineError):
    """The output folder cannot be written; the last snapshot is untouched."""

    exit_code = ExitCode.OUTPUT


class LockedError(PipelineError):
    """Another run holds the output folder."""

    exit_code = ExitCode.LOCKED


class NothingFoundError(PipelineError):
    """The archive holds no document; the last snapshot stays."""

    exit_code = ExitCode.NOTHING


class GateError(PipelineError):
    """The new tables differ too much from the last ones; ``findings`` say how, ``report`` is where to look."""

    exit_code = ExitCode.GATE

    def __init__(self, findings: tuple[str, ...], report: Path) -> None:
        super().__init__(
            "the new tables differ too much from the last ones; nothing was published:\n"
            + "".join(f"  - {finding}\n" for finding in findings)
            + f"See {report}. If all this is right, run once with --accept."
        )
        self.findings = findings
        self.report = report


class InterruptedRunError(PipelineError):
    """SIGINT or SIGTERM came; what is parsed is kept."""

    exit_code = ExitCode.INTERRUPTED


class WorkerError(PipelineError):
    """Child processes cannot work at all (an import fails, the machine kills them)."""


class UnsoundError(PipelineError):
    """Tables contradict themselves: a fault of the program; nothing is published."""


class CorruptCacheError(PipelineError):
    """The cache cannot be trusted; the run throws it away and begins again."""
