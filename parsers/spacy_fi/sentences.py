"""Where sentences begin, by rule: line ends, list items and headings count as much as full stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from parsers.spacy_fi.layout import layout_of
from parsers.spacy_fi.tokens import ABBREVIATIONS
from parsers.spacy_fi.wordlists import words

BULLETS = frozenset(words("- * • – — · ○ ▪ ● ■ ◦ ‣ > o"))
_STOPS = frozenset(words(". ! ? … .. ... .... !! ?? ?! !? !!! ???"))
_CLOSING = frozenset(["”", '"', "’", "'", "»", ")", "]"])
_OPENING = frozenset(["”", '"', "“", "‘", "’", "'", "«", "(", "["])
_MAY_END = frozenset(words("jne. ym. yms. tms. kpl. kk. pv. mrd. milj."))
"""Abbreviations after which a capital begins a sentence."""
_NO_ENDS = frozenset(words(", ; ( / & ja tai sekä"))


def find_starts(words: Sequence[str], spaces: Sequence[bool]) -> list[int]:
    """Numbers of the tokens with which sentences begin; the first token is one of them.

    ``spaces`` says whether a blank follows each token.
    """
    if not words:
        return []
    starts = [0]
    count = len(words)
    for place, word in enumerate(words):
        if word in _STOPS:
            after = _end_of_stop(words, spaces, place)
        elif word[0] == "\n" or (word[-1] == "." and _may_end(word)):
            after = place + 1
        else:
            continue
        if after >= count or after == starts[-1]:
            continue
        if word[0] == "\n":
            if _breaks_line(words, place, after, starts[-1]):
                starts.append(after)
        elif _begins_sentence(words, place, after):
            starts.append(after)
    return starts


def _end_of_stop(words: Sequence[str], spaces: Sequence[bool], place: int) -> int:
    """The token after a full stop and the quotes and parentheses that it closes."""
    after = place + 1
    while after < len(words) and not spaces[after - 1] and words[after] in _CLOSING:
        after += 1
    return after


def _may_end(word: str) -> bool:
    return word[0].isdigit() or word.lower() in _MAY_END


def _begins_sentence(words: Sequence[str], place: int, after: int) -> bool:
    following = words[after]
    if following[0] == "\n":
        return False  # the line end decides
    if following in _OPENING and after + 1 < len(words):
        following = words[after + 1]
    if not (following[0].isupper() or following[0].isdigit() or following in BULLETS or following[0] == "█"):
        return False
    before = words[place - 1] if place else "\n"
    if words[place] != ".":
        return not (words[place][0].isdigit() and len(words[place]) < 4 and following[0].isdigit())
    if len(before) == 1 and before.isupper():
        return False  # M. Meikäläinen
    if place < 2 or words[place - 2][0] == "\n":
        return not (before.isdigit() or len(before) == 1)  # 1. Tausta
    return before.lower() not in ABBREVIATIONS or before.lower() + "." in _MAY_END or before.isdigit()


def _breaks_line(words: Sequence[str], place: int, after: int, start: int) -> bool:
    """Whether a sentence ends where a line does: not where a small letter goes on with what the line began."""
    if words[place].count("\n") > 1:
        return True
    following = words[after]
    if following in BULLETS or not following[0].islower():
        return not (words[place - 1] in _NO_ENDS and following not in BULLETS)
    if words[start] in BULLETS:
        return words[place - 1][-1:] in ".!?;,:"
    return words[place - 1][-1:] in ".!?;:"


def strip_bullet(words: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """A sentence's tokens without a list mark at its beginning and white space around it; may be empty."""
    while start < end and (words[start].isspace() or (words[start] in BULLETS and _is_mark(words, start, end))):
        start += 1
    while end > start and words[end - 1].isspace():
        end -= 1
    return start, end


def _is_mark(words: Sequence[str], start: int, end: int) -> bool:
    return (start == 0 or words[start - 1][0] == "\n") and start + 1 < end


@Language.component("hankekuvaus_sentences", assigns=["token.is_sent_start"])
def mark_sentences(doc: Doc) -> Doc:
    """Set the beginnings of sentences."""
    layout = layout_of(doc)
    starts = layout.starts = find_starts(layout.words, layout.spaces)
    values = np.full((len(doc), 1), -1, dtype="int64")
    values[starts] = 1
    doc.from_array([SENT_START], cast(Any, values.astype("uint64")))
    return doc
