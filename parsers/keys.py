"""Printed words made comparable, and found at the beginning of lines.

A *key* is a text's letters and digits in lower case, nothing else. Two prints of one label have the same key
whatever their white space, folds, hyphenation, dots and colons are, so a label is looked up, not searched for with
a pattern: every line's first letters are compared with a dictionary, and only the few that are in it are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from parsers.document import Line

_NOT_KEY = re.compile(r"[\W_]+")
_PREFIX = 4
"""Letters by which lines are filtered; the shortest label of a form is longer."""
_HEAD = 20
"""Characters of a line that surely hold ``_PREFIX`` letters, if it has them."""

Thing = TypeVar("Thing")


def make_key(text: str) -> str:
    """Letters and digits of ``text`` in lower case."""
    return _NOT_KEY.sub("", text.lower())


def lower_in_place(text: str) -> str:
    """``text`` in lower case with every offset kept (a few letters have longer lower-case forms: they stay)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


class Key(str):
    """The key of a printed text, which it remembers: most prints are exact, and then nothing need be undone."""

    __slots__ = ("printed",)
    printed: str
    """The text in lower case, up to its last letter or digit."""

    def __new__(cls, text: str) -> Key:
        key = super().__new__(cls, make_key(text))
        key.printed = lower_in_place(text).rstrip("()[]{}.,:;!?-–— ")
        return key


class Match(NamedTuple):
    """Where a key was found: it begins with line ``first`` and ends within line ``last`` at offset ``end``."""

    first: int
    last: int
    start: int
    end: int
    gap: tuple[int, int] | None = None
    """Numbers that stand between the words of a folded name, where they were passed over."""


@dataclass(frozen=True)
class KeyIndex(Generic[Thing]):
    """Things to be found by key, longest first."""

    by_prefix: dict[str, tuple[tuple[Key, Thing], ...]]
    all: tuple[tuple[Key, Thing], ...]

    @classmethod
    def of(cls, things: Iterable[tuple[str, Thing]]) -> KeyIndex[Thing]:
        """An index of ``(printed text, thing)``."""
        keyed = sorted(((Key(text), thing) for text, thing in things), key=lambda pair: -len(pair[0]))
        by_prefix: dict[str, list[tuple[Key, Thing]]] = {}
        for key, thing in keyed:
            by_prefix.setdefault(key[:_PREFIX], []).append((key, thing))
        return cls({prefix: tuple(pairs) for prefix, pairs in by_prefix.items()}, tuple(keyed))

    def candidates(self, head: str) -> Sequence[tuple[Key, Thing]]:
        """The entries that may stand at a line whose key begins with ``head``."""
        if len(head) >= _PREFIX:
            return self.by_prefix.get(head[:_PREFIX], ())
        return [pair for pair in self.all if pair[0].startswith(head)] if head else ()

    def lines_of(self, keys: LineKeys, first: int, last: int) -> list[int]:
        """The numbers of the lines, from ``first`` to before ``last``, at which any entry may stand."""
        known = self.by_prefix
        return [
            number
            for number, prefix in enumerate(keys.prefixes[first:last], first)
            if prefix in known or (len(prefix) < _PREFIX and prefix)
        ]


_TRAILING_NUMBERS = re.compile(r"(?<!\S)\d{1,2}(?: \d{1,2})?$")


class LineKeys:
    """The lines of a text with their keys, made when they are asked for."""

    __slots__ = ("_keys", "heads", "lines", "low", "prefixes", "text")

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        self.text = text
        self.low = lower_in_place(text)
        self.lines = lines
        low, sub = self.low, _NOT_KEY.sub
        self.heads = [sub("", low[line.start : min(line.end, line.start + _HEAD)]) for line in lines]
        self.prefixes = [head[:_PREFIX] for head in self.heads]
        self._keys: dict[int, str] = {}

    def key(self, number: int) -> str:
        """The key of a whole line."""
        found = self._keys.get(number)
        if found is None:
            line = self.lines[number]
            found = self._keys[number] = _NOT_KEY.sub("", self.low[line.start : line.end])
        return found

    def match(self, key: Key, number: int, *, start: int | None = None, pass_numbers: bool = False) -> Match | None:
        """Where ``key`` stands at the beginning of line ``number`` (or at offset ``start`` in it), folds undone.

        With ``pass_numbers``, one or two numbers at the end of a line may stand between the words: a table
        cell whose text is folded has its numbers beside any of its lines.
        """
        lines = self.lines
        begin = lines[number].start if start is None else start
        printed = key.printed
        if self.low.startswith(printed, begin) and begin + len(printed) <= lines[number].end:
            return Match(number, number, begin, begin + len(printed))
        rest: str = key
        last, gap = number, None
        while True:
            line = lines[last]
            piece_start = begin if last == number else line.start
            piece = self.key(last) if piece_start == line.start else make_key(self.low[piece_start : line.end])
            if piece.startswith(rest):
                return Match(number, last, begin, self.offset_of(piece_start, line.end, len(rest)), gap)
            if not piece or not rest.startswith(piece):
                if not pass_numbers or gap is not None:
                    return None
                numbers = _TRAILING_NUMBERS.search(self.text, piece_start, line.end)
                if numbers is None:
                    return None
                piece = make_key(self.low[piece_start : numbers.start()])
                if not piece or not rest.startswith(piece) or piece == rest:
                    return None
                gap = (numbers.start(), numbers.end())
            rest = rest[len(piece) :]
            last += 1
            if last >= len(lines):
                return None

    def offset_of(self, start: int, end: int, letters: int) -> int:
        """The offset just after the ``letters``-th letter or digit from ``start``."""
        text = self.low
        for offset in range(start, end):
            character = text[offset]
            if character != "_" and character.isalnum():
                letters -= 1
                if not letters:
                    return offset + 1
        return end
