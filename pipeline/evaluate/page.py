"""The report as one HTML page: nothing is loaded, nothing runs, everything from a document is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

from pipeline.evaluate.judge import Case, Cause
from pipeline.evaluate.marks import Piece, mark_differences
from pipeline.evaluate.report import Group, Report, Score, show_share
from pipeline.evaluate.show import KIND_HEADS
from pipeline.terminal import defuse

_STYLE = """
:root { color-scheme: light dark; --bad: #b00020; --line: #8886; --mark: #ffd54f; --on-mark: #000 }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 2rem }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .6rem; text-align: right; vertical-align: top }
th:first-child, td:first-child, .cases td, .cases th { text-align: left }
.table th { padding-top: 1rem }
.bad { color: var(--bad); font-weight: 600 }
.cases { table-layout: fixed; width: 100% }
.cases td { overflow-wrap: anywhere; white-space: pre-wrap }
mark { background: var(--mark); color: var(--on-mark) }
.null { opacity: .6 }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80 } }
"""
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)


def write_page(report: Report) -> str:
    """The page; it holds cases of the archive judged, which are as public as that archive is."""
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>How right the extraction is</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        "<h1>How right the extraction is</h1>",
        f"<p>{report.documents} documents, {report.unread_count} of them not read.</p>",
        "<h2>By column</h2>",
        _columns(report.scores),
        *(["<h2>By kind of document</h2>", _groups(report.groups)] if report.groups else []),
        "<h2>Worst causes</h2>",
        *map(_cause, report.causes),
        _unread(report),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _columns(scores: Iterable[Score]) -> str:
    heads = ("Column", "Values", "Precision", "Recall", "F1", "F1 folded", "F1 soft", "Alike")
    rows = [_row((*heads, "Wrong", "Missing", "Invented"), "th")]
    table = ""
    for score in scores:
        if score.table != table:
            table = score.table
            rows.append(f'<tr class="table"><th colspan="11">{escape(table)}</th></tr>')
        shares = (score.precision, score.recall, score.f1, score.f1_folded, score.f1_soft, score.similarity)
        wrong = f'<span class="bad">{score.wrong}</span>' if score.wrong else ""
        rows.append(
            _row(
                (
                    escape(score.column),
                    str(score.truth),
                    *map(show_share, shares),
                    wrong,
                    str(score.missing or ""),
                    str(score.invented or ""),
                )
            )
        )
    return _table(rows)


def _groups(groups: Iterable[Group]) -> str:
    heads = ("Documents", "Number", *(f"{head} F1" for _, head in KIND_HEADS), "Wrong sums, dates, ids, scores")
    rows = [_row(heads, "th")]
    facet = ""
    for group in groups:
        if group.facet != facet:
            facet = group.facet
            rows.append(f'<tr class="table"><th colspan="8">By {escape(facet.replace("_", " "))}</th></tr>')
        wrong = group.scores["critical"].wrong
        shares = (show_share(group.scores[kind].f1) for kind, _ in KIND_HEADS)
        bad = f'<span class="bad">{wrong}</span>' if wrong else ""
        rows.append(_row((escape(group.value), str(group.documents), *shares, bad)))
    return _table(rows)


def _cause(cause: Cause) -> str:
    title = f"{cause.table}.{cause.column} {cause.outcome}: {cause.count} times in {cause.documents} documents"
    where = f"layout {cause.layout}{', held out' if cause.held_out else ''}{', a trap' if cause.trap else ''}"
    rows = [_row(("Document", "Truth", "Found"), "th"), *map(_case, cause.cases)]
    return f"<h3>{escape(title)}</h3>\n<p>{escape(where)}</p>\n{_table(rows, 'cases')}"


def _case(case: Case) -> str:
    left, right = mark_differences(case.truth or "", case.found or "")
    sides = (
        '<span class="null">nothing</span>' if text is None else _pieces(side)
        for text, side in ((case.truth, left), (case.found, right))
    )
    return _row((f"{_safe(case.path)}\n{_safe(case.key)}", *sides))


def _pieces(pieces: Sequence[Piece]) -> str:
    return "".join(f"<mark>{_safe(piece.text)}</mark>" if piece.changed else _safe(piece.text) for piece in pieces)


def _unread(report: Report) -> str:
    items = "".join(f"<li>{_safe(path)}: {_safe(reason)}</li>" for path, reason in report.unread.items())
    return f"<h2>Not read</h2>\n<ul>{items}</ul>" if items else ""


def _safe(text: str) -> str:
    return escape(defuse(text))


def _row(cells: Iterable[str], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def _table(rows: Iterable[str], name: str = "") -> str:
    return f"<table{f' class={chr(34)}{name}{chr(34)}' if name else ''}>\n" + "\n".join(rows) + "\n</table>"
