"""The stage of a run that keeps forgotten persons out: between parsing and assembling, on the cache's records.

Contact fields are emptied in the child already that parses the document. Here names in the free text follow: the
language model says who is named, and the names are masked in every text of the record, before any table is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from parsers.erase import Names
from pipeline.cache import Cache
from pipeline.forget.records import free_texts, mask_record, public_values, read_rows
from pipeline.language import LIMITS, describe_language
from pipeline.language_inputs import Request
from pipeline.language_task import decode_records, decode_result
from pipeline.packed import Packed, decode_packed, encode_packed
from pipeline.progress import Stop
from pipeline.workers import Job, Pool, Task

PASSES = 3
"""How often a text is looked at: without its first names a second one may be seen."""

PERSON = "PERSON"


def begin_forgetting(cache: Cache, codes: frozenset[str], level: str) -> None:
    """Before parsing: records that were made under other terms are dropped, so that their documents are read again."""
    terms = describe_terms(level)
    if codes:
        cache.secure()
    with cache.transaction():
        marks = ", ".join("?" * len(codes))
        cache.execute(
            f"""DELETE FROM parsed WHERE
            (project_code IN ({marks}) AND document_id NOT IN (SELECT document_id FROM forgotten WHERE terms = ?))
            OR (project_code NOT IN ({marks}) AND document_id IN (SELECT document_id FROM forgotten))""",  # noqa: S608
            *sorted(codes),
            terms,
            *sorted(codes),
        )
        cache.execute("DELETE FROM forgotten WHERE document_id NOT IN (SELECT document_id FROM parsed)")


def describe_terms(level: str) -> str:
    """By what persons are found in free text."""
    return f"1 {describe_language(level)}"


def erase_persons(cache: Cache, codes: frozenset[str], level: str, stop: Stop) -> int:
    """After parsing: mask who is named in the free text of forgotten projects; how many documents were new."""
    if not codes:
        return 0
    found = list(_unerased(cache, codes))
    for packed in _mask_all([decode_packed(record) for record in found], level, stop):
        with cache.transaction():
            cache.execute(
                "UPDATE parsed SET record = ? WHERE document_id = ?", encode_packed(packed), packed.document_id
            )
            cache.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", packed.document_id, describe_terms(level))
    if found:
        cache.truncate_log()
    return len(found)


def _unerased(cache: Cache, codes: frozenset[str]) -> Iterator[bytes]:
    marks = ", ".join("?" * len(codes))
    rows = cache.query(
        f"""SELECT record FROM parsed WHERE project_code IN ({marks})
        AND document_id NOT IN (SELECT document_id FROM forgotten) ORDER BY document_id""",  # noqa: S608
        *sorted(codes),
    )
    for (record,) in rows:
        assert isinstance(record, bytes)
        yield record


def _mask_all(records: Sequence[Packed], level: str, stop: Stop) -> list[Packed]:
    if level == "off" or not records:
        return list(records)
    done = list(records)
    pending = list(range(len(done)))
    job = Job("pipeline.language_task:make_handler", {"level": level}, LIMITS)
    with Pool(job, 1, stop, 1) as pool:
        for _ in range(PASSES):
            tasks = [Task(place, msgspec.msgpack.encode([_request(done[place])])) for place in pending]
            again = []
            for outcome in pool.run(iter(tasks)):
                # whose text cannot be analysed has no names found: the language stage has no rows of it either
                names = _read_names(done[outcome.number], outcome.result)
                masked = mask_record(done[outcome.number], names) if names else done[outcome.number]
                if masked != done[outcome.number]:
                    done[outcome.number] = masked
                    again.append(outcome.number)
            pending = sorted(again)
            if not pending:
                break
    return done


def _request(packed: Packed) -> Request:
    project = next(iter(read_rows(packed, "projects")), {})
    parties = [(project.get("applicant_name"), project.get("applicant_business_id"))]
    parties += [(row["name"], row["business_id"]) for row in read_rows(packed, "partners")]
    places = {
        (row["level"], row[key])
        for row in read_rows(packed, "locations")
        for key in ("code", "current_code")
        if row[key]
    }
    return Request(free_texts(packed), sorted(places), [(name, number) for name, number in parties if name])


def _read_names(packed: Packed, result: bytes | None) -> Names:
    if result is None:
        return Names()
    people: set[str] = set()
    printed: set[str] = set()
    (record,) = decode_records(result)
    for text, passage in zip(free_texts(packed), decode_result(record), strict=True):
        for start, end, label, _, lemma, _ in passage.entities:
            if label == PERSON:
                printed.add(text[start:end])
                people.add(lemma or text[start:end])
    return Names(
        tuple(sorted(people)), tuple(sorted(printed)), tuple(sorted(public_values(read_rows(packed, "fields"))))
    )
