"""Tables of a report in HTML: each scrolls by itself in a narrow window, and the keyboard reaches it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.report.charts import show_number
from pipeline.web_page import safe


def plain_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of plain values: whole numbers to the right."""
    lines = []
    numbers = 0
    for first, *rest in rows:
        numbers = sum(isinstance(value, int) for value in rest)
        cells = "".join(
            number_cell(value) if isinstance(value, int) else f"<td>{safe(_text(value))}</td>" for value in rest
        )
        lines.append(f"<tr><th scope=row>{safe(_text(first))}</th>{cells}</tr>")
    return write_table(heads, lines, numbers=numbers if len(heads) == numbers + 1 else 0)


def _text(value: object) -> object:
    return "–" if value is None else value


def write_table(heads: Sequence[str], rows: Iterable[str], *, numbers: int, name: str = "") -> str:
    """A table of rows that are HTML; the last ``numbers`` columns are numbers, ``name`` is a CSS class."""
    first = len(heads) - numbers
    head = "".join(
        f"<th scope=col{' class=n' if place >= first else ''}>{safe(name)}</th>" if name else "<td></td>"
        for place, name in enumerate(heads)
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{safe(", ".join(filter(None, heads)))}">'
        f'<table class="{name}"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def number_cell(value: float, name: str = "") -> str:
    """A cell with a number; ``name`` says what it is where the table's head is not shown."""
    label = f' data-label="{safe(name)}"' if name else ""
    return f'<td class="n"{label}>{show_number(value)}</td>'


def difference_cell(value: float) -> str:
    """A cell with a difference and its sign."""
    sign = "+" if value > 0 else ""
    name = "up" if value > 0 else "down"
    return f'<td class="n {name}">{sign}{show_number(value)}</td>'
