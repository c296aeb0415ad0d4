"""All entities of a text: what rules and gazetteers find, then what the model adds where nothing else stands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from parsers.spacy_fi.context import NO_PROJECT, Aliases, Project
from parsers.spacy_fi.memory import COMMON_NAMES, Word
from parsers.spacy_fi.numbers import find_numbers
from parsers.spacy_fi.organisations import Organisation, find_organisations, is_city
from parsers.spacy_fi.places import LEVEL_WORDS, Area, TargetArea, choose_area
from parsers.spacy_fi.wordlists import words

MOST_TOKENS = 6
"""Of a name that the model finds."""
ORG, PLACE, PERSON = "ORG", "GPE", "PERSON"
FROM_MODEL = frozenset({ORG, PLACE, "LOC", PERSON})
"""Labels that are taken from the model."""


class Entity(NamedTuple):
    """Tokens from ``start`` to ``end``; ``link`` is ``system:code``, or ``iso:``/``eur:`` with a value."""

    start: int
    end: int
    label: str
    source: str
    lemma: str
    link: str = ""


def find_entities(
    text: str,
    offsets: Sequence[int],
    words: Sequence[Word],
    starts: frozenset[int],
    project: Project | None,
    aliases: Aliases | None = None,
    model: Sequence[tuple[int, int, str]] = (),
) -> list[Entity]:
    """The entities of a text in order, none over another.

    ``aliases`` are those of the project's parties, ``offsets`` is where each token begins, ``starts`` the tokens with
    which sentences begin, ``model`` (start, end, label) of the statistical model's.
    """
    project = project or NO_PROJECT
    found = [_describe(words, one, project.target) for one in find_organisations(words, starts, aliases)]
    taken = bytearray(len(words))
    _take(taken, found)
    asked = [one for one in model if one[2] in FROM_MODEL]
    wide = [one for one in asked if one[2] == ORG and _is_wide(words, one)]
    added = [
        one for one in (_from_model(words, starts, one) for one in wide) if one and not any(taken[one.start : one.end])
    ]
    found += added
    _take(taken, added)
    people = [one for one in (_from_model(words, starts, one) for one in asked if one[2] == PERSON) if one]
    people = [one for one in people if not any(taken[one.start : one.end])]
    found += people
    _take(taken, people)
    surnames = _surnames(words)
    places = [one for one in _places(words, starts, project.target, surnames) if not any(taken[one.start : one.end])]
    found += places
    _take(taken, places)
    for number in find_numbers(text):
        start, end = _token_at(offsets, number.start), bisect_left(offsets, number.end)
        if not any(taken[start:end]):
            prefix = "iso" if number.label == "DATE" else "eur"
            one = Entity(start, end, number.label, "rule", number.value, f"{prefix}:{number.value}")
            found.append(one)
            _take(taken, [one])
    for candidate in (one for one in asked if one[2] != PERSON):
        named = _from_model(words, starts, candidate)
        if named is not None and not any(taken[named.start : named.end]):
            found.append(named)
            _take(taken, [named])
    return sorted(found)


def _take(taken: bytearray, entities: Sequence[Entity]) -> None:
    for one in entities:
        taken[one.start : one.end] = b"\x01" * (one.end - one.start)


def _token_at(offsets: Sequence[int], place: int) -> int:
    start = bisect_left(offsets, place)
    return start if start < len(offsets) and offsets[start] == place else max(0, start - 1)


def _describe(words: Sequence[Word], one: Organisation, target: TargetArea) -> Entity:
    if one.party is not None:
        link = f"business_id:{one.party.business_id}" if one.party.business_id else ""
        return Entity(one.start, one.end, ORG, one.source, one.party.name, link)
    link = ""
    if is_city(words[one.end - 1]) and words[one.start].areas:
        area = choose_area([a for a in words[one.start].areas if a.level == "municipality"], target, None)
        link = f"municipality:{area.code}" if area else ""
    return Entity(one.start, one.end, ORG, one.source, base_form(words, one.start, one.end), link)


def base_form(words: Sequence[Word], start: int, end: int) -> str:
    """A name of several words with the last in base form: ``Kotkan kaupungin`` is ``Kotkan kaupunki``."""
    last = words[end - 1]
    lemma = last.inside.lemma or last.text
    if last.text.isupper() or (":" in last.text and last.text.partition(":")[0].isupper()):
        lemma = last.text.partition(":")[0]
    elif last.capital and lemma[:1].islower() and end - start == 1:
        lemma = lemma[:1].upper() + lemma[1:]
    return " ".join([*(word.text for word in words[start : end - 1] if not word.text.isspace()), lemma])


def _surnames(words: Sequence[Word]) -> frozenset[str]:
    """Official names of places that stand as surnames in the text."""
    return frozenset(
        area.name for place, word in enumerate(words) if word.areas and _is_surname(words, place) for area in word.areas
    )


def _is_surname(words: Sequence[Word], place: int) -> bool:
    """``Tuija Salo``, ``Tuija Salon``; ``Tuija Salosta`` says where from."""
    return place > 0 and words[place - 1].given and not words[place].text.endswith(_WHERE_ENDINGS)


def _places(
    words: Sequence[Word], starts: frozenset[int], target: TargetArea, surnames: frozenset[str]
) -> list[Entity]:
    found = []
    for place, word in enumerate(words):
        if not word.areas:
            continue
        after = words[place + 1] if place + 1 < len(words) else None
        level = LEVEL_WORDS.get(after.inside.lemma) if after is not None and not after.capital else None
        area = choose_area(word.areas, target, level)
        if area is None or not _is_meant(words, place, starts, area, target, level is not None):
            continue
        own = (area.level, area.code) in target.codes and not _is_surname(words, place)
        if area.name in surnames and not own and level is None and not word.text.endswith(_WHERE_ENDINGS):
            continue
        found.append(Entity(place, place + 1, PLACE, "gazetteer", area.name, f"{area.level}:{area.code}"))
    return found


def _is_meant(
    words: Sequence[Word], place: int, starts: frozenset[int], area: Area, target: TargetArea, levelled: bool
) -> bool:
    """Whether a word that could name a place does: it is no common word at a sentence's beginning, no surname."""
    word = words[place]
    if levelled:
        return True
    near = (area.level, area.code) in target.codes or area.region in target.regions
    if word.text.isupper() and len(word.text) < 6 and not near:
        return False
    if place in starts and (word.text.casefold() in COMMON_NAMES or (word.common and not near and not _is_local(word))):
        return False
    after = words[place + 1] if place + 1 < len(words) else None
    follows_name = after is not None and after.capital and after.is_word and not after.areas and not after.role
    if follows_name and word.inside.lemma in GIVEN_NAMES:
        return False
    if follows_name and place + 1 not in starts and word.text == area.name:
        return False  # Pori Jazz
    if after is not None and word.text == "Eura" and after.text in _PERIODS:
        return False  # the system in which projects are applied for
    return not (area.former and word.common and not near)


def _is_local(word: Word) -> bool:
    """``Kotkassa``: hardly anything is said to be in an eagle."""
    return word.text.endswith(_LOCAL_ENDINGS)


_LOCAL_ENDINGS = ("ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle")
_WHERE_ENDINGS = ("ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä")
_PERIODS = frozenset({"2007", "2014", "2021"})
_PARTICLES = frozenset(words("af von de van"))
GIVEN_NAMES = frozenset(words("Simo Kaarina Salla Inari Aura Soini Eura Perho Lempäälä Kalajoki Laitila Ilmari Pertti"))


def _is_wide(words: Sequence[Word], one: tuple[int, int, str]) -> bool:
    """A name of several words in which a place may stand: ``Kotkan Yrittäjät``."""
    start, end, _ = one
    return end - start > 1 and words[end - 1].capital and not words[end - 1].areas


def _from_model(words: Sequence[Word], starts: frozenset[int], one: tuple[int, int, str]) -> Entity | None:
    """A name of the model's that survives checks."""
    start, end, label = one
    while end > start and not words[end - 1].is_word:
        end -= 1
    while start < end and not words[start].is_word:
        start += 1
    if start >= end or end - start > MOST_TOKENS or not any(word.capital for word in words[start:end]):
        return None
    named = words[start:end]
    if label == PERSON:
        return _person(named, start, end)
    if any(word.text.startswith(("http", "www.")) or "█" in word.text for word in named):
        return None
    if end - start == 1 and start in starts and (named[0].common or named[0].text.casefold() in COMMON_NAMES):
        return None
    return Entity(start, end, label, "model", base_form(words, start, end))


def _person(named: Sequence[Word], start: int, end: int) -> Entity | None:
    """Two to four capitalised words, none of them a place, a frequent word or a kind of organisation."""
    if not 2 <= len(named) <= 4:
        return None
    given = named[0].given
    for place, word in enumerate(named):
        if given and 0 < place < len(named) - 1 and word.text in _PARTICLES:
            continue
        if not (word.capital and word.is_word) or word.role or word.text.isupper() or any(map(str.isdigit, word.text)):
            return None
        surname = given and place == len(named) - 1 and not word.text.endswith(_WHERE_ENDINGS)
        if word.areas and word.inside.lemma not in GIVEN_NAMES and not surname:
            return None
    if named[-1].common and named[0].common and not given:
        return None
    return Entity(start, end, PERSON, "model", base_form(named, 0, len(named)))
