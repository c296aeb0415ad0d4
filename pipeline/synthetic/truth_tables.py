"""The truth's tables on disk: the output contract's names and types, written here a second time on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SECTION_NAMES: Mapping[str, str] = {
    "1": "project",
    "2": "applicant",
    "3": "summary",
    "4": "target_groups",
    "4.1": "target_groups.direct",
    "4.2": "target_groups.indirect",
    "5": "public_funding",
    "6": "target_area",
    "7": "indicators",
    "8": "horizontal_principles",
    "8.1": "gender_equality",
    "8.2": "sustainability",
    "9": "final_report",
}
CRITERIA: tuple[tuple[str, str], ...] = (
    ("ecological", "natural_resources"),
    ("ecological", "climate_risks"),
    ("ecological", "biodiversity"),
    ("ecological", "water_soil_air"),
    ("ecological", "natura_2000"),
    ("economic", "materials_waste"),
    ("economic", "renewable_energy"),
    ("economic", "local_economy"),
    ("economic", "immaterial_products_services"),
    ("economic", "mobility_logistics"),
    ("social", "wellbeing"),
    ("social", "equality"),
    ("social", "social_cultural_equity"),
    ("social", "cultural_environment"),
    ("social", "environmental_competence"),
)
"""Dimension and criterion, in the form's order."""

_TEXT: pa.DataType = pa.string()
_BOOL, _DAY, _EURO = pa.bool_(), pa.date32(), pa.int64()
_ORDINAL, _SMALL, _REAL = pa.int16(), pa.int8(), pa.float64()


_TABLES: dict[str, dict[str, pa.DataType]] = {
    "projects": dict.fromkeys(
        (
            "form",
            "fund",
            "programme_period",
            "language",
            "project_name",
            "priority_axis_code",
            "priority_axis_name",
            "specific_objective_code",
            "specific_objective_name",
            "programme_part",
            "project_type",
        ),
        _TEXT,
    )
    | {"start_date": _DAY, "end_date": _DAY}
    | dict.fromkeys(
        ("status", "authority", "applicant_name", "applicant_type", "applicant_business_id"),
        _TEXT,
    )
    | {"applicant_business_id_valid": _BOOL}
    | dict.fromkeys(
        (
            "applicant_street_address",
            "applicant_postal_code",
            "applicant_post_office",
            "applicant_website",
            "applicant_arrangement",
        ),
        _TEXT,
    )
    | dict.fromkeys(
        ("granted_eu_state_eur", "realised_eu_state_eur", "planned_public_eur", "realised_public_eur"), _EURO
    )
    | dict.fromkeys(("site_street_address", "site_postal_code", "site_post_office"), _TEXT)
    | dict.fromkeys(("gender_analysis", "gender_mainstreaming", "gender_main_goal"), _BOOL)
    | dict.fromkeys(
        (
            "gender_analysis_justification",
            "gender_mainstreaming_justification",
            "gender_main_goal_justification",
        ),
        _TEXT,
    )
    | {"partners_complete": _BOOL},
    "sections": {
        "ordinal": _ORDINAL,
        "section_number": _TEXT,
        "parent_number": _TEXT,
        "level": _SMALL,
        "title": _TEXT,
        "name": _TEXT,
        "text": _TEXT,
    },
    "scores": {
        "dimension": _TEXT,
        "criterion": _TEXT,
        "label": _TEXT,
        "direct": _SMALL,
        "indirect": _SMALL,
        "justification": _TEXT,
    },
    "indicators": {"ordinal": _ORDINAL, "number": _TEXT, "title": _TEXT, "planned": _REAL, "realised": _REAL},
    "locations": {
        "level": _TEXT,
        "ordinal": _ORDINAL,
        "name": _TEXT,
        "code": _TEXT,
        "codes": pa.list_(_TEXT),
        "current_code": _TEXT,
    },
    "allocations": {"level": _TEXT, "code": _TEXT, "share": _REAL},
    "partners": {
        "ordinal": _ORDINAL,
        "role": _TEXT,
        "name": _TEXT,
        "organisation_type": _TEXT,
        "business_id": _TEXT,
        "business_id_valid": _BOOL,
    },
    "fields": {
        "section_number": _TEXT,
        "field": _TEXT,
        "ordinal": _ORDINAL,
        "label": _TEXT,
        "state": _TEXT,
        "raw": _TEXT,
    },
    "contacts": dict.fromkeys(
        ("contact_name", "contact_position", "contact_email", "contact_phone", "applicant_phone"), _TEXT
    ),
    "secrets": {"ordinal": _ORDINAL, "value": _TEXT},
    "documents": {
        "form": _TEXT,
        "format": _TEXT,
        "layout": _TEXT,
        "encoding": _TEXT,
        "noise": _REAL,
        "noise_inside": _BOOL,
        "held_out": _BOOL,
        "trap": _BOOL,
        "role": _TEXT,
        "captured_at": _TEXT,
    },
}
KEY_COLUMNS = ("path", "project_code")
SCHEMAS: dict[str, pa.Schema] = {
    table: pa.schema([*((column, _TEXT) for column in KEY_COLUMNS), *columns.items()])
    for table, columns in _TABLES.items()
}
"""By table; ``path`` and ``project_code`` come first in each."""

_FLUSH_ROWS = 20_000


class TruthWriter:
    """Writes the truth's tables as ``<directory>/<table>.parquet`` in bounded memory; a context manager."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._waiting: dict[str, list[dict[str, Any]]] = {table: [] for table in SCHEMAS}
        self._writers = {
            table: pq.ParquetWriter(directory / f"{table}.parquet", schema, compression="zstd")
            for table, schema in SCHEMAS.items()
        }
        self.rows = dict.fromkeys(SCHEMAS, 0)

    def add(self, rows: Mapping[str, list[dict[str, Any]]]) -> None:
        """Takes the rows of one document."""
        for table, new in rows.items():
            waiting = self._waiting[table]
            waiting.extend(new)
            if len(waiting) >= _FLUSH_ROWS:
                self._flush(table)

    def _flush(self, table: str) -> None:
        waiting = self._waiting[table]
        if waiting:
            self._writers[table].write_table(pa.Table.from_pylist(waiting, schema=SCHEMAS[table]))
            self.rows[table] += len(waiting)
            waiting.clear()

    def __enter__(self) -> TruthWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for table, writer in self._writers.items():
            if kind is None:
                self._flush(table)
            writer.close()
