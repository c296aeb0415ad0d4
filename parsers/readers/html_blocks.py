"""HTML events to lines: blocks, line ends, lists, headings, and what a page has beside its text.

- A block with a margin (``p``, headings, lists, tables, sections) begins after a blank line, ``div`` and its like on a
  new line, ``<br>`` ends one and a second ``<br>`` leaves one blank: as a browser shows them.
- Tables and definitions: see ``html_tables``.
- Preformatted text (``pre``, ``textarea``, ``white-space: pre``) is read as the text reader reads a file.
- Hidden text and controls are left out and counted, and so are navigation, headers and footers of a site: see
  ``html_regions``.
"""

from __future__ import annotations

from collections.abc import Callable

from parsers.document import Join, Kind
from parsers.readers.build import MARKS, Piece, make_piece, strip_mark
from parsers.readers.clean import clean_characters, count_characters
from parsers.readers.html_events import (
    BLOCKS,
    CELLS,
    HEADINGS,
    LINES,
    LISTS,
    PREFORMATTED,
    REGIONS,
    SKIPPED,
    Attributes,
    Event,
)
from parsers.readers.html_regions import Region, is_furniture
from parsers.readers.html_tables import Table
from parsers.readers.text_lines import split_pieces

Payload = Attributes | None
# Members of an Enum cost a look-up each time.
_TEXT, _HEADING, _LIST_ITEM, _NONE = Kind.TEXT, Kind.HEADING, Kind.LIST_ITEM, Join.NONE


class BlockReader:
    """Turns events into pieces; ``pieces``, ``dropped`` and ``hidden`` (of the dropped) are the result."""

    def __init__(self, *, keep_hidden: bool = False, keep_navigation: bool = False) -> None:
        self.pieces: list[Piece] = []
        self.dropped = 0
        self.hidden = 0
        self._keep_hidden = keep_hidden
        self._keep_navigation = keep_navigation
        self._sink = self.pieces
        self._run: list[str] = []
        self._blank = self._item = False
        self._is_within_list = False
        """The line before is an item, and no list has begun and no empty line was put since."""
        self._heading = self._pre = self._links = self._lists = self._main = self._main_lines = self._main_start = 0
        self._bold = 0
        self._bold_start = 0
        self._bold_parts = 0
        self._skips: list[str] = []
        self._tables: list[Table] = []
        self._regions: list[Region] = []

    def read(self, events: list[Event]) -> None:
        """Reads all events of a page."""
        run, skips, regions, handlers = self._run, self._skips, self._regions, _HANDLERS
        for event in events:
            if skips:
                self._skip(event)
            elif isinstance(event, str):
                run.append(event)
                if regions:
                    self._count_region(event)
            else:
                tag = event[0]
                handlers[tag](self, tag, event[1])
        self._flush()
        while self._tables:
            self._close_table("", None)

    def _skip(self, event: Event) -> None:
        if isinstance(event, str):
            if self._skips[0] != "head":
                count = count_characters(event)
                self.dropped += count
                if "#hidden" in self._skips:
                    self.hidden += count
        elif event[0][0] != "/":
            if event[0] in SKIPPED or event[0] == "#hidden":
                self._skips.append(event[0])
        elif self._skips[-1] == event[0][1:]:
            self._skips.pop()

    def _count_region(self, text: str) -> None:
        count = count_characters(text)
        self._regions[-1].characters += count
        if self._links:
            self._regions[-1].linked += count

    def _flush(self) -> bool:
        """Ends the line; whether there was one."""
        run = self._run
        if not run:
            return False
        bold = False
        if self._bold or self._bold_parts:
            bold = self._is_all_bold()
        text = run[0] if len(run) == 1 else "".join(run)
        run.clear()
        if self._pre and "\n" in text.strip():
            return self._add_preformatted(text)
        line = text.strip()
        if not line:
            return False
        # Splitting is dear; other spaces than these are rare, and left to the cleaning of the whole.
        if "  " in line or "\n" in line or "\t" in line:
            line = " ".join(line.split())
        kind, blank = _TEXT, self._blank
        if self._heading:
            kind = _HEADING
        elif self._item or line[0] in MARKS:
            if item := strip_mark(line):
                kind, line = _LIST_ITEM, "- " + item
            elif self._item:
                kind, line = _LIST_ITEM, "- " + line
            if kind is _LIST_ITEM and self._is_within_list:
                blank = False  # a margin between the items of one list: they stand one below the other
        self._sink.append(make_piece((line, kind, blank, bold, _NONE, False, ())))
        self._blank = self._item = False
        self._is_within_list = kind is _LIST_ITEM
        return True

    def _is_all_bold(self) -> bool:
        """Whether all of the run is bold but white space; the count of bold parts begins anew."""
        bold = self._bold_parts + (len(self._run) - self._bold_start if self._bold else 0)
        self._bold_parts = self._bold_start = 0
        return bold >= sum(not part.isspace() for part in self._run)

    def _add_preformatted(self, text: str) -> bool:
        pieces = split_pieces(clean_characters(text))
        if not pieces:
            return False
        first = pieces[0]
        if self._item and first.kind is Kind.TEXT:
            first = first._replace(text="- " + first.text, kind=Kind.LIST_ITEM)
        pieces[0] = first._replace(blank=self._blank or first.blank)
        self._sink.extend(pieces)
        self._blank = self._item = self._is_within_list = False
        return True

    def _end_block(self, _tag: str, _payload: Payload) -> None:
        if self._run:
            self._flush()
        self._blank = True

    def _end_line(self, _tag: str, _payload: Payload) -> None:
        if self._run:
            self._flush()

    def _ignore(self, _tag: str, _payload: Payload) -> None:
        """Nothing to do: the end of what has no end, or of what was not skipped."""

    def _break_line(self, _tag: str, _payload: Payload) -> None:
        if self._pre:
            self._run.append("\n")
        elif not self._flush():
            self._blank = True
            self._is_within_list = False

    def _open_bold(self, _tag: str, _payload: Payload) -> None:
        if self._bold == 0:
            self._bold_start = len(self._run)
        self._bold += 1

    def _close_bold(self, _tag: str, _payload: Payload) -> None:
        self._bold -= 1
        if self._bold == 0:
            self._bold_parts += sum(not part.isspace() for part in self._run[self._bold_start :])

    def _open_link(self, _tag: str, _payload: Payload) -> None:
        self._links += 1

    def _close_link(self, _tag: str, _payload: Payload) -> None:
        self._links -= 1

    def _open_skipped(self, tag: str, _payload: Payload) -> None:
        if tag != "#hidden" or not self._keep_hidden:
            self._skips.append(tag)

    def _open_heading(self, _tag: str, _payload: Payload) -> None:
        self._end_block("", None)
        self._heading += 1

    def _close_heading(self, _tag: str, _payload: Payload) -> None:
        self._end_block("", None)
        self._heading -= 1

    def _open_preformatted(self, tag: str, _payload: Payload) -> None:
        if tag == "#pre":
            self._collapse_run()
        else:
            self._flush()
        self._pre += 1
        self._blank = self._blank or tag not in ("#pre", "#pre-div")

    def _close_preformatted(self, tag: str, _payload: Payload) -> None:
        if tag == "/#pre":
            self._keep_last_line()
        else:
            self._flush()
        self._pre -= 1
        self._blank = self._blank or tag not in ("/#pre", "/#pre-div")

    def _collapse_run(self) -> None:
        """Before preformatted text within a line: what stands there already is not."""
        if self._run:
            text = "".join(self._run)
            self._run[:] = [" ".join(text.split()) + " " * text[-1:].isspace()]
            self._bold_start = self._bold_parts = 0

    def _keep_last_line(self) -> None:
        """Behind preformatted text within a line: its last line goes on."""
        head, _, tail = "".join(self._run).rpartition("\n")
        self._run[:] = [head]
        self._flush()
        self._run[:] = [tail]

    def _open_item(self, _tag: str, _payload: Payload) -> None:
        self._flush()
        self._item = True

    def _close_item(self, _tag: str, _payload: Payload) -> None:
        self._flush()
        self._item = False

    def _open_list(self, _tag: str, _payload: Payload) -> None:
        # The margin is the outermost list's; an inner one goes on where its item's text ends.
        self._flush()
        self._blank = self._blank or not self._lists
        self._is_within_list = self._is_within_list and self._lists > 0
        self._lists += 1
        self._item = False

    def _close_list(self, _tag: str, _payload: Payload) -> None:
        self._flush()
        self._lists -= 1
        self._blank = self._blank or not self._lists
        self._item = False

    def _open_main(self, _tag: str, _payload: Payload) -> None:
        self._end_block("", None)
        self._main += 1
        self._main_start = len(self._sink)

    def _close_main(self, _tag: str, _payload: Payload) -> None:
        self._end_block("", None)
        self._main -= 1
        self._main_lines += max(0, len(self._sink) - self._main_start)

    def _open_region(self, tag: str, _payload: Payload) -> None:
        self._end_block("", None)
        self._regions.append(Region(tag, self._sink, len(self._sink), self._main > 0))

    def _close_region(self, _tag: str, _payload: Payload) -> None:
        self._end_block("", None)
        if not self._regions:
            return
        region = self._regions.pop()
        pieces = region.sink[region.start :] if region.sink is self._sink else []
        if pieces and not self._keep_navigation and is_furniture(region, pieces, self._main_lines):
            del region.sink[region.start :]
            self.dropped += region.characters
        elif self._regions:
            self._regions[-1].characters += region.characters
            self._regions[-1].linked += region.linked

    def _open_table(self, tag: str, _payload: Payload) -> None:
        self._end_block("", None)
        self._tables.append(Table(self._sink, tag == "dl"))

    def _close_table(self, _tag: str, _payload: Payload) -> None:
        self._flush()
        if self._tables:
            table = self._tables.pop()
            table.end_row()
            self._sink = table.outer
        self._item, self._blank = False, True

    def _open_cell(self, tag: str, payload: Payload) -> None:
        self._flush()
        if self._tables:
            table = self._tables[-1]
            attributes = payload if isinstance(payload, dict) else None
            self._is_within_list = False
            self._sink = table.open_cell(tag, attributes, self._blank and self._sink is table.outer)
            self._item = self._blank = False

    def _close_cell(self, _tag: str, _payload: Payload) -> None:
        self._flush()
        if self._tables:
            self._sink = self._tables[-1].outer
            self._item = self._blank = False

    def _end_row(self, _tag: str, _payload: Payload) -> None:
        self._flush()
        self._is_within_list = False
        if self._tables:
            self._tables[-1].end_row()
            self._sink = self._tables[-1].outer
            self._item = False


Handler = Callable[[BlockReader, str, Payload], None]


def _make_handlers() -> dict[str, Handler]:
    pairs: list[tuple[frozenset[str], Handler, Handler]] = [
        (SKIPPED | {"#hidden"}, BlockReader._open_skipped, BlockReader._ignore),
        (HEADINGS, BlockReader._open_heading, BlockReader._close_heading),
        (
            PREFORMATTED | {"#pre", "#pre-div", "#pre-p"},
            BlockReader._open_preformatted,
            BlockReader._close_preformatted,
        ),
        (REGIONS, BlockReader._open_region, BlockReader._close_region),
        (LISTS, BlockReader._open_list, BlockReader._close_list),
        (CELLS, BlockReader._open_cell, BlockReader._close_cell),
        (LINES, BlockReader._end_line, BlockReader._end_line),
        (BLOCKS, BlockReader._end_block, BlockReader._end_block),
        (frozenset(("table", "dl")), BlockReader._open_table, BlockReader._close_table),
        (frozenset(("tr",)), BlockReader._end_row, BlockReader._end_row),
        (frozenset(("li",)), BlockReader._open_item, BlockReader._close_item),
        (frozenset(("main",)), BlockReader._open_main, BlockReader._close_main),
        (frozenset(("b", "strong")), BlockReader._open_bold, BlockReader._close_bold),
        (frozenset(("a",)), BlockReader._open_link, BlockReader._close_link),
        (frozenset(("br",)), BlockReader._break_line, BlockReader._ignore),
    ]
    handlers: dict[str, Handler] = {}
    for tags, opening, closing in pairs:
        for tag in tags:
            handlers[tag], handlers["/" + tag] = opening, closing
    return handlers


_HANDLERS = _make_handlers()
