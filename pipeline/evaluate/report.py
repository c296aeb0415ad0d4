"""What an evaluation says: scores by column and by kind of document, and the worst causes; for JSON as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.evaluate.compare import Tier
from pipeline.evaluate.judge import Cause, Judgement
from pipeline.evaluate.judged import JUDGED, NO_WRONG, ROWS, Kind
from pipeline.evaluate.tally import FACETS, Column, Counts, Stratum, Tally

MOST_CAUSES = 50
MOST_UNREAD = 50


@dataclass(frozen=True, slots=True)
class Score:
    """How right a column is; shares are 0 to 1, ``None`` where there was nothing to be right about."""

    table: str
    column: str
    kind: str
    truth: int
    """Values that there are."""
    found: int
    precision: float | None
    recall: float | None
    f1: float | None
    f1_folded: float | None
    f1_soft: float | None
    similarity: float | None
    wrong: int
    missing: int
    invented: int


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of document: sums over all columns of each kind."""

    facet: str
    value: str
    documents: int
    scores: dict[str, Score]
    """By ``Kind``; ``critical``: sums, dates, ids and scores."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found out."""

    source: str
    documents: int
    unread: dict[str, str]
    """The first documents that gave no rows, by path, with the reason."""
    unread_count: int
    scores: tuple[Score, ...]
    groups: tuple[Group, ...]
    causes: tuple[Cause, ...]
    """The gravest first; none of held-out layouts, which nobody who changes rules should look at."""

    def as_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        plain = asdict(self)
        for cause in plain["causes"]:
            del cause["_last"]
        return plain


def make_report(judgement: Judgement, source: str) -> Report:
    """The report of a judgement."""
    tally = judgement.tally
    return Report(
        source=source,
        documents=tally.count_documents(),
        unread=dict(sorted(judgement.unread.items())[:MOST_UNREAD]),
        unread_count=len(judgement.unread),
        scores=tuple(score_columns(tally.sum_columns())),
        groups=tuple(group for facet in FACETS for group in score_groups(tally, facet)),
        causes=tuple([cause for cause in judgement.worst_causes() if not cause.held_out][:MOST_CAUSES]),
    )


def score_columns(sums: Mapping[Column, Counts]) -> Iterable[Score]:
    """A score for each column, in the order of the tables; the rows of a table come first."""
    for table in JUDGED.values():
        names = [(ROWS, Kind.ROWS), *((column.name, column.kind) for column in table.columns)]
        for name, kind in names:
            counts = sums.get((table.name, name))
            if counts is not None:
                yield make_score(table.name, name, kind, counts)


def score_groups(tally: Tally, facet: str) -> Iterable[Group]:
    """A group for each value of a facet, if there is more than one."""
    values = list(tally.facet_values(facet))
    if len(values) > 1:
        for value in values:
            yield score_group(tally, facet, str(value), lambda stratum, value=value: getattr(stratum, facet) == value)  # type: ignore[misc]


def score_group(tally: Tally, facet: str, value: str, select: Callable[[Stratum], bool]) -> Group:
    """Sums over the columns of each kind for the selected documents."""
    sums: dict[str, Counts] = {kind.value: Counts() for kind in Kind} | {"critical": Counts()}
    kinds = {(table.name, column.name): column.kind for table in JUDGED.values() for column in table.columns}
    for column, counts in tally.sum_columns(select).items():
        sums[kinds.get(column, Kind.ROWS).value].add(counts)
        if ".".join(column) in NO_WRONG:
            sums["critical"].add(counts)
    scores = {kind: make_score("*", "*", kind, counts) for kind, counts in sums.items()}
    return Group(facet, value, tally.count_documents(select), scores)


def make_score(table: str, column: str, kind: str, counts: Counts) -> Score:
    """Counts as shares."""
    exact = counts.measures()
    return Score(
        table=table,
        column=column,
        kind=str(kind),
        truth=counts.truth,
        found=counts.found,
        precision=exact.precision,
        recall=exact.recall,
        f1=exact.f1,
        f1_folded=counts.measures(Tier.FOLDED).f1,
        f1_soft=counts.measures(Tier.SOFT).f1,
        similarity=counts.mean_similarity() if kind in (Kind.TEXT, Kind.PRINTED) else None,
        wrong=counts.wrong,
        missing=counts.missing,
        invented=counts.invented,
    )


def show_share(share: float | None) -> str:
    """A share for people: four digits, never rounded up to 1."""
    if share is None:
        return "–"
    return "1" if share == 1 else f"{min(share, 0.9999):.4f}"
