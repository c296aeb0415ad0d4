"""Where two texts differ, to the character, cut to what surrounds the differences."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple

from pipeline.evaluate.compare import split_words


class Piece(NamedTuple):
    """A piece of one side; ``changed``: the other side has something else here, or nothing."""

    text: str
    changed: bool


_CONTEXT = 60
_LONGEST = 600
_CHARACTERS = 2_000
ELLIPSIS = " […] "


def mark_differences(truth: str, found: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; what is equal and far from a difference is left out behind ``[…]``."""
    by_words = max(len(truth), len(found)) > _CHARACTERS
    ours, theirs = (split_words(text) if by_words else list(text) for text in (truth, found))
    left: list[Piece] = []
    right: list[Piece] = []
    opcodes = SequenceMatcher(None, ours, theirs, autojunk=by_words).get_opcodes()
    for place, (tag, begin, end, start, stop) in enumerate(opcodes):
        one, other = "".join(ours[begin:end]), "".join(theirs[start:stop])
        if tag == "equal":
            one = other = _shorten(one, first=place == 0, last=place == len(opcodes) - 1)
        for side, text in ((left, one), (right, other)):
            if text:
                side.append(Piece(_cut(text), tag != "equal"))
    return left, right


def _shorten(text: str, *, first: bool, last: bool) -> str:
    keep_start, keep_end = (0 if first else _CONTEXT), (0 if last else _CONTEXT)
    if len(text) <= keep_start + keep_end + len(ELLIPSIS):
        return text
    return text[:keep_start] + ELLIPSIS + (text[-keep_end:] if keep_end else "")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST // 2] + ELLIPSIS + text[-_LONGEST // 2 :]
