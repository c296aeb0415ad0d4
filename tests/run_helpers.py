"""What tests of whole runs share."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from models.tables import TABLES
from pipeline.run import RunResult, run_archive
from pipeline.settings import MEBIBYTE, Limits, RunSettings
from pipeline.write import table_folder

LIMITS = Limits(cpu_seconds=1, wall_seconds=20.0, memory_bytes=256 * MEBIBYTE)


def run(archive: Path | list[Any], out: Path, **settings: Any) -> RunResult:
    """A run with the fake parser."""
    archives = archive if isinstance(archive, list) else [archive]
    chosen: dict[str, Any] = {"parser": "fake_parser", "workers": 1, "limits": LIMITS} | settings
    return run_archive(archives, out, settings=RunSettings(**chosen))


def write_archive(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def hashes(snapshot: Path) -> dict[str, str]:
    """Path → SHA-256 of every part file and of the data package: what must not depend on chance or on history.

    Table ``changes`` does by its nature depend on the snapshot before, so it is left out.
    """
    found = {path: digest for path, digest in hash_files(snapshot).items() if not path.startswith("tables/changes/")}
    package = json.loads((snapshot / "datapackage.json").read_text())
    package["resources"] = [resource for resource in package["resources"] if resource["name"] != "changes"]
    found["datapackage.json"] = hashlib.sha256(json.dumps(package).encode()).hexdigest()
    return found


def hash_files(snapshot: Path) -> dict[str, str]:
    """The same with ``changes``, bytes as they are."""
    snapshot = snapshot.resolve()
    return {
        str(path.relative_to(snapshot)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(snapshot.rglob("*"))
        if path.is_file() and path.name != "run.json" and "report" not in path.relative_to(snapshot).parts
    }


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    """Rows of a table of the latest snapshot."""
    found: list[dict[str, Any]] = pq.read_table(out / "latest" / table_folder(table)).to_pylist()
    return found


def check_snapshot(snapshot: Path) -> None:
    """Every part that the data package names is there, whole, and no other."""
    package = json.loads((snapshot / "datapackage.json").read_text())
    named = {part["path"]: part["hash"] for resource in package["resources"] for part in resource["parts"]}
    found = {path: f"sha256:{digest}" for path, digest in hash_files(snapshot).items() if path != "datapackage.json"}
    assert found == named
    assert {resource["name"] for resource in package["resources"] if resource["parts"]} == set(TABLES)
    assert json.loads((snapshot / "run.json").read_text())["outcome"] in ("ok", "incomplete")
