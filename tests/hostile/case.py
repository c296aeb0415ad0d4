"""A hostile input: what it is called and how it is made; ``outcomes.yaml`` says what must become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One file of an archive."""

    name: str
    """Its name in the archive; the suffix counts."""
    make: Callable[[], bytes]
    heavy: bool = False
    """Takes seconds, or hundreds of megabytes: only in ``make hostile``."""


def case(name: str, make: Callable[[], bytes], *, heavy: bool = False) -> Case:
    """A case; see ``Case``."""
    return Case(name, make, heavy)
