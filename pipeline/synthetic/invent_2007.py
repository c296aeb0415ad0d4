"""Invents projects of 2007–2013; everything that both periods share is in ``invent``."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from pipeline.synthetic import words
from pipeline.synthetic.content import ProjectContent
from pipeline.synthetic.free_text import write_groups, write_text
from pipeline.synthetic.invent import (
    InventedProject,
    check_number,
    invent_captures,
    invent_funding,
    invent_name,
    invent_places,
    plant_personal_data,
)
from pipeline.synthetic.invent_parties import invent_applicant, invent_contact
from pipeline.synthetic.sentences import Voice

_COOPERATION = "Alueiden välinen osio"
_AXES = {
    "ESR": (
        "1: Työorganisaatioiden, työssä olevan työvoiman ja yritysten kehittäminen sekä yrittäjyyden lisääminen",
        "2: Työllistymisen ja työmarkkinoilla pysymisen edistäminen sekä syrjäytymisen ehkäiseminen",
        "3: Työmarkkinoiden toimintaa edistävien osaamis-, innovaatio- ja palvelujärjestelmien kehittäminen",
        "5: Tekninen tuki",
    ),
    "EAKR": (
        "1: Yritystoiminnan edistäminen",
        "2: Innovaatiotoiminnan ja verkottumisen edistäminen sekä osaamisrakenteiden vahvistaminen",
        "3: Alueiden saavutettavuuden ja toimintaympäristöjen parantaminen",
        "5: Tekninen tuki",
    ),
}
_PARTS = {"ESR": ("Valtakunnallinen osio", "Länsi-Suomen suuralueosio", _COOPERATION), "EAKR": ("", _COOPERATION)}
_TYPES = ("Kehittämisprojekti", "Investointiprojekti", "Tutkimusprojekti: esiselvitys", "Rahoitusväline", "")
_MISSING = ("3", "4")


def invent_project_2007(seed: int, number: int) -> InventedProject:
    """Project ``number`` (from 0) of the archive of ``seed``; the same on every machine and for any size."""
    check_number(number)
    rng = Random(f"hankekuvaus 2007 {seed} {number}")  # noqa: S311 - a text is hashed by SHA-512, not by hash()
    fund = "ESR" if number % 2 == 0 else "EAKR"
    start, end = _invent_period(rng)
    begin = start or date(2009, 1, 1)
    places = invent_places(rng, begin)
    voice = Voice(rng, places[0].inside, begin.year)
    contact = invent_contact(rng)
    applicant = invent_applicant(rng)
    # One line for the whole address; sometimes only the post office.
    office = f"{applicant.postal_code} {applicant.post_office}"
    address = rng.choice((f"{applicant.street}, {office}", f"{applicant.street}, {office}", office, ""))
    secrets, plants = plant_personal_data(rng, contact)
    ended = rng.random() < 0.7
    text = write_text(rng, voice, (), plants) if plants or rng.random() < 0.6 else write_groups(rng, voice)
    content = ProjectContent(
        form="eura2007",
        fund=fund,
        project_code=_invent_code(rng, fund, (number // 2 * 7919 + seed) % 10_000),
        project_name=invent_name(rng, places[0], begin.year),
        priority_axis=rng.choice(_AXES[fund]),
        programme_part=rng.choice(_PARTS[fund]),
        project_type=rng.choice(_TYPES),
        start=start,
        end=end,
        status=rng.choice((words.ENDED, words.ENDED, words.INTERRUPTED)) if ended else words.RUNNING,
        authority=rng.choice(words.AUTHORITIES[fund]),
        applicant=applicant._replace(street=address, postal_code="", post_office=""),
        contact=contact,
        target_groups_direct=text,
        funding=invent_funding(rng, ended),
        missing_sections=frozenset({rng.choice(_MISSING)}) if rng.random() < 0.03 else frozenset(),
    )
    return InventedProject(invent_captures(rng, content, begin), secrets)


def _invent_code(rng: Random, fund: str, digits: int) -> str:
    """``digits`` are the project's own; what stands around them is drawn."""
    if fund == "ESR":
        return f"S1{digits:04d}"
    return rng.choice(
        (f"A3{digits:04d}", f"A5{rng.randrange(10)}{digits:04d}", f"A6{rng.randrange(10_000):04d}{digits:04d}")
    )


def _invent_period(rng: Random) -> tuple[date | None, date | None]:
    start = date(2007, 6, 1) + timedelta(days=rng.randrange(2000))
    end = start + timedelta(days=rng.randint(120, 1000))
    odd = rng.random()
    if odd < 0.01:
        return None, None
    return (None if odd < 0.02 else start), (None if odd > 0.98 else end)
