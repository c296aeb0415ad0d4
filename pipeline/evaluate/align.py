"""Which found row answers which row of the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from models.records import Row
from pipeline.evaluate.compare import as_text, fold, measure_similarity
from pipeline.evaluate.judged import JudgedTable

_MOST_COMPARED = 2_500
Pair = tuple[str, Row | None, Row | None]
"""The rows' key as text, the truth's row, the found row; one of the rows may be missing."""


def pair_rows(table: JudgedTable, truth: Sequence[Row], found: Sequence[Row]) -> Iterator[Pair]:
    """Every row of both sides once, in the truth's order."""
    groups: dict[str, tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((truth, found)):
        for row in rows:
            key = " ".join(as_text(row.get(column)) for column in table.key)
            groups.setdefault(key, ([], []))[side].append(row)
    for key, (ours, theirs) in groups.items():
        if table.sequence:
            yield from _pair_in_order(key, table.sequence, ours, theirs)
        else:
            yield from _pair_by_place(key, ours, theirs)


def _pair_by_place(key: str, truth: Sequence[Row], found: Sequence[Row]) -> Iterator[Pair]:
    for place in range(max(len(truth), len(found))):
        yield (
            key,
            truth[place] if place < len(truth) else None,
            found[place] if place < len(found) else None,
        )


def _pair_in_order(key: str, column: str, truth: Sequence[Row], found: Sequence[Row]) -> Iterator[Pair]:
    ours, theirs = ([fold(as_text(row.get(column))) for row in rows] for rows in (truth, found))
    for _, begin, end, start, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        for place, other in _likest_pairs(ours[begin:end], theirs[start:stop]):
            row = None if place is None else truth[begin + place]
            answer = None if other is None else found[start + other]
            yield f"{key} {as_text((row or answer or {}).get(column))}".strip(), row, answer


def _likest_pairs(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Places of both sides in order, each once; those are paired that are likest as a whole."""
    if len(ours) == len(theirs) or len(ours) * len(theirs) > _MOST_COMPARED:
        pairs = zip_longest(range(len(ours)), range(len(theirs)))
        return list(pairs)
    # best[i][j]: likeness of the best pairing of what comes after places i and j
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    alike = [[measure_similarity(one, other) for other in theirs] for one in ours]
    for i in reversed(range(len(ours))):
        for j in reversed(range(len(theirs))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] + best[i + 1][j + 1])
    found: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(ours) or j < len(theirs):
        if i < len(ours) and j < len(theirs) and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif j == len(theirs) or (i < len(ours) and best[i][j] == best[i + 1][j]):
            found.append((i, None))
            i += 1
        else:
            found.append((None, j))
            j += 1
    return found
