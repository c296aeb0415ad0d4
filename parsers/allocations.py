"""A project's shares by area, so that sums by area count every euro once.

The most detailed level with a known place decides: every place of it gets the same share, and its share is carried
up to its subregion and region. Nothing is carried down: a project that names only regions has no shares below them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parsers.places import Area, Place

METHODS = {
    "municipalities": "Equal shares of the municipalities named, carried up to their subregions and regions.",
    "municipalities_partial": "The same, but something named got no share: a name that is no known place, or a "
    "subregion or region in which none of the municipalities lies.",
    "subregions": "No municipality is known: equal shares of the subregions named, carried up to their regions.",
    "subregions_partial": "The same, but something named got no share: a name that is no known place, or a region in "
    "which none of the subregions lies.",
    "regions": "No municipality or subregion is known: equal shares of the regions named.",
    "regions_partial": "The same, but some name is no known place.",
}
"""What ``Allocation.method`` says, for people."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """A project's share (above 0, at most 1) of an area; the shares of a level add up to 1."""

    level: str
    code: str
    share: float
    method: str


def allocate(places_by_level: Mapping[str, Sequence[Place]]) -> list[Allocation]:
    """The shares of a project, by level (region, subregion, municipality) and code.

    ``places_by_level`` holds its places under ``region``, ``subregion`` and ``municipality``, in printed order; a level
    may be missing. Places of one code count once. A municipality that moved while the project ran counts in the first
    of its areas that the project names, else in its first. No known place at all: an empty list.
    """
    named = {level: _list_codes(places_by_level.get(level, ())) for level in ("region", "subregion", "municipality")}
    areas = {
        level: [_choose_area(place, named) for place in _drop_repeats(places_by_level.get(level, ()))]
        for level in ("subregion", "municipality")
    }
    shares: dict[str, list[str]]
    if named["municipality"]:
        base, lying = "municipalities", areas["municipality"]
        shares = {
            "region": [area.region for area in lying],
            "subregion": [area.subregion for area in lying],
            "municipality": named["municipality"],
        }
    elif named["subregion"]:
        base = "subregions"
        shares = {"region": [area.region for area in areas["subregion"]], "subregion": named["subregion"]}
    elif named["region"]:
        base, shares = "regions", {"region": named["region"]}
    else:
        return []
    unknown = any(place.code is None for places in places_by_level.values() for place in places)
    left_out = any(set(named[level]) - set(codes) for level, codes in shares.items())
    method = f"{base}_partial" if unknown or left_out else base
    return [
        Allocation(level, code, count / len(codes), method)
        for level, codes in shares.items()
        for code, count in sorted(Counter(codes).items())
    ]


def _drop_repeats(places: Sequence[Place]) -> list[Place]:
    found: dict[str, Place] = {}
    for place in places:
        if place.code is not None:
            found.setdefault(place.code, place)
    return list(found.values())


def _list_codes(places: Sequence[Place]) -> list[str]:
    return [place.code for place in _drop_repeats(places) if place.code is not None]


def _choose_area(place: Place, named: Mapping[str, Sequence[str]]) -> Area:
    for area in place.areas:
        if area.subregion in named["subregion"]:
            return area
    for area in place.areas:
        if area.region in named["region"]:
            return area
    return place.areas[0]
