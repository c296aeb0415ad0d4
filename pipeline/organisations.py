"""The tables ``organisations`` and ``organisation_names``: applicants and partners put together by business id.

Names are never compared to join anything: the same organisation writes itself in many ways, and different ones alike.
A name without an id has a row of its own, marked as known by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.tables import TABLES
from parsers.derived import make_title_key

Row = Mapping[str, Any]

PROJECT_COLUMNS = (
    "project_code",
    "start_date",
    "applicant_name",
    "applicant_type",
    "applicant_business_id",
    "applicant_business_id_valid",
    "applicant_municipality_code",
    "applicant_region_code",
    "granted_eu_state_eur",
    "planned_public_eur",
)
PARTNER_COLUMNS = ("project_code", "role", "name", "organisation_type", "business_id", "business_id_valid")


@dataclass(slots=True)
class _Organisation:
    business_id: str | None
    valid: bool | None
    names: dict[str, set[str]] = field(default_factory=dict)
    """Name → projects."""
    types: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    municipalities: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)
    applied: set[str] = field(default_factory=set)
    granted: int = 0
    planned: int = 0


class Organisations:
    """Collects rows of ``projects`` and ``partners`` in any order; gives the columns of both tables, sorted by key."""

    def __init__(self) -> None:
        self._found: dict[str, _Organisation] = {}
        self._years: dict[str, int] = {}

    def add_projects(self, rows: Iterable[Row]) -> None:
        for row in rows:
            code = row["project_code"]
            if row["start_date"] is not None:
                self._years[code] = row["start_date"].year
            one = self._see(
                code,
                "applicant",
                row["applicant_name"],
                row["applicant_type"],
                row["applicant_business_id"],
                row["applicant_business_id_valid"],
            )
            if one is None:
                continue
            one.applied.add(code)
            one.granted += row["granted_eu_state_eur"] or 0
            one.planned += row["planned_public_eur"] or 0
            if row["applicant_municipality_code"]:
                one.municipalities.add(row["applicant_municipality_code"])
            if row["applicant_region_code"]:
                one.regions.add(row["applicant_region_code"])

    def add_partners(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._see(
                row["project_code"],
                row["role"],
                row["name"],
                row["organisation_type"],
                row["business_id"],
                row["business_id_valid"],
            )

    def _see(
        self, code: str, role: str, name: str | None, kind: str | None, number: str | None, valid: bool | None
    ) -> _Organisation | None:
        if number is None and not name:
            return None
        key = number or f"name: {make_title_key(name or '')}"
        one = self._found.setdefault(key, _Organisation(number, valid))
        one.names.setdefault(name or "", set()).add(code)
        one.projects.add(code)
        one.roles.add(role)
        if kind:
            one.types.add(kind)
        return one

    def organisation_columns(self) -> list[list[Any]]:
        """Columns of ``organisations``."""
        rows = [self._row(key, one) for key, one in sorted(self._found.items())]
        return [[row[name] for row in rows] for name in TABLES["organisations"].column_names()]

    def name_columns(self) -> list[list[Any]]:
        """Columns of ``organisation_names``."""
        rows = [
            {"organisation": key, "name": name, "projects": len(codes)} | self._span(codes)
            for key, one in sorted(self._found.items())
            for name, codes in sorted(one.names.items())
            if name
        ]
        return [[row[name] for row in rows] for name in TABLES["organisation_names"].column_names()]

    def _row(self, key: str, one: _Organisation) -> dict[str, Any]:
        def weigh(item: tuple[str, set[str]]) -> tuple[bool, int, int, str]:
            name, codes = item
            return bool(name), len(codes), max((self._years.get(code, 0) for code in codes), default=0), name

        return {
            "organisation": key,
            "business_id": one.business_id,
            "business_id_valid": one.valid,
            "known_by": "business_id" if one.business_id else "name",
            "name": max(one.names.items(), key=weigh)[0],
            "names": sum(map(bool, one.names)),
            "types": sorted(one.types),
            "roles": sorted(one.roles),
            "municipality_codes": sorted(one.municipalities),
            "region_codes": sorted(one.regions),
            "projects": len(one.projects),
            "projects_as_applicant": len(one.applied),
            "granted_eu_state_eur": one.granted,
            "planned_public_eur": one.planned,
            "project_codes": sorted(one.projects),
        } | self._span(one.projects)

    def _span(self, codes: Iterable[str]) -> dict[str, int | None]:
        years = [self._years[code] for code in codes if code in self._years]
        return {"first_year": min(years, default=None), "last_year": max(years, default=None)}
