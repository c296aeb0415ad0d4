"""Names of persons taken out of a project's texts when it must forget them: masked wherever they stand, one for one.

Masking as such (``masking.py``) knows the contact person only. Here every name that is known counts, of whomever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from parsers.findings import Span, merge_spans
from parsers.keys import lower_in_place
from parsers.masking import find_name, find_repeats, flatten, mask_text
from parsers.privacy import place_words


@dataclass(frozen=True, slots=True)
class Names:
    """What a project must forget."""

    people: tuple[str, ...] = ()
    """Names in base form or as printed: also masked inflected, in part and with initials."""
    printed: tuple[str, ...] = ()
    """Strings that are masked just so: inflected names as printed, addresses, telephone numbers, positions."""
    public: tuple[str, ...] = ()
    """Values of the form that are nobody's secret, such as the applicant's name: within them nothing is masked."""

    def words(self) -> frozenset[str]:
        """The words of the names in lower case."""
        return frozenset(word for name in self.people for word in lower_in_place(name).split() if len(word) > 1)

    def __bool__(self) -> bool:
        return bool(self.people or self.printed)


def merge_names(names: Iterable[Names]) -> Names:
    """All of them together, each string once."""
    found = list(names)
    return Names(
        tuple(sorted({one for each in found for one in each.people})),
        tuple(sorted({one for each in found for one in each.printed})),
        tuple(sorted({one for each in found for one in each.public})),
    )


def erase_names(text: str, names: Names) -> str:
    """``text`` with every name masked, as long as before."""
    spans = find_names(text, names)
    return mask_text(text, spans) if spans else text


def find_names(text: str, names: Names) -> list[Span]:
    """Where names stand, merged and in order."""
    flat = flatten(text)
    found: list[Span] = []
    whole = [(0, len(text))]
    for name in names.people:
        found += find_name(text, flat, name, place_words(), whole)
    for printed in (*names.people, *names.printed):
        found += find_repeats(flat, printed)
    if not found:
        return []
    open_to_all = [span for value in names.public for span in find_repeats(flat, value)]
    kept = [one for one in found if not any(start <= one[0] and one[1] <= end for start, end in open_to_all)]
    return merge_spans(kept)
