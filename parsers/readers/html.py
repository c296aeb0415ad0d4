"""The HTML reader: bytes of a page to a ``Document``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from parsers.document import Document, UnreadableError
from parsers.readers.build import build_document
from parsers.readers.clean import clean_characters, note_damage, odd_characters
from parsers.readers.encoding import decode, find_declared_charset
from parsers.readers.html_blocks import BlockReader
from parsers.readers.html_events import Event, suits_lexbor, walk_lexbor, walk_libxml2
from parsers.readers.text import check_is_text, count_controls

MEDIA_TYPE = "text/html"
# Comments in which tools that save pages say when they did.
_SINGLE_FILE = re.compile(r"Page saved with SingleFile[^>]{0,2000}?saved date:\s{0,9}([^\n]{10,60})")
_ARCHIVED = re.compile(r"FILE ARCHIVED ON (\d{2}:\d{2}:\d{2} [A-Z][a-z]{2} \d{1,2}, \d{4})")
_ZONED = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{1,2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})?")
_COMMENT_REACH = 4096
# XHTML closes empty elements so; HTML does not know it, and an open <script> or <title> would swallow the page.
_SELF_CLOSED = re.compile(r"<(script|style|title|textarea|iframe|a|b|div|span|p|td|th|li)((?:\s[^<>]{0,2000})?)/>")


def read_html(data: bytes, *, charset: str | None = None, stated_date: str | None = None) -> Document:
    """A page as a ``Document``; ``charset`` is that of an HTTP header, ``stated_date`` that of a wrapper, if any.

    ``reader`` is ``lexbor``, or ``lxml`` where the page is too deep or large for it. Hidden text, navigation and
    controls are counted in ``dropped_characters``. Raises ``UnreadableError``: ``empty``, ``not_text``, ``no_text``.
    """
    if not data:
        raise UnreadableError("empty")
    decoded = decode(data, header=charset, meta=find_declared_charset(data))
    source = decoded.text
    odd = odd_characters(source)
    controls = count_controls(source, odd)
    check_is_text(data, decoded, controls)
    if controls or "\ud800" <= max(odd, default="") <= "\udfff" or "\r" in odd or "\x0c" in odd:
        source = clean_characters(source, odd)
    if source[:200].lstrip().startswith("<?xml"):
        source = _SELF_CLOSED.sub(r"<\1\2></\1>", source)
    if suits_lexbor(source):
        reader = "lexbor"
        events, templates = walk_lexbor(source)
    else:
        reader, templates = "lxml", 0
        events = walk_libxml2(source)
    blocks = _read_blocks(events)
    return build_document(
        blocks.pieces,
        media_type=MEDIA_TYPE,
        reader=reader,
        dropped=blocks.dropped + templates,
        stated_date=stated_date or find_stated_date(source),
        notes=(*decoded.notes, *note_damage(source if decoded.replaced or odd else "")),
    )


def _read_blocks(events: list[Event]) -> BlockReader:
    """The lines of a page; those it hides, too, where it hides more than it shows, or has nothing else."""
    blocks = BlockReader()
    blocks.read(events)
    if blocks.hidden > sum(len(piece.text) for piece in blocks.pieces):
        # Saved with its panels closed: the text is what they hide.
        blocks = BlockReader(keep_hidden=True)
        blocks.read(events)
    if not blocks.pieces and blocks.dropped:
        blocks = BlockReader(keep_hidden=True, keep_navigation=True)
        blocks.read(events)
    return blocks


def find_stated_date(source: str) -> str | None:
    """The time (ISO 8601, UTC) at which a comment at the page's beginning or end says that it was saved, or None."""
    if "<!--" not in source:
        return None
    if match := _SINGLE_FILE.search(source[:_COMMENT_REACH]):
        return _read_browser_time(match[1])
    if match := _ARCHIVED.search(source[-_COMMENT_REACH:]):
        try:
            moment = datetime.strptime(match[1], "%H:%M:%S %b %d, %Y").replace(tzinfo=UTC)
        except ValueError:
            return None
        return format_time(moment)
    return None


def _read_browser_time(text: str) -> str | None:
    """``Tue Nov 10 2020 12:00:00 GMT+0200 (...)`` as ISO 8601 in UTC."""
    match = _ZONED.match(text)
    if match is None:
        return None
    try:
        moment = datetime.strptime(match[1], "%b %d %Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    zone = match[2] or "+0000"
    shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    return format_time(moment - shift if zone[0] == "+" else moment + shift)


def format_time(moment: datetime) -> str:
    """ISO 8601 in UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
