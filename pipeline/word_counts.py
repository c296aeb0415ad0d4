"""Counts of base forms by project, as arrays: what keywords and similar projects are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.write import Part, table_folder

CONTENT = ("NOUN", "PROPN", "ADJ", "VERB")
"""Parts of speech that say what a text is about."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordCounts:
    """One entry for each word of each project, ordered by project and word."""

    projects: list[str]
    axes: list[str | None]
    """Of each project."""
    words: list[tuple[str, str]]
    """(base form, part of speech)."""
    project: Ints
    word: Ints
    count: Ints


def read_counts(root: Path, parts: Iterable[Part]) -> WordCounts:
    """The counts of all buckets of a snapshot under ``root``; memory goes with the entries, not with the texts."""
    names = sorted(part.name for part in parts if part.table == "lemmas")
    axis_of = _read_axes(root, sorted(part.name for part in parts if part.table == "projects"))
    tables = []
    for name in names:
        columns = ["project_code", "lemma", "pos", "count"]
        table = pq.read_table(root / table_folder("lemmas") / name, columns=columns, use_threads=False)
        table = table.filter(pc.is_in(table["pos"], value_set=pa.array(CONTENT)))
        pairs = zip(table["lemma"].to_pylist(), table["pos"].to_pylist(), strict=True)
        joined = pa.array([f"{lemma}\t{pos}" for lemma, pos in pairs], pa.string())
        table = pa.table({"project": table["project_code"], "word": joined, "count": table["count"]})
        tables.append(table.group_by(["project", "word"]).aggregate([("count", "sum")]))
    if not tables or not sum(table.num_rows for table in tables):
        empty = np.zeros(0, dtype=np.int64)
        return WordCounts([], [], [], empty, empty, empty)
    whole = pa.concat_tables(tables)
    project, codes = _number(whole["project"])
    word, words = _number(whole["word"])
    count = whole["count_sum"].to_numpy().astype(np.int64)
    order = np.lexsort((word, project))
    split = [(lemma, pos) for lemma, _, pos in (one.partition("\t") for one in words)]
    return WordCounts(codes, [axis_of.get(code) for code in codes], split, project[order], word[order], count[order])


def _read_axes(root: Path, names: list[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in names:
        columns = ["project_code", "priority_axis_code"]
        table = pq.read_table(root / table_folder("projects") / name, columns=columns, use_threads=False)
        for row in table.to_pylist():
            found[str(row["project_code"])] = row["priority_axis_code"]
    return found


def _number(column: pa.ChunkedArray[Any]) -> tuple[Ints, list[str]]:
    """Values as numbers in the order of the sorted distinct values."""
    encoded = column.combine_chunks().dictionary_encode()
    values = [str(value) for value in encoded.dictionary.to_pylist()]
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = np.empty(len(values), dtype=np.int64)
    rank[order] = np.arange(len(values))
    return rank[encoded.indices.to_numpy().astype(np.int64)], [values[place] for place in order]
