"""Section 8.1: questions answered Kyllä or Ei, each with its justification below."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.columns import ValueType
from models.form import Label
from parsers.chains import choose_in_order
from parsers.compiled import CompiledForm
from parsers.document import Line, begin_anew
from parsers.findings import Findings, Slot, Span, clip, strip_span
from parsers.keys import LineKeys, Match, make_key
from parsers.labels import Region

_ANSWER = re.compile(r" ?(kyllä|ei)(?![\w-])\.?", re.IGNORECASE)


class _Question(NamedTuple):
    line: int
    rank: int
    weight: float
    label: Label
    start: int
    end: int
    value: int
    """After the colon."""
    last: int
    answer: Span | None
    answer_line: int
    method: str = "exact"


def locate_questions(keys: LineKeys, form: CompiledForm, region: Region, findings: Findings) -> None:
    """Adds a slot for every question's answer and one for its justification."""
    ranks = {label.field: rank for rank, label in enumerate(region.section.labels)}
    candidates = [
        question
        for number in form.entries[region.section.number].lines_of(keys, region.first, region.last)
        if (question := _question_at(keys, form, region, number, ranks)) is not None
    ]
    choice = choose_in_order(candidates)
    missing = set(region.section.labels) - {candidates[place].label for place in choice.chosen}
    near = _near_questions(keys, form, region, ranks, missing) if missing else []
    if near:
        candidates = sorted([*candidates, *near], key=lambda question: question.line)
        choice = choose_in_order(candidates)
    chosen = [candidates[place] for place in choice.chosen]
    for place in choice.doubtful:
        doubtful = candidates[place]
        findings.note("value_doubtful", region.number, doubtful.label.field, (doubtful.start, doubtful.end))
    for place, question in enumerate(chosen):
        end = chosen[place + 1].line if place + 1 < len(chosen) else region.last
        _add_question(keys, region, question, end, findings)
    found = {question.label.field for question in chosen}
    for label in region.section.labels:
        if label.field not in found:
            findings.no_label += [(region.number, label.field), (region.number, justification_of(label.field))]


def justification_of(field: str) -> str:
    """The field of the text that stands under a question."""
    return f"{field}_justification"


def _question_at(
    keys: LineKeys, form: CompiledForm, region: Region, number: int, ranks: dict[str, int]
) -> _Question | None:
    for key, entry in form.entries[region.section.number].candidates(keys.heads[number]):
        match = keys.match(key, number)
        if match is None or not isinstance(entry, Label):
            continue
        return _judge_question(keys, region, entry, ranks[entry.field], match)
    return None


def _judge_question(
    keys: LineKeys, region: Region, label: Label, rank: int, match: Match, method: str = "exact"
) -> _Question | None:
    """A question with its answer beside or below it; text without a colon after it makes it none."""
    text, line = keys.text, keys.lines[match.last]
    end = match.end
    while end < line.end and text[end] in ")}":
        end += 1
    value, _ = strip_span(text, end, line.end)
    colon = value < line.end and text[value] in ":：;"
    value = value + 1 if colon else value
    answer = _ANSWER.match(text, value, line.end)
    answer_line = match.last
    if answer is None and value >= line.end and match.last + 1 < region.last:
        below = keys.lines[match.last + 1]
        answer = _ANSWER.fullmatch(text, below.start, below.end)
        answer_line = match.last + 1 if answer else answer_line
    if answer is None and value < line.end and not colon:
        return None
    weight = 1.0 + (2.0 if answer else 0.0) + (1.0 if colon else 0.0) + (0.5 if len(line.cells) > 1 else 0.0)
    weight += (0.25 if line.bold else 0.0) - (0.0 if method == "exact" else 0.5)
    span = (answer.start(1), answer.end()) if answer else None
    return _Question(match.first, rank, weight, label, match.start, end, value, match.last, span, answer_line, method)


_FOLDS = 3
_LONGEST_QUESTION = 180
_END_OF_QUESTION = re.compile(r"[:：;]| (?=(?:kyllä|ei)\.?$)", re.IGNORECASE | re.MULTILINE)


def _near_questions(
    keys: LineKeys, form: CompiledForm, region: Region, ranks: dict[str, int], missing: set[Label]
) -> list[_Question]:
    """Questions that are not printed as the form prints them, folds undone."""
    found = []
    index = form.near_entries[region.section.number]
    for number in range(region.first, region.last):
        start, key = keys.lines[number].start, ""
        for last in range(number, min(number + _FOLDS, region.last)):
            line = keys.lines[last]
            stop = _END_OF_QUESTION.search(keys.text, line.start, line.end)
            end = stop.start() if stop else line.end
            if end - start > _LONGEST_QUESTION:
                break
            key += make_key(keys.text[line.start : end])
            near = index.nearest(key, only=missing)
            if near is not None and index.is_nearer(key[len(keys.key(number)) :], near) and last > number:
                break
            if near is not None and isinstance(near.thing, Label):
                match = Match(number, last, start, end)
                question = _judge_question(keys, region, near.thing, ranks[near.thing.field], match, "fuzzy")
                found += [question] if question else []
                break
            if stop:
                break
    return found


def _add_question(keys: LineKeys, region: Region, question: _Question, end: int, findings: Findings) -> None:
    text, number = keys.text, region.number
    findings.claims.append((question.start, question.value))
    label = (question.start, question.end)
    line = keys.lines[question.answer_line]
    if question.answer:
        answered: tuple[Line, ...] = (begin_anew(clip(line, *question.answer)),)
        rest = strip_span(text, question.answer[1], line.end)
    else:
        # Whatever stands beside the label where an answer belongs is the answer as printed, and invalid.
        beside = strip_span(text, question.value, line.end)
        answered = (clip(line, *beside),) if beside[1] > beside[0] else ()
        rest = (line.end, line.end)
    findings.claim_run(answered)
    name = question.label.field
    findings.slots.append(Slot(number, name, ValueType.YES_NO, label, answered, question.value, question.method))
    if question.method != "exact":
        findings.note("label_fuzzy", number, name, label)
    body = [clip(line, *rest)] if rest[1] > rest[0] else []
    body += keys.lines[question.answer_line + 1 : end]
    if body:
        body[0] = begin_anew(body[0])
    findings.claim_run(body)
    at = body[0].start if body else line.end
    findings.slots.append(Slot(number, justification_of(name), ValueType.FREE_TEXT, None, tuple(body), at))
