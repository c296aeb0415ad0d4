"""Printed values read: one function for each value type.

Every parser takes the value's text, folds undone, and gives a ``Reading``; none of them raises or guesses. What can be
read in more than one way is invalid, or stands as printed with an issue.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from models.columns import ValueType
from parsers.partners import parse_business_id, parse_partner
from parsers.reading import Reading, State

_EMPTY = Reading(State.EMPTY)


def _invalid(width: int = 1) -> Reading:
    return Reading(State.INVALID, (None,) * width, None, ("value_invalid",))


def parse_text(text: str) -> Reading:
    """Any text, as printed."""
    text = text.strip()
    return Reading(State.VALUE, (text,), text) if text else _EMPTY


_PROJECT_CODE = re.compile(r"[A-Z]\d{4,9}")


def parse_project_code(text: str) -> Reading:
    """A letter and digits (``S20405``); whether they are the form's is checked with the form."""
    code = text.strip()
    if not code:
        return _EMPTY
    return Reading(State.VALUE, (code,), code) if _PROJECT_CODE.fullmatch(code) else _invalid()


_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)(?: ?[.:]| (?=\S))[ ]?(.*)", re.DOTALL)


@functools.lru_cache(maxsize=1024)
def parse_numbered_title(text: str) -> Reading:
    """``5. Sosiaalinen osallisuus …`` → (``5``, title); ``5: Tekninen tuki`` too."""
    text = text.strip()
    if not text:
        return _EMPTY
    match = _NUMBERED.fullmatch(text)
    if match is None:
        if text.rstrip(".").replace(".", "", 1).isdigit() and len(text) <= 6:
            return Reading(State.VALUE, (text.rstrip("."), None), text.rstrip("."), ("value_doubtful",))
        return Reading(State.VALUE, (None, text), text, ("value_doubtful",))
    code, title = match[1], match[2].strip()
    return Reading(State.VALUE, (code, title or None), f"{code} {title}".strip(), () if title else ("value_doubtful",))


_DATE = r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})"
_START = re.compile(rf"alkaa:? ?{_DATE}", re.IGNORECASE)
_END = re.compile(rf"päättyy:? ?{_DATE}", re.IGNORECASE)
_BOTH = re.compile(rf"{_DATE} ?[-–—] ?{_DATE}")
_PERIOD_WORDS = re.compile(r"alkaa|päättyy|ja|[:.,\s–—-]", re.IGNORECASE)


def _date(day: str, month: str, year: str) -> str | None:
    try:
        date = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return date.isoformat() if 1990 <= date.year <= 2060 else None


def parse_period(text: str) -> Reading:
    """``Alkaa 1.5.2015 ja päättyy 30.6.2017`` → two ISO dates; either end may be missing."""
    both = _BOTH.search(text)
    start, end = _START.search(text), _END.search(text)
    dates: list[str | None]
    if both and not (start or end):
        dates, used = [_date(*both.groups()[:3]), _date(*both.groups()[3:])], 2
        rest = text[: both.start()] + text[both.end() :]
    else:
        dates = [_date(*start.groups()) if start else None, _date(*end.groups()) if end else None]
        used = (start is not None) + (end is not None)
        rest = text
        for match in sorted((m for m in (start, end) if m), key=lambda m: -m.start()):
            rest = rest[: match.start()] + rest[match.end() :]
    left = _PERIOD_WORDS.sub("", rest)
    if not used and not left:
        return _EMPTY
    found = [date for date in dates if date]
    if len(found) < used or not used:
        normal = "/".join(date or "" for date in dates) if found else None
        return Reading(State.INVALID, tuple(dates), normal, ("value_invalid",))
    normal = "/".join(date or "" for date in dates)
    return Reading(State.VALUE, tuple(dates), normal, ("value_doubtful",) if left else ())


_MINUS = "-−–‑"
_AMOUNT = re.compile(
    rf"(?:(?:€|eur) ?)?([{_MINUS}])? ?(\d{{1,3}}(?: \d{{3}})+|\d+)(?:,(\d{{1,2}})|,-)?(?: ?(?:€|euroa|eur))?",
    re.IGNORECASE,
)
_LARGEST = 10**15


def parse_euros(text: str) -> Reading:
    """``46 434`` → 46434: whole euros; cents are rounded half up, with an issue. Minus allowed."""
    text = text.strip()
    if not text:
        return _EMPTY
    match = _AMOUNT.fullmatch(" ".join(text.split()))
    if match is None or len(match[2]) > 20:
        return _invalid()
    printed = match[2].replace(" ", "")
    euros = int(Decimal(f"{printed}.{match[3]}").quantize(Decimal(1), ROUND_HALF_UP)) if match[3] else int(printed)
    if euros >= _LARGEST:
        return _invalid()
    euros = -euros if match[1] else euros
    cents = match[3] is not None and int(match[3]) != 0
    return Reading(State.VALUE, (euros,), str(euros), ("cents_rounded",) if cents else ())


_NUMBER = re.compile(rf"([{_MINUS}])? ?(\d{{1,3}}(?: \d{{3}})+|\d{{1,15}})(?:,(\d{{1,6}}))?")


def parse_number(text: str) -> Reading:
    """``1 234,5`` → 1234.5."""
    text = " ".join(text.split())
    if not text:
        return _EMPTY
    match = _NUMBER.fullmatch(text)
    if match is None or len(match[2]) > 20:
        return _invalid()
    printed = match[2].replace(" ", "") + ("." + match[3] if match[3] else "")
    number = float(printed) * (-1 if match[1] else 1)
    return Reading(State.VALUE, (number,), ("-" if match[1] else "") + printed)


_ANSWERS = MappingProxyType({"kyllä": True, "ei": False})


@functools.lru_cache(maxsize=256)
def parse_yes_no(text: str) -> Reading:
    """``Kyllä`` or ``Ei``."""
    word = text.strip().rstrip(".").lower()
    if not word:
        return _EMPTY
    if word not in _ANSWERS:
        return _invalid()
    return Reading(State.VALUE, (_ANSWERS[word],), "true" if _ANSWERS[word] else "false")


_POSTAL_CODE = re.compile(r"(?:(?:FI|AX)-? ?)?(\d{5})")


def parse_postal_code(text: str) -> Reading:
    """Five digits, zeros kept; a foreign code stands as printed (the rule ``postal_code_shape`` notes it)."""
    text = text.strip()
    if not text:
        return _EMPTY
    match = _POSTAL_CODE.fullmatch(text)
    if match is not None:
        return Reading(State.VALUE, (match[1],), match[1])
    if len(text) > 12 or not any(character.isdigit() for character in text):
        return _invalid()
    return Reading(State.VALUE, (text,), text)


_AT = re.compile(r" ?[\[({] ?(?:at|ät|miukumauku) ?[\])}] ?", re.IGNORECASE)


def parse_email(text: str) -> Reading:
    """An e-mail address with ``(at)`` undone."""
    text = text.strip()
    if not text:
        return _EMPTY
    address = _AT.sub("@", text)
    local, at, domain = address.partition("@")
    sound = bool(at and local and "." in domain and " " not in address)
    return Reading(State.VALUE, (address,), address, () if sound else ("value_doubtful",))


_PLACE_SEPARATOR = re.compile(r" ?[,;] ?")


def parse_places(text: str) -> Reading:
    """A list of names; ``parsers.places`` resolves them one by one."""
    names = [name for name in _PLACE_SEPARATOR.split(" ".join(text.split())) if name.strip(" .")]
    return Reading(State.VALUE, (), ", ".join(names)) if names else _EMPTY


_SCORE_PAIR = re.compile(r"(\d{1,3})[ |/;]{1,3}(\d{1,3})")
# A score has no leading zero, so two scores printed without a space can be told apart in one way only.
_GLUED_PAIR = re.compile(r"(10|\d)(10|\d)")


@functools.lru_cache(maxsize=1024)
def parse_scores(text: str) -> Reading:
    """``8 10`` → (8, 10); numbers outside 0–10 are invalid; ``810`` is read, with an issue."""
    text = text.strip()
    if not text:
        return _EMPTY
    issues: tuple[str, ...] = ()
    match = _SCORE_PAIR.fullmatch(text)
    if match is None:
        # "10" alone may be a one and a nought or a ten.
        match = _GLUED_PAIR.fullmatch(text) if text != "10" else None
        issues = ("value_doubtful",)
    if match is None:
        # Of two misread scores the readable one stands.
        parts = text.split()
        known = tuple(int(part) if part.isascii() and part.isdigit() and int(part) <= 10 else None for part in parts)
        return Reading(State.INVALID, known, None, ("value_invalid",)) if len(parts) == 2 else _invalid(2)
    scores = tuple(int(number) for number in match.groups())
    if any(score > 10 for score in scores):
        kept = tuple(score if score <= 10 else None for score in scores)
        return Reading(State.INVALID, kept, None, ("score_out_of_range",))
    return Reading(State.VALUE, scores, f"{scores[0]} {scores[1]}", issues)


PARSERS: Mapping[ValueType, Callable[[str], Reading]] = MappingProxyType(
    {
        ValueType.TEXT: parse_text,
        ValueType.FUND: parse_text,
        ValueType.PROJECT_CODE: parse_project_code,
        ValueType.NUMBERED_TITLE: parse_numbered_title,
        ValueType.PERIOD: parse_period,
        ValueType.EUROS: parse_euros,
        ValueType.NUMBER: parse_number,
        ValueType.YES_NO: parse_yes_no,
        ValueType.BUSINESS_ID: parse_business_id,
        ValueType.POSTAL_CODE: parse_postal_code,
        ValueType.WEBSITE: parse_text,
        ValueType.EMAIL: parse_email,
        ValueType.PHONE: parse_text,
        ValueType.PLACES: parse_places,
        ValueType.PARTNER: parse_partner,
        ValueType.SCORES: parse_scores,
        ValueType.FREE_TEXT: parse_text,
    }
)
