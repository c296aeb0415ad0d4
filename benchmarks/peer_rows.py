"""What both peers share: which label fills which column, and how values are made comparable.

It is generous on purpose, so that only the reading of documents is compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from models.records import Row

LABELS: dict[tuple[str, str], str] = {
    ("1", "Hankekoodi"): "project_code",
    ("1", "Hankkeen nimi"): "project_name",
    ("1", "Toimintalinja"): "priority_axis",
    ("1", "Erityistavoite"): "specific_objective",
    ("1", "Suunnitelman mukainen toteutusaika"): "implementation_period",
    ("1", "Toiminnan tila"): "status",
    ("1", "Vastuuviranomainen"): "authority",
    ("2", "Hakijan virallinen nimi"): "applicant_name",
    ("2", "Organisaatiotyyppi"): "applicant_type",
    ("2", "Y-tunnus"): "applicant_business_id",
    ("2", "Jakeluosoite"): "applicant_street_address",
    ("2", "Postinumero"): "applicant_postal_code",
    ("2", "Postitoimipaikka"): "applicant_post_office",
    ("2", "WWW-osoite"): "applicant_website",
    ("2", "Puhelinnumero"): "applicant_phone",
    ("2", "Hankkeen yhteyshenkilön nimi"): "contact_name",
    ("2", "Yhteyshenkilön asema hakijaorganisaatiossa"): "contact_position",
    ("2", "Yhteyshenkilön sähköpostisoite"): "contact_email",
    ("2", "Yhteyshenkilön puhelinnumero"): "contact_phone",
    ("2", "Hakijoiden lukumäärä tai tuen siirto -menettely"): "applicant_arrangement",
    ("5", "Myönnetty EU- ja valtion rahoitus"): "granted_eu_state_eur",
    ("5", "Toteutunut EU- ja valtion rahoitus"): "realised_eu_state_eur",
    ("5", "Suunniteltu julkinen rahoitus yhteensä"): "planned_public_eur",
    ("5", "Toteutunut julkinen rahoitus yhteensä"): "realised_public_eur",
    ("6", "Maakunnat"): "region",
    ("6", "Seutukunnat"): "subregion",
    ("6", "Kunnat"): "municipality",
    ("6", "Jakeluosoite"): "site_street_address",
    ("6", "Postinumero"): "site_postal_code",
    ("6", "Postitoimipaikka"): "site_post_office",
    ("8", "Hankkeessa on tehty toimintaympäristön analyysi sukupuolinäkökulmasta"): "gender_analysis",
    ("8", "Sukupuolinäkökulma on huomioitu hankkeen toiminnassa (valtavirtaistaminen)"): "gender_mainstreaming",
    ("8", "Hankkeen päätavoite on sukupuolten tasa-arvon edistäminen"): "gender_main_goal",
}
"""By the number of the main section and the label."""

CRITERIA = {
    "Luonnonvarojen käytön kestävyys": "natural_resources",
    "Ilmastonmuutoksen aiheuttamien riskien vähentäminen": "climate_risks",
    "Kasvillisuus, eliöt ja luonnon monimuotoisuus": "biodiversity",
    "Pinta- ja pohjavedet, maaperä sekä ilma (ja kasvihuonekaasujen väheneminen)": "water_soil_air",
    "Natura 2000 -ohjelman kohteet": "natura_2000",
    "Materiaalit ja jätteet": "materials_waste",
    "Uusiutuvien energialähteiden käyttö": "renewable_energy",
    "Paikallisen elinkeinorakenteen kestävä kehittäminen": "local_economy",
    "Aineettomien tuotteiden ja palvelujen kehittäminen": "immaterial_products_services",
    "Liikkuminen ja logistiikka": "mobility_logistics",
    "Hyvinvoinnin edistäminen": "wellbeing",
    "Tasa-arvon edistäminen": "equality",
    "Yhteiskunnallinen ja kulttuurinen yhdenvertaisuus": "social_cultural_equity",
    "Kulttuuriympäristö": "cultural_environment",
    "Ympäristöosaaminen": "environmental_competence",
}
_CONTACTS = ("contact_name", "contact_position", "contact_email", "contact_phone", "applicant_phone")
_PLACES = ("region", "subregion", "municipality")


def make_rows(fields: Mapping[str, str]) -> dict[str, list[Row]]:
    """Rows of ``projects``, ``contacts`` and ``locations`` from values as printed, by the names of ``LABELS``."""
    project: Row = {"form": "eura2014", "programme_period": "2014-2020", "language": "fi"}
    contact: Row = {}
    for name, printed in fields.items():
        value = " ".join(printed.split())
        if name in _CONTACTS:
            contact[name] = value.replace("(at)", "@") if name == "contact_email" else value
        elif name == "implementation_period":
            project["start_date"], project["end_date"] = _read_period(value)
        elif name in ("priority_axis", "specific_objective"):
            code, _, title = value.partition(". ")
            project[f"{name}_code"], project[f"{name}_name"] = code, title
        elif name.endswith("_eur"):
            project[name] = read_sum(value)
        elif name.startswith("gender_"):
            project[name] = {"Kyllä": True, "Ei": False}.get(value)
        elif name not in _PLACES:
            project[name] = value
    places = [
        {"level": level, "name": name.strip()}
        for level in _PLACES
        for name in fields.get(level, "").split(",")
        if name.strip()
    ]
    return {"projects": [project], "contacts": [contact], "locations": places}


def read_sum(printed: str) -> int | None:
    """Whole euros: the digits."""
    digits = re.sub(r"\s", "", printed)
    return int(digits) if digits.isdecimal() else None


def _read_period(printed: str) -> tuple[date | None, date | None]:
    days = [date(int(year), int(month), int(day)) for day, month, year in re.findall(r"(\d+)\.(\d+)\.(\d{4})", printed)]
    return (days[0], days[1]) if len(days) == 2 else (None, None)
