"""Places by morphology: any case form of a region's, subregion's or municipality's name, linked to its code.

Which of several namesakes is meant is decided by a level word that follows (``Kotkan seudulla``) and by the project's
own target area.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from models.code_records import Municipality, Region, Subregion
from models.codelists import municipalities, regions, subregions
from parsers.inflection import make_double_genitives, make_swedish_genitive
from parsers.spacy_fi.inflect import case_forms

Level = Literal["region", "subregion", "municipality"]


@dataclass(frozen=True, slots=True)
class Area:
    """A place that a form can mean."""

    level: Level
    code: str
    name: str
    """Official Finnish name."""
    current_code: str
    former: bool
    """By a name of a municipality that has become part of it."""
    region: str
    """Code of the region it is in (its own for regions)."""


@dataclass(frozen=True, slots=True)
class TargetArea:
    """Where a project works: codes by level, and the regions of all of them."""

    codes: frozenset[tuple[str, str]] = frozenset()
    """(level, code)."""
    regions: frozenset[str] = frozenset()


NOWHERE = TargetArea()

LEVEL_WORDS: dict[str, Level] = {
    "seutu": "subregion",
    "seutukunta": "subregion",
    "talousalue": "subregion",
    "maakunta": "region",
}
"""Base form of a word after a name → level it says the name is of."""


def find_areas(form: str) -> tuple[Area, ...]:
    """Everything that a capitalised word can name, strongest first; empty for what is no place."""
    key = form.replace("–", "-").casefold()
    known = _forms()
    found = known.get(key)
    if found is None and key.endswith(("kin", "kaan", "kään")):
        found = known.get(key[:-3] if key.endswith("kin") else key[:-4])
    return found or ()


def choose_area(areas: Iterable[Area], target: TargetArea, level: Level | None) -> Area | None:
    """The area that is meant; None where nothing tells."""
    found = list(areas)
    if level is not None and any(area.level == level for area in found):
        found = [area for area in found if area.level == level]
    elif level is None:
        # without a level word a name is a municipality's or a region's; a subregion's only if nothing else has it
        found = [area for area in found if area.level != "subregion"] or found
    if not found:
        return None
    return min(found, key=lambda area: _order(area, target))


def _order(area: Area, target: TargetArea) -> tuple[int, int, int, str]:
    if (area.level, area.code) in target.codes or (area.level, area.current_code) in target.codes:
        near = 0
    elif area.region in target.regions and not area.former:
        near = 1
    else:
        near = 2 + area.former
    return (near, area.former, ("region", "municipality", "subregion").index(area.level), area.code)


def make_target(places: Iterable[tuple[str, str | None]]) -> TargetArea:
    """Of (level, code) pairs as in table ``locations``."""
    codes = frozenset((level, code) for level, code in places if code)
    found: set[str] = set()
    for level, code in codes:
        if level == "region":
            found.add(code)
        elif level == "subregion" and code in subregions():
            found.add(subregions()[code].region)
        elif level == "municipality" and code in municipalities():
            found.update(one.region for one in municipalities()[code].memberships)
    return TargetArea(codes, frozenset(found))


@cache
def _forms() -> dict[str, tuple[Area, ...]]:
    found: dict[str, dict[Area, None]] = {}
    for area, form in _list_forms():
        found.setdefault(form.casefold(), {})[area] = None
    return {form: tuple(areas) for form, areas in found.items()}


def _list_forms() -> Iterator[tuple[Area, str]]:
    for region in regions().values():
        yield from _forms_of("region", region, region.code, region.code, region.former_names)
    for subregion in subregions().values():
        yield from _forms_of("subregion", subregion, subregion.code, subregion.region, ())
    for one in municipalities().values():
        where = one.memberships[-1].region if one.memberships else ""
        yield from _forms_of("municipality", one, one.current_code, where, one.former_names)


def _forms_of(
    level: Level, place: Region | Subregion | Municipality, current: str, region: str, former: tuple[str, ...]
) -> Iterator[tuple[Area, str]]:
    area = Area(level, place.code, place.name_fi, current, False, region)
    names = dict.fromkeys((place.name_fi, *place.other_names))
    for name in names:
        for form, _ in case_forms(name, place.genitive if name == place.name_fi else ""):
            yield area, form
        for double in make_double_genitives(name):
            yield area, double
    for form in _INFLECTED_WITHIN.get(place.name_fi, ()):
        yield area, form
    for name in (place.name_sv, make_swedish_genitive(place.name_sv)):
        if name:
            yield area, name
    old = Area(level, place.code, place.name_fi, current, True, region)
    for name in former:
        for form, _ in case_forms(name):
            yield old, form


def _inflect_both(first: tuple[str, str, str], last: str, genitive: str) -> tuple[str, ...]:
    """Forms of a name in which both parts inflect: ``Uudella|maalla``; ``first``: weak, strong and partitive stem."""
    weak, strong, partitive = first
    forms = []
    for form, case in case_forms(last, genitive):
        ending = {"gen": "n", "ine": "ssa", "ela": "sta", "ade": "lla", "abl": "lta", "all": "lle", "tra": "ksi"}
        if case in ending:
            forms.append(weak + ending[case] + form)
            forms.append((weak + ending[case] + form).replace("ssa", "ssä", 1))
        elif case == "ill":
            forms.append(strong + form)
        elif case == "par":
            forms.append(partitive + form)
    return tuple(forms)


_UUSI, _ISO = ("uude", "uuteen", "uutta"), ("iso", "isoon", "isoa")
_INFLECTED_WITHIN: dict[str, tuple[str, ...]] = {
    "Uusimaa": _inflect_both(_UUSI, "maa", "maan"),
    "Uusikaupunki": _inflect_both(_UUSI, "kaupunki", "kaupungin"),
    "Uusikaarlepyy": _inflect_both(_UUSI, "kaarlepyy", "kaarlepyyn"),
    "Isojoki": _inflect_both(_ISO, "joki", "joen"),
    "Isokyrö": _inflect_both(_ISO, "kyrö", "kyrön"),
    "Virrat": ("virtain", "virtojen", "virroilla", "virroilta", "virroille", "virtoja"),
}
