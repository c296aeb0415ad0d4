"""Planted persons are found nowhere outside ``restricted/``: in no file of any kind that a run or a command leaves.

The archive holds a contact person, repeats of the name in its inflected forms, telephone numbers, e-mail addresses and
personal identity codes, in text, HTML and PDF, in what HTML and PDF hide, in documents that cannot be read, and in a
document that changes between two runs. Everything is switched on, every command is run, and every byte is searched:
compressed files opened, columns, metadata and statistics of Parquet, the terms of full-text indexes, pictures by OCR.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pypdfium2 as pdfium
import pyreadstat
import pytest
from browser import need_chromium
from PIL import Image
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import SettingsError
from pipeline.ocr import find_tesseract
from pipeline.synthetic.chromium import print_pages

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "archive" / "every_format"
SCRIPT = Path(sys.executable).with_name("hankekuvaus")

NAME, PHONE, EMAIL = "KANARIAINEN ZYXWVIIKKA", "050 0007391", "kanaria.posti@vuoto.esimerkki.fi"
FREE = (
    "Lisätietoja antaa Zyxwviikka Kanariainen. Kanariaisen sijainen tavoittaa Zyxwviikan; Kanariaiselta kysytään. "
    "Numero on +358 40 0007392 tai puh. 0007-394, osoite toinen.kanaria(at)vuoto.esimerkki.fi. "
    "Tunnus 130465-973T. Hanke jatkuu kuten ennen."
)
NEEDLES = re.compile(
    r"kanariai|zyxwvii|kanaria\.posti|toinen\.kanaria|vuoto\.esimerkki|130465|000[ -]?7[ -]?39[1-5]", re.IGNORECASE
)
"""What a leak looks like; inflection leaves it alone."""
CONTACTS = {
    "Hankkeen yhteyshenkilön nimi": NAME,
    "Yhteyshenkilön sähköpostisoite": EMAIL,
    "Yhteyshenkilön puhelinnumero": PHONE,
}


def plant_text(text: str) -> str:
    """A description with our contact person, and our free text in its third section."""
    for label, value in CONTACTS.items():
        text, count = re.subn(rf"({label}: *)[^\n<]*", rf"\g<1>{value}", text)
        assert count == 1, label
    heading = "3 Suunnitelman mukainen tiivistelmä toteutuksesta"
    text, count = re.subn(rf"({heading}(?:</h2>|\n+)(?:<p>|\s)*)", rf"\g<1>{FREE} ", text)
    assert count == 1
    return text


def plant_html(code: str) -> str:
    """The same as HTML, with persons where nobody looks."""
    text = plant_text((SAMPLE / "S29002" / "S29002_bare.html").read_text("utf-8")).replace("S29002", code)
    hidden = (
        f"<title>{NAME}</title><meta name=author content='{NAME} {EMAIL}'><!-- {NAME} {PHONE} -->"
        f"<script>var who = '{EMAIL}'</script><style>.x::after {{ content: '{NAME}' }}</style>"
    )
    text = text.replace("</head>", f"{hidden}</head>", 1)
    return text.replace("<h1>", f"<img alt='{NAME}' title='{EMAIL}'><h1 title='{NAME}' data-who='{PHONE}'>", 1)


def write_archive(folder: Path) -> None:
    (folder / "pdf").mkdir(parents=True)
    (folder / "S29001.txt").write_text(plant_text((SAMPLE / "S29001" / "S29001.txt").read_text("utf-8")), "utf-8")
    (folder / "S29002.html").write_text(plant_html("S29002"), "utf-8")
    (printed,) = print_pages([(plant_html("S29003"), {"printBackground": True})])
    (folder / "pdf" / "S29003.pdf").write_bytes(printed)
    (folder / "letter.txt").write_text(f"Hei {NAME},\nsoita {PHONE} tai {EMAIL}. {FREE}\n", "utf-8")
    (folder / "error.html").write_text(f"<html><title>{NAME}</title><p>{FREE}", "utf-8")
    with zipfile.ZipFile(folder / "more.zip", "w") as more:
        more.comment = NAME.encode()
        more.writestr("S29001_20180101.txt", (folder / "S29001.txt").read_text("utf-8").replace("verstas", "paja"))
        more.writestr("broken.pdf", f"%PDF-1.4\n{NAME} {EMAIL}")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which two nightly runs and every command have left what they leave."""
    need_chromium()
    folder = tmp_path_factory.mktemp("canary")
    write_archive(folder / "archive")
    for name in ("tmp", "said", "made"):
        (folder / name).mkdir()
    (folder / "nightly.toml").write_text(
        'archives = ["archive"]\noutput = "out"\nworkers = 1\nlanguage = "full"\n'
        '[log]\nformat = "json"\nlevel = "debug"\n[metrics]\ntextfile = "made/run.prom"\n[gate]\nenabled = false\n'
    )
    start(folder, "nightly", "--settings", "nightly.toml")
    text = (folder / "archive" / "S29001.txt").read_text("utf-8")
    (folder / "archive" / "S29001.txt").write_text(text.replace(PHONE, "050 0007395"), "utf-8")
    start(folder, "nightly", "--settings", "nightly.toml")
    snapshots = sorted(path.name for path in (folder / "out" / "snapshots").iterdir())
    assert len(snapshots) == 2
    for command in (
        "doctor --settings nightly.toml --json",
        "plan --settings nightly.toml --json",
        f"diff out/snapshots/{snapshots[0]} out --json",
        f"diff out/snapshots/{snapshots[0]} out --html made/diff.html",
        *(f"parse archive/{name}" for name in ("S29001.txt", "S29002.html", "pdf/S29003.pdf", "letter.txt")),
        *(f"parse archive/{name} --json" for name in ("S29001.txt", "S29002.html", "pdf/S29003.pdf", "error.html")),
        *(f"text archive/{name}" for name in ("S29001.txt", "S29002.html", "pdf/S29003.pdf")),
        *(f"explain {code} --out out --output made/{code}.html" for code in ("S29001", "S29002", "S29003")),
        "explain archive/S29002.html --output made/file.html",
        "explain archive/letter.txt --output made/letter.html",
        "export out --xlsx --stata --spss --csv --output made/export",
        "browse out --build made/browse.sqlite",
        "drift out --json --all",
        "snapshots list out --json",
        "snapshots verify out",
    ):
        call(folder, *command.split())
    return folder


def start(folder: Path, *words: str) -> None:
    """Run a command as a process of its own; what it says is kept among the files to be searched."""
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "COLUMNS": "400"}
    done = subprocess.run([SCRIPT, *words], cwd=folder, capture_output=True, env=environment, timeout=300, check=False)
    keep_said(folder, words, done.returncode, done.stdout + done.stderr)


def call(folder: Path, *words: str) -> None:
    """The same in this process, which is quicker."""
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder / "tmp"))
        done = CliRunner(env={"COLUMNS": "400"}).invoke(app, words)
    keep_said(folder, words, done.exit_code, done.stdout_bytes + done.stderr_bytes)


def keep_said(folder: Path, words: Sequence[str], code: int, said: bytes) -> None:
    assert code in (0, 3), (words, said.decode())
    number = len(list((folder / "said").iterdir()))
    (folder / "said" / f"{number:02}-{words[0]}.txt").write_bytes(said)


def public_files(folder: Path) -> list[Path]:
    """All but the archive, what is restricted, and the caches of the owner alone."""
    private = [
        folder / "archive",
        folder / "out" / "cache" / "cache.sqlite",
        folder / "out" / "cache" / "language.sqlite",
    ]
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and "restricted" not in path.relative_to(folder).parts
        and not any(path.is_relative_to(one) or str(path).startswith(f"{one}-") for one in private)
    )


def strings_of(path: Path) -> Iterator[tuple[str, str]]:
    """(Where, text) of everything that can be read out of a file: its bytes, and what is packed in it."""
    data = path.read_bytes()
    yield "bytes", data.decode("latin-1")
    yield "bytes as UTF-16", data.decode("utf-16-le", "ignore")
    if path.suffix == ".parquet":
        file = pq.ParquetFile(path)
        yield "metadata", str(file.schema_arrow.metadata) + "".join(str(f.metadata) for f in file.schema_arrow)
        yield "key values", str(file.metadata.metadata)
        for group in range(file.num_row_groups):
            for column in range(file.metadata.num_columns):
                yield "statistics", str(file.metadata.row_group(group).column(column).statistics)
        yield "values", json.dumps(file.read().to_pylist(), default=str, ensure_ascii=False)
    elif path.suffix == ".sqlite":
        with contextlib.closing(sqlite3.connect(path)) as database:
            for name, sql in database.execute("select name, sql from sqlite_master where type = 'table'").fetchall():
                yield name, str(sql)
                if not name.endswith(("_data", "_idx", "_docsize", "_config")):
                    yield name, "\n".join(map(str, database.execute(f'select * from "{name}"')))
                if "USING fts5" in (sql or "") or "using fts5" in (sql or ""):
                    database.execute(f"create virtual table temp.terms_{name} using fts5vocab(main, {name}, row)")
                    yield f"{name} terms", "\n".join(map(str, database.execute(f"select term from temp.terms_{name}")))
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                yield name, book.read(name).decode("utf-8", "replace")
        for sheet in openpyxl.load_workbook(path, read_only=True).worksheets:
            yield sheet.title, "\n".join(str(row) for row in sheet.iter_rows(values_only=True))
    elif path.suffix in (".dta", ".sav"):
        read = pyreadstat.read_dta if path.suffix == ".dta" else pyreadstat.read_sav
        frame, about = read(path)
        yield "values", frame.to_csv()
        yield "labels", f"{vars(about)}"


def leaks_of(folder: Path) -> list[str]:
    found = []
    for path in public_files(folder):
        for where, text in strings_of(path):
            found += [
                f"{path.relative_to(folder)} ({where}): {text[max(0, hit.start() - 40) : hit.end() + 20]!r}"
                for hit in NEEDLES.finditer(text)
            ][:3]
    return found


def test_planted_persons_are_nowhere_outside_restricted(work: Path) -> None:
    assert leaks_of(work) == []


def test_the_search_finds_what_is_there(work: Path, tmp_path: Path) -> None:
    """Were there a leak in any of these kinds of files, it would be found."""
    files = public_files(work)
    suffixes = {path.suffix for path in files}
    assert {
        ".parquet",
        ".json",
        ".html",
        ".md",
        ".sqlite",
        ".xlsx",
        ".dta",
        ".sav",
        ".csv",
        ".prom",
        ".txt",
    } <= suffixes
    contacts = pq.read_table(work / "out" / "latest" / "restricted" / "contacts")
    assert contacts.num_rows == 3
    assert set(contacts.column("contact_name").to_pylist()) == {NAME}
    leaky = tmp_path / "leaky"
    (leaky / "made").mkdir(parents=True)
    pq.write_table(contacts, leaky / "made" / "contacts.parquet", compression="zstd")
    with contextlib.closing(sqlite3.connect(leaky / "made" / "found.sqlite")) as database:
        database.execute("create virtual table t_fts using fts5 (text, content='')")
        database.execute("insert into t_fts (rowid, text) values (1, ?)", (f"Kanarialinnut {NAME}",))
        database.commit()
    book = openpyxl.Workbook()
    book.active.append([EMAIL])
    book.save(leaky / "made" / "book.xlsx")
    frame = contacts.select(["contact_name"]).to_pandas()
    pyreadstat.write_sav(frame, leaky / "made" / "a.sav", compress=True)
    pyreadstat.write_dta(frame, leaky / "made" / "a.dta")
    found = "\n".join(leaks_of(leaky))
    for name in (
        "contacts.parquet (values)",
        "contacts.parquet (statistics)",
        "(t_fts terms)",
        "book.xlsx",
        "a.sav",
        "a.dta",
    ):
        assert name in found


def test_what_holds_persons_is_the_owners_alone(work: Path) -> None:
    for folder in (work / "out" / "cache", *work.glob("out/snapshots/*/restricted")):
        assert folder.stat().st_mode & 0o077 == 0, folder
    assert list((work / "tmp").iterdir()) == [], "no temporary file is left"


PICTURE = re.compile(r'href="data:image/webp;base64,([A-Za-z0-9+/=]+)"')


def test_pictures_of_pages_show_nobody(work: Path, tmp_path: Path) -> None:
    """What a reader's eye, or OCR, would find on the pages."""
    page = (work / "made" / "S29003.html").read_text("utf-8")
    pictures = [base64.b64decode(found) for found in PICTURE.findall(page)]
    assert pictures
    call(work, "explain", "archive/pdf/S29003.pdf", "--restricted", "--output", str(tmp_path / "open.html"))
    opened = [base64.b64decode(found) for found in PICTURE.findall((tmp_path / "open.html").read_text("utf-8"))]
    assert len(opened) == len(pictures)
    assert "painted over" in page
    document = pdfium.PdfDocument(work / "archive" / "pdf" / "S29003.pdf")
    hidden = 0
    for number, (masked, unmasked) in enumerate(zip(pictures, opened, strict=True)):
        text = document[number].get_textpage()
        one, other = (Image.open(io.BytesIO(data)).convert("L") for data in (masked, unmasked))
        scale = one.width / document[number].get_width()
        for hit in NEEDLES.finditer(text.get_text_range()):
            for index in range(*hit.span()):
                left, bottom, right, top = text.get_charbox(index)
                if right - left < 1:
                    continue
                height = document[number].get_height()
                box = [round(side * scale) for side in (left, height - top, right, height - bottom)]
                assert one.crop(tuple(box)).getextrema()[1] < 128, "painted over"
                hidden += one.crop(tuple(box)).tobytes() != other.crop(tuple(box)).tobytes()
    document.close()
    assert hidden > 100, "letters of planted persons"
    try:
        find_tesseract()
    except SettingsError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    for shown, wanted in ((pictures[0], False), (opened[0], True)):
        read = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", "fin", "--dpi", "150"],
            input=to_png(shown), capture_output=True, timeout=120, check=True,
        )  # fmt: skip
        assert bool(NEEDLES.search(read.stdout.decode())) == wanted


def to_png(data: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).convert("L").save(out, "PNG")
    return out.getvalue()
