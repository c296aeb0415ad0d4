"""Printed words made comparable, and found at the beginning of lines.

A *key* is a text's letters and digits in lower case, nothing else. Two prints of one label have the same key
whatever their white space, folds, hyphenation, dots and colons are, so a label is looked up, not searched for with
a pattern: every line's first letters are compared with a dictionary, and only the few that are in it are looked at.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from parsers.document import Line

_NOT_KEY = re.compile(r"[\W_]+")
_PREFIX = 4
"""Letters by which lines are filtered; the shortest label of a form is longer."""
_HEAD = 20
"""Characters of a line that surely hold ``_PREFIX`` letters, if it has them."""
_OPENING = 8
_FAR = _HEAD + 8
"""In a line longer than this, numbers at its end are beyond its head."""

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

    __slots__ = ("lowered", "opening", "printed")
    printed: str
    """The text up to its last letter or digit."""
    lowered: str
    """The same in lower case."""
    opening: str
    """Its first letters, where nothing stands between them; else nothing."""

    def __new__(cls, text: str) -> Key:
        key = super().__new__(cls, make_key(text))
        key.printed = text.rstrip("()[]{}.,:;!?-–— ")
        key.lowered = key.printed.lower()
        opening = key.lowered[:_OPENING]
        key.opening = opening if len(opening) == _OPENING and opening.isalnum() else ""
        return key


class Match(NamedTuple):
    """Where a key was found: it begins with line ``first`` and ends within line ``last`` at offset ``end``."""

    first: int
    last: int
    start: int
    end: int
    gap: tuple[int, int] | None = None
    """Numbers that stand between the words of a folded name, where they were passed over."""


_make_match: Callable[[Iterable[object]], Match] = functools.partial(tuple.__new__, Match)


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

    def candidates_at(self, keys: LineKeys, number: int) -> Sequence[tuple[Key, Thing]]:
        """The entries that may stand at a line, those left out whose first word it does not begin with."""
        found = self.candidates(keys.heads[number])
        if not found:
            return found
        start = keys.lines[number].start
        opening = keys.text[start : start + _OPENING]
        if not opening.isalnum() or len(opening) < _OPENING:
            return found
        opening = opening.lower()
        return [pair for pair in found if pair[0].opening == opening or not pair[0].opening]

    def lines_of(self, keys: LineKeys, first: int, last: int) -> list[int]:
        """The numbers of the lines, from ``first`` to before ``last``, at which any entry may stand."""
        starts = keys.starts
        found = [number for prefix in self.by_prefix.keys() & starts.keys() for number in starts[prefix]]
        found += keys.short
        if len(found) > 1:
            found = sorted(set(found))
        return found if first <= 0 and last >= len(keys.heads) else [n for n in found if first <= n < last]


_TRAILING_NUMBERS = re.compile(r"(?<!\S)\d{1,2}(?: \d{1,2})?$")


class LineKeys:
    """The lines of a text with their keys, made when they are asked for."""

    __slots__ = ("_keys", "heads", "lines", "short", "starts", "text")

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        self.text = text
        self.lines = lines
        self.heads: list[str] = []
        """The first letters of each line: ``_PREFIX`` of them, fewer only where it has no more."""
        self.starts: dict[str, list[int]] = {}
        """First letters → the lines that begin so."""
        self.short: list[int] = []
        """Lines with fewer letters than ``_PREFIX``, but some."""
        heads, starts = self.heads, self.starts
        for number, line in enumerate(lines):
            start = line[0]
            # A slice that runs over the line's end holds a line end, which is no letter.
            head = text[start : start + _PREFIX]
            if head[:2] == "- ":  # a list item's mark
                head = text[start + 2 : start + 2 + _PREFIX]
            if not head.isalnum() or len(head) < _PREFIX:
                head = _NOT_KEY.sub("", text[start : min(line[1], start + _HEAD)])[:_PREFIX]
            head = head.lower()
            heads.append(head)
            if len(head) < _PREFIX:
                if head:
                    self.short.append(number)
            elif head in starts:
                starts[head].append(number)
            else:
                starts[head] = [number]
        self._keys: dict[int, str] = {}

    def key(self, number: int) -> str:
        """The key of a whole line."""
        found = self._keys.get(number)
        if found is None:
            line = self.lines[number]
            found = self._keys[number] = make_key(self.text[line.start : line.end])
        return found

    def match(self, key: Key, number: int, *, start: int | None = None, pass_numbers: bool = False) -> Match | None:
        """Where ``key`` stands at the beginning of line ``number`` (or at offset ``start`` in it), folds undone.

        With ``pass_numbers``, one or two numbers at the end of a line may stand between the words: a table
        cell whose text is folded has its numbers beside any of its lines.
        """
        lines, text = self.lines, self.text
        begin, stop = lines[number][:2]
        if start is not None:
            begin = start
        after = begin + len(key.printed)
        if after <= stop and (text.startswith(key.printed, begin) or text[begin:after].lower() == key.lowered):
            return _make_match((number, number, begin, after, None))
        # Most lines that begin like a key go on otherwise: that is seen without the key of a whole paragraph.
        if key.opening:
            opening = text[begin : begin + len(key.opening)]
            if opening.isalnum() and opening.lower() != key.opening:
                return None
        if stop - begin > _FAR:
            head = make_key(text[begin : begin + _HEAD])
            if not (key.startswith(head) or head.startswith(key)):
                return None
        rest: str = key
        last, gap = number, None
        while True:
            line = lines[last]
            piece_start = begin if last == number else line.start
            piece = self.key(last) if piece_start == line.start else make_key(text[piece_start : line.end])
            if piece.startswith(rest):
                return Match(number, last, begin, self.offset_of(piece_start, line.end, len(rest)), gap)
            if not piece or not rest.startswith(piece):
                if not pass_numbers or gap is not None:
                    return None
                numbers = _TRAILING_NUMBERS.search(text, piece_start, line.end)
                if numbers is None:
                    return None
                piece = make_key(text[piece_start : numbers.start()])
                if not piece or not rest.startswith(piece) or piece == rest:
                    return None
                gap = (numbers.start(), numbers.end())
            rest = rest[len(piece) :]
            last += 1
            if last >= len(lines):
                return None

    def offset_of(self, start: int, end: int, letters: int) -> int:
        """The offset just after the ``letters``-th letter or digit from ``start``."""
        text = self.text
        for offset in range(start, end):
            character = text[offset]
            if character != "_" and character.isalnum():
                letters -= 1
                if not letters:
                    return offset + 1
        return end
