"""The SQLite file: the public tables of a snapshot as they are, what facets need, and full-text indexes."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from models.columns import Column, ColumnType, Table
from models.tables import SCHEMA_VERSION, TABLES
from pipeline.errors import OutputError, SettingsError
from pipeline.progress import Progress, Silent

if TYPE_CHECKING:
    from sqlite_utils import Database

LAYOUT = 1
"""Raised when what this module writes changes: files of an older layout are made anew."""
BATCH_ROWS = 1 << 13
STAGE = "browse"

_TYPES: dict[ColumnType, type] = {
    ColumnType.BOOL: int,
    ColumnType.INT8: int,
    ColumnType.INT16: int,
    ColumnType.INT32: int,
    ColumnType.INT64: int,
    ColumnType.FLOAT64: float,
}

FACET_COLUMNS: dict[str, tuple[str, str, str]] = {
    "axis": ("TEXT", "Code and title of the priority axis.", "Toimintalinjan koodi ja nimi."),
    "objective": ("TEXT", "Code and title of the specific objective.", "Erityistavoitteen koodi ja nimi."),
    "regions": ("TEXT", "Regions of the target area, a JSON list.", "Kohdealueen maakunnat."),
    "start_year": ("INTEGER", "Year in which the project starts.", "Aloitusvuosi."),
}
"""Columns that ``projects`` has here only, beside those of the contract: type, English, Finnish."""

_FILL_FACETS = """
update projects set
  axis = coalesce((select code || ' ' || title_fi from codes_axes as c
    where c.code = priority_axis_code and c.programme_period = projects.programme_period), priority_axis_code),
  objective = coalesce((select code || ' ' || title_fi from codes_objectives as c
    where c.code = specific_objective_code and c.programme_period = projects.programme_period),
    specific_objective_code),
  regions = (select json_group_array(name) from (select coalesce(c.name_fi, a.code) as name from allocations as a
    left join codes_regions as c on c.code = a.code
    where a.project_code = projects.project_code and a.level = 'region' order by name)),
  start_year = cast(substr(start_date, 1, 4) as integer)
"""

# no content of their own: the texts are in the tables. Letters keep their dots: tähti is not tahti.
_INDEXES = """
create virtual table projects_fts using fts5
  (project_name, text, lemmas, content='', tokenize="unicode61 remove_diacritics 0");
insert into projects_fts (rowid, project_name, text, lemmas)
  select p.rowid, p.project_name,
    (select group_concat(text, char(10)) from sections as s where s.project_code = p.project_code),
    (select group_concat(lemma, ' ') from
      (select distinct lemma from lemmas as l where l.project_code = p.project_code))
  from projects as p;
create virtual table sections_fts using fts5
  (title, text, lemmas, content='', tokenize="unicode61 remove_diacritics 0");
insert into sections_fts (rowid, title, text, lemmas)
  select s.rowid, s.title, s.text,
    (select group_concat(lemma, ' ') from
      (select distinct lemma from lemmas as l where l.project_code = s.project_code and l.section_name = s.name))
  from sections as s;
"""


def public_tables() -> tuple[Table, ...]:
    """What may be browsed: all but the restricted tables."""
    return tuple(table for table in TABLES.values() if not table.restricted)


def snapshot_mark(snapshot: Path) -> str:
    """What a database says of itself: it fits this snapshot, this schema and this program."""
    return f"{snapshot.resolve().name} schema {SCHEMA_VERSION} layout {LAYOUT}"


def is_current(path: Path, snapshot: Path) -> bool:
    """Was the file at ``path`` made of this snapshot as it is now?"""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute("select mark, stamp from browse").fetchone()
    except sqlite3.Error:
        return False
    return bool(found == (snapshot_mark(snapshot), _stamp(snapshot)))


def build_database(snapshot: Path, path: Path, progress: Progress | None = None) -> int:
    """Write the database of a snapshot to ``path``, in one step; the bytes it has. Raises ``PipelineError``.

    An unfinished file never has the name ``path``, and one that is there is replaced at the end.
    """
    snapshot, progress = snapshot.resolve(), progress or Silent()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if not path.parent.is_dir():
            raise OutputError(f"{path.parent} is no folder; make it first, or name another file")
        _build(snapshot, draft, progress)
        draft.replace(path)
        return path.stat().st_size
    except (OSError, sqlite3.OperationalError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise OutputError(f"{path} cannot be written: {reason}") from error
    finally:
        for left in (draft, draft.with_name(f"{draft.name}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _build(snapshot: Path, draft: Path, progress: Progress) -> None:
    from sqlite_utils import Database

    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    os.close(handle)
    tables = public_tables()
    parts = {table.name: _parts(snapshot, table) for table in tables}
    if not parts["projects"]:
        raise SettingsError(f"{snapshot} holds no table projects; make a new snapshot: hankekuvaus run")
    total = sum(int(pq.read_metadata(part).num_rows) for found in parts.values() for part in found)
    progress.begin(STAGE, total)
    connection = sqlite3.connect(draft, isolation_level=None)
    with closing(connection):
        for pragma in ("journal_mode = off", "synchronous = off", "page_size = 8192"):
            connection.execute(f"pragma {pragma}")
        database = Database(connection)
        for table in tables:
            _create(database, table)
        database.add_foreign_keys([key for table in tables for key in _foreign_keys(table)])
        for table in tables:
            _fill(connection, table, parts[table.name], progress)
        connection.execute(_FILL_FACETS)
        _add_indexes(database)
        connection.executescript(_INDEXES)
        connection.execute("create table browse (mark text, stamp text)")
        connection.execute("insert into browse values (?, ?)", (snapshot_mark(snapshot), _stamp(snapshot)))
        connection.execute("analyze")
        connection.execute("vacuum")


def _create(database: Database, table: Table) -> None:
    columns: dict[str, Any] = {column.name: _TYPES.get(column.type, str) for column in table.columns}
    if table.name == "projects":
        columns |= {name: int if kind == "INTEGER" else str for name, (kind, _, _) in FACET_COLUMNS.items()}
    database.table(table.name).create(
        columns,
        pk=table.key if len(table.key) > 1 else table.key[0],
        not_null=[column.name for column in table.columns if column.required],
    )


def _foreign_keys(table: Table) -> Iterator[tuple[str, str, str, str]]:
    """For links from row to row; SQLite does not enforce them, so a project that has no row is no fault."""
    references = {columns[0]: target for columns, target in table.references if len(columns) == 1}
    if table.name != "projects" and any(column.name == "project_code" for column in table.columns):
        references["project_code"] = "projects"
    for name, target in references.items():
        yield table.name, name, target, TABLES[target].key[0]


def _add_indexes(database: Database) -> None:
    for table in public_tables():
        names = {column.name for column in table.columns}
        for name in ("project_code", "document_id"):
            if name in names and table.key[0] != name:
                database.table(table.name).create_index([name])
    for name in ("fund", "axis", "objective", "start_year", "status"):
        database.table("projects").create_index([name])


def _fill(connection: sqlite3.Connection, table: Table, parts: list[Path], progress: Progress) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    statement = f'insert into "{table.name}" ({names}) values ({marks})'  # noqa: S608 - names of the contract
    connection.execute("begin")
    for part in parts:
        for batch in pq.ParquetFile(part).iter_batches(BATCH_ROWS):
            there = set(batch.schema.names)
            columns = [
                list(_plain(column, batch.column(column.name).to_pylist()))
                if column.name in there
                else [None] * batch.num_rows
                for column in table.columns
            ]
            connection.executemany(statement, zip(*columns, strict=True))
            progress.advance(batch.num_rows)
    connection.execute("commit")


def _plain(column: Column, values: list[Any]) -> Iterator[Any]:
    """Values as SQLite has them: ISO dates, 0 and 1, lists as JSON."""
    for value in values:
        if value is None or isinstance(value, str | int | float):
            yield value  # True and False are 1 and 0 to SQLite
        elif isinstance(value, datetime):
            yield value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
        elif isinstance(value, date):
            yield value.isoformat()
        else:
            assert column.type in (ColumnType.STRINGS, ColumnType.BOXES)
            yield json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parts(snapshot: Path, table: Table) -> list[Path]:
    assert not table.restricted  # whatever is asked
    return sorted((snapshot / "tables" / table.name).glob("part-*.parquet"))


def _stamp(snapshot: Path) -> str:
    """Of the snapshot's description, which names the hash of every part: it changes if the snapshot does."""
    import hashlib

    try:
        return hashlib.sha256((snapshot / "datapackage.json").read_bytes()).hexdigest()
    except OSError:
        return ""
