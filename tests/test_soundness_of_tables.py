"""What must hold of tables is checked in every run: a table that contradicts itself is never published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from run_helpers import rows, run, write_archive

from models.tables import TABLES
from pipeline import assemble, write
from pipeline.errors import UnsoundError
from pipeline.soundness import check_bucket, check_draft, key_columns
from pipeline.write import Part, table_folder

TEXTS = {
    "a.txt": "code: S10001\ndate: 2016-01-01T00:00:00Z\n",
    "b.txt": "code: S10001\ndate: 2018-01-01T00:00:00Z\n",
    "c.txt": "code: S10002\n",
    "bad.txt": "quarantine: not_text\n",
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    run(write_archive(folder / "archive", TEXTS), folder / "out")
    return folder / "out"


@pytest.fixture
def keys(out: Path) -> dict[str, pa.Table]:
    return {
        name: pq.read_table(out / "latest" / table_folder(name), columns=list(key_columns(name)))
        for name in assemble.BUCKET_TABLES
    }


def test_sound_tables_pass(keys: dict[str, pa.Table]) -> None:
    check_bucket(keys)


@pytest.mark.parametrize("name", assemble.BUCKET_TABLES)
def test_a_repeated_key_is_found(keys: dict[str, pa.Table], name: str) -> None:
    keys[name] = pa.concat_tables([keys[name], keys[name].slice(0, 1)])
    with pytest.raises(UnsoundError):
        check_bucket(keys)


def change(table: pa.Table, column: str, values: list[Any]) -> pa.Table:
    place = table.column_names.index(column)
    return table.set_column(place, table.schema.field(column), pa.array(values, table.schema.field(column).type))


def test_rows_without_their_document_or_project_are_found(keys: dict[str, pa.Table]) -> None:
    superseded = next(row["document_id"] for row in keys["documents"].to_pylist() if row["role"] == "superseded")
    count = keys["sections"].num_rows
    for wrong in ("f" * 64, superseded):
        ids = [*keys["sections"]["document_id"].to_pylist()[1:], wrong]
        with pytest.raises(UnsoundError, match="sections"):
            check_bucket(keys | {"sections": change(keys["sections"], "document_id", ids)})
    assert count
    with pytest.raises(UnsoundError, match="not in projects"):
        check_bucket(keys | {"projects": keys["projects"].slice(1), "sections": keys["sections"].slice(0, 0)})


def test_two_current_documents_are_found(keys: dict[str, pa.Table]) -> None:
    roles = ["current" if role else None for role in keys["documents"]["role"].to_pylist()]
    with pytest.raises(UnsoundError, match="current document"):
        check_bucket(keys | {"documents": change(keys["documents"], "role", roles)})


@pytest.mark.parametrize("damage", ["lost", "changed", "cut"])
def test_a_part_that_reads_back_otherwise_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    archive, out = write_archive(tmp_path / "archive", TEXTS), tmp_path / "out"
    run(archive, out)
    before = (out / "latest").readlink()
    real = write.parquet_bytes

    def spoil(table: pa.Table) -> bytes:
        if damage == "lost":
            return real(table.slice(1) if table.num_rows else table)
        if damage == "changed" and table.schema.names == list(TABLES["texts"].column_names()):
            return real(change(table, "text", ["muu"] * table.num_rows))
        return real(table)[: -9 if damage == "cut" else None]

    monkeypatch.setattr(write, "parquet_bytes", spoil)
    with pytest.raises(UnsoundError, match="read back"):
        run(archive, out, full=True)
    assert (out / "latest").readlink() == before
    assert [path.name for path in (out / "snapshots").iterdir()] == [before.name]


def test_counts_that_are_not_the_tables_own_are_found(out: Path) -> None:
    snapshot = out / "latest"
    parts = [
        Part(name, path.name, pq.read_metadata(path).num_rows, path.stat().st_size, "")
        for name in ("files", "documents", "captures", "texts")
        for path in (snapshot / table_folder(name)).iterdir()
    ]
    files, documents = {"read": 4}, {"parsed": 3, "quarantined": 1}
    check_draft(snapshot, parts, files, documents)
    for wrong in (({"read": 5}, documents), (files, {"parsed": 4}), (files, {"parsed": 2, "quarantined": 2})):
        with pytest.raises(UnsoundError, match="rows instead of"):
            check_draft(snapshot, parts, *wrong)
    miscounted = [Part(part.table, part.name, part.rows + 1, part.bytes, "") for part in parts]
    with pytest.raises(UnsoundError, match="number of rows"):
        check_draft(snapshot, miscounted, files, documents)


def test_every_key_is_unique_and_every_reference_resolves(out: Path) -> None:
    for name, table in TABLES.items():
        found = rows(out, name)
        keys = [tuple(row[column] for column in table.key) for row in found]
        assert len(set(keys)) == len(keys), name
        for columns, other in table.references:
            known = {tuple(row[key] for key in TABLES[other].key[: len(columns)]) for row in rows(out, other)}
            used = {tuple(row[column] for column in columns) for row in found} - {(None,) * len(columns)}
            assert used <= known, (name, other)
