"""The tables of the output contract: every column of every table, its type and its meaning.

Columns that a form fills come from ``models.fields``; nothing here repeats them. ``models.schema`` makes Arrow
schemas of these, ``pipeline`` the data package and the data dictionary.
"""

from __future__ import annotations

from types import MappingProxyType

from models.change_tables import CHANGE_TABLES
from models.columns import Column, ColumnType, Table
from models.fields import columns_of
from models.language_tables import LANGUAGE_TABLES, WHOLE_TABLES
from models.organisation_tables import ORGANISATION_TABLES
from models.published_codes import CODE_TABLES

SCHEMA_VERSION = "1.3.0"
"""Semantic: a renamed or removed column raises the first number, a new one the second."""

T = ColumnType

_PROJECT = Column(
    "project_code",
    T.STRING,
    "Code of the project; ? and 16 digits of document_id where none can be read.",
    "Hankekoodi; ellei sitä voi lukea, ? ja asiakirjan tunnisteen alku.",
    required=True,
)
_DOCUMENT = Column(
    "document_id",
    T.STRING,
    "SHA-256 of the document's bytes, hexadecimal.",
    "Asiakirjan tavujen SHA-256.",
    required=True,
)
_ORDINAL = Column(
    "ordinal", T.INT16, "Place in the document's order, from 1.", "Järjestysnumero asiakirjassa.", required=True
)
_ISSUE_ORDINAL = Column(
    "ordinal", T.INT32, "Place in the document's order, from 1.", "Järjestysnumero asiakirjassa.", required=True
)
_SECTION_NUMBER = Column("section_number", T.STRING, "Number of the section in the form.", "Osion numero lomakkeella.")


def _span(what: str, mita: str) -> tuple[Column, Column]:
    unit = "code points"
    return (
        Column("char_start", T.INT32, f"Where {what} begins in texts.text, 0-based.", f"{mita} alku tekstissä.", unit),
        Column("char_end", T.INT32, f"Where {what} ends in texts.text, exclusive.", f"{mita} loppu tekstissä.", unit),
    )


def _table(
    name: str,
    key: str,
    en: str,
    fi: str,
    *columns: Column,
    restricted: bool = False,
    references: tuple[tuple[tuple[str, ...], str], ...] = ((("document_id",), "documents"),),
) -> Table:
    return Table(name, tuple(key.split()), columns, en, fi, restricted, references)


_TABLES = (
    _table(
        "projects",
        "project_code",
        "One row per project: the form's fields, from its current document.",
        "Hankkeet: lomakkeen kentät hankkeen ajantasaisesta asiakirjasta.",
        _PROJECT,
        _DOCUMENT,
        Column("form", T.STRING, "Form the document is printed on.", "Lomake.", required=True),
        Column("programme_period", T.STRING, "Programme period of the form.", "Ohjelmakausi.", required=True),
        Column("language", T.STRING, "Language of the labels (ISO 639-1).", "Lomakkeen kieli.", required=True),
        *(column for column in columns_of("projects") if column.name != "project_code"),
        Column(
            "applicant_municipality_code",
            T.STRING,
            "Code of the municipality that the applicant's post office is named after, at the project's time.",
            "Hakijan postitoimipaikan niminen kunta hankkeen aikana, koodi.",
        ),
        Column(
            "applicant_region_code",
            T.STRING,
            "Code of the region of that municipality, at the project's time.",
            "Kunnan maakunta hankkeen aikana, koodi.",
        ),
        Column(
            "authority_code",
            T.STRING,
            "Code of the responsible authority (codes_authorities), where it is known.",
            "Vastuuviranomaisen koodi, jos viranomainen on koodistossa.",
        ),
        Column("completeness", T.FLOAT64, "Share of the form's fields with a value.", "Täytettyjen kenttien osuus."),
        Column(
            "worst_issue",
            T.STRING,
            "Gravest issue of its document: error, warning, info or null; those that compare projects (info) aside.",
            "Asiakirjan vakavin huomautus; hankkeita vertailevia (info) ei lueta.",
        ),
        Column(
            "partners_complete",
            T.BOOL,
            "False where the list of partners is announced but missing, or a line of it could not be read.",
            "Epätosi, jos osatoteuttajien luettelo puuttuu tai sen riviä ei voitu lukea.",
        ),
    ),
    _table(
        "sections",
        "project_code ordinal",
        "Sections and subsections in document order, with their own text.",
        "Osiot ja alaosiot teksteineen asiakirjan järjestyksessä.",
        _PROJECT,
        _DOCUMENT,
        _ORDINAL,
        Column("section_number", T.STRING, "Number of the section in the form.", "Osion numero.", required=True),
        Column("parent_number", T.STRING, "Number of the section it is part of.", "Yläosion numero."),
        Column("level", T.INT8, "1 for sections, 2 for subsections.", "Taso.", required=True),
        Column("title", T.STRING, "Title as printed, without the number.", "Otsikko painettuna.", required=True),
        Column("name", T.STRING, "Stable name, the same in every form.", "Pysyvä nimi.", required=True),
        Column(
            "text",
            T.STRING,
            "Own body: paragraphs parted by a blank line, folded lines joined; empty where there is none.",
            "Osion oma teksti: kappaleiden välissä tyhjä rivi, taitetut rivit yhdistetty.",
            required=True,
        ),
        Column("language", T.STRING, "Language of the text (ISO 639-1); null where too short.", "Tekstin kieli."),
        Column("n_words", T.INT32, "Words in the text.", "Sanojen määrä.", "words", required=True),
        *_span("the section, heading included,", "Osion"),
        Column("page_start", T.INT32, "First page, from 1; null without pages.", "Ensimmäinen sivu."),
        Column("page_end", T.INT32, "Last page, from 1; null without pages.", "Viimeinen sivu."),
    ),
    _table(
        "scores",
        "project_code criterion",
        "Sustainability scores: fifteen criteria, each with direct and indirect effect.",
        "Kestävän kehityksen arviot: viisitoista kriteeriä, välitön ja välillinen vaikutus.",
        _PROJECT,
        _DOCUMENT,
        Column("dimension", T.STRING, "ecological, economic or social.", "Kestävyyden ulottuvuus.", required=True),
        Column("criterion", T.STRING, "Stable name of the criterion.", "Kriteerin pysyvä nimi.", required=True),
        Column("label", T.STRING, "Criterion as printed; null where its row is missing.", "Kriteeri painettuna."),
        Column("direct", T.INT8, "Direct effect, 0–10.", "Välitön vaikutus 0–10.", "points"),
        Column("indirect", T.INT8, "Indirect effect, 0–10.", "Välillinen vaikutus 0–10.", "points"),
        Column("justification", T.STRING, "Reasons given under the criterion.", "Kriteerin perustelu."),
        *_span("the row with its justification", "Rivin ja perustelun"),
    ),
    _table(
        "indicators",
        "project_code ordinal",
        "Monitoring indicators of section 7, planned and realised.",
        "Seurantatiedot: suunniteltu ja toteutunut.",
        _PROJECT,
        _DOCUMENT,
        _ORDINAL,
        Column("number", T.STRING, "Number of the subsection (7.1).", "Alaosion numero.", required=True),
        Column("title", T.STRING, "Title as printed: an open vocabulary.", "Otsikko painettuna.", required=True),
        Column("name", T.STRING, "Stable key of known titles, else null.", "Tunnetun otsikon pysyvä nimi."),
        *columns_of("indicators"),
    ),
    _table(
        "locations",
        "project_code level ordinal",
        "Places named in the target area, with Statistics Finland's codes.",
        "Kohdealueen paikat Tilastokeskuksen koodeineen.",
        _PROJECT,
        _DOCUMENT,
        Column("level", T.STRING, "region, subregion or municipality.", "Alueen taso.", required=True),
        _ORDINAL,
        Column("name", T.STRING, "Name as printed.", "Nimi painettuna.", required=True),
        Column("code", T.STRING, "Code: 2 digits for regions, else 3.", "Tilastokeskuksen koodi."),
        Column("official_name", T.STRING, "Official Finnish name of the code.", "Koodin virallinen nimi."),
        Column("match", T.STRING, "exact, inflected, historical, fuzzy or unmatched.", "Miten nimi tunnistettiin."),
        Column("current_code", T.STRING, "Today's code.", "Nykyinen koodi."),
    ),
    _table(
        "allocations",
        "project_code level code",
        "Each project's shares by area; they add up to 1 by level, so that sums count every euro once.",
        "Hankkeen osuudet alueittain; summa on tasolla 1, joten jokainen euro lasketaan kerran.",
        _PROJECT,
        _DOCUMENT,
        Column("level", T.STRING, "region, subregion or municipality.", "Alueen taso.", required=True),
        Column("code", T.STRING, "Code of the area.", "Alueen koodi.", required=True),
        Column("share", T.FLOAT64, "Share of the project, 0–1.", "Osuus hankkeesta 0–1.", "share", required=True),
        Column("method", T.STRING, "Rule by which the shares were made.", "Jakosääntö.", required=True),
    ),
    _table(
        "partners",
        "project_code ordinal",
        "Partners of joint projects and recipients of transferred grants.",
        "Osatoteuttajat ja tuen siirron saajat.",
        _PROJECT,
        _DOCUMENT,
        _ORDINAL,
        Column("role", T.STRING, "partner or transfer_recipient.", "Rooli.", required=True),
        Column("name", T.STRING, "Name as printed.", "Nimi painettuna.", required=True),
        Column("organisation_type", T.STRING, "Type of organisation, where printed.", "Organisaatiotyyppi."),
        Column("business_id", T.STRING, "Business id.", "Y-tunnus."),
        Column("business_id_valid", T.BOOL, "The business id's check digit is right.", "Tarkistusmerkki on oikein."),
    ),
    _table(
        "fields",
        "document_id section_number field ordinal",
        "The evidence: every field of every document, with its state and the characters it came from.",
        "Todisteet: jokainen kenttä tiloineen ja paikkoineen tekstissä.",
        _PROJECT,
        _DOCUMENT,
        Column("section_number", T.STRING, "Section; 0 before the first.", "Osio; 0 ennen ensimmäistä.", required=True),
        Column("field", T.STRING, "The column or list it fills.", "Sarake, jonka kenttä täyttää.", required=True),
        _ORDINAL,
        Column("label", T.STRING, "Label as printed.", "Selite painettuna."),
        Column(
            "state",
            T.STRING,
            "value, empty, no_label, no_section, invalid or undeclared.",
            "Tila: arvo, tyhjä, ei selitettä, ei osiota, kelvoton tai tuntematon.",
            required=True,
        ),
        Column("raw", T.STRING, "Value as printed: texts.text[char_start:char_end].", "Arvo painettuna."),
        Column("value", T.STRING, "Value, normalised, as text.", "Arvo yhtenäistettynä."),
        *_span("the value", "Arvon"),
        Column("boxes", T.BOXES, "Where the value stands on the pages, one box a line.", "Paikka sivuilla.", "pt"),
        Column(
            "method",
            T.STRING,
            "How it was found: exact, fuzzy, …; correction where a person corrected it.",
            "Miten arvo löytyi.",
        ),
        Column(
            "restricted", T.BOOL, "Personal data: raw is masked, value null.", "Henkilötieto: peitetty.", required=True
        ),
    ),
    _table(
        "texts",
        "document_id",
        "The canonical text of every readable document, personal data masked.",
        "Asiakirjojen tekstit, henkilötiedot peitettyinä.",
        _DOCUMENT,
        Column("text", T.STRING, "Canonical text; personal data masked.", "Teksti.", required=True),
    ),
    _table(
        "documents",
        "document_id",
        "One row per distinct document: what was read and how far it was understood.",
        "Asiakirjat: mitä luettiin ja miten hyvin se ymmärrettiin.",
        _DOCUMENT,
        Column("path", T.STRING, "Its first file.", "Ensimmäinen tiedosto.", required=True),
        Column("project_code", T.STRING, "Project; null if quarantined.", "Hankekoodi; tyhjä, jos ei luettavissa."),
        Column("media_type", T.STRING, "Type by content.", "Mediatyyppi."),
        Column("bytes", T.INT64, "Size.", "Koko.", "bytes", required=True),
        Column("form", T.STRING, "Form; null where none was recognised.", "Lomake."),
        Column("reader", T.STRING, "Who read it.", "Lukija."),
        Column("status", T.STRING, "parsed, partial or quarantined.", "Käsittelyn tulos.", required=True),
        Column("reason", T.STRING, "Why not parsed, for a person.", "Miksi ei käsitelty."),
        Column("role", T.STRING, "current or superseded; null if quarantined.", "Ajantasainen vai vanhentunut."),
        Column("captured_at", T.TIMESTAMP, "When it was saved, if stated.", "Tallennusaika, jos tiedossa."),
        Column("pages", T.INT32, "Pages; null without.", "Sivuja.", "pages"),
        Column("characters", T.INT32, "Characters but white space.", "Merkkejä ilman tyhjiä.", "characters"),
        Column("claimed_characters", T.INT32, "Characters understood.", "Ymmärretyt merkit.", "characters"),
        Column("unclaimed_characters", T.INT32, "Characters nobody claimed.", "Ymmärtämättä jääneet.", "characters"),
        Column("dropped_characters", T.INT32, "Characters the reader left out.", "Pois jätetyt merkit.", "characters"),
        Column(
            "issues", T.INT32, "Number of its rows in issues.", "Huomautuksia (rivejä taulussa issues).", required=True
        ),
        Column("parser_version", T.STRING, "Version of the parser.", "Jäsentimen versio.", required=True),
        references=(),
    ),
    _table(
        "captures",
        "project_code document_id",
        "The history of a project: one row per readable document.",
        "Hankkeen vaiheet: rivi jokaisesta luettavasta asiakirjasta.",
        _PROJECT,
        _DOCUMENT,
        Column("captured_at", T.TIMESTAMP, "When it was saved, if stated.", "Tallennusaika, jos tiedossa."),
        Column("role", T.STRING, "current or superseded.", "Ajantasainen vai vanhentunut.", required=True),
        *(
            column
            for column in columns_of("projects")
            if column.name in ("status", "start_date", "end_date") or column.name.endswith("_eur")
        ),
    ),
    _table(
        "files",
        "path occurrence",
        "Every file found, read or not.",
        "Kaikki löydetyt tiedostot.",
        Column("path", T.STRING, "Path in the archive; other bytes as \\xNN.", "Polku arkistossa.", required=True),
        Column("occurrence", T.INT32, "1, or more where a path comes again.", "Esiintymä.", required=True),
        Column("document_id", T.STRING, "SHA-256 of its bytes, if read.", "Sisällön SHA-256."),
        Column("bytes", T.INT64, "Size.", "Koko.", "bytes"),
        Column("status", T.STRING, "read, duplicate, ignored, unreadable, …", "Tila.", required=True),
        Column("reason", T.STRING, "Why it was not read.", "Miksi ei luettu."),
        Column("url", T.STRING, "Where it was fetched, if a WARC file says so.", "Mistä tallennettu (WARC)."),
        Column("captured_at", T.TIMESTAMP, "When it was fetched, if a WARC file says it.", "Milloin tallennettu."),
        references=((("document_id",), "documents"),),
    ),
    _table(
        "issues",
        "document_id ordinal",
        "What is doubtful, missing or left over, document by document.",
        "Huomautukset: mikä on epävarmaa, puuttuu tai jäi yli.",
        _DOCUMENT,
        Column("project_code", T.STRING, "Project; null if quarantined.", "Hankekoodi."),
        _ISSUE_ORDINAL,
        Column("severity", T.STRING, "error, warning or info.", "Vakavuus.", required=True),
        Column("code", T.STRING, "Stable code; docs/issues.md lists them.", "Pysyvä koodi.", required=True),
        Column("message", T.STRING, "What it means, for a person.", "Selitys.", required=True),
        _SECTION_NUMBER,
        Column("field", T.STRING, "Field it is about.", "Kenttä."),
        *_span("what it is about", "Kohdan"),
        Column("excerpt", T.STRING, "The characters it is about, masked.", "Kohdan teksti peitettynä."),
    ),
    _table(
        "contacts",
        "project_code",
        "Contact persons: personal data, kept apart.",
        "Yhteyshenkilöt: henkilötietoa, pidetään erillään.",
        _PROJECT,
        _DOCUMENT,
        *columns_of("contacts"),
        restricted=True,
    ),
    *LANGUAGE_TABLES,
    *WHOLE_TABLES,
    *ORGANISATION_TABLES,
    *CODE_TABLES,
    *CHANGE_TABLES,
)

TABLES = MappingProxyType({table.name: table for table in _TABLES})
"""The tables by name, in the contract's order."""

DOCUMENT_TABLES = ("fields", "texts", "documents", "captures", "issues")
"""Tables with rows for every document, superseded ones too; the other ones hold current documents only."""

ARCHIVE_TABLES = (
    "files",
    *(table.name for table in (*LANGUAGE_TABLES, *WHOLE_TABLES, *ORGANISATION_TABLES, *CODE_TABLES, *CHANGE_TABLES)),
)
"""Tables that are made of other tables, of the archive as a whole, or of nothing in it; the other ones document by
document."""
