"""Lines that may be headings of the form: its printed number and its known title, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from parsers.compiled import CompiledForm
from parsers.document import Kind
from parsers.fuzzy import read_number
from parsers.keys import LineKeys, Match, make_key

_BASE = 10.0
_EXACT = 1.0
_GLUED = -4.0
_NEAR = -3.0


class Heading(NamedTuple):
    """A line that may be the heading of the section with ``rank``."""

    line: int
    rank: int
    weight: float
    match: Match
    exact: bool
    """Printed as the form prints it, white space and dots aside, and alone."""
    glued: bool
    """The section's first label follows on the same line."""


def find_headings(keys: LineKeys, form: CompiledForm) -> list[Heading]:
    """Every line that carries the number and the title of one of the form's headings and nothing else."""
    found: list[Heading] = []
    for number in form.headings.lines_of(keys, 0, len(keys.heads)):
        if keys.lines[number].kind is Kind.LIST_ITEM:
            continue
        for key, rank in form.headings.candidates(keys.heads[number]):
            match = keys.match(key, number)
            if match is None:
                continue
            rest = keys.text[match.end : keys.lines[match.last].end].strip(" .:")
            glued = bool(rest)
            if glued and not _begins_with_entry(rest, form.sections[rank].number, form):
                continue
            exact = " ".join(keys.text[match.start : match.end].split()) in form.printed_headings[rank]
            weight = _BASE + (_EXACT if exact else 0.0) + (_GLUED if glued else 0.0)
            found.append(Heading(number, rank, weight, match, not glued, glued))
            break
    return found


def _begins_with_entry(rest: str, number: str, form: CompiledForm) -> bool:
    """Text after a heading on its own line is only believed where a label of that section begins it."""
    key = make_key(rest)
    return any(key.startswith(entry) for entry, _ in form.entries[number].candidates(key))


# A number as printed or as misread; what follows it is compared with the titles.
_NUMBER = re.compile(r"([0-9lIiOoSsZzBb|]{1,2}(?: ?[.,] ?[0-9lIiOoSsZzBb|])?)[.,)]? ?(?=\w)")
_LONGEST_HEADING = 120


def end_of_number(text: str, match: Match) -> int:
    """Where the title of a heading begins whose number is misread or missing."""
    printed = _NUMBER.match(text, match.start, match.end)
    if printed is None or (printed[1].isalpha() and printed.end() == printed.end(1)):
        return match.start  # the title's own first letter, or what is glued to it
    return printed.end()


_NEAR_LINES = 2
"""A damaged heading may be folded over this many lines."""


def find_near_headings(keys: LineKeys, form: CompiledForm, missing: Collection[int]) -> list[Heading]:
    """Headings of ``missing`` ranks whose number is right and whose title is nearly so.

    Of a section that may be missing (the final report) the title alone will do: nothing else would tell of it.
    """
    found: list[Heading] = []
    if not missing:
        return found
    digits = {form.sections[rank].number[0] for rank in missing}
    starts = {letter for letter in "0123456789lioszbg|" if read_number(letter) in digits}
    bare = {
        key: rank for key, rank, _ in form.near_headings.entries if rank in missing and form.sections[rank].optional
    }
    starts |= {key[0] for key in bare}
    for number, head in enumerate(keys.heads):
        if head[:1] not in starts or keys.lines[number].kind is Kind.LIST_ITEM:
            continue
        line = keys.lines[number]
        if line.end - line.start > _LONGEST_HEADING:
            continue
        rank = bare.get(make_key(keys.text[line.start : line.end])) if bare else None
        if rank is not None:
            match = Match(number, number, line.start, line.end)
            found.append(Heading(number, rank, _BASE + _NEAR - 1, match, False, False))
            continue
        printed = _NUMBER.match(keys.text, line.start, line.end)
        if printed is None:
            continue
        own = read_number(printed[1])
        key, last = "", number
        for last in range(number, min(number + _NEAR_LINES, len(keys.lines))):
            start = printed.end() if last == number else keys.lines[last].start
            key += make_key(keys.text[start : keys.lines[last].end])
            near = form.near_headings.nearest(key, only=missing)
            if near is None or form.sections[near.thing].number.replace(".", "") != own:
                continue
            match = Match(number, last, line.start, keys.lines[last].end)
            found.append(Heading(number, near.thing, _BASE + _NEAR - near.distance, match, False, False))
            break
    return found
