"""Columns of ``projects`` that no form prints: codes looked up for what it prints."""

from __future__ import annotations

import functools
import unicodedata
from datetime import date

from models.codelists import authorities
from models.records import Row
from parsers.places import resolve_place

_SURE = ("exact", "inflected", "historical")
"""A post office is no list of municipalities: a near miss is another place more often than a slip."""


def derive_columns(project: Row) -> Row:
    """``applicant_municipality_code``, ``applicant_region_code`` and ``authority_code`` of a row of ``projects``.

    The post office counts only where it is a municipality's name; the codes are those of the project's dates.
    """
    start, end = (_as_date(project.get(name)) for name in ("start_date", "end_date"))
    municipality = region = None
    office = project.get("applicant_post_office")
    if office:
        place = resolve_place("municipality", office, start, end)
        if place.code is not None and place.match in _SURE:
            municipality, region = place.code, place.areas[0].region if place.areas else None
    return {
        "applicant_municipality_code": municipality,
        "applicant_region_code": region,
        "authority_code": find_authority(project.get("authority")),
    }


def find_authority(name: str | None) -> str | None:
    """The code of an authority by any of its names; None where unknown."""
    return _authority_names().get(make_title_key(name)) if name else None


def make_title_key(text: str) -> str:
    """A title or name without what printing changes: case, kinds of dashes and spaces, a full stop at the end."""
    text = unicodedata.normalize("NFC", text).casefold()
    for dash in "\u2010\u2011\u2012\u2013\u2014\u2212":
        text = text.replace(dash, "-")
    return " ".join(text.split()).rstrip(".")


@functools.cache
def _authority_names() -> dict[str, str]:
    return {
        make_title_key(printed): code
        for code, authority in authorities().items()
        for name in authority.names
        for printed in (name.name, *name.other_names)
    }


def _as_date(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
