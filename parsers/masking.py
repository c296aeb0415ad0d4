"""Personal data found in a text, and replaced by ``█``, character for character.

Masked are the contact fields and every repeat of their values, and e-mail addresses, telephone numbers and personal
identity codes wherever they stand. Names of other people are not looked for here. Masking keeps the text's length
and its line ends, so every offset holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from parsers.findings import Span, merge_spans

MASK = "█"

_AT_SIGN = re.compile(r"@|[(\[{<] ?(?:at|ät|miukumauku) ?[)\]}>]", re.IGNORECASE)
_LOCAL = re.compile(r"[\w.+%'-]{1,64} ?$")
_DOMAIN = re.compile(r" ?[\w-]{1,63}(?:(?:\.| ?[(\[](?:dot|piste)[)\]] ?)[\w-]{1,63}){1,5}", re.IGNORECASE)

_PHONE = re.compile(
    r"(?<!\w)(?<!\d[.,-])"
    r"(?:\+\d{1,3}|00\d{2,3}|\(0\d{1,3}\)|0\d{1,3})"
    r"(?:[ \n-]{0,2}\(?\d{1,12}\)?){1,6}(?![\d€%]|[.,]\d)"
)
_ANNOUNCED_PHONE = re.compile(
    r"\b(?:puh|puhelin|puhelinnumero|tel|gsm|matkapuhelin)\b[.:]{0,2} ?([+(]?\d[\d ()-]{4,18}\d)", re.IGNORECASE
)
_DATE_LIKE = re.compile(r"\d{1,2}-\d{1,2}-\d{4}")
_BUSINESS_ID = re.compile(r"\d{6,7} ?-\d")
_IDENTITY_CODE = re.compile(r"(?<!\w)\d{6}[-+ABCDEFUVWXY]\d{3}[0-9A-FHJ-NPR-Y](?!\w)", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:ry|rf|oy|ab|oyj|abp|osk|sr|säätiö|stiftelse|yhdistys|kunta|kaupunki|kuntayhtymä|yliopisto|liitto|seura)\b|\d",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SHORTEST_REPEAT = 3
_SHORTEST_SINGLE_NAME = 4


def find_identifiers(text: str) -> Iterator[Span]:
    """E-mail addresses, telephone numbers and personal identity codes, wherever they stand."""
    yield from _find_emails(text)
    for match in _PHONE.finditer(text):
        printed = match[0]
        digits = sum(character.isdigit() for character in printed)
        if 6 <= digits <= 15 and not _DATE_LIKE.fullmatch(printed) and not _BUSINESS_ID.fullmatch(printed):
            yield match.span()
    for match in _ANNOUNCED_PHONE.finditer(text):
        yield match.span(1)
    for match in _IDENTITY_CODE.finditer(text):
        yield match.span()


def _find_emails(text: str) -> Iterator[Span]:
    """Looked for from the at sign outwards, so that a long word costs nothing."""
    for sign in _AT_SIGN.finditer(text):
        begin = max(0, sign.start() - 66)
        local = _LOCAL.search(text[begin : sign.start()])
        domain = _DOMAIN.match(text, sign.end())
        if local is not None and domain is not None:
            yield begin + local.start(), domain.end()


def find_repeats(text: str, value: str) -> Iterator[Span]:
    """Every place where ``value`` stands as words of its own, whatever its case and white space."""
    words = value.split()
    if sum(map(len, words)) < _SHORTEST_REPEAT:
        return
    pattern = r"\s{1,2}".join(re.escape(word) for word in words)
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
        yield match.span()


def find_name(text: str, name: str, keep: frozenset[str]) -> Iterator[Span]:
    """A person's name in either order, in part, with initials, inflected; ``keep`` holds words that are also places.

    Best effort: a name is never split into first and last names, so any two of its words, in any order, are
    the person; one word alone is so where it is written with a capital and names no place.
    """
    if _ORGANISATION.search(name):
        return
    words = list(dict.fromkeys(word for word in _LETTERS.findall(name) if len(word) > 1))[:5]
    if not words:
        return
    pairs = [
        rf"(?:{re.escape(first)}|{re.escape(first[0])}\.)\s{{0,2}}{_inflected(second)}"
        for first in words
        for second in words
        if first != second
    ]
    if pairs:
        for match in re.finditer(rf"(?<!\w)(?:{'|'.join(pairs)})", text, re.IGNORECASE):
            yield match.span()
    alone = [
        _inflected(word.capitalize())
        for word in words
        if len(word) >= _SHORTEST_SINGLE_NAME and word.lower() not in keep
    ]
    if alone:
        for match in re.finditer(rf"(?<![\w-])(?:{'|'.join(alone)})", text):
            yield match.span()


def _inflected(word: str) -> str:
    """A pattern for a name's word with the endings of its cases."""
    if word.lower().endswith("nen"):
        return rf"{re.escape(word[:-3])}(?:nen|s[\w]{{1,5}})(?!\w)"
    return rf"{re.escape(word)}(?:[:’']?\w{{0,4}})(?!\w)"


def find_personal_data(
    text: str, contacts: Mapping[str, str], own: Iterable[Span], protected: Sequence[Span], keep: frozenset[str]
) -> list[Span]:
    """The spans to mask, merged and in order.

    ``contacts`` are the values of the contact fields by field, ``own`` their spans; ``protected`` spans (labels,
    headings, sums, dates, ids) are never touched by anything but a contact's own value.
    """
    found = list(find_identifiers(text))
    for field, value in contacts.items():
        found.extend(find_repeats(text, value) if not _names_organisation(field, value) else ())
        if field == "contact_name":
            found.extend(find_name(text, value, keep))
    guarded = _outside(merge_spans(found), merge_spans(protected))
    return merge_spans([*guarded, *own])


def _names_organisation(field: str, value: str) -> bool:
    """An organisation given as its own contact person is no person, and its name is public."""
    return field == "contact_name" and _ORGANISATION.search(value) is not None


def _outside(spans: Sequence[Span], protected: Sequence[Span]) -> list[Span]:
    """The spans that touch no protected one."""
    kept = []
    place = 0
    for start, end in spans:
        while place < len(protected) and protected[place][1] <= start:
            place += 1
        if place >= len(protected) or protected[place][0] >= end:
            kept.append((start, end))
    return kept


def mask_text(text: str, spans: Iterable[Span]) -> str:
    """``text`` with every character of the spans but line ends replaced."""
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts.append(text[done:start])
        parts.append("\n".join(MASK * len(piece) for piece in text[start:end].split("\n")))
        done = end
    parts.append(text[done:])
    return "".join(parts)
