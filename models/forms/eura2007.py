"""The description form of the 2007–2013 period (EURA 2007), as far as its printed pages are known.

Headings carry dots; the axis is printed ``5: Tekninen tuki``; ``Puhelinnumero`` stands twice, for the organisation and
then for the person responsible.
"""

from __future__ import annotations

from models.form import Form, Label, Section, SectionKind, Title

_SECTIONS = (
    Section(
        "1",
        "Projekti",
        "project",
        SectionKind.FIELDS,
        labels=(
            Label("Projektikoodi", "project_code"),
            Label("Projektin nimi", "project_name"),
            Label("Osio", "programme_part"),
            Label("Toimintalinja", "priority_axis"),
            Label("Projektityyppi", "project_type"),
            Label("Suunnitelman mukainen toteutusaika", "implementation_period"),
            Label("Toiminnan tila", "status"),
            Label("Vastuuviranomainen", "authority"),
        ),
    ),
    Section(
        "2",
        "Projektin toteuttaja",
        "applicant",
        SectionKind.FIELDS,
        labels=(
            Label("Toteuttajaorganisaation nimi", "applicant_name"),
            Label("Organisaatiotyyppi", "applicant_type"),
            Label("Y-tunnus", "applicant_business_id"),
            Label("Osoite", "applicant_street_address"),
            Label("Puhelinnumero", "applicant_phone"),
            Label("Toteuttajaorganisaation Web-osoite", "applicant_website"),
            Label("Vastuuhenkilön nimi", "contact_name"),
            Label("Asema", "contact_position"),
            Label("Sähköposti", "contact_email"),
            Label("Puhelinnumero", "contact_phone", after="contact_name"),
        ),
    ),
    Section("3", "Projektin toteutusalue ja kohderyhmän kuvaus", "target_groups.description", SectionKind.FREE_TEXT),
    Section(
        "4",
        "Projektin julkinen rahoitus, euroa",
        "public_funding",
        SectionKind.FIELDS,
        labels=(
            Label("Myönnetty EU- ja valtion rahoitus", "granted_eu_state_eur"),
            Label("Toteutunut EU- ja valtion rahoitus", "realised_eu_state_eur"),
            Label("Suunniteltu julkinen rahoitus yhteensä", "planned_public_eur"),
            Label("Toteutunut julkinen rahoitus yhteensä", "realised_public_eur"),
        ),
    ),
)

FORM = Form(
    name="eura2007",
    programme_period="2007-2013",
    language="fi",
    titles=(
        Title("ESR", "Euroopan sosiaalirahaston (ESR) rahoittaman projektin kuvaus"),
        Title("EAKR", "Euroopan aluekehitysrahaston (EAKR) rahoittaman projektin kuvaus"),
    ),
    code_patterns=(("ESR", r"S1\d{4}"), ("EAKR", r"A3\d{4}"), ("EAKR", r"A5\d{5}"), ("EAKR", r"A6\d{8}")),
    furniture=(
        "Euroopan unioni",
        "Vipuvoimaa EU:lta",
        "Euroopan unioni Vipuvoimaa EU:lta",
        "Vipuvoimaa EU:lta Euroopan unioni",
        "Euroopan sosiaalirahasto",
        "Euroopan aluekehitysrahasto",
        "Rakennerahastotietopalvelu",
    ),
    sections=_SECTIONS,
    ended_statuses=("Toiminta päättynyt", "Keskeytynyt", "Päättynyt"),
)
