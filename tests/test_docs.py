"""The documentation: generated pages are up to date, links lead somewhere, recipes run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.tables import TABLES
from pipeline.cli import app
from pipeline.docs import describe_commands, outdated_pages

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md")]
README = (ROOT / "README.md").read_text("utf-8")
RECIPES = re.findall(r"```python\n(.*?)```", README.partition("## Loading them")[2].partition("\n## ")[0], re.DOTALL)


LANGUAGE_TABLES = ("passages", "sentences", "entities", "lemmas", "persons", "keywords", "similar_projects")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Names of a page's headings as links write them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_generated_pages_are_up_to_date() -> None:
    outdated = outdated_pages(ROOT / "docs")
    assert not outdated, "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name) if name else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def test_readme_tells_of_every_table_and_page() -> None:
    section = README.partition("## The tables")[2].partition("\n## ")[0]
    told = {
        name for row in re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert told == set(TABLES), "README.md, part 'The tables'"
    linked = set(re.findall(r"\(docs/([\w.]+)\)", README))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} <= linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_pages_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    known = {command.name for command in describe_commands()}
    code = "\n".join([*blocks(text, "sh"), *blocks(text, "console"), *re.findall(r"`([^`\n]+)`", text)])
    for words in re.findall(r"(?:^|[\s/(`])hankekuvaus((?: [a-z][a-z-]*)+)", code):
        first, *rest = words.split()
        assert first in known or f"{first} {rest[0] if rest else ''}" in known or first == "snapshots", words
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|[`(])make ([a-z-]+)", code, re.MULTILINE)) <= targets


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a small snapshot lies where the recipes look for it."""
    folder = tmp_path_factory.mktemp("recipes")
    archive = folder / "archive"
    archive.mkdir()
    sample = ROOT / "data" / "sample" / "archive"
    for name in ("every_format/S29001/S29001.txt", "every_format/A79001/A79001.txt", "esr/texts/S29010.TXT"):
        shutil.copy(sample / name, archive)
    result = CliRunner().invoke(app, ["run", str(archive), "--out", str(folder / "data" / "tables"), "--quiet"])
    assert result.exit_code == 0, result.output
    return folder


def run_python(code: str, folder: Path) -> str:
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.mark.parametrize("recipe", RECIPES, ids=range(len(RECIPES)))
def test_recipe_runs(recipe: str, tables: Path) -> None:
    assert run_python(recipe, tables).strip()


def test_there_is_a_recipe_for_everyone() -> None:
    for library in ("pandas", "polars", "duckdb", "pyarrow"):
        assert any(re.search(rf"^import {library}\b", recipe, re.MULTILINE) for recipe in RECIPES)
    assert "library(arrow)" in blocks(README, "r")[0]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_loads_by_one_plain_call(name: str, tables: Path) -> None:
    package = json.loads((tables / "data" / "tables" / "latest" / "datapackage.json").read_text("utf-8"))
    (resource,) = (resource for resource in package["resources"] if resource["name"] == name)
    if not resource["path"]:
        assert name in LANGUAGE_TABLES  # made where a language model is installed
        return
    path = f"data/tables/latest/{'restricted' if TABLES[name].restricted else 'tables'}/{name}"
    code = (
        "import pandas, polars, duckdb\n"
        f"frame = pandas.read_parquet({path!r})\n"
        f"assert list(frame.columns) == polars.read_parquet({path + '/*.parquet'!r}).columns\n"
        f"assert len(frame) == duckdb.sql(\"SELECT count(*) FROM '{path}/*.parquet'\").fetchall()[0][0]\n"
        "print(len(frame))"
    )
    assert int(run_python(code, tables)) == resource["row_count"]
