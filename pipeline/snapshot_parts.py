"""The part files of a snapshot as its data package lists them, and which of them two snapshots share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from models.tables import TABLES
from pipeline.errors import PipelineError
from pipeline.write import Part, table_folder


class DamagedSnapshotError(PipelineError):
    """A snapshot cannot be read."""


@dataclass(frozen=True, slots=True)
class View:
    """A snapshot, or a draft of one, to be read: its folder, its parts, and what ``run.json`` says of it."""

    folder: Path
    parts: tuple[Part, ...]
    run: dict[str, Any]

    @property
    def buckets(self) -> int:
        """Part files into which projects were spread; 1 where that is not known, which is right for every snapshot."""
        number = self.run.get("buckets")
        return number if isinstance(number, int) and number > 0 else 1


def open_view(snapshot: Path) -> View:
    """A published snapshot; raises ``DamagedSnapshotError``."""
    try:
        package = json.loads((snapshot / "datapackage.json").read_text("utf-8"))
        parts = tuple(
            Part(resource["name"], Path(part["path"]).name, part["rows"], part["bytes"], part["hash"])
            for resource in package["resources"]
            for part in resource["parts"]
            if resource["name"] in TABLES
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedSnapshotError(
            f"{snapshot / 'datapackage.json'} cannot be read ({type(error).__name__}); is this a snapshot?"
        ) from error
    try:
        run = json.loads((snapshot / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        run = {}
    return View(snapshot, parts, run if isinstance(run, dict) else {})


def draft_view(folder: Path, parts: Iterable[Part], run: dict[str, Any]) -> View:
    """A snapshot that is being made; hashes are written as the data package writes them."""
    plain = (Part(part.table, part.name, part.rows, part.bytes, f"sha256:{part.sha256}") for part in parts)
    return View(folder, tuple(plain), run)


def part_number(part: Part) -> int:
    return int(part.name.removeprefix("part-").removesuffix(".parquet"))


def group_parts(view: View, groups: int) -> dict[tuple[str, int], list[Part]]:
    """(table, group) → parts. ``groups`` divides the snapshot's buckets: a project's rows are all in one group."""
    grouped: dict[tuple[str, int], list[Part]] = {}
    for part in sorted(view.parts, key=lambda part: (part.table, part.name)):
        grouped.setdefault((part.table, part_number(part) % groups), []).append(part)
    return grouped


def same_parts(one: Iterable[Part], other: Iterable[Part]) -> bool:
    """Whether two lists of parts hold the same rows for certain."""
    return sorted(part.sha256 for part in one) == sorted(part.sha256 for part in other)


def read_columns(view: View, parts: Iterable[Part], columns: list[str]) -> Iterator[pa.Table]:
    """The columns of some parts, as far as the files have them; raises ``DamagedSnapshotError``."""
    for part in parts:
        path = view.folder / table_folder(part.table) / part.name
        try:
            with pq.ParquetFile(path) as file:
                present = [name for name in columns if name in file.schema_arrow.names]
                yield file.read(columns=present, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise DamagedSnapshotError(f"{path} cannot be read ({type(error).__name__})") from error
