"""The PDF readers, on documents that the tests print themselves and on PDFs written by hand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pdf_samples as samples
import pytest

from parsers.document import Document, Join, Kind
from parsers.readers.pdf import read_pdf

NARROW = "table.scores{width:60%}td.c{width:50%}"
JUSTIFIED = "p{text-align:justify;hyphens:auto}td{hyphens:auto}"
MARGINS = "@page{@top-left{content:'Hankkeen kuvaus S29999';font-size:8pt}@bottom-right{content:counter(page) '/' counter(pages)}}"
MIDDLE, BOTTOM, TOP = ("td.n{vertical-align:%s}" % place for place in ("middle", "bottom", "top"))


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
