"""Places as printed in section 6: the names in a list, and the code that each stands for.

Codes are Statistics Finland's. A municipality is looked up by the years of the project, because mergers and moves
changed codes and areas; ``models.codelists`` holds both.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.code_records import FIRST_YEAR, LAST_YEAR, Municipality
from models.codelists import municipalities, regions, subregions
from parsers.place_names import LEVELS, LONGEST_NAME, Match, look_up_misspelt, look_up_name

_LIST_MARK = re.compile(r"- (?=\S)")
# A place under two names: "Raasepori (Raseborg)", "Vaasa / Vasa", "Ahvenanmaa – Åland".
_SECOND_NAME = re.compile(r"[()/]| [-\u2013\u2014] ")
_AND = re.compile(r"(?<=\w)\s(?:ja|sekä|och)\s(?=\w)")
# A word parted at a line's end ("Järvi-", "seutu").
_PARTED_WORD = re.compile(r"[-\u2010]\n")
_MOST_FOLDS = 4


class Area(NamedTuple):
    """A subregion and the region it lies in (codes)."""

    subregion: str
    region: str


@dataclass(frozen=True, slots=True)
class Place:
    """A printed name and what it stands for.

    ``match``: ``exact`` (a name in use, in Finnish or Swedish), ``inflected`` (a genitive of it), ``historical`` (a
    name no longer in use today, in any form), ``fuzzy`` (misspelt, and no other place is near), ``unmatched`` (then
    ``code``, ``official_name`` and ``current_code`` are None). ``code`` is one that was valid while the project ran
    wherever the place has one; ``current_code`` is today's, None for a subregion that is no more. ``areas``: where the
    place lay while the project ran, in order of time, then where it lay before or after; a region has none.
    """

    level: str
    name: str
    code: str | None
    official_name: str | None
    match: Match
    current_code: str | None
    areas: tuple[Area, ...] = ()


def split_names(raw: str, level: str | None = None) -> list[tuple[int, int]]:
    """The spans (half-open, into ``raw``) of the names in a printed list, white space and list marks outside.

    Names are parted by commas and semicolons outside parentheses. A line end is a fold, unless the lines are list
    items or each of them is a place of its own (of ``level``, if given) and together they are none; nor does an "and"
    part anything but places.
    """
    spans = [span for start, end in _split_at_commas(raw) for span in _split_lines(raw, start, end, level)]
    if not _AND.search(raw):
        return spans
    return [part for start, end in spans for part in _split_at_and(raw, start, end, level)]


def resolve_place(level: str, name: str, start: date | None, end: date | None) -> Place:
    """The place of a level (``region``, ``subregion``, ``municipality``) that a printed name means.

    ``start`` and ``end`` are the project's dates; a missing one is an open end. Another level is a ``ValueError``.
    """
    if level not in LEVELS:
        raise ValueError(f"no such level of places: {level!r}; levels are {', '.join(LEVELS)}")
    if len(name) > LONGEST_NAME:
        return Place(level, name, None, None, "unmatched", None)
    if level != "municipality":
        return _resolve(level, name, None, None)  # what a region or a subregion is called never depends on the years
    return _resolve(level, name, start.year if start else None, end.year if end else None)


@functools.lru_cache(maxsize=8192)
def _resolve(level: str, name: str, start: int | None, end: int | None) -> Place:
    code, match = _find_code(level, name)
    if code is None:
        return Place(level, name, None, None, "unmatched", None)
    if level == "region":
        return Place(level, name, code, regions()[code].name_fi, match, code)
    if level == "subregion":
        subregion = subregions()[code]
        current = None if subregion.last_year else code
        match = match if current else "historical"
        return Place(level, name, code, subregion.name_fi, match, current, (Area(code, subregion.region),))
    named = municipalities()[code]
    place = _follow_mergers(named, start, end)
    areas = tuple(_list_areas(place, start, end))
    match = "historical" if named.last_year else match
    return Place(level, name, place.code, place.name_fi, match, place.current_code, areas)


@functools.lru_cache(maxsize=8192)
def _find_code(level: str, name: str) -> tuple[str | None, Match]:
    for variant in (name, _PARTED_WORD.sub("", name)):
        if known := look_up_name(level, variant):
            return known.code, known.match
    parts = [part for part in _SECOND_NAME.split(name) if part.strip()]
    if len(parts) == 2:
        one, other = (look_up_name(level, part) for part in parts)
        if one and other and one.code == other.code:
            return one.code, one.match
        # A name beside it that is not known, or another place's: whichever is meant, it is not this name alone.
        return None, "unmatched"
    if code := look_up_misspelt(level, name):
        return code, "fuzzy"
    return None, "unmatched"


def _project_years(start: int | None, end: int | None) -> tuple[int, int]:
    # Projects of before the first list and after the last are looked up in the nearest list there is.
    first = min(max(start or FIRST_YEAR, FIRST_YEAR), LAST_YEAR)
    last = min(max(end or LAST_YEAR, FIRST_YEAR), LAST_YEAR)
    return min(first, last), max(first, last)


def _follow_mergers(place: Municipality, start: int | None, end: int | None) -> Municipality:
    if start is None and end is None:
        return place
    first, _ = _project_years(start, end)
    while place.last_year and place.last_year < first and place.successor:
        place = municipalities()[place.successor]
    return place


def _list_areas(place: Municipality, start: int | None, end: int | None) -> Iterator[Area]:
    first, last = _project_years(start, end)
    during = [member.first_year <= last and member.last_year >= first for member in place.memberships]
    for wanted in (True, False):
        for member, inside in zip(place.memberships, during, strict=True):
            if inside is wanted:
                yield Area(member.subregion, member.region)


def _split_at_commas(raw: str) -> Iterator[tuple[int, int]]:
    in_parentheses = raw.count("(") == raw.count(")")
    start = depth = 0
    for position, character in enumerate(raw):
        if character == "(" and in_parentheses:
            depth += 1
        elif character == ")" and in_parentheses:
            depth = max(depth - 1, 0)
        elif character in ",;" and not depth:
            yield start, position
            start = position + 1
    yield start, len(raw)


def _split_at_and(raw: str, start: int, end: int, level: str | None) -> list[tuple[int, int]]:
    if _is_known(raw, start, end, level):
        return [(start, end)]
    marks = list(_AND.finditer(raw, start, end))
    begins, stops = [start, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), end]
    parts = list(zip(begins, stops, strict=True))
    return parts if all(_is_known(raw, *part, level) for part in parts) else [(start, end)]


def _split_lines(raw: str, start: int, end: int, level: str | None) -> Iterator[tuple[int, int]]:
    lines = list(_list_lines(raw, start, end))
    if not lines:
        return
    if all(_LIST_MARK.match(raw, begin, stop) for begin, stop in lines):
        yield from ((begin + 2, stop) for begin, stop in lines)
        return
    if len(lines) == 1 or _is_known(raw, lines[0][0], lines[-1][1], level):
        yield lines[0][0], lines[-1][1]
        return
    places = list(_group_lines(raw, lines, level))
    if all(_is_known(raw, begin, stop, level) for begin, stop in places):
        yield from places
    else:
        yield lines[0][0], lines[-1][1]


def _list_lines(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The non-empty lines of a part of the text, white space outside."""
    while start < end:
        stop = raw.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = raw[start:stop]
        if line.strip():
            yield start + len(line) - len(line.lstrip()), stop - len(line) + len(line.rstrip())
        start = stop + 1


def _group_lines(raw: str, lines: list[tuple[int, int]], level: str | None) -> Iterator[tuple[int, int]]:
    """Lines joined while they are a name together, the longest first."""
    index = 0
    while index < len(lines):
        for count in range(min(_MOST_FOLDS, len(lines) - index), 0, -1):
            span = lines[index][0], lines[index + count - 1][1]
            if count == 1 or _is_known(raw, *span, level):
                yield span
                index += count
                break


def _is_known(raw: str, start: int, end: int, level: str | None) -> bool:
    if end - start > LONGEST_NAME:
        return False
    name = raw[start:end]
    variants = {name, _PARTED_WORD.sub("", name)}
    return any(look_up_name(each, variant) for each in ((level,) if level else LEVELS) for variant in variants)
