"""How a PDF looks: the options, and the registry of named PDF layouts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Producer = Literal["chromium", "weasyprint", "reportlab", "libreoffice"]
PRODUCERS: tuple[Producer, ...] = ("chromium", "weasyprint", "reportlab", "libreoffice")

PAGE_SIZES_MM: dict[str, tuple[float, float]] = {"A4": (210, 297), "A5": (148, 210), "letter": (215.9, 279.4)}
"""Width and height, upright."""


@dataclass(frozen=True, slots=True)
class PdfOptions:
    """What a print of the form varies; the defaults are a plain page with a table without rules."""

    running_head: bool = False
    """The service's name and, where it is known, the print's time on top of each page."""
    title_in_head: bool = False
    """The running head repeats the form's title, as browsers do, in place of the service's name."""
    page_numbers: bool = False
    """At the foot of each page; each producer writes them in its own way (Chromium with the page's address)."""
    justified: bool = False
    hyphenated: bool = False
    """Soft hyphens by Finnish syllables: no producer brings a Finnish dictionary."""
    font: Literal["sans", "serif", "standard"] = "sans"
    """``standard``: Helvetica, not embedded (ReportLab only, and only where the text is cp1252; else ``sans``)."""
    font_size: float = 10.0
    """Points."""
    labels: Literal["line", "stacked", "table"] = "line"
    """``Label: value`` on one line; the value on the line below ``Label:``; two columns of a table, no colon."""
    bold_labels: bool = False
    bullet: Literal["•", "–", "-", "*", "disc"] = "•"
    """``disc``: the browsers' own mark, which Chromium paints as a circle, so that no letter stands for it."""
    narrow_columns: bool = False
    """The criteria's column is so narrow that their names fold over two or three lines."""
    number_align: Literal["top", "middle", "bottom"] = "top"
    """Where the two numbers stand beside a folded criterion."""
    ruled: bool = False
    """Lines around the table's cells."""
    repeat_table_head: bool = False
    """The table's head row again on each page that the table reaches."""
    page_size: Literal["A4", "A5", "letter"] = "A4"
    margin_mm: float = 20.0


class PdfLayout(NamedTuple):
    """A named way to print; ``held_out`` layouts are not looked at while the parser's rules are changed."""

    producer: Producer
    options: PdfOptions
    held_out: bool = False
    trap: str = ""
    """What may mislead a reader that does its best; ``""``: nothing."""


_TORN = "criteria fold around their numbers and may be torn by a page break"
_HYPHENS = "a hyphen at a line's end may be the fold's or the word's own"

PDF_LAYOUTS: dict[str, PdfLayout] = {
    "chromium_plain": PdfLayout("chromium", PdfOptions()),
    "chromium_heads": PdfLayout(
        "chromium", PdfOptions(running_head=True, title_in_head=True, page_numbers=True, ruled=True)
    ),
    "chromium_narrow": PdfLayout(
        "chromium",
        PdfOptions(narrow_columns=True, number_align="middle", font="serif", font_size=11, bullet="disc"),
        trap=f"{_TORN}; bullets are no letters",
    ),
    "chromium_small_pages": PdfLayout(
        "chromium",
        PdfOptions(
            running_head=True,
            page_numbers=True,
            justified=True,
            hyphenated=True,
            page_size="A5",
            margin_mm=14,
            repeat_table_head=True,
            ruled=True,
        ),
        held_out=True,
        trap=_HYPHENS,
    ),
    "weasyprint_plain": PdfLayout("weasyprint", PdfOptions(font="serif", bold_labels=True)),
    "weasyprint_hyphenated": PdfLayout(
        "weasyprint",
        PdfOptions(justified=True, hyphenated=True, running_head=True, page_numbers=True, font="serif", bullet="–"),
        trap=_HYPHENS,
    ),
    "weasyprint_label_table": PdfLayout(
        "weasyprint", PdfOptions(labels="table", ruled=True, page_numbers=True, repeat_table_head=True)
    ),
    "weasyprint_stacked": PdfLayout(
        "weasyprint",
        PdfOptions(labels="stacked", page_size="A5", margin_mm=12, font_size=9, narrow_columns=True, bullet="-"),
        held_out=True,
        trap=_TORN,
    ),
    "reportlab_plain": PdfLayout("reportlab", PdfOptions(page_numbers=True, font="standard")),
    "reportlab_bottom_numbers": PdfLayout(
        "reportlab",
        PdfOptions(narrow_columns=True, number_align="bottom", ruled=True, page_size="letter", font_size=11),
        trap=_TORN,
    ),
    "reportlab_hyphenated": PdfLayout(
        "reportlab",
        PdfOptions(
            justified=True, hyphenated=True, running_head=True, page_numbers=True, labels="table", page_size="A5"
        ),
        held_out=True,
        trap=_HYPHENS,
    ),
    "libreoffice_plain": PdfLayout(
        "libreoffice", PdfOptions(font="serif", font_size=12, page_numbers=True, bold_labels=True)
    ),
    "libreoffice_justified": PdfLayout(
        "libreoffice",
        PdfOptions(justified=True, hyphenated=True, ruled=True, running_head=True, font="serif", bullet="*"),
        trap=_HYPHENS,
    ),
    "libreoffice_stacked": PdfLayout(
        "libreoffice",
        PdfOptions(labels="stacked", narrow_columns=True, number_align="middle", page_size="letter", margin_mm=25),
        held_out=True,
        trap=_TORN,
    ),
    "libreoffice_small_pages": PdfLayout(
        "libreoffice",
        PdfOptions(running_head=True, page_numbers=True, page_size="A5", repeat_table_head=True, labels="table"),
        held_out=True,
        trap="labels that fold in their cell may be torn by a page break",
    ),
}
"""By name: how the generator prints PDFs. What is held out was decided before any PDF was read."""
