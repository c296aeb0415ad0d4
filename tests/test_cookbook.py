"""The cookbook: every answer runs, in pandas and SQL with the same rows; tables load with their types by one call."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from models.schema import arrow_schema
from models.tables import TABLES
from pipeline.cli import app
from pipeline.write import table_folder

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "cookbook.md").read_text("utf-8")
INTRODUCTION, *PARTS = re.split(r"^## ", TEXT, flags=re.MULTILINE)
QUESTIONS = [part for part in PARTS if part[0].isdigit()]
OTHERS = [part for part in PARTS if not part[0].isdigit()]
MOST_LINES = 6


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample's tables lie where the recipes look for them."""
    folder = tmp_path_factory.mktemp("cookbook")
    out = str(folder / "data" / "tables")
    command = ["run", str(ROOT / "data/sample/archive"), "--out", out, "--quiet", "--language", "full"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code in (0, 3), result.output
    return folder


@pytest.fixture
def names(place: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the introduction defines."""
    monkeypatch.chdir(place)
    found: dict[str, Any] = {}
    for block in blocks(INTRODUCTION, "python"):
        exec(block, found)
    return found


def plain(value: Any) -> Any:
    """A value without its library's clothes."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float | Decimal):
        return round(float(value), 6)
    return value


def rows_of(frame: pd.DataFrame) -> list[list[Any]]:
    return [[plain(value) for value in row] for row in frame.astype(object).to_numpy().tolist()]


@pytest.mark.parametrize("question", QUESTIONS, ids=[part.split(".")[0] for part in QUESTIONS])
def test_pandas_and_sql_give_the_same_rows(question: str, names: dict[str, Any]) -> None:
    (python,), (sql,) = blocks(question, "python"), blocks(question, "sql")
    assert len(python.splitlines()) <= MOST_LINES
    assert len(sql.splitlines()) <= MOST_LINES
    exec(python, names)
    found = rows_of(names["answer"])
    assert found == [[plain(value) for value in row] for row in duckdb.sql(sql).fetchall()]
    assert found, "the sample has no row for this question"


def test_there_are_ten_questions() -> None:
    assert [int(part.split(".")[0]) for part in QUESTIONS] == list(range(1, 11))


@pytest.mark.parametrize("part", OTHERS, ids=[part.splitlines()[0] for part in OTHERS])
def test_other_recipes_run(part: str, names: dict[str, Any]) -> None:
    for block in blocks(part, "python"):
        exec(block, names)
        assert len(names["answer"]) > 0
        assert "From a number" not in part or bool(names["answer"].all())


@pytest.mark.parametrize("page", ["README.md", "docs/cookbook.md"])
def test_recipe_for_r_runs(page: str, place: Path) -> None:
    rscript = shutil.which("Rscript")
    ready = (
        rscript is not None
        and not subprocess.run(
            [rscript, "-e", "library(arrow); library(dplyr)"], capture_output=True, check=False
        ).returncode
    )
    if not ready:
        pytest.skip("R's recipes are not run: install R with its packages arrow and dplyr")
    for block in blocks((ROOT / page).read_text("utf-8"), "r"):
        done = subprocess.run([str(rscript), "-e", block], cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "ESR" in done.stdout


@pytest.mark.parametrize("name", TABLES)
def test_every_table_loads_in_pandas_with_its_types(name: str, place: Path) -> None:
    frame = pd.read_parquet(place / "data/tables/latest" / table_folder(name), dtype_backend="pyarrow")
    schema = arrow_schema(name)
    assert list(frame.columns) == schema.names
    for field in schema:
        assert frame[field.name].dtype.pyarrow_dtype == field.type, field.name
    plainly = pd.read_parquet(place / "data/tables/latest" / table_folder(name))
    for field in schema:
        known = plainly[field.name].dropna()
        if len(known) and pa.types.is_date(field.type):
            assert isinstance(known.iloc[0], date)
        elif len(known) and pa.types.is_timestamp(field.type):
            assert isinstance(known.iloc[0], datetime)
            assert str(plainly[field.name].dtype).endswith("UTC]")
        elif len(known) and pa.types.is_string(field.type):
            assert isinstance(known.iloc[0], str)
        elif len(known) and pa.types.is_integer(field.type):
            assert float(known.iloc[0]).is_integer()


def test_the_finnish_cookbook_runs(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its blocks in their order; each question prints something."""
    monkeypatch.chdir(place)
    names: dict[str, Any] = {}
    first, *answers = blocks((ROOT / "docs" / "fi" / "keittokirja.md").read_text("utf-8"), "python")
    exec(first, names)
    for answer in answers:
        exec(answer, names)
        assert "Empty DataFrame" not in (printed := capsys.readouterr().out), answer
        assert printed.strip(), answer
