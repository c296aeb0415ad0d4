"""Genitives of Finnish and Swedish place names, and stems of persons' names, as far as a rule makes them.

Consonant gradation cannot be told from a name's letters (``Hanko`` : ``Hangon``, ``Parkano`` : ``Parkanon``): the code
lists hold the genitives that this rule does not make, and a test shows that every listed one is needed.
"""

from __future__ import annotations

import functools
import re

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


_CLUSTER = re.compile(r"([^aeiouyåäö]{1,3})([aeiouyåäö])$")
_WEAK = (
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("mp", "mm"), ("lt", "ll"), ("rt", "rr"),
    ("t", "d"), ("p", "v"), ("k", ""),
)  # fmt: skip
_STRONG_BEFORE_S = (
    ("ng", "nk"),
    ("k", "kk"),
    ("p", "pp"),
    ("t", "tt"),
    ("nn", "nt"),
    ("mm", "mp"),
    ("ll", "lt"),
    ("rr", "rt"),
    ("d", "t"),
    ("v", "p"),
)


@functools.lru_cache(maxsize=4096)
def name_stems(low: str) -> tuple[str, ...]:
    """Stems, other than itself, to which a person's name in small letters may take the endings of cases.

    Too many rather than too few: ``niemi`` : ``nieme``; ``virta`` : ``virra``; ``heikki`` : ``heiki, heike``;
    ``kangas`` : ``kangakse, kangaa, kankaa``. Names in ``-nen`` are left to the caller.
    """
    stems: list[str] = []
    if low.endswith("mies"):
        return (low[:-1] + "he",)
    if low.endswith("s") and len(low) > 3:
        stems += [low[:-1] + "kse", low[:-1] + low[-2]]
        found = _CLUSTER.search(low[:-1])
        if found:
            head, cluster = low[: found.start()], found[1]
            stems += [
                head + cluster.removesuffix(weak) + strong + low[-2] * 2
                for weak, strong in _STRONG_BEFORE_S
                if cluster.endswith(weak)
            ]
        return tuple(stems)
    found = _CLUSTER.search(low)
    if found is None or found.start() == 0:
        return ()
    if low.endswith("si"):  # vesi : veden, vettä
        stems += [low[:-2] + "de", low[:-2] + "te", low[:-2] + "t"]
    elif low.endswith(("ri", "li", "ni", "mi")):  # vuori : vuorta
        stems.append(low[:-1])
    head, cluster, vowel = low[: found.start()], found[1], found[2]
    vowels = (vowel, "e") if vowel == "i" else (vowel,)
    weak = next((cluster.removesuffix(strong) + new for strong, new in _WEAK if cluster.endswith(strong)), None)
    for one in dict.fromkeys((cluster, weak)):
        stems += [head + one + end for end in vowels if one is not None and head + one + end != low]
    return tuple(stems)


def make_double_genitives(name: str) -> tuple[str, ...]:
    """Genitives of a name of two parts in which both inflect: ``Kotka-Hamina`` : ``Kotkan-Haminan``; else none."""
    first, hyphen, last = name.partition("-")
    if not hyphen or not first or not last or "-" in last:
        return ()
    return tuple(f"{one}-{other}" for one in make_genitives(first) for other in make_genitives(last))


def make_swedish_genitive(name: str) -> str:
    """``Nyland`` : ``Nylands``, ``Borgnäs`` : ``Borgnäs``."""
    return name if name.lower().endswith(_NO_SWEDISH_S) else name + "s"
