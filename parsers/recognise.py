"""Which form a document is printed on: told by its title and its headings, never by its file's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.compiled import CompiledForm, compiled_forms
from parsers.document import Document, Kind
from parsers.headings import Heading, find_headings
from parsers.keys import LineKeys
from parsers.sections import find_title

_FEWEST_HEADINGS = 4
"""Headings that make a document without a title a description; with one, a single heading does."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The form of a document and the candidates for its headings."""

    form: CompiledForm
    keys: LineKeys
    headings: Sequence[Heading]


def recognise_form(document: Document) -> Recognised | None:
    """The form that fits best; None where none does."""
    keys = LineKeys(document.text, [line for line in document.lines if line.kind is not Kind.FURNITURE])
    best: tuple[int, Recognised] | None = None
    for form in compiled_forms():
        headings = find_headings(keys, form)
        before = min((heading.line for heading in headings), default=len(keys.lines))
        titled = find_title(keys, form, before) is not None
        weight = len({heading.rank for heading in headings}) + (_FEWEST_HEADINGS if titled else 0)
        enough = weight > _FEWEST_HEADINGS or (weight == _FEWEST_HEADINGS and not titled)
        if enough and (best is None or weight > best[0]):
            best = (weight, Recognised(form, keys, headings))
    return best[1] if best else None
