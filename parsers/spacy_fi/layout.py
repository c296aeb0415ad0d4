"""A document's tokens as plain lists, made once: asking spaCy for one token after the other is what costs time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from spacy.tokens import Doc

_KEY = "hankekuvaus.layout"


@dataclass(slots=True)
class Layout:
    """What the components share of a document while it is in the pipeline."""

    text: str
    words: list[str]
    spaces: list[bool]
    offsets: list[int]
    starts: list[int] = field(default_factory=list)
    """Tokens with which sentences begin, once they are known."""


def measure_tokens(text: str, words: list[str], spaces: list[bool]) -> Layout:
    """The layout of tokens that put together give ``text``."""
    offsets = []
    at = 0
    for word, space in zip(words, spaces, strict=True):
        offsets.append(at)
        at += len(word) + space
    return Layout(text, words, spaces, offsets)


def layout_of(doc: Doc) -> Layout:
    """The document's layout; made of its tokens where another tokenizer made it."""
    found = doc.user_data.get(_KEY)
    if found is None:
        words = [token.text for token in doc]
        found = measure_tokens(doc.text, words, [bool(token.whitespace_) for token in doc])
        doc.user_data[_KEY] = found
    return cast("Layout", found)


def set_layout(doc: Doc, layout: Layout) -> None:
    """Keep a layout with its document."""
    doc.user_data[_KEY] = layout
