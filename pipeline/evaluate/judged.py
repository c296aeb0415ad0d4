"""What is judged: the tables and columns of the truth, how their rows find their partners, and what kind each is.

The truth's own columns stand here, not the parser's field definitions: what the parser forgets must be missed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """How a column is judged and reported."""

    ROWS = "rows"
    """Whether a row stands there at all."""
    TYPED = "typed"
    """Sums, dates, ids, codes, scores, yes or no: right or wrong, nothing between."""
    PRINTED = "printed"
    """Short text as printed: names, titles, addresses."""
    TEXT = "text"
    """Free text: also by its similarity."""
    BOUNDARY = "boundary"
    """The first or the last words of a free text: exact, or the section was cut in the wrong place."""


ROWS = "(rows)"
"""The name under which the rows themselves are counted."""
BOUNDARY_WORDS = 5
"""Words at each end of a text that a boundary is judged by."""


@dataclass(frozen=True, slots=True)
class JudgedColumn:
    """A column, and where its values come from."""

    name: str
    kind: Kind
    source: str = ""
    """The column a boundary is cut from."""


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """A table: rows with the same ``key`` belong together, or, by ``sequence``, rows in the same order."""

    name: str
    columns: tuple[JudgedColumn, ...]
    key: tuple[str, ...] = ()
    """Empty: one row a document."""
    sequence: str = ""
    """A column by whose values rows of the same ``key`` are aligned in order: one lost row must not shift the rest."""
    counts_rows: bool = True


def _typed(names: str) -> tuple[JudgedColumn, ...]:
    return tuple(JudgedColumn(name, Kind.TYPED) for name in names.split())


def _printed(names: str) -> tuple[JudgedColumn, ...]:
    return tuple(JudgedColumn(name, Kind.PRINTED) for name in names.split())


def _texts(names: str) -> tuple[JudgedColumn, ...]:
    return tuple(JudgedColumn(name, Kind.TEXT) for name in names.split())


_CAPTURED = (
    *_typed("start_date end_date"),
    *_printed("status"),
    *_typed("granted_eu_state_eur realised_eu_state_eur planned_public_eur realised_public_eur"),
)

_TABLES = (
    JudgedTable(
        "projects",
        (
            *_typed("project_code form fund programme_period language"),
            *_printed("project_name"),
            *_typed("priority_axis_code"),
            *_printed("priority_axis_name"),
            *_typed("specific_objective_code"),
            *_printed("specific_objective_name programme_part project_type"),
            *_typed("start_date end_date"),
            *_printed("status authority applicant_name applicant_type"),
            *_typed("applicant_business_id applicant_business_id_valid"),
            *_printed("applicant_street_address"),
            *_typed("applicant_postal_code"),
            *_printed("applicant_post_office applicant_website applicant_arrangement"),
            *_typed("granted_eu_state_eur realised_eu_state_eur planned_public_eur realised_public_eur"),
            *_printed("site_street_address"),
            *_typed("site_postal_code"),
            *_printed("site_post_office"),
            *_typed("gender_analysis gender_mainstreaming gender_main_goal"),
            *_texts("gender_analysis_justification gender_mainstreaming_justification gender_main_goal_justification"),
            *_typed("partners_complete"),
        ),
    ),
    JudgedTable(
        "sections",
        (
            *_typed("parent_number level name"),
            *_printed("title"),
            *_texts("text"),
            JudgedColumn("first_words", Kind.BOUNDARY, "text"),
            JudgedColumn("last_words", Kind.BOUNDARY, "text"),
        ),
        key=("section_number",),
    ),
    JudgedTable(
        "scores",
        (*_typed("dimension"), *_printed("label"), *_typed("direct indirect"), *_texts("justification")),
        key=("criterion",),
    ),
    JudgedTable("indicators", (*_printed("title"), *_typed("planned realised")), key=("number",)),
    JudgedTable("locations", (*_printed("name"), *_typed("code current_code")), key=("level",), sequence="name"),
    JudgedTable("allocations", _typed("share"), key=("level", "code")),
    JudgedTable(
        "partners",
        (
            *_typed("role"),
            *_printed("name organisation_type"),
            *_typed("business_id business_id_valid"),
        ),
        sequence="name",
    ),
    JudgedTable(
        "contacts",
        _printed("contact_name contact_position contact_email contact_phone applicant_phone"),
        counts_rows=False,
    ),
    JudgedTable("documents", _typed("form role captured_at"), counts_rows=False),
    JudgedTable("captures", _CAPTURED, counts_rows=False),
    JudgedTable("fields", (*_typed("state"), *_printed("label raw")), key=("section_number", "field", "ordinal")),
    JudgedTable("masking", _typed("in_free_text contact_fields"), key=("ordinal",), counts_rows=False),
)

JUDGED = MappingProxyType({table.name: table for table in _TABLES})
"""By name. Of a superseded document a snapshot has rows only in ``documents``, ``captures`` and ``fields``."""

PARSED_TABLES = (
    "projects",
    "sections",
    "scores",
    "indicators",
    "locations",
    "allocations",
    "partners",
    "fields",
    "contacts",
    "masking",
)
"""What a document alone can be judged by, without a run that chose the current ones."""
NO_WRONG = frozenset(
    (
        "projects.start_date",
        "projects.end_date",
        "projects.project_code",
        "projects.applicant_business_id",
        "projects.granted_eu_state_eur",
        "projects.realised_eu_state_eur",
        "projects.planned_public_eur",
        "projects.realised_public_eur",
        "scores.direct",
        "scores.indirect",
        "partners.business_id",
    )
)
"""Sums, dates, ids and scores: a wrong one is worse than a missing one."""
