"""Hyphens at line ends: the word's own, put there by folding, or hanging before a conjunction.

The folding of a PDF leaves one mark for all of them. Rules decide what rules can (``EU-/rahoitus``, ``1960-/luvun``,
``maa-/ja``), then the words of the same document (``rahoi-/tus`` where ``rahoitus`` stands elsewhere), then the shape
of the two halves; the last is a guess and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from parsers.document import Join

CONJUNCTIONS = frozenset(
    ("ja", "tai", "sekä", "eli", "että", "taikka", "tahi", "vai", "mutta", "kuin", "och", "eller", "samt")
)
"""What a hanging hyphen stands before: ``maa- ja metsätalous``."""
_LAST = re.compile(r"[^\s\-‐‑/]{1,60}(?:[-‐‑/][^\s\-‐‑/]{1,60}){0,6}[-‐‑]$")
_FIRST = re.compile(r"[^\W_]{1,60}(?:[-‐‑][^\W_]{1,60}){0,6}")
_HYPHENS = "-‐‑"
# No conjunction stands before these: ``palvelu-/ja.`` is one word.
_SENTENCE_MARKS = frozenset(".,;:!?)")
# What Finnish hangs on a name of several words with a space and a hyphen.
_LATE_TAILS = ("menettely", "ohjelm", "hank", "projekt", "rahasto", "toimenpi", "verkosto", "toimin", "malli")
_VOWELS = frozenset("aeiouyäöåAEIOUYÄÖÅ")
# First halves of compounds that Finnish spelling writes with a hyphen of their own before a small letter.
_OWN = re.compile(
    r"(?:^|[-‐‑/])(?:[A-ZÅÄÖ]{2,10}|[A-ZÅÄÖ]|[a-zåäö]|\d[\d.,]{0,9}|[A-ZÅÄÖ]{1,8}\d{1,6}|e|[A-Z]{1,6}:[a-zåäö]{1,4})$"
)

HasWord = Callable[[str], bool]
"""Whether a word, in small letters, stands unfolded in the document or in a word list."""


_ADDRESS = re.compile(r"(?:https?://|www\.|[^\s@]{1,64}@)[^\s]{0,300}$", re.IGNORECASE)


def is_split_address(before: str, after: str) -> bool:
    """Whether a web or e-mail address goes on behind the end of a line: it is never parted by a hyphen of the fold."""
    if _ADDRESS.search(before[-400:]) is not None:
        return before[-1] in "-?&=/_" or after[:1] in "./?&=#_%@"
    return before[-1] in _HYPHENS and "@" in after.split(" ", 1)[0][1:]


def decide_hyphen(before: str, after: str, has_word: HasWord) -> tuple[Join, bool]:
    """How a line that ends in a hyphen hangs together with the next: the join, and whether it is a guess.

    ``before`` and ``after`` are the two lines (``before`` ends in its hyphen).
    """
    if is_split_address(before, after):
        return Join.KEEP_HYPHEN, before[-1] == "/"
    follows = _FIRST.match(after)
    if before[-1] not in _HYPHENS:
        # An en dash or a slash: a line may be folded behind it, but not behind the dash of a pause.
        return (Join.SPACE if before[-2:-1] in (" ", "") else Join.KEEP_HYPHEN), before[-1] == "/"
    if before[-2:-1] == " " and follows is not None and follows[0].startswith(_LATE_TAILS):
        # ``tuen siirto -/menettely``: the hyphen belongs to the word after it.
        return Join.KEEP_HYPHEN, not has_word(f"-{follows[0]}".casefold())
    match = _LAST.search(before[-130:])
    if match is None:
        # A dash of its own (`` -``): a pause between clauses or a mark, never half a word.
        return Join.SPACE, False
    if follows is None:
        return (Join.KEEP_HYPHEN, False) if after[:1] in "\"'”’(/" else (Join.SPACE, False)
    head, tail = match[0][:-1], follows[0]
    if tail.casefold() in CONJUNCTIONS and after[len(tail) : len(tail) + 1] not in _SENTENCE_MARKS:
        return Join.SPACE, False
    last_part = re.split("[-‐‑/]", head)[-1]
    if tail[0].isupper() or tail[0].isdigit() or _OWN.search(head) or not _VOWELS & set(last_part):
        # ``EU-/rahoitus``, ``1960-/luvun``, ``pk-/yritys``: no syllable ends so.
        return Join.KEEP_HYPHEN, False
    whole, hyphened = (head + tail).casefold(), f"{head}-{tail}".casefold()
    end_whole = (last_part + tail).casefold()
    with_hyphen = has_word(hyphened)
    without = has_word(whole) or has_word(end_whole)
    if with_hyphen != without:
        return (Join.KEEP_HYPHEN if with_hyphen else Join.DROP_HYPHEN), False
    if with_hyphen:
        return Join.DROP_HYPHEN, True
    # Two equal vowels never meet without a hyphen at the seam of a Finnish compound (``maa-ala``, ``linja-auto``) ...
    if last_part[-1] == tail[0] and tail[0] in _VOWELS:
        # ... but a long vowel is never parted by folding either, so here the hyphen is the word's own.
        return Join.KEEP_HYPHEN, False
    if last_part[:1].isupper() and not head[0].isupper():
        return Join.KEEP_HYPHEN, True
    # Folding parts before a consonant and its vowel; a tail without a vowel is no syllable.
    return Join.DROP_HYPHEN, not _is_syllable_break(last_part, tail)


def _is_syllable_break(head: str, tail: str) -> bool:
    """Whether Finnish hyphenation may part a word here: consonant before vowel starts the tail, both hold a vowel."""
    if not (_VOWELS & set(head) and _VOWELS & set(tail)):
        return False
    return len(tail) > 1 and tail[0] not in _VOWELS and tail[1] in _VOWELS


def collect_words(text: str) -> frozenset[str]:
    """The words of a text in small letters, those with hyphens inside whole and in their last part too."""
    return frozenset(_WORDS.findall(text.casefold()))


_WORDS = re.compile(r"[^\W_]{1,60}(?:[-‐‑][^\W_]{1,60}){0,6}")
