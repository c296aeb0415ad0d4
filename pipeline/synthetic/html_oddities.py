"""HTML layouts that stray further from the service's page: archives, old mark-up, word processors, nested boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from random import Random

from pipeline.synthetic.form_text import Block
from pipeline.synthetic.html_layouts import SERVICE, HtmlStyle, lay_out_html, page_title, wrap_page


def archived(blocks: Sequence[Block], rng: Random) -> str:
    """The service's page as a web archive serves it: a banner, hidden text, comments, scripts with look-alikes."""
    banner = [
        "<!-- BEGIN arkiston palkki -->",
        '<div id="arkisto" style="display:none"><p>Hankkeen nimi: arkistokopio</p><h2>1 Hanke</h2></div>',
        f"<script>window.kopio = {{'aika': '{rng.randint(2015, 2022)}0101000000', 'otsikko': '9 Loppu'}};</script>",
        "<noscript><p>Ota JavaScript käyttöön.</p></noscript>",
        "<!-- END -->",
    ]
    body = [
        *banner,
        *lay_out_html(blocks, replace(SERVICE, section=('<div class="osio">', "</div>"))),
        "<!-- loppu -->",
    ]
    return wrap_page(body, page_title(blocks), rng)


def old_tags(blocks: Sequence[Block], rng: Random) -> str:
    """Upper-case tags, paragraphs, cells and items never closed, ``<FONT>`` and ``<CENTER>``."""
    style = HtmlStyle(
        section=("<HR>", ""),
        headings=("<H2>{number} {title}</H2>", "<H3>{number} {title}</H3>"),
        title="<CENTER><H1>{text}</H1></CENTER>",
        field=rng.choice(("<P>{label}: {value}", '<P><FONT SIZE="2">{label}: {value}</FONT>')),
        question="<P>{label}: {value}",
        line="<P>{text}",
        paragraph=("<P>", "<BR>", ""),
        items=("<UL>", "<LI>{text}", "</UL>"),
        table=('<TABLE BORDER="1">', "</TABLE>"),
        row=("<TR>", ""),
        cell="<TD>{text}",
        head="<TH>{text}",
        wide='<TD COLSPAN="3">{text}',
    )
    lines = ["<HTML>", "<HEAD>", f"<TITLE>{escape(page_title(blocks))}</TITLE>", "</HEAD>", "<BODY>"]
    return "\n".join([*lines, *lay_out_html(blocks, style), "</BODY>", "</HTML>"]) + "\n"


def word_processor(blocks: Sequence[Block], rng: Random) -> str:
    """As a word processor saves HTML: ``MsoNormal`` paragraphs folded in the source, bullets as text, no headings."""
    width = rng.randint(60, 90)
    paragraph = "<p class=MsoNormal>{text}<o:p></o:p></p>"
    bold = "<p class=MsoNormal><b><span style='font-size:{size}'>{{number}} {{title}}</span></b></p>"
    style = HtmlStyle(
        section=("<div class=WordSection1>", "</div>"),
        headings=(bold.format(size="14.0pt"), bold.format(size="12.0pt")),
        title="<p class=MsoTitle>{text}</p>",
        field="<p class=MsoNormal><b>{label}:</b> {value}<o:p></o:p></p>",
        question="<p class=MsoNormal>{label}: {value}</p>",
        line=paragraph,
        paragraph=("<p class=MsoNormal>", "<br>", "</p>"),
        items=("", "<p class=MsoListParagraph>·<span>&nbsp;&nbsp;&nbsp; </span>{text}</p>", ""),
        table=("<table class=MsoTableGrid border=1>", "</table>"),
        cell="<td><p class=MsoNormal>{text}</p></td>",
        head="<td><p class=MsoNormal><b>{text}</b></p></td>",
        wide="<td colspan=3>{text}</td>",
        escape=lambda text: _fold_source(escape(text, quote=False), width),
    )
    head = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office">\n<head>\n<!--[if gte mso 9]><xml></xml><![endif]-->'
    )
    return f"{head}\n</head>\n<body lang=FI>\n" + "\n".join(lay_out_html(blocks, style)) + "\n</body>\n</html>\n"


def div_soup(blocks: Sequence[Block], rng: Random) -> str:
    """No semantic tags: labels and values in boxes of their own, words cut by ``<span>``, rows as boxes."""
    item = "<div class=i><span>{mark}</span> <span>{{text}}</span></div>".format(mark=rng.choice(("•", "-", "*")))
    style = HtmlStyle(
        section=("<div class=s><div>", "</div></div>"),
        headings=(
            "<div class=h><span>{number}</span> <span>{title}</span></div>",
            "<div class=h2><span>{number}</span> <span>{title}</span></div>",
        ),
        title="<div class=t>{text}</div>",
        field="<div class=r><div class=l>{label}:</div> <div class=v>{value}</div></div>",
        question="<div class=r><span>{label}: </span><b>{value}</b></div>",
        line="<div>{text}</div>",
        paragraph=("<div class=p>", "<br/>", "</div>"),
        items=("<div>", item, "</div>"),
        table=("<div class=table>", "</div>"),
        row=("<div class=tr>", "</div>"),
        cell="<span class=td>{text}</span> ",
        head="<span class=th>{text}</span> ",
        wide="<div>{text}</div>",
    )
    return wrap_page(lay_out_html(blocks, style), page_title(blocks), rng)


def _fold_source(text: str, width: int) -> str:
    """Source lines folded between words: white space to a browser, so the text stays the same."""
    out: list[str] = []
    length = 0
    for word in text.split(" "):
        length += len(word) + 1
        if length > width and out:
            out.append("\n" + word)
            length = len(word)
        else:
            out.append((" " if out else "") + word)
    return "".join(out)
