"""A peer: what public scripts do with the service's pages, in our own words.

BeautifulSoup, every ``<div>`` with an ``<h2>``, and of it the ``<p>`` texts with ``": "`` in them; the other ``<p>``
are the section's text. No score table, no indicators, no partners: such scripts leave them in one string.
"""

from __future__ import annotations

from bs4 import BeautifulSoup

from benchmarks.peer_rows import LABELS, make_rows
from models.records import Row
from pipeline.evaluate.archive import Extracted


def extract_by_soup(data: bytes, name: str) -> Extracted:
    """Rows of a saved page."""
    del name
    soup = BeautifulSoup(data, "html.parser")
    fields: dict[str, str] = {}
    sections: list[Row] = []
    for div in soup.find_all("div"):
        heading = div.find("h2")
        if heading is None:
            continue
        number, _, title = heading.get_text(" ", strip=True).partition(" ")
        free: list[str] = []
        for paragraph in div.find_all("p"):
            text = paragraph.get_text(" ", strip=True)
            label, colon, value = text.partition(": ")
            field = LABELS.get((number, label.rstrip(":")))
            if colon and field:
                fields[field] = value
            else:
                free.append(text)
        sections.append(
            {
                "section_number": number,
                "level": 1,
                "title": title,
                "text": "\n\n".join(free) if number in ("3", "9") else None,
            }
        )
    return Extracted({**make_rows(fields), "sections": sections})
