"""Inputs to begin with and words to mutate with: the sample archive, and what the forms' data says is printed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from models.forms import load_forms

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = ROOT / "data" / "sample" / "archive"
LARGEST = 120_000
"""Bytes of a file of the corpus."""

MARKUP = (
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<table>",
    "<tr>",
    "<td colspan=2>",
    "</table>",
    "<pre>",
    "<br>",
    "<li>",
    "<ul>",
    "<dl>",
    "<dt>",
    "<dd>",
    "<h2>",
    "<template>",
    "<svg>",
    "<title>",
    "<textarea>",
    "<plaintext>",
    "<script>",
    "</script>",
    "<select>",
    "<option>",
    "<p hidden>",
    'style="display:none"',
    "<nav>",
    "<main>",
    "<b>",
    "<?xml version='1.0'?>",
    "&nbsp;",
    "&shy;",
    "&#xD800;",
    "&#0;",
    '<meta charset="utf-16">',
    "<noscript>",
    "<math>",
    "<frameset>",
    "<details>",
    "<dialog open>",
)
MARKDOWN = (
    "# ",
    "## ",
    "**",
    "__",
    "* ",
    "| ",
    "|---|---|",
    "> ",
    "===",
    "---",
    "\\",
    "[a](b)",
    "<https://a.fi>",
    "1. ",
)
HEADERS = (
    "Content-Type: ",
    "multipart/related; ",
    "boundary=",
    "Content-Transfer-Encoding: base64",
    "quoted-printable",
    "=\r\n",
    "=C3=A4",
    "\r\n\r\n",
    "--x",
    "--x--",
    "text/html",
    "charset=utf-8",
    "Date: ",
    "start=",
    "MIME-Version: 1.0",
)
PDF_WORDS = (
    "obj",
    "endobj",
    "stream",
    "endstream",
    "xref",
    "trailer",
    "startxref",
    "/Type",
    "/Page",
    "/Pages",
    "/Kids",
    "/Count",
    "/Contents",
    "/Font",
    "/ToUnicode",
    "/Encrypt",
    "/Length",
    "/Filter",
    "/FlateDecode",
    "/MediaBox",
    "/Rotate",
    "/Annots",
    "BT",
    "ET",
    "Tj",
    "TJ",
    "Tm",
    "Td",
    "Tf",
    "Do",
    "<<",
    ">>",
    "0 R",
    "%PDF-",
    "%%EOF",
    "/XObject",
    "/Root",
    "beginbfrange",
)
ODDITIES = (
    "\ufeff",
    "\u00ad",
    "\u00a0",
    "\u200b",
    "\u202e",
    "\ufffe",
    "\ufffd",
    "\u0308",
    "\u2028",
    "\u0085",
    "\f",
    "\v",
    "\0",
    "\t",
    "\r",
    "\r\n",
    "  ",
    "\n\n",
    "-\n",
    "•",
    "– ",
    "o ",
    "█",
    "ﬁ",
    "İ",
    "ß",
    "ǆ",
    "٣",
    "²",
    "①",
    "Ⅷ",
    "\U0001f600",
)
VALUES = (
    "S20405",
    "A79001",
    "Alkaa 1.5.2015 ja päättyy 30.6.2017",
    "46 434",
    "-1 234,50 €",
    "1234567-8",
    "0115776-3",
    "00100",
    "FI-00100",
    "matti.meikalainen@esimerkki.fi",
    "matti (at) esimerkki.fi",
    "040 123 4567",
    "+358 40 1234567",
    "puh. 12345678",
    "010190-123A",
    "131052-308T",
    "150299A9057",
    "Kyllä",
    "Ei",
    "8 10",
    "10 10",
    "0",
    "Kotka, Hamina",
    "Kotkan-Haminan",
    "Esimerkkilän kehittäjät ry, Yhdistys, 0115776-3",
    "www.esimerkki.fi",
    "5. Sosiaalinen osallisuus",
    "10.1 Työelämä",
)


def form_words() -> list[str]:
    """Everything that a form prints: titles, headings, labels, list heads, criteria, furniture."""
    words: dict[str, None] = {}
    for form in load_forms():
        found = [title.text for title in form.titles] + list(form.furniture) + list(form.table_heads or ())
        for section in form.sections:
            found += [f"{section.number} {title}" for title in section.titles()]
            found += [f"{spelling}:" for label in section.labels for spelling in label.spellings()]
            found += [head.text for head in section.lists] + list(section.group_lines)
        found += [spelling for criterion in form.criteria for spelling in criterion.spellings()]
        found += [text for dimension in form.dimensions for text in (dimension.text, *dimension.variants)]
        found += [f"7.1 {title.text}" for title in form.indicator_titles] + list(form.ended_statuses)
        words |= dict.fromkeys(found)
    return list(words)


def write_dictionary(path: Path) -> int:
    """A dictionary as libFuzzer wants it; the number of its words."""
    words = [*form_words(), *VALUES, *MARKUP, *MARKDOWN, *HEADERS, *PDF_WORDS, *ODDITIES]
    unique = {word.encode()[:120]: None for word in words}
    lines = ('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in unique)
    path.write_text("\n".join(lines) + "\n")
    return len(unique)


def sample_files(*suffixes: str) -> Iterator[bytes]:
    """The sample archive's documents whose names end so, the small ones."""
    for path in sorted(ARCHIVE.rglob("*")):
        if path.name.lower().endswith(suffixes) and path.is_file() and 0 < path.stat().st_size <= LARGEST:
            yield path.read_bytes()


def make_message(page: bytes) -> bytes:
    """A page as a browser saves it in one file."""
    head = (
        b"From: <Saved by Blink>\r\nSubject: kuvaus\r\nDate: Mon, 12 Mar 2018 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
    )
    kind = b'Content-Type: multipart/related; type="text/html"; boundary="raja"\r\n\r\n\r\n'
    part = b"--raja\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    quoted = b"\r\n".join(
        line.replace(b"=", b"=3D").replace(b"\xc3", b"=C3").replace(b"\xe4", b"=E4") for line in page.splitlines()
    )
    style = b"\r\n--raja\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n--raja--\r\n"
    return head + kind + part + quoted + style


def make_containers() -> dict[str, bytes]:
    """A small container of each kind, by its name's end."""
    files = {"a.txt": b"teksti\n" * 9, "b/c.html": b"<p>teksti", "d.css": b"x"}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    made = {"zip": sink.getvalue()}
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    made["tar"] = sink.getvalue()
    for name, plain in (("", files["a.txt"]), ("tar.", made["tar"])):
        made[name + "gz"] = gzip.compress(plain, mtime=0)
        made[name + "bz2"] = bz2.compress(plain)
        made[name + "xz"] = lzma.compress(plain)
        made[name + "zst"] = pa.compress(plain, codec="zstd", asbytes=True)
    return made
