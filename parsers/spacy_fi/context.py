"""What is known of a project before its text is read: its target area, its applicant and partners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc

from parsers.spacy_fi.inflect import case_forms
from parsers.spacy_fi.memory import Memory, Word
from parsers.spacy_fi.organisation_words import KINDS, LEGAL_AFTER
from parsers.spacy_fi.places import NOWHERE, TargetArea, find_areas
from parsers.spacy_fi.tokens import split_words
from parsers.spacy_fi.wordlists import words

_OWN_KINDS = frozenset({"säätiö", "osuuskunta", "setlementti"})
"""Kinds by which a party calls itself: ``Säätiö``."""
_LEADING_KINDS = ("yhdistys", "säätiö", "osuuskunta", "kuntayhtymä", "koulutuskuntayhtymä", "setlementti")


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation of the project: its name as printed and its business id."""

    name: str
    business_id: str | None


@dataclass(frozen=True, slots=True)
class Project:
    """Set as ``doc._.project`` before the pipeline runs; without it nothing is linked to business ids."""

    target: TargetArea = NOWHERE
    parties: tuple[Party, ...] = ()


if not Doc.has_extension("project"):
    Doc.set_extension("project", default=None)


@dataclass(frozen=True, slots=True)
class Alias:
    """A way a party may be called."""

    before: tuple[tuple[str, str], ...]
    """(as written, base form) of the words before the last, casefolded."""
    party: Party
    weak: bool = False
    """One common word of the name: only with a capital within a sentence."""


class Aliases:
    """The names of a project's parties, found by their last word in any case form."""

    def __init__(self, parties: Iterable[Party], memory: Memory) -> None:
        self._by_form: dict[str, list[Alias]] = {}
        self._by_lemma: dict[str, list[Alias]] = {}
        taken: set[tuple[str, ...]] = set()
        for party in parties:
            for parts, weak in _names_of(party.name):
                key = tuple(word.casefold() for word in parts)
                if key in taken:
                    continue
                taken.add(key)
                known = memory.look_up(parts)
                lemmas = [word.first.lemma.casefold() or text for word, text in zip(known, key, strict=True)]
                alias = Alias(tuple(zip(key[:-1], lemmas[:-1], strict=True)), party, weak)
                for form in _forms(parts[-1]):
                    self._by_form.setdefault(form, []).append(alias)
                self._by_lemma.setdefault(lemmas[-1], []).append(alias)

    def ending_in(self, word: Word) -> list[Alias]:
        """Aliases whose last word the word may be, longest first."""
        found = self._by_form.get(word.text.casefold(), []) + self._by_lemma.get(word.first.lemma.casefold(), [])
        return sorted(found, key=lambda alias: -len(alias.before)) if len(found) > 1 else found


@lru_cache(maxsize=2048)
def _forms(word: str) -> frozenset[str]:
    base = word.rstrip(":")
    forms = {form.casefold() for form, _ in case_forms(base)}
    forms |= {f"{base}:{ending}".casefold() for ending in words("n lle lla ssa sta lta ta tä ään")}
    if base[-1:] not in "aeiouyåäö":
        forms |= {f"{base}{ending}".casefold() for ending in words("in iin issa ista ille illa ilta ia")}
    return frozenset(forms)


def _names_of(name: str) -> list[tuple[tuple[str, ...], bool]]:
    """The name whole, without its legal form, and what of it stands alone; True where that is a common word."""
    plain, _, rest = name.partition("(")
    whole = tuple(word for word in split_words(plain)[0] if word != "," and not word.isspace())
    names = [(whole, False)] if len(whole) > 1 else []
    core = tuple(word for word in whole if word.casefold().strip(".") not in LEGAL_AFTER)
    if core and core != whole and (len(core) > 1 or is_name(core[0])):
        names.append((core, False))
    if len(core) == 1 == len(whole) and is_name(core[0]):
        names.append((core, False))
    if len(core) > 1:
        kind = core[0].casefold().endswith(_LEADING_KINDS)
        if kind and is_name(core[-1]):
            names.append((core[1:], False))
        last = core[-1].lstrip("-")
        kind_of = last.casefold().rpartition("-")[2]
        if kind_of in _OWN_KINDS:
            names.append(((kind_of.capitalize(),), False))
            if len(core) == 2 and is_name(core[0]) and core[0][-1] != "n":
                names.append((core[:1], True))  # Savotta Osuuskunta
        elif is_name(last) and not kind:
            names.append(((last,), True))
    short = rest.partition(")")[0].split()
    if len(short) == 1 and len(short[0]) > 2 and short[0][0].isupper():
        names.append(((short[0],), False))
    return [one for one in names if one[0]]


def is_name(word: str) -> bool:
    """Whether a word alone can name an organisation: it is neither a place nor a kind of organisation."""
    return len(word) > 2 and word[0].isupper() and word.casefold() not in KINDS and not find_areas(word)


NO_PROJECT = Project()
