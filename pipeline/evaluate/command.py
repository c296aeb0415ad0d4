"""``hankekuvaus evaluate``: a snapshot, or an archive's documents one by one, against the truth."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.evaluate.archive import evaluate_archive
from pipeline.evaluate.page import write_page
from pipeline.evaluate.report import Report, make_report
from pipeline.evaluate.snapshot import evaluate_snapshot
from pipeline.progress import Progress


def evaluate(
    out: Path, truth: Path, *, archive: bool = False, workers: int = 1, progress: Progress | None = None
) -> Report:
    """Judge ``out`` by the truth that ``make-archive`` wrote (its folder, or the one that holds ``truth``).

    ``out`` is an output folder, or with ``archive`` the folder of documents itself, which are then parsed here by
    ``workers`` children: every document counts, also those that a run holds superseded. Raises ``PipelineError``
    for folders that hold neither.
    """
    if archive:
        judgement = evaluate_archive(out, truth, workers=workers, progress=progress)
    else:
        judgement = evaluate_snapshot(out, truth, progress)
    return make_report(judgement, "archive" if archive else "snapshot")


def write_html(report: Report, target: Path) -> None:
    """The report as a page of its own, worst cases side by side."""
    target.write_text(write_page(report), encoding="utf-8")


def write_json(report: Report, target: Path) -> None:
    """The report for machines."""
    target.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
