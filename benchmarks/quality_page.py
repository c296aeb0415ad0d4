"""``docs/quality.md`` out of what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.evaluate.judge import Cause, Judgement
from pipeline.evaluate.judged import JUDGED, NO_WRONG, Kind
from pipeline.evaluate.report import Group, Score, score_columns, score_group, show_share
from pipeline.evaluate.show import KIND_HEADS
from pipeline.evaluate.tally import Counts, Stratum, Tally

_TARGET_F1, _TARGET_BOUNDS, _TARGET_NOISE_RECALL, _TARGET_NOISE_WRONG = 0.999, 0.999, 0.97, 0.001
_CAUSES = 10
_CLIP = 70
_DERIVED = frozenset(
    (
        "projects.form",
        "projects.programme_period",
        "projects.language",
        "projects.applicant_business_id_valid",
        "projects.partners_complete",
        "sections.name",
        "sections.parent_number",
        "sections.level",
        "scores.dimension",
        "locations.code",
        "locations.current_code",
        "allocations.(rows)",
        "allocations.share",
        "partners.business_id_valid",
        "masking.in_free_text",
        "masking.contact_fields",
    )
)
Select = Callable[[Stratum], bool]
_LOST = """\
*Text* compares free text to the character, blank lines included, and *bounds* the first and last words of a section's
text. Where they are below 1 in a sound document, the print itself does not hold what is missing:

- PDF: the blank line between two paragraphs is gone where a page ends between them, and where a paragraph's last line
  is full there is no telling that one ended at all. Words and their order are not touched:
  `python -m benchmarks.same_rows` compares all rows of 200 projects from text, page and three producers, white space
  and list marks aside.
- `paged` and `folded`: the same at form feeds and at the width of the page.
- `browser_dump`: what the site prints below the description (links, a footer) follows the last section's text without
  any mark, so it may end up in it.
- `div_soup`: paragraphs are not marked at all; lines are kept, blank lines are not.
- `markdown`: a backslash, star or underscore of the text's own may be a mark.
- `preformatted`: indentation is layout, and goes.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """A set and what came of it."""

    name: str
    projects: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer's judgements and ours of the same documents."""

    title: str
    theirs: Sequence[Judgement]
    ours: Sequence[Judgement]


def write_quality_page(
    measured: Mapping[str, Measured],
    peers: Sequence[Peer],
    missing: Sequence[str],
    versions: str,
    command: str,
    seed: int,
    language: str = "",
) -> str:
    """The page; ``missing`` says what could not be measured, ``language`` is the part on free text."""
    clean = measured["clean"].judgement
    pdfs = _merge([one.judgement for name, one in measured.items() if name.startswith("pdf_")])
    tally = clean.tally
    parts = [
        "# How often the extraction is right\n",
        "<!-- Written by `make quality`; do not edit. -->\n",
        f"Measured by `{command}` (seed {seed}; parser {versions}).\n"
        "The archive is invented and its truth is written by a generator that shares neither code nor data with the\n"
        "parser's form definition. Every document counts. A value is right when it is equal to the truth to the\n"
        "character; *folded* counts white space as equal, *soft* case and punctuation too, *alike* is the share of\n"
        "equal characters. A value that is wrong counts against precision and recall.\n",
        _table(
            ("Set", "Projects", "Documents", "Not read"),
            (
                (name, one.projects, one.judgement.tally.count_documents(), len(one.judgement.unread))
                for name, one in measured.items()
            ),
        ),
        *(f"Not measured: {line}\n" for line in missing),
        "## What was promised\n",
        _promises(tally, measured),
        "## Layouts without traps, no damage\n",
        f"{tally.count_documents(_is_plain)} documents, text and HTML, in layouts that mislead no careful reader.\n",
        _columns(tally.sum_columns(_is_plain)),
        *_older_form(measured),
        "## By layout\n",
        "F1 (exact) over all columns of a kind; the last column counts wrong sums, dates, ids and scores.\n",
        _layouts((tally, pdfs), held_out=False),
        "## Layouts set aside\n",
        "A third of the layouts was set aside when they were written and is not looked at while rules are changed.\n",
        _layouts((tally, pdfs), held_out=True),
        "### What a layout loses\n",
        _LOST,
        "## Damaged documents\n",
        "One letter in a hundred is misread, diacritics and blank lines are lost, labels glued and swapped; first\n"
        "outside values only, then inside them too (the truth keeps the value before the damage, so that a damaged\n"
        "value, reported as printed, counts as wrong here).\n",
        _noise(measured),
        "## Beside the public practice\n",
        "Short equivalents of what others publish (`benchmarks/peer_*.py`), given our names of labels and generous\n"
        "conversions; columns that are derived and not read (check digits, codes, shares) are left out.\n",
        *map(_peer, peers),
        *(["## What the free text says\n", language] if language else []),
        "## The ten worst causes\n",
        "Held-out layouts and damage inside values left out; by weight (wrong 3, invented 2, missing 1). `⏎` ends a\n"
        "line.\n",
        _causes({"clean": clean, "damaged": measured["noise_outside"].judgement, "pdf": pdfs}),
        "## Reproduce\n",
        f"```\nmake quality\n.venv/bin/{command}\n```\n\n"
        "Your own archive: `hankekuvaus make-archive DIR --projects 500 --seed 1`, then\n"
        "`hankekuvaus evaluate DIR DIR --archive --html report.html`. `make test` holds the floors of\n"
        "`tests/quality/floors.json` on small sets.\n",
    ]
    return "\n".join(parts)


def _older_form(measured: Mapping[str, Measured]) -> list[str]:
    """The part on the form of 2007–2013, where it was measured."""
    if "eura2007" not in measured:
        return []
    tally = measured["eura2007"].judgement.tally
    return [
        "## The form of 2007–2013, no damage\n",
        f"{tally.count_documents()} documents, text and HTML, in all layouts, traps and those set aside included.\n",
        _columns(tally.sum_columns()),
    ]


def _is_plain(stratum: Stratum) -> bool:
    return stratum.is_plain


def _merge(judgements: Iterable[Judgement]) -> Judgement:
    merged = Judgement()
    for one in judgements:
        for stratum, number in one.tally.documents.items():
            merged.tally.documents[stratum] = merged.tally.documents.get(stratum, 0) + number
        for (stratum, column), counts in one.tally.counts.items():
            merged.tally.count(stratum, column).add(counts)
        merged.causes.update(one.causes)
        merged.unread.update(one.unread)
    return merged


def _promises(tally: Tally, measured: Mapping[str, Measured]) -> str:
    plain = list(score_columns(tally.sum_columns(_is_plain)))
    strict = [one for one in plain if one.kind == Kind.TYPED or one.table in ("scores", "indicators")]
    strict = [one for one in strict if one.table != "masking" and one.column != "justification"]
    bounds = [one for one in plain if one.kind == Kind.BOUNDARY]
    critical = [one for one in plain if f"{one.table}.{one.column}" in NO_WRONG]
    masking = [one for one in plain if one.table == "masking"]
    wrong = sum(one.wrong for one in critical)
    rows = [
        _promise("typed columns, scores, indicators: F1 ≥ 0.999 each", strict, lambda one: one.f1, _TARGET_F1),
        _promise("section boundaries: F1 ≥ 0.999", bounds, lambda one: one.f1, _TARGET_BOUNDS),
        ("no wrong sum, date, id or score", str(wrong), _tick(not wrong)),
        _promise("planted personal data and contact fields masked", masking, lambda one: one.recall, 1.0),
    ]
    noisy = [
        ("damage outside values, layouts without traps", "noise_outside", _has_no_trap),
        ("damage outside values, all layouts", "noise_outside", _is_any),
        ("eura2007, damage outside values, all layouts", "eura2007_noise", _is_any),
    ]
    for text, name, select in noisy:
        if name not in measured:
            continue
        scores = score_columns(measured[name].judgement.tally.sum_columns(select))
        typed = [one for one in scores if one.kind == Kind.TYPED and one.table != "masking"]
        wrong, found = sum(one.wrong + one.invented for one in typed), sum(one.found for one in typed)
        rows += [
            _promise(f"{text}: recall ≥ 0.97 in typed columns", typed, lambda one: one.recall, _TARGET_NOISE_RECALL),
            (f"{text}: wrong typed values ≤ 0.1 %", f"{wrong} of {found}", _tick(wrong <= _TARGET_NOISE_WRONG * found)),
        ]
    inside = measured["noise_inside"].judgement.tally.sum_columns(_has_no_trap)
    raw, wrong = (
        inside.get(("fields", "raw"), Counts()),
        sum(counts.wrong for column, counts in inside.items() if ".".join(column) in NO_WRONG),
    )
    rows += [
        ("damage inside values, layouts without traps: reported as printed", f"F1 {show_share(raw.measures().f1)}", ""),
        (
            "damage inside values, layouts without traps: no guessed sum, date, id or score",
            str(wrong),
            _tick(not wrong),
        ),
    ]
    return _table(("Promise", "Measured", "Held"), rows)


def _has_no_trap(stratum: Stratum) -> bool:
    return not stratum.trap


def _is_any(stratum: Stratum) -> bool:
    return bool(stratum)


def _promise(
    text: str, scores: Sequence[Score], share: Callable[[Score], float | None], target: float
) -> tuple[str, str, str]:
    missed = [one for one in scores if (share(one) or 0.0) < target and one.truth]
    lowest = min((share(one) or 0.0 for one in scores if one.truth), default=0.0)
    names = ", ".join(f"{one.table}.{one.column} {show_share(share(one))}" for one in missed)
    return (text, names or f"lowest {show_share(lowest)}", _tick(not missed))


def _tick(held: bool) -> str:
    return "yes" if held else "**no**"


def _columns(sums: Mapping[tuple[str, str], Counts]) -> str:
    heads = ("Column", "Values", "Precision", "Recall", "F1", "Folded", "Soft", "Alike", "Wrong", "Missing", "Invented")
    return _table(
        heads,
        (
            (
                f"{one.table}.{one.column}",
                one.truth,
                *map(show_share, (one.precision, one.recall, one.f1, one.f1_folded, one.f1_soft, one.similarity)),
                one.wrong or "",
                one.missing or "",
                one.invented or "",
            )
            for one in score_columns(sums)
        ),
    )


def _layouts(tallies: Sequence[Tally | Judgement], *, held_out: bool) -> str:
    rows = []
    for one in tallies:
        tally = one.tally if isinstance(one, Judgement) else one
        for layout in tally.facet_values("layout"):
            strata = [stratum for stratum in tally.documents if stratum.layout == layout]
            if strata[0].held_out is held_out:
                name = f"{layout}{' (trap)' if strata[0].trap else ''}"
                group = score_group(tally, strata[0].format, name, lambda one, layout=layout: one.layout == layout)  # type: ignore[misc]
                rows.append((group.facet, *_group_cells(group)))
    return _table(("Format", *_GROUP_HEADS), sorted(rows, key=lambda row: ("text", "html", "pdf").index(row[0])))


_GROUP_HEADS = ("Documents of", "Number", *(head for _, head in KIND_HEADS), "Wrong")


def _group_cells(group: Group) -> tuple[object, ...]:
    shares = (show_share(group.scores[kind].f1) for kind, _ in KIND_HEADS)
    return (group.value, group.documents, *shares, group.scores["critical"].wrong or "")


def _noise(measured: Mapping[str, Measured]) -> str:
    rows = []
    for name in ("noise_outside", "noise_inside", "eura2007_noise"):
        if name not in measured:
            continue
        tally = measured[name].judgement.tally
        for title, select in (("no trap", lambda one: not one.trap), ("trap", lambda one: one.trap)):
            rows.append(_group_cells(score_group(tally, "noise", f"{name.replace('_', ' ')}, {title}", select)))
    return _table(_GROUP_HEADS, rows)


def _peer(peer: Peer) -> str:
    theirs, ours = (_merge(side).tally for side in (peer.theirs, peer.ours))
    sums = {name: tally.sum_columns() for name, tally in (("peer", theirs), ("ours", ours))}
    scores = {name: {(one.table, one.column): one for one in score_columns(columns)} for name, columns in sums.items()}
    rows: list[tuple[object, ...]] = []
    for table in JUDGED:
        for key, mine in scores["ours"].items():
            other = scores["peer"].get(key)
            if key[0] == table and mine.truth and other is not None and ".".join(key) not in _DERIVED:
                shares = (other.precision, other.recall, other.f1, mine.precision, mine.recall, mine.f1)
                rows.append((".".join(key), *map(show_share, shares), other.wrong or "", mine.wrong or ""))
    heads = ("Column", "Their precision", "recall", "F1", "Our precision", "recall", "F1", "Their wrong", "Ours")
    return f"### {peer.title}\n\n{ours.count_documents()} documents.\n\n{_table(heads, rows)}"


def _causes(judgements: Mapping[str, Judgement]) -> str:
    causes = [(name, cause) for name, one in judgements.items() for cause in one.causes.values() if not cause.held_out]
    causes.sort(key=lambda pair: (-pair[1].weight, pair[1].table, pair[1].column, pair[1].layout, pair[0]))
    return _table(
        ("Set", "Column", "Outcome", "Layout", "Times", "Documents", "Truth", "Found"),
        ((name, *_cause_cells(cause)) for name, cause in causes[:_CAUSES]),
    )


def _cause_cells(cause: Cause) -> tuple[object, ...]:
    worst = cause.cases[0]
    cells = (f"{cause.table}.{cause.column}", cause.outcome, cause.layout, cause.count, cause.documents)
    return (*cells, *_clip_around(worst.truth or "", worst.found or ""))


def _clip_around(truth: str, found: str) -> tuple[str, str]:
    """Both texts from shortly before they differ."""
    shorter = min(len(truth), len(found))
    differs = next((at for at in range(shorter) if truth[at] != found[at]), shorter)
    start = max(0, differs - _CLIP // 2)
    return _clip(truth, start), _clip(found, start)


def _clip(text: str, start: int) -> str:
    shown = text[start : start + _CLIP].replace("\n", "⏎")
    return ("…" if start else "") + shown + ("…" if len(text) > start + _CLIP else "")


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(cell: object) -> str:
    return str(cell).replace("|", "\\|").replace("\n", " ")
