"""The form and its sections, found as a whole.

A heading is its printed number and its known title, on lines of their own. Free text may quote any of them, so the
sections are not cut at the first match: of all ways to read the candidates in the form's order the best one is
taken (``parsers.chains``), judged by the labels that stand between the headings and by how the headings look.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.form import Section
from parsers.chains import choose_in_order
from parsers.compiled import CompiledForm
from parsers.document import Kind, Line
from parsers.headings import Heading, end_of_number, find_near_headings
from parsers.keys import LineKeys, Match, lower_in_place

_STYLE = 3.0
_EVIDENCE = 3.0
_EMPTY_GROUP = 2.0
"""A heading that only groups others is followed by the first of them at once."""


class Part(NamedTuple):
    """A section of a document: its heading and the numbers of its body's lines."""

    section: Section
    start: int
    heading_end: int
    title_start: int
    first: int
    """First line of the body."""
    last: int
    """The line after the body."""
    exact: bool


@dataclass(frozen=True, slots=True)
class SectionMap:
    """How a document divides into the form's sections."""

    keys: LineKeys
    """The document's lines but furniture; heading lines with text glued to them are split in two."""
    preamble: int
    """Lines before the first section."""
    parts: tuple[Part, ...]
    doubtful: tuple[int, ...]
    """Places in ``parts`` of headings that stand more than once."""


def divide_sections(keys: LineKeys, form: CompiledForm, headings: Sequence[Heading]) -> SectionMap:
    """The document's parts, chosen from ``headings`` as a whole."""
    styled = _weigh_styles(keys, headings)
    choice = choose_in_order(styled, _Evidence(keys, form, styled).between, slack=_EMPTY_GROUP)
    missing = set(range(len(form.sections))) - {styled[place].rank for place in choice.chosen}
    near = find_near_headings(keys, form, missing)
    if near:
        styled = sorted([*styled, *near], key=lambda heading: (heading.line, heading.rank))
        choice = choose_in_order(styled, _Evidence(keys, form, styled).between, slack=_EMPTY_GROUP)
    chosen = [styled[place] for place in choice.chosen]
    doubtful = tuple(index for index, place in enumerate(choice.chosen) if place in choice.doubtful)
    if any(heading.glued for heading in chosen):
        keys, chosen = _split_glued(keys, chosen)
    ends = [heading.line for heading in chosen[1:]] + [len(keys.lines)]
    parts = []
    for heading, end in zip(chosen, ends, strict=True):
        section = form.sections[heading.rank]
        parts.append(
            Part(
                section=section,
                start=heading.match.start,
                heading_end=heading.match.end,
                title_start=_title_start(keys.text, heading.match, section.number),
                first=heading.match.last + 1,
                last=end,
                exact=heading.exact,
            )
        )
    return SectionMap(keys, chosen[0].line if chosen else len(keys.lines), tuple(parts), doubtful)


def _title_start(text: str, match: Match, number: str) -> int:
    """Where the title begins after the printed number (``4.1``, ``4.1.``, ``4. 1``), misread or not, or without any."""
    digits = number.replace(".", "")
    offset = match.start
    for digit in digits:
        found = text.find(digit, offset, match.end)
        if found < 0:
            return end_of_number(text, match)
        offset = found + 1
    while offset < match.end and not text[offset].isalnum():
        offset += 1
    return offset


def _style(keys: LineKeys, match: Match) -> tuple[object, ...]:
    """How a heading looks: what free text that quotes it rarely imitates."""
    line = keys.lines[match.first]
    after = match.last + 1
    gap_after = after >= len(keys.lines) or keys.lines[after].blank_before
    size = None if line.size is None else round(line.size * 2)
    return (line.kind, line.bold, size, line.blank_before, gap_after)


def _weigh_styles(keys: LineKeys, headings: Sequence[Heading]) -> list[Heading]:
    """The headings with a bonus for looking like those about which there is no doubt."""
    counts: dict[int, int] = {}
    for heading in headings:
        counts[heading.rank] = counts.get(heading.rank, 0) + 1
    if all(count == 1 for count in counts.values()):
        return list(headings)
    sure = [_style(keys, heading.match) for heading in headings if counts[heading.rank] == 1]
    # Where every heading is doubled, the looks of all are the only standard there is.
    sure = sure or [_style(keys, heading.match) for heading in headings]
    shares = {style: sure.count(style) / len(sure) for style in set(sure)}
    return [
        heading._replace(weight=heading.weight + _STYLE * shares.get(_style(keys, heading.match), 0.0))
        for heading in headings
    ]


class _Evidence:
    """How well the lines between two headings fit the section that the first one opens."""

    def __init__(self, keys: LineKeys, form: CompiledForm, headings: Sequence[Heading]) -> None:
        self._keys, self._form, self._headings = keys, form, headings
        self._hits: dict[int, dict[str, list[int]]] | None = None

    def between(self, here: int, there: int | None) -> float:
        heading = self._headings[here]
        if self._hits is None:
            self._hits = self._find_hits()
        first = heading.match.last + (0 if heading.glued else 1)
        last = self._headings[there].line if there is not None else len(self._keys.lines)
        weight = 0.0
        for lines in self._hits.get(heading.rank, {}).values():
            if first <= lines[0] < last or (first <= lines[-1] and lines[bisect_left(lines, first)] < last):
                weight += _EVIDENCE
        if (
            there is not None
            and last == first
            and self._form.sections[self._headings[there].rank].parent_number
            == self._form.sections[heading.rank].number
        ):
            weight += _EMPTY_GROUP
        return weight

    def _find_hits(self) -> dict[int, dict[str, list[int]]]:
        """Section rank → label key → lines on which it stands as a label."""
        hits: dict[int, dict[str, list[int]]] = {}
        entries, keys, text, lines = self._form.all_entries, self._keys, self._keys.text, self._keys.lines
        for number in entries.lines_of(keys, 0, len(keys.heads)):
            start, stop = lines[number][:2]
            for key, (rank, entry) in entries.candidates_at(keys, number):
                is_line = isinstance(entry, str)
                end = start + len(key.printed)
                if not text.startswith(key.printed, start) or end > stop:
                    match = keys.match(key, number, pass_numbers=is_line)
                    if match is None:
                        continue
                    end, stop = match.end, lines[match.last].end
                after = text[end : min(end + 2, stop)].lstrip(" ")[:1]
                if not after or after == ":" or (is_line and after in "0123456789)"):
                    hits.setdefault(rank, {}).setdefault(key, []).append(number)
        return hits


def _split_glued(keys: LineKeys, chosen: Sequence[Heading]) -> tuple[LineKeys, list[Heading]]:
    """Lines on which a section begins right after its heading become two lines."""
    cuts = {heading.match.last: heading.match.end for heading in chosen if heading.glued}
    lines: list[Line] = []
    moved: list[int] = []
    for number, line in enumerate(keys.lines):
        moved.append(len(lines))
        if number not in cuts:
            lines.append(line)
            continue
        cut = cuts[number]
        tail = cut + len(keys.text[cut : line.end]) - len(keys.text[cut : line.end].lstrip(" .:"))
        lines.append(line._replace(end=cut, cells=()))
        lines.append(line._replace(start=tail, kind=Kind.TEXT, cells=(), blank_before=False))
    shifted = [
        heading._replace(
            line=moved[heading.line],
            match=heading.match._replace(first=moved[heading.match.first], last=moved[heading.match.last]),
        )
        for heading in chosen
    ]
    return LineKeys(keys.text, lines), shifted


@dataclass(frozen=True, slots=True)
class TitleFound:
    """The document's title: which fund it names and where it stands."""

    fund: str
    start: int
    end: int
    first: int
    last: int
    exact: bool


_TITLE_LINES = 80
"""A title stands among the first lines, however many come before the first heading."""


def find_title(keys: LineKeys, form: CompiledForm, before: int) -> TitleFound | None:
    """The form's title among the lines before the first section: as printed, inside a line, or nearly so."""
    before = min(before, _TITLE_LINES)
    exact = find_exact_title(keys, form, before)
    if exact is not None:
        return exact
    for find in (_title_inside, _title_near):
        for number in range(before):
            if (found := find(keys, form, number, before)) is not None:
                return found
    return None


def find_exact_title(keys: LineKeys, form: CompiledForm, before: int) -> TitleFound | None:
    """The form's title on a line of its own, folds undone."""
    for number in form.titles.lines_of(keys, 0, min(before, _TITLE_LINES)):
        for key, fund in form.titles.candidates(keys.heads[number]):
            match = keys.match(key, number)
            if match is not None and match.last < before:
                return TitleFound(fund, match.start, match.end, match.first, match.last, True)
    return None


_TITLE_FOLDS = 3
_LONGEST_TITLE = 120


def _title_near(keys: LineKeys, form: CompiledForm, number: int, before: int) -> TitleFound | None:
    """A damaged title, which may be folded: near enough to one fund's to be no other's."""
    key = ""
    for last in range(number, min(number + _TITLE_FOLDS, before)):
        if keys.lines[last].end - keys.lines[number].start > _LONGEST_TITLE:
            return None
        key += keys.key(last)
        near = form.near_titles.nearest(key)
        if near is not None:
            return TitleFound(near.thing, keys.lines[number].start, keys.lines[last].end, number, last, False)
    return None


def _title_inside(keys: LineKeys, form: CompiledForm, number: int, before: int) -> TitleFound | None:
    """A title that does not begin its line (a brand line stands before it), found from its first word on."""
    line = keys.lines[number]
    if number >= before or line.end - line.start > 2 * _LONGEST_TITLE:
        return None
    for key, fund in form.titles.all:
        if key not in keys.key(number):
            continue
        words = lower_in_place(keys.text[line.start : line.end])
        place = -1
        while (place := words.find(key[:_TITLE_WORD], place + 1)) >= 0:
            match = keys.match(key, number, start=line.start + place)
            if match is not None:
                return TitleFound(fund, match.start, match.end, match.first, match.last, False)
    return None


_TITLE_WORD = 6


_NEAR_TITLE = 8
"""Lines between a description's title and its first heading."""


def find_second_description(
    keys: LineKeys, form: CompiledForm, after: int, headings: Sequence[Heading]
) -> tuple[int, int] | None:
    """The title of another description after line ``after``: with the form's first heading close behind it.

    Free text may quote the title, and it may quote the heading; both together begin a description.
    """
    firsts = [heading.line for heading in headings if heading.rank == 0]
    for number in form.titles.lines_of(keys, after, len(keys.lines)):
        for key, _ in form.titles.candidates(keys.heads[number]):
            match = keys.match(key, number)
            if match is not None and any(match.last < first <= match.last + _NEAR_TITLE for first in firsts):
                return match.start, match.end
    return None
