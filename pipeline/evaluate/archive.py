"""Judges every document of an archive by parsing it here: superseded ones count as much as current ones."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from models.records import Parsed, Row, decode_parsed
from parsers.parse import parse_document
from pipeline.evaluate.judge import Judgement, Rows, judge_document
from pipeline.evaluate.judged import PARSED_TABLES
from pipeline.evaluate.masking import masking_found, masking_truth
from pipeline.evaluate.truth_reading import TruthError, count_documents, find_truth, read_truth
from pipeline.parse_one import Input
from pipeline.progress import Progress, Silent, Stop, catch_signals
from pipeline.settings import Limits
from pipeline.workers import Job, Pool, Task


class Extracted(NamedTuple):
    """What was made of a document: rows by table, and why there are none."""

    rows: Mapping[str, Sequence[Row]]
    reason: str | None = None


Extract = Callable[[bytes, str], Extracted]
"""From bytes and a file name to rows."""


def extract_parsed(parsed: Parsed) -> Extracted:
    """The rows that are judged, restricted contacts among them."""
    if parsed.status == "quarantined":
        return Extracted({}, str(parsed.document.get("reason") or "quarantined"))
    return Extracted({**parsed.tables, "contacts": parsed.restricted.get("contacts", [])})


def extract_document(data: bytes, name: str) -> Extracted:
    """By our own parser, in this process."""
    return extract_parsed(parse_document(data, name=name))


def find_archive(path: Path) -> Path:
    """The folder that the truth's paths count from: ``path`` or its ``archive``."""
    return path / "archive" if (path / "archive").is_dir() else path


def evaluate_archive(
    archive: Path,
    truth: Path,
    *,
    workers: int = 0,
    extract: Extract = extract_document,
    tables: Sequence[str] = PARSED_TABLES,
    select: Callable[[Row], bool] = lambda _: True,
    progress: Progress | None = None,
) -> Judgement:
    """Parse and judge the documents of ``archive`` that the truth knows.

    ``select`` takes or leaves each by its row of the truth's ``documents``. ``workers`` > 0: in that many killable
    children, by our own parser; 0: here, by ``extract``. Raises ``TruthError`` for a truth that is not of this archive.
    """
    archive, truth = find_archive(archive), find_truth(truth)
    progress = progress or Silent()
    progress.begin("evaluate", count_documents(truth))
    judgement = Judgement()
    wanted = (rows for rows in read_truth(truth) if select(rows["documents"][0]))
    results = _extract_in_children(archive, wanted, workers) if workers else _extract_here(archive, wanted, extract)
    with closing(results):
        for rows, found in results:
            judge_extracted(judgement, rows, found, tables)
            progress.advance()
    return judgement


def judge_extracted(
    judgement: Judgement, truth: Mapping[str, list[Row]], found: Extracted, tables: Sequence[str] = PARSED_TABLES
) -> None:
    """Judges one document, its masking too."""
    public: Rows = {name: rows for name, rows in found.rows.items() if name != "contacts"}
    truth = {**truth, "masking": masking_truth(truth)}
    rows = {**found.rows, "masking": masking_found(truth, public)}
    judge_document(judgement, truth, rows, tables, found.reason)


def _read(archive: Path, rows: Mapping[str, Sequence[Row]]) -> bytes:
    path: str = rows["documents"][0]["path"]
    try:
        return (archive / path).read_bytes()
    except OSError as error:
        raise TruthError(f"{archive}: the truth's document {path} cannot be read ({error.strerror})") from error


def _extract_here(
    archive: Path, wanted: Iterator[dict[str, list[Row]]], extract: Extract
) -> Generator[tuple[dict[str, list[Row]], Extracted], None, None]:
    for rows in wanted:
        yield rows, extract(_read(archive, rows), Path(rows["documents"][0]["path"]).name)


def _extract_in_children(
    archive: Path, wanted: Iterator[dict[str, list[Row]]], workers: int
) -> Generator[tuple[dict[str, list[Row]], Extracted], None, None]:
    waiting: dict[int, dict[str, list[Row]]] = {}

    def tasks() -> Iterator[Task]:
        for number, rows in enumerate(wanted):
            data = _read(archive, rows)
            waiting[number] = rows
            yield Task(number, msgspec.msgpack.encode(Input(data, rows["documents"][0]["path"])), len(data))

    options: dict[str, Any] = {}
    job = Job("pipeline.parse_one:make_handler", options, Limits())
    with catch_signals(Stop()) as stop, Pool(job, workers, stop) as pool:
        for outcome in pool.run(tasks()):
            rows = waiting.pop(outcome.number)
            if outcome.result is None:
                yield rows, Extracted({}, f"{outcome.failure}: {outcome.detail}")
            else:
                yield rows, extract_parsed(decode_parsed(outcome.result))
