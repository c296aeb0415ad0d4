"""Every way a place's name is printed, by level: made once from the code lists, looked up by key.

A key is the name in small letters with hyphens, dashes and their spaces as one space, without points, colons and
parentheses, so that ``Kotkan – Haminan`` and ``kotkan-haminan`` are one.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from models.code_records import Municipality, Region, Subregion
from models.codelists import municipalities, regions, subregions
from parsers.inflection import make_double_genitives, make_genitives, make_swedish_genitive

Match = Literal["exact", "inflected", "historical", "fuzzy", "unmatched"]
LEVELS = ("region", "subregion", "municipality")

# Longer than any name with its level word and a translation in parentheses: more is no name, whatever it is.
LONGEST_NAME = 120
# A wrong letter in a short name makes another place's name too easily (Kemi, Lemi; Jaala, Vaala).
_SHORTEST_FUZZY = 7

_KEY_CHARACTERS = str.maketrans(dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212", " ") | dict.fromkeys(".:'’´()"))
_LEVEL_WORDS: dict[str, tuple[str, ...]] = {
    "region": ("maakunta", "maakunnan", "landskap", "landskapet"),
    "subregion": ("seutukunta", "seutukunnan", "seutu", "seudun", "ekonomiska region", "region", "regionen"),
    "municipality": ("kaupunki", "kaupungin", "kunta", "kunnan", "stad", "kommun"),
}
# Ranks of a form of a name: a stronger one hides a weaker one of another place.
_RANKS: tuple[Match, ...] = ("exact", "inflected", "historical")


class KnownName(NamedTuple):
    """What a key stands for; ``code`` is ``""`` where it could be two places."""

    code: str
    match: Match


def make_key(name: str) -> str:
    """The key of a printed name; ``""`` for what cannot be a name."""
    if len(name) > LONGEST_NAME:
        return ""
    words = unicodedata.normalize("NFC", name).casefold().translate(_KEY_CHARACTERS).split()
    return " ".join("st" if word == "sankt" else word for word in words)


def look_up_name(level: str, name: str) -> KnownName | None:
    """The place of a level that a name means, exactly as printed or without its level word; None where unknown."""
    known = _names(level)
    for key in _make_keys(level, name):
        if found := known.get(key):
            return found if found.code else None
    return None


def look_up_misspelt(level: str, name: str) -> str | None:
    """The code of the only place that a misspelt name can mean: its marks left off (``Aanekoski``), or one edit in it.

    An edit inserts, deletes or replaces one letter, or swaps two neighbours. None where the name is short, where
    another place's name is as near as two edits, or where it is a name of another level.
    """
    for key in _make_keys(level, name):
        if any(key in _names(other) for other in LEVELS):
            return None
        if found := _bare_names(level).get(key):
            return found
        if len(key) >= _SHORTEST_FUZZY and (found := _find_nearest(level, key)):
            return found
    return None


def _make_keys(level: str, name: str) -> Iterator[str]:
    key = make_key(name)
    if not key:
        return
    yield key
    for word in _LEVEL_WORDS[level]:
        if key.endswith(" " + word):
            yield key[: -len(word) - 1]
        elif key.startswith(word + " "):
            yield key[len(word) + 1 :]


@functools.cache
def _names(level: str) -> dict[str, KnownName]:
    found: dict[str, KnownName] = {}
    for code, match, name in _list_forms(level):
        key = make_key(name)
        old = found.get(key)
        if old is None or _RANKS.index(match) < _RANKS.index(old.match):
            found[key] = KnownName(code, match)
        elif old.match == match and old.code != code:
            found[key] = KnownName("", match)
    return found


def _list_forms(level: str) -> Iterator[tuple[str, Match, str]]:
    places: Iterable[Region | Subregion | Municipality]
    if level == "region":
        places = regions().values()
    elif level == "subregion":
        places = subregions().values()
    else:
        places = municipalities().values()
    for place in places:
        for name in (place.name_fi, place.name_sv, *place.other_names):
            yield place.code, "exact", name
        for name in _inflect(place.name_fi, place.genitive):
            yield place.code, "inflected", name
        for name in place.other_names:
            for form in _inflect(name):
                yield place.code, "inflected", form
        yield place.code, "inflected", make_swedish_genitive(place.name_sv)
        if level == "subregion":
            yield place.code, "inflected", place.name_sv + "regionen"
        if not isinstance(place, Subregion):
            for name in place.former_names:
                for form in (name, *_inflect(name)):
                    yield place.code, "historical", form


def _inflect(name: str, genitive: str = "") -> Iterator[str]:
    if genitive:
        yield genitive
    # The rule's form too where another is listed: people write Isokyrön beside Isonkyrön.
    yield from make_genitives(name)
    yield from make_double_genitives(name)


def _strip_marks(key: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", key) if not unicodedata.combining(letter))


@functools.cache
def _bare_names(level: str) -> dict[str, str]:
    """By key without its marks (``aanekoski``): the code, where only one place has it."""
    found: dict[str, str] = {}
    for key, known in _names(level).items():
        bare = _strip_marks(key)
        found[bare] = known.code if found.get(bare, known.code) == known.code else ""
    return found


@functools.cache
def _shortened_names(level: str) -> dict[str, list[str]]:
    """By key with no or one letter left out: the keys. Any two keys one edit apart share one."""
    found: dict[str, list[str]] = {}
    for key in _names(level):
        if len(key) >= _SHORTEST_FUZZY - 1:
            for short in _shorten(key):
                found.setdefault(short, []).append(key)
    return found


def _shorten(key: str) -> set[str]:
    return {key, *(key[:i] + key[i + 1 :] for i in range(len(key)))}


def _find_nearest(level: str, key: str) -> str | None:
    known, shortened = _names(level), _shortened_names(level)
    near = {name for short in _shorten(key) for name in shortened.get(short, ()) if _within_edits(key, name, 1)}
    codes = {known[name].code for name in near}
    if len(codes) != 1 or "" in codes:
        return None
    (code,) = codes
    letters = _gather_letters(key)
    for name, other_letters in _letter_sets(level).items():
        # An edit changes at most two letters of the set: most names are out of reach without a closer look.
        if (letters ^ other_letters).bit_count() <= 4 and known[name].code != code and _within_edits(key, name, 2):
            return None
    return code


@functools.cache
def _letter_sets(level: str) -> dict[str, int]:
    return {key: _gather_letters(key) for key in _names(level)}


def _gather_letters(key: str) -> int:
    """The letters of a key as bits (letters 64 code points apart share one)."""
    bits = 0
    for letter in key:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _within_edits(one: str, other: str, limit: int) -> bool:
    """Whether at most ``limit`` edits (swaps of neighbours count as one) make one word of the other."""
    if abs(len(one) - len(other)) > limit:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, rival in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != rival))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == rival:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return False
        before, last = last, row
    return last[-1] <= limit
