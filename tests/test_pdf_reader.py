"""The PDF readers, on documents that the tests print themselves and on PDFs written by hand."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pdf_samples as samples
import pdfplumber
import pytest
import yaml

from parsers.document import Document, Join, Kind
from parsers.readers.hyphens import decide_hyphen
from parsers.readers.pdf import read_pdf
from parsers.readers.pdf_plumber import read_pdf_with_pdfplumber

NARROW = "table.scores{width:60%}td.c{width:50%}"
JUSTIFIED = "p{text-align:justify;hyphens:auto}td{hyphens:auto}"
MARGINS = (
    "@page{@top-left{content:'Hankkeen kuvaus S29999';font-size:8pt}"
    "@bottom-right{content:counter(page) '/' counter(pages)}}"
)
MIDDLE, BOTTOM, TOP = (f"td.n{{vertical-align:{place}}}" for place in ("middle", "bottom", "top"))


def need_chromium() -> None:
    if samples.find_chromium() is None:
        pytest.skip("NO CHROMIUM: its printings are not tested here; CI installs Debian's chromium")


def chromium(style: str, **options: bool | int) -> Callable[[], bytes]:
    def make() -> bytes:
        need_chromium()
        return samples.print_with_chromium(samples.make_html(style, **options))

    return make


def weasyprint(style: str, **options: bool | int) -> Callable[[], bytes]:
    return lambda: samples.print_with_weasyprint(samples.make_html(style, **options))


PRINTINGS: dict[str, Callable[[], bytes]] = {
    "chromium": chromium("", repeat=3),
    "chromium-narrow": chromium(NARROW + JUSTIFIED, label_table=True, repeat=3),
    "chromium-confined": chromium(NARROW + TOP, merged=False, repeat=2),
    "weasyprint": weasyprint(MARGINS, repeat=3),
    "weasyprint-narrow": weasyprint(MARGINS + NARROW + JUSTIFIED, label_table=True, repeat=3),
    "weasyprint-middle": weasyprint(MARGINS + NARROW + JUSTIFIED + MIDDLE, merged=False, repeat=3),
    "weasyprint-bottom": weasyprint(MARGINS + NARROW + JUSTIFIED + BOTTOM, merged=False, repeat=3),
    "weasyprint-top": weasyprint(MARGINS + NARROW + JUSTIFIED + TOP, label_table=True, repeat=2),
    "reportlab": lambda: samples.print_with_reportlab(narrow=False),
    "reportlab-top": lambda: samples.print_with_reportlab(numbers="top"),
    "reportlab-middle": lambda: samples.print_with_reportlab(numbers="middle", justified=True),
    "reportlab-bottom": lambda: samples.print_with_reportlab(numbers="bottom"),
}


def logical_lines(document: Document) -> list[tuple[Kind, str, bool]]:
    """Lines with their folds undone, furniture left out: kind, text, whether it has numbers in cells."""
    logical: list[tuple[Kind, str, bool]] = []
    for line in document.lines:
        if line.kind is Kind.FURNITURE:
            continue
        text = document.text[line.start : line.end]
        cells = len(line.cells) > 1
        if line.join is Join.NONE or not logical:
            logical.append((line.kind, text, cells))
            continue
        kind, before, had = logical[-1]
        if line.join is Join.DROP_HYPHEN:
            before = before[:-1]
        space = " " if line.join is Join.SPACE else ""
        logical[-1] = (kind, before + space + text, had or cells)
    return logical


@pytest.fixture(params=PRINTINGS, scope="module")
def printing(request: pytest.FixtureRequest) -> tuple[str, bytes, Document]:
    data = PRINTINGS[request.param]()
    return request.param, data, read_pdf(data)


def test_every_criterion_is_a_row_with_its_two_numbers(printing: tuple[str, bytes, Document]) -> None:
    rows = [text for kind, text, cells in logical_lines(printing[2]) if kind is Kind.ROW and cells]
    for _, criteria in samples.CRITERIA:
        for label, direct, indirect, _ in criteria:
            assert rows.count(f"{label} {direct} {indirect}") == 1, (
                label,
                [r for r in rows if r.startswith(label[:9])],
            )


def test_justifications_are_lines_of_text_under_their_criterion(printing: tuple[str, bytes, Document]) -> None:
    lines = logical_lines(printing[2])
    texts = [text for kind, text, _ in lines if kind is Kind.TEXT]
    for _, criteria in samples.CRITERIA:
        for label, _, _, why in criteria:
            if why:
                assert why in texts, (label, [text for text in texts if text[:12] == why[:12]])


def test_folded_paragraphs_are_whole(printing: tuple[str, bytes, Document]) -> None:
    texts = {text for kind, text, _ in logical_lines(printing[2]) if kind is Kind.TEXT}
    for paragraph in samples.PARAGRAPHS:
        assert paragraph in texts, [text for text in texts if text[:20] == paragraph[:20]]


def test_list_items(printing: tuple[str, bytes, Document]) -> None:
    items = [text for kind, text, _ in logical_lines(printing[2]) if kind is Kind.LIST_ITEM]
    assert items == [f"- {item}" for item in samples.BULLETS]


def test_furniture_is_kept_and_marked(printing: tuple[str, bytes, Document]) -> None:
    name, _, document = printing
    furniture = [document.text[line.start : line.end] for line in document.lines if line.kind is Kind.FURNITURE]
    marks = {
        "chromium": r".*\d{1,2}:\d\d .*|(?:file|https?)://.* \d+/\d+",
        "weasyprint": r"Hankkeen kuvaus S29999|\d+/\d+",
    }
    shape = marks.get(name.split("-")[0], r"Hankkeen kuvaus S29999|Sivu \d+ \(4\)")
    assert document.pages is not None
    # A table's head, repeated by the producer on the table's later pages.
    furniture = [text for text in furniture if text != "Välitön Välillinen"]
    assert len(furniture) == 2 * document.pages
    assert [text for text in furniture if not re.fullmatch(shape, text)] == []


def test_lines_cover_the_text(printing: tuple[str, bytes, Document]) -> None:
    document = printing[2]
    rest, at = [], 0
    for line in document.lines:
        rest.append(document.text[at : line.start])
        assert "\n" not in document.text[line.start : line.end]
        assert document.text[line.start : line.end].strip() == document.text[line.start : line.end] != ""
        assert (rest[-1] == "\n\n") == line.blank_before
        at = line.end
        for cell in line.cells:
            assert line.start <= cell.start < cell.end <= line.end
        for before, cell in zip(line.cells, line.cells[1:], strict=False):
            assert document.text[before.end : cell.start] == " "
    assert set(rest[1:]) <= {"\n", "\n\n"}
    assert rest[0] == ""
    assert at == len(document.text)


def test_boxes_hold_the_text_that_pdfplumber_sees_there(printing: tuple[str, bytes, Document]) -> None:
    _, data, document = printing
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        letters = [[letter for letter in page.chars if not letter["text"].isspace()] for page in pdf.pages]
    for line in document.lines:
        mark = 2 if line.kind is Kind.LIST_ITEM else 0
        spans = [(cell.start, cell.end, cell.box) for cell in line.cells] or [(line.start + mark, line.end, line.box)]
        for start, end, box in spans:
            assert box is not None
            left = line.stops[0].x if mark else box.x0
            inside = [
                letter["text"].replace("\u00ad", "-").replace("ﬁ", "fi").replace("ﬂ", "fl")
                for letter in letters[box.page - 1]
                if left - 0.8 <= (letter["x0"] + letter["x1"]) / 2 <= box.x1 + 0.8
                and box.y0 <= (letter["top"] + letter["bottom"]) / 2 <= box.y1
            ]
            text = document.text[start:end].replace(" ", "")
            assert "".join(inside) == text


def test_stops_are_left_edges(printing: tuple[str, bytes, Document]) -> None:
    _, data, document = printing
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        letters = [page.chars for page in pdf.pages]
    stops = [(line, stop) for line in document.lines for stop in line.stops if line.box]
    assert len(stops) > 20
    for line, stop in stops:
        boxes = [cell.box for cell in line.cells if cell.box and cell.start == stop.offset] or [line.box]
        near = [
            letter["text"]
            for letter in letters[(line.page or 1) - 1]
            if boxes[0] and abs(letter["x0"] - stop.x) < 1 and boxes[0].y0 <= letter["bottom"] - 2 <= boxes[0].y1
        ]
        assert document.text[stop.offset] in near


@pytest.mark.parametrize("name", ["chromium-narrow", "weasyprint-middle", "weasyprint-narrow", "reportlab-top"])
def test_the_second_reader_sees_the_same(name: str) -> None:
    data = PRINTINGS[name]()
    first, second = (logical_lines(read(data)) for read in (read_pdf, read_pdf_with_pdfplumber))
    assert second == first


def load_hyphen_cases() -> list[tuple[str, str, str, str, bool]]:
    cases = yaml.safe_load((Path(__file__).parent / "cases" / "hyphens.yaml").read_text(encoding="utf-8"))
    return [
        (case["before"], case["after"], case.get("words", ""), case["join"], case.get("doubtful", False))
        for case in cases
    ]


@pytest.mark.parametrize(("before", "after", "words", "join", "doubtful"), load_hyphen_cases())
def test_hyphens_at_line_ends(before: str, after: str, words: str, join: str, doubtful: bool) -> None:
    known = words.casefold().split()
    decided = decide_hyphen(before, after, lambda word: word in known)
    assert (decided[0].name.lower(), decided[1]) == (join, doubtful)
