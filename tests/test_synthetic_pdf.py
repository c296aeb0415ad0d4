"""The archive generator's PDFs, read back with pdfium: nothing lost, and every option shows."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest

from pipeline.synthetic import chromium, libreoffice, pdf_flow
from pipeline.synthetic.content import (
    Applicant,
    Contact,
    Funding,
    GenderAnswer,
    Indicator,
    Partner,
    ProjectContent,
    Score,
    Site,
)
from pipeline.synthetic.errors import INSTALL, MissingToolError, ToolFailedError
from pipeline.synthetic.form_text import Block, Kind, render_blocks
from pipeline.synthetic.hyphens import SOFT_HYPHEN, insert_soft_hyphens
from pipeline.synthetic.pdf import PdfJob, render_pdf, render_pdfs
from pipeline.synthetic.pdf_odf import render_odf
from pipeline.synthetic.pdf_options import PAGE_SIZES_MM, PDF_LAYOUTS, PRODUCERS, PdfOptions

PRINTED = datetime(2019, 3, 12, 14, 5)  # noqa: DTZ001 - the form prints local times

SUMMARY = """Esimerkkilän kylät kehittävät yhdessä yhteisöllistä toimintaa: kehittämisyhdistys järjestää neuvontaa, \
koulutusta ja tapahtumia, joihin kaikki pääsevät – ”parempi yksi kylätalo kuin kymmenen suunnitelmaa”.
Toinen rivi samassa kappaleessa.

Toimenpiteet ovat
- kyläillat Äänekoskella ja Åbyssa
- yhdistysten yhteinen kalenteri, jota ylläpidetään vapaaehtoisvoimin koko toteutusajan

2015
Talousarvio on 12 500 €, tavoite ≥ 30 osallistujaa; Łukasz & Šárka <mukana>."""

PROJECT = ProjectContent(
    fund="EAKR",
    project_code="A79999",
    project_name="Kylät yhdessä – Åland & Ähtäri <pilotti>",
    priority_axis="1. Pk-yritystoiminnan kilpailukyky",
    specific_objective="1.1. Uuden liiketoiminnan luominen",
    start=date(2015, 5, 1),
    end=date(2017, 6, 30),
    status="Toiminta päättynyt",
    authority="Hämeen elinkeino-, liikenne- ja ympäristökeskus",
    applicant=Applicant("Esimerkkilän kehittäjät ry", "Yhdistys", "1234567-1", "Mallikatu 7", "044 123 4567", "00100"),
    contact=Contact("ESIMERKKI MAIJA", "Toiminnanjohtaja", "maija.esimerkki(at)esimerkki.fi", "(06) 123 4567"),
    arrangement="Hakijoita on useampi kuin yksi (yhteishanke)",
    partners=(
        Partner("Esimerkin ammattikorkeakoulu Oy", "Ammattikorkeakoulu", "0123456-7"),
        Partner("Koulutuskuntayhtymä Malli, Mallilan ammattiopisto ja lukio (aikuiskoulutus)", "", "0765432-1"),
    ),
    summary=SUMMARY,
    target_groups_direct="Nuoret.",
    target_groups_indirect="Yhdistykset.\n\nKunnat.",
    funding=Funding(46434, 46000, 1123456, None),
    regions=("Kymenlaakso", "Etelä-Karjala"),
    subregions=("Kotkan-Haminan",),
    municipalities=("Kotka", "Hamina"),
    site=Site("Kouvolan kampus: Paraatikenttä 7", "49460", "Hamina"),
    indicators=(Indicator("Uudet yritykset", 5, 3.5), Indicator("Uudet työpaikat", 1200, 0)),
    gender=(GenderAnswer("Kyllä", "Analyysi on tehty."), GenderAnswer("Kyllä"), GenderAnswer("Ei", "Tavoite on muu.")),
    scores=tuple(
        Score(
            number % 11,
            (number * 3) % 11,
            "" if number % 2 else f"Perustelu {number}.\n\nToinen kappale.\nRivi.\n- kohta",
        )
        for number in range(15)
    ),
    final_report=SUMMARY,
)
BLOCKS = render_blocks(PROJECT)

MISSING: dict[str, str] = {}
for _name, _find in (("chromium", chromium.find_chromium), ("libreoffice", libreoffice.find_libreoffice)):
    try:
        _find()
    except MissingToolError as error:
        MISSING[_name] = f"NOT TESTED: {error}"

PLAIN = PdfOptions()
CASES = {
    "plain": PLAIN,
    "top": PdfOptions(narrow_columns=True, number_align="top", labels="stacked"),
    "middle": PdfOptions(narrow_columns=True, number_align="middle", ruled=True),
    "bottom": PdfOptions(narrow_columns=True, number_align="bottom", labels="table"),
    "small": PdfOptions(page_size="A5"),
    "small_hyphenated": PdfOptions(page_size="A5", hyphenated=True, repeat_table_head=True),
    "letter": PdfOptions(page_size="letter", running_head=True, page_numbers=True, title_in_head=True),
    "marked": PdfOptions(bold_labels=True, bullet="*", justified=True),
    "large": PdfOptions(font_size=13, margin_mm=30),
}

Printed = Callable[[str, PdfOptions | str], bytes]


@pytest.fixture(scope="module")
def printed() -> Printed:
    """A PDF by producer and options or name of a case; all are printed in one batch."""
    wanted: list[tuple[str, PdfOptions]] = [(layout.producer, layout.options) for layout in PDF_LAYOUTS.values()]
    wanted += [(producer, options) for producer in PRODUCERS for options in CASES.values()]
    available = [key for key in dict.fromkeys(wanted) if key[0] not in MISSING]
    pdfs = render_pdfs([PdfJob(BLOCKS, producer, options, PRINTED) for producer, options in available])
    known = dict(zip(available, pdfs, strict=True))

    def get(producer: str, options: PdfOptions | str) -> bytes:
        if producer in MISSING:
            pytest.skip(MISSING[producer])
        return known[producer, CASES[options] if isinstance(options, str) else options]

    return get


def read_pages(pdf: bytes) -> list[str]:
    document = pdfium.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def read_text(pdf: bytes) -> str:
    return "\n".join(read_pages(pdf))


def find_boxes(pdf: bytes, text: str) -> list[tuple[int, float, float, float, float]]:
    """(page from 0, left, bottom, right, top) of every place where the text stands."""
    found = []
    document = pdfium.PdfDocument(pdf)
    for number, page in enumerate(document):
        textpage = page.get_textpage()
        searcher = textpage.search(text, match_case=True, match_whole_word=True)
        while (hit := searcher.get_next()) is not None:
            boxes = [textpage.get_charbox(index) for index in range(hit[0], hit[0] + hit[1])]
            found.append(
                (number, min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), boxes[0][3])
            )
    document.close()
    return found


def squeeze(text: str) -> str:
    """Without white space, hyphens of all kinds and pdfium's marks for them: folds make no difference."""
    return re.sub("[\\s\u00a0\u00ad\u2010\u0002\ufffe-]+", "", text)


def list_values(blocks: tuple[Block, ...]) -> list[str]:
    values = []
    for block in blocks:
        values += [f"{block.number} {block.text}", block.label, block.value]
        for row in block.rows:
            values += [row.label, row.direct, row.indirect]
            values += [line.removeprefix("- ") for line in row.justification.split("\n")]
    return [value for value in values if value.strip()]


@pytest.mark.parametrize("name", PDF_LAYOUTS)
def test_layout_prints_every_value(name: str, printed: Printed) -> None:
    layout = PDF_LAYOUTS[name]
    text = squeeze(read_text(printed(layout.producer, layout.options)))
    torn = [value for value in list_values(BLOCKS) if squeeze(value) not in text]
    # A label that folds in its cell may be torn by a page break or by its own number: then its words are there.
    assert len(torn) <= (2 if layout.options.narrow_columns or layout.options.labels == "table" else 0), torn
    assert [word for value in torn for word in value.split() if squeeze(word) not in text] == []


def test_layouts_are_held_out_by_a_third_and_of_every_producer() -> None:
    assert 13 <= len(PDF_LAYOUTS) <= 16
    held_out = {name: layout for name, layout in PDF_LAYOUTS.items() if layout.held_out}
    assert len(held_out) == round(len(PDF_LAYOUTS) / 3)
    shown = {layout.producer for layout in PDF_LAYOUTS.values() if not layout.held_out}
    assert {layout.producer for layout in held_out.values()} == shown == set(PRODUCERS)
    assert {name for name, layout in PDF_LAYOUTS.items() if not layout.trap} > {f"{name}_plain" for name in PRODUCERS}


@pytest.mark.parametrize("producer", PRODUCERS)
class TestOptions:
    def test_page_size_and_margins(self, producer: str, printed: Printed) -> None:
        for options in CASES.values():
            document = pdfium.PdfDocument(printed(producer, options))
            width, height = (side / 25.4 * 72 for side in PAGE_SIZES_MM[options.page_size])
            assert document[0].get_size() == pytest.approx((width, height), abs=1.5)
            document.close()
        heading = "Hakijan perustiedot"
        near = find_boxes(printed(producer, "plain"), heading)[0]
        far = find_boxes(printed(producer, "large"), heading)[0]
        assert far[1] - near[1] == pytest.approx(10 / 25.4 * 72, abs=5)
        assert far[4] - far[2] > near[4] - near[2]

    def test_head_and_page_numbers_on_every_page(self, producer: str, printed: Printed) -> None:
        title = next(block.text for block in BLOCKS if block.kind is Kind.TITLE)
        marked = read_pages(printed(producer, "letter"))
        for number, page in enumerate(marked, start=1):
            lines = page.splitlines()
            assert any(title in line for line in (lines[:4] + lines[-4:]))
            assert "12.3.2019 14.05" in page
            edges = lines[:3] + lines[-3:]
            assert any(re.search(rf"(^|\D){number}(\D|$)", line) for line in edges)
        assert not any("14.05" in page for page in read_pages(printed(producer, "plain")))

    def test_hyphens_at_line_ends(self, producer: str, printed: Printed) -> None:
        def count(options: str) -> int:
            return len(re.findall("\\w[-\u00ad\u2010\u0002\ufffe]\r?\n?\\w", read_text(printed(producer, options))))

        assert count("small_hyphenated") > count("small") + 3

    def test_justified_lines_end_at_the_margin(self, producer: str, printed: Printed) -> None:
        first_lines = [
            find_boxes(printed(producer, options), "Esimerkkilän kylät")[0] for options in ("plain", "marked")
        ]
        assert first_lines[0][1] == pytest.approx(first_lines[1][1], abs=1)
        assert first_lines[0][3] != pytest.approx(first_lines[1][3], abs=0.05)

    def test_ruled_tables_have_lines(self, producer: str, printed: Printed) -> None:
        def count_paths(options: str) -> int:
            document = pdfium.PdfDocument(printed(producer, options))
            kinds = [part.type for page in document for part in page.get_objects(max_depth=4)]
            document.close()
            return kinds.count(pdfium.raw.FPDF_PAGEOBJ_PATH)

        assert count_paths("middle") > count_paths("plain") + 5

    def test_narrow_columns_fold_criteria_and_numbers_align(self, producer: str, printed: Printed) -> None:
        criterion = "Uusiutuvien energialähteiden käyttö"
        assert criterion in read_text(printed(producer, "plain"))
        heights = []
        for align in ("top", "middle", "bottom"):
            pdf = printed(producer, align)
            assert criterion not in read_text(pdf)
            page, _, bottom, right, _ = find_boxes(pdf, "energialähteiden")[0]
            numbers = [box for box in find_boxes(pdf, "6") if box[0] == page and box[1] > right]
            nearest = min(numbers, key=lambda box: abs(box[2] - bottom))
            heights.append(nearest[2] - bottom)
        assert heights[0] > heights[1] + 2 > heights[2] + 4

    def test_table_head_is_repeated(self, producer: str, printed: Printed) -> None:
        once, again = (len(find_boxes(printed(producer, case), "Välitön")) for case in ("small", "small_hyphenated"))
        assert once == 1
        assert again > 1

    def test_table_is_cut_by_page_breaks(self, producer: str, printed: Printed) -> None:
        pdf = printed(producer, "small")
        first, last = (find_boxes(pdf, text)[0][0] for text in ("Materiaalit ja jätteet", "Ympäristöosaaminen"))
        assert first < last

    def test_labels(self, producer: str, printed: Printed) -> None:
        line, stacked, table = (printed(producer, case) for case in ("plain", "top", "bottom"))
        assert "Hankekoodi: A79999" in read_text(line)
        label, value = find_boxes(stacked, "Hankekoodi")[0], find_boxes(stacked, "A79999")[0]
        assert value[1] == pytest.approx(label[1], abs=2)
        assert value[4] <= label[2] + 2
        assert "Hankekoodi:" in read_text(stacked)
        label, value = find_boxes(table, "Hankekoodi")[0], find_boxes(table, "A79999")[0]
        assert value[1] > label[3] + 20
        assert value[2] == pytest.approx(label[2], abs=4)
        assert "Hankekoodi:" not in read_text(table)

    def test_bullets_and_bold_labels(self, producer: str, printed: Printed) -> None:
        starred = printed(producer, "marked")
        for mark, pdf in (("*", starred), ("•", printed(producer, "plain"))):
            item = find_boxes(pdf, "kyläillat")[0]
            assert any(
                box[:1] == item[:1] and item[2] - 3 < box[2] < item[4] < box[2] + 15 for box in find_boxes(pdf, mark)
            )
        plain_width, bold_width = (
            box[3] - box[1]
            for box in (find_boxes(pdf, "Vastuuviranomainen")[0] for pdf in (printed(producer, "plain"), starred))
        )
        assert bold_width > plain_width

    def test_same_input_same_bytes(self, producer: str, printed: Printed) -> None:
        before = printed(producer, "plain")
        assert render_pdf(BLOCKS, producer, PLAIN, PRINTED) == before


def test_dates_are_pinned_in_metadata(printed: Printed) -> None:
    for producer in PRODUCERS:
        if producer not in MISSING:
            metadata = pdfium.PdfDocument(printed(producer, "plain")).get_metadata_dict()
            assert metadata["CreationDate"].startswith("D:20190312140500")


def test_standard_font_is_not_embedded_and_only_used_where_it_has_all_letters() -> None:
    latin = tuple(block for block in BLOCKS if block.kind in (Kind.TITLE, Kind.FIELD))
    options = PdfOptions(font="standard")
    assert b"/Helvetica" in render_pdf(latin, "reportlab", options)
    assert "Åland & Ähtäri" in read_text(render_pdf(latin, "reportlab", options))
    assert "Łukasz & Šárka" in read_text(render_pdf(BLOCKS, "reportlab", options))


def test_jobs_keep_their_order() -> None:
    first, second = (render_blocks(replace(PROJECT, project_code=code)) for code in ("A70001", "A70002"))
    jobs = [PdfJob(first, "weasyprint"), PdfJob(first, "reportlab"), PdfJob(second, "weasyprint")]
    assert [re.findall(r"A7\d{4}", read_text(pdf)) for pdf in render_pdfs(jobs)] == [["A70001"], ["A70001"], ["A70002"]]
    assert render_pdfs([]) == []


def test_unknown_producer_is_named() -> None:
    with pytest.raises(ValueError, match="unknown PDF producer 'word'; known are: chromium, "):
        render_pdf(BLOCKS, "word", PLAIN)


@pytest.mark.parametrize("tool", ["chromium", "libreoffice"])
def test_missing_program_says_what_to_install(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(MissingToolError, match=f"Debian's package {tool}") as caught:
        render_pdf(BLOCKS, tool, PLAIN)
    assert INSTALL[tool] in str(caught.value)


@pytest.mark.parametrize(("tool", "module"), [("reportlab", "pipeline.synthetic.pdf_reportlab"), ("weasyprint",) * 2])
def test_missing_package_says_what_to_install(tool: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingToolError, match=re.escape("pip install 'hankekuvaus[archive]'")):
        render_pdf(BLOCKS, tool, PLAIN)


def test_missing_fonts_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf_flow, "FONT_FOLDERS", (str(tmp_path),))
    pdf_flow.find_fonts.cache_clear()
    try:
        with pytest.raises(MissingToolError, match="fonts-liberation"):
            render_pdf(BLOCKS, "weasyprint", PLAIN)
    finally:
        pdf_flow.find_fonts.cache_clear()


@pytest.mark.parametrize("tool", ["chromium", "libreoffice"])
def test_failing_program_is_told_from_a_missing_one(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/bin/false")
    with pytest.raises(ToolFailedError, match=tool):
        render_pdf(BLOCKS, tool, PLAIN)


@pytest.mark.parametrize("tool", ["chromium", "libreoffice"])
def test_hanging_program_is_given_up(tool: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / tool
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(program))
    monkeypatch.setattr(chromium, "TIMEOUT", 0.2)
    monkeypatch.setattr(libreoffice, "TIMEOUT_START", 0.2)
    monkeypatch.setattr(libreoffice, "TIMEOUT_DOCUMENT", 0.0)
    with pytest.raises(ToolFailedError, match=r"0\.2 seconds|0 seconds"):
        render_pdf(BLOCKS, tool, PLAIN)


def test_long_justification_with_soft_hyphens() -> None:
    long = "Kehittämisyhdistys järjestää neuvontaa kylien asukkaille. " * 350
    blocks = render_blocks(replace(PROJECT, scores=(Score(1, 2, long), *PROJECT.scores[1:])))
    options = PdfOptions(hyphenated=True, justified=True, ruled=True)
    for pdf in render_pdfs([PdfJob(blocks, "weasyprint", options), PdfJob(blocks, "reportlab", options)]):
        assert squeeze(read_text(pdf)).count("Kehittämisyhdistysjärjestää") == 350


def test_letters_that_are_hard_to_print() -> None:
    odd = (Block(Kind.FIELD, label="Nimi", value="A\u0308a\u0308nekoski 46\u202f434 → Kirkkonummi \x0b1"),)
    assert "Äänekoski" in read_text(render_pdf(odd, "reportlab", PdfOptions(font="standard")))
    pages = read_text(render_pdf(odd, "weasyprint", PLAIN))
    assert "46434→Kirkkonummi" in squeeze(pages)
    assert "Kirkkonummi 1" in "".join(ElementTree.fromstring(render_odf(odd, PLAIN, None)).itertext())


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("rahoittaman", "ra·hoit·ta·man"),
        ("kehittämisyhdistys", "ke·hit·tä·mi·syh·dis·tys"),
        ("strategia", "stra·te·gia"),
        ("Pohjois-Pohjanmaa", "Poh·jois-Poh·jan·maa"),
        ("alue", "alue"),
        ("maija.esimerkki(at)esimerkki.fi", "maija.esimerkki(at)esimerkki.fi"),
        ("https://www.esimerkki.fi/hanke", "https://www.esimerkki.fi/hanke"),
    ],
)
def test_soft_hyphens(word: str, syllables: str) -> None:
    assert insert_soft_hyphens(word) == syllables.replace("·", SOFT_HYPHEN)
