"""From pages of fragments to the ``Document``: furniture, reading order, folds, hyphens, then the text itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from parsers.document import Cell, Document, Join, Kind, Line, Stop, UnreadableError
from parsers.readers.clean import note_damage
from parsers.readers.furniture import mark_furniture
from parsers.readers.hyphens import HasWord, decide_hyphen, is_split_address
from parsers.readers.pdf_dates import find_print_time
from parsers.readers.pdf_folds import mark_folds
from parsers.readers.pdf_layout import lay_out
from parsers.readers.pdf_lines import Fragment, Page, TextLine, make_box
from parsers.readers.pdf_rows import is_number, mend_broken_rows

# Members of an Enum cost a look-up each time; a line needs several.
_NONE, _SPACE = Join.NONE, Join.SPACE
_TEXT, _HEADING, _LIST_ITEM, _ROW, _FURNITURE = Kind.TEXT, Kind.HEADING, Kind.LIST_ITEM, Kind.ROW, Kind.FURNITURE
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}\.? \S")


def compose_document(pages: list[Page], reader: str, metadata: Mapping[str, str] | None = None) -> Document:
    """A document of all pages; ``metadata`` are entries of the PDF's information dictionary.

    Raises:
        UnreadableError: ``no_pages``; ``no_text`` where no page holds a character: the detail counts pages and images.
    """
    if not pages:
        raise UnreadableError("no_pages")
    if not any(page.fragments for page in pages):
        images = sum(page.images > 0 for page in pages)
        raise UnreadableError("no_text", f"{len(pages)} pages, {images} of them images")
    ordered: list[TextLine] = []
    for page, (top, bottom) in zip(pages, mark_furniture(pages), strict=True):
        taken = {id(fragment) for fragment in (*top, *bottom)}
        body = [fragment for fragment in page.fragments if id(fragment) not in taken] if taken else page.fragments
        ordered += _furniture_lines(page, top)
        ordered += lay_out(page, body)
        ordered += _furniture_lines(page, bottom)
    _mark_repeated_heads(ordered)
    flow = mend_broken_rows([line for line in ordered if not line.furniture])
    ordered = _weave(ordered, flow)
    mark_folds(flow)
    text, lines = _write(ordered, flow)
    return Document(
        text,
        lines,
        "application/pdf",
        reader,
        pages=len(pages),
        dropped_characters=sum(page.dropped for page in pages),
        stated_date=find_print_time([line for line in ordered if line.furniture], metadata or {}),
        notes=note_damage(text) if "\ufffd" in text else (),
    )


def _mark_repeated_heads(ordered: Sequence[TextLine]) -> None:
    """A table's head that stands again on top of a page is furniture there: it parts rows and paragraphs.

    It has nothing above the names, unlike a label and its value, which may well recur.
    """
    heads: set[str] = set()
    page = None
    lefts: dict[int, float] = {}
    for line in ordered:
        if not line.furniture:
            lefts[line.page.number] = min(lefts.get(line.page.number, line.first.x0), line.first.x0)
    for line in ordered:
        if line.furniture:
            continue
        indented = line.first.x0 > lefts[line.page.number] + 2 * line.first.size
        if len(line.parts) > 1 and indented and not any(is_number(part.text) for part in line.parts):
            text = " ".join([part.text for part in line.parts])
            if line.page is not page and text in heads:
                line.furniture = True
                continue
            heads.add(text)
        page = line.page


def _weave(ordered: list[TextLine], flow: list[TextLine]) -> list[TextLine]:
    """All lines, with those of the body in the order that mending left them in."""
    if [line for line in ordered if not line.furniture] == flow:
        return ordered
    rest = iter(flow)
    woven = [line if line.furniture else next(rest, line) for line in ordered]
    return [*woven, *rest]


def _furniture_lines(page: Page, fragments: Sequence[Fragment]) -> list[TextLine]:
    lines: list[TextLine] = []
    for fragment in fragments:
        if lines and abs(lines[-1].last.base - fragment.base) < 0.3 * fragment.size:
            lines[-1].parts.append(fragment)
        else:
            lines.append(TextLine(fragment, page, furniture=True))
    return lines


def _column_starts(lines: Sequence[TextLine]) -> dict[int, tuple[int, ...]]:
    """Column numbers of the parts of table rows, by line: places that rows of one table share are one column."""
    columns: dict[int, tuple[int, ...]] = {}
    table: list[TextLine] = []

    def close() -> None:
        edges = _cluster([part for line in table for part in line.parts])
        for line in table:
            columns[id(line)] = tuple(_nearest(edges, part) for part in line.parts)
        table.clear()

    since = 0
    for line in lines:
        if line.row:
            table.append(line)
            since = 0
        elif table:
            since += 1
            if since > 60 or line.first.size > table[-1].first.size + 1:
                close()
    if table:
        close()
    return columns


def _cluster(parts: Sequence[Fragment]) -> list[tuple[float, float]]:
    """Columns as spans, from left to right: parts that overlap across belong together."""
    spans: list[tuple[float, float]] = []
    for x0, x1 in sorted((part.x0, part.x1) for part in parts):
        if spans and x0 < spans[-1][0] + max(0.6 * (spans[-1][1] - spans[-1][0]), 6.0) and x0 < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], min(x1, spans[-1][1] + 12.0)))
        else:
            spans.append((x0, x1))
    return spans


def _nearest(spans: Sequence[tuple[float, float]], part: Fragment) -> int:
    middle = (part.x0 + part.x1) / 2
    return min(range(len(spans)), key=lambda n: min(abs(spans[n][0] - part.x0), abs(sum(spans[n]) / 2 - middle)))


def _write(ordered: Sequence[TextLine], flow: Sequence[TextLine]) -> tuple[str, tuple[Line, ...]]:
    sizes: Counter[float] = Counter({0.0: 0})
    for line in flow:
        sizes[line.first.size] += len(line.first.text)
    usual = sizes.most_common(1)[0][0]
    columns = _column_starts(flow)
    has_word: HasWord | None = None
    parts: list[str] = []
    lines: list[Line] = []
    position = 0
    before: Fragment | None = None
    for line in ordered:
        first, furniture = line.first, line.furniture
        join, doubtful, blank = _NONE, False, line.blank
        if line.folded and before is not None:
            join, blank = _SPACE, False
            if before.hyphen or before.text[-1] in "–/" or is_split_address(before.text, first.text):
                if has_word is None:
                    has_word = _word_finder(flow)
                join, doubtful = decide_hyphen(before.text, first.text, has_word)
        if lines:
            parts.append("\n\n" if blank else "\n")
            position += 2 if blank else 1
        start = position
        if first.bullet:
            parts.append("- ")
            position += 2
        stops: list[Stop] = [Stop(position, first.indent)] if first.bullet else []
        if first.stops:
            stops += [Stop(position + offset, x) for offset, x in first.stops]
        box = make_box(line.page, line.parts)
        cells: tuple[Cell, ...] = ()
        if len(line.parts) == 1:
            parts.append(first.text)
            end = position + len(first.text)
            if line.row:
                cells = (Cell(position, end, columns[id(line)][0], box),)
        else:
            text, cells, more = _write_cells(line, position, columns.get(id(line), ()))
            parts.append(text)
            end = position + len(text)
            stops += more
        position = end
        kind = _FURNITURE if furniture else _ROW if line.row else _LIST_ITEM if first.bullet else _kind(first, usual)
        lines.append(
            Line(
                start,
                end,
                kind,
                join,
                blank,
                doubtful,
                line.page.number,
                box,
                first.size,
                first.bold and line.parts[-1].bold,
                cells,
                tuple(stops),
            )
        )
        if not furniture:
            before = line.parts[-1]
    return "".join(parts), tuple(lines)


def _write_cells(line: TextLine, position: int, columns: tuple[int, ...]) -> tuple[str, tuple[Cell, ...], list[Stop]]:
    """A row's text, its cells (none for furniture, which has no columns) and the stops of all but the first."""
    cells: list[Cell] = []
    stops: list[Stop] = []
    at = position
    for number, part in enumerate(line.parts):
        end = at + len(part.text)
        if columns:
            cells.append(Cell(at, end, columns[number], make_box(line.page, (part,))))
        if number:
            stops.append(Stop(at, part.x0))
            stops += [Stop(at + offset, x) for offset, x in part.stops]
        at = end + 1
    return " ".join([part.text for part in line.parts]), tuple(cells), stops


def _kind(first: Fragment, usual: float) -> Kind:
    if first.size > 1.12 * usual or (first.bold and _NUMBERED.match(first.text)):
        return _HEADING
    return _TEXT


def _word_finder(flow: Sequence[TextLine]) -> HasWord:
    """Whether a word begins anywhere in the text; the end of the word looked for may be inflected."""
    text = " ".join([part.text for line in flow for part in line.parts]).casefold()

    def has_word(word: str) -> bool:
        # Past the hyphen, or the folded word itself would be its own witness.
        stem = word[: max(len(word) - 2, 6, word.rfind("-") + 3)]
        at = text.find(stem)
        while at >= 0:
            if at == 0 or word[0] == "-" or not (text[at - 1].isalnum() or text[at - 1] in "-‐‑"):
                return True
            at = text.find(stem, at + 1)
        return False

    return has_word
