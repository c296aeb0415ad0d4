"""Invents projects from a seed: each depends on the seed and its own number only, so any prefix is the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from pipeline.synthetic import words
from pipeline.synthetic.content import (
    Contact,
    Funding,
    GenderAnswer,
    Indicator,
    Partner,
    ProjectContent,
    Score,
    Site,
)
from pipeline.synthetic.form_text import PrintStyle
from pipeline.synthetic.free_text import write_groups, write_justification, write_text
from pipeline.synthetic.invent_parties import (
    invent_applicant,
    invent_contact,
    invent_partners,
    invent_phone,
)
from pipeline.synthetic.places import PLACES, Place
from pipeline.synthetic.sentences import QUOTED_IN_REPORT, QUOTED_IN_SUMMARY, TOPICS, Voice

MAX_PROJECTS = 20_000
"""The form's project codes have four digits, for each of the two funds."""
_MISSING = ("3", "4.1", "4.2", "4", "5", "6", "7", "8.1", "8.2", "8")
_MAY_BE_OMITTED = (
    "applicant.website",
    "applicant.phone",
    "contact.position",
    "contact.phone",
    "arrangement",
    "site.street",
    "site.postal_code",
    "site.post_office",
    "funding.realised_eu_state",
    "funding.realised_public",
)


@dataclass(frozen=True, slots=True)
class Capture:
    """One saved copy of a project's page."""

    content: ProjectContent
    style: PrintStyle
    captured_at: date | None
    """The date that the file's name will state, or ``None``."""
    current: bool


@dataclass(frozen=True, slots=True)
class InventedProject:
    """A project with its captures, oldest first; ``secrets`` are the personal data planted in its free text."""

    captures: tuple[Capture, ...]
    secrets: tuple[str, ...] = ()


def check_number(number: int) -> None:
    """Raises ``ValueError`` for a project's number that has no code."""
    if not 0 <= number < MAX_PROJECTS:
        raise ValueError(f"at most {MAX_PROJECTS} projects: the form's codes have four digits")


def invent_project(seed: int, number: int) -> InventedProject:
    """Project ``number`` (from 0) of the archive of ``seed``; the same on every machine and for any size."""
    check_number(number)
    rng = Random(f"hankekuvaus {seed} {number}")  # noqa: S311 - a text is hashed by SHA-512, not by hash()
    fund = "ESR" if number % 2 == 0 else "EAKR"
    code = ("S2" if fund == "ESR" else "A7") + f"{(number // 2 * 7919 + seed) % 10_000:04d}"
    start, end = _invent_period(rng)
    begin = start or date(2015, 1, 1)
    places = invent_places(rng, begin)
    voice = Voice(rng, places[0].inside, begin.year)
    contact = invent_contact(rng)
    applicant = invent_applicant(rng)
    secrets, plants = plant_personal_data(rng, contact)
    objective = rng.choice([entry for entry in words.OBJECTIVES if entry.fund == fund])
    ended = rng.random() < 0.7
    arrangement, partners, recipients = _invent_arrangement(rng)
    municipalities = _name_municipalities(rng, places)
    missing = frozenset({rng.choice(_MISSING)}) if rng.random() < 0.03 else frozenset()
    # Quoted headings beside a missing section would leave two readings that nobody could tell apart.
    quotes = ((), ()) if missing else (QUOTED_IN_SUMMARY, QUOTED_IN_REPORT)
    content = ProjectContent(
        fund=fund,
        project_code=code,
        project_name=invent_name(rng, places[0], begin.year),
        priority_axis=objective.axis,
        specific_objective=objective.objective,
        start=start,
        end=end,
        status=(words.ENDED if rng.random() < 0.97 else words.INTERRUPTED) if ended else words.RUNNING,
        authority=rng.choice(words.AUTHORITIES[fund]),
        applicant=applicant,
        contact=contact,
        arrangement=arrangement,
        partners=partners,
        transfer_recipients=recipients,
        summary=write_text(rng, voice, quotes[0], plants),
        target_groups_direct=write_groups(rng, voice),
        target_groups_indirect=write_groups(rng, voice) if rng.random() < 0.95 else "",
        funding=invent_funding(rng, ended),
        regions=_unique(place.region for place in places),
        subregions=_name_subregions(rng, places) if municipalities or rng.random() < 0.5 else (),
        municipalities=municipalities,
        site=_invent_site(rng),
        indicators=_invent_indicators(rng, fund, ended),
        gender=tuple(_invent_answer(rng, voice) for _ in range(3)),
        scores=tuple(_invent_score(rng, voice) for _ in range(15)) if rng.random() < 0.98 else (),
        final_report=write_text(rng, voice, quotes[1], (), scale=1.6) if ended else None,
        missing_sections=missing,
    )
    return InventedProject(invent_captures(rng, content, begin), secrets)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _invent_period(rng: Random) -> tuple[date | None, date | None]:
    start = date(2014, 9, 1) + timedelta(days=rng.randrange(1800))
    if rng.random() < 0.6:
        start = start.replace(day=1)
    end = start + timedelta(days=rng.randint(120, 1400))
    if rng.random() < 0.6:
        end = end.replace(day=28) + timedelta(days=4)
        end -= timedelta(days=end.day)
    odd = rng.random()
    if odd < 0.01:
        return None, None
    return (None if odd < 0.02 else start), (None if odd > 0.98 else end)


def invent_places(rng: Random, begin: date) -> list[Place]:
    """The project's municipalities: one, and often others of its region."""
    usable = [place for place in PLACES if place.merged is None or begin < place.merged]
    first = rng.choice(usable)
    count = rng.choice((0, 0, 0, 0, 1, 1, 2, 4, 9))
    near = [place for place in usable if place.region == first.region and place is not first]
    pool = near if count <= len(near) else [place for place in usable if place is not first]
    return [first, *rng.sample(pool, count)]


def _name_municipalities(rng: Random, places: Sequence[Place]) -> tuple[str, ...]:
    """Sometimes only the region and the subregion are named; then one of each, so that shares are plain."""
    regions, subregions = ({place.region for place in places}, {place.subregion for place in places})
    if len(regions) == len(subregions) == 1 and rng.random() < 0.15:
        return ()
    return tuple(place.name for place in places)


def _name_subregions(rng: Random, places: Sequence[Place]) -> tuple[str, ...]:
    """In the genitive; in some projects with an en dash, in some with the word ``seutukunta``."""
    names = _unique(place.subregion for place in places)
    if rng.random() < 0.08:
        names = tuple(name.replace("-", "–") for name in names)
    if rng.random() < 0.06:
        names = tuple(f"{name} seutukunta" for name in names)
    return names


def invent_name(rng: Random, place: Place, year: int) -> str:
    """A project's name, with everything that names may hold."""
    topic = rng.choice(TOPICS)
    capital = topic.gen[0].upper() + topic.gen[1:]
    pattern = rng.choice(
        (
            "{capital} kehittäminen {inside}",
            "{capital} kehittäminen {inside} {year}-{later}",
            "{short} – {topic}",
            "{short}: {topic} arkeen",
            "{short} 2.0",
            "{short} ({inside})",
            "”{short}” / {topic} ja osaajat",
            "{short} - {topic}, osahanke 2: yhteistyö oppilaitosten, yritysten ja järjestöjen kanssa {inside} sekä "
            "tulosten levittäminen koko maahan vuosina {year}–{later}",
        )
    )
    short = rng.choice(("Osaaja", "KASVU 2020", "DigiPolku", "Yhdessä eteenpäin", "Kiertoon!", "TAITO & työ", "Silta"))
    return pattern.format(capital=capital, inside=place.inside, year=year, later=year + 2, short=short, topic=topic.nom)


def _invent_arrangement(rng: Random) -> tuple[str, tuple[Partner, ...], tuple[Partner, ...]]:
    choice = rng.random()
    if choice < 0.3:
        return words.SINGLE, (), ()
    if choice < 0.7:
        return "", (), ()
    if choice < 0.95:
        lost = rng.random() < 0.08
        return words.JOINT, () if lost else invent_partners(rng, rng.choice((1, 1, 2, 3, 8))), ()
    return words.TRANSFER, (), invent_partners(rng, rng.choice((1, 2)))


def invent_funding(rng: Random, ended: bool) -> Funding:
    """The four sums, odd and missing ones too."""
    granted = rng.choice((rng.randint(2_000, 99_999), rng.randint(100_000, 999_999), rng.randint(1, 40_000_000)))
    planned = granted + rng.choice((0, rng.randint(1, granted)))
    share = rng.uniform(0.6, 1.0) if ended else rng.uniform(0.0, 0.5)
    realised, realised_public = int(granted * share), int(planned * share)
    odd = rng.random()
    if odd < 0.02:
        realised = realised_public = 0
    elif odd < 0.025:
        realised = -rng.randint(1, 5_000)
    empty = rng.random()
    return Funding(
        granted,
        None if empty < 0.04 else realised,
        None if 0.04 < empty < 0.05 else planned,
        None if empty < 0.03 else realised_public,
    )


def _invent_site(rng: Random) -> Site:
    if rng.random() < 0.6:
        return Site()
    code, office = rng.choice(words.POST_OFFICES)
    return Site(rng.choice(words.STREETS), code, office)


def _invent_indicators(rng: Random, fund: str, ended: bool) -> tuple[Indicator, ...]:
    titles = list(rng.sample(words.INDICATORS[fund], rng.randint(1, len(words.INDICATORS[fund]))))
    if rng.random() < 0.05:
        titles.append(rng.choice(words.NUMBER_TITLES))
    indicators = []
    for title in titles:
        planned: float = rng.choice((0, rng.randint(1, 60), rng.randint(60, 2500)))
        if "MWh" in title:
            planned = rng.randint(1, 400) + rng.choice((0.0, 0.5, 0.25))
        realised = int(planned * rng.uniform(0.3, 1.6)) if ended or rng.random() < 0.3 else None
        indicators.append(Indicator(title, planned if rng.random() < 0.98 else None, realised))
    return tuple(indicators)


def _invent_answer(rng: Random, voice: Voice) -> GenderAnswer:
    answer = rng.choice(("Kyllä", "Ei")) if rng.random() < 0.97 else ""
    return GenderAnswer(answer, voice.gender() if rng.random() < 0.85 else "")


def _invent_score(rng: Random, voice: Voice) -> Score:
    direct, indirect = (rng.choice((0, 0, 0, rng.randint(0, 10))) for _ in range(2))
    return Score(direct, indirect, write_justification(rng, voice) if rng.random() < 0.55 else "")


def plant_personal_data(rng: Random, contact: Contact) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Personal data for the free text: what must come out masked, and the lines that hold it."""
    choice = rng.random()
    if choice < 0.9:
        return (), ()
    if choice < 0.94 and contact.name and contact.phone:
        return (contact.name, contact.phone), (f"Lisätietoja antaa {contact.name}, puh. {contact.phone}.",)
    email = f"{rng.choice(('palaute', 'neuvonta', 'o.mallikas'))}{rng.randint(1, 99)}@esimerkki.fi"
    if choice < 0.97:
        return (email,), (f"Palautetta voi lähettää osoitteeseen {email} koko hankkeen ajan.",)
    # Only a number is personal data in free text: what stands in parentheses after it stays.
    phone = invent_phone(rng, 0).removesuffix(" (keskus)").removesuffix(" (Keksilä)")
    return (email, phone), (f"Ilmoittautumiset: {email}, puh. {phone}",)


def invent_captures(rng: Random, content: ProjectContent, begin: date) -> tuple[Capture, ...]:
    """One to three; the earlier ones show the project running, with less money spent and no final report."""
    style = _invent_style(rng)
    several = rng.random() < 0.12
    dated = rng.random() < 0.75 if several else rng.random() < 0.3
    last = (content.end or begin) + timedelta(days=rng.randint(30, 400))
    captures = [Capture(content, style, last if dated else None, current=True)]
    ended = content.final_report is not None
    if several and (dated or ended):
        earlier = replace(
            content,
            status=words.RUNNING,
            final_report=None,
            funding=content.funding._replace(realised_eu_state=0, realised_public=0),
            indicators=tuple(indicator._replace(realised=None) for indicator in content.indicators),
        )
        first = begin + timedelta(days=rng.randint(20, 90))
        captures.insert(0, Capture(earlier, style, first if dated else None, current=False))
        if dated and rng.random() < 0.3:
            middle = first + (last - first) // 2
            spent = (content.funding.granted_eu_state or 0) // 3
            later = replace(earlier, funding=earlier.funding._replace(realised_eu_state=spent, realised_public=spent))
            captures.insert(1, Capture(later, _invent_style(rng), middle, current=False))
    return tuple(captures)


def _invent_style(rng: Random) -> PrintStyle:
    omit = frozenset(name for name in _MAY_BE_OMITTED if rng.random() < 0.2) if rng.random() < 0.2 else frozenset()
    cents = rng.choice(("exact", "down", "up")) if rng.random() < 0.04 else ""
    thousands = " " if rng.random() < 0.75 else rng.choice(("\u00a0", "\u202f", "\u2009", ""))
    return PrintStyle(omit, cents, thousands, brand=rng.random() < 0.9)
