"""The vocabulary of fields: every value a form may ask for, described once.

Forms (``models/forms``) say under which label and in which section a field is printed; tables
(``models/tables.py``) take the columns from here. Order is the order of the columns.
"""

from __future__ import annotations

from types import MappingProxyType

from models.columns import Column, ColumnType, Field, ValueType

T = ColumnType


def _one(
    name: str, kind: ValueType, column: ColumnType, en: str, fi: str, *, unit: str = "", table: str = "projects"
) -> Field:
    """A field that fills the one column of its own name."""
    return Field(name, kind, table, (Column(name, column, en, fi, unit),))


def _contact(name: str, kind: ValueType, en: str, fi: str) -> Field:
    return Field(name, kind, "contacts", (Column(name, T.STRING, en, fi),), restricted=True)


def _euros(name: str, en: str, fi: str) -> Field:
    return _one(name, ValueType.EUROS, T.INT64, en, fi, unit="EUR")


def _numbered(name: str, en: str, fi: str) -> Field:
    return Field(
        name,
        ValueType.NUMBERED_TITLE,
        "projects",
        (
            Column(f"{name}_code", T.STRING, f"Number of the {en}, as printed before its title.", f"{fi}, numero."),
            Column(f"{name}_name", T.STRING, f"Title of the {en}, as printed.", f"{fi}, nimi."),
        ),
    )


def _question(name: str, en: str, fi: str) -> tuple[Field, Field]:
    return (
        _one(name, ValueType.YES_NO, T.BOOL, en, fi),
        _one(
            f"{name}_justification",
            ValueType.FREE_TEXT,
            T.STRING,
            f"The text given under the question: {en}",
            f"Kysymyksen perustelu: {fi}",
        ),
    )


_ANALYSIS = _question(
    "gender_analysis",
    "An analysis of the operating environment from the gender perspective has been made.",
    "Hankkeessa on tehty toimintaympäristön analyysi sukupuolinäkökulmasta.",
)
_MAINSTREAMING = _question(
    "gender_mainstreaming",
    "The gender perspective is taken into account in the project's work (mainstreaming).",
    "Sukupuolinäkökulma on huomioitu hankkeen toiminnassa (valtavirtaistaminen).",
)
_MAIN_GOAL = _question(
    "gender_main_goal",
    "Promoting gender equality is the project's main goal.",
    "Hankkeen päätavoite on sukupuolten tasa-arvon edistäminen.",
)

FIELDS: tuple[Field, ...] = (
    _one("fund", ValueType.FUND, T.STRING, "Fund: ESR (ESF) or EAKR (ERDF), from the title.", "Rahasto otsikosta."),
    _one(
        "project_code",
        ValueType.PROJECT_CODE,
        T.STRING,
        "Code of the project; where none can be read, ? and the first 16 digits of document_id.",
        "Hankkeen koodi; ellei sitä voi lukea, ? ja asiakirjan tunnisteen 16 ensimmäistä merkkiä.",
    ),
    _one("project_name", ValueType.TEXT, T.STRING, "Name of the project.", "Hankkeen nimi."),
    _numbered("priority_axis", "priority axis", "Toimintalinja"),
    _numbered("specific_objective", "specific objective", "Erityistavoite"),
    Field(
        "implementation_period",
        ValueType.PERIOD,
        "projects",
        (
            Column("start_date", T.DATE, "First day of the planned implementation period.", "Toteutusajan alku."),
            Column("end_date", T.DATE, "Last day of the planned implementation period.", "Toteutusajan loppu."),
        ),
    ),
    _one("status", ValueType.TEXT, T.STRING, "State of the project when the page was saved.", "Toiminnan tila."),
    _one("authority", ValueType.TEXT, T.STRING, "Responsible authority.", "Vastuuviranomainen."),
    _one("applicant_name", ValueType.TEXT, T.STRING, "Official name of the applicant.", "Hakijan virallinen nimi."),
    _one("applicant_type", ValueType.TEXT, T.STRING, "The applicant's type of organisation.", "Organisaatiotyyppi."),
    Field(
        "applicant_business_id",
        ValueType.BUSINESS_ID,
        "projects",
        (
            Column("applicant_business_id", T.STRING, "The applicant's business id.", "Hakijan Y-tunnus."),
            Column(
                "applicant_business_id_valid",
                T.BOOL,
                "The check digit of the applicant's business id is right.",
                "Hakijan Y-tunnuksen tarkistusmerkki on oikein.",
            ),
        ),
    ),
    _one("applicant_street_address", ValueType.TEXT, T.STRING, "Postal street address.", "Hakijan jakeluosoite."),
    _one(
        "applicant_postal_code",
        ValueType.POSTAL_CODE,
        T.STRING,
        "The applicant's postal code; leading zeros kept.",
        "Hakijan postinumero etunollineen.",
    ),
    _one(
        "applicant_post_office", ValueType.TEXT, T.STRING, "The applicant's post office.", "Hakijan postitoimipaikka."
    ),
    _one("applicant_website", ValueType.WEBSITE, T.STRING, "The applicant's website.", "Hakijan WWW-osoite."),
    _one(
        "applicant_arrangement",
        ValueType.TEXT,
        T.STRING,
        "Number of applicants or transfer of the grant, as printed.",
        "Hakijoiden lukumäärä tai tuen siirto -menettely painettuna.",
    ),
    _euros("granted_eu_state_eur", "Granted EU and state funding.", "Myönnetty EU- ja valtion rahoitus."),
    _euros("realised_eu_state_eur", "Realised EU and state funding.", "Toteutunut EU- ja valtion rahoitus."),
    _euros("planned_public_eur", "Planned public funding in all.", "Suunniteltu julkinen rahoitus yhteensä."),
    _euros("realised_public_eur", "Realised public funding in all.", "Toteutunut julkinen rahoitus yhteensä."),
    _one(
        "site_street_address", ValueType.TEXT, T.STRING, "Street address of the site.", "Toteutuspaikan jakeluosoite."
    ),
    _one(
        "site_postal_code",
        ValueType.POSTAL_CODE,
        T.STRING,
        "Postal code of the site; leading zeros kept.",
        "Toteutuspaikan postinumero etunollineen.",
    ),
    _one("site_post_office", ValueType.TEXT, T.STRING, "Post office of the site.", "Toteutuspaikan postitoimipaikka."),
    _ANALYSIS[0],
    _MAINSTREAMING[0],
    _MAIN_GOAL[0],
    _ANALYSIS[1],
    _MAINSTREAMING[1],
    _MAIN_GOAL[1],
    _one(
        "programme_part", ValueType.TEXT, T.STRING, "Part of the programme (2007–2013).", "Ohjelman osio (2007–2013)."
    ),
    _one("project_type", ValueType.TEXT, T.STRING, "Type of project (2007–2013).", "Projektityyppi (2007–2013)."),
    Field("regions", ValueType.PLACES, "locations", ()),
    Field("subregions", ValueType.PLACES, "locations", ()),
    Field("municipalities", ValueType.PLACES, "locations", ()),
    Field("partner", ValueType.PARTNER, "partners", ()),
    _one(
        "planned",
        ValueType.NUMBER,
        T.FLOAT64,
        "Planned value given in the application.",
        "Hakemusvaiheessa suunniteltu arvo.",
        table="indicators",
    ),
    _one(
        "realised",
        ValueType.NUMBER,
        T.FLOAT64,
        "Realised value by the monitoring data.",
        "Seurantatietojen mukaan toteutunut arvo.",
        table="indicators",
    ),
    _contact("contact_name", ValueType.TEXT, "Contact person's name, as printed: never split.", "Yhteyshenkilön nimi."),
    _contact("contact_position", ValueType.TEXT, "Contact person's position.", "Yhteyshenkilön asema."),
    _contact("contact_email", ValueType.EMAIL, "Contact person's e-mail address.", "Yhteyshenkilön sähköpostiosoite."),
    _contact("contact_phone", ValueType.PHONE, "Contact person's telephone.", "Yhteyshenkilön puhelinnumero."),
    _contact("applicant_phone", ValueType.PHONE, "The applicant's telephone.", "Hakijan puhelinnumero."),
)

FIELD = MappingProxyType({field.name: field for field in FIELDS})


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns that fields fill in a table, in the vocabulary's order."""
    return tuple(column for field in FIELDS if field.table == table for column in field.columns)
