"""Which form a document is printed on: told by its title and its headings, never by its file's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parsers.compiled import CompiledForm, compiled_forms
from parsers.document import Document, Kind, Line
from parsers.findings import merge_spans
from parsers.headings import Heading, find_headings
from parsers.keys import LineKeys
from parsers.masking import find_identifiers, mask_text
from parsers.sections import TitleFound, find_exact_title, find_title

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
    keys = LineKeys(document.text, remove_furniture(document.lines))
    read = [Recognised(form, keys, find_headings(keys, form)) for form in compiled_forms()]
    # A title as printed decides at once; a damaged one is looked for only where no form has one.
    return _choose(read, find_exact_title) or _choose(read, find_title)


def remove_furniture(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines that are a page's own."""
    furniture = Kind.FURNITURE
    return [line for line in lines if line[2] is not furniture]


def _choose(
    read: Sequence[Recognised], find: Callable[[LineKeys, CompiledForm, int], TitleFound | None]
) -> Recognised | None:
    best: tuple[int, Recognised] | None = None
    for one in read:
        before = min((heading.line for heading in one.headings), default=len(one.keys.lines))
        titled = find(one.keys, one.form, before) is not None
        weight = len({heading.rank for heading in one.headings}) + (_FEWEST_HEADINGS if titled else 0)
        enough = weight > _FEWEST_HEADINGS or (weight == _FEWEST_HEADINGS and not titled)
        if enough and (best is None or weight > best[0]):
            best = (weight, one)
    return best[1] if best else None


_TITLE_LINES = 60
_LONGEST_TITLE = 120
_TITLE_WORD = re.compile(
    r"\b(?:hanke|hankkeen|projekti|projektin|kuvaus|(?:hanke|projekti)(?:kuvaus|kortti)|(?:projekt)?beskrivning|projektkort)\b",
    re.IGNORECASE,
)


def find_unknown_title(document: Document) -> str | None:
    """What an unknown document calls itself: the first short line near its beginning that speaks of a project.

    Identifiers in it are masked; a line that is a ``label: value`` is no title.
    """
    for line in document.lines[:_TITLE_LINES]:
        text = document.text[line.start : line.end]
        if len(text) <= _LONGEST_TITLE and ":" not in text and _TITLE_WORD.search(text):
            return mask_text(text, merge_spans(find_identifiers(text)))
    return None
