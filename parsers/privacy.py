"""Masking a document: which of its characters are personal data, and which are surely not."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from models.codelists import municipalities, regions, subregions
from models.columns import ValueType
from models.fields import FIELD
from parsers.document import Document, joined
from parsers.findings import Slot, Span
from parsers.masking import find_personal_data, mask_text

_NEVER_PERSONAL = frozenset(
    {
        ValueType.FUND,
        ValueType.PROJECT_CODE,
        ValueType.NUMBERED_TITLE,
        ValueType.PERIOD,
        ValueType.EUROS,
        ValueType.NUMBER,
        ValueType.YES_NO,
        ValueType.BUSINESS_ID,
        ValueType.POSTAL_CODE,
        ValueType.PLACES,
        ValueType.SCORES,
    }
)


def mask_document(
    document: Document, slots: Sequence[Slot], labels: Sequence[Span], free: Sequence[Span]
) -> tuple[str, list[Span]]:
    """The masked text and the masked spans.

    ``labels`` are headings and labels, which are never masked; ``free`` are the bodies of free text.
    """
    contacts: dict[str, str] = {}
    own: list[Span] = []
    protected = list(labels)
    for slot in slots:
        if slot.field in FIELD and FIELD[slot.field].restricted:
            own += [(line.start, line.end) for line in slot.lines]
            contacts.setdefault(slot.field, joined(document.text, slot.lines))
        elif slot.type in _NEVER_PERSONAL and slot.lines:
            protected.append(slot.span)
    spans = find_personal_data(document.text, contacts, own, protected, free, place_words())
    return mask_text(document.text, spans), spans


@functools.cache
def place_words() -> frozenset[str]:
    """Names of places in lower case: a surname that is one of them is not masked where it stands alone."""
    lists = (regions(), subregions(), municipalities())
    names = (getattr(place, name) for places in lists for place in places.values() for name in ("name_fi", "name_sv"))
    return frozenset(str(name).lower() for name in names)
