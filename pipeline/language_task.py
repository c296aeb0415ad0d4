"""What a child does with a document's free text: everything that can be said without knowing where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from pipeline.language_inputs import Request

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

CHUNK = 40_000
"""Code points that go through the pipeline at once: longer texts are cut where a paragraph, a line or a word ends."""

_NOT_COUNTED = frozenset({"PUNCT", "SPACE", "NUM", "SYM", "X", ""})


class PassageResult(msgspec.Struct, frozen=True, array_like=True):
    """A passage's; offsets are in its joined text."""

    paragraphs: list[tuple[int, int, str, int]]
    """(start, end, language, words)"""
    sentences: list[tuple[int, int, str]]
    """(start, end, language)"""
    entities: list[tuple[int, int, str, str, str, str]]
    """(start, end, label, source, base form, link)"""
    lemmas: list[tuple[str, str, int]]
    """(base form, part of speech, count)"""


Result = list[PassageResult]

_requests_decoder = msgspec.msgpack.Decoder(list[Request])
_records_decoder = msgspec.msgpack.Decoder(list[bytes])
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Result)


def decode_result(data: bytes) -> Result:
    """The value that the handler gives; raises ``msgspec.DecodeError``."""
    return _decoder.decode(data)


def decode_records(data: bytes) -> list[bytes]:
    """What a child gives for several documents: a record of each, as ``decode_result`` reads them."""
    return _records_decoder.decode(data)


def make_handler(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """The handler of a pool's children; ``options``: ``level``. Loads the pipeline once."""
    from parsers.spacy_fi.build import build_pipeline

    nlp = build_pipeline(options["level"])

    def handle(payload: bytes) -> bytes:
        results = analyse_documents(nlp, _requests_decoder.decode(payload))
        return _encoder.encode([_encoder.encode(result) for result in results])

    return handle


def analyse_documents(nlp: Language, requests: Sequence[Request]) -> list[Result]:
    """The results of documents, passage by passage in their order; memory is given back afterwards."""
    from parsers.spacy_fi.context import Party, Project
    from parsers.spacy_fi.places import make_target

    results: list[Result] = [[PassageResult([], [], [], []) for _ in request.texts] for request in requests]
    counts = [[Counter[tuple[str, str]]() for _ in request.texts] for request in requests]
    pieces: list[tuple[int, int, int]] = []

    def docs() -> Iterator[Doc]:
        for document, request in enumerate(requests):
            project = Project(make_target(request.places), tuple(Party(*party) for party in request.parties))
            for number, text in enumerate(request.texts):
                for at, piece in cut_text(text):
                    pieces.append((document, number, at))
                    doc = nlp.make_doc(piece)
                    doc._.project = project
                    yield doc

    with nlp.memory_zone():
        for place, doc in enumerate(nlp.pipe(docs())):
            document, number, at = pieces[place]
            _collect(doc, at, results[document][number], counts[document][number])
    for result, counted in zip(results, counts, strict=True):
        for passage, counter in zip(result, counted, strict=True):
            passage.lemmas.extend((lemma, pos, count) for (lemma, pos), count in sorted(counter.items()) if count)
    return results


def _collect(doc: Doc, at: int, result: PassageResult, counts: Counter[tuple[str, str]]) -> None:
    from parsers.spacy_fi.components import PASSAGES, SENTENCES, entities_of, lemmas_of
    from parsers.spacy_fi.layout import layout_of
    from parsers.spacy_fi.sentences import strip_bullet

    texts, offsets = layout_of(doc).words, layout_of(doc).offsets
    ends = [start + len(text) for start, text in zip(offsets, texts, strict=True)]
    for span in doc.spans[PASSAGES]:
        start, end = strip_bullet(texts, span.start, span.end)
        if start < end:
            words = sum(text[0].isalnum() for text in texts[start:end])
            result.paragraphs.append((at + offsets[start], at + ends[end - 1], span.label_, words))
    for span in doc.spans[SENTENCES]:
        start, end = strip_bullet(texts, span.start, span.end)
        if start < end:
            result.sentences.append((at + offsets[start], at + ends[end - 1], span.label_))
    for one in entities_of(doc):
        result.entities.append(
            (at + offsets[one.start], at + ends[one.end - 1], one.label, one.source, one.lemma, one.link)
        )
    counts.update(pair for pair in lemmas_of(doc) if pair[0] and pair[1] not in _NOT_COUNTED)
    # names of persons are for restricted/ alone: neither base forms nor keywords of the public tables
    for one in entities_of(doc):
        if one.label == "PERSON":
            counts.subtract(
                pair for pair in lemmas_of(doc)[one.start : one.end] if pair[0] and pair[1] not in _NOT_COUNTED
            )


def cut_text(text: str) -> Iterator[tuple[int, str]]:
    """(offset, piece) of pieces of at most ``CHUNK``, which together are the text."""
    at = 0
    while len(text) - at > CHUNK:
        end = at + CHUNK
        for mark in ("\n\n", "\n", ". ", " "):
            found = text.rfind(mark, at + CHUNK // 2, end)
            if found >= 0:
                end = found + len(mark)
                break
        yield at, text[at:end]
        at = end
    if at < len(text):
        yield at, text[at:]
