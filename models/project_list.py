"""The service's own list of projects (its spreadsheet export): which of its columns holds which column of ``projects``.

Heads that are a form's labels too come from the form; only those that no form prints stand here.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.fields import FIELDS
from models.forms import load_forms


class ListKind(StrEnum):
    """How the cells of a column are read and compared."""

    CODE = "code"
    NUMBER = "number"
    """A number of the programme: ``5``, ``10.1``; what follows it is its title."""
    DATE = "date"
    EUROS = "euros"
    NAME = "name"
    AUTHORITY = "authority"
    WORD = "word"
    """One of a few words: fund, status."""
    BUSINESS_ID = "business_id"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of ``projects`` that the list has too."""

    name: str
    kind: ListKind
    heads: tuple[str, ...] = ()
    """Heads beside the form's label."""
    changes: bool = False
    """It changes while a project runs: a difference may be a later state."""


LIST_COLUMNS = (
    ListColumn("project_code", ListKind.CODE, ("Koodi",)),
    ListColumn("fund", ListKind.WORD, ("Rahasto",)),
    ListColumn("project_name", ListKind.NAME),
    ListColumn("priority_axis_code", ListKind.NUMBER, ("Tl", "Toimintalinjan numero")),
    ListColumn("specific_objective_code", ListKind.NUMBER, ("Et",)),
    ListColumn("authority", ListKind.AUTHORITY, ("Viranomainen", "Rahoittava viranomainen")),
    ListColumn("status", ListKind.WORD, ("Tila",), changes=True),
    ListColumn("start_date", ListKind.DATE, ("Aloituspvm", "Alkamispvm"), changes=True),
    ListColumn("end_date", ListKind.DATE, ("Päättymispvm",), changes=True),
    ListColumn("applicant_name", ListKind.NAME, ("Toteuttajan nimi", "Toteuttaja")),
    ListColumn("applicant_business_id", ListKind.BUSINESS_ID, ("Toteuttajan Y-tunnus",)),
    ListColumn("granted_eu_state_eur", ListKind.EUROS, changes=True),
    ListColumn("realised_eu_state_eur", ListKind.EUROS, changes=True),
    ListColumn("planned_public_eur", ListKind.EUROS, changes=True),
    ListColumn("realised_public_eur", ListKind.EUROS, changes=True),
)

LIST_COLUMN = MappingProxyType({column.name: column for column in LIST_COLUMNS})

SUMS = tuple(column.name for column in LIST_COLUMNS if column.kind is ListKind.EUROS)
"""In the list's order."""


@functools.cache
def list_heads() -> MappingProxyType[str, str]:
    """Head in small letters → column."""
    heads = {head.casefold(): column.name for column in LIST_COLUMNS for head in column.heads}
    fields = {field.name: field for field in FIELDS}
    for form in load_forms():
        for section in form.sections:
            for label in section.labels:
                columns = fields[label.field].columns
                if columns and columns[0].name in LIST_COLUMN and columns[0].name != "start_date":
                    for text in label.spellings():
                        heads.setdefault(text.casefold(), columns[0].name)
    return MappingProxyType(heads)
