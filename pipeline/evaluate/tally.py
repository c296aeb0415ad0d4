"""Counting outcomes: right, wrong, missing and invented values by document kind, table and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.evaluate.compare import Tier

FACETS = ("form", "format", "layout", "encoding", "noise", "noise_inside", "held_out", "trap")


class Stratum(NamedTuple):
    """What kind of document: columns of the truth's ``documents``."""

    form: str
    format: str
    layout: str
    encoding: str
    noise: float
    noise_inside: bool
    held_out: bool
    trap: bool

    @property
    def is_plain(self) -> bool:
        """No trap for the reader, no damage: what must be read without a fault."""
        return not self.trap and not self.noise


class Measures(NamedTuple):
    """Shares, 0 to 1; ``None`` where there was nothing to be right about."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(slots=True)
class Counts:
    """Outcomes of one column. ``tiers`` counts values that both sides have, by the first tier that makes them equal."""

    tiers: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    missing: int = 0
    """Null where the truth has a value."""
    invented: int = 0
    """A value where the truth has none."""
    similarity: float = 0.0
    """Sum over the values that both sides have."""

    @property
    def both(self) -> int:
        return sum(self.tiers)

    @property
    def wrong(self) -> int:
        """Values that both sides have and that are not exactly equal."""
        return self.both - self.tiers[Tier.EXACT]

    @property
    def truth(self) -> int:
        return self.both + self.missing

    @property
    def found(self) -> int:
        return self.both + self.invented

    def right(self, tier: Tier = Tier.EXACT) -> int:
        """Values that are equal at ``tier`` or a stricter one."""
        return sum(self.tiers[: tier + 1])

    def measures(self, tier: Tier = Tier.EXACT) -> Measures:
        """Precision, recall and F1; a wrong value counts against both."""
        right = self.right(tier)
        total = self.truth + self.found
        return Measures(
            right / self.found if self.found else None,
            right / self.truth if self.truth else None,
            2 * right / total if total else None,
        )

    def mean_similarity(self) -> float | None:
        """Of the values that the truth has; a missing one has 0."""
        return self.similarity / self.truth if self.truth else None

    def add(self, other: Counts) -> None:
        for tier, number in enumerate(other.tiers):
            self.tiers[tier] += number
        self.missing += other.missing
        self.invented += other.invented
        self.similarity += other.similarity


Column = tuple[str, str]
"""Table and column."""


@dataclass(slots=True)
class Tally:
    """Counts by kind of document and column, and how many documents there were of each kind."""

    counts: dict[tuple[Stratum, Column], Counts] = field(default_factory=dict)
    documents: dict[Stratum, int] = field(default_factory=dict)

    def count(self, stratum: Stratum, column: Column) -> Counts:
        key = (stratum, column)
        counts = self.counts.get(key)
        if counts is None:
            counts = self.counts[key] = Counts()
        return counts

    def add_document(self, stratum: Stratum) -> None:
        self.documents[stratum] = self.documents.get(stratum, 0) + 1

    def sum_columns(self, select: Callable[[Stratum], bool] = lambda _: True) -> dict[Column, Counts]:
        """Counts by column over the selected kinds of documents, in the order in which columns were first met."""
        sums: dict[Column, Counts] = {}
        for (stratum, column), counts in self.counts.items():
            if select(stratum):
                sums.setdefault(column, Counts()).add(counts)
        return sums

    def count_documents(self, select: Callable[[Stratum], bool] = lambda _: True) -> int:
        return sum(number for stratum, number in self.documents.items() if select(stratum))

    def facet_values(self, facet: str) -> Iterator[object]:
        """The values that a facet takes, sorted."""
        values = {getattr(stratum, facet) for stratum in self.documents}
        yield from sorted(values, key=lambda value: (value is None, str(value)))
