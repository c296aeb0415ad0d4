"""The notebooks: executed on the sample archive with known results, and on one document without language."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli import app

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [notebook.stem for notebook in NOTEBOOKS]
EXPECTED = yaml.safe_load((ROOT / "tests" / "cases" / "notebooks.yaml").read_text("utf-8"))
SAMPLE = ROOT / "data" / "sample" / "archive"

EXECUTE = """
import sys
import nbformat
from nbclient import NotebookClient

path, folder = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
where = {"metadata": {"path": folder}}
NotebookClient(notebook, kernel_name="python3", timeout=120, resources=where).execute()
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stderr":
            sys.exit(f"a warning: {output.text}")
print(notebook.cells[-1].outputs[0].text)
"""
"""Run in a process of its own: event loop and kernel leave nothing behind in that of the tests."""


def make_tables(archive: Path, folder: Path, *options: str) -> Path:
    result = CliRunner().invoke(app, ["run", str(archive), "--out", str(folder), "--quiet", *options])
    assert result.exit_code in (0, 3), result.output
    return folder / "latest"


def execute(notebook: Path, tables: Path, figures: Path) -> dict[str, Any]:
    """What the last cell printed."""
    done = subprocess.run(
        [sys.executable, "-c", EXECUTE, str(notebook), str(notebook.parent)],
        env=os.environ | {"HANKEKUVAUS_TABLES": str(tables), "HANKEKUVAUS_FIGURES": str(figures)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    results: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return results


def execute_all(tables: Path, figures: Path) -> dict[str, dict[str, Any]]:
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda notebook: execute(notebook, tables, figures), NOTEBOOKS)
        return dict(zip(NAMES, results, strict=True))


@pytest.fixture(scope="module")
def on_sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, dict[str, Any]], Path]:
    """Results by notebook, and the folder of the plots."""
    figures = tmp_path_factory.mktemp("figures")
    tables = make_tables(SAMPLE, tmp_path_factory.mktemp("sample") / "tables", "--language", "full")
    return execute_all(tables, figures), figures


@pytest.fixture(scope="module")
def on_one_document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The same of a single short description, without what a language model makes."""
    folder = tmp_path_factory.mktemp("one")
    (folder / "archive").mkdir()
    shutil.copy(SAMPLE / "eakr/texts/A79002.txt", folder / "archive")
    return execute_all(make_tables(folder / "archive", folder / "tables", "--language", "off"), folder)


@pytest.mark.parametrize("name", NAMES)
def test_results_on_the_sample(name: str, on_sample: tuple[dict[str, dict[str, Any]], Path]) -> None:
    results, figures = on_sample
    found = results[name]
    assert EXPECTED[name]
    assert {key: found.get(key) for key in EXPECTED[name]} == EXPECTED[name]
    plots = list(figures.glob(f"{name[:2]}_*.png"))
    source = "".join(
        "".join(cell["source"]) for cell in json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text())["cells"]
    )
    assert len(plots) == len(re.findall(r"\bfinish\(", source)) > 0
    assert all(plot.stat().st_size > 5_000 for plot in plots)


@pytest.mark.parametrize("name", NAMES)
def test_few_rows_and_no_language_are_no_fault(name: str, on_one_document: dict[str, dict[str, Any]]) -> None:
    found = on_one_document[name]
    few = {
        "01_tables_and_trust": ("projects", 1),
        "02_money": ("planned_public_eur", 6000),
        "04_partners": ("edges", 0),
    }
    key, value = few.get(name, (None, None))
    assert key is None or found[key] == value
    if name == "05_texts":
        assert found["language"] is False
        assert found["has_words"] is False


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_notebook_is_stripped_and_explained(notebook: Path) -> None:
    content = json.loads(notebook.read_text("utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    prose = [cell for cell in content["cells"] if cell["cell_type"] == "markdown"]
    assert "*Suomeksi:*" in "".join(prose[0]["source"])
    assert len(prose) >= len(code) // 2
    text = "".join("".join(cell["source"]) for cell in code)
    assert "assert " in text
    assert not re.search(r"restricted/|contacts|persons", text)
    assert set(re.findall(r"pd\.read_\w+", text)) == set(), "tables come from helpers.read: Parquet only"


def test_there_are_six() -> None:
    assert len(NOTEBOOKS) == 6
    assert set(EXPECTED) == set(NAMES)
