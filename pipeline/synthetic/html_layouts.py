"""HTML layouts: the service's own markup and other ways to mark up the same form.

Each takes blocks and a random generator and gives a page as text with a bare ``<head>``; the declaration of the
charset is put in when the page is encoded (``encodings``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from operator import itemgetter
from random import Random
from typing import Literal

from pipeline.synthetic.form_text import Block, Kind, Row, RowKind, text_blocks
from pipeline.synthetic.text_layouts import MARKS, TextStyle, fold_line, lay_out

Answers = Literal["paragraphs", "breaks", "rows"]


def _escape(text: str) -> str:
    return escape(text, quote=False)


@dataclass(frozen=True, slots=True)
class HtmlStyle:
    """Templates: what the structured layouts differ in."""

    section: tuple[str, str] = ("<div>", "</div>")
    headings: tuple[str, str] = ("<h2>{number} {title}</h2>", "<h3>{number} {title}</h3>")
    title: str = "<h1>{text}</h1>"
    field: str = "<p>{label}: {value}</p>"
    fields: tuple[str, str] = ("", "")
    """Around each run of fields."""
    question: str = "<p>{label}: {value}</p>"
    answers: Answers = "paragraphs"
    """A question's justification: paragraphs after it, lines of the same paragraph, or the next row of a table."""
    line: str = "<p>{text}</p>"
    """Brand, group lines and partners."""
    paragraph: tuple[str, str, str] = ("<p>", "<br>", "</p>")
    """Opens a chunk of lines, parts its lines, closes it."""
    items: tuple[str, str, str] = ("<ul>", "<li>{text}</li>", "</ul>")
    mark: str = "• "
    """Before an item inside a chunk with other lines."""
    table: tuple[str, str] = ("<table>", "</table>")
    row: tuple[str, str] = ("<tr>", "</tr>")
    cell: str = "<td>{text}</td>"
    head: str = "<th>{text}</th>"
    wide: str = '<td colspan="3">{text}</td>'
    escape: Callable[[str], str] = _escape


SERVICE = HtmlStyle()


def service(blocks: Sequence[Block], rng: Random) -> str:
    """As the service: a ``<div>`` a section with its ``<h2>``, ``<p>label: value</p>``, ``<h3>`` per indicator."""
    question = rng.choice(("<p>{label}: {value}</p>", "<p><span>{label}: </span><span>{value}</span></p>"))
    return wrap_page(lay_out_html(blocks, replace(SERVICE, question=question)), page_title(blocks), rng)


def service_answers(blocks: Sequence[Block], rng: Random) -> str:
    """The service's page with the justifications of 8.1 after a line break, or in the next row of a table."""
    answers: tuple[Answers, ...] = ("breaks", "rows")
    return wrap_page(lay_out_html(blocks, replace(SERVICE, answers=rng.choice(answers))), page_title(blocks), rng)


def service_bare(blocks: Sequence[Block], rng: Random) -> str:
    """The service's markup without anything around it, as a script saves it."""
    joint = rng.choice(("\n", ""))
    return "<html><head></head><body>" + joint + joint.join(lay_out_html(blocks, SERVICE)) + "</body></html>\n"


def strong_labels(blocks: Sequence[Block], rng: Random) -> str:
    """Labels in ``<strong>`` or ``<b>``, headings with their number in a ``<span>``."""
    tag = rng.choice(("strong", "b"))
    label = f"<p><{tag}>{{label}}:</{tag}> {{value}}</p>"
    style = replace(
        SERVICE,
        section=("<section>", "</section>"),
        headings=('<h2><span class="nro">{number}</span> {title}</h2>', "<h3><span>{number}</span> {title}</h3>"),
        field=label,
        question=label,
    )
    return wrap_page(lay_out_html(blocks, style), page_title(blocks), rng)


def definition_list(blocks: Sequence[Block], rng: Random) -> str:
    """Fields as definition lists, with or without the labels' colons."""
    colon = rng.choice((":", ""))
    style = replace(
        SERVICE, field=f"<dt>{{label}}{colon}</dt><dd>{{value}}</dd>", fields=("<dl>", "</dl>"), line="<p>{text}</p>"
    )
    return wrap_page(lay_out_html(blocks, style), page_title(blocks), rng)


def table_rows(blocks: Sequence[Block], rng: Random) -> str:
    """Fields as rows of two cells, the label as ``<th>`` or ``<td>``, with or without its colon."""
    tag, colon = rng.choice(("th", "td")), rng.choice((":", ""))
    style = replace(
        SERVICE,
        field=f"<tr><{tag}>{{label}}{colon}</{tag}><td>{{value}}</td></tr>",
        fields=("<table>", "</table>"),
    )
    return wrap_page(lay_out_html(blocks, style), page_title(blocks), rng)


def entities(blocks: Sequence[Block], rng: Random) -> str:
    """Every letter beyond ASCII as an entity, sums with ``&nbsp;``, soft hyphens in long words."""
    named = {"ä": "&auml;", "ö": "&ouml;", "å": "&aring;", "Ä": "&Auml;", "Ö": "&Ouml;", "–": "&ndash;", "•": "&bull;"}
    numbered = rng.choice(("&#{};", "&#x{:x};"))

    def write(text: str) -> str:
        text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "\u00a0", text)
        text = re.sub(r"([a-zäö]{8})(?=[a-zäö]{5})", "\\1\u00ad", text) if ": " not in text else text
        return "".join(char if char < "\x7f" else named.get(char, numbered.format(ord(char))) for char in _escape(text))

    return wrap_page(lay_out_html(blocks, replace(SERVICE, escape=write)), page_title(blocks), rng, write)


def br_lines(blocks: Sequence[Block], rng: Random) -> str:
    """Everything in one ``<div>``, lines parted by ``<br>``, headings only bold."""
    style = TextStyle(heading="\x02{number} {title}\x03", mark=rng.choice(MARKS))
    text = "<br>\n".join(_escape(line) for line in lay_out(blocks, style))
    body = ["<div>", text.replace("\x02", "<b>").replace("\x03", "</b>"), "</div>"]
    return wrap_page(body, page_title(blocks), rng)


def preformatted(blocks: Sequence[Block], rng: Random) -> str:
    """A text file shown in ``<pre>``, folded at 80-100 columns."""
    width = rng.randint(80, 100)
    lines = [part for line in lay_out(blocks, TextStyle(mark=rng.choice(MARKS))) for part in fold_line(line, width)]
    return wrap_page(["<pre>" + "\n".join(map(_escape, lines)) + "</pre>"], page_title(blocks), rng)


def page_title(blocks: Sequence[Block]) -> str:
    """What stands in ``<title>``: the project's code and name."""
    values = {block.name: block.value for block in blocks[:12] if block.kind is Kind.FIELD}
    return f"{values.get('project_code', '')} {values.get('project_name', '')}".strip() or "Hanke"


def lay_out_html(blocks: Sequence[Block], style: HtmlStyle) -> list[str]:
    """The markup of a body, one element or so a line."""
    out: list[str] = []
    is_open = False
    for kind, run in groupby(_add_kinds(blocks), key=itemgetter(0)):
        group = [block for _, block in run]
        if kind is Kind.PARAGRAPH:
            out += free_html(group, style)
        elif kind is Kind.FIELD:
            out += [style.fields[0], *(_field_html(block, style.field, style) for block in group), style.fields[1]]
        elif kind is Kind.TABLE:
            out += [line for block in group for line in _table_html(block, style)]
        elif kind is Kind.QUESTION:
            out += _answers_html(group, style)
        elif kind is Kind.HEADING:
            for block in group:
                if block.level == 1:
                    out += [style.section[1]] * is_open + [style.section[0]]
                    is_open = True
                template = style.headings[block.level - 1]
                out.append(template.format(number=block.number, title=style.escape(block.text)))
        else:
            template = style.title if kind is Kind.TITLE else style.line
            out += [template.format(text=style.escape(block.text)) for block in group]
    out += [style.section[1]] * is_open
    return [line for line in out if line]


def _add_kinds(blocks: Sequence[Block]) -> Iterator[tuple[Kind, Block]]:
    """Each block with the kind of its run: items with paragraphs, and both with the question that they answer."""
    run = Kind.BRAND
    for block in blocks:
        if block.kind not in (Kind.PARAGRAPH, Kind.ITEM):
            run = block.kind
        elif run is not Kind.QUESTION:
            run = Kind.PARAGRAPH
        yield run, block


def _answers_html(blocks: Sequence[Block], style: HtmlStyle) -> list[str]:
    """The questions of 8.1, each with its justification."""
    parts: list[tuple[Block, list[Block]]] = []
    for block in blocks:
        if block.kind is Kind.QUESTION:
            parts.append((block, []))
        else:
            parts[-1][1].append(block)
    if style.answers == "paragraphs":
        return [
            line
            for question, texts in parts
            for line in (_field_html(question, style.question, style), *free_html(texts, style))
        ]
    out = []
    for question, texts in parts:
        head = _field_html(question, "{label}: {value}", style)
        if style.answers == "breaks":
            lines = (
                "<br>" * (1 + (text.opens and at > 0))
                + style.escape((style.mark if text.kind is Kind.ITEM else "") + text.text)
                for at, text in enumerate(texts)
            )
            out.append("<p>" + head + "".join(lines) + "</p>")
        else:
            out.append(f"<tr><td>{head}</td></tr>")
            out += [f"<tr><td>{''.join(free_html(texts, style))}</td></tr>"] * bool(texts)
    return ["<table>", *out, "</table>"] if style.answers == "rows" else out


def _field_html(block: Block, template: str, style: HtmlStyle) -> str:
    return template.format(label=style.escape(block.label), value=style.escape(block.value))


def free_html(blocks: Sequence[Block], style: HtmlStyle) -> list[str]:
    """The markup of free text: a chunk of items as a list, any other chunk as one paragraph with line breaks."""
    chunks: list[list[Block]] = []
    for block in blocks:
        if block.opens or not chunks:
            chunks.append([])
        chunks[-1].append(block)
    out: list[str] = []
    for chunk in chunks:
        if all(block.kind is Kind.ITEM for block in chunk):
            out += [style.items[0], *(style.items[1].format(text=style.escape(b.text)) for b in chunk), style.items[2]]
        else:
            lines = [style.escape((style.mark if b.kind is Kind.ITEM else "") + b.text) for b in chunk]
            out.append(style.paragraph[0] + style.paragraph[1].join(lines) + style.paragraph[2])
    return out


def _table_html(block: Block, style: HtmlStyle) -> list[str]:
    return [style.table[0], *(line for row in block.rows for line in _row_html(row, style)), style.table[1]]


def _row_html(row: Row, style: HtmlStyle) -> list[str]:
    opens, closes = style.row
    if row.kind is RowKind.DIMENSION:
        return [opens + style.wide.format(text=style.escape(row.label)) + closes]
    cell = style.head if row.kind is RowKind.HEAD else style.cell
    cells = "".join(cell.format(text=style.escape(text)) for text in (row.label, row.direct, row.indirect))
    rows = [opens + cells + closes]
    if row.justification:
        chunks = text_blocks(row.justification)
        plain = len(chunks) == 1 and chunks[0].kind is Kind.PARAGRAPH
        inner = style.escape(row.justification) if plain else "".join(free_html(chunks, style))
        rows.append(opens + style.wide.format(text=inner) + closes)
    return rows


def wrap_page(body: Sequence[str], title: str, rng: Random, write: Callable[[str], str] = _escape) -> str:
    """A whole page: styles, scripts and navigation before the body, links and a script after it."""
    menu = "".join(f'<li><a href="/{at}">{write(text)}</a></li>' for at, text in enumerate(rng.sample(_MENU, 4)))
    lines = [
        "<!DOCTYPE html>",
        '<html lang="fi">',
        "<head>",
        f"<title>{write(title)}</title>",
        "<style>body { font-family: sans-serif; } .piilo { display: none }</style>",
        f"<script>var sivu = {{tunnus: {rng.randint(1, 9999)}, nimi: 'Hankekoodi: X0'}};</script>",
        "</head>",
        "<body>",
        f"<nav><ul>{menu}</ul></nav>",
        "<main>",
        *body,
        "</main>",
        f"<footer><p>{write(rng.choice(_FOOTERS))}</p></footer>",
        "<script>if (1 < 2) { document.title += ''; }</script>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


_MENU = ("Etusivu", "Hankehaku", "Yhteenvedot", "Ohjeet", "Anna palautetta", "Tietoa palvelusta", "Haku kartalta")
_FOOTERS = ("Sivun alkuun", "Takaisin hakutuloksiin", "Palvelua ylläpitää esimerkkivirasto", "Tulosta sivu")
