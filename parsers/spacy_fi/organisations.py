"""Organisations: the project's own parties by name, others by form (``ry``, ``Oy``, ``… kaupunki``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parsers.spacy_fi.context import Alias, Party
from parsers.spacy_fi.memory import Word
from parsers.spacy_fi.wordlists import words

MOST_WORDS = 7
"""Words before the word that tells the form."""
_NEVER = frozenset(words("ja tai sekä eli että kuten mukaan lukien mm. esim. ovat on oli joka jotka"))
_CITY = ("kaupunki", "kunta")


class Organisation(NamedTuple):
    """Tokens from ``start`` to ``end``, what found it, and the party it is."""

    start: int
    end: int
    source: str
    party: Party | None


def find_organisations(
    words: Sequence[Word], first: frozenset[int], aliases: dict[str, list[Alias]]
) -> list[Organisation]:
    """Organisations in order, none over another; ``first`` are the tokens with which sentences begin."""
    found: list[Organisation] = []
    for place, word in enumerate(words):
        if aliases and (mine := aliases.get(word.text.casefold())) and word.capital | (len(mine[0].before) > 0):
            for alias in mine:
                start = place - len(alias.before)
                if start >= 0 and all(words[start + n].text.casefold() == one for n, one in enumerate(alias.before)):
                    found.append(Organisation(start, _with_form(words, place + 1), "project", alias.party))
                    break
        if not word.role:
            continue
        if word.role == "legal":
            one = _by_legal_form(words, place, first)
        elif word.role == "kind":
            one = _by_kind(words, place, first)
        elif word.role == "joined":
            one = _by_joined(words, place, first)
        else:
            one = (place, place + 1)
        if one is not None:
            found.append(Organisation(*one, "form" if word.role != "known" else "gazetteer", None))
    return _without_overlaps(found)


def _with_form(words: Sequence[Word], end: int) -> int:
    return end + 1 if end < len(words) and words[end].role == "legal" else end


def _by_legal_form(words: Sequence[Word], place: int, first: frozenset[int]) -> tuple[int, int] | None:
    """``Kotkan korttelikodit ry``, ``Oy Yritys Ab``."""
    if words[place].capital and place + 1 < len(words) and words[place + 1].capital and not _ends_name(words, place):
        end = place + 1
        while end < len(words) and words[end].capital and words[end].is_word and end - place < 5:
            end += 1
        return place, _with_form(words, end)
    start = place
    best = None
    while start > 0 and place - start < MOST_WORDS and start not in first:
        word = words[start - 1]
        if word.text in _NEVER or not (word.is_word or word.text[0].isdigit() or word.text in ("&", "-", "–")):
            break
        start -= 1
        if word.capital or word.text[0].isdigit():
            best = start
        elif best is not None and word.inside.pos in ("VERB", "AUX", "ADP", "SCONJ", "CCONJ", "PRON"):
            break
    if best is None:
        return None
    return _skip_generic(words, best, place, first), place + 1


def _ends_name(words: Sequence[Word], place: int) -> bool:
    return place > 0 and words[place - 1].capital


def _skip_generic(words: Sequence[Word], start: int, end: int, first: frozenset[int]) -> int:
    """Without the capitalised common word that begins the sentence, if a name follows it."""
    if (
        start in first
        and start + 1 < end
        and words[start].common
        and not words[start].areas
        and words[start].role not in ("kind", "joined")
        and words[start + 1].capital
    ):
        return start + 1
    return start


def _by_kind(words: Sequence[Word], place: int, first: frozenset[int]) -> tuple[int, int] | None:
    """``Kotkan kaupunki``, ``Kaakkois-Suomen ammattikorkeakoulu``: names before the word for the kind."""
    start = place
    while start > 0 and place - start < MOST_WORDS and start not in first and words[start - 1].capital:
        start -= 1
    start = _skip_generic(words, start, place, first) if start < place else start
    end = place + 1
    if start == place:
        if words[place].capital and end < len(words) and words[end].capital and words[end].is_word:
            while end < len(words) and words[end].capital and words[end].is_word and end - place < 4:
                end += 1
            if place in first and len(words[place].inside.lemma) < 9 and not words[end - 1].role:
                return None
            return place, _with_form(words, end)
        return None
    if start in first and not words[start].areas and words[start].common and start + 1 == place:
        return None
    return start, _with_form(words, end)


def _by_joined(words: Sequence[Word], place: int, first: frozenset[int]) -> tuple[int, int] | None:
    """``Ravimäkiyhdistys``: the name and its kind in one word."""
    start = place
    while (
        start > 0 and place - start < 4 and start not in first and words[start - 1].capital and words[start - 1].is_word
    ):
        start -= 1
    if place in first and words[place].common and not (place + 1 < len(words) and words[place + 1].capital):
        return None
    end = place + 1
    while end < len(words) and words[end].capital and words[end].is_word and end - place < 4 and not words[end].areas:
        end += 1
    return start, _with_form(words, end)


def _without_overlaps(found: list[Organisation]) -> list[Organisation]:
    """The project's own first, then the longest; one that lies within another gives it its party."""
    chosen: list[Organisation] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.source != "project", one.start)):
        within = next((n for n, other in enumerate(chosen) if one.start < other.end and other.start < one.end), None)
        if within is None:
            chosen.append(one)
        elif one.party is not None and chosen[within].party is None and one.end == chosen[within].end:
            chosen[within] = chosen[within]._replace(party=one.party, source="project")
    return sorted(chosen)


def is_city(word: Word) -> bool:
    return word.inside.lemma in _CITY
