"""How grave an issue is."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How grave an issue is."""

    ERROR = "error"
    """Something of the document is lost or cannot be trusted."""
    WARNING = "warning"
    """A value is doubtful or text was left over: worth a look."""
    INFO = "info"
    """Worth knowing; the values stand."""

    @property
    def rank(self) -> int:
        return ("error", "warning", "info").index(self.value)
