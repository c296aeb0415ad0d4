"""What the codes in the tables stand for, in Finnish and English: value labels of Stata and SPSS, and the codebook.

Closed vocabularies are written here once; code lists come from ``models``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from models.codelists import axes, municipalities, objectives, regions
from models.forms import load_forms

Labels = Mapping[str, tuple[str, str]]
"""By value: its label in Finnish and in English."""

NO_YES = (("Ei", "No"), ("Kyllä", "Yes"))
"""For false and true."""


def _words(**labels: str) -> Labels:
    pairs = {value: label.split(" / ") for value, label in labels.items()}
    return MappingProxyType({value: (fi, en) for value, (fi, en) in pairs.items()})


_SEVERITY = _words(error="Virhe / Error", warning="Varoitus / Warning", info="Tiedoksi / For information")
_LEVEL = _words(region="Maakunta / Region", subregion="Seutukunta / Subregion", municipality="Kunta / Municipality")

_CLOSED: Mapping[tuple[str, str], Labels] = MappingProxyType(
    {
        ("", "fund"): _words(
            ESR="Euroopan sosiaalirahasto / European Social Fund",
            EAKR="Euroopan aluekehitysrahasto / European Regional Development Fund",
        ),
        ("projects", "worst_issue"): _SEVERITY,
        ("issues", "severity"): _SEVERITY,
        ("locations", "level"): _LEVEL,
        ("allocations", "level"): _LEVEL,
        ("locations", "match"): _words(
            exact="Sellaisenaan / Exact",
            inflected="Taivutettu / Inflected",
            historical="Entinen nimi / Former name",
            fuzzy="Lähes sama / Nearly the same",
            unmatched="Ei tunnistettu / Not recognised",
        ),
        ("partners", "role"): _words(
            partner="Osatoteuttaja / Partner", transfer_recipient="Tuen siirron saaja / Recipient of a transfer"
        ),
        ("documents", "role"): _words(current="Ajantasainen / Current", superseded="Vanhentunut / Superseded"),
        ("captures", "role"): _words(current="Ajantasainen / Current", superseded="Vanhentunut / Superseded"),
        ("documents", "status"): _words(
            parsed="Luettu / Parsed", partial="Osittain luettu / Partly parsed", quarantined="Hylätty / Quarantined"
        ),
        ("fields", "state"): _words(
            value="Arvo / Value",
            empty="Tyhjä / Empty",
            no_label="Ei selitettä / No label",
            no_section="Ei osiota / No section",
            invalid="Kelvoton arvo / Value that cannot be read",
            undeclared="Tuntematon selite / Unknown label",
        ),
        ("organisations", "known_by"): _words(business_id="Y-tunnus / Business id", name="Nimi / Name"),
    }
)


def closed_labels(table: str, column: str) -> Labels | None:
    """Labels of a closed vocabulary in its order; None for any other column. The same in every table that has it."""
    if column == "criterion":
        return _criteria()
    if column == "dimension":
        return _dimensions()
    return _CLOSED.get((table, column)) or _CLOSED.get(("", column))


def code_labels(column: str) -> Labels | None:
    """Names of the codes of a code list; None for columns that hold none."""
    return _code_lists().get(column)


@cache
def _criteria() -> Labels:
    return MappingProxyType(
        {
            criterion.name: (criterion.text, criterion.name.replace("_", " "))
            for form in reversed(load_forms())  # the newest form's wording stays
            for criterion in form.criteria
        }
    )


@cache
def _dimensions() -> Labels:
    return MappingProxyType(
        {one.name: (one.text, one.name) for form in reversed(load_forms()) for one in form.dimensions}
    )


@cache
def _code_lists() -> Mapping[str, Labels]:
    lists: dict[str, Iterable[tuple[str, str, str]]] = {
        "priority_axis_code": ((axis.code, axis.title_fi, axis.title_fi) for axis in axes().values()),
        "specific_objective_code": ((one.code, one.title_fi, one.title_fi) for one in objectives().values()),
        "applicant_region_code": ((region.code, region.name_fi, region.name_en) for region in regions().values()),
        "region_code": ((region.code, region.name_fi, region.name_en) for region in regions().values()),
        "applicant_municipality_code": ((one.code, one.name_fi, one.name_fi) for one in municipalities().values()),
    }
    return MappingProxyType({column: _merge(rows) for column, rows in lists.items()})


def _merge(rows: Iterable[tuple[str, str, str]]) -> Labels:
    """A code that means two things (axis 1 of two periods) is labelled with both."""
    found: dict[str, tuple[str, str]] = {}
    for code, fi, en in rows:
        old = found.get(code)
        if old is None:
            found[code] = (fi, en or fi)
        elif fi not in old[0].split(" / "):
            found[code] = (f"{old[0]} / {fi}", f"{old[1]} / {en or fi}")
    return MappingProxyType(found)
