"""Writing a report into a snapshot that is being made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.checks import RULES, Stage
from pipeline.explain.from_snapshot import view_part
from pipeline.explain.page import write_page as write_explain_page
from pipeline.report.changes import find_changes
from pipeline.report.collect import collect_figures
from pipeline.report.figures import Example, Figures, encode_figures
from pipeline.report.markdown import write_markdown
from pipeline.report.page import Report, write_page
from pipeline.write import write_file

EXPLAINED = 20
"""Documents for which an explain page is written: the first example of each issue code, the gravest codes first."""


_COMPARING = frozenset(rule.id for rule in RULES if rule.stage is Stage.ARCHIVE)
"""Issues that compare projects stand in a part file of their own, not in that of their document."""


def write_report(folder: Path, run: Mapping[str, Any], previous: Path | None) -> None:
    """Write ``report/`` into the snapshot in ``folder``; ``run`` is what ``run.json`` will hold. Raises ``OSError``."""
    figures = collect_figures(folder, run)
    report = Report(run, figures, find_changes(folder, run, figures, previous), _choose_explained(figures))
    for name in ("report", "report/explain"):
        (folder / name).mkdir()
    for example in report.explained.values():
        page = write_explain_page(view_part(folder, example.document_id, example.part))
        write_file(folder / "report" / "explain" / f"{example.document_id}.html", page.encode())
    write_file(folder / "report" / "report.json", encode_figures(figures))
    write_file(folder / "report" / "report.md", write_markdown(report).encode())
    write_file(folder / "report" / "index.html", write_page(report).encode())


def _choose_explained(figures: Figures) -> dict[str, Example]:
    """One example of each code, by ``document_id``; quarantined documents have no text to show."""
    chosen: dict[str, Example] = {}
    for issue in figures.issues:
        if issue.code in _COMPARING:
            continue
        readable = [example for example in issue.examples if example.project_code is not None]
        if readable and len(chosen) < EXPLAINED and not any(one.document_id in chosen for one in readable):
            chosen[readable[0].document_id] = readable[0]
    return chosen
