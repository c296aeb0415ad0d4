"""Finnish syllables, for soft hyphens where a line may fold.

Neither Chromium, WeasyPrint (pyphen), ReportLab (pyphen) nor LibreOffice has a Finnish hyphenation dictionary. The
rule of the language is short: a syllable begins at a consonant before a vowel. Compounds are not known, so that some
breaks are a letter off (``kehittämi-syhdistys``), as with any hyphenator without a dictionary.
"""

from __future__ import annotations

import re

SOFT_HYPHEN = "\u00ad"

_SPARED = re.compile(r"[@/\d_]|\(at\)|www\.")
"""Words that no hyphenator touches: addresses, codes, numbers."""

_WORD = re.compile(r"[a-zåäöéü]{5,60}", re.IGNORECASE)
_SYLLABLE_END = re.compile(
    r"[aeiouyåäöéü][bcdfghjklmnpqrstvwxz]{0,3}?(?=[bcdfghjklmnpqrstvwxz][aeiouyåäöéü])", re.IGNORECASE
)


def insert_soft_hyphens(text: str) -> str:
    """The text with U+00AD between the syllables of its words; at least two letters stay on either side."""
    return re.sub(r"\S+", _hyphenate_token, text)


def _hyphenate_token(token: re.Match[str]) -> str:
    return token[0] if _SPARED.search(token[0]) else _WORD.sub(_hyphenate_word, token[0])


def _hyphenate_word(word: re.Match[str]) -> str:
    return _SYLLABLE_END.sub(lambda end: end[0] + SOFT_HYPHEN if end.end() >= 2 else end[0], word[0])
