"""What all PDF producers share: blocks in runs, the texts of heads and feet, fonts, pinned dates."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from pipeline.synthetic.errors import MissingToolError
from pipeline.synthetic.form_text import Block, Kind
from pipeline.synthetic.hyphens import insert_soft_hyphens
from pipeline.synthetic.pdf_options import PdfOptions

SERVICE = "Rakennerahastotietopalvelu"
ADDRESS = "https://rakennerahastot.esimerkki.fi/hanke/"
UNKNOWN_TIME = datetime(2017, 1, 1, tzinfo=UTC)
"""Stands in the PDF's metadata where no time of printing is given: the clock is never asked."""

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
"""Where fontconfig looks by default."""

FAMILIES = {"sans": ("Liberation Sans", "DejaVu Sans"), "serif": ("Liberation Serif", "DejaVu Serif")}
"""In order of preference; both have all letters of Finnish, Swedish, Sámi and Polish names."""
_FILES = {
    "Liberation Sans": ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    "DejaVu Sans": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    "Liberation Serif": ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"),
    "DejaVu Serif": ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"),
}


class Font(NamedTuple):
    """A font family that is installed, with the files of its two weights."""

    family: str
    regular: Path
    bold: Path


class PageTexts(NamedTuple):
    """What stands around a document: its title in the metadata, head and address."""

    title: str
    head: str
    """``""``: no running head."""
    printed: str
    """``12.3.2019 14.05`` or ``""``."""
    address: str


class Run(NamedTuple):
    """Blocks that are laid out together: fields in a row, the lines of one paragraph, the items of one list."""

    kind: Kind
    blocks: tuple[Block, ...]
    closed: bool
    """A blank line follows; else the next run goes on with the same chunk of a free text."""


@lru_cache
def find_fonts(style: str) -> tuple[Font, ...]:
    """The installed fonts for ``sans`` or ``serif`` (``standard`` as ``sans``); raises ``MissingToolError``."""
    fonts = []
    for family in FAMILIES["serif" if style == "serif" else "sans"]:
        regular, bold = (_find_file(name) for name in _FILES[family])
        if regular and bold:
            fonts.append(Font(family, regular, bold))
    if not fonts:
        raise MissingToolError("fonts")
    return tuple(fonts)


def _find_file(name: str) -> Path | None:
    for folder in FONT_FOLDERS:
        found = sorted(Path(folder).expanduser().rglob(name))
        if found:
            return found[0]
    return None


def split_runs(blocks: Sequence[Block]) -> list[Run]:
    """The blocks in order, in runs; a paragraph ends where the next one opens or a list begins."""
    runs: list[list[Block]] = []
    for block in blocks:
        last = runs[-1][-1] if runs else None
        together = block.kind in (Kind.FIELD, Kind.PARTNER) or not block.opens
        if last is not None and together and last.kind is block.kind:
            runs[-1].append(block)
        else:
            runs.append([block])
    following = [run[0] for run in runs[1:]]
    return [
        Run(run[0].kind, tuple(run), follower is None or follower.opens)
        for run, follower in zip_longest(runs, following)
    ]


def describe_page(blocks: Sequence[Block], options: PdfOptions, printed: datetime | None) -> PageTexts:
    """The texts around the document; the title is the form's, the address holds the project's code."""
    title = next((block.text for block in blocks if block.kind is Kind.TITLE), SERVICE)
    code = next((block.value for block in blocks if block.name == "project_code"), "")
    head = (title if options.title_in_head else SERVICE) if options.running_head else ""
    time = f"{printed.day}.{printed.month}.{printed.year} {printed.hour}.{printed.minute:02}" if printed else ""
    return PageTexts(title, head, time, ADDRESS + code)


def hyphenate(text: str, options: PdfOptions) -> str:
    """Running text with soft hyphens where the options want them."""
    return insert_soft_hyphens(text) if options.hyphenated else text


def label_with_colon(block: Block) -> str:
    """``Hankekoodi:``"""
    return f"{block.label}:"


def print_bullet(options: PdfOptions) -> str:
    """The mark before an item as a letter: only browsers know how to paint a disc."""
    return "•" if options.bullet == "disc" else options.bullet


_DATE = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}")
_NODE = re.compile(rb"\(node\d{8}\)")
_FINGERPRINT = re.compile(rb"(<|/DocChecksum /)[0-9A-F]{32}(?=>|\s)")


def pin_metadata(pdf: bytes, time: datetime | None) -> bytes:
    """The PDF with what differs from print to print made the same: everything keeps its length, so offsets hold.

    Dates become ``time``. Chromium's tags bear node numbers that count on from document to document: counted from 1 in
    their order. LibreOffice's random identifiers become a hash of the rest. All three stand in plain text; the other
    bytes are the same for the same input, version of the tool and fonts.
    """
    stamp = (time or UNKNOWN_TIME).strftime("%Y%m%d%H%M%S").encode("ascii")
    pdf = _DATE.sub(lambda date: date[1] + stamp, pdf)
    numbers = {node: number for number, node in enumerate(sorted(set(_NODE.findall(pdf))), start=1)}
    pdf = _NODE.sub(lambda node: b"(node%08d)" % numbers[node[0]], pdf)
    start = max(pdf.rfind(b"trailer"), 0)
    digest = hashlib.md5(pdf[:start], usedforsecurity=False).hexdigest().upper().encode("ascii")
    return pdf[:start] + _FINGERPRINT.sub(lambda mark: mark[1] + digest, pdf[start:])
