"""The forms, fields, tables and issue codes as data: complete, described, and stated once."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from models.checks import RULE
from models.columns import ColumnType, Table, ValueType
from models.fields import FIELD, FIELDS
from models.form import Form, SectionKind
from models.forms import load_forms
from models.issues import ISSUE_CODES
from models.schema import ARROW_TYPES, arrow_schema
from models.tables import DOCUMENT_TABLES, SCHEMA_VERSION, TABLES

ROOT = Path(__file__).parent.parent
CONTRACT = yaml.safe_load((ROOT / "tests" / "contract.yaml").read_text("utf-8"))
FORMS = load_forms()
ALL_TABLES = [pytest.param(table, id=table.name) for table in TABLES.values()]
ALL_FORMS = [pytest.param(form, id=form.name) for form in FORMS]


def spellings(form: Form) -> Iterator[tuple[str, str]]:
    """(section number or part of the form, text as printed) for everything that a form says of itself."""
    for section in form.sections:
        for title in section.titles():
            yield "title", title
        for label in section.labels:
            # the same words may stand twice where the form says after which other field the second one comes
            place = f"{section.number} after {label.after}" if label.after else section.number
            yield from ((place, text) for text in label.spellings())
        for head in section.lists:
            yield section.number, head.text
        for line in section.group_lines:
            yield section.number, line
    for criterion in form.criteria:
        yield from (("criteria", text) for text in criterion.spellings())
    for dimension in form.dimensions:
        yield from (("criteria", text) for text in (dimension.text, *dimension.variants))
    for document_title in form.titles:
        yield "document title", document_title.text


def string_constants(*folders: str) -> Iterator[tuple[Path, str]]:
    """Every string literal of the code in some folders, docstrings too."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield path, node.value


# The contract


@pytest.mark.parametrize("name", CONTRACT)
def test_table_keeps_the_contract(name: str) -> None:
    table = TABLES[name]
    assert list(table.key) == CONTRACT[name]["key"]
    assert table.restricted == CONTRACT[name]["restricted"]
    types = {column.name: column.type.value for column in table.columns}
    assert {column: types.get(column) for column in CONTRACT[name]["columns"]} == CONTRACT[name]["columns"]


@pytest.mark.parametrize("table", ALL_TABLES)
def test_table_is_sound(table: Table) -> None:
    names = table.column_names()
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    for columns, target in table.references:
        assert set(columns) <= set(names)
        assert len(TABLES[target].key) == len(columns)
    assert re.fullmatch(r"[a-z_]+", table.name)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)


@pytest.mark.parametrize("table", ALL_TABLES)
def test_everything_is_described_in_two_languages(table: Table) -> None:
    for thing in (table, *table.columns):
        assert thing.en.strip()
        assert thing.fi.strip()
        assert thing.en != thing.fi
        assert thing.en.endswith((".", "…")), thing.en
        assert thing.fi.endswith((".", "…")), thing.fi


@pytest.mark.parametrize("table", ALL_TABLES)
def test_units_are_told(table: Table) -> None:
    for column in table.columns:
        assert column.name.endswith("_eur") == (column.unit == "EUR"), column.name


@pytest.mark.parametrize("table", ALL_TABLES)
def test_arrow_schema_carries_the_description(table: Table) -> None:
    schema = arrow_schema(table.name)
    assert schema.names == list(table.column_names())
    assert schema.metadata[b"schema_version"] == SCHEMA_VERSION.encode()
    assert schema.metadata[b"primary_key"] == ",".join(table.key).encode()
    for column, field in zip(table.columns, schema, strict=True):
        assert field.type == ARROW_TYPES[column.type]
        assert field.nullable != column.required
        assert field.metadata[b"description"].decode() == column.en
        assert field.metadata[b"description_fi"].decode() == column.fi


def test_form_labels_stand_in_column_metadata() -> None:
    metadata = arrow_schema("projects").field("granted_eu_state_eur").metadata
    assert metadata[b"form_label"].decode() == "Myönnetty EU- ja valtion rahoitus"
    assert b"eura2014 5" in metadata[b"form_section"]
    assert metadata[b"unit"] == b"EUR"
    assert b"form_label" not in arrow_schema("sections").field("project_code").metadata


def test_document_tables_are_tables() -> None:
    assert set(DOCUMENT_TABLES) <= set(TABLES)


# Types


def test_every_column_type_has_an_arrow_type() -> None:
    assert set(ARROW_TYPES) == set(ColumnType)
    assert all(isinstance(arrow, pa.DataType) for arrow in ARROW_TYPES.values())


def test_column_types_are_used() -> None:
    assert {column.type for table in TABLES.values() for column in table.columns} == set(ColumnType)


def test_fields_of_a_value_type_have_the_same_column_types() -> None:
    """So that a value parser can give its values without knowing the field."""
    kinds: dict[ValueType, set[tuple[ColumnType, ...]]] = {}
    for field in FIELDS:
        if field.columns:
            kinds.setdefault(field.type, set()).add(tuple(column.type for column in field.columns))
    assert {kind: len(columns) for kind, columns in kinds.items() if len(columns) > 1} == {}


def test_every_value_type_is_of_use() -> None:
    kinds = {field.type for field in FIELDS}
    # the score table is read as a whole, not label by label
    assert kinds | {ValueType.SCORES} == set(ValueType)


def test_fields_are_declared_once_and_fill_their_table() -> None:
    assert max(Counter(field.name for field in FIELDS).values()) == 1
    for field in FIELDS:
        assert field.table in TABLES
        assert field.restricted == TABLES[field.table].restricted
        names = TABLES[field.table].column_names()
        assert all(column.name in names for column in field.columns)


# The forms


@pytest.mark.parametrize("form", ALL_FORMS)
def test_nothing_is_printed_twice_in_a_section(form: Form) -> None:
    repeated = [place for place, count in Counter(spellings(form)).items() if count > 1]
    assert not repeated


def fields_of(form: Form) -> Counter[str]:
    """How often a form asks for each field."""
    fields = Counter(label.field for section in form.sections for label in section.labels)
    fields.update({head.field for section in form.sections for head in section.lists})
    for section in form.sections:
        if section.kind is SectionKind.QUESTIONS:
            fields.update(f"{label.field}_justification" for label in section.labels)
    fields.update({"fund"} if form.titles else ())
    return fields


@pytest.mark.parametrize("form", ALL_FORMS)
def test_a_form_asks_for_a_field_once(form: Form) -> None:
    assert {field for field, count in fields_of(form).items() if count > 1} == set()


def test_the_vocabulary_is_what_forms_ask_for() -> None:
    assert {field for form in FORMS for field in fields_of(form)} == set(FIELD)


def test_what_forms_print_stands_nowhere_else_in_the_code() -> None:
    """The generator has literals of its own on purpose: a mistake must not hide on both sides.

    In ``models/fields.py`` and ``models/tables.py`` a description may be the same word.
    """
    described = {ROOT / "models" / "fields.py", ROOT / "models" / "tables.py"}
    printed = {text for form in FORMS for _, text in spellings(form)}
    strays = [
        f"{path.relative_to(ROOT)}: {text}"
        for path, text in string_constants("models", "parsers", "pipeline")
        if text in printed
        and path not in described
        and not path.is_relative_to(ROOT / "models" / "forms")
        and not path.is_relative_to(ROOT / "pipeline" / "synthetic")
    ]
    assert not strays


@pytest.mark.parametrize("form", ALL_FORMS)
def test_form_code_patterns_are_regular_expressions(form: Form) -> None:
    funds = {title.fund for title in form.titles}
    for fund, pattern in form.code_patterns:
        assert fund in funds
        re.compile(pattern)


# Issue codes


def codes_in_code() -> set[str]:
    """Codes given to what makes issues and reasons of them, literally."""
    found: set[str] = set()
    for folder in ("parsers", "pipeline"):
        makers = {"ReaderNote", "UnreadableError", "Notice", "describe_reason"}
        if folder == "parsers":
            makers.add("note")  # of parsers.findings; elsewhere the word means other things
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    place = {"quarantine": 1}.get(name, 0 if name in makers else None)
                    if place is not None and len(node.args) > place:
                        found |= literals(node.args[place])
                elif isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "ISSUE_CODES":
                    found |= literals(node.slice)
    return found


def literals(node: ast.expr) -> set[str]:
    """String literals that an expression may give."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_every_code_in_the_code_is_declared() -> None:
    used = codes_in_code()
    assert len(used) > 10
    assert used <= set(ISSUE_CODES)


def test_every_declared_code_is_used() -> None:
    constants = {text for _, text in string_constants("parsers", "pipeline")}
    # the beginning of an f-string: place_{match}
    beginnings = tuple(text for text in constants if re.fullmatch(r"[a-z]+_", text))
    unused = {code for code in ISSUE_CODES if code not in constants and not code.startswith(beginnings)}
    assert unused - set(RULE) == set(), "rules are exercised one by one in test_checks.py"


def test_issue_messages_are_for_people() -> None:
    for code in ISSUE_CODES.values():
        assert re.fullmatch(r"[a-z_]+", code.code)
        assert code.message[0].isupper()
        assert code.message.endswith("."), code.code
