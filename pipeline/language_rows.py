"""Rows of the language tables of a bucket, from results and from where the passages stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from models.tables import TABLES
from pipeline.language_inputs import Reading
from pipeline.language_task import Result

BUCKET_LANGUAGE_TABLES = ("passages", "sentences", "entities", "lemmas", "persons")

Columns = dict[str, list[list[Any]]]


def make_columns(documents: Iterable[tuple[Reading, Result, str]], forgotten: frozenset[str] = frozenset()) -> Columns:
    """Table → values by column, rows by key; each document with its result and its text in ``texts``.

    Projects in ``forgotten`` have no persons.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in BUCKET_LANGUAGE_TABLES}
    for reading, result, text in documents:
        for name, found in _rows_of(reading, result, text).items():
            if name == "persons" and reading.project_code in forgotten:
                continue
            keys = [key for key in TABLES[name].key if key != "project_code"]
            found.sort(key=lambda row: tuple(row[key] for key in keys))
            rows[name] += found
    return {
        name: [[row.get(column) for row in found] for column in TABLES[name].column_names()]
        for name, found in rows.items()
    }


def _rows_of(reading: Reading, result: Result, text: str) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in BUCKET_LANGUAGE_TABLES}
    ordinals: Counter[tuple[str, str]] = Counter()
    lemmas: Counter[tuple[str, str, str]] = Counter()
    numbers: dict[str, str] = {}
    for passage, found in zip(reading.passages, result, strict=True):
        where = {
            "project_code": reading.project_code,
            "document_id": reading.document_id,
            "section_name": passage.section_name,
            "section_number": passage.section_number,
            "field": passage.field,
        }

        def place(table: str, start: int, end: int, group: str, where: dict[str, Any] = where) -> dict[str, Any]:
            first, last = passage.offsets.to_source(start, end)  # noqa: B023 - called at once
            ordinals[table, group] += 1
            row = where | {"ordinal": ordinals[table, group], "char_start": first, "char_end": last}
            rows[table].append(row)
            return row

        for start, end, language, words in found.paragraphs:
            place("passages", start, end, passage.section_name).update(language=language, n_words=words)
        for start, end, language in found.sentences:
            row = place("sentences", start, end, passage.section_name)
            row.update(text=passage.text[start:end], language=language)
        for start, end, label, source, lemma, link in found.entities:
            row = place("persons" if label == "PERSON" else "entities", start, end, "")
            system, _, code = link.partition(":")
            own = system in ("iso", "eur")
            row.update(
                label=label,
                text=text[row["char_start"] : row["char_end"]],
                lemma=lemma or None,
                source=source,
                code=None if own else code or None,
                code_system=None if own else system or None,
            )
        for lemma, pos, count in found.lemmas:
            lemmas[passage.section_name, lemma, pos] += count
        numbers.setdefault(passage.section_name, passage.section_number)
    for (name, lemma, pos), count in lemmas.items():
        rows["lemmas"].append(
            {
                "project_code": reading.project_code,
                "document_id": reading.document_id,
                "section_name": name,
                "section_number": numbers[name],
                "lemma": lemma,
                "pos": pos,
                "count": count,
            }
        )
    return rows
