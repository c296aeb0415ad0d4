"""Invents organisations, people and their ids, names, phones and addresses, odd ones too."""

from __future__ import annotations

from random import Random

from pipeline.synthetic import words
from pipeline.synthetic.content import Applicant, Contact, Partner

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def invent_business_id(rng: Random, *, valid: bool = True) -> str:
    """A business id as printed, often with leading zeros; ``valid=False``: the check digit is wrong."""
    while True:
        digits = f"{rng.choice((rng.randrange(300_000), rng.randrange(9_999_999))):07d}"
        rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
        if rest != 1:  # a rest of 1 has no check digit: such ids are never given
            check = (11 - rest) % 11
            return f"{digits}-{check if valid else (check + rng.randint(1, 9)) % 10}"


def _invent_organisation(rng: Random) -> tuple[str, str]:
    kind, pattern = rng.choice(words.ORGANISATIONS)
    nominative, genitive = rng.choice(words.HOMES)
    return kind, pattern.format(nom=nominative, gen=genitive)


def invent_applicant(rng: Random) -> Applicant:
    """Section 2's organisation; a few of its fields may be empty."""
    kind, name = _invent_organisation(rng)
    code, office = rng.choice(words.POST_OFFICES)
    nick = rng.choice(("www.esimerkki.fi", "http://www.esimerkki.fi", "https://hanke.esimerkki.fi/polku?id=12:3"))
    return Applicant(
        name=name,
        type=kind,
        business_id=invent_business_id(rng, valid=rng.random() < 0.97) if rng.random() < 0.99 else "",
        street=rng.choice(words.STREETS),
        phone=invent_phone(rng, 0.05),
        postal_code=code,
        post_office=office,
        website=nick if rng.random() < 0.8 else "",
    )


def invent_contact(rng: Random) -> Contact:
    """The contact person: names in either order, e-mail mostly with ``(at)``."""
    first, second, last = (rng.choice(names) for names in (words.FIRST_NAMES, words.SECOND_NAMES, words.LAST_NAMES))
    name = rng.choice((f"{first} {last}", f"{last} {first} {second}".upper(), f"{last} {first}"))
    ascii_name = f"{first}.{last}".lower().translate(str.maketrans("äöå ", "aoa-"))
    email = f"{ascii_name}{rng.choice(('(at)', '(at)', '@'))}esimerkki.fi"
    position = rng.choice(words.POSITIONS)
    return Contact(
        name=name,
        position=position if rng.random() < 0.95 else "",
        email=email if rng.random() < 0.97 else "",
        phone=invent_phone(rng, 0.05),
    )


def invent_phone(rng: Random, empty: float) -> str:
    """A telephone number in one of many notations; ``""`` with probability ``empty``."""
    number = rng.choice(words.PHONES).format(rng.randrange(10_000))
    return "" if rng.random() < empty else number


def invent_partners(rng: Random, count: int) -> tuple[Partner, ...]:
    """``count`` partners; each with or without its type, all with an id, some ids wrong."""
    partners = []
    for _ in range(count):
        kind, name = _invent_organisation(rng)
        business_id = invent_business_id(rng, valid=rng.random() < 0.97)
        partners.append(Partner(name, kind if rng.random() < 0.5 else "", business_id))
    return tuple(partners)
