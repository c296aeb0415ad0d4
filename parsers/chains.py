"""The best way to read candidates in the form's order.

Headings, questions and criteria all come in an order that the form prescribes, each at most once, and free text may
hold lines that look like any of them. So none is taken for itself: of all ways to choose candidates whose ranks
rise with their places, the one with the greatest weight is taken as a whole.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Candidate(Protocol):
    """Something that stands at a line and has a rank in the form's order."""

    @property
    def line(self) -> int: ...
    @property
    def rank(self) -> int: ...
    @property
    def weight(self) -> float: ...


_MOST_PER_RANK = 24
"""Of one rank no more candidates than this are weighed: the first and the last ones (hostile input)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen candidates, by their places in the sequence given, and those whose choice was a near thing."""

    chosen: tuple[int, ...]
    doubtful: tuple[int, ...]


def choose_in_order(
    candidates: Sequence[Candidate],
    between: Callable[[int, int | None], float] | None = None,
    *,
    slack: float = 0.0,
    prefer_last: bool = False,
    margin: float = 0.5,
) -> Choice:
    """The heaviest choice of ``candidates`` (sorted by line) with strictly rising ranks and lines.

    ``between(i, j)`` adds a weight for choosing ``i`` and next ``j`` (None: nothing after it); it is never more than
    ``between(i, None) + slack``, so pairs that cannot be the best are not weighed. Among equal choices the earliest
    candidates win, or the latest with ``prefer_last``. A chosen candidate is doubtful where another one of its rank
    could take its place for less than ``margin``.
    """
    ranks = [candidate.rank for candidate in candidates]
    lines = [candidate.line for candidate in candidates]
    if _one_way(ranks, lines):
        return Choice(tuple(range(len(candidates))), ())
    kept = _thin_out(ranks)
    forward = _best_from(candidates, kept, between, slack, prefer_last=prefer_last)
    chosen: list[int] = []
    step = forward.first
    while step is not None:
        chosen.append(step)
        step = forward.after[step]
    doubtful = [i for i in chosen if _has_rival(i, chosen, candidates, kept, between, margin)]
    return Choice(tuple(chosen), tuple(doubtful))


def _one_way(ranks: Sequence[int], lines: Sequence[int]) -> bool:
    """Every rank at most once and already in order: nothing to choose."""
    return all(a < b for a, b in itertools.pairwise(ranks)) and all(a < b for a, b in itertools.pairwise(lines))


def _thin_out(ranks: Sequence[int]) -> list[int]:
    """The places that are weighed at all."""
    by_rank: dict[int, list[int]] = {}
    for place, rank in enumerate(ranks):
        by_rank.setdefault(rank, []).append(place)
    half = _MOST_PER_RANK // 2
    return sorted(
        place
        for places in by_rank.values()
        for place in (places if len(places) <= _MOST_PER_RANK else places[:half] + places[-half:])
    )


@dataclass(frozen=True, slots=True)
class _Best:
    first: int | None
    after: dict[int, int | None]


def _best_from(
    candidates: Sequence[Candidate],
    kept: Sequence[int],
    between: Callable[[int, int | None], float] | None,
    slack: float,
    *,
    prefer_last: bool,
) -> _Best:
    """Longest-path dynamic programming from the last candidate to the first."""
    weight_from: dict[int, float] = {}
    after: dict[int, int | None] = {}
    for place in reversed(kept):
        here = candidates[place]
        rank, line = here.rank, here.line
        best, best_next = (between(place, None) if between else 0.0), None
        most = best + slack
        for later in kept:
            if later <= place or weight_from[later] + most < best:
                continue
            there = candidates[later]
            if there.rank <= rank or there.line <= line:
                continue
            weight = weight_from[later] + (between(place, later) if between else 0.0)
            if weight > best or (weight == best and (prefer_last or best_next is None)):
                best, best_next = weight, later
        weight_from[place] = here.weight + best
        after[place] = best_next
    first = None
    for place in kept:
        if (
            first is None
            or weight_from[place] > weight_from[first]
            or (prefer_last and weight_from[place] == weight_from[first])
        ):
            first = place
    return _Best(first, after)


def _has_rival(
    place: int,
    chosen: Sequence[int],
    candidates: Sequence[Candidate],
    kept: Sequence[int],
    between: Callable[[int, int | None], float] | None,
    margin: float,
) -> bool:
    """Another candidate of the same rank, between the same neighbours, that weighs nearly as much."""
    index = chosen.index(place)
    before = chosen[index - 1] if index else None
    after = chosen[index + 1] if index + 1 < len(chosen) else None

    def weigh(choice: int) -> float:
        weight = candidates[choice].weight
        if between:
            weight += between(choice, after) + (between(before, choice) if before is not None else 0.0)
        return weight

    low = -1 if before is None else candidates[before].line
    high = None if after is None else candidates[after].line
    rivals = (
        other
        for other in kept
        if other != place
        and candidates[other].rank == candidates[place].rank
        and candidates[other].line > low
        and (high is None or candidates[other].line < high)
    )
    mine = weigh(place)
    return any(weigh(other) > mine - margin for other in rivals)
