"""PDFs that no producer prints on demand, written by hand: turned, in columns, in no order, damaged, without text."""

from __future__ import annotations

import io
import random
import re
import resource
from collections.abc import Callable

import pdfplumber
import pytest
from pdf_raw import show, write_pdf

from parsers.document import Document, Join, Kind, UnreadableError, joined
from parsers.readers.pdf import read_pdf
from parsers.readers.pdf_layout import lay_out
from parsers.readers.pdf_lines import Fragment, Page
from parsers.readers.pdf_plumber import read_pdf_with_pdfplumber

Read = Callable[[bytes], Document]
BOTH = pytest.mark.parametrize("read", [read_pdf, read_pdf_with_pdfplumber])
LINE, SECOND = "Hankkeen tavoitteena on tukea nuoria.", "Toinen rivi"
LEFT = (
    "Pohjois-Pohjanmaan maakunnassa toimii",
    "monta pajaa, ja niiden toiminta on",
    "vakiintunut. Pajat tekevät yhteistyötä",
    "oppilaitosten ja yritysten kanssa, ja",
    "nuoret saavat ohjausta. Se on kaikille",
    "nuorille maksutonta.",
    "Toiminta jatkuu koko vuoden ajan, ja",
    "palvelua kehitetään.",
)
RIGHT = (
    "Toisella palstalla kerrotaan tuloksista,",
    "joita hankkeessa saatiin. Osallistujia",
    "oli yli sata, ja heistä kolmasosa sai",
    "töitä puolen vuoden kuluessa. Palaute",
    "oli kiittävää kaikilla paikkakunnilla, ja",
    "kunnat jatkavat toimintaa omalla tuella",
    "ensi vuodesta alkaen.",
)
NAMES = ("Luonnonvarojen käytön kestävyys", "Materiaalit ja jätteet", "Tasa-arvon edistäminen", "Kulttuuriympäristö")
ROWS = [f"{name} {number} {10 - number}" for number, name in enumerate(NAMES)]


def texts(document: Document) -> list[str]:
    return [document.text[line.start : line.end] for line in document.lines]


def reason(read: Read, data: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(data)
    return caught.value.code


@BOTH
def test_damaged_and_empty_files_have_their_reasons(read: Read) -> None:
    assert reason(read, b"") == "broken_pdf"
    assert reason(read, b"%PDF-1.7\nnothing") == "broken_pdf"
    assert reason(read, write_pdf([])) == "no_pages"
    assert reason(read, write_pdf([""])) == "no_text"
    assert reason(read, write_pdf([show(72, 700, "   ")])) == "no_text"


@BOTH
def test_scans_are_told_from_blank_pages(read: Read) -> None:
    image = "q 500 0 0 700 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI Q\n"
    with pytest.raises(UnreadableError, match="no_text: 2 pages, 1 of them images"):
        read(write_pdf([image, ""]))


@BOTH
def test_encrypted_files_say_so(read: Read) -> None:
    from reportlab.lib import pdfencrypt
    from reportlab.pdfgen.canvas import Canvas

    def make(password: str) -> bytes:
        stream = io.BytesIO()
        canvas = Canvas(stream, encrypt=pdfencrypt.StandardEncryption(password, ownerPassword="omistaja", strength=128))
        canvas.drawString(72, 700, LINE)
        canvas.save()
        return stream.getvalue()

    assert reason(read, make("salasana")) == "encrypted"
    assert texts(read(make(""))) == [LINE]


@pytest.mark.parametrize(
    ("rotate", "matrix", "places"),
    [
        (0, "1 0 0 1", ((72, 700), (72, 687))),
        (90, "0 1 -1 0", ((100, 100), (113, 100))),
        (180, "-1 0 0 -1", ((500, 100), (500, 113))),
        (270, "0 -1 1 0", ((400, 700), (387, 700))),
        (0, "0 1 -1 0", ((100, 100), (113, 100))),
        (0, "0 -1 1 0", ((400, 700), (387, 700))),
        (0, "-1 0 0 -1", ((500, 100), (500, 113))),
        (90, "1 0 0 1", ((72, 700), (72, 687))),
        (180, "0 1 -1 0", ((100, 100), (113, 100))),
        (270, "1 0 0 1", ((72, 700), (72, 687))),
    ],
)
def test_turned_pages(rotate: int, matrix: str, places: tuple[tuple[int, int], tuple[int, int]]) -> None:
    content = "".join(show(x, y, text, matrix=matrix) for (x, y), text in zip(places, (LINE, SECOND), strict=True))
    data = write_pdf([content], page_entries=f"/Rotate {rotate}")
    document = read_pdf(data)
    assert texts(document) == [LINE, SECOND]
    assert [line.size for line in document.lines] == [10, 10]
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        letters = [letter for letter in pdf.pages[0].chars if letter["text"] != " "]
    for line, text in zip(document.lines, (LINE, SECOND), strict=True):
        box = line.box
        assert box is not None
        inside = [
            letter["text"]
            for letter in letters
            if box.x0 - 0.5 < (letter["x0"] + letter["x1"]) / 2 < box.x1 + 0.5
            and box.y0 - 0.5 < (letter["top"] + letter["bottom"]) / 2 < box.y1 + 0.5
        ]
        assert sorted(inside) == sorted(text.replace(" ", ""))


@BOTH
def test_crop_boxes_move_the_origin(read: Read) -> None:
    document = read(write_pdf([show(172, 700, LINE)], page_entries="/CropBox[100 100 500 800]"))
    box = document.lines[0].box
    assert box is not None
    assert (box.x0, round(box.y1)) == (72, 102)


@BOTH
def test_size_is_as_drawn_and_bold_by_name(read: Read) -> None:
    document = read(write_pdf([show(72, 700, LINE, size=1, matrix="12 0 0 12") + show(72, 600, SECOND, font="F2")]))
    assert [(line.size, line.bold) for line in document.lines] == [(12, False), (10, True)]


@BOTH
def test_hidden_text_is_kept(read: Read) -> None:
    content = f"BT /F1 10 Tf 3 Tr 72 700 Td (Tunnistettu teksti) Tj ET\n1 1 1 rg {show(72, 650, 'Valkoinen teksti')}"
    assert texts(read(write_pdf([content]))) == ["Tunnistettu teksti", "Valkoinen teksti"]


def column(x: int, lines: tuple[str, ...]) -> str:
    return "".join(show(x, 700 - 13 * number, text) for number, text in enumerate(lines))


@BOTH
def test_columns_are_read_one_after_the_other(read: Read) -> None:
    head, foot = show(60, 740, "Otsikko on koko sivun levyinen ja ulottuu palstojen yli", 14), show(60, 580, SECOND)
    document = read(write_pdf([head + column(60, LEFT) + column(320, RIGHT) + foot]))
    assert texts(document)[1:] == [*LEFT, *RIGHT, SECOND]
    paragraphs = re.split(r"\n+", joined(document.text, document.lines))
    assert paragraphs[1:] == [" ".join(LEFT[:6]), " ".join(LEFT[6:]), " ".join(RIGHT), SECOND]


@BOTH
@pytest.mark.parametrize("order", ["by column", "from the bottom", "shuffled"])
def test_tables_in_any_order(read: Read, order: str) -> None:
    parts = [show(60, 700 - 20 * row, name) for row, name in enumerate(NAMES)]
    parts += [show(330, 700 - 20 * row, str(row)) for row in range(len(NAMES))]
    parts += [show(400, 700 - 20 * row, str(10 - row)) for row in range(len(NAMES))]
    if order == "from the bottom":
        parts = [part for row in reversed(range(len(NAMES))) for part in parts[row :: len(NAMES)]]
    elif order == "shuffled":
        random.Random(3).shuffle(parts)
    document = read(write_pdf(["".join(parts)]))
    assert texts(document) == ROWS
    assert [[cell.column for cell in line.cells] for line in document.lines] == [[0, 1, 2]] * len(NAMES)


@BOTH
def test_lines_from_the_bottom_upwards(read: Read) -> None:
    content = "".join(reversed([show(60, 700 - 13 * number, text) for number, text in enumerate(LEFT)]))
    assert texts(read(write_pdf([content]))) == list(LEFT)


@BOTH
@pytest.mark.parametrize("beside", [0, 1, 2])
def test_numbers_after_the_whole_name(read: Read, beside: int) -> None:
    folded = ("Pinta- ja pohjavedet, maaperä", "sekä ilma (ja kasvihuonekaasujen", "väheneminen)")
    content = "".join(show(60, 700 - 12 * number, text) for number, text in enumerate(folded))
    level = 700 - 12 * beside
    content += show(330, level, "4") + show(400, level, "10")
    content += show(60, 655, "Tasa-arvon edistäminen") + show(330, 655, "1") + show(400, 655, "2")
    document = read(write_pdf([content]))
    assert texts(document) == [*folded[:2], f"{folded[2]} 4 10", "Tasa-arvon edistäminen 1 2"]
    assert [line.join for line in document.lines] == [Join.NONE, Join.SPACE, Join.SPACE, Join.NONE]
    assert {line.kind for line in document.lines} == {Kind.ROW}
    boxes = [cell.box for cell in document.lines[2].cells]
    assert boxes[1] is not None
    assert abs(842 - boxes[1].y1 - level) < 4


@BOTH
def test_list_marks(read: Read) -> None:
    marks = ("\x95", "*", "-", "\x96", "\xb7", "o")
    content = "".join(
        show(60, 700 - 20 * number, mark.encode("latin-1").decode("cp1252"))
        + show(75, 700 - 20 * number, f"kohta {number}")
        for number, mark in enumerate(marks)
    )
    document = read(write_pdf([content]))
    assert texts(document) == [f"- kohta {number}" for number in range(len(marks))]
    assert {line.kind for line in document.lines} == {Kind.LIST_ITEM}


def test_marks_that_are_drawn() -> None:
    content = show(60, 720, "Kohderyhminä ovat seuraavat ryhmät, jotka tavoitetaan kunnissa")
    for number in range(3):
        content += f"80 {702 - 20 * number} 3 3 re f\n" + show(90, 700 - 20 * number, f"kohta {number}")
    content += show(60, 620, "Ryhmät tavoitetaan yhdessä") + show(60, 607, "muiden kanssa.")
    assert texts(read_pdf(write_pdf([content])))[1:4] == [f"- kohta {number}" for number in range(3)]


FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[%s]>>%s>>"


def test_ligatures_and_letters_without_a_name() -> None:
    data = write_pdf(
        [show(72, 700, "Re\x01nitaan ja \x02e, o\x03ce \x04x", font="F3")],
        fonts="/F3 100 0 R",
        objects=[FONT % ("1/fi/fl/ffi/eitunnettu", "")],
    )
    assert texts(read_pdf(data)) == ["Refinitaan ja fle, office \ufffdx"]
    assert read_pdf(data).dropped_characters == 0
    assert [(note.code, note.detail) for note in read_pdf(data).notes] == [("undecodable_characters", "1")]
    assert texts(read_pdf_with_pdfplumber(data)) == ["Refinitaan ja fle, office \ufffdx"]


@BOTH
def test_composed_letters_and_soft_hyphens(read: Read) -> None:
    cmap = (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
        "3 beginbfchar <41> <00610308> <42> <FB01> <43> <00AD> endbfchar endcmap end end"
    )
    stream = f"<</Length {len(cmap)}>>\nstream\n{cmap}\nendstream"
    data = write_pdf(
        [show(72, 700, "kest\xe4v\xe4 keh")], fonts="/F3 100 0 R", objects=[FONT % ("", "/ToUnicode 101 0 R"), stream]
    )
    assert texts(read(data)) == ["kestävä keh"]
    data = write_pdf(
        [show(72, 700, "ABC", font="F3")], fonts="/F3 100 0 R", objects=[FONT % ("", "/ToUnicode 101 0 R"), stream]
    )
    assert texts(read(data))[0].rstrip("-") == "äfi"


def test_form_fields_and_notes_are_counted() -> None:
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(nimi)/V(Matti Esimerkki)/Rect[10 10 100 30]>>"
    note = "<</Type/Annot/Subtype/FreeText/Contents(Huomio)/Rect[10 50 100 70]/DA(/Helv 10 Tf)>>"
    data = write_pdf([show(72, 700, LINE)], page_entries="/Annots[100 0 R 101 0 R]", objects=[field, note])
    assert read_pdf(data).dropped_characters == len("MattiEsimerkki" + "Huomio")


def pages_with(head: str, foot: str, count: int) -> list[str]:
    return [
        show(60, 810, head) + column(60, (f"Sivun {number} tekstiä", *LEFT)) + show(500, 30, foot.format(number))
        for number in range(1, count + 1)
    ]


@BOTH
@pytest.mark.parametrize("foot", ["{}", "{}/5", "Sivu {} (5)", "- {} -"])
def test_furniture_repeats(read: Read, foot: str) -> None:
    document = read(write_pdf(pages_with("Hankkeen kuvaus S29999", foot, 5)))
    furniture = [document.text[line.start : line.end] for line in document.lines if line.kind is Kind.FURNITURE]
    expected = [text for n in range(1, 6) for text in ("Hankkeen kuvaus S29999", foot.format(n))]
    assert [text.removeprefix("- ") for text in furniture] == [text.removeprefix("- ") for text in expected]


@BOTH
def test_numbers_that_do_not_count_pages_are_no_furniture(read: Read) -> None:
    contents = [show(60, 810, "3") + column(60, LEFT) + show(60, 30, str(year)) for year in (2015, 2015, 2019)]
    assert not [line for line in read(write_pdf(contents)).lines if line.kind is Kind.FURNITURE]


@BOTH
def test_print_time(read: Read) -> None:
    info = "<</CreationDate(D:20190312140500+02'00')/Producer(%s)>>"
    heads = pages_with("Palvelu 12.3.2019 14.05", "{}", 2)

    def stated(contents: list[str], producer: str) -> str | None:
        return read(write_pdf(contents, objects=[info % producer], trailer="/Info 100 0 R")).stated_date

    assert stated(heads, "Kirjoitin") == "2019-03-12T12:05:00Z"
    assert stated([LINE and show(72, 700, LINE)], "Skia/PDF m120") == "2019-03-12T12:05:00Z"
    assert stated([show(72, 700, LINE)], "Kirjoitin") is None
    assert read(write_pdf(heads)).stated_date == "2019-03-12T00:00:00Z"


def test_lines_folded_at_a_margin_and_lines_that_end() -> None:
    paragraph = (*LEFT[:5], "nuorille.", "Kotka", "Hamina", "Kouvola")
    document = read_pdf(write_pdf([column(60, paragraph)]))
    assert [line.join for line in document.lines] == [Join.NONE, *[Join.SPACE] * 5, *[Join.NONE] * 3]


def test_no_handle_is_left_open() -> None:
    data = write_pdf([column(60, LEFT)] * 4)
    for _ in range(50):
        read_pdf(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(1500):
        read_pdf(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000  # kilobytes


def test_damage_anywhere_is_an_answer_or_a_reason() -> None:
    data = write_pdf([column(60, LEFT), column(60, RIGHT)])
    rng = random.Random(5)
    for _ in range(300):
        mutated = bytearray(data)
        for _ in range(rng.randint(1, 8)):
            mutated[rng.randrange(len(mutated))] = rng.randrange(256)
        for read in (read_pdf, read_pdf_with_pdfplumber):
            answer: str | Document
            try:
                answer = read(bytes(mutated))
            except UnreadableError as error:
                answer = error.code
            if isinstance(answer, Document):
                assert answer.text.encode("utf-8")
            else:
                assert answer in {"broken_pdf", "no_pages", "no_text", "encrypted"}


def test_a_page_strewn_with_letters_ends() -> None:
    rng = random.Random(7)
    content = "".join(show(rng.randrange(500), rng.randrange(800), rng.choice("abo-*1")) for _ in range(6000))
    assert len(read_pdf(write_pdf([content])).text) > 6000


def test_a_line_of_nameless_letters_is_no_line() -> None:
    data = write_pdf(
        [show(72, 700, LINE) + show(72, 680, "\x01\x02", font="F3") + show(72, 660, SECOND)],
        fonts="/F3 100 0 R",
        objects=[FONT % ("1/eitunnettu/eimyoskaan", "")],
    )
    assert texts(read_pdf(data)) == [LINE, SECOND]
    assert read_pdf(data).dropped_characters == 2


def test_blocks_that_cannot_be_cut_apart_are_sorted() -> None:
    def flat(x: float, y: float) -> Fragment:
        return Fragment("sana", x, y, x + 200, y, y, 10)

    fragments = [flat(60, 500), flat(60, 520), flat(100, 499), flat(100, 521), flat(80, 498), flat(80, 522)]
    assert len(lay_out(Page(1, 595, 842), fragments)) == len(fragments)


HEAD = show(320, 790, "Suora") + show(390, 790, "Epäsuora")
FIRST = show(320, 600, "Suora") + show(390, 600, "Epäsuora")
FIRST += show(60, 580, "Materiaalit ja jätteet") + show(330, 580, "1") + show(400, 580, "2")
FIRST += show(60, 560, "Tasa-arvon edistäminen") + show(330, 560, "3") + show(400, 560, "4")
AFTER = show(60, 700, "Kulttuuriympäristö") + show(330, 700, "5") + show(400, 700, "6")


@BOTH
@pytest.mark.parametrize("head", ["", HEAD], ids=["plain", "repeated head"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            show(60, 100, "Luonnonvarojen käytön"),
            show(60, 760, "kestävyys") + show(330, 760, "7") + show(400, 760, "8"),
        ),
        (
            show(330, 100, "7") + show(400, 100, "8"),
            show(60, 760, "Luonnonvarojen käytön") + show(60, 748, "kestävyys"),
        ),
        (
            show(60, 100, "Luonnonvarojen käytön") + show(330, 100, "7") + show(400, 100, "8"),
            show(60, 760, "kestävyys"),
        ),
    ],
    ids=["name before", "numbers before", "both before"],
)
def test_rows_torn_by_a_page_break(read: Read, head: str, before: str, after: str) -> None:
    document = read(write_pdf([FIRST + before, head + after + AFTER]))
    body = tuple(line for line in document.lines if line.kind is not Kind.FURNITURE)
    assert re.split(r"\n+", joined(document.text, body)) == [
        "Suora Epäsuora",
        "Materiaalit ja jätteet 1 2",
        "Tasa-arvon edistäminen 3 4",
        "Luonnonvarojen käytön kestävyys 7 8",
        "Kulttuuriympäristö 5 6",
    ]
    assert {line.kind for line in body} == {Kind.ROW}
