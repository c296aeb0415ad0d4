"""What is known of a project before its text is read: its target area, its applicant and partners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from parsers.spacy_fi.inflect import case_forms
from parsers.spacy_fi.organisation_words import KINDS, LEGAL_AFTER
from parsers.spacy_fi.places import NOWHERE, TargetArea, find_areas

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
    """A way a party may be called: words before the last, which do not inflect, and forms of the last."""

    before: tuple[str, ...]
    party: Party


@cache
def _forms(word: str) -> frozenset[str]:
    base = word.rstrip(":")
    forms = {form.casefold() for form, _ in case_forms(base)}
    forms |= {f"{base}:{ending}".casefold() for ending in ("n", "lle", "lla", "ssa", "sta", "lta", "ta", "tä", "ään")}
    if base[-1:] not in "aeiouyåäö":
        forms |= {f"{base}{e}".casefold() for e in ("in", "iin", "issa", "ista", "ille", "illa", "ilta", "ia")}
    return frozenset(forms)


def aliases_of(parties: Iterable[Party]) -> dict[str, list[Alias]]:
    """Form of an alias's last word, casefolded → aliases; longest first."""
    found: dict[str, list[Alias]] = {}
    taken: set[tuple[str, ...]] = set()
    for party in parties:
        for words in _names_of(party.name):
            key = tuple(word.casefold() for word in words)
            if key in taken:
                continue
            taken.add(key)
            for form in _forms(words[-1]):
                found.setdefault(form, []).append(Alias(key[:-1], party))
    for aliases in found.values():
        aliases.sort(key=lambda alias: -len(alias.before))
    return found


def _names_of(name: str) -> list[tuple[str, ...]]:
    """The name whole, without its legal form, and the one word that is nobody else's."""
    plain, _, rest = name.partition("(")
    words = tuple(plain.replace(",", " ").split())
    names = [words] if len(words) > 1 else []
    core = tuple(word for word in words if word.casefold().strip(".") not in LEGAL_AFTER)
    if core and core != words:
        names.append(core)
    if len(core) == 1 and len(core[0]) > 3 and core not in names:
        names.append(core)
    if len(core) > 1 and core[0].casefold().endswith(_LEADING_KINDS) and is_name(core[-1]):
        names.append(core[1:])
    short = rest.partition(")")[0].split()
    if len(short) == 1 and len(short[0]) > 2 and short[0][0].isupper():
        names.append((short[0],))
    return [one for one in names if one and _tells(one)]


def _tells(words: tuple[str, ...]) -> bool:
    """One word alone must be a name: neither a place nor a kind of organisation."""
    return len(words) > 1 or (is_name(words[0]) and words[0].casefold() not in KINDS)


def is_name(word: str) -> bool:
    return len(word) > 2 and word[0].isupper() and not find_areas(word)


NO_PROJECT = Project()
