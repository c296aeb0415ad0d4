"""The code lists as tables of every snapshot, so that codes can be joined without asking another source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

from models.codelists import authorities, axes, code_lists, municipalities, objectives, regions, subregions
from models.columns import Column, ColumnType, Table
from models.forms import load_forms

T = ColumnType
Rows = Iterator[tuple[Any, ...]]


def _text(name: str, en: str, fi: str, *, required: bool = False) -> Column:
    return Column(name, T.STRING, en, fi, required=required)


def _code(en: str, fi: str) -> Column:
    return _text("code", en, fi, required=True)


def _year(name: str, en: str, fi: str, *, required: bool = False) -> Column:
    return Column(name, T.INT16, en, fi, required=required)


_NAME_FI = _text("name_fi", "Official name in Finnish.", "Virallinen nimi.", required=True)
_NAME_SV = _text("name_sv", "Official name in Swedish.", "Virallinen ruotsinkielinen nimi.")
_OTHER_NAMES = Column("other_names", T.STRINGS, "Other names in use.", "Muut käytetyt nimet.", required=True)
_FORMER_NAMES = Column(
    "former_names",
    T.STRINGS,
    "Former names, and areas that became part of it before 2013.",
    "Entiset nimet ja ennen vuotta 2013 liittyneet alueet.",
    required=True,
)
_FIRST_YEAR = _year("first_year", "First year, from 2013 on.", "Ensimmäinen vuosi, vuodesta 2013.", required=True)
_LAST_YEAR = _year("last_year", "Last year; null if current.", "Viimeinen vuosi; tyhjä, jos voimassa.")
_PERIOD = _text("programme_period", "Programme period.", "Ohjelmakausi.", required=True)
_FUND = _text("fund", "Fund: ESR (ESF) or EAKR (ERDF).", "Rahasto: ESR tai EAKR.", required=True)
_TITLE_FI = _text("title_fi", "Title in Finnish.", "Nimi.", required=True)
_TITLE_SV = _text("title_sv", "Title in Swedish, where known.", "Ruotsinkielinen nimi, jos tiedossa.")
_VARIANTS = Column(
    "title_variants", T.STRINGS, "Other spellings seen in print.", "Muut painetut kirjoitusasut.", required=True
)


CODE_TABLES = (
    Table(
        "codes_regions",
        ("code",),
        (
            _code("Statistics Finland's code, 2 digits.", "Tilastokeskuksen koodi, 2 numeroa."),
            _NAME_FI,
            _NAME_SV,
            _text("name_en", "Name in English.", "Englanninkielinen nimi."),
            _OTHER_NAMES,
            _FORMER_NAMES,
            _text("nuts3_2016", "NUTS 3 code, editions 2016 and 2021.", "NUTS 3 -koodi, 2016 ja 2021."),
            _text("nuts3_2024", "NUTS 3 code, edition 2024.", "NUTS 3 -koodi, 2024."),
        ),
        "Code list: regions (maakunta).",
        "Koodisto: maakunnat.",
    ),
    Table(
        "codes_subregions",
        ("code",),
        (
            _code("Statistics Finland's code, 3 digits.", "Tilastokeskuksen koodi, 3 numeroa."),
            _NAME_FI,
            _NAME_SV,
            _text("region_code", "Region it lies in.", "Maakunta, jossa se on.", required=True),
            _OTHER_NAMES,
            _FIRST_YEAR,
            _LAST_YEAR,
        ),
        "Code list: subregions (seutukunta) of 2013-2025.",
        "Koodisto: seutukunnat 2013–2025.",
        references=((("region_code",), "codes_regions"),),
    ),
    Table(
        "codes_municipalities",
        ("code", "first_year"),
        (
            _code("Statistics Finland's code, 3 digits.", "Tilastokeskuksen koodi, 3 numeroa."),
            _year("first_year", "First year in the subregion.", "Ensimmäinen vuosi seutukunnassa.", required=True),
            _year("last_year", "Last year in it; null if current.", "Viimeinen vuosi; tyhjä, jos voimassa."),
            _NAME_FI,
            _NAME_SV,
            _OTHER_NAMES,
            _FORMER_NAMES,
            _text("subregion_code", "Subregion of these years.", "Seutukunta näinä vuosina.", required=True),
            _text("region_code", "Region of these years.", "Maakunta näinä vuosina.", required=True),
            _text("successor_code", "Municipality it merged into.", "Kunta, johon se liittyi."),
            _text("current_code", "Today's code of its area.", "Alueen nykyinen kuntakoodi.", required=True),
            _text("nuts3_2016", "NUTS 3 code, editions 2016 and 2021.", "NUTS 3 -koodi, 2016 ja 2021."),
            _text("nuts3_2024", "NUTS 3 code, edition 2024.", "NUTS 3 -koodi, 2024."),
        ),
        "Code list: municipalities of 2013-2025, a row for each stretch of years in one subregion.",
        "Koodisto: kunnat 2013–2025, rivi kullekin ajalle samassa seutukunnassa.",
        references=((("subregion_code",), "codes_subregions"), (("region_code",), "codes_regions")),
    ),
    Table(
        "codes_axes",
        ("programme_period", "code"),
        (
            _PERIOD,
            _code("Number of the axis.", "Toimintalinjan numero."),
            _FUND,
            _TITLE_FI,
            _TITLE_SV,
            _VARIANTS,
        ),
        "Code list: priority axes (toimintalinja).",
        "Koodisto: toimintalinjat.",
    ),
    Table(
        "codes_objectives",
        ("programme_period", "code"),
        (
            _PERIOD,
            _code("Number of the objective.", "Erityistavoitteen numero."),
            _FUND,
            _text("axis_code", "Its priority axis, where known.", "Toimintalinja, jos tiedossa."),
            _TITLE_FI,
            _TITLE_SV,
            _VARIANTS,
        ),
        "Code list: specific objectives (erityistavoite).",
        "Koodisto: erityistavoitteet.",
    ),
    Table(
        "codes_authorities",
        ("code", "name"),
        (
            _code("A code of our own.", "Oma koodi."),
            _text("name", "Name of the authority in its years.", "Viranomaisen nimi näinä vuosina.", required=True),
            _text(
                "kind",
                "ely_centre, regional_council, ministry or agency.",
                "Laji: ELY-keskus, liitto, ministeriö tai virasto.",
                required=True,
            ),
            _year("first_year", "First year of the name; null if not known.", "Nimen ensimmäinen vuosi."),
            _year("last_year", "Last year of the name; null if in use.", "Nimen viimeinen vuosi."),
            _OTHER_NAMES,
        ),
        "Code list: granting authorities, a row for each name.",
        "Koodisto: rahoittavat viranomaiset, rivi kullekin nimelle.",
    ),
    Table(
        "codes_organisation_types",
        ("name",),
        (_text("name", "Type as forms print it.", "Tyyppi painettuna.", required=True),),
        "Code list: types of organisations.",
        "Koodisto: organisaatiotyypit.",
    ),
    Table(
        "codes_criteria",
        ("form", "criterion"),
        (
            _text("form", "Form that asks for it.", "Lomake.", required=True),
            _text("criterion", "Stable name (scores.criterion).", "Pysyvä nimi.", required=True),
            Column("ordinal", T.INT16, "Place in the form, from 1.", "Järjestysnumero lomakkeella.", required=True),
            _text("dimension", "ecological, economic or social.", "Kestävyyden ulottuvuus.", required=True),
            _text("label", "Label that the form prints.", "Selite lomakkeella.", required=True),
        ),
        "Code list: sustainability criteria of each form.",
        "Koodisto: kestävän kehityksen kriteerit lomakkeittain.",
    ),
)
"""The tables, described."""


def _list_regions() -> Rows:
    for r in regions().values():
        names = [*r.other_names], [*r.former_names]
        yield r.code, r.name_fi, r.name_sv, r.name_en, *names, r.nuts3_2016, r.nuts3_2024


def _list_subregions() -> Rows:
    for s in subregions().values():
        yield s.code, s.name_fi, s.name_sv or None, s.region, [*s.other_names], s.first_year, s.last_year


def _list_municipalities() -> Rows:
    for m in municipalities().values():
        for member in m.memberships:
            current = member is m.memberships[-1] and m.last_year is None
            yield (
                m.code,
                member.first_year,
                None if current else member.last_year,
                m.name_fi,
                m.name_sv,
                [*m.other_names],
                [*m.former_names],
                member.subregion,
                member.region,
                m.successor,
                m.current_code,
                m.nuts3_2016,
                m.nuts3_2024,
            )


def _list_axes() -> Rows:
    for a in axes().values():
        yield a.programme_period, a.code, a.fund, a.title_fi, a.title_sv or None, [*a.title_variants]


def _list_objectives() -> Rows:
    for o in objectives().values():
        yield o.programme_period, o.code, o.fund, o.axis, o.title_fi, o.title_sv or None, [*o.title_variants]


def _list_authorities() -> Rows:
    for authority in authorities().values():
        for name in authority.names:
            years = name.first_year, name.last_year
            yield authority.code, name.name, authority.kind, *years, [*name.other_names]


def _list_organisation_types() -> Rows:
    for name in code_lists().organisation_types:
        yield (name,)


def _list_criteria() -> Rows:
    for form in load_forms():
        for ordinal, criterion in enumerate(form.criteria, 1):
            yield form.name, criterion.name, ordinal, criterion.dimension, criterion.text


_LISTS = MappingProxyType(
    {
        "codes_regions": _list_regions,
        "codes_subregions": _list_subregions,
        "codes_municipalities": _list_municipalities,
        "codes_axes": _list_axes,
        "codes_objectives": _list_objectives,
        "codes_authorities": _list_authorities,
        "codes_organisation_types": _list_organisation_types,
        "codes_criteria": _list_criteria,
    }
)


def list_code_rows(name: str) -> list[tuple[Any, ...]]:
    """The rows of a code table, values in the order of its columns, sorted by key; raises ``KeyError``."""
    (table,) = (table for table in CODE_TABLES if table.name == name)
    lister: Callable[[], Rows] = _LISTS[name]
    places = [table.column_names().index(key) for key in table.key]
    return sorted(lister(), key=lambda row: [row[place] for place in places])
