"""The form as printed, as a list of neutral blocks: what every layout (text, HTML, PDF) lays out.

The labels are our own literals, taken from the printed form, misspellings included. They are never imported from
the parser's form definition, nor it from here: the same fact stands twice so that a mistake in one shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from pipeline.synthetic.content import Partner, ProjectContent

BRAND = "Euroopan unioni Vipuvoimaa EU:lta"
TITLES = {
    "ESR": "Euroopan sosiaalirahaston (ESR) rahoittaman hankkeen kuvaus",
    "EAKR": "Euroopan aluekehitysrahaston (EAKR) rahoittaman hankkeen kuvaus",
}
HEADINGS = {
    "1": "Hanke",
    "2": "Hakijan perustiedot",
    "3": "Suunnitelman mukainen tiivistelmä toteutuksesta",
    "4": "Hankkeen kohderyhmät",
    "4.1": "Varsinaiset kohderyhmät",
    "4.2": "Välilliset kohderyhmät",
    "5": "Projektin julkinen rahoitus, euroa",
    "6": "Maantieteellinen kohdealue",
    "7": "Hakemusvaiheessa ilmoitettavat arviot hankekohtaisista seurantiedoista",
    "8": "Horisontaaliset periaatteet",
    "8.1": "Sukupuolten tasa-arvo",
    "8.2": "Kestävä kehitys",
    "9": "Loppuraportin tiivistelmä",
}
PARTNERS_LINE = "Osatoteuttajat"
RECIPIENTS_LINE = "Tuen siirron saajat"
SITE_LINE = "Toteutuspaikan osoite, jos hanke toteutetaan yhdessä paikassa"
PLANNED, REALISED = "Suunniteltu", "Toteutunut seurantatietojen mukaan"
GENDER_QUESTIONS = (
    "Hankkeessa on tehty toimintaympäristön analyysi sukupuolinäkökulmasta",
    "Sukupuolinäkökulma on huomioitu hankkeen toiminnassa (valtavirtaistaminen)",
    "Hankkeen päätavoite on sukupuolten tasa-arvon edistäminen",
)
SCORE_HEADS = ("Välitön", "Välillinen")
SCORE_ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Ekologinen kestävyys",
        (
            "Luonnonvarojen käytön kestävyys",
            "Ilmastonmuutoksen aiheuttamien riskien vähentäminen",
            "Kasvillisuus, eliöt ja luonnon monimuotoisuus",
            "Pinta- ja pohjavedet, maaperä sekä ilma (ja kasvihuonekaasujen väheneminen)",
            "Natura 2000 -ohjelman kohteet",
        ),
    ),
    (
        "Taloudellinen kestävyys",
        (
            "Materiaalit ja jätteet",
            "Uusiutuvien energialähteiden käyttö",
            "Paikallisen elinkeinorakenteen kestävä kehittäminen",
            "Aineettomien tuotteiden ja palvelujen kehittäminen",
            "Liikkuminen ja logistiikka",
        ),
    ),
    (
        "Sosiaalinen ja kulttuurinen kestävyys sekä yhdenvertaisuus",
        (
            "Hyvinvoinnin edistäminen",
            "Tasa-arvon edistäminen",
            "Yhteiskunnallinen ja kulttuurinen yhdenvertaisuus",
            "Kulttuuriympäristö",
            "Ympäristöosaaminen",
        ),
    ),
)
ITEM_MARK = "- "


class Kind(Enum):
    """What a block is in the form."""

    BRAND = "brand"
    TITLE = "title"
    HEADING = "heading"
    FIELD = "field"
    GROUP = "group"
    QUESTION = "question"
    PARTNER = "partner"
    TABLE = "table"
    PARAGRAPH = "paragraph"
    ITEM = "item"


class RowKind(Enum):
    """What a row of the table of 8.2 is."""

    HEAD = "head"
    DIMENSION = "dimension"
    CRITERION = "criterion"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the head has no ``label``, a dimension no numbers; ``justification`` stands under it."""

    kind: RowKind
    label: str = ""
    direct: str = ""
    indirect: str = ""
    justification: str = ""
    """As in the content: chunks parted by a blank line; lay it out with ``text_blocks``."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the form; which attributes are filled depends on ``kind``."""

    kind: Kind
    text: str = ""
    """Brand, title, a heading's title, group, partner, one line of free text (an item without its mark)."""
    number: str = ""
    """A heading's number as printed: ``7.1``."""
    level: int = 0
    """A heading's level: 1 or 2."""
    label: str = ""
    """A field's or a question's label, without the colon."""
    value: str = ""
    """A field's value or a question's answer; ``""``: the label stands alone."""
    name: str = ""
    """A field's name in the content (``applicant.phone``): for readers of this code, never printed."""
    opens: bool = True
    """Free text only: a blank line stands before it. ``False``: it is the next line of the same chunk."""
    rows: tuple[Row, ...] = ()
    """A table's rows."""


@dataclass(frozen=True, slots=True)
class PrintStyle:
    """How a capture of the page prints the same content."""

    omit: frozenset[str] = frozenset()
    """Names of fields whose label line is left out where they are empty (``applicant.website``)."""
    cents: str = ""
    """Sums: ``""`` whole euros; ``exact`` with ``,00``; ``down`` with ``,49``; ``up`` a euro less and ``,50``: all
    round half up to the content's sum."""
    thousands: str = " "
    """What parts the thousands of sums: any kind of space."""
    brand: bool = True


PLAIN = PrintStyle()


def render_blocks(content: ProjectContent, style: PrintStyle = PLAIN) -> tuple[Block, ...]:
    """The blocks of one project's description, in the form's order."""
    blocks: list[Block] = [Block(Kind.BRAND, BRAND)] if style.brand else []
    blocks.append(Block(Kind.TITLE, TITLES[content.fund]))
    for number, title in HEADINGS.items():
        if content.has_section(number):
            blocks.append(Block(Kind.HEADING, title, number=number, level=number.count(".") + 1))
            blocks.extend(block for block in _section_body(number, content, style) if not is_omitted(block, style))
    return tuple(blocks)


def is_omitted(block: Block, style: PrintStyle) -> bool:
    """Whether a field's line is left out because it is empty."""
    return block.kind is Kind.FIELD and not block.value and block.name in style.omit


def _section_body(number: str, content: ProjectContent, style: PrintStyle) -> list[Block]:
    match number:
        case "1":
            return _project_fields(content)
        case "2":
            return _applicant_fields(content)
        case "3":
            return text_blocks(content.summary)
        case "4.1":
            return text_blocks(content.target_groups_direct)
        case "4.2":
            return text_blocks(content.target_groups_indirect)
        case "5":
            return _funding_fields(content, style)
        case "6":
            return _area_fields(content)
        case "7":
            return _indicator_blocks(content, style)
        case "8.1":
            return _gender_blocks(content)
        case "8.2":
            return [_score_table(content)] if content.scores else []
        case "9":
            return text_blocks(content.final_report or "")
    return []


def print_field(label: str, value: str, name: str) -> Block:
    """A field's line; ``name`` is its name in the content."""
    return Block(Kind.FIELD, label=label, value=value, name=name)


def _project_fields(content: ProjectContent) -> list[Block]:
    return [
        print_field("Hankekoodi", content.project_code, "project_code"),
        print_field("Hankkeen nimi", content.project_name, "project_name"),
        print_field("Toimintalinja", content.priority_axis, "priority_axis"),
        print_field("Erityistavoite", content.specific_objective, "specific_objective"),
        print_field(
            "Suunnitelman mukainen toteutusaika", print_period(content.start, content.end), "implementation_period"
        ),
        print_field("Toiminnan tila", content.status, "status"),
        print_field("Vastuuviranomainen", content.authority, "authority"),
    ]


def _applicant_fields(content: ProjectContent) -> list[Block]:
    applicant, contact = content.applicant, content.contact
    blocks = [
        print_field("Hakijan virallinen nimi", applicant.name, "applicant.name"),
        print_field("Organisaatiotyyppi", applicant.type, "applicant.type"),
        print_field("Y-tunnus", applicant.business_id, "applicant.business_id"),
        print_field("Jakeluosoite", applicant.street, "applicant.street"),
        print_field("Puhelinnumero", applicant.phone, "applicant.phone"),
        print_field("Postinumero", applicant.postal_code, "applicant.postal_code"),
        print_field("Postitoimipaikka", applicant.post_office, "applicant.post_office"),
        print_field("WWW-osoite", applicant.website, "applicant.website"),
        print_field("Hankkeen yhteyshenkilön nimi", contact.name, "contact.name"),
        print_field("Yhteyshenkilön asema hakijaorganisaatiossa", contact.position, "contact.position"),
        print_field("Yhteyshenkilön sähköpostisoite", contact.email, "contact.email"),
        print_field("Yhteyshenkilön puhelinnumero", contact.phone, "contact.phone"),
        print_field("Hakijoiden lukumäärä tai tuen siirto -menettely", content.arrangement, "arrangement"),
    ]
    if content.partners or "yhteishanke" in content.arrangement:
        blocks.append(Block(Kind.GROUP, PARTNERS_LINE))
        blocks.extend(Block(Kind.PARTNER, print_partner(partner)) for partner in content.partners)
    if content.transfer_recipients or "tuen siirto" in content.arrangement:
        blocks.append(Block(Kind.GROUP, RECIPIENTS_LINE))
        blocks.extend(Block(Kind.PARTNER, print_partner(partner)) for partner in content.transfer_recipients)
    return blocks


def _funding_fields(content: ProjectContent, style: PrintStyle) -> list[Block]:
    labels = {
        "granted_eu_state": "Myönnetty EU- ja valtion rahoitus",
        "realised_eu_state": "Toteutunut EU- ja valtion rahoitus",
        "planned_public": "Suunniteltu julkinen rahoitus yhteensä",
        "realised_public": "Toteutunut julkinen rahoitus yhteensä",
    }
    return [
        print_field(labels[name], "" if amount is None else print_sum(amount, style), f"funding.{name}")
        for name, amount in zip(labels, content.funding, strict=True)
    ]


def _area_fields(content: ProjectContent) -> list[Block]:
    return [
        print_field("Maakunnat", ", ".join(content.regions), "regions"),
        print_field("Seutukunnat", ", ".join(content.subregions), "subregions"),
        print_field("Kunnat", ", ".join(content.municipalities), "municipalities"),
        Block(Kind.GROUP, SITE_LINE),
        print_field("Jakeluosoite", content.site.street, "site.street"),
        print_field("Postinumero", content.site.postal_code, "site.postal_code"),
        print_field("Postitoimipaikka", content.site.post_office, "site.post_office"),
    ]


def _indicator_blocks(content: ProjectContent, style: PrintStyle) -> list[Block]:
    blocks = []
    for ordinal, indicator in enumerate(content.indicators, start=1):
        blocks.append(Block(Kind.HEADING, indicator.title, number=f"7.{ordinal}", level=2))
        if indicator.planned is not None:
            blocks.append(print_field(PLANNED, print_number(indicator.planned, style), "indicator.planned"))
        if indicator.realised is not None:
            blocks.append(print_field(REALISED, print_number(indicator.realised, style), "indicator.realised"))
    return blocks


def _gender_blocks(content: ProjectContent) -> list[Block]:
    blocks = []
    for question, (answer, justification) in zip(GENDER_QUESTIONS, content.gender, strict=True):
        blocks.append(Block(Kind.QUESTION, label=question, value=answer))
        blocks.extend(text_blocks(justification))
    return blocks


def _score_table(content: ProjectContent) -> Block:
    rows = [Row(RowKind.HEAD, "", *SCORE_HEADS)]
    scores = iter(content.scores)
    for dimension, criteria in SCORE_ROWS:
        rows.append(Row(RowKind.DIMENSION, dimension))
        for label in criteria:
            score = next(scores)
            rows.append(Row(RowKind.CRITERION, label, str(score.direct), str(score.indirect), score.justification))
    return Block(Kind.TABLE, rows=tuple(rows))


def split_chunks(text: str) -> list[list[str]]:
    """The chunks (parted by blank lines) of a free text, each a list of its lines."""
    chunks: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            chunks[-1].append(line.strip())
        elif chunks[-1]:
            chunks.append([])
    return [chunk for chunk in chunks if chunk]


def text_blocks(text: str) -> list[Block]:
    """A free text as paragraph and item blocks, one a line; ``opens`` tells where blank lines stand."""
    blocks = []
    for chunk in split_chunks(text):
        for index, line in enumerate(chunk):
            kind = Kind.ITEM if line.startswith(ITEM_MARK) else Kind.PARAGRAPH
            blocks.append(Block(kind, line.removeprefix(ITEM_MARK), opens=index == 0))
    return blocks


def print_date(day: date) -> str:
    """``1.5.2015``: no leading zeros."""
    return f"{day.day}.{day.month}.{day.year}"


def print_period(start: date | None, end: date | None) -> str:
    """``Alkaa 1.5.2015 ja päättyy 30.6.2017``; a missing end leaves its word alone; ``""`` without both."""
    if start is None and end is None:
        return ""
    begin, close = (print_date(day) if day else "" for day in (start, end))
    return " ".join(filter(None, ("Alkaa", begin, "ja päättyy", close)))


def print_sum(amount: int, style: PrintStyle = PLAIN) -> str:
    """``46 434``, or with cents that round half up to ``amount``."""
    cents = {"": "", "exact": ",00", "down": ",49", "up": ",50"}[style.cents]
    if style.cents == "up" and amount > 0:
        amount -= 1
    elif style.cents in ("up", "down") and amount <= 0:
        cents = ",00"
    return f"{amount:,}".replace(",", style.thousands) + cents


def print_number(number: float, style: PrintStyle = PLAIN) -> str:
    """An indicator's number: thousands parted, decimal comma."""
    whole, _, fraction = f"{number:,}".partition(".")
    whole = whole.replace(",", style.thousands)
    return f"{whole},{fraction}" if fraction and fraction != "0" else whole


def print_partner(partner: Partner) -> str:
    """``NAME[, ORGANISATION TYPE], Y-TUNNUS``."""
    return ", ".join(filter(None, partner))
