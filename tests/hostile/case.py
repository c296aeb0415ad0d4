"""A hostile input: what it is called, how it is made, and what may become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One file of an archive."""

    name: str
    """Its name in the archive; the suffix counts."""
    make: Callable[[], bytes]
    outcomes: frozenset[str]
    """What may stand in its row: a status (``parsed``, ``partial``, ``special``, …) or the code of its reason."""
    heavy: bool = False
    """Takes seconds, or hundreds of megabytes: only in ``make hostile``."""


READ = frozenset(("parsed", "partial", "unknown_form", "no_text"))
"""It was read; whether it is a description is another matter."""
STOPPED = frozenset(("crash", "timeout", "memory"))


def case(name: str, make: Callable[[], bytes], *outcomes: str | frozenset[str], heavy: bool = False) -> Case:
    """A case with its outcomes, given one by one or as sets."""
    allowed: set[str] = set()
    for outcome in outcomes:
        allowed |= {outcome} if isinstance(outcome, str) else outcome
    return Case(name, make, frozenset(allowed), heavy)
