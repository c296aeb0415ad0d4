"""What a container may unfold to, and how it is told that one cannot be read to its end."""

from __future__ import annotations

from dataclasses import dataclass

from models.issues import describe_reason
from pipeline.limits import Limits

RATIO = Limits().container_ratio
FREE_BYTES = Limits().container_free_bytes
ENTRIES = Limits().container_entries
DEPTH = Limits().container_depth


class ContainerError(Exception):
    """A container cannot be read to its end: ``status`` and ``reason`` of its row in ``files``."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(slots=True)
class Budget:
    """What the outermost container may still unfold to."""

    member_bytes: int
    """Of one member."""
    bytes: int
    entries: int = ENTRIES
    passed: int = FREE_BYTES
    """Bytes that may pass through a stream (tar, WARC), those of members that are skipped included."""
    depth: int = DEPTH
    """Containers within each other."""

    @property
    def is_spent(self) -> bool:
        return min(self.bytes, self.entries, self.passed) < 0

    def spend(self, count: int) -> None:
        """Bytes of members."""
        self.bytes -= count
        if self.bytes < 0:
            raise _too_much("too_compressed")

    def let_pass(self, count: int) -> None:
        """Bytes of a stream."""
        self.passed -= count
        if self.passed < 0:
            raise _too_much("too_compressed")

    def enter(self) -> None:
        """One more entry."""
        self.entries -= 1
        if self.entries < 0:
            raise _too_much("too_many_entries")


def _too_much(code: str) -> ContainerError:
    return ContainerError("too_large", describe_reason(code))
