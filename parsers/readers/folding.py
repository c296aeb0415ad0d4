"""Lines folded at a width: whether a text is folded at all, where, and which lines belong together.

The evidence is the whole text. In a folded text the lines that end with a comma, or that a small letter follows,
end just below one limit, and the word that begins the next line would have gone beyond it. A text whose paragraphs
stand on one line each has few such lines, and they end anywhere. Nothing is joined without that evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from parsers.document import BROWSERS_HYPHEN, HYPHENS, Join
from parsers.readers.hyphens import collect_words, decide_hyphen

_NARROWEST, _WIDEST = 24, 200
_LIKELY_WIDTHS = range(45, 111)
_FEW, _FEWEST_LINES = 2, 8
_ENOUGH, _ENOUGH_ELSEWHERE, _ENOUGH_LOOSE, _ENOUGH_CHOPPED = 4, 8, 8, 6
# Text set in a proportional font, or filled evenly by `fmt`, ends its lines within this share of the limit.
_LOOSE = 0.8
_MOST = 0.95
_LONGER = 1.1
_DOUBLE = 2.3
# `Label: value`, `4.1 Heading`, a heading's or row's two numbers at the end: what begins or ends a line by itself.
_LABEL = re.compile(r"[A-ZÅÄÖ][^:.!?]{1,110}:(?:\s|$)")
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}\.? [A-ZÅÄÖ]")
_ROW_END = re.compile(r" \d{1,2} {1,99}\d{1,2}$")
_LONE_NUMBER = re.compile(r"\d{1,2}")
_SHORT_VALUE = re.compile(r": \S{1,12}$")
_LAST_LETTERS, _FIRST_LETTERS = re.compile(r"[^\W_]{1,60}$"), re.compile(r"[^\W_]{1,60}")
_ENDS = (".", "!", "?", ";")
_UNITS = frozenset("%€‰°")
_OPENING = frozenset("([\"'”’«“‘")


class RawLine(NamedTuple):
    """A line as it stands in the file: white space at its end gone, at its beginning kept, tabs to spaces."""

    raw: str
    blank: bool
    """An empty line stands before it."""
    is_item: bool
    is_row: bool = False
    cut: int = 0
    """Spaces at its end that are gone."""
    opens_page: bool = False
    """It is the first of a page: whether an empty line belongs before it, nobody knows."""


class Fold(NamedTuple):
    """How a text is folded; all in characters."""

    width: int
    least: float
    """A line is full if it would be longer than this with the next line's first word."""
    most: float
    """No line that was folded is longer than this."""
    is_even: bool
    """Every line was filled as far as it goes."""


def measure_reach(lines: list[RawLine]) -> list[tuple[int, int]]:
    """For each line its length, and its length with the first word of the next line behind it (0 for the last)."""
    words = [line.raw.split(None, 1)[0] for line in lines]
    return [(len(line.raw), len(line.raw) + 1 + len(word)) for line, word in zip(lines, [*words[1:], ""], strict=True)]


def find_fold(lines: list[RawLine], reach: list[tuple[int, int]]) -> Fold | None:
    """How a text is folded, or None where there is no good evidence that it is."""
    pairs = [
        reach[number]
        for number, (line, following) in enumerate(pairwise(lines))
        if not (following.blank or following.is_item or following.is_row)
        and (line.raw.endswith(",") or _begins_small(following.raw.lstrip()))
        and " " in line.raw.strip()
    ]
    if len(pairs) < (_FEW if len(lines) >= _FEWEST_LINES else _ENOUGH):
        return None
    lengths = sorted(length for length, _ in pairs)
    wide = [length for line, (length, _) in zip(lines, reach, strict=True) if " " in line.raw.strip()]
    return _find_even_fold(pairs, lengths, wide) or _find_loose_fold(pairs, lengths, max(wide))


def _find_even_fold(pairs: list[tuple[int, int]], lengths: list[int], wide: list[int]) -> Fold | None:
    # One or two lines in a hundred that somebody broke by hand do not set the width.
    width = lengths[-1 - len(lengths) // 50]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    if len(pairs) < _ENOUGH:
        # So few show it only if no line of the whole text is longer than these could be.
        widths = [max(wide)] if max(wide) in _LIKELY_WIDTHS else []
        share = 1.0
    else:
        # A line before a capital may be the longest: the width is its length, if the others bear that out.
        widths = [max(length for length in wide if length <= width * _LONGER), width]
        share = _MOST
        if len(pairs) < _ENOUGH_ELSEWHERE and width not in _LIKELY_WIDTHS:
            return None
        if sum(length > width * _LONGER for length in wide) > len(pairs) * 0.25:
            return None
    for limit in widths:
        if sum(length <= limit < end for length, end in pairs) >= len(pairs) * share:
            return Fold(limit, limit, limit, True)
    return None


def _find_loose_fold(pairs: list[tuple[int, int]], lengths: list[int], longest: int) -> Fold | None:
    """For text that was set in a proportional font: lines end near a limit; a few were joined in pairs at hyphens."""
    width = lengths[len(lengths) * 85 // 100]
    if len(pairs) < _ENOUGH_LOOSE or not _NARROWEST <= width <= _WIDEST or longest > width * _DOUBLE:
        return None
    least = width * _LOOSE
    near = sum(length <= width * _LONGER and end > least for length, end in pairs)
    full = sum(end > least for _, end in pairs)
    if full >= len(pairs) * _MOST and near >= len(pairs) * 0.75:
        return Fold(width, least, width * _DOUBLE, False)
    return None


def find_chopped_width(lines: list[RawLine]) -> int:
    """The width at which every line was cut, in the middle of words too (``fold -w 80``); 0 where none was."""
    lengths = [len(line.raw) + line.cut for line in lines]
    width = max(lengths)
    if not _NARROWEST <= width <= _WIDEST or lengths.count(width) < _ENOUGH_CHOPPED:
        return 0
    pairs = [number for number, line in enumerate(lines[1:]) if not line.blank and _begins_small(line.raw)]
    chopped = sum(lengths[number] == width for number in pairs)
    return width if pairs and chopped >= len(pairs) * _MOST else 0


def _join_chopped(lines: list[RawLine], width: int) -> dict[int, tuple[Join, bool]]:
    joins: dict[int, tuple[Join, bool]] = {}
    for number, (line, following) in enumerate(pairwise(lines), 1):
        if len(line.raw) + line.cut == width and not following.blank:
            # Nothing between the halves of a word: what a hyphen of its own asks for, too.
            apart = line.cut > 0 or following.raw[0] == " "
            joins[number] = (Join.SPACE if apart else Join.KEEP_HYPHEN), False
    return joins


def find_joins(lines: list[RawLine]) -> dict[int, tuple[Join, bool]]:
    """For the number of every line that continues the one before: the join, and whether its hyphen is a guess."""
    if not lines:
        return {}
    width = find_chopped_width(lines)
    if width:
        return _join_chopped(lines, width)
    reach = measure_reach(lines)
    fold = find_fold(lines, reach)
    if fold is None:
        return {}
    has_word = make_word_test(lines)
    joins: dict[int, tuple[Join, bool]] = {}
    margin = min(len(line.raw) - len(line.raw.lstrip()) for line in lines)
    full = [
        end > fold.least and (length <= fold.most or " " not in line.raw.strip())
        for line, (length, end) in zip(lines, reach, strict=True)
    ]
    for first, last in _find_blocks(lines, full):
        block = full[first : last - 1]
        uniform = len(block) if all(block) else 0
        for number, is_full in enumerate(block, first + 1):
            goes_on = number - 1 in joins
            if not is_full or not _continues(
                lines[number - 1], lines[number], fold, uniform=uniform, margin=margin, goes_on=goes_on
            ):
                continue
            before, after = lines[number - 1].raw, lines[number].raw.lstrip()
            if before.endswith(HYPHENS):
                joins[number] = _join_hyphen(before, after, has_word, fold)
            else:
                joins[number] = Join.SPACE, False
    return joins


def _join_hyphen(before: str, after: str, has_word: Callable[[str], bool], fold: Fold) -> tuple[Join, bool]:
    if not fold.is_even or before[-1] == BROWSERS_HYPHEN:
        return decide_hyphen(before, after, has_word)
    if before.endswith(" -"):
        return Join.SPACE, False
    join, doubtful = decide_hyphen(before, after, has_word)
    if join is Join.DROP_HYPHEN:
        # What fills lines to the last character breaks words at the hyphens they have, and puts none in.
        head, tail = _LAST_LETTERS.search(before[-60:-1]), _FIRST_LETTERS.match(after)
        if head is None or tail is None or not has_word((head[0] + tail[0]).casefold()):
            return Join.KEEP_HYPHEN, True
    return join, doubtful


def make_word_test(lines: list[RawLine]) -> Callable[[str], bool]:
    """Whether a word stands in the lines; they are searched when the first is asked for, which is seldom."""
    words: frozenset[str] | None = None

    def has_word(word: str) -> bool:
        nonlocal words
        if words is None:
            words = collect_words("\n".join([line.raw for line in lines]))
        return word in words

    return has_word


def _find_blocks(lines: list[RawLine], full: list[bool]) -> list[tuple[int, int]]:
    """Runs of two lines and more without an empty line between; a page begins one, too, unless the last is full."""
    starts = [
        number
        for number, line in enumerate(lines)
        if number == 0 or line.blank or (line.opens_page and not full[number - 1])
    ]
    return [(start, end) for start, end in zip(starts, [*starts[1:], len(lines)], strict=True) if end - start > 1]


def _begins_small(text: str) -> bool:
    """Whether text begins in the middle of a sentence: a small letter, maybe behind a bracket or quotation mark."""
    return text[:1].islower() or text[:1] in _UNITS or (text[:1] in _OPENING and text[1:2].islower())


def _continues(before: RawLine, line: RawLine, fold: Fold, *, uniform: int, margin: int, goes_on: bool) -> bool:
    """Whether a line whose first word would not have fitted on the line before really goes on with its sentence.

    ``uniform``: how many lines the block has that are full, if all but its last are; ``margin``: spaces before every
    line of the text; ``goes_on``: the line before continues another itself.
    """
    if before.is_row or line.is_row:
        return False
    above, text = before.raw.lstrip(), line.raw.lstrip()
    if line.is_item:
        return _is_dash_within(before, text, fold)
    if _begins_small(text) or _LONE_NUMBER.fullmatch(text):
        return True
    indent, indent_above = len(line.raw) - len(text) - margin, len(before.raw) - len(above) - margin
    if indent > indent_above and (before.is_item or _LABEL.match(above)):
        return True  # hanging
    if indent < indent_above or indent > indent_above == 0:
        return False  # a new paragraph, or one whose first line is indented
    if indent > 0 and goes_on:
        return True  # hanging still
    # In a paragraph of several lines a colon is one of a sentence's.
    if (uniform < 2 and _LABEL.match(text)) or _NUMBERED.match(text) or _ROW_END.search(text):
        return False
    if _ROW_END.search(above) or _SHORT_VALUE.search(above):
        return False
    # Among lines that end by themselves a capital after a full stop, or after a number, begins a line of its own.
    return uniform > 0 or not (above.endswith(_ENDS) or above[-1:].isdigit())


def _is_dash_within(before: RawLine, text: str, fold: Fold) -> bool:
    """Whether a dash at a line's start is a pause in the sentence: there was no room for it on the line before."""
    if before.is_item or text[:2] not in ("- ", "– ") or not fold.is_even:
        return False
    return len(before.raw) + 2 > fold.width and not before.raw.endswith((*_ENDS, ":")) and text[2:3].islower()
