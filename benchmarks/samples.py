"""Files to measure on: invented descriptions of about 22 kB, each printed in several ways; written for every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from pipeline.synthetic.content import ProjectContent
from pipeline.synthetic.errors import MissingToolError
from pipeline.synthetic.form_text import render_blocks
from pipeline.synthetic.invent import invent_project
from pipeline.synthetic.layouts import LAYOUTS
from pipeline.synthetic.pdf import PdfJob, render_pdfs
from pipeline.synthetic.pdf_options import PdfOptions

SEED = 11
SIZES = range(20_000, 24_000)
"""Bytes, as plain text, of the descriptions taken for "a description of 22 kB"."""
PAGES_OF = ("service", "strong_labels", "table_rows")
"""HTML layouts that are measured."""
PRODUCERS = ("chromium", "weasyprint", "reportlab")
REPEATS = 19
"""Times that the final report stands in the PDF of many pages."""


def lay_out(content: ProjectContent, layout: str = "spaced") -> bytes:
    """The description in one of the generator's text or HTML layouts."""
    return LAYOUTS[layout].render(render_blocks(content), Random(1)).encode()  # noqa: S311 - a layout's dice


def invent_contents(count: int) -> list[ProjectContent]:
    """Descriptions of different projects; their final reports go on with other projects' until they are long enough."""
    found: list[ProjectContent] = []
    number = 0
    while len(found) < count:
        content = invent_project(SEED, number).captures[-1].content
        number += 1
        while len(lay_out(content)) < SIZES.start:
            more = f"{content.final_report or ''}\n\n{invent_project(SEED, number).captures[-1].content.summary}"
            content = replace(content, final_report=more.strip())
            number += 1
        if len(lay_out(content)) in SIZES and not content.missing_sections:
            found.append(content)
    return found


def write_texts(folder: Path, contents: Sequence[ProjectContent]) -> list[Path]:
    """A text of each description."""
    return [_write(folder / f"text_{number}.txt", lay_out(content)) for number, content in enumerate(contents)]


def write_pages(folder: Path, contents: Sequence[ProjectContent], layout: str) -> list[Path]:
    """A saved page of each description."""
    return [
        _write(folder / f"{layout}_{number}.html", lay_out(content, layout)) for number, content in enumerate(contents)
    ]


def write_prints(folder: Path, contents: Sequence[ProjectContent], producer: str) -> list[Path]:
    """A PDF of each description; none where the producer is not installed."""
    try:
        prints = render_pdfs([PdfJob(render_blocks(content), producer, PdfOptions()) for content in contents])
    except MissingToolError:
        return []
    return [_write(folder / f"{producer}_{number}.pdf", data) for number, data in enumerate(prints)]


def write_long_print(folder: Path, content: ProjectContent) -> Path:
    """A PDF of some 60 pages."""
    report = "\n\n".join([content.final_report or content.summary] * REPEATS)
    long = replace(content, final_report=report)
    (data,) = render_pdfs([PdfJob(render_blocks(long), "reportlab", PdfOptions())])
    return _write(folder / "long.pdf", data)


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
