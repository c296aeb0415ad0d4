"""Business ids, and the lines of partners that end in one."""

from __future__ import annotations

import re

from stdnum.fi import ytunnus

from models.codelists import organisation_types
from parsers.reading import Reading, State

_BUSINESS_ID = re.compile(r"(\d{6,7}) ?[-−–‑‐] ?(\d)")


def parse_business_id(text: str) -> Reading:
    """``0115776-3`` → (id with its leading zeros, whether its check digit is right)."""
    text = text.strip()
    if not text:
        return Reading(State.EMPTY)
    match = _BUSINESS_ID.fullmatch(text)
    if match is None:
        return Reading(State.INVALID, (None, None), None, ("value_invalid",))
    number = f"{match[1]:>07}-{match[2]}"
    valid = bool(ytunnus.is_valid(number))
    return Reading(State.VALUE, (number, valid), number)


_ENDS_IN_ID = re.compile(r"(?:^|[,;]? ?)(?<!\w)(?P<id>\d{6,7} ?[-−–‑‐] ?\d) ?[.,;]?$")


def parse_partner(text: str) -> Reading:
    """``NAME[, ORGANISATION TYPE], Y-TUNNUS`` → (name, type, id, whether its check digit is right).

    Read from the right, since names hold commas, slashes and parentheses. A line that ends neither in a business
    id nor in a known type of organisation is no partner: state ``invalid``.
    """
    text = " ".join(text.split())
    if not text:
        return Reading(State.EMPTY)
    match = _ENDS_IN_ID.search(text[-16:])
    rest = text[: len(text) - len(text[-16:]) + match.start()] if match else text
    rest = rest.rstrip(" ,;")
    name, comma, kind = rest.rpartition(",")
    if not comma or kind.strip().lower() not in _types():
        name, kind = rest, ""
    name, kind = name.rstrip(" ,"), kind.strip()
    if not name or not (match or kind):
        return Reading(State.INVALID, (None,) * 4, None, ("partner_unreadable",))
    identity = parse_business_id(match["id"]) if match else None
    number, valid = identity.values if identity else (None, None)
    normal = ", ".join(str(part) for part in (name, kind or None, number) if part)
    return Reading(State.VALUE, (name, kind or None, number, valid), normal)


def _types() -> frozenset[str]:
    return frozenset(kind.lower() for kind in organisation_types())
