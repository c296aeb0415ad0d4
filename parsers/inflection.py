"""Genitives of Finnish and Swedish place names, as far as a rule makes them.

Consonant gradation cannot be told from a name's letters (``Hanko`` : ``Hangon``, ``Parkano`` : ``Parkanon``): the code
lists hold the genitives that this rule does not make, and a test shows that every listed one is needed.
"""

from __future__ import annotations

# How the words inflect that names end in, alone (``Lahti``) or as the last part of a compound (``Kontiolahti``).
_LAST_WORDS = {
    "joki": "joen",
    "järvi": "järven",
    "kaari": "kaaren",
    "kaupunki": "kaupungin",
    "koski": "kosken",
    "kunta": "kunnan",
    "lahti": "lahden",
    "lampi": "lammen",
    "lappi": "lapin",
    "mäki": "mäen",
    "niemi": "niemen",
    "nummi": "nummen",
    "ranta": "rannan",
    "saari": "saaren",
    "salmi": "salmen",
    "seutu": "seudun",
    "suomi": "suomen",
    "vesi": "veden",
    "virta": "virran",
    "vuori": "vuoren",
}
_VOWELS = frozenset("aeiouyåäö")
# Swedish names that end in a sibilant take no s of their own.
_NO_SWEDISH_S = ("s", "x", "z")


def make_genitives(name: str) -> tuple[str, ...]:
    """The genitives of a Finnish name that the rule makes: one, or two for names in ``-nen`` (``-sen``, ``-sten``).

    ``Kitee`` : ``Kiteen``; ``Tampere`` : ``Tampereen``; ``Loppi`` : ``Lopin``; ``Salmi`` : ``Salmen``.
    """
    lower = name.lower()
    if lower.endswith("nen"):
        return (name[:-3] + "sen", name[:-3] + "sten")
    for word, genitive in _LAST_WORDS.items():
        if lower.endswith(word):
            stem = name[: -len(word)]
            return (stem + (genitive if stem and stem[-1].isalpha() else genitive.capitalize()),)
    if lower[-1:] not in _VOWELS:
        return (name + "in",)
    if lower[-1] == "e" and lower[-2:-1] not in _VOWELS:
        return (name + "en",)
    if len(lower) > 3 and lower[-2] == lower[-3] and lower[-2] in "kpt":
        return (name[:-2] + name[-1] + "n",)
    return (name + "n",)


def make_double_genitives(name: str) -> tuple[str, ...]:
    """Genitives of a name of two parts in which both inflect: ``Kotka-Hamina`` : ``Kotkan-Haminan``; else none."""
    first, hyphen, last = name.partition("-")
    if not hyphen or not first or not last or "-" in last:
        return ()
    return tuple(f"{one}-{other}" for one in make_genitives(first) for other in make_genitives(last))


def make_swedish_genitive(name: str) -> str:
    """``Nyland`` : ``Nylands``, ``Borgnäs`` : ``Borgnäs``."""
    return name if name.lower().endswith(_NO_SWEDISH_S) else name + "s"
