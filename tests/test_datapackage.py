"""The snapshot's description, held against Frictionless, against the rows themselves, and against what others read."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from frictionless import Package, Resource, Schema
from typer.testing import CliRunner

from models.columns import ColumnType
from models.tables import SCHEMA_VERSION, TABLES
from pipeline.cli import app
from pipeline.dictionary import describe_table
from pipeline.write import table_folder

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "archive"
FRICTIONLESS = Path(sys.executable).with_name("frictionless")
MOST_ROWS = 150
"""Of a table that are held against its schema: Frictionless is slow."""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of the sample archive."""
    out = tmp_path_factory.mktemp("described") / "out"
    result = CliRunner().invoke(app, ["run", str(SAMPLE), "--out", str(out), "--quiet"])
    assert result.exit_code == 3, result.output
    return (out / "latest").resolve()


@pytest.fixture(scope="module")
def package(snapshot: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((snapshot / "datapackage.json").read_text("utf-8"))
    return found


@pytest.mark.slow
def test_frictionless_validates_a_snapshot(snapshot: Path) -> None:
    done = subprocess.run(
        [FRICTIONLESS, "validate", snapshot / "datapackage.json", "--json"],
        capture_output=True,
        timeout=120,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["valid"], [(task["name"], task["errors"][:2]) for task in report["tasks"] if task["errors"]]
    assert {task["name"] for task in report["tasks"]} == set(TABLES)
    assert done.returncode == 0


@pytest.mark.slow
def test_frictionless_validates_an_output_without_the_language_tables(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    text = (SAMPLE / "eakr" / "texts" / "A79002.txt").read_bytes()
    (tmp_path / "archive" / "A79002.txt").write_bytes(text)
    arguments = ["run", str(tmp_path / "archive"), "--out", str(tmp_path / "out"), "--quiet", "--language", "off"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    report = Package(str(tmp_path / "out" / "latest" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "note"])[:5]


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_as_the_schema_says(snapshot: Path, package: dict[str, Any], name: str) -> None:
    """Types, required values and keys, as Frictionless understands the descriptor."""
    (resource,) = [one for one in package["resources"] if one["name"] == name]
    rows = pq.read_table(snapshot / table_folder(name)).slice(0, MOST_ROWS).to_pylist()
    head = [field["name"] for field in resource["schema"]["fields"]]
    values = [[plain(row[column]) for column in head] for row in rows]
    schema = Schema.from_descriptor({**resource["schema"], "foreignKeys": []})
    report = Resource(name=name, data=[head, *values], schema=schema).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]
    assert resource["row_count"] == sum(part["rows"] for part in resource["parts"])
    assert resource["byte_count"] == sum((snapshot / part["path"]).stat().st_size for part in resource["parts"])


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return value


def test_a_wrong_row_would_be_found(package: dict[str, Any]) -> None:
    (resource,) = [one for one in package["resources"] if one["name"] == "scores"]
    schema = Schema.from_descriptor({**resource["schema"], "foreignKeys": []})
    head = [field["name"] for field in resource["schema"]["fields"]]
    report = Resource(name="scores", data=[head, ["S1", *["x"] * (len(head) - 1)]], schema=schema).validate()
    assert not report.valid


def test_it_says_which_version_licence_and_citation(package: dict[str, Any]) -> None:
    assert package["schema_version"] == SCHEMA_VERSION
    assert "first number" in package["compatibility"]
    assert package["licenses"][0]["title"]
    assert package["licenses"][0]["name"]
    assert package["sources"][0]["title"] in package["citation"] or "Ministry" in package["citation"]
    for page in ("data_dictionary.md", "data_dictionary.fi.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert SCHEMA_VERSION in text
    page = (ROOT / "docs" / "data_dictionary.md").read_text("utf-8")
    assert package["compatibility"] in page.replace("\n", " ")
    assert package["licenses"][0]["title"] in page.replace("\n", " ")
    assert package["citation"] in page.replace("\n", " ")


# The same descriptions, wherever somebody looks


@pytest.mark.parametrize("name", TABLES)
def test_descriptions_are_in_parquet_package_and_dictionary(snapshot: Path, package: dict[str, Any], name: str) -> None:
    (resource,) = [one for one in package["resources"] if one["name"] == name]
    schema = ds.dataset(snapshot / table_folder(name)).schema
    table = describe_table(name)
    assert schema.metadata[b"description"].decode() == table["description"] == resource["title"]
    assert schema.metadata[b"description_fi"].decode() == table["description_fi"] == resource["title_fi"]
    for column, field in zip(table["columns"], resource["schema"]["fields"], strict=True):
        metadata = schema.field(column["name"]).metadata
        for key in ("description", "description_fi"):
            assert metadata[key.encode()].decode() == column[key] == field[key]
        assert schema.field(column["name"]).nullable == (not column["required"])


def test_duckdb_shows_the_descriptions(snapshot: Path) -> None:
    """As docs/data_dictionary.md says; a table's own also in the footer of its Parquet files."""
    page = (ROOT / "docs" / "data_dictionary.md").read_text("utf-8")
    query = page.partition("```sql\n")[2].partition("```")[0]
    found = dict(duckdb.sql(query.replace("tables/latest", str(snapshot))).fetchall())
    assert found == {column.name: column.en for column in TABLES["projects"].columns}
    files = snapshot / "tables" / "projects" / "*.parquet"
    footer = dict(duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{files}')").fetchall())
    assert footer["description"] == TABLES["projects"].en


def test_every_type_has_a_name_for_the_package() -> None:
    from pipeline.datapackage import _TYPES

    assert set(_TYPES) == set(ColumnType)
