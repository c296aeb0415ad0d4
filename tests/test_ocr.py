"""Scans: pictures of pages, made here, read with Debian's Tesseract where it is installed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from models.records import Parsed
from parsers.document import UnreadableError
from parsers.parse import parse_document
from parsers.readers.pdf_ocr import compose_scan, read_hocr
from parsers.scan import is_scan
from pipeline import ocr
from pipeline.errors import SettingsError
from pipeline.parse_one import parse_one
from pipeline.run import run_archive
from pipeline.settings import RunSettings

SAMPLE = Path(__file__).parents[1] / "data/sample/archive/every_format/S29001/S29001_weasyprint.pdf"
HOCR = """<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>
<div class='ocr_page' title='image "x"; bbox 0 0 2480 3508'>
 <span class='ocr_line' title='bbox 240 100 1940 138; baseline 0 -9; x_size 38'>
  <span class='ocrx_word' title='bbox 240 100 400 138; x_wconf 95'>Kunnat:</span>
  <span class='ocrx_word' title='bbox 412 100 600 138; x_wconf 91'>Kemi,</span>
  <span class='ocrx_word' title='bbox 612 100 800 138; x_wconf 90'>Tornio</span>
  <span class='ocrx_word' title='bbox 1900 100 1940 138; x_wconf 96'>7</span>
 </span>
 <span class='ocr_line' title='bbox 242 160 800 198; baseline 0 -9; x_size 39'>
  <span class='ocrx_word' title='bbox 242 160 800 198; x_wconf 88'>1—2</span>
 </span>
 <span class='ocr_line' title='bbox 0 300 2480 302; baseline 0 0; x_size 2'>
  <span class='ocrx_word' title='bbox 0 300 2480 302; x_wconf 12'>|</span>
 </span>
</div></body></html>"""


def need_tesseract() -> None:
    try:
        ocr.find_tesseract()
    except SettingsError:
        pytest.skip("NO TESSERACT: reading scans is not tested here; CI installs tesseract-ocr and tesseract-ocr-fin")


def make_scan(source: bytes, pages: int, turn: int = 0, dpi: int = 200) -> bytes:
    """A PDF that holds nothing but pictures of another one's pages, turned by ``turn`` degrees."""
    document = pdfium.PdfDocument(source)
    pictures: list[Image.Image] = []
    for index in range(min(pages, len(document))):
        picture = document[index].render(scale=dpi / 72, grayscale=True).to_pil()
        pictures.append(picture.rotate(turn, expand=True))
    document.close()
    stream = io.BytesIO()
    pictures[0].save(stream, "PDF", save_all=True, append_images=pictures[1:], resolution=float(dpi))
    return stream.getvalue()


def values(parsed: Parsed, table: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in parsed.tables[table]]


def test_hocr_becomes_fragments() -> None:
    scan = read_hocr(HOCR.encode(), 3, 72 / 300)
    assert [fragment.text for fragment in scan.page.fragments] == ["Kunnat: Kemi, Tornio", "7", "1–2"]
    first, cell, second = scan.page.fragments
    assert (first.stops, cell.split) == (((8, 412 * 0.24), (14, 612 * 0.24)), True)
    assert first.x0 == second.x0 == pytest.approx(57.6)
    assert (scan.page.number, scan.page.height, scan.words, scan.sure) == (3, pytest.approx(841.92), 5, 92.0)
    document = compose_scan([scan])
    assert (document.reader, document.notes[0].code, document.dropped_characters) == ("tesseract", "ocr", 1)
    assert document.lines[0].size == document.lines[1].size
    assert document.notes[0].detail == "92 % sure, the worst page 92 %"


@pytest.mark.parametrize(
    "hocr", [b"", b"Tesseract could not", b"<html></html>", b"<html><body><div class='ocr_page'/>"]
)
def test_odd_hocr_is_a_page_without_text(hocr: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        compose_scan([read_hocr(hocr, 1, 0.24)])
    assert caught.value.code == "no_text"


def test_scan_is_read_like_the_print() -> None:
    need_tesseract()
    data = make_scan(SAMPLE.read_bytes(), 4, dpi=300)
    printed, unread = parse_document(SAMPLE.read_bytes(), name="x.pdf"), parse_document(data, name="x.pdf")
    assert is_scan(data, unread)
    assert not is_scan(SAMPLE.read_bytes(), printed)
    scanned = parse_one(data, "x.pdf", ocr=True)
    assert (scanned.status, scanned.document["reader"]) == ("parsed", "tesseract")
    assert "ocr" in {row["code"] for row in scanned.tables["issues"]}
    for table, columns in {
        "scores": ("criterion", "direct", "indirect"),
        "sections": ("section_number",),
        "locations": ("level", "name"),
    }.items():
        assert values(scanned, table, *columns) == values(printed, table, *columns)
    for column in ("project_code", "project_name", "start_date", "end_date", "planned_public_eur"):
        assert scanned.tables["projects"][0][column] == printed.tables["projects"][0][column]


def test_page_on_its_side_is_turned() -> None:
    need_tesseract()
    upright, turned = (ocr.read_scan(make_scan(SAMPLE.read_bytes(), 1, turn)) for turn in (0, 90))
    assert turned.project_code == upright.project_code == "S29001"
    boxes = [row["boxes"] for row in turned.tables["fields"] if row["boxes"]]
    # a line that runs down the page as it is shown is a tall box
    assert boxes
    assert all(y1 - y0 > x1 - x0 for _, x0, y0, x1, y1 in boxes[0])


def test_run_reads_again_only_what_ocr_changes(tmp_path: Path) -> None:
    need_tesseract()
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "scan.pdf").write_bytes(make_scan(SAMPLE.read_bytes(), 2))
    (archive / "print.pdf").write_bytes(SAMPLE.read_bytes())

    def run(*, with_ocr: bool) -> tuple[int, dict[str, int]]:
        result = run_archive([archive], tmp_path / "out", settings=RunSettings(workers=1, ocr=with_ocr))
        return result.parsed, result.documents

    unread = (0, {"parsed": 1, "quarantined": 1})
    assert run(with_ocr=False) == (2, unread[1])
    assert run(with_ocr=False) == unread
    count, documents = run(with_ocr=True)
    assert count == 1
    assert "quarantined" not in documents
    assert run(with_ocr=True) == (0, documents)
    assert run(with_ocr=False) == (1, unread[1])


def test_without_tesseract_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ocr.find_tesseract.cache_clear()
    try:
        with pytest.raises(SettingsError, match="tesseract-ocr and tesseract-ocr-fin"):
            run_archive([tmp_path], tmp_path / "out", settings=RunSettings(ocr=True))
        with pytest.raises(SettingsError, match="no tesseract on the PATH"):
            parse_one(b"x", "x.txt", ocr=True)
    finally:
        ocr.find_tesseract.cache_clear()


def test_bounds_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    need_tesseract()
    data = make_scan(SAMPLE.read_bytes(), 2, dpi=100)
    monkeypatch.setattr(ocr, "MOST_PAGES", 1)
    assert "at most 1" in str(ocr.read_scan(data).document["reason"])
    monkeypatch.setattr(ocr, "MOST_PAGES", 2)
    monkeypatch.setattr(ocr, "PAGE_SECONDS", 0.01)
    assert str(ocr.read_scan(data).document["reason"]).startswith("timeout:")
    assert str(ocr.read_scan(b"%PDF-1.7 nothing").document["reason"]).startswith("broken_pdf:")
