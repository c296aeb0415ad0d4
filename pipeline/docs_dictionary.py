"""The data dictionary as pages: ``data_dictionary.md`` in both languages, ``data_dictionary.fi.md`` in Finnish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models.tables import SCHEMA_VERSION, TABLES
from pipeline.datapackage import CITATION, COMPATIBILITY, LICENCE, SOURCE
from pipeline.dictionary import describe_criteria, describe_fields, describe_sections, describe_table
from pipeline.docs_tables import NOTE, markdown_table, table_of_rows

_QUERY = """```sql
SELECT f.name, f.{column}
FROM (SELECT unnest(r.schema.fields) AS f
      FROM (SELECT unnest(resources) AS r FROM 'tables/latest/datapackage.json')
      WHERE r.name = 'projects')
```
"""


def write_data_dictionary() -> str:
    """``docs/data_dictionary.md``: every table and column in English and Finnish."""
    tables = [describe_table(name) for name in TABLES]
    parts = [
        "# Data dictionary · Tietosanakirja\n",
        NOTE.format(source="models/"),
        "*Vain suomeksi: [data_dictionary.fi.md](data_dictionary.fi.md).*\n",
        "The same in the terminal: `hankekuvaus dictionary TABLE`; for machines: `hankekuvaus dictionary --json`, and\n"
        "`datapackage.json` of every snapshot. Every Parquet file carries the descriptions in its own column metadata\n"
        "(`pyarrow`: `schema.field(name).metadata`). In DuckDB:\n",
        _QUERY.format(column="description"),
        "Null means: no usable value; table [fields](#fields) says why (`state`). Offsets (`char_start`, `char_end`)\n"
        "are code points into `texts.text`, 0-based, the end exclusive. Personal data is masked by `█` everywhere but\n"
        "in the tables under `restricted/`.\n",
        "## Version, licence, citation\n",
        f"Schema version {SCHEMA_VERSION}. {COMPATIBILITY}\n",
        f"Licence of the data: {LICENCE}. Source: {SOURCE}. The program's own licence (MIT) does not cover the data.\n",
        f"To be cited as: {CITATION} Add the snapshot's name and day (`run.json`).\n",
        "## The tables\n",
        markdown_table(
            ("Table", "Holds", "Sisältö"),
            (
                (f"[{table['name']}](#{table['name']})", table["description"], table["description_fi"])
                for table in tables
            ),
        ),
    ]
    for table in tables:
        parts += [f"## {table['name']}\n", f"{table['description']}  \n*{table['description_fi']}*\n"]
        parts.append(f"In `{table['path']}/`. Key: {_keys(table)}.{_references(table, 'refers to')}\n")
        parts.append(
            _columns(
                table,
                ("Column", "Type", "Meaning", "Merkitys", "On the form"),
                lambda column: (
                    column["description"] + (" Never null." if column["required"] else ""),
                    column["description_fi"],
                ),
            )
        )
    parts += [
        "## Names used as values\n",
        "### Fields\n",
        "`fields.field`, with the label that the form prints. Also: `score.<criterion>`, `justification.<criterion>`, "
        "`fund` (the title) and `unknown` (a label that the form does not know).\n",
        table_of_rows(("form", "section_number", "label", "field"), describe_fields()),
        "### Sections\n",
        "`sections.name`: the same in every form. Subsections of `indicators` are `indicators.<n>`.\n",
        table_of_rows(("form", "section_number", "title", "name"), describe_sections()),
        "### Criteria\n",
        "`scores.criterion`, in the form's order.\n",
        table_of_rows(("form", "dimension", "criterion", "label"), describe_criteria()),
    ]
    return "\n".join(parts)


def write_data_dictionary_fi() -> str:
    """``docs/data_dictionary.fi.md``: the same in Finnish alone, for those who use the tables."""
    tables = [describe_table(name) for name in TABLES]
    parts = [
        "# Tietosanakirja\n",
        NOTE.format(source="models/"),
        "*In English and Finnish: [data_dictionary.md](data_dictionary.md).*\n",
        "Samat kuvaukset saa päätteeseen komennolla `hankekuvaus dictionary TAULU`, ja ne ovat myös jokaisen\n"
        "tilannekuvan tiedostossa `datapackage.json` ja Parquet-tiedostojen omissa sarakkeissa (`pyarrow`:\n"
        "`schema.field(nimi).metadata`). DuckDB:ssä:\n",
        _QUERY.format(column="description_fi"),
        "Tyhjä (null) tarkoittaa, ettei käyttökelpoista arvoa ole; syyn kertoo taulun [fields](#fields) sarake\n"
        "`state`. Sijainnit (`char_start`, `char_end`) ovat merkkejä sarakkeessa `texts.text`, nollasta alkaen,\n"
        "loppu pois lukien. Henkilötiedot on peitetty merkillä `█` kaikkialla muualla paitsi kansion\n"
        "`restricted/` tauluissa.\n",
        "## Versio, käyttöehdot ja viittaaminen\n",
        f"Rakenteen versio on {SCHEMA_VERSION}. Ensimmäinen luku kasvaa, kun taulu tai sarake poistuu tai sen nimi\n"
        "tai tyyppi muuttuu, toinen, kun uusi tulee, ja kolmas, kun arvoja tai kuvauksia korjataan. Version 1.x\n"
        "lukija osaa lukea myös jokaisen version 1.y, kun y ≥ x.\n",
        "Aineisto on rakennerahastojen tietopalvelun julkista tietoa, ja sen käyttöehdot ovat palvelun omat. Lähde:\n"
        "rakennerahastojen tietopalvelu (EURA 2014), työ- ja elinkeinoministeriö. Ohjelman oma lisenssi (MIT) ei\n"
        "koske aineistoa.\n",
        "Viittaus: Rakennerahastohankkeet kuvauksistaan. Taulut tehty ohjelmalla hankekuvaus (rakenteen versio\n"
        f"{SCHEMA_VERSION}) rakennerahastojen tietopalvelun hankekuvauksista, työ- ja elinkeinoministeriö. Mainitse\n"
        "myös tilannekuvan nimi ja päivä (`run.json`).\n",
        "## Taulut\n",
        markdown_table(
            ("Taulu", "Sisältö"),
            ((f"[{table['name']}](#{table['name']})", table["description_fi"]) for table in tables),
        ),
    ]
    for table in tables:
        parts += [f"## {table['name']}\n", f"{table['description_fi']}\n"]
        parts.append(f"Kansiossa `{table['path']}/`. Avain: {_keys(table)}.{_references(table, 'viittaa tauluun')}\n")
        parts.append(
            _columns(
                table,
                ("Sarake", "Tyyppi", "Merkitys", "Lomakkeella"),
                lambda column: (column["description_fi"] + (" Ei koskaan tyhjä." if column["required"] else ""),),
            )
        )
    parts += [
        "## Arvoina käytetyt nimet\n",
        "### Kentät\n",
        "`fields.field` ja selite, jonka lomake painaa. Lisäksi `score.<kriteeri>`, `justification.<kriteeri>`,\n"
        "`fund` (otsikko) ja `unknown` (selite, jota lomake ei tunne).\n",
        table_of_rows(
            ("form", "section_number", "label", "field"), describe_fields(), ("Lomake", "Kohta", "Selite", "Kenttä")
        ),
        "### Kohdat\n",
        "`sections.name`: sama joka lomakkeella. Osion `indicators` alaosiot ovat `indicators.<n>`.\n",
        table_of_rows(
            ("form", "section_number", "title", "name"), describe_sections(), ("Lomake", "Kohta", "Otsikko", "Nimi")
        ),
        "### Kriteerit\n",
        "`scores.criterion` lomakkeen järjestyksessä.\n",
        table_of_rows(
            ("form", "dimension", "criterion", "label"),
            describe_criteria(),
            ("Lomake", "Ulottuvuus", "Kriteeri", "Selite"),
        ),
    ]
    return "\n".join(parts)


def _keys(table: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in table["primary_key"])


def _references(table: Mapping[str, Any], verb: str) -> str:
    return "".join(
        f" {', '.join(f'`{name}`' for name in reference['columns'])} {verb} "
        f"[{reference['table']}](#{reference['table']})."
        for reference in table["references"]
    )


def _columns(
    table: Mapping[str, Any], head: tuple[str, ...], meanings: Callable[[Mapping[str, Any]], tuple[str, ...]]
) -> str:
    return markdown_table(
        head,
        (
            (
                f"`{column['name']}`",
                column["type"] + (f" ({column['unit']})" if "unit" in column else ""),
                *meanings(column),
                f"{column['form_label']} ({column['form_section']})" if "form_label" in column else "",
            )
            for column in table["columns"]
        ),
    )
