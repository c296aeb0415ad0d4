"""What a value parser gives: the state of a field, its values and what is doubtful about them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """``fields.state``."""

    VALUE = "value"
    EMPTY = "empty"
    NO_LABEL = "no_label"
    NO_SECTION = "no_section"
    INVALID = "invalid"
    UNDECLARED = "undeclared"


class Reading(NamedTuple):
    """What a printed value says."""

    state: State
    values: tuple[str | int | float | bool | None, ...] = ()
    """For the field's columns in their order; dates as ISO strings."""
    normal: str | None = None
    """``fields.value``."""
    issues: tuple[str, ...] = ()
