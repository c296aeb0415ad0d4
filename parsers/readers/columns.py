"""Tables in plain text: cells parted by tabs, or by runs of spaces that recur at the same place in several lines."""

from __future__ import annotations

import re
from itertools import pairwise

# A run of words with single spaces between: what stands in one cell.
_SEGMENT = re.compile(r"[^ ]+(?: [^ ]+)*")
_LONGEST_REST = 4
_FEWEST_ROWS = 3
_WIDE_GAP = 3

Cells = tuple[tuple[int, str], ...]


def split_tabs(raw: str) -> Cells:
    """The cells of a line with tabs, as (column, text); empty where its tabs are mere indentation."""
    body = raw.lstrip(" ").rstrip()
    if "\t" not in body.lstrip("\t"):
        return ()
    cells = [(column, " ".join(cell.split())) for column, cell in enumerate(body.split("\t"))]
    return tuple([cell for cell in cells if cell[1]])


def find_columns(raws: list[str]) -> dict[int, Cells]:
    """For the number of every line that is a row of a table set with spaces: its cells.

    Rows near each other are laid over one another; where all of them leave the same gaps free, the gaps part
    columns. Lines set to both margins have gaps too, but nowhere the same.
    """
    rows: list[tuple[int, list[tuple[int, int]]]] = []
    found: dict[int, Cells] = {}
    for number, raw in enumerate(raws):
        if "  " not in raw.lstrip():
            continue
        segments = [match.span() for match in _SEGMENT.finditer(raw)]
        if rows and number - rows[-1][0] > _LONGEST_REST:
            found.update(_lay_over(rows, raws))
            rows = []
        rows.append((number, segments))
    found.update(_lay_over(rows, raws))
    return found


def _lay_over(rows: list[tuple[int, list[tuple[int, int]]]], raws: list[str]) -> dict[int, Cells]:
    gaps = [min(after[0] - before[1] for before, after in pairwise(row)) for _, row in rows]
    if len(rows) < 2 or (len(rows) < _FEWEST_ROWS and min(gaps) < _WIDE_GAP):
        return {}
    bands: list[int] = []  # where each column ends
    starts: list[int] = []
    for start, end in sorted(span for _, row in rows for span in row):
        if bands and start < bands[-1]:
            bands[-1] = max(bands[-1], end)
        else:
            starts.append(start)
            bands.append(end)
    if len(bands) < 2:
        return {}
    cells: dict[int, Cells] = {}
    for number, row in rows:
        columns = [max(index for index, band in enumerate(starts) if band <= start) for start, _ in row]
        if len(set(columns)) < len(columns):
            return {}
        cells[number] = tuple(
            (column, raws[number][start:end]) for column, (start, end) in zip(columns, row, strict=True)
        )
    return cells
