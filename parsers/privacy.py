"""Masking a document: which of its characters are personal data, and which are surely not."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from models.codelists import municipalities, regions, subregions
from models.columns import ValueType
from models.fields import FIELD
from parsers.compiled import CompiledForm
from parsers.document import Document, joined
from parsers.findings import Slot, Span, unclaimed_spans
from parsers.locate import Located
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


_LIKE_A_NAME = re.compile(r"[^\W\d_a-zåäö][\w.-]{1,40}(?: [^\W\d_a-zåäö][\w.-]{0,40}){1,3}")


def mask_document(
    document: Document, located: Located, form: CompiledForm, slots: Sequence[Slot]
) -> tuple[str, list[Span]]:
    """The masked text and the masked spans; headings and labels are never masked."""
    free = [(block.body[0].start, block.body[-1].end) for block in located.blocks if block.free_text and block.body]
    contacts: dict[str, str] = {}
    unlabelled = find_unlabelled(document, located, form, slots)
    own = list(unlabelled)
    protected = list(located.protected)
    for slot in slots:
        if slot.field in FIELD and FIELD[slot.field].restricted:
            own += [(line.start, line.end) for line in slot.lines]
            contacts.setdefault(slot.field, joined(document.text, slot.lines))
        elif slot.type in _NEVER_PERSONAL and slot.lines:
            protected.append(slot.span)
    for start, end in unlabelled:
        # The name of the person whose label was lost is looked for in the free text all the same.
        if "contact_name" not in contacts and _LIKE_A_NAME.fullmatch(document.text[start:end].strip()):
            contacts["contact_name"] = document.text[start:end].strip()
    spans = find_personal_data(document.text, contacts, own, protected, free, place_words())
    return mask_text(document.text, spans), spans


def find_unlabelled(document: Document, located: Located, form: CompiledForm, slots: Sequence[Slot]) -> list[Span]:
    """What nobody claimed in a section that asks for personal data and has not shown all of it.

    A label too damaged to be read leaves a person's name among the unclaimed text. It is listed there, but masked.
    """
    asked = {
        section.number: {label.field for label in section.labels if FIELD[label.field].restricted}
        for section in form.sections
    }
    shown = {slot.field for slot in slots}
    wanting = [block for block in located.blocks if asked.get(block.number, set()) - shown]
    if not wanting:
        return []
    claims = [*located.findings.claims, *(slot.span for slot in slots)]
    hidden = []
    for block in wanting:
        if block.body:
            for start, end in unclaimed_spans(document.text, claims, block.body[0].start, block.body[-1].end):
                colon = document.text.find(":", start, end)
                hidden.append((colon + 1 if colon >= 0 else start, end))
    return hidden


@functools.cache
def place_words() -> frozenset[str]:
    """Names of places in lower case: a surname that is one of them is not masked where it stands alone."""
    lists = (regions(), subregions(), municipalities())
    names = (getattr(place, name) for places in lists for place in places.values() for name in ("name_fi", "name_sv"))
    return frozenset(str(name).lower() for name in names)
