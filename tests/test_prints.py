"""Prints on small pages, where rows, names and addresses are torn: the same rows as from the text."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

import pytest
from pdf_raw import show, write_pdf
from rows import comparable

from parsers.parse import parse_document
from parsers.readers.pdf import read_pdf
from pipeline.synthetic.errors import MissingToolError
from pipeline.synthetic.form_text import render_blocks
from pipeline.synthetic.invent import invent_project
from pipeline.synthetic.layouts import LAYOUTS
from pipeline.synthetic.pdf import PdfJob, render_pdfs
from pipeline.synthetic.pdf_options import PdfOptions

TABLES = ("projects", "scores", "indicators", "locations", "partners", "sections")
OPTIONS = {
    "stacked labels, numbers beside the middle, heads repeated": PdfOptions(
        page_size="A5",
        labels="stacked",
        narrow_columns=True,
        number_align="middle",
        repeat_table_head=True,
        running_head=True,
    ),
    "words parted at line ends, numbers at the bottom": PdfOptions(
        page_size="A5",
        labels="stacked",
        hyphenated=True,
        bullet="-",
        number_align="bottom",
        narrow_columns=True,
        font_size=12.0,
    ),
}
PROJECTS = (0, 3, 5, 8)


@pytest.mark.parametrize("producer", ["chromium", "weasyprint", "reportlab"])
@pytest.mark.parametrize("name", OPTIONS)
def test_small_pages(producer: str, name: str) -> None:
    contents = [invent_project(92, number).captures[-1].content for number in PROJECTS]
    try:
        prints = render_pdfs([PdfJob(render_blocks(content), producer, OPTIONS[name]) for content in contents])
    except MissingToolError as error:
        pytest.skip(str(error))
    for number, content, data in zip(PROJECTS, contents, prints, strict=True):
        text = LAYOUTS["spaced"].render(render_blocks(content), Random(1)).encode()
        wanted, found = parse_document(text, name="x.txt"), parse_document(data, name="x.pdf")
        for table in TABLES:
            assert comparable(found, table) == comparable(wanted, table), (number, table)
        # What `comparable` is blind to: a hyphen of the folding within a word.
        for section in found.tables["sections"]:
            assert "\u2010" not in section["text"], (number, section["text"])


def test_what_is_cut_off_a_page_is_not_read() -> None:
    inside = show(72, 700, "Hanke tarjoaa maksutonta neuvontaa kaikille alueen asukkaille")
    outside = show(72, 900, "Tämä rivi on sivun yläpuolella") + show(72, -40, "ja tämä sen alapuolella")
    document = read_pdf(write_pdf([inside + outside]))
    assert document.text == "Hanke tarjoaa maksutonta neuvontaa kaikille alueen asukkaille"
    assert document.dropped_characters == len("Tämärivionsivunyläpuolellajatämäsenalapuolella")


def test_a_print_distilled_without_names_of_letters_says_so(tmp_path: Path) -> None:
    """Ghostscript keeps no names of letters that the producer's own encoding gave numbers of control characters."""
    content = invent_project(92, 0).captures[-1].content
    source, target = tmp_path / "print.pdf", tmp_path / "distilled.pdf"
    (data,) = render_pdfs([PdfJob(render_blocks(content), "reportlab", PdfOptions())])
    source.write_bytes(data)
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", f"-sOutputFile={target}", str(source)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("no Ghostscript: apt-get install ghostscript")
    whole, parsed = parse_document(data, name="x.pdf"), parse_document(target.read_bytes(), name="x.pdf")
    assert "undecodable_characters" in {issue["code"] for issue in parsed.tables["issues"]}
    names = [found.tables["projects"][0]["project_name"] for found in (whole, parsed)]
    assert len(names[0]) == len(names[1])
    assert all(a == b or b == "\ufffd" for a, b in zip(*names, strict=True)), names
