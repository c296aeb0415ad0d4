"""Every word seen, once: base form, language, and what it could be the name of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from parsers.spacy_fi.analysis import NUMBER_BEFORE, Analysis, Analyze, analyse_word, load_analyzer, negated_verb
from parsers.spacy_fi.given_names import is_given
from parsers.spacy_fi.organisation_words import organisation_role
from parsers.spacy_fi.places import Area, find_areas
from parsers.spacy_fi.wordlists import words

MOST_WORDS = 300_000
MOST_LETTERS = 40
"""Then the memory starts anew: it must not grow with the archive."""

_FOREIGN = frozenset(
    words(
        """
    och att för som med av på är ett den det till har de inte om kan från eller ska samt vid the of and
    to in for is with on that are by this as be will from or at which their an
    """
    )
)
COMMON_NAMES = frozenset(words("varkaus salo aura kalajoki perho lieto loppi kolari luoto kannus rusko hanko vaala"))
"""Names of places that in a description may well be the common word, in the form in which a sentence begins with it."""
_NONE = Analysis("", "X", False)


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of a token by its letters alone."""

    text: str
    inside: Analysis
    """Where no sentence begins."""
    first: Analysis
    """At the beginning of a sentence, where a capital says nothing."""
    is_word: bool
    capital: bool
    foreign: bool
    """A frequent word of Swedish or English."""
    areas: tuple[Area, ...]
    common: bool
    """In small letters it is a word of its own (``Salo``: ``salo``)."""
    role: str
    """What it says of an organisation: see ``organisation_words``."""
    given: bool
    """A frequent given name."""


class Memory:
    """Words by their letters."""

    def __init__(self, analyze: Analyze | None = None) -> None:
        self._analyze = analyze
        self._words: dict[str, Word] = {}
        self._negated: dict[str, str | None] = {}

    @property
    def can_analyse(self) -> bool:
        return self._analyze is not None

    def __len__(self) -> int:
        return len(self._words)

    def look_up(self, texts: Iterable[str]) -> list[Word]:
        """The words of a text in order."""
        if len(self._words) > MOST_WORDS:
            self._words.clear()
            self._negated.clear()
        words = self._words
        return [words.get(text) or self._learn(text) for text in texts]

    def negated(self, word: Word) -> str | None:
        """The verb of which a word is the form after ``ei``."""
        if word.text not in self._negated:
            self._negated[word.text] = negated_verb(self._analyze, word.text) if self._analyze else None
        return self._negated[word.text]

    def _learn(self, text: str) -> Word:
        word = self._words[text] = self._make(text)
        return word

    def _make(self, text: str) -> Word:
        letters = text.lstrip("0123456789") if len(text) < MOST_LETTERS else text  # 4H-yhdistys
        is_word = letters[:1].isalpha()
        capital = letters[:1].isupper()
        inside = first = _NONE
        common = False
        areas = find_areas(text) if capital and is_word else ()
        counted = text[:1].isdigit() and NUMBER_BEFORE.match(text) is not None  # 25-vuotias
        if (not text[:1].isalpha() and not counted) or "@" in text or text.startswith(("http", "www.")):
            pos = "NUM" if text[:1].isdigit() else "SPACE" if text.isspace() else "PUNCT" if len(text) < 4 else "X"
            inside = first = Analysis(text, pos, True)
        elif self._analyze is not None:
            inside = analyse_word(self._analyze, text, proper=capital)
            first = analyse_word(self._analyze, text, proper=False) if capital else inside
            if capital:
                lower = first if first.lemma[:1].islower() else analyse_word(self._analyze, text.lower(), proper=False)
                common = "-" not in text and lower.known and lower.lemma[:1].islower() and lower.pos != "X"
            if not areas and inside.pos == "PROPN" and inside.known:
                areas = find_areas(inside.lemma)
            if areas:
                inside = Analysis(_name_of(areas, text, inside), "PROPN", True)
                first = first if text.casefold() in COMMON_NAMES else inside
        return Word(
            text,
            inside,
            first,
            is_word,
            capital,
            text.lower() in _FOREIGN,
            areas,
            common,
            organisation_role(text, inside.lemma or text),
            capital and is_given(text),
        )


def _name_of(areas: tuple[Area, ...], text: str, inside: Analysis) -> str:
    """The base form of a place's name: the lexicon's where it knows the name, else the code list's."""
    names = [area.name for area in areas if not area.former]
    if inside.lemma in names or not names:
        return inside.lemma
    return names[0] if text[0] == names[0][0] else inside.lemma


_shared: Memory | None = None


def shared_memory() -> Memory:
    """The process's one memory, with pypykko if it is installed."""
    global _shared
    if _shared is None:
        _shared = Memory(load_analyzer())
    return _shared
