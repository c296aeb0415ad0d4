"""The view of a project: the rows of a snapshot, and the pages of its file if the archive still has it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from models.records import Row
from pipeline.errors import PipelineError, SettingsError
from pipeline.explain.from_file import add_pages
from pipeline.explain.view import View
from pipeline.forget.codes import read_forgotten
from pipeline.names import path_bytes
from pipeline.parse_one import parse_one
from pipeline.parse_task import ParseResult, read_file
from pipeline.settings import Limits
from pipeline.snapshot import UNFINISHED, latest_snapshot

_DOCUMENT_ROWS = ("fields", "issues", "texts")
_PROJECT_ROWS = ("projects", "sections", "locations", "partners")
"""Tables that hold current documents only."""


class UnknownProjectError(PipelineError):
    """The snapshot has no such project or document."""

    exit_code = SettingsError.exit_code


def explain_project(out: Path, code: str, *, restricted: bool = False, limits: Limits | None = None) -> View:
    """The current document of the project ``code``, or the document of that ``document_id``, in the latest snapshot.

    Rows and text are the snapshot's own, as analysts see them. Raises ``PipelineError``.
    """
    snapshot = latest_snapshot(out)
    if snapshot is None:
        raise SettingsError(f"{out} holds no snapshot; make one first: hankekuvaus run ARCHIVE --out {out}")
    # one snapshot to the end, whatever is published meanwhile
    return explain_snapshot(snapshot.resolve(), code, restricted=restricted, limits=limits)


def explain_snapshot(snapshot: Path, code: str, *, restricted: bool = False, limits: Limits | None = None) -> View:
    """The same of a snapshot's folder. Raises ``PipelineError``."""
    limits = limits or Limits()
    view = view_document(snapshot, find_document(snapshot, code))
    if restricted and view.document["project_code"] in {
        one.project_code for one in read_forgotten(snapshot.parent.parent)
    }:
        raise SettingsError(f"the persons of {view.document['project_code']} are forgotten; leave out --restricted")
    data = _read_original(snapshot, view.document, limits)
    if data is None:
        note = "The file is not in the archive any more, or has changed: the text is the snapshot's."
        if restricted:
            raise SettingsError(f"{note} Unmasked text comes from the file only; leave out --restricted.")
        return view.noting(note) if view.document["media_type"] == "application/pdf" else view
    if not restricted and view.document["media_type"] != "application/pdf":
        return view
    return _add_original(view, data, restricted, limits)


def find_document(snapshot: Path, code: str) -> Row:
    """The row of ``documents``; raises ``UnknownProjectError``."""
    wanted = pc.field("document_id") == code
    if len(code) != 64:
        wanted = (pc.field("project_code") == code) & (pc.field("role") == "current")
    rows = _read(snapshot, "documents", wanted)
    if not rows:
        raise UnknownProjectError(f"the latest snapshot has no project {code} (as in projects.project_code)")
    return rows[0]


def view_document(snapshot: Path, document: Row) -> View:
    """What a snapshot holds of a document; of a superseded one only what stands in tables of all documents."""
    wanted = pc.field("document_id") == document["document_id"]
    tables = {name: _read(snapshot, name, wanted) for name in (*_DOCUMENT_ROWS, *_PROJECT_ROWS)}
    return _make_view(snapshot, document, tables)


def view_part(snapshot: Path, document_id: str, part: str) -> View:
    """The same for a document whose rows are known to be in the part files called ``part``: many times as fast."""
    tables: dict[str, list[Row]] = {}
    for name in ("documents", *_DOCUMENT_ROWS, *_PROJECT_ROWS):
        path = snapshot / "tables" / name / part
        wanted = pc.field("document_id") == document_id
        tables[name] = pq.read_table(path, filters=wanted, use_threads=False).to_pylist() if path.exists() else []
    (document,) = tables.pop("documents")
    return _make_view(snapshot, document, tables)


def _make_view(snapshot: Path, document: Row, tables: dict[str, list[Row]]) -> View:
    for row in tables["fields"]:
        if row["boxes"] is not None:
            row["boxes"] = [[box[key] for key in ("page", "x0", "y0", "x1", "y1")] for box in row["boxes"]]
    # the table is sorted by key; people read a document from its beginning
    tables["fields"].sort(key=lambda row: -1 if row["char_start"] is None else row["char_start"])
    texts = tables["texts"]
    name = f"{document['path']} (snapshot {snapshot.name.removeprefix(UNFINISHED)})"
    return View(name=name, document=document, text=texts[0]["text"] if texts else None, tables=tables)


def _read(snapshot: Path, table: str, wanted: pc.Expression) -> list[Row]:
    data = ds.dataset(snapshot / "tables" / table, format="parquet")
    rows: list[Row] = data.to_table(filter=wanted).to_pylist()
    return rows


def _read_original(snapshot: Path, document: Row, limits: Limits) -> bytes | None:
    """The document's bytes, if they are where they were."""
    for path in _candidates(snapshot, str(document["path"])):
        try:
            data = read_file(path, limits.file_bytes)
        except OSError:
            continue
        if not isinstance(data, ParseResult) and hashlib.sha256(data).hexdigest() == document["document_id"]:
            return data
    return None


def _candidates(snapshot: Path, shown: str) -> Iterator[bytes]:
    """Where a path of the tables may lie: in the archive, beside its name, or the archive itself."""
    archives = json.loads((snapshot / "run.json").read_text("utf-8")).get("archives", [])
    inner = path_bytes(shown)
    for archive in archives:
        root = path_bytes(archive)
        yield os.path.join(root, inner)  # noqa: PTH118 - bytes, which pathlib has none of
        yield os.path.join(os.path.dirname(root), inner)  # noqa: PTH118, PTH120 - several archives: paths begin with the name


def _add_original(view: View, data: bytes, restricted: bool, limits: Limits) -> View:
    """The snapshot's view with pages and, if asked for, unmasked text; both only if they fit the snapshot's text."""
    parsed = parse_one(data, str(view.document["path"]), limits)
    texts = parsed.tables.get("texts", [])
    if not texts or texts[0]["text"] != view.text:
        note = "This version of the program reads the file differently than the one that made the snapshot."
        if restricted:
            raise SettingsError(f"{note} Run again first, or explain the file itself.")
        return view.noting(f"{note} The text is the snapshot's; the pages are not shown.")
    if restricted:
        view = replace(view, text=parsed.restricted["texts"][0]["text"], restricted=True)
    return add_pages(view, data, parsed, limits)
