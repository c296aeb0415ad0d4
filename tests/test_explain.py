"""The explain page: every character in its place, nothing of the document trusted, personal data painted over."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from parsers.document import Box, Line
from parsers.masking import MASK
from parsers.parse import parse_document
from pipeline.cli import app
from pipeline.errors import SettingsError
from pipeline.explain.align import align_page, find_runs, gather, turn_box
from pipeline.explain.from_file import explain_file
from pipeline.explain.from_snapshot import UnknownProjectError, explain_project
from pipeline.explain.marks import Mark, MarkKind, cut_text, find_marks
from pipeline.explain.page import write_page
from pipeline.explain.pages import DrawTask, request_pages
from pipeline.explain.view import View, view_parsed
from pipeline.web_page import make_page, safe

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "archive"
TEXT = SAMPLE / "every_format" / "S29001" / "S29001.txt"
PDFS = [SAMPLE / "every_format" / "S29001" / f"S29001_{maker}.pdf" for maker in ("chromium", "reportlab", "weasyprint")]
EVIL = (
    '<script>alert(1)</script> "onmouseover="alert(2)" \'><img src=x onerror=alert(3)> '
    "javascript:alert(4) </a></main><iframe src=javascript:alert(5)> &lt;b&gt; --> ]]> {{7*7}} \u202eabc"
)


class Page(HTMLParser):
    """What a browser makes of a page: its elements with attributes, and the text under an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br", "link", "img", "image", "rect"):
            self._open.append(dict(attrs).get("id"))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("image", "rect"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for name in self._open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data

    def ids(self) -> list[str]:
        return [str(given["id"]) for _, given in self.elements if "id" in given]


def explain(path: Path, *, restricted: bool = False) -> View:
    return explain_file(path.read_bytes(), path.name, restricted=restricted)


def evil_bytes() -> bytes:
    text = TEXT.read_text("utf-8")
    for label in ("Hankkeen nimi", "Organisaatiotyyppi", "Vastuuviranomainen", "Hankkeen yhteyshenkilön nimi"):
        before, _, rest = text.partition(f"{label}:")
        text = f"{before}{label}: {EVIL}\n{rest.partition(chr(10))[2]}"
    return f"{text}\nOutolappu {EVIL}: {EVIL}\n".encode()


@given(
    st.text(alphabet="ab\n", max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8),
)
def test_segments_cover_the_text_once(text: str, spans: list[tuple[int, int]]) -> None:
    rows = [{"char_start": min(span), "char_end": max(span)} for span in spans]
    marks = find_marks(text, {"fields": rows})
    segments = list(cut_text(text, marks))
    assert "".join(text[segment.start : segment.end] for segment in segments) == text
    for mark in marks:
        under = "".join(text[s.start : s.end] for s in segments if mark in s.marks)
        assert under == text[mark.start : mark.end]
        assert sum(mark in segment.begins for segment in segments) == 1
    for segment in segments:
        lengths = [mark.end - mark.start for mark in segment.marks]
        assert lengths == sorted(lengths), "the innermost first"


def test_empty_marks_have_a_segment_of_their_own() -> None:
    mark = Mark(1, MarkKind.FIELD, {}, 2, 2)
    assert [(s.start, s.end, s.marks) for s in cut_text("abcd", [mark])] == [
        (0, 2, ()),
        (2, 2, (mark,)),
        (2, 4, ()),
    ]


@pytest.mark.parametrize(
    "path", [TEXT, TEXT.parent.parent / "S29002" / "S29002_bare.html", PDFS[0]], ids=lambda p: p.name
)
def test_every_value_stands_under_its_own_mark(path: Path) -> None:
    view = explain(path)
    assert view.text is not None
    page = Page(write_page(view))
    assert page.texts["text"] == view.text
    checked = 0
    for mark in find_marks(view.text, view.tables):
        if mark.kind is MarkKind.FIELD and mark.end > mark.start:
            assert page.texts[f"t{mark.number}"] in mark.row["raw"]
            assert mark.row["raw"] == view.text[mark.start : mark.end]
            assert f"r{mark.number}" in page.texts
            checked += 1
    assert checked >= 20
    assert len(page.ids()) == len(set(page.ids()))
    targets = {str(given["href"])[1:] for tag, given in page.elements if tag == "a" and "href" in given}
    assert targets <= set(page.ids())


def test_nothing_of_a_document_is_trusted() -> None:
    view = explain_file(evil_bytes(), f"{EVIL}.txt")
    assert view.document["status"] == "parsed"
    html = write_page(view)
    page = Page(html)
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert not {"iframe", "img", "object", "embed", "form", "link", "base"} & {tag for tag, _ in page.elements}
    for _, given_ in page.elements:
        assert not [name for name in given_ if name.startswith("on") or name == "style"]
        for name in ("href", "src", "xlink:href", "action"):
            assert (given_.get(name) or "#").startswith("#")
    assert "alert(1)" in page.texts["text"], "shown, not lost"
    assert "\u202e" not in html
    policy = next(str(given["content"]) for _, given in page.elements if given.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script-src 'sha256-" in policy


def test_the_policy_names_the_script_and_no_other() -> None:
    page = make_page("t", ["<p>x</p>"], style="p{}", script="1")
    assert (
        "sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=" in page
    )  # echo -n 1 | openssl dgst -sha256 -binary | base64
    assert "script-src" not in make_page("t", [], style="")
    assert "img-src" not in page


@pytest.mark.parametrize("text", ["\ud800", "\x00\x1b[31m", "<&>\"'", "\u2066x\u2069"])
def test_any_text_is_made_safe(text: str) -> None:
    shown = safe(text)
    shown.encode()
    assert not re.search(r"[<>\"'\x00\x1b\u2066\u2069]", shown)


def test_personal_data_is_masked_unless_asked_for() -> None:
    masked, unmasked = explain(TEXT), explain(TEXT, restricted=True)
    assert masked.text is not None
    assert unmasked.text is not None
    secrets = {unmasked.text[at.start() : at.end()] for at in re.finditer(f"{MASK}[{MASK} ]*{MASK}", masked.text)}
    assert any("@" in secret or "(at)" in secret for secret in secrets)
    page, open_page = write_page(masked), write_page(unmasked)
    for secret in secrets:
        assert secret not in page
        assert safe(secret) in open_page
    assert "not for publishing" in open_page
    assert "not for publishing" not in page


def pixels(view: View, number: int) -> Image.Image:
    return Image.open(io.BytesIO(view.pages[number - 1].data)).convert("L")


@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.name)
def test_pages_hide_what_the_text_masks(path: Path) -> None:
    """Where a masked character stands, the page is black; where a public value stands, it is as in the file."""
    masked, unmasked = explain(path), explain(path, restricted=True)
    assert len(masked.pages) == masked.document["pages"]
    assert unmasked.text is not None
    hidden = public = 0
    for mark in find_marks(unmasked.text, unmasked.tables):
        for page, x0, y0, x1, y1 in unmasked.boxes.get(mark.number, []):
            scale = pixels(unmasked, int(page)).width / unmasked.pages[int(page) - 1].width
            box = tuple(round(side * scale) for side in (x0, y0, x1, y1))
            covered, shown = pixels(masked, int(page)).crop(box), pixels(unmasked, int(page)).crop(box)
            if mark.kind is MarkKind.FIELD and mark.row["restricted"]:
                assert max(covered.tobytes()) < 90, mark.row["field"]
                assert max(shown.tobytes()) > 200
                hidden += 1
            elif mark.kind is MarkKind.FIELD and MASK not in masked.text[mark.start : mark.end]:  # type: ignore[index]
                assert max(covered.tobytes()) > 200, mark.row["field"]
                public += 1
    assert hidden >= 5
    assert public >= 20
    assert all(page.covered for page in masked.pages[:1])
    assert not any(page.covered for page in unmasked.pages)


@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.name)
def test_every_value_has_boxes_on_the_pages(path: Path) -> None:
    view = explain(path)
    assert view.text is not None
    for mark in find_marks(view.text, view.tables):
        if view.text[mark.start : mark.end].strip():
            boxes = view.boxes[mark.number]
            lines = view.text[mark.start : mark.end].split("\n")
            assert len(boxes) >= len([line for line in lines if line.strip()])
            for page, x0, y0, x1, y1 in boxes:
                shown = view.pages[int(page) - 1]
                assert 0 <= x0 < x1 <= shown.width
                assert 0 <= y0 < y1 <= shown.height


def test_pages_that_do_not_fit_the_text_are_not_shown() -> None:
    data = PDFS[1].read_bytes()
    drawing = request_pages(DrawTask(data, "another text", "another text", False, []))
    assert drawing.pages == []
    assert drawing.refusal is not None
    assert "does not give the text" in drawing.refusal


def test_a_pdf_that_kills_the_child_costs_only_its_pages() -> None:
    drawing = request_pages(DrawTask(b"%PDF-1.4\nbroken", "", "", False, []))
    assert drawing.pages == []
    assert drawing.refusal


def characters(text: str, x: float = 10.0, y: float = 10.0) -> list[tuple[str, tuple[float, float, float, float]]]:
    return [(sign, (x + 5 * at, y, x + 5 * at + 5, y + 10)) for at, sign in enumerate(text)]


@pytest.mark.parametrize(
    ("printed", "drawn", "strangers"),
    [
        ("Nimi Aino", "Nimi Aino", 0),
        ("fill", "ﬁll", 0),
        ("Ähtäri", "A\u0308hta\u0308ri", 0),
        ("- asia", "• asia", 0),
        ("työ-", "työ\ufffe", 0),
        ("Nimi", "Nimi 044 1234567", 10),
        ("Nimi", "NiXmi", 1),
    ],
)
def test_drawn_characters_are_matched(printed: str, drawn: str, strangers: int) -> None:
    line = Line(0, len(printed), page=1, box=Box(1, 10.0, 10.0, 10.0 + 5 * len(drawn), 20.0))
    aligned = align_page(printed, [line], gather(characters(drawn)))
    assert len(aligned.strangers) == strangers
    letters = [at for at, sign in enumerate(printed) if sign.isalnum()]
    assert all(at in aligned.boxes for at in letters)


def test_what_is_drawn_but_not_in_the_text_is_a_stranger() -> None:
    line = Line(0, 4, page=1, box=Box(1, 10.0, 10.0, 30.0, 20.0))
    found = gather([*characters("Nimi"), *characters("salainen", 10.0, 300.0)])
    assert len(align_page("Nimi", [line], found).strangers) == 8


def test_letters_printed_twice_for_bold_are_one() -> None:
    line = Line(0, 4, page=1, box=Box(1, 10.0, 10.0, 31.0, 20.0))
    found = gather([*characters("Nimi"), *characters("Nimi", 10.4)])
    aligned = align_page("Nimi", [line], found)
    assert aligned.strangers == []
    assert find_runs(range(4), line, aligned.boxes) == [(10.0, 10.0, 30.0, 20.0)]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [(0, (10, 80, 30, 90)), (1, (10, 10, 20, 30)), (2, (170, 10, 190, 20)), (3, (80, 170, 90, 190))],
)
def test_turned_pages(turn: int, expected: tuple[float, ...]) -> None:
    assert turn_box((10, 10, 30, 20), (0, 100, 200, 0), turn) == expected


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of three documents, and their archive beside it."""
    folder = tmp_path_factory.mktemp("explained")
    archive = folder / "archive"
    archive.mkdir()
    for path in (TEXT.with_name("S29001_reportlab.pdf"), SAMPLE / "esr/texts/S29010.TXT"):
        (archive / path.name).write_bytes(path.read_bytes())
    (archive / "broken.pdf").write_bytes(b"%PDF-1.4\n")
    result = CliRunner().invoke(app, ["run", str(archive), "--out", str(folder / "out"), "--quiet"])
    assert result.exit_code == 3, result.output
    return folder / "out"


def test_a_project_is_explained_from_its_snapshot(out: Path) -> None:
    view = explain_project(out, "S29001")
    assert view.document["role"] == "current"
    assert len(view.pages) == view.document["pages"]
    assert view.notes == ()
    fresh = explain(TEXT.with_name("S29001_reportlab.pdf"))
    assert view.text == fresh.text
    assert {row["field"] for row in view.rows("fields")} == {row["field"] for row in fresh.rows("fields")}
    unmasked = explain_project(out, "S29001", restricted=True)
    assert unmasked.text == explain(TEXT.with_name("S29001_reportlab.pdf"), restricted=True).text
    assert explain_project(out, view.document["document_id"]).document == view.document


def test_without_its_file_a_project_is_explained_from_the_tables(out: Path) -> None:
    path = out.parent / "archive" / "S29001_reportlab.pdf"
    moved = path.rename(out.parent / "moved.pdf")
    try:
        view = explain_project(out, "S29001")
        assert view.pages == ()
        assert "not in the archive" in view.notes[0]
        assert Page(write_page(view)).texts["text"] == view.text
        result = CliRunner().invoke(app, ["explain", "S29001", "--out", str(out), "--restricted"])
        assert isinstance(result.exception, SettingsError)
        assert "leave out --restricted" in str(result.exception)
    finally:
        moved.rename(path)


def test_commands(out: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    page = tmp_path / "page.html"
    result = runner.invoke(app, ["explain", str(TEXT), "--output", str(page)])
    assert (result.exit_code, result.stdout.strip()) == (0, str(page))
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    result = runner.invoke(app, ["explain", str(TEXT), "--restricted", "--output", str(page)])
    assert result.exit_code == 0
    assert page.stat().st_mode & 0o777 == 0o600
    result = runner.invoke(app, ["explain", "S29010", "--out", str(out), "--output", "-"])
    assert result.exit_code == 0
    assert result.stdout.startswith("<!DOCTYPE html>")
    result = runner.invoke(app, ["explain", "S29010"])
    assert result.exit_code == 2
    assert "--out" in result.stderr
    result = runner.invoke(app, ["explain", "S99999", "--out", str(out)])
    assert isinstance(result.exception, UnknownProjectError)
    assert "no project S99999" in str(result.exception)
    result = runner.invoke(app, ["explain", str(out.parent / "archive" / "broken.pdf"), "--output", str(page)])
    assert result.exit_code == 3
    assert "left out" in page.read_text("utf-8")


def test_pictures_are_those_of_the_pages() -> None:
    html = write_page(explain(PDFS[1]))
    pictures = re.findall(r'href="data:image/webp;base64,([^"]+)"', html)
    assert len(pictures) == 4
    for picture in pictures:
        assert Image.open(io.BytesIO(base64.b64decode(picture))).width == 1000


def test_a_page_grows_with_its_rows_and_not_with_their_square() -> None:
    # many rows of one field, each with an issue: once, every row showed the issues of all of them
    sample = Path(__file__).parents[1] / "data" / "sample" / "archive" / "every_format" / "S29001" / "S29001.txt"
    text = sample.read_text("utf-8-sig")
    lines = "".join(f"Outo otsake {number}: arvo\n" for number in range(1000))
    data = text.replace("\n2 ", f"\n{lines}2 ", 1).encode()
    page = write_page(view_parsed(parse_document(data, name="many.txt"), "many.txt"))
    assert page.count("Outo otsake") >= 1000
    assert len(page) < 3_000_000
