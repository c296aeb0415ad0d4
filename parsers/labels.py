"""Labels and the values behind them, in sections of ``label: value`` lines.

A value runs from its label to the end of the line and of the line's folded continuations; whatever else stands in
the section is nobody's and stays unclaimed. Whether a document prints its values beside the labels or below them is
seen from all of its labels together.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from models.columns import ValueType
from models.fields import FIELD
from models.form import Label, ListHead, Section
from parsers.compiled import CompiledForm, Entry
from parsers.document import Join, Line
from parsers.findings import Findings, Slot, Span, clip, make_slot, strip_span
from parsers.keys import Key, KeyIndex, LineKeys, Match, make_key
from parsers.reading import State
from parsers.values import PARSERS

_COLONS = ":：∶꞉ː"


class Hit(NamedTuple):
    """An entry of a section found at the beginning of a line or of a cell."""

    entry: Entry
    start: int
    end: int
    """Just after the label's last letter or sign."""
    value_start: int
    """After the colon, if there is one."""
    line: int
    last: int
    """The line on which the label ends."""
    colon: bool
    method: str = "exact"


_make_hit: Callable[[Iterable[object]], Hit] = functools.partial(tuple.__new__, Hit)


class Region(NamedTuple):
    """A section's lines in which labels are looked for."""

    section: Section
    number: str
    """The section's own, or that of an indicator's subsection."""
    first: int
    last: int


class Habit(NamedTuple):
    """How this document prints labels and values."""

    below: bool = False
    """Values stand on the line after the label."""
    bare: bool = False
    """Labels have no colon."""


def find_hits(keys: LineKeys, form: CompiledForm, region: Region) -> list[Hit]:
    """The entries of a region in the text's order."""
    index = form.entries[region.section.number]
    hits: list[Hit] = []
    number, last, lines = region.first, region.last, keys.lines
    while number < last:
        if lines[number].cells:
            found = _hits_on_line(keys, index, number)
            hits += found
            end = found[-1].last if found else number
        elif (hit := _hit_at(keys, index.candidates_at(keys, number), number, None)) is not None:
            hits.append(hit)
            end = hit.last
        else:
            end = number
        number = max(number, end) + 1
    if hits:
        hits += _hits_inside(keys, region, hits)
        hits.sort(key=lambda hit: hit.start)
    return hits


def _hits_on_line(keys: LineKeys, index: KeyIndex[Entry], number: int) -> list[Hit]:
    line = keys.lines[number]
    first = _hit_at(keys, index.candidates_at(keys, number), number, None)
    hits = [first] if first is not None else []
    for cell in line.cells[1:]:
        if hits and cell.start < hits[-1].value_start:
            continue
        start = None if cell.start == line.start else cell.start
        head = make_key(keys.text[cell.start : cell.end])
        hit = _hit_at(keys, index.candidates(head), number, start)
        if hit is not None:
            hits.append(hit)
    return hits


def _hit_at(keys: LineKeys, candidates: Sequence[tuple[Key, Entry]], number: int, start: int | None) -> Hit | None:
    """The candidate that stands at the line's beginning, or at offset ``start`` in it."""
    for key, entry in candidates:
        match = keys.match(key, number, start=start)
        if match is None:
            continue
        hit = _judge_match(keys, entry, match)
        if hit is not None:
            return hit
    return None


def _judge_match(keys: LineKeys, entry: Entry, match: Match) -> Hit | None:
    """A match is a label only with what the form prints after labels; a list's head stands alone."""
    text, line = keys.text, keys.lines[match.last]
    end = match.end
    if end < line.end and text[end] == ":" and not isinstance(entry, str):
        return _make_hit((entry, match.start, end, end + 1, match.first, match.last, True, "exact"))
    while end < line.end and text[end] == ")":
        end += 1
    after, _ = strip_span(text, end, line.end)
    alone = after >= line.end
    colon = not alone and text[after] in _COLONS
    if isinstance(entry, str):
        if not alone and not (colon and not text[after + 1 : line.end].strip()):
            return None
        return Hit(entry, match.start, line.end, line.end, match.first, match.last, colon)
    if colon or alone:
        return Hit(entry, match.start, end, after + 1 if colon else after, match.first, match.last, colon)
    at_cell = any(cell.start <= match.start < cell.end <= end or cell.end == end for cell in line.cells)
    if at_cell:
        return Hit(entry, match.start, end, after, match.first, match.last, False)
    if isinstance(entry, ListHead):
        return None
    # No colon, but more text: believed where the habit of the document or the value itself says so.
    parted = after > end or (text[end - 1].islower() and not text[end].islower())
    return Hit(entry, match.start, end, after, match.first, match.last, False, "glued") if parted else None


@functools.cache
def _inside_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    """Labels with their colon anywhere in a line, as printed; for those that have no line of their own."""
    ordered = sorted(labels, key=len, reverse=True)
    return re.compile("(" + "|".join(re.escape(label).replace(r"\ ", r"[ \n]") for label in ordered) + r") ?[:：∶]")


def _hits_inside(keys: LineKeys, region: Region, hits: Sequence[Hit]) -> list[Hit]:
    """Labels that have lost their line break: inside another one's value, and nowhere else in the section."""
    seen = {hit.entry.field for hit in tell_namesakes(region.section, hits) if isinstance(hit.entry, Label)}
    missing = {text: label for label in region.section.labels if label.field not in seen for text in label.spellings()}
    if not missing:
        return []
    found: list[Hit] = []
    pattern = _inside_pattern(tuple(missing))
    for number in range(region.first, region.last):
        line = keys.lines[number]
        for match in pattern.finditer(keys.text, line.start + 1, line.end):
            label = missing[" ".join(match[1].split())]
            if label.field not in seen:
                seen.add(label.field)
                found.append(Hit(label, match.start(1), match.end(1), match.end(), number, number, True, "glued"))
    return found


def observe_habit(keys: LineKeys, regions: Iterable[tuple[Region, Sequence[Hit]]]) -> Habit:
    """How the document prints its labels, by the majority of them."""
    beside = below = colons = bare = 0
    for region, hits in regions:
        starts = {hit.line for hit in hits}
        for hit in hits:
            if not isinstance(hit.entry, Label):
                continue
            line = keys.lines[hit.last]
            if keys.text[hit.value_start : line.end].strip():
                beside += 1
                colons, bare = (colons + 1, bare) if hit.colon else (colons, bare + 1)
            elif hit.last + 1 < region.last and hit.last + 1 not in starts:
                below += 1
    return Habit(below=below > 2 * beside, bare=bare > 2 * colons)


def locate_values(keys: LineKeys, region: Region, hits: Sequence[Hit], habit: Habit, findings: Findings) -> None:
    """Adds the region's slots, claims and notices to ``findings``."""
    hits = tell_namesakes(region.section, [hit for hit in hits if _believed(keys, hit, habit)])
    starts = {hit.line for hit in hits}
    seen: dict[str, int] = {}
    for place, hit in enumerate(hits):
        following = hits[place + 1] if place + 1 < len(hits) else None
        findings.claims.append((hit.start, hit.value_start))
        if isinstance(hit.entry, str):
            continue
        if isinstance(hit.entry, ListHead):
            _locate_list(keys, region, hit, following, findings)
            continue
        name = hit.entry.field
        seen[name] = seen.get(name, 0) + 1
        lines = _value_lines(keys, region, hit, following, starts, habit)
        at = min(hit.value_start, keys.lines[hit.last].end)
        label = (hit.start, hit.end)
        findings.slots.append(
            make_slot((region.number, name, FIELD[name].type, label, lines, at, hit.method, seen[name], "", False))
        )
        findings.claim_run(lines)
        if hit.method != "exact":
            findings.note("label_fuzzy", region.number, name, (hit.start, hit.end))
        if seen[name] > 1:
            findings.note("label_repeated", region.number, name, (hit.start, hit.end))
    for asked in region.section.labels:
        if asked.field not in seen:
            findings.no_label.append((region.number, asked.field))


def tell_namesakes(section: Section, hits: Sequence[Hit]) -> list[Hit]:
    """Labels that are printed alike, told apart by what comes before them, else by their order."""
    if not any(label.after for label in section.labels):
        return list(hits)
    alike: dict[str, list[Label]] = {}
    for label in section.labels:
        alike.setdefault(label.text, []).append(label)
    seen: set[str] = set()
    told: list[Hit] = []
    for hit in hits:
        if isinstance(hit.entry, Label):
            same = alike[hit.entry.text]
            free = [label for label in same if label.field not in seen] or same
            due = [label for label in free if label.after and label.after in seen]
            label = due[-1] if due else free[0]
            seen.add(label.field)
            hit = hit if label is hit.entry else hit._replace(entry=label)
        told.append(hit)
    return told


def _believed(keys: LineKeys, hit: Hit, habit: Habit) -> bool:
    """Labels without their colon: where all are so, or where the value is of the kind that the label asks for."""
    if hit.method != "glued" or hit.colon or habit.bare or not isinstance(hit.entry, Label):
        return True
    if hit.value_start == hit.end and keys.text[hit.end - 1].islower() and not keys.text[hit.end].islower():
        return True
    kind = FIELD[hit.entry.field].type
    if kind in (ValueType.TEXT, ValueType.WEBSITE, ValueType.PHONE, ValueType.PLACES):
        return False
    reading = PARSERS[kind](keys.text[hit.value_start : keys.lines[hit.last].end])
    return reading.state is State.VALUE and not reading.issues


_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")


def _value_lines(
    keys: LineKeys, region: Region, hit: Hit, following: Hit | None, starts: set[int], habit: Habit
) -> tuple[Line, ...]:
    line = keys.lines[hit.last]
    end = line.end if following is None or following.line > hit.last else following.start
    start, end = strip_span(keys.text, min(hit.value_start, end), end)
    lines = [clip(line, start, end)] if end > start else []
    number = hit.last + 1
    ended = following is not None and following.line <= hit.last
    # A list that ends in a comma is not at its end.
    if ended or number >= region.last or number in starts:
        return tuple(lines)
    kind = FIELD[hit.entry.field].type if isinstance(hit.entry, Label) else None
    is_list, is_period = kind is ValueType.PLACES, kind is ValueType.PERIOD
    while number < region.last and number not in starts:
        line = keys.lines[number]
        below = habit.below and not lines
        goes_on = lines and (
            (is_list and keys.text[lines[-1].end - 1] in ",;")
            # Nor is a period that ends in a word, where nothing but a day stands below.
            or (
                is_period and keys.text[lines[-1].end - 1].isalpha() and _DAY.fullmatch(keys.text, line.start, line.end)
            )
        )
        if not below and line.join is Join.NONE and not goes_on:
            break
        # The first line of a value below its label is no continuation, whatever the fold looked like.
        join = Join.NONE if not lines else line.join or Join.SPACE
        lines.append(line._replace(join=join))
        number += 1
        if following is not None and following.line < number:
            lines[-1] = clip(lines[-1], *strip_span(keys.text, lines[-1].start, following.start))
            break
    return tuple(lines)


def end_of_label(keys: LineKeys, start: int, end: int, letters: int) -> int:
    """The offset just after the ``letters``-th letter of a label that begins at ``start``, its parenthesis closed."""
    offset = keys.offset_of(start, end, letters)
    while offset < end and keys.text[offset] == ")":
        offset += 1
    return offset


_LIST_MARK = "- "


def _locate_list(keys: LineKeys, region: Region, hit: Hit, following: Hit | None, findings: Findings) -> None:
    """The items under a list's head, an item a line; ``parsers.partners`` says which are items at all."""
    assert isinstance(hit.entry, ListHead)
    head = hit.entry
    end = following.line if following is not None else region.last
    items: list[list[Line]] = []
    line = keys.lines[hit.last]
    start, stop = strip_span(keys.text, hit.value_start, line.end)
    if stop > start:
        items.append([clip(line, start, stop)])
    for number in range(hit.last + 1, end):
        line = keys.lines[number]
        if line.join is not Join.NONE and items:
            items[-1].append(line)
            continue
        skip = len(_LIST_MARK) if keys.text.startswith(_LIST_MARK, line.start) else 0
        if skip:
            findings.claims.append((line.start, line.start + skip))
        items.append([clip(line, line.start + skip, line.end)])
    if not items:
        findings.note("partners_lost", region.number, head.field, (hit.start, hit.end))
        items = [[]]
    for ordinal, lines in enumerate(items, 1):
        findings.slots.append(
            Slot(
                region.number,
                head.field,
                FIELD[head.field].type,
                (hit.start, hit.end),
                tuple(lines),
                lines[0].start if lines else hit.end,
                ordinal=ordinal,
                role=head.role,
            )
        )


_UNKNOWN_LABEL = re.compile(r"([^\W\d_][^:\n]{2,80}?) ?:(?!//)(?: |$)")


def find_unknown_label(text: str, span: Span) -> tuple[Span, Span] | None:
    """The label and the value of an unclaimed ``Label: value`` line, or None."""
    match = _UNKNOWN_LABEL.match(text, *span)
    if match is None or not text[span[0]].isupper():
        return None
    return match.span(1), strip_span(text, match.end(), span[1])
