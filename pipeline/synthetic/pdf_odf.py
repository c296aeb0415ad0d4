"""The form as a flat OpenDocument text, for LibreOffice (its HTML import knows neither page sizes nor heads)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from pipeline.synthetic.form_text import Block, Kind, Row, RowKind, text_blocks
from pipeline.synthetic.pdf_flow import (
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

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "style": "style",
        "text": "text",
        "table": "table",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
    }.items()
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""One such character and LibreOffice refuses the whole document."""
NUMBER_COLUMN_MM = 29.0
NARROW_COLUMN_MM = 44.0


def render_odf(blocks: Sequence[Block], options: PdfOptions, printed: datetime | None) -> str:
    """The document as one XML file (``.fodt``)."""
    page = describe_page(blocks, options, printed)
    body = "\n".join(_render_run(run, options) for run in split_runs(blocks))
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<office:document {_NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"'
        ' office:mimetype="application/vnd.oasis.opendocument.text">\n'
        f"<office:meta><dc:title>{escape(page.title)}</dc:title></office:meta>\n"
        f"{_render_styles(options)}\n{_render_page_style(options)}\n{_render_master_page(options, page)}\n"
        f"<office:body><office:text>\n{body}\n</office:text></office:body>\n</office:document>\n"
    )
    return _NOT_XML.sub("", document)


def _render_styles(options: PdfOptions) -> str:
    font, size = find_fonts(options.font)[0].family, options.font_size
    align = "justify" if options.justified else "start"
    paragraphs = (
        _paragraph_style("Standard", "", "0.25cm", f'style:font-name="F" fo:font-size="{size}pt"'),
        _paragraph_style("Brand", "", "0.2cm", f'fo:font-size="{size - 1}pt"'),
        _paragraph_style("Title", 'fo:keep-with-next="always"', "0.5cm", f'fo:font-size="{size + 6}pt" {_BOLD}'),
        _paragraph_style("H1", _HEADING, "0.2cm", f'fo:font-size="{size + 3}pt" {_BOLD}'),
        _paragraph_style("H2", _HEADING, "0.2cm", f'fo:font-size="{size + 1}pt" {_BOLD}'),
        _paragraph_style("Body", f'fo:text-align="{align}"', "0.25cm"),
        _paragraph_style("BodyTight", f'fo:text-align="{align}"', "0.05cm"),
        _paragraph_style("Cell", "", "0cm"),
        _paragraph_style("CellHead", 'fo:keep-with-next="auto"', "0cm", _BOLD),
        _paragraph_style("Margin", "", "0cm", f'fo:font-size="{size - 2}pt"'),
    )
    bullet = quoteattr(print_bullet(options))
    return (
        f'<office:font-face-decls><style:font-face style:name="F" svg:font-family={quoteattr(font)}/>'
        f"</office:font-face-decls>\n<office:styles>{''.join(paragraphs)}"
        f'<style:style style:name="Label" style:family="text">'
        f"<style:text-properties {_BOLD if options.bold_labels else ''}/></style:style>"
        f'<text:list-style style:name="List"><text:list-level-style-bullet text:level="1" text:bullet-char={bullet}>'
        '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
        '<style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.5cm"'
        ' fo:margin-left="0.8cm"/></style:list-level-properties><style:text-properties style:font-name="F"/>'
        "</text:list-level-style-bullet></text:list-style></office:styles>"
    )


_BOLD = 'fo:font-weight="bold"'
_HEADING = 'fo:margin-top="0.4cm" fo:keep-with-next="always"'


def _paragraph_style(name: str, paragraph: str, below: str, text: str = "") -> str:
    parent = "" if name == "Standard" else 'style:parent-style-name="Standard"'
    language = 'fo:language="fi" fo:country="FI" fo:hyphenate="false"' if name == "Standard" else ""
    return (
        f'<style:style style:name="{name}" style:family="paragraph" {parent}>'
        f'<style:paragraph-properties fo:margin-bottom="{below}" {paragraph}/>'
        f"<style:text-properties {text} {language}/></style:style>"
    )


def _render_page_style(options: PdfOptions) -> str:
    width, height = PAGE_SIZES_MM[options.page_size]
    inner = width - 2 * options.margin_mm
    border = "0.5pt solid #444444" if options.ruled else "none"
    numbers = NUMBER_COLUMN_MM
    criterion = NARROW_COLUMN_MM if options.narrow_columns else inner - 2 * numbers
    columns = {"Criterion": criterion, "Number": numbers, "FieldLabel": inner * 0.38, "FieldValue": inner * 0.62}
    tables = {"Scores": criterion + 2 * numbers, "Fields": inner}
    aligned = {"Plain": "top", "Aligned": options.number_align}
    return (
        '<office:automatic-styles><style:page-layout style:name="Page"><style:page-layout-properties'
        f' fo:page-width="{width}mm" fo:page-height="{height}mm" fo:margin="{options.margin_mm}mm"/>'
        '<style:header-style><style:header-footer-properties fo:margin-bottom="3mm"/></style:header-style>'
        '<style:footer-style><style:header-footer-properties fo:margin-top="3mm"/></style:footer-style>'
        "</style:page-layout>"
        + "".join(
            f'<style:style style:name="{name}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{mm:.2f}mm"/></style:style>'
            for name, mm in columns.items()
        )
        + "".join(
            f'<style:style style:name="{name}" style:family="table"><style:table-properties'
            f' style:width="{mm:.2f}mm" table:align="left" fo:margin-bottom="3mm"/></style:style>'
            for name, mm in tables.items()
        )
        + "".join(
            f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties'
            f' fo:border="{border}" fo:padding="1mm" style:vertical-align="{align}"/></style:style>'
            for name, align in aligned.items()
        )
        + "</office:automatic-styles>"
    )


def _render_master_page(options: PdfOptions, page: PageTexts) -> str:
    head = foot = ""
    if page.head:
        printed = f" &#8211; {escape(page.printed)}" if page.printed else ""
        head = f"<style:header>{_paragraph('Margin', escape(page.head) + printed)}</style:header>"
    if options.page_numbers:
        number = '<text:page-number text:select-page="current"/>'
        foot = f"<style:footer>{_paragraph('Margin', number)}</style:footer>"
    return (
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page">'
        f"{head}{foot}</style:master-page></office:master-styles>"
    )


def _paragraph(style: str, inner: str) -> str:
    return f'<text:p text:style-name="{style}">{inner}</text:p>'


def _label(text: str) -> str:
    return f'<text:span text:style-name="Label">{escape(text)}</text:span>'


def _render_run(run: Run, options: PdfOptions) -> str:
    first = run.blocks[0]
    match run.kind:
        case Kind.BRAND:
            return _paragraph("Brand", escape(first.text))
        case Kind.TITLE:
            return _paragraph("Title", escape(first.text))
        case Kind.HEADING:
            title = escape(f"{first.number} {first.text}")
            return f'<text:h text:style-name="H{first.level}" text:outline-level="{first.level}">{title}</text:h>'
        case Kind.FIELD | Kind.QUESTION:
            return _render_fields(run.blocks, options)
        case Kind.GROUP:
            return _paragraph("Standard", _label(first.text))
        case Kind.PARTNER:
            return "\n".join(_paragraph("Standard", escape(block.text)) for block in run.blocks)
        case Kind.TABLE:
            return _render_table(first.rows, options)
        case Kind.ITEM:
            last = len(run.blocks) - 1
            items = (
                _paragraph(
                    "Body" if run.closed and index == last else "BodyTight", escape(hyphenate(block.text, options))
                )
                for index, block in enumerate(run.blocks)
            )
            rendered = "".join(f"<text:list-item>{item}</text:list-item>" for item in items)
            return f'<text:list text:style-name="List">{rendered}</text:list>'
        case Kind.PARAGRAPH:
            lines = (escape(hyphenate(block.text, options)) for block in run.blocks)
            return _paragraph("Body" if run.closed else "BodyTight", "<text:line-break/>".join(lines))


def _render_fields(fields: Sequence[Block], options: PdfOptions) -> str:
    if options.labels == "table":
        rows = "".join(
            f"<table:table-row>{_cell(_label(field.label))}{_cell(escape(field.value))}</table:table-row>"
            for field in fields
        )
        columns = _columns("FieldLabel", "FieldValue")
        return f'<table:table table:style-name="Fields">{columns}{rows}</table:table>'
    between = "<text:line-break/>" if options.labels == "stacked" else " "
    return "\n".join(
        _paragraph("Standard", _label(label_with_colon(field)) + (between + escape(field.value) if field.value else ""))
        for field in fields
    )


def _columns(*styles: str) -> str:
    return "".join(f'<table:table-column table:style-name="{style}"/>' for style in styles)


def _cell(inner: str, style: str = "Plain", paragraph: str = "Cell") -> str:
    return f'<table:table-cell table:style-name="{style}">{_paragraph(paragraph, inner)}</table:table-cell>'


def _wide_row(inner: str) -> str:
    return (
        '<table:table-row><table:table-cell table:style-name="Plain" table:number-columns-spanned="3">'
        f"{inner}</table:table-cell><table:covered-table-cell/><table:covered-table-cell/></table:table-row>"
    )


def _render_table(rows: Sequence[Row], options: PdfOptions) -> str:
    lines = [_columns("Criterion", "Number", "Number")]
    for row in rows:
        label, numbers = escape(row.label), (escape(row.direct), escape(row.indirect))
        match row.kind:
            case RowKind.HEAD:
                cells = "".join(_cell(text, paragraph="CellHead") for text in ("", *numbers))
                line = f"<table:table-row>{cells}</table:table-row>"
                if options.repeat_table_head:
                    line = f"<table:table-header-rows>{line}</table:table-header-rows>"
                lines.append(line)
            case RowKind.DIMENSION:
                lines.append(_wide_row(_paragraph("CellHead", label)))
            case RowKind.CRITERION:
                cells = _cell(label) + "".join(_cell(number, "Aligned") for number in numbers)
                lines.append(f"<table:table-row>{cells}</table:table-row>")
                if row.justification:
                    runs = split_runs(text_blocks(row.justification))
                    lines.append(_wide_row("".join(_render_run(run, options) for run in runs)))
    return f'<table:table table:style-name="Scores">{"".join(lines)}</table:table>'
