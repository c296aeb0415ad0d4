"""Singular (and for ``-nen`` plural) case forms of proper names, made from nominative and genitive.

Too many rather than too few: a form that nobody writes costs nothing, and names are looked up, never cut.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers.inflection import make_genitives

_BACK = "aou"
_VOWELS = "aeiouyäöå"
_E_STEMS: tuple[str, ...] = (
    "lahti",
    "joki",
    "järvi",
    "vesi",
    "niemi",
    "saari",
    "vuori",
    "suomi",
    "salmi",
    "koski",
    "lampi",
    "mäki",
)
_E_STEMS += ("nummi", "kaari", "lehti", "kivi", "pieni", "uusi", "talvi", "sormi", "lumi", "hirvi")


def case_forms(name: str, genitive: str = "") -> Iterator[tuple[str, str]]:
    """(form, case) of a Finnish name; cases as in Universal Dependencies, small letters: ``ine``, ``ill``, …"""
    yield name, "nom"
    for gen in dict.fromkeys((*((genitive,) if genitive else ()), *make_genitives(name))):
        yield gen, "gen"
        if gen.endswith("sten"):  # Kauniaisten: a plural name in -nen
            yield from _endings(gen[:-4] + "si", gen[:-4] + "si", name, plural=True)
        elif gen.endswith("n"):
            yield from _endings(gen[:-1], _strong_stem(name, gen[:-1]), name)


def _endings(weak: str, strong: str, name: str, *, plural: bool = False) -> Iterator[tuple[str, str]]:
    for a in "aä" if _is_neutral(name) else "a" if _is_back(name) else "ä":
        yield from _with_vowel(weak, strong, name, a, plural=plural)


def _with_vowel(weak: str, strong: str, name: str, a: str, *, plural: bool) -> Iterator[tuple[str, str]]:
    for ending, case in (("ss" + a, "ine"), ("st" + a, "ela"), ("ll" + a, "ade"), ("lt" + a, "abl"), ("lle", "all")):
        yield weak + ending, case
    yield weak + "ksi", "tra"
    yield strong + "n" + a, "ess"
    yield from ((form, "par") for form in _partitives(strong, name, a))
    yield from ((form, "ill") for form in _illatives(strong))
    if plural:
        yield strong + a, "par"


def _strong_stem(name: str, weak: str) -> str:
    """The vowel stem without consonant gradation: ``Lahti``, ``Lahde-``: ``Lahte``."""
    low = name.lower()
    if low.endswith("vesi"):
        return name[:-2] + "te"
    if low.endswith(_E_STEMS) and weak.endswith("e"):
        return name[:-1] + "e"
    if low[-1:] == "e" and weak.endswith("ee"):
        return weak
    if weak.lower().endswith("de") and low[-1:] == "s":
        return weak[:-2] + "te"
    if low[-1:] in _VOWELS and not low.endswith("nen"):
        return name
    return weak


def _partitives(strong: str, name: str, a: str) -> Iterator[str]:
    yield strong + a
    if strong[-2:-1] in tuple(_VOWELS) or strong.endswith("ee"):
        yield strong + "t" + a
    if strong.endswith("ee"):
        yield strong[:-1] + "tt" + a
    if strong.endswith("e") and strong[-2:-1] in ("r", "n", "l", "s"):
        yield strong[:-1] + "t" + a
    if strong.endswith("te"):
        yield strong[:-2] + "tt" + a
    if name[-1:] == "s":
        yield name + "t" + a


def _illatives(strong: str) -> Iterator[str]:
    last, before = strong[-1:], strong[-2:-1].lower()
    if before == last and last in _VOWELS:
        yield strong + "seen" if len(strong) > 2 else f"{strong}h{last}n"
    elif strong.endswith(("oo", "ea")):
        yield strong + "seen"
    yield strong + last + "n"
    if before in tuple(_VOWELS) and len(strong) < 5:
        yield f"{strong}h{last}n"


def _is_neutral(name: str) -> bool:
    """``Rovaniemi``: the last part of a compound has vowels that go with either kind."""
    return name.lower().endswith(("niemi", "vesi", "kivi", "lehti", "tie", "mieli", "helsinki"))


def _is_back(name: str) -> bool:
    for letter in reversed(name.lower()):
        if letter in _BACK:
            return True
        if letter in "äöy":
            return False
    return False
