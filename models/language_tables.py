"""Tables of what the free text says: passages, sentences, entities, lemmas, and what is made of them."""

from __future__ import annotations

from models.columns import Column, ColumnType, Table

T = ColumnType

_PROJECT = Column("project_code", T.STRING, "Code of the project.", "Hankekoodi.", required=True)
_DOCUMENT = Column(
    "document_id", T.STRING, "SHA-256 of the document's bytes, hexadecimal.", "Asiakirjan tunniste.", required=True
)
_SECTION_NAME = Column("section_name", T.STRING, "Stable name of the section.", "Osion pysyvä nimi.", required=True)
_SECTION_NUMBER = Column("section_number", T.STRING, "Number of the section.", "Osion numero.", required=True)
_FIELD = Column(
    "field", T.STRING, "Field that the text fills; null for a section's own body.", "Kenttä, jos teksti on perustelu."
)
_LANGUAGE = Column("language", T.STRING, "Language (ISO 639-1); null where too short.", "Kieli.")
_TEXT = Column("text", T.STRING, "The text, lines folded by a page or a file joined.", "Teksti.", required=True)


def _ordinal(what: str, mita: str) -> Column:
    return Column("ordinal", T.INT32, f"Place among the {what}, from 1.", f"Järjestysnumero {mita}.", required=True)


def _span(what: str, mita: str) -> tuple[Column, Column]:
    unit = "code points"
    return (
        Column("char_start", T.INT32, f"Where {what} begins in texts.text.", f"{mita} alku.", unit, required=True),
        Column("char_end", T.INT32, f"Where {what} ends, exclusive.", f"{mita} loppu.", unit, required=True),
    )


_ENTITY_COLUMNS = (
    Column("label", T.STRING, "Kind: GPE, LOC, ORG, DATE, MONEY, …", "Laji.", required=True),
    Column("text", T.STRING, "As in the text: texts.text[char_start:char_end].", "Kuten tekstissä.", required=True),
    Column(
        "lemma",
        T.STRING,
        "Base form; of a date its ISO form (2017-02, 2015/2017), of a sum its euros.",
        "Perusmuoto; päivästä ISO-muoto, summasta eurot.",
    ),
    *_span("the entity", "Kohdan"),
    Column("source", T.STRING, "What found it: gazetteer, project, form, rule or model.", "Löytäjä.", required=True),
)

_CURRENT = ((("project_code",), "projects"), (("document_id",), "documents"))

LANGUAGE_TABLES = (
    Table(
        "passages",
        ("project_code", "section_name", "ordinal"),
        (
            _PROJECT,
            _DOCUMENT,
            _SECTION_NAME,
            _SECTION_NUMBER,
            _ordinal("section's passages", "osion kappaleissa"),
            _FIELD,
            *_span("the passage", "Kappaleen"),
            _LANGUAGE,
            Column("n_words", T.INT32, "Words in the passage.", "Sanojen määrä.", "words", required=True),
        ),
        "Paragraphs of the free text with their language.",
        "Vapaan tekstin kappaleet ja niiden kieli.",
        references=_CURRENT,
    ),
    Table(
        "sentences",
        ("project_code", "section_name", "ordinal"),
        (
            _PROJECT,
            _DOCUMENT,
            _SECTION_NAME,
            _SECTION_NUMBER,
            _ordinal("section's sentences", "osion virkkeissä"),
            _FIELD,
            *_span("the sentence", "Virkkeen"),
            _TEXT,
            _LANGUAGE,
        ),
        "Sentences of the free text; headings and list items are sentences of their own.",
        "Vapaan tekstin virkkeet; otsikot ja luettelon kohdat ovat omia virkkeitään.",
        references=_CURRENT,
    ),
    Table(
        "entities",
        ("project_code", "ordinal"),
        (
            _PROJECT,
            _DOCUMENT,
            _ordinal("project's entities", "hankkeen kohdissa"),
            _SECTION_NAME,
            _SECTION_NUMBER,
            _FIELD,
            *_ENTITY_COLUMNS,
            Column("code", T.STRING, "Code of the place, or business id of the organisation.", "Alueen tai Y-tunnus."),
            Column(
                "code_system",
                T.STRING,
                "region, subregion, municipality or business_id: whose code it is.",
                "Koodin laji.",
            ),
        ),
        "Places, organisations, dates and sums named in the free text.",
        "Vapaassa tekstissä mainitut paikat, organisaatiot, päivät ja summat.",
        references=_CURRENT,
    ),
    Table(
        "lemmas",
        ("project_code", "section_name", "lemma", "pos"),
        (
            _PROJECT,
            _DOCUMENT,
            _SECTION_NAME,
            _SECTION_NUMBER,
            Column("lemma", T.STRING, "Base form of the word, compounds whole.", "Sanan perusmuoto.", required=True),
            Column("pos", T.STRING, "Part of speech (Universal Dependencies).", "Sanaluokka.", required=True),
            Column("count", T.INT32, "How often.", "Esiintymiä.", "words", required=True),
        ),
        "Words of the Finnish free text in base form, counted by section.",
        "Suomenkielisen vapaan tekstin sanat perusmuodossa osioittain.",
        references=_CURRENT,
    ),
    Table(
        "persons",
        ("project_code", "ordinal"),
        (
            _PROJECT,
            _DOCUMENT,
            _ordinal("project's persons", "hankkeen henkilöissä"),
            _SECTION_NAME,
            _SECTION_NUMBER,
            _FIELD,
            *_ENTITY_COLUMNS,
        ),
        "Persons named in the free text as far as a model finds them: personal data, kept apart.",
        "Vapaassa tekstissä mainitut henkilöt: henkilötietoa.",
        restricted=True,
        references=_CURRENT,
    ),
)
"""Made for current documents, bucket by bucket."""

WHOLE_TABLES = (
    Table(
        "keywords",
        ("project_code", "rank"),
        (
            _PROJECT,
            Column("rank", T.INT16, "1 for the most telling word.", "Sija.", required=True),
            Column("lemma", T.STRING, "Word in base form.", "Sana perusmuodossa.", required=True),
            Column("pos", T.STRING, "Part of speech.", "Sanaluokka.", required=True),
            Column("count", T.INT32, "How often the project has it.", "Esiintymiä.", "words", required=True),
            Column(
                "score",
                T.FLOAT64,
                "Log-odds against the other projects of the axis, as a z-score.",
                "Sanan painotus verrattuna toimintalinjan muihin hankkeisiin.",
                required=True,
            ),
        ),
        "Words that set a project apart from the others of its priority axis.",
        "Sanat, jotka erottavat hankkeen toimintalinjansa muista hankkeista.",
        references=((("project_code",), "projects"),),
    ),
    Table(
        "similar_projects",
        ("project_code", "rank"),
        (
            _PROJECT,
            Column("rank", T.INT16, "1 for the most similar.", "Sija.", required=True),
            Column("similar_code", T.STRING, "Code of the similar project.", "Samankaltainen hanke.", required=True),
            Column("score", T.FLOAT64, "Cosine similarity, 0–1.", "Samankaltaisuus 0–1.", required=True),
        ),
        "Projects whose free text is most alike, by the words both have.",
        "Hankkeet, joiden vapaat tekstit muistuttavat toisiaan eniten.",
        references=((("project_code",), "projects"), (("similar_code",), "projects")),
    ),
)
"""Made of the whole archive, last."""
