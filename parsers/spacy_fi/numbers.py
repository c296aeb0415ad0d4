"""Dates and sums of money, with their value: ``15.2.2017`` is 2017-02-15, ``1,2 miljoonaa euroa`` is 1200000."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from parsers.spacy_fi.wordlists import words

_MONTHS = words("tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu")
_MONTH = "|".join(_MONTHS)
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"""
    (?<![\w.,/-])(?:
      (?P<d1>\d{{1,2}})\.(?:(?P<m1>\d{{1,2}})\.)?(?P<y1>{_YEAR})?\ ?[-–—]\ ?
      (?P<d2>\d{{1,2}})\.(?P<m2>\d{{1,2}})\.(?P<y2>{_YEAR})
    | (?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>{_YEAR})
    | (?:(?P<dn>\d{{1,2}})\.\ (?:päivä(?:nä|stä|ään|n)?\ )?)?(?P<mn>{_MONTH})kuu(?:ta|n|ssa|sta|hun|lle|ksi|lla)?
      (?P<yn>\ {_YEAR})?
    | (?i:vuo(?:nna|teen|desta|den|delle|sina|sien|sille|sista|siin|si))\ (?P<ya>{_YEAR})(?:\ ?[-–—]\ ?(?P<yb>{_YEAR}))?
    | (?P<ra>{_YEAR})\ ?[-–—]\ ?(?P<rb>{_YEAR})
    )(?![\w/-])
    """,
    re.VERBOSE,
)
_SUM = re.compile(
    r"(?<![\w.,])(?P<n>\d{1,3}(?:[ .]\d{3}){1,4}|\d{1,12})(?P<c>,\d{1,3})?"
    r" ?(?P<u>milj\.|miljoona[an]{0,2}|mrd\.?|miljardi[an]?|tuhat(?:ta)?|t)?"
    r" ?(?:€|(?i:eur)(?![a-zåäö])|euro(?:a|n|lla|sta|on|jen|ja|t|ksi|ina)?(?![a-zåäö]))"
)
_UNITS = (("milj", 1_000_000), ("mrd", 1_000_000_000), ("t", 1000))


class Found(NamedTuple):
    """A date or a sum: offsets, kind, and its value (ISO 8601, or euros)."""

    start: int
    end: int
    label: str
    value: str


def find_numbers(text: str) -> Iterator[Found]:
    """Dates and sums in a text, dates first."""
    for match in _DATE.finditer(text):
        value = _date_value(match.groupdict())
        if value is not None:
            yield Found(match.start(), match.end(), "DATE", value)
    if "€" in text or "eur" in text or "EUR" in text:
        for match in _SUM.finditer(text):
            yield Found(match.start(), match.end(), "MONEY", _sum_value(match))


def _date_value(part: dict[str, str | None]) -> str | None:
    if part["d"]:
        return _day(part["y"], part["m"], part["d"])
    if part["d2"]:
        end = _day(part["y2"], part["m2"], part["d2"])
        start = _day(part["y1"] or part["y2"], part["m1"] or part["m2"], part["d1"])
        return f"{start}/{end}" if start and end else None
    if part["mn"]:
        month = _MONTHS.index(part["mn"]) + 1
        year = part["yn"].strip() if part["yn"] else ""
        if part["dn"] and year:
            return _day(year, str(month), part["dn"])
        day = f"-{int(part['dn']):02d}" if part["dn"] else ""
        return f"{year or '-'}-{month:02d}{day}"
    first, last = part["ya"] or part["ra"], part["yb"] or part["rb"]
    return f"{first}/{last}" if last else first


def _day(year: str | None, month: str | None, day: str | None) -> str | None:
    if not (year and month and day):
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _sum_value(match: re.Match[str]) -> str:
    whole = int(re.sub(r"[ .]", "", match["n"]))
    cents = match["c"] or ""
    factor = next((number for unit, number in _UNITS if (match["u"] or "").startswith(unit)), 1)
    if (match["u"] or "").startswith("miljard"):
        factor = 1_000_000_000
    if cents:
        digits = cents[1:]
        scaled = (whole * 10 ** len(digits) + int(digits)) * factor
        whole_euros, rest = divmod(scaled, 10 ** len(digits))
        return f"{whole_euros}.{str(rest).zfill(len(digits))[:2]}" if rest else str(whole_euros)
    return str(whole * factor)
