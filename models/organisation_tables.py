"""The tables of organisations: who takes part in projects, joined by business id and never by name."""

from __future__ import annotations

from models.columns import Column, ColumnType, Table

T = ColumnType

_KEY = Column(
    "organisation",
    T.STRING,
    "The business id; for a name without one, 'name: ' and the name in small letters.",
    "Y-tunnus; nimelle, jolla sitä ei ole, 'name: ' ja nimi pienin kirjaimin.",
    required=True,
)


def _count(name: str, en: str, fi: str) -> Column:
    return Column(name, T.INT32, en, fi, required=True)


def _list(name: str, en: str, fi: str) -> Column:
    return Column(name, T.STRINGS, en, fi, required=True)


def _euros(name: str, en: str, fi: str) -> Column:
    return Column(name, T.INT64, en, fi, "EUR", required=True)


ORGANISATION_TABLES = (
    Table(
        "organisations",
        ("organisation",),
        (
            _KEY,
            Column("business_id", T.STRING, "Business id; null for a name without one.", "Y-tunnus, jos tiedossa."),
            Column(
                "business_id_valid", T.BOOL, "The check digit is right; null without id.", "Tarkistusmerkki on oikein."
            ),
            Column(
                "known_by",
                T.STRING,
                "business_id, or name: such a row may be several organisations, or one that has a row by its id.",
                "Tunnus (business_id) tai nimi (name): nimirivi voi olla useampi organisaatio tai jo tunnuksella.",
                required=True,
            ),
            Column(
                "name",
                T.STRING,
                "The name seen most often, the newest of equals, as printed; all of them: organisation_names.",
                "Yleisin nimi painettuna, yhtä yleisistä uusin; kaikki: organisation_names.",
                required=True,
            ),
            _count("names", "How many names it is seen under.", "Nimien määrä."),
            _list("types", "Types of organisation seen.", "Nähdyt organisaatiotyypit."),
            _list("roles", "Of applicant, partner, transfer_recipient.", "Roolit."),
            _list("municipality_codes", "Municipalities it applied from.", "Kunnat, joista se on hakenut."),
            _list("region_codes", "Regions it applied from.", "Maakunnat, joista se on hakenut."),
            _count("projects", "Projects that it takes part in.", "Hankkeita."),
            _count("projects_as_applicant", "Projects that it applied for.", "Hankkeita hakijana."),
            Column("first_year", T.INT16, "Year in which its first project starts.", "Ensimmäisen hankkeen alkuvuosi."),
            Column("last_year", T.INT16, "Year in which its last project starts.", "Viimeisen hankkeen alkuvuosi."),
            _euros(
                "granted_eu_state_eur",
                "EU and state funding granted to the projects it applied for, partners' shares included.",
                "EU- ja valtion rahoitus sen hakemille hankkeille osatoteuttajien osuudet mukaan lukien.",
            ),
            _euros(
                "planned_public_eur",
                "Public funding planned for the projects it applied for, partners' shares included.",
                "Suunniteltu julkinen rahoitus sen hakemille hankkeille osatoteuttajien osuudet mukaan lukien.",
            ),
            _list("project_codes", "The projects, sorted.", "Hankkeet järjestyksessä."),
        ),
        "Applicants, partners and recipients of transferred grants, joined by business id, never by name.",
        "Hakijat, osatoteuttajat ja tuen siirron saajat Y-tunnuksittain, ei koskaan nimen mukaan.",
    ),
    Table(
        "organisation_names",
        ("organisation", "name"),
        (
            _KEY,
            Column("name", T.STRING, "Name as printed.", "Nimi painettuna.", required=True),
            _count("projects", "Projects in which it is seen.", "Hankkeita, joissa nimi on."),
            Column("first_year", T.INT16, "Year in which the first of them starts.", "Ensimmäisen alkuvuosi."),
            Column("last_year", T.INT16, "Year in which the last of them starts.", "Viimeisen alkuvuosi."),
        ),
        "Every name under which an organisation is seen, with the years of its projects.",
        "Organisaatioiden nimet ja niiden hankkeiden vuodet.",
        references=((("organisation",), "organisations"),),
    ),
)
