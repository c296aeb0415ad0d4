"""The data dictionary as plain data: the tables and columns of the contract, described for people and machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from models.checks import RULES, Condition
from models.forms import load_forms
from models.issues import ISSUE_CODES
from models.schema import column_metadata
from models.tables import SCHEMA_VERSION, TABLES


def describe_table(name: str) -> dict[str, Any]:
    """A table with its columns, JSON's own types only; raises ``KeyError`` for a name that is not in the contract."""
    table = TABLES[name]
    return {
        "name": table.name,
        "schema_version": SCHEMA_VERSION,
        "description": table.en,
        "description_fi": table.fi,
        "primary_key": list(table.key),
        "references": [{"columns": list(columns), "table": target} for columns, target in table.references],
        "restricted": table.restricted,
        "path": f"{'restricted' if table.restricted else 'tables'}/{table.name}",
        "columns": [
            {
                "name": column.name,
                "type": column.type.value,
                "required": column.required,
                **column_metadata(table, column),
            }
            for column in table.columns
        ],
    }


def describe_fields() -> list[dict[str, Any]]:
    """What every form asks for, in the form's order: section, label as printed, name in ``fields.field``."""
    rows: list[dict[str, Any]] = []
    for form in load_forms():
        for section in form.sections:
            rows.extend(
                {"form": form.name, "section_number": section.number, "label": label.text, "field": label.field}
                for label in section.labels
            )
            rows.extend(
                {"form": form.name, "section_number": section.number, "label": head.text, "field": head.field}
                for head in section.lists
            )
    return rows


def describe_sections() -> list[dict[str, Any]]:
    """The sections of every form, in order, with their stable names."""
    return [
        {"form": form.name, "section_number": section.number, "title": section.title, "name": section.name}
        for form in load_forms()
        for section in form.sections
    ]


def describe_criteria() -> list[dict[str, Any]]:
    """The sustainability criteria of every form, in order."""
    return [
        {"form": form.name, "dimension": criterion.dimension, "criterion": criterion.name, "label": criterion.text}
        for form in load_forms()
        for criterion in form.criteria
    ]


def describe_issue_codes() -> list[dict[str, str]]:
    """Every issue code with its severity and message, in the order of the list."""
    return [
        {"code": code.code, "severity": code.severity.value, "message": code.message} for code in ISSUE_CODES.values()
    ]


def describe_rules() -> list[dict[str, Any]]:
    """Every check: id, severity, columns, condition in words, messages."""
    return [
        {
            "id": rule.id,
            "severity": rule.severity.value,
            "columns": list(rule.columns),
            "condition": _describe_condition(rule.condition),
            "stage": rule.stage.value,
            "message": rule.message,
            "message_fi": rule.message_fi,
        }
        for rule in RULES
    ]


def _describe_condition(condition: Condition) -> str:
    """The condition's own words (its docstring), then its settings."""
    words = " ".join((type(condition).__doc__ or "").replace("``", "`").split())
    settings = [f"{key} {value}" for key, value in asdict(condition).items() if key != "pattern"]
    return f"{words} ({', '.join(settings)})" if settings else words
