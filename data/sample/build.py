"""Renders the invented projects of ``projects/`` into ``archive/``: run by developers, the archive is committed.

    .venv/bin/python data/sample/build.py

Needs the PDF producers (Debian's chromium and libreoffice-writer-nogui, the extra ``archive``). The same YAML gives
the same bytes as long as the producers' versions and the fonts stay the same.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import yaml

from pipeline.synthetic.content import ProjectContent, content_from_mapping
from pipeline.synthetic.encodings import encode_document
from pipeline.synthetic.form_text import PLAIN, PrintStyle, render_blocks
from pipeline.synthetic.layouts import LAYOUTS
from pipeline.synthetic.pdf import PdfJob, render_pdfs
from pipeline.synthetic.pdf_options import PDF_LAYOUTS

HERE = Path(__file__).parent
PROJECTS = HERE / "projects"
ARCHIVE = HERE / "archive"


@dataclass(frozen=True, slots=True)
class Page:
    """A text or HTML file: ``layout`` is a key of ``LAYOUTS``, ``encoding`` one of ``ENCODINGS``."""

    project: str
    """A file of ``projects/`` without its suffix."""
    layout: str
    encoding: str = "utf-8"
    style: PrintStyle = PLAIN


@dataclass(frozen=True, slots=True)
class Print:
    """A PDF: ``layout`` is a key of ``PDF_LAYOUTS``."""

    project: str
    layout: str
    printed: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """The same bytes as another file of the archive."""

    path: str


@dataclass(frozen=True, slots=True)
class Other:
    """A file that is no description."""

    content: bytes


def _at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, 30, tzinfo=UTC)


def _scan() -> bytes:
    """A PDF as a scanner without text recognition makes it: one grey picture on a page, no text at all."""
    width, height = 120, 170
    picture = bytes(0x60 if row % 10 in (3, 4) and 15 < column < 100 else 0xF0 for row in range(height)
                    for column in range(width))  # fmt: skip
    packed = zlib.compress(picture, 9)
    drawing = b"q 595 0 0 842 0 0 cm /Scan Do Q"
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /Scan 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (width, height, len(packed), packed),
    )
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    starts = []
    for number, body in enumerate(bodies, start=1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    out.writelines(b"%010d 00000 n \n" % start for start in starts)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, table))
    return out.getvalue()


_ERROR_PAGE = """<!DOCTYPE html>
<html lang="fi">
<head><meta charset="utf-8"><title>404 – Sivua ei löydy</title></head>
<body>
<h1>Sivua ei löydy</h1>
<p>Hakemaasi hanketta ei ole, tai se on poistettu. Tarkista osoite ja yritä uudelleen.</p>
<p><a href="/">Takaisin etusivulle</a></p>
</body>
</html>
"""

NO_EMPTY_LABELS = PrintStyle(
    omit=frozenset(
        {
            "applicant.website",
            "arrangement",
            "funding.realised_eu_state",
            "funding.realised_public",
            "site.street",
            "site.postal_code",
            "site.post_office",
        }
    )
)
"""As a page that leaves out labels which have no value."""

FILES: dict[str, Page | Print | Copy | Other] = {
    # Three projects in every format.
    "every_format/S29001/S29001.txt": Page("S29001", "spaced"),
    "every_format/S29001/S29001_page.html": Page("S29001", "service"),
    "every_format/S29001/S29001_strong.html": Page("S29001", "strong_labels"),
    "every_format/S29001/S29001_chromium.pdf": Print("S29001", "chromium_heads", _at(2018, 9, 3)),
    "every_format/S29001/S29001_weasyprint.pdf": Print("S29001", "weasyprint_plain", _at(2018, 9, 4)),
    "every_format/S29001/S29001_reportlab.pdf": Print("S29001", "reportlab_plain", _at(2018, 9, 5)),
    "every_format/A79001/A79001.txt": Page("A79001", "tabs"),
    "every_format/A79001/A79001_page.html": Page("A79001", "service"),
    "every_format/A79001/A79001_rows.html": Page("A79001", "table_rows"),
    "every_format/A79001/A79001_chromium.pdf": Print("A79001", "chromium_plain", _at(2019, 5, 20)),
    "every_format/A79001/A79001_weasyprint.pdf": Print("A79001", "weasyprint_label_table", _at(2019, 5, 21)),
    "every_format/A79001/A79001_reportlab.pdf": Print("A79001", "reportlab_bottom_numbers", _at(2019, 5, 22)),
    "every_format/S29002/S29002.txt": Page("S29002", "glued_heads", "utf-8-crlf"),
    "every_format/S29002/S29002_bare.html": Page("S29002", "service_bare"),
    "every_format/S29002/S29002_entities.html": Page("S29002", "entities"),
    "every_format/S29002/S29002_chromium.pdf": Print("S29002", "chromium_narrow", _at(2018, 11, 1)),
    "every_format/S29002/S29002_weasyprint.pdf": Print("S29002", "weasyprint_hyphenated", _at(2018, 11, 2)),
    "every_format/S29002/S29002_reportlab.pdf": Print("S29002", "reportlab_plain", _at(2018, 11, 3)),
    # Two captures of one project.
    "two_captures/S29003_2016-05-02.html": Page("S29003_2016-05-02", "service"),
    "two_captures/S29003_2018-03-12.html": Page("S29003_2018-03-12", "service"),
    # One format each, as a real archive has grown.
    "esr/pages/S29005.htm": Page("S29005", "entities"),
    "esr/pages/S29007.html": Page("S29007", "table_rows", "cp1252"),
    "esr/prints/2021/S29004.pdf": Print("S29004", "chromium_heads", _at(2021, 4, 14)),
    "esr/prints/2018/Vuoro vaihtuu – S29008.pdf": Print("S29008", "weasyprint_hyphenated", _at(2018, 6, 1)),
    "esr/texts/S29006.txt": Page("S29006", "aligned", "utf-8-crlf"),
    "esr/texts/S29009.txt": Page("S29009", "folded"),
    "esr/texts/S29010.TXT": Page("S29010", "tight", "cp1252", PrintStyle(thousands="\u00a0")),
    "eakr/pages/A79003.html": Page("A79003", "strong_labels"),
    "eakr/pages/A79004.html": Page("A79004", "definition_list", style=PrintStyle(brand=False, thousands="\u202f")),
    "eakr/pages/A79005.html": Page("A79005", "service", "nfd"),
    "eakr/pages/A79008.html": Page("A79008", "service_bare", "cp1252-undeclared", PrintStyle(cents="up")),
    "eakr/prints/A79003.pdf": Print("A79003", "chromium_narrow", _at(2018, 12, 10)),
    "eakr/prints/A79006.pdf": Print("A79006", "libreoffice_plain", _at(2019, 2, 8)),
    "eakr/texts/A79002.txt": Page("A79002", "glued_heads", style=NO_EMPTY_LABELS),
    "eakr/texts/A79007.txt": Page("A79007", "spaced", "utf-8-bom"),
    "eakr/texts/vanhat/A79001 (kopio).txt": Copy("every_format/A79001/A79001.txt"),
    # What else lies about in archives.
    "not_descriptions/style.css": Other(b"h2 { color: #003580 }\n"),
    "not_descriptions/error_page_S29999.html": Other(_ERROR_PAGE.encode()),
    "not_descriptions/scan_without_text.pdf": Other(_scan()),
    "not_descriptions/empty.txt": Other(b""),
}
"""By path in ``archive/``."""


def load_projects() -> dict[str, ProjectContent]:
    """The projects by the name of their file."""
    return {path.stem: content_from_mapping(yaml.safe_load(path.read_text("utf-8"))) for path in _project_paths()}


def render_page(path: str, page: Page, content: ProjectContent) -> bytes:
    """The bytes of a text or HTML file; ``path`` seeds what its layout leaves to chance."""
    layout = LAYOUTS[page.layout]
    text = layout.render(render_blocks(content, page.style), Random(path))  # noqa: S311 (nothing secret)
    rendered, used = encode_document(text, layout.format, page.encoding)
    if used != page.encoding:
        raise ValueError(f"{path}: its text cannot be written as {page.encoding}")
    return rendered


def render_files() -> dict[str, bytes]:
    """The bytes of every file, in the order of ``FILES``."""
    projects = load_projects()
    prints = {path: entry for path, entry in FILES.items() if isinstance(entry, Print)}
    jobs = [
        PdfJob(render_blocks(projects[one.project]), *PDF_LAYOUTS[one.layout][:2], one.printed)
        for one in prints.values()
    ]
    pdfs = dict(zip(prints, render_pdfs(jobs), strict=True))
    rendered: dict[str, bytes] = {}
    for path, entry in FILES.items():
        match entry:
            case Page():
                rendered[path] = render_page(path, entry, projects[entry.project])
            case Print():
                rendered[path] = pdfs[path]
            case Copy():
                rendered[path] = rendered[entry.path]
            case Other():
                rendered[path] = entry.content
    return rendered


def write_archive() -> None:
    """Makes ``archive/`` hold the rendered files and no others."""
    rendered = render_files()
    for path, content in rendered.items():
        target = ARCHIVE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != content:
            target.write_bytes(content)
    for old in [path for path in ARCHIVE.rglob("*") if path.is_file()]:
        if old.relative_to(ARCHIVE).as_posix() not in rendered:
            old.unlink()
    print(f"{len(rendered)} files, {sum(map(len, rendered.values())):,} bytes in {ARCHIVE}")


def _project_paths() -> list[Path]:
    return sorted(PROJECTS.glob("*.yaml"))


if __name__ == "__main__":
    write_archive()
