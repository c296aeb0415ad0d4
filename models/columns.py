"""The words in which columns, fields and tables are described: types and frozen specifications."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """Types of table columns; ``models.schema`` gives each its Arrow type."""

    STRING = "string"
    BOOL = "bool"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    FLOAT64 = "float64"
    DATE = "date32"
    TIMESTAMP = "timestamp"
    """Microseconds, UTC."""
    STRINGS = "strings"
    """list of string, none of them null."""
    BOXES = "boxes"
    """list of struct(page int32, x0, y0, x1, y1 float32), PDF points, origin top left."""


class ValueType(StrEnum):
    """What a printed value is; ``parsers.values`` has one parser for each."""

    TEXT = "text"
    FUND = "fund"
    PROJECT_CODE = "project_code"
    NUMBERED_TITLE = "numbered_title"
    """``5. Sosiaalinen osallisuus …``: a code and a title."""
    PERIOD = "period"
    """``Alkaa 1.5.2015 ja päättyy 30.6.2017``; either end may be missing."""
    EUROS = "euros"
    NUMBER = "number"
    YES_NO = "yes_no"
    BUSINESS_ID = "business_id"
    POSTAL_CODE = "postal_code"
    WEBSITE = "website"
    EMAIL = "email"
    PHONE = "phone"
    PLACES = "places"
    """A comma-separated list of place names."""
    PARTNER = "partner"
    """``NAME[, ORGANISATION TYPE], Y-TUNNUS``, read from the right."""
    SCORES = "scores"
    """Two whole numbers 0–10, direct and indirect."""
    FREE_TEXT = "free_text"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name, type, meaning in English and Finnish, and unit."""

    name: str
    type: ColumnType
    en: str
    fi: str
    unit: str = ""
    required: bool = False
    """Never null."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form asks for: how it is printed and which columns of which table it fills."""

    name: str
    type: ValueType
    table: str
    columns: tuple[Column, ...]
    """In the order in which the value parser of ``type`` gives their values."""
    restricted: bool = False
    """Personal data: only under ``restricted/``, masked everywhere else."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the contract."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    en: str
    fi: str
    restricted: bool = False
    references: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Foreign keys: (own columns, the table whose key they are)."""

    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)
