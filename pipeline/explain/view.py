"""What an explain page shows, wherever it comes from: a file just parsed, or a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models.records import Parsed, Row
from pipeline.explain.pages import PageImage


@dataclass(frozen=True, slots=True)
class View:
    """A document, its text and its rows."""

    name: str
    """Where it lies, for people."""
    document: Row
    """Its row of ``documents``."""
    text: str | None
    """Its canonical text, masked unless ``restricted``; None if quarantined."""
    tables: Mapping[str, list[Row]]
    """Public rows by table."""
    restricted: bool = False
    pages: tuple[PageImage, ...] = ()
    boxes: Mapping[int, list[list[float]]] = field(default_factory=dict)
    """Boxes of marks on the pages, by the mark's number (``pipeline.explain.marks``)."""
    notes: tuple[str, ...] = ()
    """What the reader of the page should know: our words only."""

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def noting(self, note: str) -> View:
        """The same with one more note."""
        return replace(self, notes=(*self.notes, note))


def view_parsed(parsed: Parsed, name: str, *, restricted: bool = False) -> View:
    """The view of a document that was just parsed."""
    texts = (parsed.restricted if restricted else parsed.tables).get("texts", [])
    return View(
        name=name,
        document=parsed.document | {"path": name},
        text=texts[0]["text"] if texts else None,
        tables=parsed.tables,
        restricted=restricted,
    )
