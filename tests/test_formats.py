"""The same description gives the same rows in every format."""

from __future__ import annotations

from pathlib import Path

import pytest
from rows import check_invariants, comparable

from parsers.parse import parse_document

ARCHIVE = Path(__file__).parents[1] / "data" / "sample" / "archive"
EVERY = sorted(folder for folder in (ARCHIVE / "every_format").iterdir() if folder.is_dir())
TABLES = ("projects", "sections", "scores", "indicators", "locations", "allocations", "partners", "fields")


def test_there_are_three_projects_in_six_files() -> None:
    assert [len(list(folder.iterdir())) for folder in EVERY] == [6, 6, 6]


@pytest.mark.parametrize("folder", EVERY, ids=lambda folder: folder.name)
@pytest.mark.parametrize("table", TABLES)
def test_same_rows(folder: Path, table: str) -> None:
    parses = {path.name: parse_document(path.read_bytes(), name=path.name) for path in sorted(folder.iterdir())}
    reference = comparable(parses[f"{folder.name}.txt"], table)
    for name, parsed in parses.items():
        found = comparable(parsed, table)
        assert len(found) == len(reference), name
        for mine, wanted in zip(found, reference, strict=True):
            differing = {key: (mine[key], wanted[key]) for key in wanted if mine[key] != wanted[key]}
            assert not differing, (name, differing)


@pytest.mark.parametrize("path", sorted(p for p in ARCHIVE.rglob("*") if p.is_file()), ids=lambda p: p.name)
def test_invariants_hold_for_every_sample(path: Path) -> None:
    check_invariants(parse_document(path.read_bytes(), name=path.name))
