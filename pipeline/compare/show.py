"""A difference of two snapshots in the terminal and as a page that stands alone."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from models.tables import TABLES
from pipeline.compare.difference import Difference
from pipeline.terminal import defuse
from pipeline.web_page import make_page, safe

_LONG = 70
"""Characters of a value in the terminal."""
_STYLES = {"added": "green", "removed": "red", "changed": "yellow"}
_CSS = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 80rem; margin: 0 auto; padding: 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-bottom: 1px solid #8886; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
td.value { max-width: 28rem; overflow-wrap: anywhere; white-space: pre-wrap; }
del { text-decoration: none; background: #d9404033; }
ins { text-decoration: none; background: #2f9e4433; }
.null { opacity: .6; font-style: italic; }
"""


def show_difference(found: Difference, most: int) -> RenderableType:
    """For the terminal, ``most`` changes of it."""
    parts: list[RenderableType] = [Text(f"{found.old} → {found.new}", "bold")]
    for title, pairs in _counts(found):
        grid = _grid(title, "Before", "Now", "Difference", numbers=3)
        for name, (before, now) in pairs.items():
            grid.add_row(defuse(name), f"{before:,}", f"{now:,}", f"{now - before:+,}")
        parts.append(grid)
    if not found.total:
        parts.append(Text("No value of any project is different."))
        return Group(*parts)
    grid = _grid("Changes in", "Change", "Cause", "Number", numbers=1)
    for (table, change, cause), count in sorted(found.counts.items()):
        grid.add_row(table, Text(change, _STYLES[change]), cause, f"{count:,}")
    parts.append(grid)
    grid = _grid("Project", "Table", "Row", "Column", "Before", "Now", "Cause")
    for code, table, key, column, change, old, new, cause in found.changes[:most]:
        cells = (code, table, key, column, *(_short(value) for value in (old, new)), cause)
        grid.add_row(*(Text(defuse(cell), _STYLES[change] if place == 3 else "") for place, cell in enumerate(cells)))
    parts.append(grid)
    if found.total > most:
        parts.append(Text(f"… and {found.total - most:,} more: --most, --html or --json shows them"))
    return Group(*parts)


def write_difference(found: Difference) -> str:
    """A whole page."""
    return make_page(f"{found.old} → {found.new}", _page(found), style=_CSS)


def _page(found: Difference) -> Iterator[str]:
    yield f"<header><h1>What changed</h1><p>From {safe(found.old)} to {safe(found.new)}.</p></header><main>"
    for title, pairs in _counts(found):
        rows = (
            f'<tr><th scope=row>{safe(name)}</th><td class="n">{old:,}</td><td class="n">{new:,}</td>'
            f'<td class="n">{new - old:+,}</td></tr>'
            for name, (old, new) in pairs.items()
        )
        yield _table((title, "Before", "Now", "Difference"), rows)
    if not found.total:
        yield "<p>No value of any project is different.</p></main>"
        return
    yield "<h2>Changes by cause</h2>"
    yield _table(
        ("Table", "Change", "Cause", "Number"),
        (
            f'<tr><th scope=row>{table}</th><td>{change}</td><td>{cause}</td><td class="n">{count:,}</td></tr>'
            for (table, change, cause), count in sorted(found.counts.items())
        ),
    )
    yield "<h2>Changes</h2>"
    if found.total > len(found.changes):
        yield f"<p>The first {len(found.changes):,} of {found.total:,}.</p>"
    yield _table([name.replace("_", " ") for name in TABLES["changes"].column_names()], map(_row, found.changes))
    yield "</main>"


def _row(change: tuple[str | None, ...]) -> str:
    *names, old, new, cause = change
    cells = "".join(f"<td>{safe(name)}</td>" for name in names)
    return f"<tr>{cells}{_value(old, 'del')}{_value(new, 'ins')}<td>{safe(cause)}</td></tr>"


def _value(value: str | None, mark: str) -> str:
    shown = '<span class="null">null</span>' if value is None else f"<{mark}>{safe(value)}</{mark}>"
    return f'<td class="value">{shown}</td>'


def _table(heads: tuple[str, ...] | list[str], rows: Iterator[str]) -> str:
    head = "".join(f"<th scope=col>{safe(name)}</th>" for name in heads)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{safe(heads[0])}"><table><thead><tr>{head}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _counts(found: Difference) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
    for title, pairs in (("Documents", found.documents), ("Rows", found.rows), ("Issues", found.issues)):
        if pairs:
            yield title, pairs


def _short(value: str | None) -> str:
    if value is None:
        return "null"
    line = " ".join(value.split())
    return line if len(line) <= _LONG else f"{line[: _LONG - 1]}…"


def _grid(*heads: str, numbers: int = 0) -> Table:
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for place, head in enumerate(heads):
        if place >= len(heads) - numbers:
            grid.add_column(head, justify="right")
        else:
            grid.add_column(head, overflow="fold")
    return grid
