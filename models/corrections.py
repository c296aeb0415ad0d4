"""What a person's correction of a value is: a row of ``corrections.csv``."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Correction:
    """One value, told by someone who knows better than the document.

    It is for one document (``document_id``), or for whichever document of a project is current (``project_code``).
    """

    document_id: str
    project_code: str
    """Either of them, the other empty."""
    section_number: str
    """Empty where the field stands in one section only."""
    field: str
    """As in ``fields.field``."""
    ordinal: int
    """As in ``fields.ordinal``."""
    old_value: str
    """``fields.raw`` as it was when the correction was made: the document's own characters."""
    new_value: str
    """As the form would print it; empty for no value."""
    who: str
    why: str
    when: str
    """ISO 8601."""


CORRECTION_COLUMNS = tuple(field.name for field in fields(Correction))
"""The head of ``corrections.csv``."""

UNCORRECTABLE = ("project_code", "fund", "unknown")
"""Fields that say which document it is, and labels that the form does not know."""
