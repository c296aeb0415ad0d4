"""The form as an HTML page with a print style sheet: for Chromium and WeasyPrint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from pipeline.synthetic.form_text import Block, Kind, Row, RowKind, text_blocks
from pipeline.synthetic.pdf_flow import (
    UNKNOWN_TIME,
    PageTexts,
    Run,
    describe_page,
    find_fonts,
    hyphenate,
    label_with_colon,
    split_runs,
)
from pipeline.synthetic.pdf_options import PAGE_SIZES_MM, PdfOptions


def render_html(blocks: Sequence[Block], options: PdfOptions, printed: datetime | None, margin_boxes: bool) -> str:
    """The page; ``margin_boxes``: heads and feet by CSS (WeasyPrint), else the printer adds them (Chromium).

    Tables have a fixed layout: WeasyPrint's automatic one takes minutes over a cell of 20 kB with soft hyphens.
    """
    page = describe_page(blocks, options, printed)
    body = "\n".join(_render_run(run, options) for run in split_runs(blocks))
    created = (printed or UNKNOWN_TIME).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        '<!DOCTYPE html>\n<html lang="fi">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{escape(page.title)}</title>\n<meta name="dcterms.created" content="{created}">\n'
        f"<style>\n{_render_style(options, page, margin_boxes)}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _render_style(options: PdfOptions, page: PageTexts, margin_boxes: bool) -> str:
    size = options.font_size
    width, height = PAGE_SIZES_MM[options.page_size]
    border = "0.5pt solid #444" if options.ruled else "none"
    criterion_width = "44mm" if options.narrow_columns else "70%"
    return f"""@page {{ size: {width}mm {height}mm; margin: {options.margin_mm}mm;
{_render_margin_boxes(options, page) if margin_boxes else ""} }}
body {{ margin: 0; font: {size}pt/1.3 {_families(options)}; hyphens: manual; }}
.brand {{ font-size: {size - 1}pt; color: #333; }}
h1 {{ font-size: {size + 6}pt; }}
h2 {{ font-size: {size + 3}pt; }}
h3 {{ font-size: {size + 1}pt; }}
h1, h2, h3 {{ line-height: 1.2; margin: 1em 0 0.4em; break-after: avoid; }}
p, ul {{ margin: 0 0 0.6em; }}
p.text, li {{ text-align: {"justify" if options.justified else "left"}; }}
.tight {{ margin-bottom: 0.1em; }}
ul {{ padding-left: 1.4em; list-style-type: {"disc" if options.bullet == "disc" else f'"{options.bullet} "'}; }}
b {{ font-weight: {"bold" if options.bold_labels else "normal"}; }}
table {{ border-collapse: collapse; margin-bottom: 0.8em; table-layout: fixed; overflow-wrap: break-word; }}
td, th {{ border: {border}; padding: 1.5pt 4pt; text-align: left; vertical-align: top; }}
.fields td:first-child {{ width: 38%; }}
.fields {{ width: 99.5%; }}
.scores {{ width: {"102mm" if options.narrow_columns else "99.5%"}; }}
.scores .criterion {{ width: {criterion_width}; }}
.scores .number {{ vertical-align: {options.number_align}; }}
.scores th {{ font-weight: bold; }}
.scores td p:last-child, .scores td ul:last-child {{ margin-bottom: 0; }}"""


def _render_margin_boxes(options: PdfOptions, page: PageTexts) -> str:
    font = f"font: {options.font_size - 2}pt {_families(options)}"
    boxes = []
    if page.head:
        boxes.append(f"@top-left {{ {font}; content: {_quote(page.head)} }}")
        boxes.append(f"@top-right {{ {font}; content: {_quote(page.printed)} }}")
    if options.page_numbers:
        boxes.append(f'@bottom-right {{ {font}; content: "Sivu " counter(page) " / " counter(pages) }}')
    return "\n".join(boxes)


def _families(options: PdfOptions) -> str:
    return ", ".join(_quote(font.family) for font in find_fonts(options.font))


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _render_run(run: Run, options: PdfOptions) -> str:
    first = run.blocks[0]
    match run.kind:
        case Kind.BRAND:
            return f'<p class="brand">{escape(first.text)}</p>'
        case Kind.TITLE:
            return f"<h1>{escape(first.text)}</h1>"
        case Kind.HEADING:
            tag = f"h{first.level + 1}"
            return f"<{tag}>{escape(first.number)} {escape(first.text)}</{tag}>"
        case Kind.FIELD | Kind.QUESTION:
            return _render_fields(run.blocks, options)
        case Kind.GROUP:
            return f"<p><b>{escape(first.text)}</b></p>"
        case Kind.PARTNER:
            return "\n".join(f"<p>{escape(block.text)}</p>" for block in run.blocks)
        case Kind.TABLE:
            return _render_table(first.rows, options)
        case Kind.ITEM:
            items = "".join(f"<li>{escape(hyphenate(block.text, options))}</li>" for block in run.blocks)
            return f'<ul class="{"list" if run.closed else "list tight"}">{items}</ul>'
        case Kind.PARAGRAPH:
            lines = "<br>\n".join(escape(hyphenate(block.text, options)) for block in run.blocks)
            return f'<p class="text{"" if run.closed else " tight"}">{lines}</p>'


def _render_fields(fields: Sequence[Block], options: PdfOptions) -> str:
    if options.labels == "table":
        rows = "\n".join(
            f"<tr><td><b>{escape(field.label)}</b></td><td>{escape(field.value)}</td></tr>" for field in fields
        )
        return f'<table class="fields">\n{rows}\n</table>'
    between = "<br>" if options.labels == "stacked" else " "
    return "\n".join(
        f"<p><b>{escape(label_with_colon(field))}</b>{between if field.value else ''}{escape(field.value)}</p>"
        for field in fields
    )


def _render_table(rows: Sequence[Row], options: PdfOptions) -> str:
    lines = []
    for row in rows:
        match row.kind:
            case RowKind.HEAD:
                cells = f'<th class="criterion"></th><th>{escape(row.direct)}</th><th>{escape(row.indirect)}</th>'
                line = f"<tr>{cells}</tr>"
                lines.append(f"<thead>{line}</thead>" if options.repeat_table_head else line)
            case RowKind.DIMENSION:
                lines.append(f'<tr><th colspan="3">{escape(row.label)}</th></tr>')
            case RowKind.CRITERION:
                numbers = "".join(f'<td class="number">{escape(value)}</td>' for value in (row.direct, row.indirect))
                lines.append(f"<tr><td>{escape(row.label)}</td>{numbers}</tr>")
                if row.justification:
                    runs = split_runs(text_blocks(row.justification))
                    text = "".join(_render_run(run, options) for run in runs)
                    lines.append(f'<tr><td colspan="3">{text}</td></tr>')
    return '<table class="scores">\n' + "\n".join(lines) + "\n</table>"
