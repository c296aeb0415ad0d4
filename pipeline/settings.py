"""What a run can be told, with defaults that suit one machine."""

from __future__ import annotations

import os
from dataclasses import astuple, dataclass, field

from pipeline.errors import SettingsError
from pipeline.limits import MEBIBYTE, Limits
from pipeline.thresholds import Thresholds

__all__ = ["MEBIBYTE", "Limits", "RunSettings"]


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Settings of ``pipeline.run.run_archive``."""

    workers: int = 0
    """Child processes; 0 means one for each core this process may use."""
    scheduler: str = ""
    """A Dask cluster that parses instead of this machine: its address, or a settings file with ``[slurm]``."""
    verify: bool = False
    """Hash every file again instead of trusting size and times."""
    full: bool = False
    """Parse everything again."""
    keep: int = 5
    """Snapshots kept, the new one included; at least 2."""
    keep_days: int | None = None
    """Of these, snapshots older than so many days are removed, but never the last two."""
    gate: Thresholds | None = None
    """How far a new snapshot may differ from the last (the command line's default: ``Thresholds()``); None: any far."""
    accept: bool = False
    """Publish whatever the gate says."""
    acknowledged: tuple[str, ...] = ()
    """Known bad documents (``document_id``) and files (``path``): neither the exit code nor the gate counts them."""
    limits: Limits = field(default_factory=Limits)
    corrections: str = ""
    """File of corrections by people; empty: ``corrections.csv`` in the output folder, where there is one."""
    parser: str = "parsers.parse"
    """Module with ``parse_document`` and ``quarantine``."""
    ocr: bool = False
    """Read PDFs without text with Debian's Tesseract."""
    language: str = "off"
    """What is read out of the free text: ``full`` (the command line's default), ``fast`` or ``off``."""
    buckets: int | None = None
    """Part files of each table; None chooses by the number of documents."""

    def worker_count(self) -> int:
        return self.workers or len(os.sched_getaffinity(0))

    def check(self) -> None:
        """Raise ``SettingsError`` for values that make no sense."""
        if self.workers < 0:
            raise SettingsError(f"--workers is {self.workers}; give 1 or more, or 0 for one for each core")
        if self.keep < 2:
            raise SettingsError(
                f"{self.keep} snapshots to keep is too few: readers may still use the one before; give 2 or more"
            )
        if self.keep_days is not None and self.keep_days < 1:
            raise SettingsError(f"{self.keep_days} days to keep snapshots: give 1 or more")
        if self.gate is not None and (fault := self.gate.check()):
            raise SettingsError(f"the gate's {fault}")
        if self.buckets is not None and (self.buckets < 1 or self.buckets & (self.buckets - 1)):
            raise SettingsError(f"{self.buckets} buckets: give a power of two")
        if min(astuple(self.limits)) <= 0:
            raise SettingsError("a limit of zero or less lets no document through")
