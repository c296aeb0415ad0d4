"""Base forms: pypykko's analyses of a word, and which of them is meant.

pypykko ranks its analyses by weight and leaves ties; here they are settled by a short list of frequent words and
by what is likely in a description. Every word is analysed once and remembered.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from parsers.spacy_fi.preferences import PREFERRED

UNKNOWN_WEIGHT = 6.0
"""From here on pypykko is guessing."""

_POS = {
    "noun": "NOUN",
    "noun-pl": "NOUN",
    "proper": "PROPN",
    "proper-pl": "PROPN",
    "adjective": "ADJ",
    "verb": "VERB",
    "participle": "VERB",
    "adverb": "ADV",
    "adposition": "ADP",
    "pronoun": "PRON",
    "pronoun-pl": "PRON",
    "numeral": "NUM",
    "ordinal": "ADJ",
    "conjunction": "CCONJ",
    "subjunction": "SCONJ",
    "interjection": "INTJ",
    "none": "X",
}
_RANK = {
    "conjunction": 0,
    "subjunction": 0,
    "adposition": 1,
    "adverb": 2,
    "pronoun": 3,
    "pronoun-pl": 9,
    "noun": 4,
    "noun-pl": 4,
    "verb": 5,
    "adjective": 5,
    "participle": 6,
    "ordinal": 6,
    "numeral": 6,
    "proper": 7,
    "proper-pl": 7,
    "none": 8,
    "interjection": 9,
}
_FINITE = frozenset({"+pres+3pl", "+past+3pl", "+pass+pres", "+pass+past"})
"""Verb forms that win over a noun or a participle that looks the same."""
_NOT_MEANS = frozenset({"sataa", "voida", "elää", "kuolla", "sanoa", "juoda"})
"""Verbs whose ``-malla`` is more likely of a noun (``satamalla``, ``voimalla``); of others it says how."""
_RARE_TAGS = ("+imper", "+conneg", "+2sg", "+opt", "+2pl", "+pot", "+abe", "+com", "+ins")


@dataclass(frozen=True, slots=True)
class Analysis:
    """A word in base form."""

    lemma: str
    pos: str
    """Universal Dependencies."""
    known: bool
    """The lexicon has the word; else it is a guess."""


class Found(Protocol):
    """An analysis as pypykko gives it."""

    lemma: str
    pos: str
    info: str
    morphtags: str
    weight: float


NUMBER_BEFORE = re.compile(r"^\d[\d.,–-]{0,20}-(?=[^\W\d_])")
"""``25-vuotias``: what stands before the word."""

Analyze = Callable[[str], Sequence[Found]]


@cache
def load_analyzer() -> Analyze | None:
    """pypykko's ``analyze`` (loading takes seconds); None where it is not installed."""
    if importlib.util.find_spec("pypykko") is None:
        return None
    analyze: Analyze = importlib.import_module("pypykko.utils").analyze
    return analyze


def analyse_word(analyze: Analyze, word: str, *, proper: bool) -> Analysis:
    """The base form of a word; ``proper``: it is capitalised where no sentence begins, so a name comes first."""
    prepared = NUMBER_BEFORE.sub("", word.rstrip("-"))
    number = word[: len(word.rstrip("-")) - len(prepared)]
    lower = prepared[0].lower() + prepared[1:] if prepared else prepared
    preferred = PREFERRED.get(lower)
    if preferred is not None and not (proper and prepared[:1].isupper()):
        return Analysis(preferred[0], preferred[1], True)
    if not prepared or len(prepared) > 80:
        return Analysis(word, "X", False)
    found = list(analyze(prepared)) if proper or prepared == lower else [*analyze(lower), *analyze(prepared)]
    found = [one for one in found if one.lemma]
    if not found:
        return Analysis(prepared, "X", False)
    if proper and prepared[:1].isupper() and not any(one.pos.startswith("proper") for one in found):
        lowered = [one for one in analyze(lower) if one.weight < UNKNOWN_WEIGHT]
        found = lowered or found
    alike = Counter(one.lemma for one in found)
    best = min(found, key=lambda one: _order(one, alike[one.lemma], proper=proper))
    lemma = number + clean_lemma(best.lemma)
    known = best.weight < UNKNOWN_WEIGHT
    pos = _POS.get(best.pos, "X")
    if pos == "VERB" and best.pos == "participle":
        lemma = _verb_of(best) or lemma
    if not known:
        return Analysis(lemma if prepared[:1].isupper() else lemma.lower(), "PROPN" if proper else "NOUN", False)
    if pos == "X" and prepared.isupper():
        pos = "PROPN"
    return Analysis(lemma, pos, True)


def _order(one: Found, alike: int, *, proper: bool) -> tuple[float, int, int, int, int, int, str]:
    """What is likely comes first; ``alike`` is how many analyses give the same base form."""
    rank = _RANK.get(one.pos, 8)
    if proper and one.pos.startswith("proper"):
        rank = -1
    tags = one.morphtags
    odds = sum(tag in tags for tag in _RARE_TAGS) + 2 * ("+poss" in tags) + 2 * one.info.startswith("⟨")
    if one.pos == "verb":
        odds -= tags in _FINITE or (tags == "+inf3+ade" and one.lemma not in _NOT_MEANS)
        odds += "+part_" in tags and ("+comparative" in tags or "+superlative" in tags or "+part_pres" in tags)
    return (one.weight, odds, rank, -alike, one.lemma.count("|"), -len(one.lemma), one.lemma)


def negated_verb(analyze: Analyze, word: str) -> str | None:
    """The verb of which a word is the form after ``ei``: ``maksa`` is ``maksaa``."""
    lower = word.lower()
    if lower in PREFERRED:
        return None
    return next((clean_lemma(one.lemma) for one in analyze(lower) if "+conneg" in one.morphtags), None)


def clean_lemma(lemma: str) -> str:
    """A compound's lemma as it is written: ``toiminta|suunnitelma`` is one word."""
    return lemma.replace("|", "").replace("⁅HYPHEN⁆", "-").replace("⁅BOUNDARY⁆", "")


def _verb_of(one: Found) -> str | None:
    """``osallistuva``: the verb that the participle is of, where pypykko says it."""
    _, arrow, origin = one.info.partition(" ← ")
    if not arrow:
        return None
    _, _, rest = origin.partition(":")
    lemma, _, _ = rest.partition(":")
    return clean_lemma(lemma) or None
