"""The rows of a document as HTML: fields by section with state and method, what was made of them, and the issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from models.fields import FIELD
from models.records import Row
from pipeline.explain.view import View
from pipeline.web_page import safe

Numbers = Mapping[int, int]
"""Number of a row's mark by the row's ``id()``."""

_MISSING = ("no_label", "no_section")
_STATES = {
    "value": "A value was read.",
    "empty": "The label stands without a value.",
    "no_label": "The section has no such label.",
    "no_section": "The document has no such section.",
    "invalid": "There is something, but it cannot be read as what the label asks for.",
    "undeclared": "The form does not know this label.",
}
_LONGEST = 400
"""Characters of a value in a row; the rest stands in the text."""
_LEVELS = {"regions": "region", "subregions": "subregion", "municipalities": "municipality"}


def write_issues(view: View, numbers: Numbers) -> Iterator[str]:
    """The list of issues, gravest first as the document has them."""
    issues = view.rows("issues")
    if not issues:
        yield '<p class="fine">No issues.</p>'
        return
    grave = any(row["severity"] == "error" for row in issues)
    yield f'<details class="issues"{" open" if grave or len(issues) <= 5 else ""}>'
    yield f"<summary><h2>Issues ({len(issues)})</h2></summary><ul>"
    for row in issues:
        number = numbers.get(id(row))
        where = " · ".join(safe(row[key]) for key in ("section_number", "field") if row.get(key))
        severity = safe(row["severity"])
        inner = f"<code>{safe(row['code'])}</code> {where}"
        excerpt = "" if row.get("excerpt") is None else f"<q>{safe(_shorten(_excerpt(view, row), 200))}</q>"
        link = f'<a href="#t{number}">{inner}</a>' if number else inner
        mark = f' id="r{number}" data-r="{number}"' if number else ""
        chip = f'<span class="chip {severity}">{severity}</span>'
        yield f'<li class="issue"{mark}>{chip} {link}<br>{safe(row["message"])} {excerpt}</li>'
    yield "</ul></details>"


def _excerpt(view: View, row: Row) -> str:
    if view.text is None or row["char_start"] is None:
        return str(row["excerpt"])
    return view.text[row["char_start"] : row["char_end"]]


def write_rows(view: View, numbers: Numbers) -> Iterator[str]:
    """All rows of ``fields`` by section; those that were not found are folded away under their section."""
    fields = view.rows("fields")
    if not fields:
        return
    yield f"<h2>Fields ({sum(row['state'] == 'value' for row in fields)} of {len(fields)} with a value)</h2>"
    titles = {row["section_number"]: row["title"] for row in view.rows("sections")}
    trouble = _by_field(view.rows("issues"))
    ordered = sorted(fields, key=lambda row: _order(str(row["section_number"])))
    for section, group in groupby(ordered, key=lambda row: str(row["section_number"])):
        rows = list(group)
        title = "Before the first section" if section == "0" else titles.get(section, "not in the document")
        yield f"<h3>{safe(section)} {safe(title)}</h3><dl>"
        for row in rows:
            if row["state"] not in _MISSING:
                yield _row(view, row, numbers.get(id(row)), trouble.get((section, row["field"]), ()))
        yield "</dl>"
        missing = [row for row in rows if row["state"] in _MISSING]
        if missing:
            names = ", ".join(f'<span title="{_describe(row["field"])}">{safe(row["field"])}</span>' for row in missing)
            yield f'<p class="missing"><span class="chip">not found</span> {names}</p>'


def _order(section: str) -> list[int]:
    return [int(part) if part.isdecimal() else 0 for part in section.split(".")]


def _by_field(issues: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """One issue of each code for every field: thousands of rows of one field would show each other's thousands."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in issues:
        if row.get("field"):
            found.setdefault((str(row["section_number"]), row["field"]), {}).setdefault(row["code"], row)
    return {place: list(codes.values()) for place, codes in found.items()}


def _row(view: View, row: Row, number: int | None, trouble: Sequence[Row]) -> str:
    state, method = str(row["state"]), row.get("method")
    label = f'<span class="label" lang="fi">{safe(row["label"])}</span>' if row.get("label") else ""
    chips = [f'<span class="chip {safe(state)}" title="{_STATES.get(state, "")}">{safe(state)}</span>']
    if state == "value":
        chips.clear()
    if method not in (None, "exact"):
        chips.append(f'<span class="chip fuzzy">{safe(method)}</span>')
    if row["restricted"]:
        chips.append('<span class="chip restricted">personal data</span>')
    chips += [
        f'<span class="chip {safe(issue["severity"])}" title="{safe(issue["message"])}">{safe(issue["code"])}</span>'
        for issue in trouble
    ]
    name = f'<span title="{_describe(row["field"])}">{safe(row["field"])}</span>'
    if number is not None:
        name = f'<a href="#t{number}">{name}</a>'
    anchor = f' id="r{number}" data-r="{number}"' if number is not None else ""
    return (
        f'<div class="row {safe(state)}"{anchor}><dt>{name} {" ".join(chips)}{label}</dt>'
        f"<dd>{_value(view, row)}{_made_of(view, row)}</dd></div>"
    )


def _value(view: View, row: Row) -> str:
    """As read and, where it differs, as printed."""
    start, end = row["char_start"], row["char_end"]
    raw = view.text[start:end] if view.text is not None and start is not None else row.get("raw")
    value = row.get("value")
    if value is None:
        value, raw = raw, None
    if not value:
        return '<span class="none">nothing</span>'
    shown = f'<span class="value">{safe(_shorten(str(value), _LONGEST))}</span>'
    if raw and " ".join(raw.split()) != " ".join(str(value).split()):
        shown += f'<span class="raw">printed <q>{safe(_shorten(raw, _LONGEST))}</q></span>'
    return shown


def _made_of(view: View, row: Row) -> str:
    """What other tables hold because of this field: codes of places, parts of a partner."""
    lines: list[str] = []
    if level := _LEVELS.get(row["field"]):
        for place in view.rows("locations"):
            if place["level"] == level:
                found = f"{place['code']} {place['official_name']}" if place.get("code") else "no code"
                lines.append(f"{place['name']} → {found} ({place['match']})")
    elif row["field"] == "partner":
        partner = next((item for item in view.rows("partners") if item["ordinal"] == row["ordinal"]), None)
        if partner:
            lines = [f"{key}: {partner[key]}" for key in ("name", "organisation_type", "business_id") if partner[key]]
    if not lines:
        return ""
    return f'<ul class="made">{"".join(f"<li>{safe(line)}</li>" for line in lines)}</ul>'


def _describe(field: str) -> str:
    """The field's meaning in English and Finnish, for a tooltip."""
    declared = FIELD.get(field)
    if declared is None or not declared.columns:
        return ""
    return safe(" ".join(f"{column.en} {column.fi}" for column in declared.columns))


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length].rstrip()} …"
