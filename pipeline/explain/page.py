"""The explain page: the document on one side, its rows on the other, each leading to the other."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.explain.marks import Mark, MarkKind, Segment, cut_text, find_marks
from pipeline.explain.pages import PageImage
from pipeline.explain.rows import Numbers, write_issues, write_rows
from pipeline.explain.view import View
from pipeline.web_page import make_page, read_asset, safe

_PACKAGE = "pipeline.explain"


def write_page(view: View) -> str:
    """The whole page."""
    marks = find_marks(view.text, view.tables) if view.text is not None else []
    numbers: Numbers = {id(mark.row): mark.number for mark in marks if mark.kind is not MarkKind.HEADING}
    title = f"{view.document.get('project_code') or 'Unread document'} explained"
    body = [
        '<a class="skip" href="#rows">Skip to the rows</a>',
        _head(view),
        '<div class="panes">',
        '<main id="document" aria-label="Document" tabindex="0">',
        *_document(view, marks),
        "</main>",
        '<aside id="rows" aria-label="Rows" tabindex="-1">',
        *_rows(view, numbers),
        "</aside>",
        "</div>",
    ]
    return make_page(
        title,
        body,
        style=read_asset(_PACKAGE, "explain.css"),
        script=read_asset(_PACKAGE, "explain.js"),
        pictures=True,
    )


def _head(view: View) -> str:
    document = view.document
    project = next(iter(view.rows("projects")), {})
    name = project.get("project_name") or document.get("path") or view.name
    code = document.get("project_code") or "No project code"
    status = str(document["status"])
    facts = [
        f'<span class="chip {safe(status)}">{safe(status)}</span>',
        *(safe(document[key]) for key in ("form", "media_type", "reader", "role") if document.get(key)),
    ]
    if document.get("pages"):
        facts.append(f"{document['pages']} pages")
    if characters := document.get("characters"):
        share = (document.get("claimed_characters") or 0) / characters
        facts.append(f"{share:.1%} of {characters:,} characters understood")
    if document.get("captured_at"):
        facts.append(f"saved {safe(document['captured_at'])}")
    notes = [document["reason"]] if document.get("reason") else []
    notes += view.notes
    lines = [
        "<header>",
        f'<h1><span class="code">{safe(code)}</span> {safe(name)}</h1>',
        f'<p class="facts">{" · ".join(facts)}</p>',
        f'<p class="where">{safe(view.name)}<br>document {safe(document["document_id"])}</p>',
        *(f'<p class="note">{safe(note)}</p>' for note in notes),
    ]
    if view.restricted:
        lines.append('<p class="note alarm">Personal data is shown unmasked. This page is not for publishing.</p>')
    if view.text is not None:
        lines.append(_tools(view))
    return "\n".join([*lines, "</header>"])


def _tools(view: View) -> str:
    views = ""
    if view.pages:
        views = (
            '<div class="switch" role="group" aria-label="Show the document as">'
            '<button type="button" data-view="pages" aria-pressed="true">Pages</button>'
            '<button type="button" data-view="text" aria-pressed="false">Text</button></div>'
        )
    sections = "".join(
        f'<li class="level{int(row["level"])}"><a href="#s{int(row["ordinal"])}">'
        f"{safe(row['section_number'])} {safe(row['title'])}</a></li>"
        for row in view.rows("sections")
    )
    return (
        '<div class="tools"><details class="menu"><summary>Sections</summary>'
        f'<nav aria-label="Sections"><ul>{sections}</ul></nav></details>{views}'
        '<div role="search"><label for="search">Search</label> '
        '<input id="search" type="search" autocomplete="off" spellcheck="false"> '
        '<button type="button" id="next">Next</button> <output for="search" id="found"></output></div>'
        '<details class="menu key"><summary>Key</summary><div><p><a class="v">blue</a> a value</p>'
        '<p><a class="v fuzzy">dashed</a> found although not printed as the form prints it</p>'
        '<p><a class="v invalid">red, ruled</a> a value that cannot be read</p>'
        '<p><span class="w warning">wavy</span> an issue</p>'
        '<p><span class="u">red ground</span> nobody understood it</p>'
        "<p>█ personal data, masked</p><p>Point at a value, or move to it with the Tab key: its row lights up, "
        "and the other way round. Enter goes there.</p></div></details></div>"
    )


def _document(view: View, marks: Sequence[Mark]) -> Iterator[str]:
    if view.text is None:
        yield "<p>There is no text to show: the document was left out.</p>"
        return
    if view.pages:
        yield '<section id="pages" aria-label="Pages">'
        for page in view.pages:
            yield _page(page, marks, view.boxes)
        yield "</section>"
    headings = {mark.start: mark for mark in marks if mark.kind is MarkKind.HEADING}
    segments = "".join(_segment(view.text, segment, headings) for segment in cut_text(view.text, marks))
    # in one piece: a line end more, and the page's characters were not those that offsets count
    yield f'<section id="text" aria-label="Text" lang="fi">{segments}</section>'


def _segment(text: str, segment: Segment, headings: Mapping[int, Mark]) -> str:
    shown = safe(text[segment.start : segment.end])
    field = segment.field
    if field is not None:
        first = field in segment.begins
        classes = " ".join(("v", *_field_classes(field)))
        rest = f' id="t{field.number}"' if first else ' tabindex="-1"'
        if field.start == field.end:
            rest += f' aria-label="{safe(field.row["field"])}: nothing printed"'
        numbers = " ".join(str(mark.number) for mark in segment.marks if mark.kind is MarkKind.FIELD)
        shown = f'<a class="{classes}" href="#r{field.number}"{rest} data-m="{numbers}">{shown}</a>'
    for mark in segment.marks:
        if mark.kind is MarkKind.ISSUE:
            name = "u" if mark.unclaimed else f"w {safe(mark.row['severity'])}"
            anchor = f' id="t{mark.number}"' if mark in segment.begins else ""
            shown = f'<span class="{name}"{anchor} data-i="{mark.number}">{shown}</span>'
    heading = next((mark for mark in segment.marks if mark.kind is MarkKind.HEADING), None)
    if heading is not None:
        anchor = f' id="s{int(heading.row["ordinal"])}"' if headings.get(segment.start) is heading else ""
        shown = f'<strong class="h"{anchor}>{shown}</strong>'
    return shown


def _field_classes(mark: Mark) -> Iterator[str]:
    if mark.start == mark.end:
        yield "empty"
    elif mark.row["state"] in ("invalid", "undeclared"):
        yield str(mark.row["state"])
    elif mark.row.get("method") not in (None, "exact"):
        yield "fuzzy"
    if mark.row["restricted"]:
        yield "restricted"


def _page(page: PageImage, marks: Iterable[Mark], boxes: Mapping[int, Sequence[Sequence[float]]]) -> str:
    """A page's picture with a shape over every mark on it; shapes are attributes of SVG, so the policy lets them be."""
    shapes = []
    for mark in sorted(marks, key=lambda mark: mark.start - mark.end):  # the widest first: the innermost is on top
        if mark.kind is MarkKind.HEADING:
            continue
        for number, x0, y0, x1, y1 in _boxes(mark, boxes):
            if number == page.number:
                name = "u" if mark.unclaimed else "w" if mark.kind is MarkKind.ISSUE else "v"
                shapes.append(
                    f'<rect class="{name}" data-m="{mark.number}" x="{x0 - 1:.1f}" y="{y0 - 1:.1f}"'
                    f' width="{max(x1 - x0 + 2, 1):.1f}" height="{max(y1 - y0 + 2, 1):.1f}" rx="1.5"/>'
                )
    picture = base64.b64encode(page.data).decode()
    left_out = f", {page.pictures} pictures left out" if page.pictures else ""
    covered = f", {page.covered} places painted over" if page.covered else ""
    return (
        f"<figure><figcaption>Page {page.number}{covered}{left_out}</figcaption>"
        f'<svg viewBox="0 0 {page.width:.1f} {page.height:.1f}" role="img" aria-label="Page {page.number}; '
        f'its text is in the view Text"><image width="{page.width:.1f}" height="{page.height:.1f}" '
        f'href="data:image/webp;base64,{picture}"/>{"".join(shapes)}</svg></figure>'
    )


def _boxes(
    mark: Mark, boxes: Mapping[int, Sequence[Sequence[float]]]
) -> Iterator[tuple[int, float, float, float, float]]:
    """The evidence's own boxes where the row has them, else those found when the pages were drawn."""
    for page, x0, y0, x1, y1 in mark.row.get("boxes") or boxes.get(mark.number, ()):
        yield int(page), x0, y0, x1, y1


def _rows(view: View, numbers: Numbers) -> Iterator[str]:
    yield from write_issues(view, numbers)
    yield from write_rows(view, numbers)
