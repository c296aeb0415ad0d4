"""One document judged: its rows against the truth's, every outcome counted and the bad ones kept as cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from models.records import Row
from pipeline.evaluate.align import pair_rows
from pipeline.evaluate.compare import Tier, as_text, compare_values, first_words, fold, last_words, measure_similarity
from pipeline.evaluate.judged import JUDGED, ROWS, JudgedColumn, JudgedTable, Kind
from pipeline.evaluate.tally import Counts, Stratum, Tally

MASK = "█"
Rows = Mapping[str, Sequence[Row]]
"""Rows by table."""
WRONG, MISSING, INVENTED = "wrong", "missing", "invented"
_WEIGHT = {WRONG: 3.0, INVENTED: 2.0, MISSING: 1.0}
"""A wrong value is worse than one too many, and that is worse than one too few."""
CASES_PER_CAUSE = 3


@dataclass(frozen=True, slots=True)
class Case:
    """One bad outcome, to be looked at."""

    path: str
    table: str
    column: str
    key: str
    outcome: str
    truth: str | None
    found: str | None
    similarity: float


@dataclass(slots=True)
class Cause:
    """Bad outcomes of one kind: the same column, the same outcome, the same layout."""

    table: str
    column: str
    outcome: str
    layout: str
    held_out: bool
    trap: bool
    count: int = 0
    documents: int = 0
    cases: list[Case] = field(default_factory=list)
    _last: str = ""

    @property
    def weight(self) -> float:
        return self.count * _WEIGHT[self.outcome]

    def add(self, case: Case) -> None:
        self.count += 1
        self.documents += case.path != self._last
        self._last = case.path
        worst = self.cases
        if len(worst) < CASES_PER_CAUSE:
            worst.append(case)
            worst.sort(key=lambda one: one.similarity)
        elif case.similarity < worst[-1].similarity:
            worst[-1] = case
            worst.sort(key=lambda one: one.similarity)


@dataclass(slots=True)
class Judgement:
    """What was counted over all documents, and why things were bad."""

    tally: Tally = field(default_factory=Tally)
    causes: dict[tuple[str, str, str, str], Cause] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    """Documents that gave no rows, by path, with the reason."""

    def worst_causes(self) -> list[Cause]:
        """The gravest first."""
        return sorted(self.causes.values(), key=lambda cause: (-cause.weight, cause.table, cause.column, cause.layout))


def stratum_of(document: Row) -> Stratum:
    """The kind of a document, from its row in the truth's ``documents``."""
    return Stratum(
        document["form"],
        document["format"],
        document["layout"],
        document.get("encoding") or "",
        float(document.get("noise") or 0.0),
        bool(document.get("noise_inside")),
        bool(document.get("held_out")),
        bool(document.get("trap")),
    )


def judge_document(
    judgement: Judgement, truth: Rows, found: Rows, tables: Iterable[str], reason: str | None = None
) -> None:
    """Counts one document: ``truth`` has its rows by table, ``found`` what was made of it.

    ``reason`` says why nothing was found: then the document is one bad case, not hundreds.
    """
    document = truth["documents"][0]
    stratum, path = stratum_of(document), document["path"]
    judgement.tally.add_document(stratum)
    if reason is not None:
        judgement.unread[path] = reason
    note = _Noter(judgement, stratum, path, silent=reason is not None)
    for name in tables:
        table = JUDGED[name]
        if not _is_judged(name, truth):
            continue
        rows = found.get(name, ())
        if name == "fields":  # the truth has scores and justifications in tables of their own
            known = {row["field"] for row in truth.get(name, ())}
            rows = [row for row in rows if row["field"] in known]
        for key, row, other in pair_rows(table, truth.get(name, ()), rows):
            _judge_pair(note, table, key, row, other)


def _is_judged(name: str, truth: Rows) -> bool:
    """Places that the truth leaves open have shares that nobody can know."""
    return name != "allocations" or bool(truth.get("allocations")) or not truth.get("locations")


@dataclass(slots=True)
class _Noter:
    judgement: Judgement
    stratum: Stratum
    path: str
    silent: bool

    def counts(self, table: str, column: str) -> Counts:
        return self.judgement.tally.count(self.stratum, (table, column))

    def case(
        self, table: str, column: str, key: str, outcome: str, truth: object, found: object, similarity: float = 0.0
    ) -> None:
        if self.silent:
            return
        at = (table, column, outcome, self.stratum.layout)
        causes = self.judgement.causes
        cause = causes.get(at)
        if cause is None:
            cause = causes[at] = Cause(*at, held_out=self.stratum.held_out, trap=self.stratum.trap)
        one, other = (None if value is None else as_text(value) for value in (truth, found))
        cause.add(Case(self.path, table, column, key, outcome, one, other, similarity))


def _judge_pair(note: _Noter, table: JudgedTable, key: str, truth: Row | None, found: Row | None) -> None:
    whole = truth is not None and found is not None
    if table.counts_rows:
        counts = note.counts(table.name, ROWS)
        if whole:
            counts.tiers[Tier.EXACT] += 1
            counts.similarity += 1
        elif found is None:
            counts.missing += 1
            note.case(table.name, ROWS, key, MISSING, key, None)
        else:
            counts.invented += 1
            note.case(table.name, ROWS, key, INVENTED, None, key)
    for column in table.columns:
        one, other = (_value_of(row, column, truth) for row in (truth, found))
        if column.kind is Kind.PRINTED or (column.kind is Kind.TEXT and note.stratum.noise):
            one, other = _fold_text(one), _fold_text(other)
        if column.kind is Kind.BOUNDARY and (one is None or not whole):
            continue
        if table.name == "sections" and column.name == "text" and truth and truth.get("text") is None:
            continue  # a section of fields: its body depends on the layout and is judged by its fields
        accepted = _accepted(truth, column)
        if accepted is not None and other in accepted:
            one = other
        outcome, similarity = _judge_value(note.counts(table.name, column.name), column, one, other)
        if outcome and (whole or not table.counts_rows):  # a row that is not there is one case
            note.case(table.name, column.name, key, outcome, one, other, similarity)


def _value_of(row: Row | None, column: JudgedColumn, truth: Row | None) -> object:
    if row is None:
        return None
    if column.kind is Kind.BOUNDARY:
        text = row.get(column.source)
        if text is None or (truth and truth.get(column.source) is None):
            return None
        return first_words(text) if column.name == "first_words" else last_words(text)
    value = row.get(column.name)
    if value == "" or (column.name == "project_code" and str(value).startswith("?")):
        return None  # ? and a digest stand where no code can be read
    return value


def _fold_text(value: object) -> object:
    """Short values fold with their lines, and damage takes blank lines that the truth still has."""
    if not isinstance(value, str):
        return value
    folded = fold(value)
    # spaces are masked too, but not the end of a line
    return folded.replace(" ", MASK) if set(folded) == {" ", MASK} else folded


def _accepted(truth: Row | None, column: JudgedColumn) -> Sequence[object] | None:
    """Other values that are right too: any code of a municipality that merged while the project ran."""
    return truth.get("codes") if truth is not None and column.name == "code" else None


def _judge_value(counts: Counts, column: JudgedColumn, truth: object, found: object) -> tuple[str, float]:
    """The bad outcome, or ``""``, and how alike the values are."""
    if truth is None:
        if found is None:
            return "", 1.0
        counts.invented += 1
        return INVENTED, 0.0
    if found is None:
        counts.missing += 1
        return MISSING, 0.0
    tier = compare_values(truth, found)
    counts.tiers[tier] += 1
    if tier is Tier.EXACT:
        counts.similarity += 1
        return "", 1.0
    similarity = 0.0
    if column.kind is not Kind.TYPED:
        one, other = as_text(truth), as_text(found)
        similarity = measure_similarity(fold(one), fold(other)) if column.kind is Kind.TEXT else float(tier < 3)
        if column.kind is Kind.PRINTED and tier is Tier.DIFFERENT:
            similarity = measure_similarity(one, other)
    counts.similarity += similarity
    return WRONG, similarity
