"""The form as a PDF, printed by one of four producers.

ReportLab and WeasyPrint run in this process; Chromium and LibreOffice are started once for each call of
``render_pdfs``, whatever the number of documents: give them many at a time. The same blocks, options and time give
the same bytes as long as the tool's version and the fonts stay the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from typing import Any, NamedTuple

from pipeline.synthetic.chromium import print_pages
from pipeline.synthetic.errors import MissingToolError
from pipeline.synthetic.form_text import Block
from pipeline.synthetic.libreoffice import convert_texts
from pipeline.synthetic.pdf_flow import describe_page, pin_metadata
from pipeline.synthetic.pdf_html import render_html
from pipeline.synthetic.pdf_odf import render_odf
from pipeline.synthetic.pdf_options import PAGE_SIZES_MM, PRODUCERS, PdfOptions

MM_PER_INCH = 25.4


class PdfJob(NamedTuple):
    """One document to print."""

    blocks: Sequence[Block]
    producer: str
    """One of ``PRODUCERS``."""
    options: PdfOptions = PdfOptions()
    printed: datetime | None = None
    """When it says it was printed: in the metadata and in running heads; ``None``: not said."""


def render_pdf(blocks: Sequence[Block], producer: str, options: PdfOptions, printed: datetime | None = None) -> bytes:
    """One PDF; see ``render_pdfs``, which is much faster for many by Chromium or LibreOffice."""
    return render_pdfs([PdfJob(blocks, producer, options, printed)])[0]


def render_pdfs(jobs: Sequence[PdfJob]) -> list[bytes]:
    """A PDF for each job, in order.

    Raises ``MissingToolError`` (its message says what to install) where a producer or the fonts are not there,
    ``ToolFailedError`` where a producer fails, ``ValueError`` for an unknown producer.
    """
    unknown = sorted({job.producer for job in jobs} - set(PRODUCERS))
    if unknown:
        raise ValueError(f"unknown PDF producer {unknown[0]!r}; known are: {', '.join(PRODUCERS)}")
    rendered: dict[int, bytes] = {}
    for producer, render in _RENDERERS.items():
        numbers = [number for number, job in enumerate(jobs) if job.producer == producer]
        if numbers:
            rendered.update(zip(numbers, render([jobs[number] for number in numbers]), strict=True))
    return [rendered[number] for number in range(len(jobs))]


def _render_by_reportlab(jobs: Sequence[PdfJob]) -> list[bytes]:
    try:
        from pipeline.synthetic.pdf_reportlab import render_reportlab  # an extra: not there in every installation
    except ModuleNotFoundError:
        raise MissingToolError("reportlab") from None
    return [pin_metadata(render_reportlab(job.blocks, job.options, job.printed), job.printed) for job in jobs]


def _render_by_weasyprint(jobs: Sequence[PdfJob]) -> list[bytes]:
    try:
        import weasyprint
    except (ModuleNotFoundError, OSError):  # OSError: the package is there, Pango's libraries are not
        raise MissingToolError("weasyprint") from None
    pdfs = []
    for job in jobs:
        html = render_html(job.blocks, job.options, job.printed, margin_boxes=True)
        pdf: bytes = weasyprint.HTML(string=html).write_pdf(pdf_identifier=b"hankekuvaus")
        pdfs.append(pdf)
    return pdfs


def _render_by_chromium(jobs: Sequence[PdfJob]) -> list[bytes]:
    pages = (
        (render_html(job.blocks, job.options, job.printed, margin_boxes=False), _print_parameters(job)) for job in jobs
    )
    return [pin_metadata(pdf, job.printed) for pdf, job in zip(print_pages(pages), jobs, strict=True)]


def _render_by_libreoffice(jobs: Sequence[PdfJob]) -> list[bytes]:
    pdfs = convert_texts([render_odf(job.blocks, job.options, job.printed) for job in jobs])
    return [pin_metadata(pdf, job.printed) for pdf, job in zip(pdfs, jobs, strict=True)]


_RENDERERS: dict[str, Callable[[Sequence[PdfJob]], list[bytes]]] = {
    "chromium": _render_by_chromium,
    "weasyprint": _render_by_weasyprint,
    "reportlab": _render_by_reportlab,
    "libreoffice": _render_by_libreoffice,
}


def _print_parameters(job: PdfJob) -> dict[str, Any]:
    """Of ``Page.printToPDF``: head and foot as in the browser's own prints, the time fixed."""
    page = describe_page(job.blocks, job.options, job.printed)
    width, height = (side / MM_PER_INCH for side in PAGE_SIZES_MM[job.options.page_size])
    margin = job.options.margin_mm / MM_PER_INCH
    style = f"font-size: 8px; width: 100%; margin: 0 {job.options.margin_mm / 2}mm; display: flex"
    head = f"<span>{escape(page.printed)}</span><span style='flex: 1; text-align: center'>{escape(page.head)}</span>"
    foot = (
        f"<span style='flex: 1'>{escape(page.address)}</span>"
        "<span><span class='pageNumber'></span>/<span class='totalPages'></span></span>"
    )
    return {
        "paperWidth": width,
        "paperHeight": height,
        "marginTop": margin,
        "marginBottom": margin,
        "marginLeft": margin,
        "marginRight": margin,
        "preferCSSPageSize": True,
        "displayHeaderFooter": bool(page.head) or job.options.page_numbers,
        "headerTemplate": f"<div style='{style}'>{head if page.head else ''}</div>",
        "footerTemplate": f"<div style='{style}'>{foot if job.options.page_numbers else ''}</div>",
    }
