"""Plain-text layouts that stray further from the page: print-outs, dumps and conversions."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from pipeline.synthetic.form_text import Block, Kind
from pipeline.synthetic.text_layouts import MARKS, SOME_GAPS, TextStyle, fold_line, join_lines, lay_out


def paged(blocks: Sequence[Block], rng: Random) -> str:
    """As text taken from a print: folded, with running heads, page numbers and form feeds between pages."""
    width, height = rng.randint(80, 100), rng.randint(46, 62)
    heads = rng.choice(("Rakennerahastotietopalvelu", "", "Hankkeen kuvaus"))
    lines = [
        part
        for line in lay_out(blocks, TextStyle(gaps="texts", mark=rng.choice(MARKS)))
        for part in fold_line(line, width)
    ]
    pages = [lines[at : at + height] for at in range(0, len(lines), height)]
    foot = rng.choice(("{0}", "{0} ({1})", "{0}/{1}", "Sivu {0}/{1}"))
    out: list[str] = []
    for number, page in enumerate(pages, start=1):
        if heads:
            out += [heads, ""]
        out += [*page, "", foot.format(number, len(pages))]
        if number < len(pages):
            out[-1] += "\n\f" if rng.random() < 0.5 else "\f"
    return join_lines(out)


def folded_hanging(blocks: Sequence[Block], rng: Random) -> str:
    """Folded at 60-100 columns with list items and fields hanging; fields close to each other."""
    width, hang = rng.randint(60, 100), rng.choice(("  ", "    "))
    mark = rng.choice(MARKS)
    out: list[str] = []
    for line in lay_out(blocks, TextStyle(gaps="texts", mark=mark)):
        out += fold_line(line, width, hang if line.startswith(mark) or ": " in line[:60] else "")
    return join_lines(out)


def dotted_headings(blocks: Sequence[Block], rng: Random) -> str:
    """Headings numbered with a dot, as word processors do: ``3. Title``, ``4.1. Title``."""
    style = TextStyle(gaps=rng.choice(SOME_GAPS), heading="{number}. {title}", mark=rng.choice(("• ", "– ", "· ")))
    return join_lines(lay_out(blocks, style))


def browser_dump(blocks: Sequence[Block], rng: Random) -> str:
    """As a text browser dumps a page: indented and folded, the site's links around it."""
    menu = ["Siirry sisältöön", "", "* Etusivu", "* Hankehaku", "* Ohjeet", "* På svenska", ""]
    width = rng.choice((68, 75, 76))
    out = [f"   {line}".rstrip() for line in menu]
    for line in lay_out(blocks, TextStyle(mark="* ", heads="{0} {1}")):
        out += [f"   {part}".rstrip() for part in fold_line(line, width)]
    out += ["", "   Takaisin hakutuloksiin", "", "Viittaukset", ""]
    out += [f"   {number}. https://palvelu.esimerkki.fi/sivu/{number}" for number in range(1, rng.randint(3, 8))]
    return join_lines(out)


def markdown(blocks: Sequence[Block], rng: Random) -> str:
    """As converters write Markdown: hashes before headings, bold labels, a pipe table for the scores."""
    bold = rng.random() < 0.5
    out: list[str] = []
    for block in blocks:
        if block.kind is Kind.TITLE:
            out += ["", f"# {block.text}", ""]
        elif block.kind in (Kind.FIELD, Kind.QUESTION) and bold:
            out += ["", f"**{block.label}:** {block.value}".rstrip()]
        elif block.kind is Kind.TABLE:
            out += ["", *_pipe_table(block)]
        elif block.kind is Kind.ITEM and not block.opens:
            out += [f"  * {block.text}"]
        else:
            style = TextStyle(heading="{marks} {number} {title}", mark="  * ")
            out += [""] * (block.opens and block.kind is not Kind.PARTNER) + lay_out([block], style)
    return join_lines(out[1:] if out and not out[0] else out)


def _pipe_table(block: Block) -> list[str]:
    head, *rows = block.rows
    lines = [f"| | {head.direct} | {head.indirect} |", "|---|---|---|"]
    for row in rows:
        lines.append(f"| {row.label} | {row.direct} | {row.indirect} |")
        if row.justification:
            lines.append("| " + row.justification.replace("\n\n", "<br><br>").replace("\n", "<br>") + " | | |")
    return lines
