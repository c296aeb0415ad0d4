"""The checks: what should hold among the values of a project, one rule a row.

A rule that does not hold becomes a row of ``issues`` whose code is the rule's id; the values stay as they are. A rule
says nothing where a value that it needs is null. ``parsers.checks`` evaluates the rules of stage ``project``,
``pipeline.archive_checks`` those that compare projects. ``docs/checks.md`` is written from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.severity import Severity


class Stage(StrEnum):
    """When a rule is evaluated."""

    VALUE = "value"
    """By the value parser: what breaks the rule is no value, and the column is null."""
    PROJECT = "project"
    """On the rows of one document."""
    ARCHIVE = "archive"
    """On the current documents of all projects together."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """The first column is not after, or not more than, the second."""


@dataclass(frozen=True, slots=True)
class InProgrammePeriod:
    """Every column is a day on which the programme period paid for costs: 2007–2015, 2014–2023."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Every column has the shape of a regular expression."""

    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Between:
    """Every column lies between two numbers, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class IsTrue:
    """The column is not false."""


@dataclass(frozen=True, slots=True)
class Known:
    """The column stands in a code list."""

    codes: str


@dataclass(frozen=True, slots=True)
class CodeSays:
    """What the code list says of the code in the first column is what the second column holds."""

    codes: str
    attribute: str


@dataclass(frozen=True, slots=True)
class TitleOf:
    """The second column is a title, in any known spelling, that the code list has for the code in the first."""

    codes: str


@dataclass(frozen=True, slots=True)
class FundOfCode:
    """The letter and digits of the project code in the first column are those of the fund in the second."""


@dataclass(frozen=True, slots=True)
class PeriodOfCode:
    """The letter and digits of the project code, as printed, are not those of another programme period."""


@dataclass(frozen=True, slots=True)
class InsideNamed:
    """Every municipality lay, at some time, in one of the areas that are named on a level."""

    level: str


@dataclass(frozen=True, slots=True)
class ReportFits:
    """A project that has ended (or one that has not, ``ended`` false) has (or has not) its final report."""

    ended: bool


@dataclass(frozen=True, slots=True)
class NotRepeated:
    """No other project has the same values in all of the columns; small sums repeat by chance and do not count."""

    least: int


Condition = (
    AtMost
    | InProgrammePeriod
    | Shape
    | Between
    | IsTrue
    | Known
    | CodeSays
    | TitleOf
    | FundOfCode
    | PeriodOfCode
    | InsideNamed
    | ReportFits
    | NotRepeated
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One check."""

    id: str
    """The code of its issues: stable."""
    columns: tuple[str, ...]
    """``table.column`` of what it needs, in the condition's order."""
    condition: Condition
    severity: Severity
    message: str
    message_fi: str
    stage: Stage = Stage.PROJECT


ELIGIBLE_DAYS = MappingProxyType({"2007-2013": ("2007-01-01", "2015-12-31"), "2014-2020": ("2014-01-01", "2023-12-31")})
"""Programme period → first and last day of eligible costs (regulations 1083/2006, art. 56, and 1303/2013, art. 65)."""

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

# Numbers in any of the ways people write them: +358 40 0001234, (06) 000 1234, 06-0001234 (keskus).
_NUMBER = r"\+?\(?\d(?:[ ().\-\u2013]{0,3}\d){4,14}(?:,? ?(?:\([^()\d]{1,40}\)|[^\W\d_][^\W\d_.]{0,30}))?"
_PHONE = rf"{_NUMBER}(?: ?[,;/] ?{_NUMBER}){{0,3}}"


def _projects(*columns: str) -> tuple[str, ...]:
    return tuple(f"projects.{column}" for column in columns)


RULES = (
    Rule(
        "dates_reversed",
        _projects("start_date", "end_date"),
        AtMost(),
        _E,
        "The project ends before it starts.",
        "Hanke päättyy ennen kuin se alkaa.",
    ),
    Rule(
        "dates_outside_period",
        _projects("start_date", "end_date"),
        InProgrammePeriod(),
        _W,
        "The project starts or ends outside the time in which its programme period pays for costs.",
        "Hanke alkaa tai päättyy ohjelmakauden tukikelpoisuusajan ulkopuolella.",
    ),
    Rule(
        "realised_over_granted",
        _projects("realised_eu_state_eur", "granted_eu_state_eur"),
        AtMost(),
        _I,
        "More EU and state funding has been realised than was granted.",
        "EU- ja valtion rahoitusta on toteutunut enemmän kuin on myönnetty.",
    ),
    Rule(
        "realised_over_planned",
        _projects("realised_public_eur", "planned_public_eur"),
        AtMost(),
        _I,
        "More public funding has been realised than was planned.",
        "Julkista rahoitusta on toteutunut enemmän kuin on suunniteltu.",
    ),
    Rule(
        "granted_over_public",
        _projects("granted_eu_state_eur", "planned_public_eur"),
        AtMost(),
        _I,
        "The EU and state funding granted is more than all public funding planned, of which it is a part.",
        "Myönnetty EU- ja valtion rahoitus on suurempi kuin suunniteltu julkinen rahoitus, johon se kuuluu.",
    ),
    Rule(
        "realised_over_public",
        _projects("realised_eu_state_eur", "realised_public_eur"),
        AtMost(),
        _I,
        "The EU and state funding realised is more than all public funding realised, of which it is a part.",
        "Toteutunut EU- ja valtion rahoitus on suurempi kuin toteutunut julkinen rahoitus, johon se kuuluu.",
    ),
    Rule(
        "fund_mismatch",
        _projects("project_code", "fund"),
        FundOfCode(),
        _E,
        "The fund of the title and that of the project code differ.",
        "Otsikon rahasto ja hankekoodin rahasto ovat eri.",
    ),
    Rule(
        "code_of_other_period",
        _projects("project_code", "programme_period"),
        PeriodOfCode(),
        _E,
        "The project code is one of another programme period than the form.",
        "Hankekoodi on toisen ohjelmakauden kuin lomake.",
    ),
    Rule(
        "axis_unknown",
        _projects("priority_axis_code"),
        Known("axes"),
        _W,
        "The programme has no priority axis of this number.",
        "Ohjelmassa ei ole tämän numeroista toimintalinjaa.",
    ),
    Rule(
        "objective_unknown",
        _projects("specific_objective_code"),
        Known("objectives"),
        _W,
        "The programme has no specific objective of this number.",
        "Ohjelmassa ei ole tämän numeroista erityistavoitetta.",
    ),
    Rule(
        "axis_fund_mismatch",
        _projects("priority_axis_code", "fund"),
        CodeSays("axes", "fund"),
        _W,
        "The priority axis belongs to the other fund.",
        "Toimintalinja kuuluu toiseen rahastoon.",
    ),
    Rule(
        "objective_fund_mismatch",
        _projects("specific_objective_code", "fund"),
        CodeSays("objectives", "fund"),
        _W,
        "The specific objective belongs to the other fund.",
        "Erityistavoite kuuluu toiseen rahastoon.",
    ),
    Rule(
        "objective_axis_mismatch",
        _projects("specific_objective_code", "priority_axis_code"),
        CodeSays("objectives", "axis"),
        _W,
        "The specific objective belongs to another priority axis.",
        "Erityistavoite kuuluu toiseen toimintalinjaan.",
    ),
    Rule(
        "axis_title_differs",
        _projects("priority_axis_code", "priority_axis_name"),
        TitleOf("axes"),
        _I,
        "The priority axis is printed with another title than any known for its number.",
        "Toimintalinjan nimi ei ole mikään sen numeron tunnetuista nimistä.",
    ),
    Rule(
        "objective_title_differs",
        _projects("specific_objective_code", "specific_objective_name"),
        TitleOf("objectives"),
        _I,
        "The specific objective is printed with another title than any known for its number.",
        "Erityistavoitteen nimi ei ole mikään sen numeron tunnetuista nimistä.",
    ),
    Rule(
        "authority_unknown",
        _projects("authority"),
        Known("authorities"),
        _I,
        "An authority that is in no code list.",
        "Viranomaista ei ole koodistossa.",
    ),
    Rule(
        "business_id_check_digit",
        ("projects.applicant_business_id_valid", "partners.business_id_valid"),
        IsTrue(),
        _W,
        "The check digit of the business id is wrong.",
        "Y-tunnuksen tarkistusmerkki on väärin.",
    ),
    Rule(
        "postal_code_shape",
        _projects("applicant_postal_code", "site_postal_code"),
        Shape(r"(?!00000)\d{5}", "00990"),
        _W,
        "The postal code is not one of five digits.",
        "Postinumerossa ei ole viittä numeroa.",
    ),
    Rule(
        "phone_shape",
        ("contacts.contact_phone", "contacts.applicant_phone"),
        Shape(_PHONE, "040 000 1234"),
        _I,
        "The telephone number does not look like one.",
        "Puhelinnumero ei näytä puhelinnumerolta.",
    ),
    Rule(
        "municipality_outside_regions",
        ("locations.code",),
        InsideNamed("region"),
        _W,
        "The municipality lies in none of the regions that are named.",
        "Kunta ei ole missään nimetyistä maakunnista.",
    ),
    Rule(
        "municipality_outside_subregions",
        ("locations.code",),
        InsideNamed("subregion"),
        _W,
        "The municipality lies in none of the subregions that are named.",
        "Kunta ei ole missään nimetyistä seutukunnista.",
    ),
    Rule(
        "score_out_of_range",
        ("scores.direct", "scores.indirect"),
        Between(0, 10),
        _E,
        "A score outside 0–10.",
        "Arvio ei ole välillä 0–10.",
        Stage.VALUE,
    ),
    Rule(
        "ended_without_report",
        _projects("status"),
        ReportFits(ended=True),
        _I,
        "The project has ended, and its description has no final report.",
        "Hanke on päättynyt, mutta kuvauksessa ei ole loppuraporttia.",
    ),
    Rule(
        "running_with_report",
        _projects("status"),
        ReportFits(ended=False),
        _I,
        "The project has not ended by its state, but there is a final report.",
        "Hanke ei tilansa mukaan ole päättynyt, mutta loppuraportti on.",
    ),
    Rule(
        "equal_sums",
        _projects("granted_eu_state_eur", "realised_eu_state_eur", "planned_public_eur", "realised_public_eur"),
        NotRepeated(10_000),
        _I,
        "Another project has the same four sums; the message names it.",
        "Toisella hankkeella on samat neljä summaa; viesti nimeää sen.",
        Stage.ARCHIVE,
    ),
)

RULE = MappingProxyType({rule.id: rule for rule in RULES})
"""The rules by id, in their order."""
