"""Where the time of a parse goes: CPU milliseconds of its steps, done one by one as ``parsers.parse`` does them."""

from __future__ import annotations

import hashlib
import itertools
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import parsers.rows
from parsers.language import detect_language
from parsers.locate import locate_all
from parsers.parse import _order_slots
from parsers.privacy import mask_document
from parsers.readers.dispatch import read_document
from parsers.recognise import recognise_form
from parsers.record import Origin, make_record
from parsers.rows import Source
from parsers.sections import divide_sections, find_second_description, find_title
from parsers.soundness import find_contradiction

STAGES = {
    "read": "bytes to lines (`parsers.readers`)",
    "recognise": "the form, and candidates for its headings",
    "divide": "sections chosen as a whole",
    "locate": "labels, values, score rows, claims",
    "mask": "personal data painted over",
    "rows": "values parsed, rows made, checks",
    "language": "fastText's language of each free text",
    "prove": "hash of the bytes; the record held against its own promises",
}


def time_stages(paths: Sequence[Path], rounds: int) -> dict[str, float]:
    """Mean over the files of each step's least CPU milliseconds."""
    rows = []
    for path in paths:
        data = path.read_bytes()
        runs = [_time_once(data, path.name) for _ in range(rounds)]
        rows.append({stage: min(run[stage] for run in runs) for stage in STAGES})
    return {stage: round(1000 * statistics.mean(row[stage] for row in rows), 3) for stage in STAGES}


def _time_once(data: bytes, name: str) -> dict[str, float]:
    clock = time.process_time
    spent = dict.fromkeys(STAGES, 0.0)
    inner = detect_language

    def watched(text: str) -> str | None:
        begun = clock()
        found = inner(text)
        spent["language"] += clock() - begun
        return found

    inner.cache_clear()
    parsers.rows.detect_language = watched  # type: ignore[assignment]
    try:
        marks = [clock()]
        origin = Origin(hashlib.sha256(data).hexdigest(), len(data))
        marks.append(clock())
        document = read_document(data, name=name, charset=None)
        marks.append(clock())
        found = recognise_form(document)
        assert found is not None, name
        marks.append(clock())
        parts = divide_sections(found.keys, found.form, found.headings)
        title = find_title(parts.keys, found.form, parts.preamble)
        marks.append(clock())
        located = locate_all(document, found.form, parts, title)
        located.second = find_second_description(found.keys, found.form, parts.preamble + 1, found.headings)
        slots = _order_slots(located, parts)
        marks.append(clock())
        masked, _ = mask_document(document, located, found.form, slots)
        marks.append(clock())
        record = make_record(Source(document, masked, found.form), located, slots, title, origin)
        marks.append(clock())
        assert find_contradiction(record) is None, name
        marks.append(clock())
    finally:
        parsers.rows.detect_language = inner
    hashing, read, recognise, divide, locate, mask, rows, prove = (
        after - before for before, after in itertools.pairwise(marks)
    )
    spent |= {"read": read, "recognise": recognise, "divide": divide, "locate": locate, "mask": mask}
    spent |= {"rows": rows - spent["language"], "prove": hashing + prove}
    return spent
