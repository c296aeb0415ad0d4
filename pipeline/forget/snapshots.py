"""Published snapshots rewritten without some persons: file by file, by renames, and so that a crash costs nothing.

New files are made in a folder of their own, which gets its final name once all of them are on the disk; from then on
they are moved to their places, the data package last. A crash before that name leaves the snapshot as it was; after it,
the next ``apply_staged`` goes on. Names are read from restricted tables, so these are emptied when all else is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from parsers.erase import Names, erase_names, merge_names
from pipeline.forget.names import Holding
from pipeline.forget.parts import erase_part
from pipeline.snapshot import UNFINISHED, sync_folder
from pipeline.write import parquet_bytes, table_folder, write_file

STAGED = ".forget-"

_GONE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Page removed</title>
<main><h1>Page removed</h1>
<p>The persons of this project are forgotten (<code>hankekuvaus forget</code>), and this page was removed with them.
Make it anew: <code>hankekuvaus explain PROJECT_CODE --out OUT</code>.</p></main></html>
"""

Inode = tuple[int, int]


def erase_snapshots(holdings: Sequence[Holding], names: Mapping[str, Names]) -> None:
    """Rewrite all snapshots; raises ``OSError``, and may then be called again."""
    for files in (Holding.public_files, Holding.restricted_files):
        # hard links: told before anything moves, since numbers of inodes are used again
        inodes = {
            holding.snapshot / path: _inode(holding.snapshot / path) for holding in holdings for path in files(holding)
        }
        made: dict[Inode, Path | None] = {}
        for holding in holdings:
            _erase_snapshot(holding, files(holding), names, inodes, made)


def apply_staged(out: Path) -> None:
    """Finish what a crash interrupted; only under the lock. Raises ``OSError``."""
    for staged in sorted((out / "snapshots").glob(f"{STAGED}*")):
        snapshot = out / "snapshots" / staged.name.removeprefix(STAGED)
        if snapshot.is_dir():
            _apply(staged, snapshot)
        else:  # removed meanwhile
            shutil.rmtree(staged)


def _erase_snapshot(
    holding: Holding,
    files: Sequence[Path],
    names: Mapping[str, Names],
    inodes: Mapping[Path, Inode],
    made: dict[Inode, Path | None],
) -> None:
    snapshot = holding.snapshot
    draft = snapshot.with_name(f"{UNFINISHED}forget-{snapshot.name}")
    texts = _masked_texts(holding, names)
    changed: dict[str, dict[str, Any]] = {}
    for path in files:
        inode = inodes[snapshot / path]
        if inode in made:
            twin = made[inode]
            if twin is not None:
                _link(twin, draft / path)
        else:
            table = erase_part(snapshot / path, holding.documents, names, texts)
            made[inode] = None if table is None else snapshot / path
            if table is not None:
                _write(draft / path, parquet_bytes(table), private=path.parts[0] == "restricted")
        if made[inode] is not None:
            data = (draft / path).read_bytes()
            rows = pq.read_metadata(draft / path).num_rows
            changed[str(path)] = {
                "rows": rows,
                "bytes": len(data),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            }
    for path, data in _erase_report(holding, names).items():
        _write(draft / path, data)
    if changed:
        package = json.loads((snapshot / "datapackage.json").read_text("utf-8"))
        rows_of = _change_package(package, changed)
        _write(draft / "datapackage.json", (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode())
        run = json.loads((snapshot / "run.json").read_text("utf-8"))
        run["rows"] = run.get("rows", {}) | rows_of
        _write(draft / "run.json", (json.dumps(run, ensure_ascii=False, indent=1) + "\n").encode())
    if draft.is_dir():
        for folder, _, _ in os.walk(draft):
            sync_folder(Path(folder))
        staged = snapshot.with_name(f"{STAGED}{snapshot.name}")
        draft.rename(staged)
        sync_folder(snapshot.parent)
        _apply(staged, snapshot)


def _apply(staged: Path, snapshot: Path) -> None:
    # the data package last: as long as it is not moved, a part that moved already shows as changed
    for path in sorted(
        (path for path in staged.rglob("*") if path.is_file()), key=lambda path: path.name == "datapackage.json"
    ):
        target = snapshot / path.relative_to(staged)
        path.replace(target)
        sync_folder(target.parent)
    shutil.rmtree(staged)


def _masked_texts(holding: Holding, names: Mapping[str, Names]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in sorted(holding.parts):
        path = holding.snapshot / table_folder("texts") / part
        if path.exists():
            for row in pq.read_table(path, use_threads=False).to_pylist():
                code = holding.documents.get(row["document_id"], "")
                if code in names:
                    found[row["document_id"]] = erase_names(row["text"], names[code])
    return found


def _erase_report(holding: Holding, names: Mapping[str, Names]) -> dict[Path, bytes]:
    """Files of the report that change; pages of the projects' documents go as a whole."""
    found: dict[Path, bytes] = {}
    everybody = merge_names(names.values())
    for path in sorted((holding.snapshot / "report").rglob("*")):
        if not path.is_file():
            continue
        text = path.read_text("utf-8")
        new = _GONE if path.stem in holding.documents else _mask_page(text, everybody)
        if new != text:
            found[path.relative_to(holding.snapshot)] = new.encode()
    return found


def _mask_page(text: str, names: Names) -> str:
    return erase_names(text, names) if any(word in text.lower() for word in names.words()) else text


def _change_package(package: dict[str, Any], changed: Mapping[str, dict[str, Any]]) -> dict[str, int]:
    """Put new counts and hashes into the data package; rows of the tables that changed."""
    rows: dict[str, int] = {}
    for resource in package["resources"]:
        for part in resource["parts"]:
            if part["path"] in changed:
                part |= changed[part["path"]]
                rows[resource["name"]] = 0
        resource["byte_count"] = sum(part["bytes"] for part in resource["parts"])
        resource["row_count"] = sum(part["rows"] for part in resource["parts"])
        if resource["name"] in rows:
            rows[resource["name"]] = resource["row_count"]
    return rows


def _write(path: Path, data: bytes, *, private: bool = False) -> None:
    _make_folder(path.parent)
    write_file(path, data, private=private)


def _link(source: Path, target: Path) -> None:
    _make_folder(target.parent)
    try:
        target.hardlink_to(source)
    except OSError:  # a file system without hard links
        write_file(target, source.read_bytes(), private="restricted" in target.parts)


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _inode(path: Path) -> Inode:
    info = path.stat()
    return info.st_dev, info.st_ino
