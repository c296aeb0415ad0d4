"""Which lines of a page are one line that was folded: by geometry, because the text itself rarely tells.

A line was folded when the first word of the next one would not have fitted into it. For that the right margin has to be
known: the document's, a column's, or that of the table a line stands in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from models.forms import load_forms
from parsers.readers.hyphens import is_split_address
from parsers.readers.pdf_lines import Fragment, TextLine
from parsers.readers.pdf_margins import SENTENCE_END, Pair, find_margins, measure_pair, same_style, starts_small

_NUMBERS = re.compile(r"[\d ]{1,20}")
_PARTNER_END = re.compile(r", \d{6,7}-\d$")
_ANSWER = re.compile(r": (?:Kyllä|Ei|Ja|Nej)$")
_LABEL = re.compile(r"[A-ZÅÄÖ][^:.;!?]{2,100}:(?: |$)")


def mark_folds(lines: Sequence[TextLine]) -> None:
    """Marks each line that runs on the one before, or that a gap parts from it; ``lines`` without furniture.

    Lines of names that a row's cells complete are marked as parts of that row.
    """
    pitches = _usual_pitches(lines)
    _gather_names(lines, pitches)
    runs: list[list[Pair]] = []
    for number in range(1, len(lines)):
        before, line = lines[number - 1], lines[number]
        if line.continues:
            line.folded = True
            continue
        if _completes_address(before, line):
            line.folded = True
            continue
        line.blank = gap = _has_gap(before, line, pitches)
        apart = before.page is not line.page or before.column != line.column
        if (apart or not gap) and _can_run_on(before, line):
            if not runs or runs[-1][-1].number != number - 1:
                runs.append([])
            runs[-1].append(measure_pair(lines, number))
    margins = find_margins(lines, [pair for run in runs for pair in run])
    for run in runs:
        _decide_run(lines, run, margins)


def _completes_address(before: TextLine, line: TextLine) -> bool:
    """The rest of an address that its column was too narrow for: one word right below it."""
    a, b = before.last, line.first
    return (
        len(line.parts) == 1
        and " " not in b.text
        and before.page is line.page
        and a.x0 - 1.6 < b.x0 < a.x1
        and same_style(a, b)
        and is_split_address(a.text, b.text)
    )


def _usual_pitches(lines: Sequence[TextLine]) -> dict[float, float]:
    """Usual distance of base lines in a paragraph, by font size: of those that recur often, the smallest."""
    seen: dict[float, Counter[float]] = defaultdict(Counter)
    for before, line in pairwise(lines):
        a, b = before.first, line.first
        if before.page is line.page and a.size == b.size and a.bold == b.bold and 0 < b.base - a.base < 2.2 * a.size:
            seen[a.size][round(2 * (b.base - a.base)) / 2] += 1
    usual: dict[float, float] = {}
    for size, counts in seen.items():
        most = max(counts.values())
        usual[size] = min(pitch for pitch, count in counts.items() if count * 4 >= most)
    return usual


def _has_gap(before: TextLine, line: TextLine, pitches: dict[float, float]) -> bool:
    a, b = before.first, line.first
    if before.page is not line.page or before.column != line.column:
        return not (before.row or line.row or line.first.bullet or len(before.last.text) < 60)
    lowest = max(part.base for part in before.parts)
    pitch = pitches.get(b.size, 1.35 * b.size)
    if a.size != b.size:
        pitch = max(pitch, pitches.get(a.size, 1.35 * a.size))
    return b.base - lowest > pitch + max(0.25 * b.size, 1.6)


def _can_run_on(before: TextLine, line: TextLine) -> bool:
    """Whether style and left edge allow that a line continues the one before."""
    a, b = before.first, line.first
    if line.row or (before.row and len(before.parts) > 1) or b.bullet or not same_style(before.last, b):
        return False
    if before.column != line.column or line.column:
        return before.page is line.page or line.page.number == before.page.number + 1
    if before.row or line.page.number > before.page.number + 1:
        return False
    return abs(a.indent - b.x0) < 1.6 or abs(a.x0 - b.x0) < 1.6 or _indented(a, b) or _centred(a, b)


def _indented(a: Fragment, b: Fragment) -> bool:
    return 0 < a.x0 - b.x0 < 3.5 * a.size


def _centred(a: Fragment, b: Fragment) -> bool:
    return abs(a.x0 + a.x1 - b.x0 - b.x1) < 3.0 and abs(a.x0 - b.x0) > 1.6


def _gather_names(lines: Sequence[TextLine], pitches: dict[float, float]) -> None:
    """Lines above a row that its name begins on: small letter or bracket first, same edge, no gap, no full stop."""
    for number in range(len(lines) - 1, 0, -1):
        line = lines[number]
        if not line.row or line.continues:
            continue
        at = number
        edge = line.parts[1].x0 if len(line.parts) > 1 else line.first.x1
        while at > 0 and number - at < 5:
            upper, lower = lines[at - 1], lines[at]
            a, b = upper.first, lower.first
            if (
                len(upper.parts) > 1
                or upper.row
                or not same_style(a, b)
                or abs(a.x0 - b.x0) > 1.6
                or b.text[0].isupper()
                or _NUMBERS.fullmatch(b.text)
                or a.text[-1] in SENTENCE_END
                or a.x1 > edge
                or a.bullet
                or (
                    upper.page is lower.page
                    and b.base - a.base > pitches.get(b.size, 1.35 * b.size) + max(0.25 * b.size, 1.6)
                )
            ):
                break
            at -= 1
        for inner in range(at, number):
            lines[inner].row = True
            lines[inner + 1].continues = True


@cache
def _lone_lines() -> frozenset[str]:
    """Lines of the forms that stand alone: they announce a list or the labels after them."""
    sections = [section for form in load_forms() for section in form.sections]
    return frozenset(
        text for section in sections for text in (*(head.text for head in section.lists), *section.group_lines)
    )


def _is_among_rows(lines: Sequence[TextLine], number: int) -> bool:
    """Whether a pair of lines stands between rows of a table: its margin is a cell's, which nothing tells."""
    near = [n for n in (number - 3, number - 2, number + 1, number + 2) if 0 <= n < len(lines)]
    place = lines[number].first.x0
    return any(len(lines[n].parts) > 1 and abs(lines[n].first.x0 - place) < 1.6 for n in near)


def _decide_run(lines: Sequence[TextLine], run: Sequence[Pair], margins: dict[int, float]) -> None:
    """Folds of neighbouring lines that may run on one another."""
    found = False
    head = lines[run[0].number - 1].first.text
    for pair in run:
        before, text = lines[pair.number - 1].last, lines[pair.number].first.text
        over = pair.need - margins[pair.number]
        apart = lines[pair.number].page is not lines[pair.number - 1].page
        if text[0].isupper() and (
            (_LABEL.match(text) and (text[-1] == ":" or _LABEL.match(head) or before.text[-1] in SENTENCE_END))
            or text in _lone_lines()
            or _PARTNER_END.search(before.text)
            or (_LABEL.match(head) and (_ANSWER.search(before.text) or (apart and before.text[-1] not in ",-")))
        ):
            folded = False  # a new label, or the end of a label's value
        elif before.hyphen and before.text[-2:-1] != " " and over + pair.word > 0:
            folded = True
        elif starts_small(text):
            goes_on = pair.sure or before.hyphen
            folded = over > -0.1 * pair.word - 1.2 or (goes_on and _is_among_rows(lines, pair.number))
        else:
            folded = over > -0.04 * pair.word - 0.6
        if folded:
            found = True
            lines[pair.number].folded = True
        else:
            head = text
    if found or len(run) < 2:
        return
    # Nothing reaches the margin: perhaps the lines were folded at one of their own.
    own = max([*(pair.end for pair in run), lines[run[-1].number].last.x1])
    hits = [pair for pair in run if pair.need > own]
    if len(hits) * 10 >= len(run) * 7 and sum(pair.sure for pair in hits) * 2 >= len(hits):
        for pair in hits:
            lines[pair.number].folded = True
