"""Two values compared in tiers: exact, white space folded, case and punctuation left out, and by similarity."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import IntEnum

from pipeline.evaluate.judged import BOUNDARY_WORDS


class Tier(IntEnum):
    """How alike two values are: the first tier at which they are equal."""

    EXACT = 0
    FOLDED = 1
    """Equal once every run of white space is one space."""
    SOFT = 2
    """Equal in their letters and digits, case left out."""
    DIFFERENT = 3


_CHARACTERS = 3_000
"""Texts up to this length are compared character by character, longer ones word by word: the cost is quadratic."""
_SHARE_ERROR = 1e-6


def compare_values(truth: object, found: object) -> Tier:
    """The tier at which two values, neither of them null, are equal."""
    if isinstance(truth, float) or isinstance(found, float):
        same = _as_number(truth) == _as_number(found) or _is_close(truth, found)
        return Tier.EXACT if same else Tier.DIFFERENT
    one, other = as_text(truth), as_text(found)
    if one == other:
        return Tier.EXACT
    if fold(one) == fold(other):
        return Tier.FOLDED
    return Tier.SOFT if soften(one) == soften(other) else Tier.DIFFERENT


def _as_number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _is_close(truth: object, found: object) -> bool:
    one, other = _as_number(truth), _as_number(found)
    return one is not None and other is not None and abs(one - other) <= _SHARE_ERROR * max(1.0, abs(one))


def as_text(value: object) -> str:
    """A value as text that compares: dates in ISO form, the rest as Python writes it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else repr(value)


def fold(text: str) -> str:
    """Every run of white space as one space."""
    return " ".join(text.split())


def soften(text: str) -> str:
    """Letters and digits only, without case."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def first_words(text: str) -> str:
    """What a text begins with."""
    return " ".join(text.split(maxsplit=BOUNDARY_WORDS)[:BOUNDARY_WORDS])


def last_words(text: str) -> str:
    """What a text ends with."""
    return " ".join(text.rsplit(maxsplit=BOUNDARY_WORDS)[-BOUNDARY_WORDS:])


def measure_similarity(one: str, other: str) -> float:
    """Twice the share of characters that both have in the same order, 0 to 1."""
    if one == other:
        return 1.0
    total = len(one) + len(other)
    start = _common_prefix(one, other)
    one, other = one[start:], other[start:]
    end = _common_prefix(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    return 2 * (start + end + _matching(one, other)) / total


def _common_prefix(one: str, other: str) -> int:
    size = min(len(one), len(other))
    if one[:size] == other[:size]:
        return size
    return next(at for at in range(size) if one[at] != other[at])


def _matching(one: str, other: str) -> int:
    if not one or not other:
        return 0
    if max(len(one), len(other)) <= _CHARACTERS:
        return sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    words, others = split_words(one), split_words(other)
    blocks = SequenceMatcher(None, words, others).get_matching_blocks()
    return sum(len(word) for block in blocks for word in words[block.a : block.a + block.size])


def split_words(text: str) -> list[str]:
    """Words with the white space after them, so that they join to the text again."""
    words: list[str] = []
    begin = 0
    for at in range(1, len(text)):
        if text[at - 1].isspace() and not text[at].isspace():
            words.append(text[begin:at])
            begin = at
    if text:
        words.append(text[begin:])
    return words
