"""``corrections.csv``: what people know better than the documents, kept beside the snapshots and replayed in every run.

The file is UTF-8 CSV with the head ``CORRECTION_COLUMNS``; it may be edited by hand. Corrections are applied in their
order at assembly, so nothing is parsed anew for them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from models.corrections import CORRECTION_COLUMNS, Correction
from models.records import Row
from models.tables import TABLES
from parsers.correct import Refused, correct_tables, read_correction
from pipeline.errors import SettingsError
from pipeline.packed import Packed, pack_rows
from pipeline.write import write_file

FILE_NAME = "corrections.csv"
"""In the output folder, beside the snapshots."""

_TABLES = (
    "projects", "scores", "indicators", "locations", "allocations", "partners", "fields", "issues", "texts", "contacts"
)  # fmt: skip
_DOCUMENT = re.compile(r"[0-9a-f]{64}")


class CorrectionsError(SettingsError):
    """The file of corrections is broken; the message says where and what to do."""


def corrections_path(out: Path) -> Path:
    """Where the corrections of an output folder are kept."""
    return out / FILE_NAME


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """All corrections, none if there is no file; raises ``CorrectionsError``."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CorrectionsError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CorrectionsError(f"{path}: not UTF-8; save it as UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found = []
    try:
        for cells in reader:
            if reader.line_num == 1 and tuple(cells) != CORRECTION_COLUMNS:
                raise CorrectionsError(f"{path}: the first line must be {','.join(CORRECTION_COLUMNS)}")
            if reader.line_num > 1 and any(cells):
                found.append(_read_line(path, reader.line_num, cells))
    except csv.Error as error:
        raise CorrectionsError(f"{path}, line {reader.line_num}: {error}; mend the quotes") from error
    return tuple(found)


def _read_line(path: Path, line: int, cells: Sequence[str]) -> Correction:
    def fail(what: str) -> CorrectionsError:
        return CorrectionsError(f"{path}, line {line}: {what}")

    if len(cells) != len(CORRECTION_COLUMNS):
        raise fail(f"{len(cells)} cells instead of {len(CORRECTION_COLUMNS)}; quote cells that hold commas")
    named: dict[str, Any] = dict(zip(CORRECTION_COLUMNS, cells, strict=True))
    if not re.fullmatch(r"\d{1,4}", named["ordinal"] or "1"):
        raise fail("ordinal is no number")
    named["ordinal"] = int(named["ordinal"] or "1")
    correction = Correction(**named)
    if bool(correction.document_id) == bool(correction.project_code):
        raise fail("give either document_id or project_code")
    if correction.document_id and not _DOCUMENT.fullmatch(correction.document_id):
        raise fail("document_id is no SHA-256")
    if not correction.who.strip() or not correction.why.strip():
        raise fail("who and why must be told")
    refused = read_correction(correction.field, correction.new_value)
    if isinstance(refused, Refused):
        raise fail(refused.why)
    return correction


def add_correction(path: Path, correction: Correction) -> None:
    """Put a correction at the file's end; the file is replaced as a whole. Raises ``CorrectionsError``, ``OSError``."""
    if not correction.who.strip() or not correction.why.strip():
        raise CorrectionsError("say who and why: a correction that nobody can check is none")
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(CORRECTION_COLUMNS)
    writer.writerows(astuple(one) for one in (*read_corrections(path), correction))
    draft = path.with_name(f".{path.name}.new")
    write_file(draft, sink.getvalue().encode())
    draft.replace(path)


def choose_corrections(corrections: Iterable[Correction], packed: Packed, *, current: bool) -> list[Correction]:
    """The corrections that are for a document."""
    return [
        one
        for one in corrections
        if one.document_id == packed.document_id or (current and one.project_code == packed.project_code)
    ]


def correct_packed(packed: Packed, corrections: Sequence[Correction]) -> Packed:
    """A parsed document with corrections applied."""
    tables = {name: _unpack(packed, name) for name in _TABLES}
    new = correct_tables(tables, corrections, final_report=packed.final_report)
    rows, columns = dict(packed.rows), dict(packed.columns)
    for name, found in new.items():
        rows.pop(name, None)
        columns.pop(name, None)
        if found:
            rows[name], columns[name] = pack_rows(TABLES[name], found)
    return Packed(
        document_id=packed.document_id,
        project_code=packed.project_code,
        status=packed.status,
        stated_date=packed.stated_date,
        ended=packed.ended,
        final_report=packed.final_report,
        characters=packed.characters,
        document=packed.document | {"issues": len(new["issues"])},
        rows=rows,
        columns=columns,
    )


def _unpack(packed: Packed, name: str) -> list[Row]:
    count = packed.rows.get(name, 0)
    if not count:
        return []
    rows: list[Row] = [{} for _ in range(count)]
    for column, values in zip(TABLES[name].columns, packed.columns[name], strict=True):
        if values is None:
            constant = packed.document_id if column.name == "document_id" else packed.project_code
            values = [constant]
        for place, row in enumerate(rows):
            row[column.name] = values[place] if len(values) == count else values[0]
    return rows
