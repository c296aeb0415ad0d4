"""The report as one HTML page that stands alone; explain pages of examples lie beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.fields import FIELD
from models.issues import ISSUE_CODES
from pipeline.report.changes import EXAMPLES as MOST_CODES
from pipeline.report.changes import Changes
from pipeline.report.charts import draw_bars, draw_columns, draw_parts
from pipeline.report.figures import CoverageFigure, Example, Figures, IssueFigure
from pipeline.report.tables import difference_cell, number_cell, plain_table, write_table
from pipeline.web_page import make_page, read_asset, safe

_STATUSES = ("parsed", "partial", "quarantined")
_SHADES = 5
_CAUSES = {
    "document": "another document, or the file changed",
    "correction": "corrected by a person",
    "parser": "the program reads the same document differently",
}


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report is made of."""

    run: Mapping[str, Any]
    figures: Figures
    changes: Changes | None
    explained: Mapping[str, Example]
    """Documents that have an explain page beside the report, by ``document_id``."""


def write_page(report: Report) -> str:
    """The whole page."""
    sections = (
        ("changes", "Since the last snapshot", _changes(report)),
        ("documents", "Documents", _documents(report.figures)),
        ("issues", "Issues", _issues(report)),
        ("coverage", "Coverage of every field", _coverage(report.figures)),
        ("labels", "Labels that the form does not know", _labels(report.figures)),
        ("rows", "Rows", _rows(report)),
        ("run", "The run", _run(report.run)),
    )
    links = "".join(f'<li><a href="#{name}">{safe(title)}</a></li>' for name, title, _ in sections)
    body = [
        "<header>",
        f"<h1>Snapshot {safe(report.run['snapshot'])}</h1>",
        f'<p class="soft">{safe(describe_outcome(report))}</p>',
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>',
        "</header>",
        "<main>",
        _tiles(report),
        _gate(report.run),
    ]
    for name, title, parts in sections:
        body += [f'<section aria-labelledby="{name}"><h2 id="{name}">{safe(title)}</h2>', *parts, "</section>"]
    body += [
        "</main>",
        "<footer><p>Made by hankekuvaus from the tables of this snapshot. The same figures for machines: "
        '<a href="report.json">report.json</a>; for mails: <a href="report.md">report.md</a>. '
        "It holds no personal data.</p></footer>",
    ]
    return make_page(f"Snapshot {report.run['snapshot']}", body, style=read_asset("pipeline.report", "report.css"))


def describe_outcome(report: Report) -> str:
    """One line that says how it went."""
    figures = report.figures
    documents = sum(figures.documents.values())
    left_out = figures.documents.get("quarantined", 0)
    how = "everything was read" if report.run.get("outcome") == "ok" else f"{left_out:,} documents were left out"
    return f"{documents:,} documents of {figures.projects:,} projects; {how}."


def _tiles(report: Report) -> str:
    figures = report.figures
    documents = sum(figures.documents.values()) or 1
    errors = sum(issue.count for issue in figures.issues if issue.severity == "error")
    filled = sum(one.count for one in figures.coverage)
    possible = len(figures.coverage) * figures.projects
    tiles = (
        (f"{figures.projects:,}", "projects"),
        (f"{documents:,}", "documents"),
        (show_share(figures.documents.get("parsed", 0) / documents), "parsed without reservation"),
        (show_share(filled / possible) if possible else "–", "of the form's fields filled"),
        (f"{errors:,}", "errors among the issues"),
        (f"{sum(issue.count for issue in figures.issues):,}", "issues in all"),
    )
    return f'<ul class="tiles">{"".join(f"<li><b>{number}</b>{name}</li>" for number, name in tiles)}</ul>'


def show_share(share: float) -> str:
    """A share in per cent: 100 % and 0 % only if it is all or none."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return f"{min(max(share * 100, 0.1), 99.9):.1f}%"


def _gate(run: Mapping[str, Any]) -> str:
    """What the gate said (``pipeline.gate.Verdict``), where there was one."""
    gate = run.get("gate")
    if not isinstance(gate, Mapping):
        return ""
    if gate.get("passed"):
        kind, verdict = (
            "good",
            gate.get("note") or f"Compared with {gate.get('compared_with')}: nothing differs too much.",
        )
    elif gate.get("accepted"):
        kind, verdict = "bad", "The gate objected. The snapshot was published because a person accepted it."
    else:
        kind, verdict = "bad", "The gate objected: this was not published. If all of it is right, run with --accept."
    findings = "".join(f"<li>{safe(finding)}</li>" for finding in gate.get("findings") or ())
    return (
        f'<div class="verdict {kind}"><p><strong>Gate.</strong> {safe(verdict)}</p>'
        f"{f'<ul>{findings}</ul>' if findings else ''}</div>"
    )


def _changes(report: Report) -> Iterator[str]:
    changes = report.changes
    if changes is None:
        yield "<p>There is no earlier snapshot to compare with.</p>"
        return
    yield f"<p>Compared with {safe(changes.previous)}.</p>"
    why = "".join(f"<li>{safe(cause)}</li>" for cause in changes.why)
    yield f"<p>What else is different, and may be why:</p><ul>{why}</ul>" if why else "<p>The input is the same.</p>"
    groups = (
        ("New projects", changes.appeared),
        ("Projects gone", changes.gone),
        ("Read from another document", changes.replaced),
    )
    yield plain_table(
        ("", "Projects", "Among them"), ((name, len(codes), ", ".join(codes[:MOST_CODES])) for name, codes in groups)
    )
    now = {issue.code: issue.count for issue in report.figures.issues}
    for title, before, after in (
        ("Documents", changes.documents, report.figures.documents),
        ("Rows", changes.rows, report.figures.rows),
        ("Issues", changes.issues, now),
    ):
        different = [name for name in dict.fromkeys((*after, *before)) if before.get(name, 0) != after.get(name, 0)]
        if different:
            yield f"<h3>{title}</h3>"
            yield write_table(
                (title, "Before", "Now", "Difference"),
                (
                    f"<tr><th scope=row>{safe(name)}</th>{number_cell(before.get(name, 0))}"
                    f"{number_cell(after.get(name, 0))}{difference_cell(after.get(name, 0) - before.get(name, 0))}</tr>"
                    for name in different
                ),
                numbers=3,
            )
    if changes.values:
        yield "<h3>Values</h3>"
        yield "<p>Value by value, with what stood before: table <code>changes</code>.</p>"
        yield plain_table(
            ("Table", "Column", "Change", "Cause", "Times"),
            (
                (one.table, one.column, one.change, _CAUSES.get(one.cause, one.cause), one.count)
                for one in changes.values
            ),
        )
    if changes.coverage:
        yield "<h3>Share of projects with a value</h3>"
        yield write_table(
            ("Field", "Before", "Now", "Percentage points"),
            (
                f'<tr><th scope=row>{safe(name)}</th><td class="n">{show_share(before)}</td>'
                f'<td class="n">{show_share(after)}</td>{difference_cell(round((after - before) * 100, 1))}</tr>'
                for name, (before, after) in changes.coverage.items()
            ),
            numbers=3,
        )


def _documents(figures: Figures) -> Iterator[str]:
    ordered = {name: figures.documents[name] for name in _STATUSES if figures.documents.get(name)}
    yield draw_parts("Documents by status", ordered, _STATUSES)
    items = "".join(
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="bar {name}" width="10" height="10"/></svg>'
        f"{name} {count:,}</li>"
        for name, count in ordered.items()
    )
    yield f'<ul class="legend">{items}</ul>'
    if figures.reasons:
        yield "<h3>Why not</h3>"
        rows = []
        for reason in figures.reasons:
            message = ISSUE_CODES[reason.code].message if reason.code in ISSUE_CODES else ""
            paths = "".join(f"<li>{safe(path)}</li>" for path in reason.paths)
            more = f"<li>and {reason.count - len(reason.paths):,} more</li>" if reason.count > len(reason.paths) else ""
            rows.append(
                f"<tr><th scope=row>{safe(reason.status)}</th><td><code>{safe(reason.code)}</code> {safe(message)}"
                f'<details><summary>Which</summary><ul class="paths">{paths}{more}</ul></details></td>'
                f"{number_cell(reason.count, 'in all')}</tr>"
            )
        yield write_table(("Status", "Reason", "Number"), rows, numbers=1, name="stacked")
    yield "<h3>Files</h3>"
    yield plain_table(("Status", "Files"), figures.files.items())


def _issues(report: Report) -> Iterator[str]:
    issues = report.figures.issues
    if not issues:
        yield "<p>None.</p>"
        return
    yield draw_bars(
        "Issues by code",
        {issue.code: issue.count for issue in sorted(issues, key=lambda issue: -issue.count)[:15]},
        kinds={issue.code: issue.severity for issue in issues},
    )
    yield (
        "<p>A linked project opens its document beside its rows. For any other: "
        "<code>hankekuvaus explain PROJECT_CODE --out OUT</code>, with the folder of this run for OUT; quarantined "
        "documents have no text.</p>"
    )
    yield write_table(
        ("Severity", "Code", "Documents", "Issues", "For example"),
        (_issue(issue, report.explained) for issue in issues),
        numbers=0,
        name="stacked",
    )


def _issue(issue: IssueFigure, explained: Mapping[str, Example]) -> str:
    message = ISSUE_CODES[issue.code].message if issue.code in ISSUE_CODES else ""
    examples = "<br>".join(_example(example, explained) for example in issue.examples)
    return (
        f'<tr><td class="{safe(issue.severity)}">{safe(issue.severity)}</td>'
        f"<th scope=row><code>{safe(issue.code)}</code><br>"
        f'<span class="soft">{safe(message)}</span></th>'
        f"{number_cell(issue.documents, 'documents')}{number_cell(issue.count, 'issues')}<td>{examples}</td></tr>"
    )


def _example(example: Example, explained: Mapping[str, Example]) -> str:
    if example.project_code is None:
        return f'<code class="soft" title="document_id">{safe(example.document_id[:12])}…</code>'
    place = " ".join(part for part in (example.section_number, example.field) if part)
    code = safe(example.project_code)
    if example.document_id in explained:
        code = f'<a href="explain/{safe(example.document_id)}.html">{code}</a>'
    return f'{code} <span class="soft">{safe(place)}</span>'


def _coverage(figures: Figures) -> Iterator[str]:
    if not figures.projects:
        yield "<p>No projects.</p>"
        return
    yield (
        "<p>Share of projects whose current document has a value, by the project's start year. A field may be empty "
        "for good reason: a final report stands in the description only when the project has ended.</p>"
    )
    yield draw_columns("Projects by start year", figures.years)
    years = list(figures.years)
    head = "".join(f'<th scope=col class="n">{safe(year)}</th>' for year in ("All", *years))
    rows = "".join(_coverage_row(one, figures, years) for one in figures.coverage)
    counts = "".join(f'<td class="soft">{figures.years[year]:,}</td>' for year in years)
    yield (
        '<div class="wide" tabindex="0" role="region" aria-label="Coverage by field and year">'
        f'<table class="heat"><thead><tr><th scope=col>Field</th>{head}</tr></thead><tbody>'
        f'<tr><th scope=row>projects</th><td class="soft">{figures.projects:,}</td>{counts}</tr>{rows}'
        "</tbody></table></div>"
    )


def _coverage_row(one: CoverageFigure, figures: Figures, years: Sequence[str]) -> str:
    declared = FIELD.get(one.field)
    meaning = " ".join(f"{column.en} {column.fi}" for column in declared.columns) if declared else ""
    cells = [_shade(one.count, figures.projects)]
    cells += [_shade(one.years.get(year, 0), figures.years[year]) for year in years]
    return f'<tr><th scope=row title="{safe(meaning)}">{safe(one.field)}</th>{"".join(cells)}</tr>'


def _shade(count: int, whole: int) -> str:
    share = count / whole if whole else 0.0
    shade = min(_SHADES, int(share * _SHADES) + 1) if count else 0
    return f'<td class="c{shade}">{_whole(share)}</td>'


def _whole(share: float) -> str:
    """Whole per cents, but 0 and 100 only if it is none or all."""
    return f"{share:.0%}" if share in (0.0, 1.0) else f"{min(max(round(share * 100), 1), 99)}%"


def _labels(figures: Figures) -> Iterator[str]:
    if figures.labels:
        yield "<p>Labels that several documents have: the form may have changed, and a label is to be added.</p>"
        rows = ((one.label, one.section_number, one.documents) for one in figures.labels)
        yield plain_table(("Label", "Section", "Documents"), rows)
    else:
        yield "<p>No unknown label stands in more than one document.</p>"
    if figures.rare_labels:
        yield (
            f"<p>{figures.rare_labels:,} more stand in one document each: see table <code>fields</code> where "
            "<code>state</code> is <code>undeclared</code>.</p>"
        )


def _rows(report: Report) -> Iterator[str]:
    yield plain_table(("Table", "Rows"), report.figures.rows.items())


def _run(run: Mapping[str, Any]) -> Iterator[str]:
    seconds = {name: float(value) for name, value in run["seconds"].items() if name != "total"}
    yield draw_bars("Seconds by stage", seconds, unit=" s")
    facts: list[tuple[object, ...]] = [
        ("Started", run.get("started_at")),
        ("Outcome", run.get("outcome")),
        ("Archives", ", ".join(run.get("archives", ()))),
        ("Documents parsed in this run", str(run.get("parsed"))),
        ("Seconds within the parser, all processes together", run.get("parse_cpu_seconds")),
        ("Buckets, of which unchanged", f"{run.get('buckets')}, {run.get('linked_buckets')}"),
        *((f"Version: {name}", value) for name, value in run.get("versions", {}).items()),
    ]
    yield plain_table(("What", "How"), facts)
