"""Lines that may be rows of the score table: a criterion's name with two numbers beside, within or below it."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from parsers.compiled import CompiledForm
from parsers.document import Kind
from parsers.findings import Span, strip_span
from parsers.keys import LineKeys, Match, make_key
from parsers.labels import Region

# A letter or two right behind a number are a misread digit; a whole word there has lost its line break.
_NUMBERS = re.compile(r"[ :|–-]{0,3}(\d{1,3})[ |/;]{1,3}(\d{1,3})(?![\d.,%]|\w{1,2}(?!\w))")
_GLUED = re.compile(r"[ :|]{0,3}((?:10|\d)(?:10|\d))(?!\S)")
# Where two numbers belong, and something else that is as short: misread scores, kept as printed.
_DAMAGED = re.compile(r"[0-9OoIl|SB]{1,2}[ .,|/;-]{1,3}[0-9OoIl|SB]{1,2}")
_LONGEST_DAMAGE = 7
_ONE = re.compile(r"[ :|]{0,3}(\d{1,3})(?![\d.,%]|\w{1,2}(?!\w))")


class ScoreRow(NamedTuple):
    """A line that may be a criterion's row; how sure that is, is its weight."""

    line: int
    rank: int
    weight: float
    match: Match
    end: int
    """Just after the criterion's last letter or parenthesis."""
    numbers: Span | None
    numbers_line: int
    pair: bool
    inline: bool
    """Text follows the numbers on their line."""
    method: str = "exact"


def find_rows(keys: LineKeys, form: CompiledForm, region: Region) -> list[ScoreRow]:
    """Every line of the region that begins with a criterion as the form prints it."""
    rows = (_row_at(keys, form, region, number) for number in form.criteria.lines_of(keys, region.first, region.last))
    return [row for row in rows if row is not None]


def _row_at(keys: LineKeys, form: CompiledForm, region: Region, number: int) -> ScoreRow | None:
    if keys.lines[number].kind is Kind.LIST_ITEM:
        return None
    for key, rank in form.criteria.candidates(keys.heads[number]):
        match = keys.match(key, number, pass_numbers=True)
        if match is None or match.last >= region.last:
            continue
        found = _read_row(keys, region, number, rank, match)
        if found is not None:
            return found
    return None


def _read_row(keys: LineKeys, region: Region, number: int, rank: int, match: Match) -> ScoreRow | None:
    text, line = keys.text, keys.lines[match.last]
    end = match.end
    while end < line.end and text[end] == ")":
        end += 1
    rest = strip_span(text, end, line.end)
    bonus = 0.5 if line.kind is Kind.ROW or len(line.cells) > 1 else 0.0
    if match.gap is not None:
        pair = " " in text[match.gap[0] : match.gap[1]]
        if rest[1] > rest[0]:
            return None
        return ScoreRow(number, rank, (3.0 if pair else 0.75) + bonus, match, end, match.gap, match.first, pair, False)
    if rest[0] >= rest[1]:
        below = _numbers_below(keys, region, match.last + 1)
        if below is not None:
            return ScoreRow(number, rank, 3.0 + bonus, match, end, below[0], below[1], True, False)
        return ScoreRow(number, rank, 0.5 + bonus, match, end, None, match.last, False, False)
    numbers = _NUMBERS.match(text, end, line.end)
    if numbers is not None:
        inline = bool(text[numbers.end() : line.end].strip())
        span = (numbers.start(1), numbers.end(2))
        return ScoreRow(number, rank, (1.0 if inline else 3.0) + bonus, match, end, span, match.last, True, inline)
    one = _ONE.match(text, end, line.end)
    alone = one is not None and one.end() == line.end
    other = _numbers_below(keys, region, match.last + 1, most=1) if alone else None
    if one is not None and other is not None:
        span = (one.start(1), other[0][1])
        return ScoreRow(number, rank, 2.5 + bonus, match, end, span, other[1], True, False)
    glued = _GLUED.match(text, end, line.end)
    if glued is not None and glued.end() == line.end and glued[1] != "10":
        return ScoreRow(number, rank, 2.0 + bonus, match, end, glued.span(1), match.last, True, False)
    if one is not None and alone:
        return ScoreRow(number, rank, 0.75 + bonus, match, end, one.span(1), match.last, False, False)
    if rest[1] - rest[0] <= _LONGEST_DAMAGE and _DAMAGED.fullmatch(text, *rest):
        return ScoreRow(number, rank, 0.75 + bonus, match, end, rest, match.last, False, False)
    return None


_PAIR_LINE = re.compile(r"\d{1,2}[ |/;]{1,3}\d{1,2}")
_SINGLE_LINE = re.compile(r"\d{1,2}")


def _numbers_below(keys: LineKeys, region: Region, number: int, most: int = 2) -> tuple[Span, int] | None:
    """Scores on lines of their own below the criterion: ``0 1``, or ``0`` and ``1``."""
    if number >= region.last:
        return None
    line = keys.lines[number]
    if most == 2 and _PAIR_LINE.fullmatch(keys.text, line.start, line.end):
        return (line.start, line.end), number
    if not _SINGLE_LINE.fullmatch(keys.text, line.start, line.end):
        return None
    if most == 1:
        return (line.start, line.end), number
    second = _numbers_below(keys, region, number + 1, most=1)
    return ((line.start, second[0][1]), second[1]) if second else None


_TRAILING_PAIR = re.compile(r"[ :|]{1,3}\d{1,3}[ |/;]{1,3}\d{1,3}$", re.MULTILINE)
_NEAR = -0.75
_FOLDS = 3
_LONGEST_NAME = 140


def find_near_rows(keys: LineKeys, form: CompiledForm, region: Region, missing: Container[int]) -> list[ScoreRow]:
    """Rows of ``missing`` criteria whose names are not printed as the form prints them, folds undone."""
    found = []
    for number in range(region.first, region.last):
        if keys.lines[number].kind is Kind.LIST_ITEM:
            continue
        start, key = keys.lines[number].start, ""
        for last in range(number, min(number + _FOLDS, region.last)):
            line = keys.lines[last]
            pair = _TRAILING_PAIR.search(keys.text, line.start, line.end) if line.end - start <= _LONGEST_NAME else None
            end = pair.start() if pair else line.end
            if end - start > _LONGEST_NAME:
                break
            key += make_key(keys.text[line.start : end])
            near = form.near_criteria.nearest(key, only=missing)
            if near is None:
                if pair:
                    break
                continue
            if last > number and form.near_criteria.is_nearer(key[len(keys.key(number)) :], near):
                break
            row = _read_row(keys, region, number, near.thing, Match(number, last, start, end))
            if row is not None and row.pair:
                found.append(row._replace(weight=row.weight + _NEAR, method="fuzzy"))
            break
    return found
