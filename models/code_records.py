"""What the code lists hold: one frozen record for each kind of row.

Years are calendar years, both ends included; the lists of areas cover ``FIRST_YEAR`` to ``LAST_YEAR``, and what
is valid in ``LAST_YEAR`` is called current.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

FIRST_YEAR = 2013
LAST_YEAR = 2025


@dataclass(frozen=True, slots=True)
class Region:
    """A region (maakunta); ``genitive`` only where the rule of ``parsers.inflection`` does not make it."""

    code: str
    name_fi: str
    name_sv: str
    name_en: str
    genitive: str
    other_names: tuple[str, ...]
    former_names: tuple[str, ...]
    nuts3_2016: str
    nuts3_2024: str


@dataclass(frozen=True, slots=True)
class Subregion:
    """A subregion (seutukunta); ``last_year`` is None where it is current; ``region`` is a region's code."""

    code: str
    name_fi: str
    name_sv: str
    region: str
    genitive: str
    other_names: tuple[str, ...]
    first_year: int
    last_year: int | None


class Membership(NamedTuple):
    """Where a municipality belonged, from one year to another (both included)."""

    first_year: int
    last_year: int
    subregion: str
    region: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of ``FIRST_YEAR`` to ``LAST_YEAR``.

    ``former_names`` are municipalities that became part of it before ``FIRST_YEAR``, and its own earlier names;
    those that merged later have rows of their own, with ``last_year`` and ``successor``. ``nuts3_2016`` is the code
    of its area in the editions 2016 and 2021, ``nuts3_2024`` that of edition 2024 (None where it had merged by then).
    """

    code: str
    name_fi: str
    name_sv: str
    genitive: str
    other_names: tuple[str, ...]
    former_names: tuple[str, ...]
    first_year: int
    last_year: int | None
    successor: str | None
    current_code: str
    memberships: tuple[Membership, ...]
    nuts3_2016: str
    nuts3_2024: str | None


@dataclass(frozen=True, slots=True)
class Axis:
    """A priority axis (toimintalinja) of a programme, with its titles as seen in print."""

    code: str
    programme_period: str
    fund: str
    title_fi: str
    title_sv: str
    title_variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Objective:
    """A specific objective (erityistavoite); ``axis`` is None where its axis is not known."""

    code: str
    programme_period: str
    fund: str
    axis: str | None
    title_fi: str
    title_sv: str
    title_variants: tuple[str, ...]


class AuthorityName(NamedTuple):
    """A name of an authority and its years; None is an open end."""

    name: str
    first_year: int | None
    last_year: int | None
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """A granting authority; ``names`` in order of time, the last is the newest."""

    code: str
    kind: str
    names: tuple[AuthorityName, ...]


@dataclass(frozen=True, slots=True)
class CodeLists:
    """All the lists, checked against each other; mappings are by code, in the order of codes."""

    regions: Mapping[str, Region]
    subregions: Mapping[str, Subregion]
    municipalities: Mapping[str, Municipality]
    axes: Mapping[str, Axis]
    objectives: Mapping[str, Objective]
    authorities: Mapping[str, Authority]
    organisation_types: frozenset[str]
