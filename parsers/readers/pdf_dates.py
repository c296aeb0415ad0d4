"""When a PDF says that it was printed: by its margins, or by the metadata of a program that prints what it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from parsers.readers.pdf_lines import TextLine

_FINNISH = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_AMERICAN = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{2,4}), \d{1,2}:\d{2}")
_METADATA = re.compile(r"D:(\d{14})(?:Z|([+-])(\d{2})'?(\d{2}))?")
# They make a PDF when someone prints a page; other producers keep the date at which a document was written.
_PRINTERS = ("Skia/PDF", "Microsoft: Print To PDF", "macOS", "iOS")


def find_print_time(margins: Sequence[TextLine], metadata: Mapping[str, str]) -> str | None:
    """The time of printing as ISO 8601 in UTC; midnight where only a day is stated, without a zone.

    The creation date of the metadata counts if a margin prints the same day, or if the producer is a printer.
    """
    created = _read_metadata_time(metadata.get("CreationDate", ""))
    printer = metadata.get("Producer", "").startswith(_PRINTERS)
    days: list[tuple[int, int, int]] = []
    for text in [part.text for line in margins[:200] for part in line.parts]:
        days += [(int(year), int(month), int(day)) for day, month, year in _FINNISH.findall(text)]
        days += [(int(year) % 100 + 2000, int(month), int(day)) for month, day, year in _AMERICAN.findall(text)]
    if created is not None:
        local, moment = created
        if printer or (local.year, local.month, local.day) in days:
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    for year, month, day in days:
        try:
            return datetime(year, month, day, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except ValueError:
            continue
    return None


def _read_metadata_time(text: str) -> tuple[datetime, datetime] | None:
    """``D:20190312140500+02'00'`` as local time and as UTC."""
    match = _METADATA.match(text)
    if match is None:
        return None
    try:
        local = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        shift = timedelta(hours=int(match[3] or 0), minutes=int(match[4] or 0))
        return local, (local - shift if match[2] == "+" else local + shift)
    except (ValueError, OverflowError):
        return None
