"""Personal data found in a text, and replaced by ``█``, character for character.

Masked are the contact fields and every repeat of their values, and e-mail addresses, telephone numbers and personal
identity codes wherever they stand. Names of other people are not looked for here. Masking keeps the text's length
and its line ends, so every offset holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from parsers.findings import Span, merge_spans
from parsers.inflection import name_stems
from parsers.keys import lower_in_place

MASK = "█"

_AT_SIGN = re.compile(r"[@(\[{<](?:(?<=@)| ?(?:[aA][tT]|[äÄ][tT]|miukumauku|@) ?[)\]}>]|(?<=\w\()[aA]\)(?=\w))")
_LOCAL = re.compile(r"(?:[\w.+%'-]{1,40}-\n)?[\w.+%'-]{1,64}[ \n]?$")
# A full stop at a line's end goes on only where nothing but the end of an address follows.
_DOMAIN = re.compile(
    r"[ \n]?[\w-]{1,63}(?:-\n[\w-]{1,63})?"
    r"(?:(?:\.(?:\n(?=(?:fi|com|net|org|eu)\b))?| ?[(\[](?:dot|piste)[)\]] ?)[\w-]{1,63}){1,5}",
    re.IGNORECASE,
)
# "at" as a bare word is English too: only a full stop in the name, or one in words behind it, makes it an address.
_TOP = "fi|com|net|org|eu|info|se|ee"
_SPELT_AT = re.compile(r" (?:at|ät|miukumauku) ")
_SPELT_DOMAIN = re.compile(rf"[\w.-]{{1,63}}?(?:\.| piste | dot )(?:{_TOP})\b")

# One pass finds every run of digits long enough to be a number of some kind; the strict patterns look only there.
_DIGITS = re.compile(r"\d[\d ()\n+\-\u2010-\u2015]{4,24}")
_PHONE = re.compile(
    r"(?:\+\d{1,3}|00\d{2,3}|\(0\d{1,3}\)|0\d{1,3})"
    r"(?:[ \n\-\u2010-\u2015]{0,2}\(?\d{1,12}\)?){1,6}(?![\d€%]|[.,]\d)"
)
# Full stops and slashes part months, times and sections too: groups that are no years, as long as a telephone's.
_DOTTED_PHONE = re.compile(r"0\d{1,2}[./](?!(?:19|20)\d\d\b)\d{3,4}[. -]?\d{3,4}(?![\d€%/]|[.,]\d)")
_DOTTED_ABROAD = re.compile(r"\+358\.\d{1,2}\.\d{3}\.?\d{3,4}(?!\d)")
_SECOND_PHONE = re.compile(r"(?: ?/ ?| tai )(\d{3}[ -]?\d{3,4})(?![\d€%]|[.,]\d)")
_ANNOUNCED = re.compile(
    r"(?:puh|puhelin|puhelinnumero|tel|gsm|matkapuhelin|puhelimitse|vaihde|faksi|fax|(?<!\w)p(?=\.))[.:]{0,2} ?$",
    re.IGNORECASE,
)
_ANNOUNCED_PHONE = re.compile(r"[+(]{0,2}\d[\d ()-]{4,18}\d")
_AMOUNT = re.compile(r" ?(?:€|%|eur|prosen|kpl|henk|m²)", re.IGNORECASE)
_DATE_LIKE = re.compile(r"\d{1,2}-\d{1,2}-\d{4}")
_PAIRS = re.compile(r"\d\d \d\d \d\d")
"""Parts of a diary number."""
_BUSINESS_ID = re.compile(r"\d{6,7} ?-\d")
_IDENTITY_CODE = re.compile(
    r"\d{6}[-+ABCDEFUVWXYabcdefuvwxy]\n?\d{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y](?!\w)"
    # with blanks or another dash only where the six digits are a day
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d {0,2}[-\u2010-\u2015] {0,2}\d{3}[0-9A-FHJ-NPR-Ya-fhj-npr-y](?!\w)"
)
_ORGANISATION = re.compile(
    r"\b(?:ry|rf|oy|ab|oyj|abp|osk|sr|säätiö|stiftelse|yhdistys|kunta|kaupunki|kuntayhtymä|yliopisto|liitto|seura)\b|\d",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SHORTEST_REPEAT = 3
_SHORTEST_SINGLE_NAME = 4
_SHORTEST_NEN = 4
"""Of "Onen" or "Nen" no stem is left to look for."""


def find_identifiers(text: str) -> Iterator[Span]:
    """E-mail addresses, telephone numbers and personal identity codes, wherever they stand."""
    codes, others = _find_codes_and_others(text)
    yield from codes
    yield from others


def _find_codes_and_others(text: str) -> tuple[list[Span], list[Span]]:
    """Personal identity codes; e-mail addresses and telephone numbers."""
    codes: list[Span] = []
    others = list(_find_emails(text))
    last = 0
    for run in _DIGITS.finditer(text):
        start, end = run.span()
        # A run ends where it is long enough, so a code may begin at the end of the one before.
        begin = start - _CODE_HEAD if start == last else start
        found = _IDENTITY_CODE.finditer(text, max(begin, 0), end + _CODE_TAIL)
        codes += [code.span() for code in found if not _is_word(text, code.start() - 1)]
        last = end
        while start and text[start - 1] in "+(":
            start -= 1
        for phone in _find_phones(text, start, end):
            others.append(phone)
            second = _SECOND_PHONE.match(text, phone[1])
            if second is not None and not _AMOUNT.match(text, second.end()):
                others.append(second.span(1))
    others += [
        dotted.span()
        for dotted in (*_DOTTED_PHONE.finditer(text), *_DOTTED_ABROAD.finditer(text))
        if not _is_number_part(text, dotted.start()) and not _AMOUNT.match(text, dotted.end())
    ]
    return codes, others


_CODE_HEAD = 14
_CODE_TAIL = 9
"""Signs of an identity code that may follow its digits: the century's, a line end, three digits, the check sign."""


def _find_phones(text: str, start: int, end: int) -> Iterator[Span]:
    """Telephone numbers in a run of digits, blanks and hyphens."""
    if _ANNOUNCED.search(text[max(0, start - 18) : start]):
        announced = _ANNOUNCED_PHONE.match(text, start)
        if announced is not None:
            yield announced.span()
            return
    while start < end:
        match = _PHONE.match(text, start) if not _is_number_part(text, start) else None
        if match is not None and _is_phone(match[0]) and not _AMOUNT.match(text, match.end()):
            yield match.span()
            start = match.end()
            continue
        # The next place in the run where a number can begin.
        start += 1
        while start < end and not (text[start] in "+(0" and not text[start - 1].isalnum()):
            start += 1


def _is_phone(printed: str) -> bool:
    digits = sum(character.isdigit() for character in printed)
    return 6 <= digits <= 15 and not any(other.fullmatch(printed) for other in (_DATE_LIKE, _BUSINESS_ID, _PAIRS))


def _is_number_part(text: str, start: int) -> bool:
    """A word or a longer number goes on here: ``A0123``, ``1,0123``, ``2-0123``."""
    if _is_word(text, start - 1):
        return True
    return start > 1 and text[start - 1] in ".,-/" and text[start - 2].isdigit()


def _is_word(text: str, place: int) -> bool:
    return 0 <= place < len(text) and (text[place].isalnum() or text[place] == "_")


def _find_emails(text: str) -> Iterator[Span]:
    """Looked for from the at sign outwards, so that a long word costs nothing."""
    for sign in _AT_SIGN.finditer(text):
        begin = max(0, sign.start() - 108)
        local = _LOCAL.search(text[begin : sign.start()])
        domain = _DOMAIN.match(text, sign.end())
        if local is not None and domain is not None:
            yield begin + local.start(), domain.end()
    for sign in _SPELT_AT.finditer(text):
        domain = _SPELT_DOMAIN.match(text, sign.end())
        if domain is None:
            continue
        begin = max(0, sign.start() - 66)
        local = _LOCAL.search(text[begin : sign.start()])
        if local is not None and (sign[0] != " at " or "." in local[0] or " " in domain[0]):
            yield begin + local.start(), domain.end()


def find_repeats(flat: str, value: str) -> Iterator[Span]:
    """Every place in ``flat`` (see ``flatten``) where ``value`` stands as words of its own."""
    wanted = " ".join(flatten(value).split())
    if len(wanted.replace(" ", "")) < _SHORTEST_REPEAT:
        return
    place = flat.find(wanted)
    while place >= 0:
        end = place + len(wanted)
        if not _is_word(flat, place - 1) and not _is_word(flat, end):
            yield place, end
        place = flat.find(wanted, end)


def flatten(text: str) -> str:
    """``text`` in lower case with line ends as blanks, offsets kept: what repeats are looked for in."""
    return lower_in_place(text).replace("\n", " ")


def find_name(text: str, flat: str, name: str, keep: frozenset[str], free: Sequence[Span]) -> Iterator[Span]:
    """A person's name in either order, in part, with initials, inflected; ``keep`` holds words that are also places.

    Best effort: a name is never split into first and last names, so any two of its words, in any order, are
    the person; one word alone is so where it is written with a capital in free text and names no place.
    """
    if _ORGANISATION.search(name):
        return
    words = list(dict.fromkeys(word for word in _LETTERS.findall(name) if len(word) > 1))[:5]
    for word in words:
        others = [other for other in words if other != word]
        initials = tuple(f" {other[0]}." for other in others)
        alone = len(word) >= _SHORTEST_SINGLE_NAME and word.lower() not in keep
        for start, end in _find_inflected(flat, word):
            if text.startswith(initials, end):
                end += 3
            before = _before(others).search(text[max(0, start - 40) : start]) if others else None
            if before is not None:
                yield start - len(before[0]), end
            elif alone and text[start].isupper() and any(first <= start < last for first, last in free):
                yield start, end


def _find_inflected(flat: str, word: str) -> Iterator[Span]:
    """Where a name's word begins a word, with the ending of whatever case it is in."""
    low = word.lower()
    if low.endswith("nen") and len(low) > _SHORTEST_NEN:
        yield from _find_stem(flat, low[:-3], _NEN_ENDING)
        return
    yield from _find_stem(flat, low, _ENDING)
    for stem in name_stems(low):
        yield from _find_stem(flat, stem, _STEM_ENDING)


def _find_stem(flat: str, stem: str, ending: re.Pattern[str]) -> Iterator[Span]:
    place = flat.find(stem)
    while place >= 0:
        match = ending.match(flat, place + len(stem))
        if match is not None and not _is_word(flat, place - 1) and not (place and flat[place - 1] == "-"):
            yield place, match.end()
        place = flat.find(stem, place + len(stem))


# The endings of Finnish cases, with or without a vowel before them, and of the Swedish and English genitive.
_CASES = "n|a|ä|t|ta|tä|lle|lla|llä|lta|ltä|ssa|ssä|sta|stä|ksi|na|nä|an|än|en|in|on|un|yn|ön|hin|seen|ien|ja|jä|s"
_ENDING = re.compile(rf"[:’']?[ieoy]?(?:{_CASES})?(?!\w)")
_STEM_ENDING = re.compile(rf"(?:{_CASES}|kse|kseen)(?!\w)")
_NEN_ENDING = re.compile(rf"(?:nen|[st]?s?[ei]?(?:{_CASES}))(?!\w)")


def _before(others: Sequence[str]) -> re.Pattern[str]:
    """Another word of the name, or its initial, right before."""
    words = "|".join(f"{re.escape(word)}|{re.escape(word[0])}\\." for word in others)
    return re.compile(rf"(?<!\w)(?:{words})(?:\s(?:{words})){{0,3}}\s{{0,2}}$", re.IGNORECASE)


def find_personal_data(
    text: str,
    contacts: Mapping[str, str],
    own: Iterable[Span],
    protected: Sequence[Span],
    free: Sequence[Span],
    keep: frozenset[str],
) -> list[Span]:
    """The spans to mask, merged and in order.

    ``contacts`` are the values of the contact fields by field, ``own`` their spans; ``protected`` spans (labels,
    headings, sums, dates, ids) are never touched by anything but a contact's own value or a personal identity
    code; ``free`` are the bodies of free text.
    """
    codes, found = _find_codes_and_others(text)
    flat = flatten(text) if contacts else ""
    for field, value in contacts.items():
        found.extend(find_repeats(flat, value) if not _names_organisation(field, value) else ())
        if field == "contact_name":
            found.extend(find_name(text, flat, value, keep, free))
    guarded = _outside(merge_spans(found), merge_spans(protected))
    return merge_spans([*guarded, *codes, *own])


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
