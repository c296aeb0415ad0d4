"""The report as a short text for mails."""

from __future__ import annotations

from collections.abc import Iterator

from models.issues import ISSUE_CODES
from pipeline.report.page import Report, describe_outcome, show_share
from pipeline.terminal import defuse

_MOST = 10
_SPECIAL = "\\`*_{}[]<>|#"


def write_markdown(report: Report) -> str:
    """Markdown; nothing in it is longer than a mail should be."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    figures, changes = report.figures, report.changes
    yield f"# Snapshot {plain(report.run['snapshot'])}\n"
    yield f"{describe_outcome(report)}\n"
    yield from (f"- {count:,} {status}" for status, count in figures.documents.items())
    if figures.reasons:
        yield "\n## Left out or in part\n"
        for reason in figures.reasons[:_MOST]:
            message = ISSUE_CODES[reason.code].message if reason.code in ISSUE_CODES else ""
            yield f"- {reason.count:,} {plain(reason.status)}: `{reason.code}` {plain(message)}"
    yield "\n## Since the last snapshot\n"
    if changes is None:
        yield "There is no earlier snapshot."
    else:
        yield f"Compared with {plain(changes.previous)}:\n"
        yield from (f"- {plain(cause)}" for cause in changes.why)
        yield f"- projects: {len(changes.appeared):,} new, {len(changes.gone):,} gone"
        yield f"- projects read from another document: {len(changes.replaced):,}"
        for name, (before, after) in list(changes.coverage.items())[:_MOST]:
            yield f"- `{name}` has a value in {show_share(after)} of projects; before in {show_share(before)}"
    yield "\n## Issues\n"
    for issue in figures.issues[:_MOST]:
        yield f"- {issue.count:,} {issue.severity}: `{issue.code}` in {issue.documents:,} documents"
    if len(figures.issues) > _MOST:
        yield f"- and {len(figures.issues) - _MOST} more codes"
    if figures.labels:
        yield "\n## Unknown labels in several documents\n"
        yield from (
            f"- {plain(one.label)} (section {plain(one.section_number)}): {one.documents:,}"
            for one in figures.labels[:_MOST]
        )
    seconds = ", ".join(f"{name} {value:.1f} s" for name, value in report.run["seconds"].items())
    yield f"\nTimes: {seconds}. All of it: report/index.html"


def plain(text: object) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in defuse(str(text)).replace("\n", " "))
