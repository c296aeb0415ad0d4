"""The truth about places: rows of ``locations`` and ``allocations``, from the generator's own list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pipeline.synthetic.content import ProjectContent
from pipeline.synthetic.places import PLACE_BY_NAME, REGION_CODES, SUBREGION_CODES, Place

Row = dict[str, Any]


def location_rows(content: ProjectContent) -> list[Row]:
    """Every place named, in order; names that the list does not know have no code (``codes`` empty)."""
    rows: list[Row] = []
    for ordinal, name in enumerate(content.regions, start=1):
        rows.append(_location("region", ordinal, name, [REGION_CODES[name]] if name in REGION_CODES else []))
    for ordinal, name in enumerate(content.subregions, start=1):
        plain = _plain_name(name)
        rows.append(_location("subregion", ordinal, name, [SUBREGION_CODES[plain]] if plain in SUBREGION_CODES else []))
    for ordinal, name in enumerate(content.municipalities, start=1):
        place = PLACE_BY_NAME.get(name)
        row = _location("municipality", ordinal, name, _accepted_codes(place, content) if place else [])
        row["current_code"] = place.current_code if place else None
        rows.append(row)
    return rows


def _location(level: str, ordinal: int, name: str, codes: list[str]) -> Row:
    code = codes[0] if codes else None
    return {"level": level, "ordinal": ordinal, "name": name, "code": code, "codes": codes, "current_code": code}


def _plain_name(subregion: str) -> str:
    """A subregion without the spellings that vary: an en dash for the hyphen, the word ``seutukunta`` after it."""
    return subregion.replace("–", "-").removesuffix(" seutukunta")


def _accepted_codes(place: Place, content: ProjectContent) -> list[str]:
    if place.merged and content.end and content.end >= place.merged:
        return [place.code, place.current_code]
    return [place.code]


def allocation_rows(content: ProjectContent) -> list[Row]:
    """Equal shares by municipality, carried up; without municipalities, equal shares of what is named.

    No rows where a name is unknown, or where a merger leaves the codes open.
    """
    places = [PLACE_BY_NAME.get(name) for name in content.municipalities]
    if any(place is None or len(_accepted_codes(place, content)) > 1 for place in places):
        return []
    if places:
        shares: dict[tuple[str, str], float] = defaultdict(float)
        for place in places:
            assert place is not None
            for key in (
                ("region", place.region_code),
                ("subregion", place.subregion_code),
                ("municipality", place.code),
            ):
                shares[key] += 1 / len(places)
        return [{"level": level, "code": code, "share": share} for (level, code), share in sorted(shares.items())]
    rows: list[Row] = []
    named: tuple[tuple[str, Sequence[str], dict[str, str]], ...] = (
        ("region", content.regions, REGION_CODES),
        ("subregion", [_plain_name(name) for name in content.subregions], SUBREGION_CODES),
    )
    for level, names, codes in named:
        if all(name in codes for name in names):
            rows += [{"level": level, "code": codes[name], "share": 1 / len(names)} for name in names]
    return rows
