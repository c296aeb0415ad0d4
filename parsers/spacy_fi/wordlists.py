"""Word lists as text: one string is easier to read and to add to than a hundred."""

from __future__ import annotations


def words(text: str) -> list[str]:
    """The words of a list written as text."""
    return text.split()
