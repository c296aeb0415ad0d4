"""Misspelt, misread and re-spaced labels: the nearest known one, where only one can be meant.

The bound of every key is less than half its distance to any other key of the same list, so no damage within the bound
can turn one label into another; and it grows with the key's length, since damage does too. What is found here is
always said to be so: ``fields.method`` is ``fuzzy``, and there is an issue.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz.distance import OSA

from parsers.keys import make_key

Thing = TypeVar("Thing")

_LETTERS_PER_EDIT = 6
_MOST_EDITS = 8
_SHORTEST = 5
"""Keys shorter than this are taken exactly or not at all."""
# What optical reading takes for digits and the other way round; a heading's number must survive as one of these.
_LOOKS_LIKE = str.maketrans({"l": "1", "i": "1", "|": "1", "o": "0", "s": "5", "z": "2", "b": "8", "g": "9"})


@dataclass(frozen=True, slots=True)
class Near(Generic[Thing]):
    """A known key near the one that was looked for."""

    thing: Thing
    key: str
    distance: int


@dataclass(frozen=True)
class NearIndex(Generic[Thing]):
    """Keys with their things and bounds."""

    entries: tuple[tuple[str, Thing, int], ...]
    by_length: dict[int, tuple[tuple[str, Thing, int], ...]]
    """Length of a key → the entries that may be near it, in their order."""

    @classmethod
    def of(cls, things: Iterable[tuple[str, Thing]]) -> NearIndex[Thing]:
        """An index of ``(printed text, thing)``.

        Spellings of one thing do not bound each other, nor do things printed alike, which only their place can tell.
        """
        keyed = [(make_key(text), thing) for text, thing in things]
        entries = []
        for key, thing in keyed:
            others = [OSA.distance(key, other) for other, its in keyed if its != thing and other != key]
            grown = min((len(key) + 2) // _LETTERS_PER_EDIT, _MOST_EDITS)
            bound = min([grown, *((distance - 1) // 2 for distance in others)])
            entries.append((key, thing, bound if len(key) >= _SHORTEST else 0))
        by_length: dict[int, list[tuple[str, Thing, int]]] = {}
        for entry in entries:
            for length in range(len(entry[0]) - entry[2], len(entry[0]) + entry[2] + 1):
                by_length.setdefault(length, []).append(entry)
        return cls(tuple(entries), {length: tuple(near) for length, near in by_length.items()})

    def nearest(self, key: str, *, only: Container[object] | None = None) -> Near[Thing] | None:
        """The entry within its bound of ``key``; ``only`` limits it to some things."""
        best: Near[Thing] | None = None
        for known, thing, bound in self.by_length.get(len(key), ()):
            if only is not None and thing not in only:
                continue
            distance = OSA.distance(known, key, score_cutoff=bound)
            if distance <= bound and (best is None or distance < best.distance):
                best = Near(thing, known, distance)
        return best

    def is_nearer(self, key: str, than: Near[Thing]) -> bool:
        """Whether ``key``, a part of what ``than`` was found for, is at least as near to the same known key."""
        return OSA.distance(than.key, key, score_cutoff=than.distance) <= than.distance

    def nearest_prefix(self, key: str, *, only: Container[object] | None = None) -> tuple[Near[Thing], int] | None:
        """The entry near the beginning of ``key``, and how many of its letters that is."""
        best: tuple[Near[Thing], int] | None = None
        for known, thing, bound in self.entries:
            if not bound or (only is not None and thing not in only):
                continue
            for length in range(max(1, len(known) - bound), min(len(key), len(known) + bound) + 1):
                distance = OSA.distance(known, key[:length], score_cutoff=bound)
                if distance > bound:
                    continue
                worth = (distance, abs(length - len(known)))
                if best is None or worth < (best[0].distance, abs(best[1] - len(best[0].key))):
                    best = (Near(thing, known, distance), length)
        return best


def read_number(printed: str) -> str:
    """A heading's number as digits, letters that look like digits read as such."""
    return "".join(letter for letter in printed.lower().translate(_LOOKS_LIKE) if letter.isdigit())


def closest(key: str, texts: Iterable[str]) -> tuple[str, int]:
    """The text whose key is nearest to ``key``, however far, and the distance; ``("", len(key))`` for no texts."""
    ranked = [(OSA.distance(key, make_key(text)), text) for text in texts]
    distance, text = min(ranked, default=(len(key), ""))
    return text, distance
