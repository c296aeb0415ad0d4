"""A part file without the persons of some projects: the same rows, their values masked, emptied or gone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from parsers.erase import Names, erase_names
from parsers.keys import lower_in_place
from pipeline.forget.records import FREE_COLUMNS, is_free

_KEYS = ("project_code", "document_id")


def erase_part(
    path: Path, documents: Mapping[str, str], names: Mapping[str, Names], texts: Mapping[str, str]
) -> pa.Table | None:
    """The new content of a part file of a table; None where nothing of it changes.

    ``documents``: document → project, of the projects to be forgotten. ``texts``: their masked texts, which
    ``fields.raw`` follows.
    """
    table = pq.read_table(path, use_threads=False)
    name = path.parent.name
    codes = set(documents.values())
    columns: dict[str, list[Any]] = table.select(
        [column for column in _KEYS if column in table.column_names]
    ).to_pydict()
    owners: list[Any] = (
        columns["project_code"] if "project_code" in columns else [documents.get(one) for one in columns["document_id"]]
    )
    places = [place for place, code in enumerate(owners) if code in codes]
    if not places:
        return None
    if name == "contacts":
        return _changed(table, _empty(table, places))
    if name == "persons":
        return _without(table, set(places))
    if name in ("lemmas", "keywords"):
        lemmas: list[Any] = table["lemma"].to_pylist()
        words = {code: names[code].words() for code in set(owners) & set(names)}
        return _without(
            table, {place for place in places if lower_in_place(lemmas[place]) in words.get(owners[place], ())}
        )
    return _changed(table, _mask(table, name, places, owners, names, texts))


def _mask(
    table: pa.Table,
    name: str,
    places: list[int],
    owners: list[str],
    names: Mapping[str, Names],
    texts: Mapping[str, str],
) -> pa.Table:
    fields: list[Any] | None = table["field"].to_pylist() if name == "fields" else None
    for column in FREE_COLUMNS[name]:
        values: list[Any] = table[column].to_pylist()
        for place in places:
            mine = names.get(owners[place])
            if mine and values[place] and (fields is None or is_free(fields[place])):
                values[place] = erase_names(values[place], mine)
        table = _put(table, column, values)
    if name == "fields":
        raws, starts, ends = (table[column].to_pylist() for column in ("raw", "char_start", "char_end"))
        documents: list[Any] = table["document_id"].to_pylist()
        for place in places:
            if raws[place] is not None and documents[place] in texts:
                raws[place] = texts[documents[place]][starts[place] : ends[place]]
        table = _put(table, "raw", raws)
    return table


def _empty(table: pa.Table, places: list[int]) -> pa.Table:
    for column in table.column_names:
        if column not in _KEYS:
            values: list[Any] = table[column].to_pylist()
            for place in places:
                values[place] = None
            table = _put(table, column, values)
    return table


def _put(table: pa.Table, column: str, values: list[Any]) -> pa.Table:
    place = table.schema.get_field_index(column)
    field = table.schema.field(place)
    return table.set_column(place, field, pa.array(values, field.type))


def _without(table: pa.Table, gone: set[int]) -> pa.Table | None:
    if not gone:
        return None
    return table.take(pa.array([place for place in range(table.num_rows) if place not in gone], pa.int64()))


def _changed(before: pa.Table, after: pa.Table) -> pa.Table | None:
    return None if before.equals(after) else after
