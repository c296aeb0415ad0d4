"""What generated pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOTE = "<!-- Written by `make docs` from {source}; edit there, not here. -->\n"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; bars in cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def table_of_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], head: Sequence[str] = ()) -> str:
    """The same of rows by name."""
    return markdown_table(
        head or [name.replace("_", " ") for name in columns], ([row[name] for name in columns] for row in rows)
    )
