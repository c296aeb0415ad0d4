"""What a format could not take as it is: counted, told on the terminal and written beside the files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that differs from the Parquet tables, and how many values it touches."""

    table: str
    column: str
    """Empty where it is about the whole table."""
    what: str
    count: int


class Notes:
    """Collects what is changed on the way out. ``add`` may come once for every value."""

    def __init__(self) -> None:
        self._found: Counter[tuple[str, str, str]] = Counter()

    def add(self, table: str, column: str, what: str, count: int = 1) -> None:
        if count:
            self._found[table, column, what] += count

    def listed(self) -> list[Note]:
        """In the order in which they were first seen."""
        return [Note(table, column, what, count) for (table, column, what), count in self._found.items()]
