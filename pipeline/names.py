"""File names as text, and dates in them.

A path of the operating system is bytes. In tables it is text from which the bytes come back: bytes that are not UTF-8,
control characters, and a backslash that stands before an ``x`` are written ``\\xNN``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_ODD = re.compile(rb"\\(?=x)|[\x00-\x1f\x7f]")
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_DIGITS = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
_FINNISH = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")

FIRST_YEAR, LAST_YEAR = 1995, 2099
"""Eight digits may be anything: a date outside these years is none."""


def show_path(raw: bytes) -> str:
    """The bytes of a path as text, reversibly."""
    escaped = _ODD.sub(lambda match: b"\\x%02x" % match[0][0], raw)
    try:
        return escaped.decode()
    except UnicodeDecodeError:
        return escaped.decode(errors="backslashreplace")


def path_bytes(shown: str) -> bytes:
    """The bytes that ``show_path`` shows."""
    return _ESCAPE.sub(lambda match: bytes((int(match[1], 16),)), shown.encode())


def date_in_name(name: str) -> str | None:
    """The date that a file name states, as a UTC time; the latest if there are more.

    Understood are ``2018-03-12``, ``20180312`` and ``12.3.2018``, if they are days of the calendar.
    """
    found: list[date] = []
    for pattern in (_ISO, _DIGITS):
        found += _valid(*((int(year), int(month), int(day)) for year, month, day in pattern.findall(name)))
    found += _valid(*((int(year), int(month), int(day)) for day, month, year in _FINNISH.findall(name)))
    return utc_time(max(found).isoformat()) if found else None


def _valid(*candidates: tuple[int, int, int]) -> list[date]:
    days: list[date] = []
    for year, month, day in candidates:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            continue
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return days


def utc_time(text: str) -> str | None:
    """An ISO 8601 time (UTC unless it says otherwise) as ``2018-03-12T00:00:00.000000Z``: these sort as times."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else _in_utc(moment)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment.year >= 1000 else None


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar
        return moment.replace(tzinfo=UTC)
