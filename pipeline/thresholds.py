"""How far a new snapshot may differ from the last before the gate stops it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What may change from one snapshot to the next without a word of a person. Shares are in per cent."""

    rows_percent: float = 5.0
    """A table may lose so many of its rows."""
    coverage_points: float = 2.0
    """The share of a column's rows that have a value may fall by so many percentage points."""
    quarantined_points: float = 1.0
    """The share of documents that are quarantined, and of files that cannot be read, may rise by so many points."""
    partial_points: float = 5.0
    """The share of documents that are ``partial`` may rise by so many points."""
    issues_per_100: float = 5.0
    """An issue code (errors and warnings) may stand so many times more among a hundred documents …"""
    issues_percent: float = 20.0
    """… and that is a rise by at least so many per cent."""
    least_documents: int = 5
    """A difference worth fewer documents is never too much."""

    def check(self) -> str | None:
        """What is wrong with the values, for a person."""
        for name in self.__dataclass_fields__:
            if getattr(self, name) < 0:
                return f"{name} is {getattr(self, name)}; give 0 or more"
        return None
