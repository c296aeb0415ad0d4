"""Stata files (format 118, Stata 14 and newer): variable labels, value labels, dates as ``%td`` and ``%tc``.

Stata labels numbers only, so yes/no and closed vocabularies become numbered labels, the same in every table; codes of
code lists stay text, with their leading zeros. Text over 2,045 bytes is a ``strL``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from models.columns import Column, ColumnType, Table
from pipeline.export.codebook import HEAD, codebook_rows
from pipeline.export.csv_files import guard, write_rows
from pipeline.export.files import replace_file
from pipeline.export.frames import build_frame, cut_characters
from pipeline.export.notes import Notes
from pipeline.export.source import Source
from pipeline.export.value_labels import NO_YES, Labels, closed_labels

MOST_NAME = 32
MOST_LABEL = 80
MOST_SHORT_TEXT = 2_045
MOST_TEXT = 2_000_000_000
LONG_NAME = f"a name longer than {MOST_NAME} characters is shortened"
NOT_LABELLED = "a word without a label: the column stays text"


def write_stata(source: Source, folder: Path, notes: Notes, language: str) -> list[Path]:
    """A ``.dta`` for each table and ``codebook.csv``; their paths. ``language`` of the labels: ``fi`` or ``en``."""
    names: dict[tuple[str, str], str] = {}
    codes: dict[tuple[str, str], dict[str, int]] = {}
    written = []
    for table in source.tables:
        short = stata_names(table.column_names())
        for column, name in short.items():
            if name != column:
                names[table.name, column] = name
                notes.add(table.name, column, LONG_NAME)
        written.append(_write_table(source, table, folder, notes, language, short, codes))
    book = folder / "codebook.csv"
    rows = codebook_rows(source, notes.listed(), names, codes)
    write_rows(book, HEAD, ([guard(value) for value in row] for row in rows))
    return [*written, book]


def stata_names(columns: Iterable[str]) -> dict[str, str]:
    """Names of at most 32 characters, all different; by column."""
    found: dict[str, str] = {}
    for column in columns:
        name, number = column[:MOST_NAME], 1
        while name in found.values():
            number += 1
            name = f"{column[: MOST_NAME - len(str(number))]}{number}"
        found[column] = name
    return found


def _write_table(
    source: Source,
    table: Table,
    folder: Path,
    notes: Notes,
    language: str,
    names: dict[str, str],
    codes: dict[tuple[str, str], dict[str, int]],
) -> Path:
    frame = build_frame(source, table, notes, MOST_TEXT)
    value_labels: dict[str, dict[int | float, str]] = {}
    long, dates = [], {}
    for column in table.columns:
        name = names[column.name]
        if column.type is ColumnType.BOOL:
            value_labels[name] = dict(enumerate(_pick(pair, language) for pair in NO_YES))
        elif column.type is ColumnType.STRING:
            numbers = _number_words(table, column, frame, notes)
            if numbers is not None:
                labels: Labels = closed_labels(table.name, column.name) or {}
                codes[table.name, column.name] = numbers
                value_labels[name] = {number: _pick(labels[word], language) for word, number in numbers.items()}
        if column.type is ColumnType.DATE:
            dates[name] = "td"
        elif column.type is ColumnType.TIMESTAMP:
            dates[name] = "tc"
        elif frame[column.name].dtype == object and _widest(frame[column.name]) > MOST_SHORT_TEXT:
            long.append(name)
    path = folder / f"{table.name}.dta"
    with replace_file(path) as unfinished:
        frame.rename(columns=names).to_stata(
            unfinished,
            version=118,
            write_index=False,
            convert_dates=dates,
            convert_strl=long,
            data_label=cut_characters(f"{table.name} {source.name}", MOST_LABEL),
            variable_labels={
                names[column.name]: cut_characters(column.fi if language == "fi" else column.en, MOST_LABEL)
                for column in table.columns
            },
            value_labels=value_labels,
        )
    return path


def _number_words(table: Table, column: Column, frame: pd.DataFrame, notes: Notes) -> dict[str, int] | None:
    """Numbers for the words of a closed vocabulary, put into the frame; None where the column stays text."""
    labels = closed_labels(table.name, column.name)
    if labels is None:
        return None
    numbers = {word: number for number, word in enumerate(labels, 1)}
    values = list(frame[column.name])
    strange = {value for value in values if value and value not in numbers}
    if strange:
        notes.add(table.name, column.name, NOT_LABELLED, len(strange))
        return None
    frame[column.name] = pd.Series([numbers.get(value) for value in values], dtype="float64")
    return numbers


def _widest(series: pd.Series) -> int:
    return max((len(value.encode()) for value in series), default=0)


def _pick(pair: tuple[str, str], language: str) -> str:
    return pair[0] if language == "fi" else pair[1]
