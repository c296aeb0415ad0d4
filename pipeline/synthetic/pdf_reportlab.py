"""The form as a PDF by ReportLab's platypus. Importing this module needs ReportLab.

It shapes no text and looks for no other font: letters that neither Liberation nor DejaVu has (emoji, Chinese) are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape as escape_markup

from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from pipeline.synthetic.form_text import Block, Kind, Row, RowKind, text_blocks
from pipeline.synthetic.pdf_flow import (
    Font,
    PageTexts,
    Run,
    describe_page,
    find_fonts,
    hyphenate,
    label_with_colon,
    print_bullet,
    split_runs,
)
from pipeline.synthetic.pdf_options import PAGE_SIZES_MM, PdfOptions

NUMBER_COLUMN_MM = 26.0
NARROW_COLUMN_MM = 44.0
FRAME_PADDING = 6.0
"""Points that ``SimpleDocTemplate`` leaves free inside its margins."""
Styles = dict[str, ParagraphStyle]


def render_reportlab(blocks: Sequence[Block], options: PdfOptions, printed: datetime | None) -> bytes:
    """One PDF; ``invariant``: the same input gives the same bytes."""
    page = describe_page(blocks, options, printed)
    styles = _make_styles(options, *_choose_fonts(options, _all_text(blocks)))
    width, height = (side * mm for side in PAGE_SIZES_MM[options.page_size])
    margin = options.margin_mm * mm
    inner = width - 2 * margin - 2 * FRAME_PADDING
    flow = [part for run in split_runs(blocks) for part in _render_run(run, options, styles, inner)]
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=(width, height),
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        title=page.title,
        invariant=1,
    )

    def draw_margins(canvas: Canvas, _: SimpleDocTemplate) -> None:
        _draw_margins(canvas, options, page, styles["margin"], (width, height))

    document.build(flow, onFirstPage=draw_margins, onLaterPages=draw_margins)
    return buffer.getvalue()


def escape(text: str) -> str:
    """As markup, in composed letters: ReportLab would leave out the marks of decomposed ones."""
    return escape_markup(normalize("NFC", text))


def _all_text(blocks: Sequence[Block]) -> str:
    rows = (row for block in blocks for row in block.rows)
    text = "".join(
        [part for block in blocks for part in (block.text, block.label, block.value)]
        + [part for row in rows for part in (row.label, row.justification)]
    )
    return normalize("NFC", text)


def _choose_fonts(options: PdfOptions, text: str) -> tuple[str, str]:
    """The names of the regular and the bold font: the first that has all letters of the text, else the last.

    Helvetica comes first where the options ask for it; it has what WinAnsi (cp1252) has.
    """
    if options.font == "standard" and text.encode("cp1252", errors="replace").decode("cp1252") == text:
        return "Helvetica", "Helvetica-Bold"
    letters = {ord(letter) for letter in text if not letter.isspace()}
    fonts = find_fonts(options.font)
    names = [_register_font(font) for font in fonts]
    return next((name for name in names if letters <= _list_letters(name[0])), names[-1])


@lru_cache
def _register_font(font: Font) -> tuple[str, str]:
    name = font.family.replace(" ", "")
    for suffix, path in (("", font.regular), ("-Bold", font.bold)):
        pdfmetrics.registerFont(TTFont(name + suffix, path))
    pdfmetrics.registerFontFamily(name, normal=name, bold=f"{name}-Bold", italic=name, boldItalic=f"{name}-Bold")
    return name, f"{name}-Bold"


@lru_cache
def _list_letters(name: str) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(name).face.charToGlyph)


def _make_styles(options: PdfOptions, regular: str, bold: str) -> Styles:
    size = options.font_size

    def style(name: str, font: str = regular, points: float = size, **more: float | str) -> ParagraphStyle:
        return ParagraphStyle(name, fontName=font, fontSize=points, leading=points * 1.25, **more)

    text = {"alignment": TA_JUSTIFY if options.justified else TA_LEFT, "embeddedHyphenation": 1}
    heading = {"spaceBefore": size, "spaceAfter": size * 0.5, "keepWithNext": 1}
    styles = (
        style("brand", points=size - 1, spaceAfter=size * 0.5),
        style("title", bold, size + 6, **heading),
        style("heading1", bold, size + 3, **heading),
        style("heading2", bold, size + 1, **heading),
        style("field", spaceAfter=size * 0.5),
        style("label", bold if options.bold_labels else regular),
        style("text", spaceAfter=size * 0.6, **text),
        style("item", spaceAfter=size * 0.15, **text),
        style("cell"),
        style("head", bold),
        style("margin", points=size - 2),
    )
    return {one.name: one for one in styles}


def _draw_margins(
    canvas: Canvas, options: PdfOptions, page: PageTexts, style: ParagraphStyle, size: tuple[float, float]
) -> None:
    width, height = size
    edge = options.margin_mm * mm
    canvas.saveState()
    canvas.setFont(style.fontName, style.fontSize)
    if page.head:
        canvas.drawString(edge, height - edge * 0.6, page.head)
        canvas.drawRightString(width - edge, height - edge * 0.6, page.printed)
    if options.page_numbers:
        canvas.drawCentredString(width / 2, edge * 0.5, f"- {canvas.getPageNumber()} -")
    canvas.restoreState()


def _render_run(run: Run, options: PdfOptions, styles: Styles, width: float) -> list[Flowable]:
    first = run.blocks[0]
    match run.kind:
        case Kind.BRAND | Kind.TITLE:
            return [Paragraph(escape(first.text), styles[run.kind.value])]
        case Kind.HEADING:
            return [Paragraph(escape(f"{first.number} {first.text}"), styles[f"heading{first.level}"])]
        case Kind.FIELD | Kind.QUESTION:
            return _render_fields(run.blocks, options, styles, width)
        case Kind.GROUP:
            return [Paragraph(_label(first.text, options), styles["field"])]
        case Kind.PARTNER:
            return [Paragraph(escape(block.text), styles["field"]) for block in run.blocks]
        case Kind.TABLE:
            return [_render_table(first.rows, options, styles, width)]
        case Kind.ITEM:
            items = [Paragraph(escape(hyphenate(block.text, options)), styles["item"]) for block in run.blocks]
            font, size = styles["item"].fontName, options.font_size
            bullets = {
                "bulletType": "bullet",
                "start": print_bullet(options),
                "bulletFontName": font,
                "bulletFontSize": size,
            }
            listed = ListFlowable([ListItem(item, leftIndent=14) for item in items], leftIndent=14, **bullets)
            return [listed, Spacer(0, size * 0.6)] if run.closed else [listed]
        case Kind.PARAGRAPH:
            lines = (escape(hyphenate(block.text, options)) for block in run.blocks)
            return [Paragraph("<br/>".join(lines), styles["text" if run.closed else "item"])]


def _label(text: str, options: PdfOptions) -> str:
    return f"<b>{escape(text)}</b>" if options.bold_labels else escape(text)


def _render_fields(fields: Sequence[Block], options: PdfOptions, styles: Styles, width: float) -> list[Flowable]:
    if options.labels == "table":
        rows = [
            [Paragraph(escape(field.label), styles["label"]), Paragraph(escape(field.value), styles["cell"])]
            for field in fields
        ]
        style = _table_style(*_rule(options, "GRID", 0, -1, 1))
        return [Table(rows, colWidths=[width * 0.38, width * 0.62], style=style, hAlign="LEFT")]
    between = "<br/>" if options.labels == "stacked" else " "
    return [
        Paragraph(
            _label(label_with_colon(field), options) + (between + escape(field.value) if field.value else ""),
            styles["field"],
        )
        for field in fields
    ]


def _table_style(*more: tuple[Any, ...]) -> TableStyle:
    padding = [("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
    return TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *padding, *more])


def _rule(options: PdfOptions, kind: str, first: int, last: int, column: int) -> list[tuple[Any, ...]]:
    return [(kind, (0, first), (column, last), 0.5, "#444444")] if options.ruled else []


def _render_table(rows: Sequence[Row], options: PdfOptions, styles: Styles, width: float) -> Flowable:
    cells: list[list[Any]] = []
    commands: list[tuple[Any, ...]] = []

    def add_wide(parts: Sequence[Flowable]) -> None:
        """A row for each part, framed as one: platypus cannot fold a cell that holds several over pages."""
        commands.extend(_rule(options, "BOX", len(cells), len(cells) + len(parts) - 1, 2))
        commands.extend(("SPAN", (0, row), (2, row)) for row in range(len(cells), len(cells) + len(parts)))
        cells.extend([part, "", "", ""] for part in parts)

    def add_cells(label: Flowable, *numbers: Flowable) -> None:
        row = len(cells)
        commands.extend(_rule(options, "GRID", row, row, 2))
        commands.append(("VALIGN", (1, row), (2, row), options.number_align.upper()))
        cells.append([label, *numbers, ""])

    for row in rows:
        numbers = (row.direct, row.indirect)
        match row.kind:
            case RowKind.HEAD:
                add_cells(*(Paragraph(escape(text), styles["head"]) for text in ("", *numbers)))
            case RowKind.DIMENSION:
                add_wide([Paragraph(escape(row.label), styles["head"])])
            case RowKind.CRITERION:
                add_cells(*(Paragraph(escape(text), styles["cell"]) for text in (row.label, *numbers)))
                runs = split_runs(text_blocks(row.justification))
                parts = [part for run in runs for part in _render_run(run, options, styles, width)]
                if parts:
                    add_wide([part for part in parts if not isinstance(part, Spacer)])
    number_width = NUMBER_COLUMN_MM * mm
    label_width = NARROW_COLUMN_MM * mm if options.narrow_columns else width - 2 * number_width
    return Table(
        cells,
        # An empty column fills the line: what is torn from a row by a page break would be centred else.
        colWidths=[label_width, number_width, number_width, max(0, width - label_width - 2 * number_width)],
        style=_table_style(*commands),
        repeatRows=1 if options.repeat_table_head else 0,
        hAlign="LEFT",
        splitInRow=1,
    )
