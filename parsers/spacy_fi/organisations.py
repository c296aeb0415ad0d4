"""Organisations: the project's own parties by name, others by form (``ry``, ``Oy``, ``… kaupunki``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parsers.spacy_fi.context import Alias, Aliases, Party
from parsers.spacy_fi.memory import Word
from parsers.spacy_fi.wordlists import words as listed

MOST_WORDS = 7
"""Words before the word that tells the form."""
_BRIDGES = frozenset(
    listed("seudun alueen maakunnan seutukunnan kaupungin kunnan yliopiston seurakunnan saariston lyseon yhteislyseon")
)
"""Small words within a name: ``Oulun seudun ammattikorkeakoulu``."""
_CITY = frozenset({"kaupunki", "kunta", "stad", "kommun"})
_CITIES = frozenset(
    listed(
        """
    kaupungit kunnat kaupunkien kuntien kunnissa kaupungeissa kunnista kaupungeista kunnille
    lukiot lukioiden lukioissa lukioista lukioihin lukioita lukioille sairaalat sairaaloiden sairaaloissa
    kaupungissa kaupunkiin kunnassa kuntaan
    """
    )
)
"""Several of them, or a place where something is and no one who acts (``Auran kunnassa``)."""
_BELONGING = frozenset(
    listed(
        "kristillinen yliopistollinen ammatillinen evankelis-luterilainen luterilainen ortodoksinen tekninen ev.lut."
    )
)
_MINISTRY = "ministeriö"
_NOUNS = frozenset({"NOUN", "ADJ", "PROPN", "NUM"})


class Organisation(NamedTuple):
    """Tokens from ``start`` to ``end``, what found it, and the party it is."""

    start: int
    end: int
    source: str
    party: Party | None


def find_organisations(words: Sequence[Word], first: frozenset[int], aliases: Aliases | None) -> list[Organisation]:
    """Organisations in order, none over another; ``first`` are the tokens with which sentences begin."""
    found: list[Organisation] = []
    for place, word in enumerate(words):
        if aliases is not None:
            found += _by_alias(words, place, first, aliases)
        if word.role:
            one = _by_role(words, place, first)
            if one is not None:
                found.append(Organisation(*one, "form", None))
        elif (word.areas or word.text == "Suomen") and _is_club(words, place):
            found.append(Organisation(place, _end_of_capitals(words, place + 1), "form", None))
    return _without_overlaps(found)


def _by_role(words: Sequence[Word], place: int, first: frozenset[int]) -> tuple[int, int] | None:
    word = words[place]
    if word.role == "legal":
        return _by_legal_form(words, place, first)
    if word.role == "known":
        start = place
        while start > 0 and start not in first and words[start - 1].areas and words[start - 1].text[-1] == "n":
            start -= 1
        return start, _name_after(words, place + 1) if start < place else place + 1
    if word.role == "joined":
        return _by_joined(words, place, first)
    return _by_kind(words, place, first)


# The project's own


def _by_alias(words: Sequence[Word], place: int, first: frozenset[int], aliases: Aliases) -> list[Organisation]:
    word = words[place]
    if not word.is_word:
        return []
    for alias in aliases.ending_in(word):
        start = place - len(alias.before)
        if start < 0 or not _says(words, start, alias):
            continue
        alone = not alias.before
        if alone and not word.capital:
            continue
        if alone and alias.weak and (place in first or (place and words[place - 1].capital)):
            continue
        return [Organisation(start, _with_form(words, place + 1), "project", alias.party)]
    return []


def _says(words: Sequence[Word], start: int, alias: Alias) -> bool:
    for number, (text, lemma) in enumerate(alias.before):
        word = words[start + number]
        if word.text.casefold() != text and word.first.lemma.casefold() != lemma:
            return False
    return not alias.before or words[start].capital


def _with_form(words: Sequence[Word], end: int) -> int:
    return end + 1 if end < len(words) and words[end].role == "legal" else end


# By form


def _by_legal_form(words: Sequence[Word], place: int, first: frozenset[int]) -> tuple[int, int] | None:
    """``Kotkan korttelikodit ry``, ``Oy Yritys Ab``."""
    follows = place > 0 and (words[place - 1].capital or words[place - 1].role in ("kind", "joined"))
    if words[place].capital and not follows and place + 1 < len(words) and words[place + 1].capital:
        return place, _with_form(words, _end_of_capitals(words, place + 1))
    start, best, small = place, None, 0
    while start > 0 and place - start < MOST_WORDS and start not in first:
        word = words[start - 1]
        if word.capital or word.text[0].isdigit():
            small = 0
        elif word.text in ("&", "-", "–"):
            small = 0
            start -= 1
            continue
        elif word.text == "ja" and _joins(words, start - 1, first):
            start -= 1
            continue
        elif word.is_word and small < 2 and (word.text in _BRIDGES or _is_noun(word)):
            small += 1
        else:
            break
        start -= 1
        if (word.capital or word.text[0].isdigit()) and not (best is not None and _is_generic(words, start, first)):
            best = start
    return None if best is None else (_behind_person(words, best, place), _name_after(words, place + 1, short=True))


def _joins(words: Sequence[Word], place: int, first: frozenset[int]) -> bool:
    """``Meri ja Maa Oy``: both sides are capitalised, and the left is no name of its own."""
    if place < 1 or not words[place + 1].capital or place in first:
        return False
    left = words[place - 1]
    return left.capital and left.common and not left.areas and not left.role


def _is_noun(word: Word) -> bool:
    return word.inside.known and word.inside.pos in _NOUNS


def _is_generic(words: Sequence[Word], place: int, first: frozenset[int]) -> bool:
    """A capitalised common word that begins the sentence and is no part of a name."""
    word = words[place]
    return place in first and word.common and not word.areas and word.inside.pos != "PROPN" and not word.role


def _is_other_kind(words: Sequence[Word], place: int, first: frozenset[int]) -> bool:
    """``Kunnista`` in ``Kunnista Jokioisten kunta``."""
    return place in first and words[place].role == "kind" and words[place + 1].capital


def _by_kind(words: Sequence[Word], place: int, first: frozenset[int]) -> tuple[int, int] | None:
    """``Kotkan kaupunki``, ``Kaakkois-Suomen ammattikorkeakoulu``: names before the word for the kind."""
    word = words[place]
    if word.text.lower() in _CITIES:
        return None
    start = place
    if start > 2 and words[start - 1].text in ("ja", "sekä") and words[start - 2].text[-1] == "-":
        start -= 2  # sosiaali- ja terveysministeriö
    elif start > 1 and words[start - 1].text in ("-", "–") and words[start - 2].capital:
        start -= 1  # Nuorten Tuki -säätiö
    elif start > 1 and _is_belonging(words[start - 1]) and words[start - 2].areas and words[start - 2].text[-1] == "n":
        start -= 1  # Turun kristillinen opisto
    bare = start
    while start > 0 and place - start < MOST_WORDS and start not in first:
        before = words[start - 1]
        if before.capital and before.is_word:
            start -= 1
        elif before.text in _BRIDGES and start > 1 and words[start - 2].capital:
            start -= 2
        else:
            break
    if start < bare and (_is_generic(words, start, first) or _is_other_kind(words, start, first)):
        start += 1
    end = place + 1
    if start >= bare:
        if word.inside.lemma.endswith(_MINISTRY):
            return bare, end
        named = end < len(words) and words[end].capital and words[end].is_word
        if word.capital and named and not (place in first and len(word.inside.lemma) < 6):
            return place, _with_form(words, _end_of_capitals(words, end))
        return (place, end) if word.capital and "-" in word.text else None
    return _behind_person(words, start, place), _with_form(words, _name_after(words, end))


def _is_belonging(word: Word) -> bool:
    """Adjectives that stand in names of schools, hospitals and parishes."""
    return word.inside.lemma in _BELONGING


def _behind_person(words: Sequence[Word], start: int, place: int) -> int:
    """``Jaana Lahti`` is no part of ``Lahden kaupunki`` that follows: a given name, a surname, and then a genitive."""
    at = start
    while at < place and words[at].given:
        at += 1
    if at == start or at + 1 >= place or words[at].text[-1] == "n":
        return start
    return at + 1 if words[at + 1].text[-1] == "n" and words[at + 1].capital else start


def _name_after(words: Sequence[Word], end: int, *, short: bool = False) -> int:
    """``Vantaan ammattiopisto Varia``: a name of its own behind the kind."""
    if end < len(words):
        word = words[end]
        kind = words[end - 1]
        telling = not word.common or (kind.role == "kind" and kind.text.lower() == kind.inside.lemma)
        own = word.capital and word.is_word and not word.areas and word.role in ("", "known") and telling
        if own and (not short or sum(map(str.isupper, word.text)) > 1):
            return end + 1
    return end


def _by_joined(words: Sequence[Word], place: int, first: frozenset[int]) -> tuple[int, int] | None:
    """``Ravimäkiyhdistys``: the name and its kind in one word."""
    start = place
    while start > 0 and place - start < 4 and start not in first:
        before = words[start - 1]
        if not (before.capital and before.is_word):
            break
        start -= 1
    if start < place and _is_generic(words, start, first):
        start += 1
    followed = place + 1 < len(words) and words[place + 1].capital
    if place in first and words[place].common and not followed:
        return None
    end = place + 1
    if not words[start].areas:
        while end < len(words) and end - place < 4 and words[end].capital and words[end].is_word:
            if words[end].areas:
                break
            end += 1
    return start, _with_form(words, end)


def _is_club(words: Sequence[Word], place: int) -> bool:
    """``Lappeenrannan Yrittäjät``: a place's genitive and a capitalised common word."""
    if words[place].text[-1] != "n" or place + 1 >= len(words):
        return False
    word = words[place + 1]
    if not (word.capital and word.is_word) or word.areas or word.role:
        return False
    return word.common or ("-" in word.text and word.text[-1] == "t")


def _end_of_capitals(words: Sequence[Word], end: int) -> int:
    begin = end
    while end < len(words) and words[end].capital and words[end].is_word and end - begin < 5:
        end += 1
    return end


def _without_overlaps(found: list[Organisation]) -> list[Organisation]:
    """The longest first; one of the project's own that ends another gives it its party."""
    chosen: list[Organisation] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.source != "project", one.start)):
        within = next((n for n, other in enumerate(chosen) if one.start < other.end and other.start < one.end), None)
        if within is None:
            chosen.append(one)
        elif one.party is not None and chosen[within].party is None and one.end == chosen[within].end:
            chosen[within] = chosen[within]._replace(party=one.party, source="project")
    return sorted(chosen)


def is_city(word: Word) -> bool:
    """Whether a name that ends in the word is a municipality's."""
    return word.inside.lemma in _CITY
