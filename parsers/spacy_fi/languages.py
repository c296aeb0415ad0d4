"""The language of every paragraph and sentence: Finnish by its words, others by fastText's small model."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.language import detect_language
from parsers.spacy_fi.memory import Word

FINNISH = "fi"
_FEWEST = 4
"""Words below which a passage has the language of what it stands in."""


def detect(text: str, words: Sequence[Word], default: str, *, can_analyse: bool) -> str:
    """ISO 639-1 code; ``default`` where the passage is too short to tell."""
    own = [word for word in words if word.is_word]
    if len(own) < _FEWEST:
        return default
    foreign = sum(word.foreign for word in own)
    known = sum(word.first.known for word in own) if can_analyse else len(own)
    if foreign * 8 < len(own) and known * 5 >= len(own) * 3:
        return FINNISH
    return detect_language(text) or default
