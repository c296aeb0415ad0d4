"""The view of a file: parsed and drawn in children with limits, as in a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.records import Parsed
from pipeline.explain.marks import find_marks
from pipeline.explain.pages import MOST_PAGES, DrawTask, request_pages
from pipeline.explain.view import View, view_parsed
from pipeline.parse_one import parse_one
from pipeline.settings import Limits


def explain_file(data: bytes, name: str, *, restricted: bool = False, limits: Limits | None = None) -> View:
    """Parse the bytes and, if they are a PDF, draw their pages; never raises for what is in them."""
    parsed = parse_one(data, name, limits)
    view = view_parsed(parsed, name, restricted=restricted)
    return add_pages(view, data, parsed, limits)


def add_pages(view: View, data: bytes, parsed: Parsed, limits: Limits | None = None) -> View:
    """The same with pictures of the pages, or with a note why there are none."""
    if view.text is None or view.document.get("media_type") != "application/pdf":
        return view
    unmasked, masked = _text(parsed.restricted), _text(parsed.tables)
    marks = find_marks(unmasked, view.tables)
    task = DrawTask(
        data=data,
        text=unmasked,
        masked=masked,
        restricted=view.restricted,
        spans=[(mark.number, mark.start, mark.end) for mark in marks if mark.end > mark.start],
    )
    drawing = request_pages(task, limits)
    if drawing.refusal is not None:
        return view.noting(f"The pages are not shown as pictures: {drawing.refusal}")
    view = replace(view, pages=tuple(drawing.pages), boxes=drawing.boxes)
    if (view.document.get("pages") or 0) > MOST_PAGES:
        view = view.noting(f"Pictures are of the first {MOST_PAGES} pages only; the text is whole.")
    return view


def _text(tables: Mapping[str, list[dict[str, object]]]) -> str:
    return str(tables["texts"][0]["text"])
