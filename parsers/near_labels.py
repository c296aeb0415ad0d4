"""Labels that are not printed as the form prints them, in sections that miss them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.fields import FIELD
from models.form import Label, ListHead
from parsers.compiled import CompiledForm, Entry
from parsers.findings import strip_span
from parsers.fuzzy import Near
from parsers.keys import LineKeys, make_key
from parsers.labels import Hit, Region, end_of_label, tell_namesakes
from parsers.reading import State
from parsers.values import PARSERS

_LONGEST_LABEL = 140
_FOLDS = 2
_COLONS = ":：∶꞉;"
_COLON = re.compile(f"[{_COLONS}]")


def find_near_hits(keys: LineKeys, form: CompiledForm, region: Region, hits: Sequence[Hit]) -> list[Hit]:
    """Hits for entries that have none, on lines that are nobody's."""
    section = region.section
    found_fields = {hit.entry.field for hit in tell_namesakes(section, hits) if isinstance(hit.entry, Label)}
    missing: set[Entry] = {label for label in section.labels if label.field not in found_fields}
    missing |= {line for line in section.group_lines if all(hit.entry != line for hit in hits)}
    if section.lists and not any(isinstance(hit.entry, ListHead) for hit in hits):
        missing |= set(section.lists)
    if not missing:
        return []
    taken = {number for hit in hits for number in range(hit.line, hit.last + 1)}
    near: list[Hit] = []
    number = region.first
    while missing and number < region.last:
        hit = None if number in taken else _near_hit(keys, form, region, number, missing)
        if hit is not None:
            near.append(hit)
            missing = {entry for entry in missing if not _same(entry, hit.entry)}
            number = hit.last
        number += 1
    return near


def _same(one: Entry, other: Entry) -> bool:
    if isinstance(one, Label) and isinstance(other, Label):
        return one.field == other.field
    return one is other or (isinstance(one, ListHead) and isinstance(other, ListHead))


def _near_hit(keys: LineKeys, form: CompiledForm, region: Region, number: int, missing: set[Entry]) -> Hit | None:
    """A line whose beginning, up to its colon or as a whole, is nearly a missing entry."""
    index = form.near_entries[region.section.number]
    start = keys.lines[number].start
    for last in range(number, min(number + _FOLDS + 1, region.last)):
        line = keys.lines[last]
        if len(line.cells) > 1 and last == number:
            stop = value = line.cells[0].end
            colon = None
        else:
            colon = _COLON.search(keys.text, line.start, min(line.end, start + _LONGEST_LABEL))
            stop, value = (colon.start(), colon.end()) if colon else (line.end, line.end)
        if stop - start > _LONGEST_LABEL:
            break
        key = make_key(keys.text[start:stop])
        near = index.nearest(key, only=missing)
        if near is not None and not _better_elsewhere(keys, form, region, key, near, (number, last, stop), missing):
            entry, rest = near.thing, keys.text[value : line.end].strip()
            if isinstance(entry, Label) or not rest:
                stop = strip_span(keys.text, start, stop)[1]
                if keys.text[stop - 1] in _COLONS:
                    colon, stop = _COLON.search(keys.text, stop - 1, stop), strip_span(keys.text, start, stop - 1)[1]
                return Hit(entry, start, stop, value, number, last, colon is not None, "fuzzy")
        if colon or len(line.cells) > 1:
            break
    return _near_glued(keys, form, region, number, missing)


def _better_elsewhere(
    keys: LineKeys,
    form: CompiledForm,
    region: Region,
    key: str,
    near: Near[Entry],
    place: tuple[int, int, int],
    missing: set[Entry],
) -> bool:
    """Whether the label is nearer without the line it was tried from, or without what follows it on its line."""
    index = form.near_entries[region.section.number]
    number, last, stop = place
    if last > number:
        later = index.nearest(make_key(keys.text[keys.lines[number + 1].start : stop]), only=missing)
        if later is not None and later.distance <= near.distance:
            return True
    shorter = index.nearest_prefix(key, only=missing)
    return shorter is not None and shorter[0].distance < near.distance and shorter[1] < len(key)


def _near_glued(keys: LineKeys, form: CompiledForm, region: Region, number: int, missing: set[Entry]) -> Hit | None:
    """A damaged label without its colon: believed where what follows it is a value of its kind."""
    line = keys.lines[number]
    near = form.near_entries[region.section.number].nearest_prefix(
        make_key(keys.text[line.start : min(line.end, line.start + _LONGEST_LABEL)]), only=missing
    )
    if near is None or not isinstance(near[0].thing, Label):
        return None
    label = near[0].thing
    end = end_of_label(keys, line.start, line.end, near[1])
    start, stop = strip_span(keys.text, end, line.end)
    reading = PARSERS[FIELD[label.field].type](keys.text[start:stop])
    camel = start == end and start < stop and keys.text[end - 1].islower() and not keys.text[end].islower()
    sound = reading.state is State.VALUE and not reading.issues and reading.normal != keys.text[start:stop]
    if start >= stop or not (camel or sound):
        return None
    return Hit(label, line.start, end, start, number, number, False, "fuzzy")
