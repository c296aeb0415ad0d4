"""The form of 2007–2013 as printed, as neutral blocks: fewer sections, headings with dots, labels of its own.

As in ``form_text``, the labels are our own literals: nothing is shared with the parser's form definition.
"""

from __future__ import annotations

from pipeline.synthetic.content import ProjectContent
from pipeline.synthetic.form_text import (
    BRAND,
    PLAIN,
    Block,
    Kind,
    PrintStyle,
    is_omitted,
    print_field,
    print_period,
    print_sum,
    text_blocks,
)

TITLES = {
    "ESR": "Euroopan sosiaalirahaston (ESR) rahoittaman projektin kuvaus",
    "EAKR": "Euroopan aluekehitysrahaston (EAKR) rahoittaman projektin kuvaus",
}
HEADINGS = {
    "1": "Projekti",
    "2": "Projektin toteuttaja",
    "3": "Projektin toteutusalue ja kohderyhmän kuvaus",
    "4": "Projektin julkinen rahoitus, euroa",
}
SECTION_NAMES = {"1": "project", "2": "applicant", "3": "target_groups.description", "4": "public_funding"}
"""The contract's names, for the truth."""
FIELDS: dict[str, tuple[str, str]] = {
    "project_code": ("1", "project_code"),
    "project_name": ("1", "project_name"),
    "programme_part": ("1", "programme_part"),
    "priority_axis": ("1", "priority_axis"),
    "project_type": ("1", "project_type"),
    "implementation_period": ("1", "implementation_period"),
    "status": ("1", "status"),
    "authority": ("1", "authority"),
    "applicant.name": ("2", "applicant_name"),
    "applicant.type": ("2", "applicant_type"),
    "applicant.business_id": ("2", "applicant_business_id"),
    "applicant.street": ("2", "applicant_street_address"),
    "applicant.phone": ("2", "applicant_phone"),
    "applicant.website": ("2", "applicant_website"),
    "contact.name": ("2", "contact_name"),
    "contact.position": ("2", "contact_position"),
    "contact.email": ("2", "contact_email"),
    "contact.phone": ("2", "contact_phone"),
    "funding.granted_eu_state": ("4", "granted_eu_state_eur"),
    "funding.realised_eu_state": ("4", "realised_eu_state_eur"),
    "funding.planned_public": ("4", "planned_public_eur"),
    "funding.realised_public": ("4", "realised_public_eur"),
}
"""For the truth: by the blocks' names the section and the contract's field."""


def render_2007(content: ProjectContent, style: PrintStyle = PLAIN) -> tuple[Block, ...]:
    """The blocks of one project's description, in the form's order."""
    blocks: list[Block] = [Block(Kind.BRAND, BRAND)] if style.brand else []
    blocks.append(Block(Kind.TITLE, TITLES[content.fund]))
    for number, title in HEADINGS.items():
        if content.has_section(number):
            blocks.append(Block(Kind.HEADING, title, number=f"{number}.", level=1))
            blocks.extend(block for block in _section_body(number, content, style) if not is_omitted(block, style))
    return tuple(blocks)


def _section_body(number: str, content: ProjectContent, style: PrintStyle) -> list[Block]:
    applicant, contact = content.applicant, content.contact
    match number:
        case "1":
            printed = {
                "project_code": ("Projektikoodi", content.project_code),
                "project_name": ("Projektin nimi", content.project_name),
                "programme_part": ("Osio", content.programme_part),
                "priority_axis": ("Toimintalinja", content.priority_axis),
                "project_type": ("Projektityyppi", content.project_type),
                "implementation_period": (
                    "Suunnitelman mukainen toteutusaika",
                    print_period(content.start, content.end),
                ),
                "status": ("Toiminnan tila", content.status),
                "authority": ("Vastuuviranomainen", content.authority),
            }
        case "2":
            printed = {
                "applicant.name": ("Toteuttajaorganisaation nimi", applicant.name),
                "applicant.type": ("Organisaatiotyyppi", applicant.type),
                "applicant.business_id": ("Y-tunnus", applicant.business_id),
                "applicant.street": ("Osoite", applicant.street),
                "applicant.phone": ("Puhelinnumero", applicant.phone),
                "applicant.website": ("Toteuttajaorganisaation Web-osoite", applicant.website),
                "contact.name": ("Vastuuhenkilön nimi", contact.name),
                "contact.position": ("Asema", contact.position),
                "contact.email": ("Sähköposti", contact.email),
                "contact.phone": ("Puhelinnumero", contact.phone),
            }
        case "3":
            return text_blocks(content.target_groups_direct)
        case _:
            labels = (
                "Myönnetty EU- ja valtion rahoitus",
                "Toteutunut EU- ja valtion rahoitus",
                "Suunniteltu julkinen rahoitus yhteensä",
                "Toteutunut julkinen rahoitus yhteensä",
            )
            sums = zip(content.funding._fields, labels, content.funding, strict=True)
            printed = {
                f"funding.{name}": (label, "" if amount is None else print_sum(amount, style))
                for name, label, amount in sums
            }
    return [print_field(label, value, name) for name, (label, value) in printed.items()]
