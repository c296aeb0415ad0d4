"""Tables for the terminal: a parsed document, the data dictionary, the issue codes.

Everything from a document goes through ``_text``: no markup of ours, no control characters of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from models.records import Parsed, Row
from pipeline.terminal import defuse

SEVERITY_STYLES = {"error": "red", "warning": "yellow", "info": "cyan"}
STATUS_STYLES = {"parsed": "green", "partial": "yellow", "quarantined": "red"}

_LONG = 120
"""Characters of a text shown in a table; the whole of it is in ``--json``."""

_HEADS = {"section_number": "§", "n_words": "words"}


def show_tables(tables: Sequence[Mapping[str, Any]]) -> RenderableType:
    """All tables of the dictionary, one a row."""
    grid = _grid("Table", "Columns", "Key", "Holds", numbers=("Columns",))
    for table in tables:
        holds = Text(table["description"])
        if table["restricted"]:
            holds.append(" Personal data.", "yellow")
        holds.append(f"\n{table['description_fi']}", "dim")
        grid.add_row(
            Text(table["name"], "bold"), str(len(table["columns"])), Text("\n".join(table["primary_key"])), holds
        )
    return grid


def show_table(table: Mapping[str, Any]) -> RenderableType:
    """One table of the dictionary, a column a row."""
    head = Text(table["name"], "bold")
    head.append(f"  {table['path']}/part-*.parquet", "dim")
    head.append(f"\n{table['description']}\n", "default")
    head.append(table["description_fi"], "dim")
    head.append(f"\nKey: {', '.join(table['primary_key'])}")
    for reference in table["references"]:
        head.append(f"\n{', '.join(reference['columns'])} refers to {reference['table']}")
    grid = _grid("Column", "Type", "Meaning")
    for column in table["columns"]:
        meaning = Text(column["description"])
        if unit := column.get("unit"):
            meaning.append(f" [{unit}]")
        meaning.append(f"\n{column['description_fi']}", "dim")
        if label := column.get("form_label"):
            meaning.append(f"\nForm: {label} ({column['form_section']})", "cyan")
        kind = column["type"] + ("" if column["required"] else "?")
        grid.add_row(Text(column["name"], "bold" if column["name"] in table["primary_key"] else ""), kind, meaning)
    return Group(head, grid, Text("Bold: part of the key. A type with ? may be null.", "dim"))


def show_issue_codes(codes: Iterable[Mapping[str, str]]) -> RenderableType:
    """The issue codes with their meaning."""
    grid = _grid("Code", "Severity", "Meaning")
    for code in codes:
        grid.add_row(
            Text(code["code"], "bold"),
            Text(code["severity"], SEVERITY_STYLES[code["severity"]]),
            Text(code["message"]),
        )
    return grid


def show_counts(groups: Mapping[str, Mapping[str, float]]) -> RenderableType:
    """Counts in groups, one under the other."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(overflow="fold")
    grid.add_column(justify="right", no_wrap=True)  # half a number is a wrong number
    for group, items in groups.items():
        if items:
            grid.add_row(Text(group, "underline"))
            for name, count in items.items():
                grid.add_row(_text(name), f"{count:,}" if isinstance(count, int) else f"{count:.1f}")
            grid.add_row()
    return grid


def show_snapshots(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Snapshots, one a row."""
    if not rows:
        return Text("No snapshots.")
    grid = _grid("Snapshot", "Outcome", "Documents", "Projects", numbers=("Projects",))
    for row in rows:
        name = Text(row["snapshot"], "bold" if row["latest"] else "")
        if row["latest"]:
            name.append(" latest", "green")
        documents = ", ".join(f"{count:,} {status}" for status, count in row["documents"].items())
        grid.add_row(name, _text(row["outcome"]), documents, _text(row["projects"]))
    return grid


def show_parsed(parsed: Parsed, name: str, *, restricted: bool = False) -> RenderableType:
    """One document: its head, fields, lists, scores, sections, issues and, if asked for, its contact person."""
    parts: list[RenderableType] = [_head(parsed, name)]
    tables = parsed.tables
    if evidence := tables.get("fields"):
        parts.append(_fields(evidence))
    for table, title, columns in (
        ("partners", "Partners", ("role", "name", "organisation_type", "business_id")),
        ("locations", "Locations", ("level", "name", "code", "official_name", "match")),
        ("indicators", "Indicators", ("number", "title", "planned", "realised")),
        ("scores", "Sustainability scores", ("dimension", "label", "direct", "indirect", "justification")),
        ("sections", "Sections", ("section_number", "title", "n_words", "language", "text")),
    ):
        if rows := tables.get(table):
            parts.append(_rows(title, rows, columns))
    if restricted and (contacts := parsed.restricted.get("contacts")):
        parts.append(_contacts(contacts[0]))
    parts.append(_issues(tables.get("issues", ())))
    return Group(*(part for pair in ((part, Text()) for part in parts) for part in pair))


def to_plain(parsed: Parsed, *, restricted: bool = False) -> dict[str, Any]:
    """The record for machines: rows by table; unmasked rows only if asked for."""
    plain: dict[str, Any] = {"document": parsed.document, "tables": parsed.tables}
    if restricted:
        plain["restricted"] = parsed.restricted
    return plain


def _head(parsed: Parsed, name: str) -> RenderableType:
    document = parsed.document
    head = Text(defuse(name), "bold")
    head.append(f"  {parsed.status}", STATUS_STYLES[parsed.status])
    if reason := document.get("reason"):
        head.append(f"\n{defuse(reason)}")
    facts = [parsed.project_code, document.get("form"), document.get("media_type"), document.get("reader")]
    if pages := document.get("pages"):
        facts.append(f"{pages} pages")
    if characters := document.get("characters"):
        share = (document.get("claimed_characters") or 0) / characters
        facts.append(f"{share:.1%} of {characters:,} characters understood")
    head.append("\n" + " · ".join(defuse(fact) for fact in facts if fact))
    head.append(f"\n{parsed.document_id}", "dim")
    return head


def _fields(rows: Iterable[Row]) -> RenderableType:
    """The evidence but for scores and indicators, which have tables of their own."""
    grid = _grid("§", "Field", "Value", "State", title="Fields")
    for row in rows:
        if row["field"].startswith(("score.", "justification.")) or row["field"] in ("planned", "realised"):
            continue
        state = row["state"] if row["state"] != "value" else ""
        if row.get("method") not in (None, "exact"):
            state = f"{state} {row['method']}".strip()
        value = row.get("value") if row.get("value") is not None else row.get("raw")
        grid.add_row(row.get("section_number"), row.get("field"), _text(value), Text(state, "yellow"))
    return grid


def _rows(title: str, rows: Sequence[Row], columns: tuple[str, ...]) -> RenderableType:
    numbers = tuple(name for name in columns if any(isinstance(row.get(name), int | float) for row in rows))
    grid = _grid(
        *(_HEADS.get(name, name.replace("_", " ")) for name in columns),
        title=title,
        numbers=[_HEADS.get(name, name) for name in numbers],
    )
    for row in rows:
        grid.add_row(*(_text(row.get(name)) for name in columns))
    return grid


def _contacts(row: Row) -> RenderableType:
    grid = _grid("Field", "Value", title="Contact (personal data)")
    for name, value in row.items():
        if name not in ("project_code", "document_id"):
            grid.add_row(name, _text(value))
    return grid


def _issues(rows: Sequence[Row]) -> RenderableType:
    if not rows:
        return Text("No issues.", "green")
    grid = _grid("Severity", "Code", "§", "Field", "Message", "Excerpt", title="Issues")
    for row in rows:
        grid.add_row(
            Text(row["severity"], SEVERITY_STYLES[row["severity"]]),
            row["code"],
            row.get("section_number"),
            row.get("field"),
            _text(row["message"]),
            _text(row.get("excerpt")),
        )
    return grid


def _grid(*columns: str, title: str = "", numbers: Sequence[str] = ()) -> Table:
    grid = Table(
        box=None,
        title=title or None,
        title_justify="left",
        title_style="bold underline",
        header_style="dim",
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for name in columns:
        # names are there to be copied: never broken over two lines
        whole = name in ("Column", "Table", "Type", "Code", "Severity", "Key", "Snapshot")
        grid.add_column(name, justify="right" if name in numbers else "left", overflow="fold", no_wrap=whole)
    return grid


def _text(value: object) -> Text:
    """A value in a cell; long texts are cut, and say so."""
    if value is None:
        return Text("–", "dim")
    if isinstance(value, float):
        return Text(f"{value:.15g}")
    text = " ".join(defuse(str(value)).split())
    return Text(text if len(text) <= _LONG else f"{text[:_LONG].rstrip()} …")
