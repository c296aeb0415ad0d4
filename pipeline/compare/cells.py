"""Values as the text that ``changes`` shows, cut around what differs where they are long."""

from __future__ import annotations

import json
from datetime import date

LONGEST = 300
"""Characters of a value that are shown."""
BEFORE = 60
"""Of them, before the first difference."""


def show_value(value: object) -> str | None:
    """Any value of a table as text; None stays None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.isoformat() if isinstance(value, date) else repr(value)


def show_pair(old: object, new: object) -> tuple[str | None, str | None]:
    """Two different values as text; of long ones the part around the first difference, an ellipsis for the rest."""
    one, other = show_value(old), show_value(new)
    if max(len(one or ""), len(other or "")) <= LONGEST:
        return one, other
    start = 0
    if one is not None and other is not None:
        shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
        shared = min(len(one), len(other)) if shared is None else shared
        start = max(0, shared - BEFORE)
    return _cut(one, start), _cut(other, start)


def _cut(text: str | None, start: int) -> str | None:
    if text is None:
        return None
    shown = text[start : start + LONGEST]
    return ("…" if start else "") + shown + ("…" if start + LONGEST < len(text) else "")
