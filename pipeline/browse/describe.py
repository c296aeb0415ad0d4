"""What Datasette should know of the tables: descriptions, facets, full-text indexes, a ready-made query."""

from __future__ import annotations

from typing import Any

from models.tables import SCHEMA_VERSION, TABLES
from pipeline.browse.database import FACET_COLUMNS, public_tables
from pipeline.datapackage import CITATION, LICENCE, SOURCE
from pipeline.dictionary import describe_table

NAME = "hankekuvaus"
"""The database's name in addresses."""

FACETS: list[Any] = ["fund", "axis", "objective", {"array": "regions"}, "start_year", "status"]
COLUMNS = (
    *("project_name", "applicant_name", "fund", "axis", "objective", "regions", "start_year", "status"),
    *("planned_public_eur", "realised_public_eur"),
)
"""Of ``projects``, what the search form of the front page shows: the rest is a click away."""

_LABELS = {
    "projects": "project_name",
    "documents": "path",
    "codes_regions": "name_fi",
    "codes_subregions": "name_fi",
    "organisations": "name",
}
_OTHER_FACETS: dict[str, list[Any]] = {
    "documents": ["status", "media_type", "role"],
    "issues": ["severity", "code"],
    "files": ["status"],
    "scores": ["criterion"],
    "locations": ["level"],
    "entities": ["label"],
    "sections": ["name"],
    "partners": ["role"],
}

_HITS = """select s.project_code, p.project_name, s.section_number, s.title, excerpt(s.text, :words) as hit,
  p.fund, p.axis, p.start_year, p.status, s.document_id
from sections_fts as f
join sections as s on s.rowid = f.rowid
join projects as p on p.project_code = s.project_code
where f.sections_fts match escape_fts(:words)
order by f.rank limit 200"""


def describe_browsing(snapshot: str) -> dict[str, Any]:
    """Datasette's metadata for the database of a snapshot."""
    return {
        "title": "Hankekuvaukset",
        "description": f"Snapshot {snapshot}, schema {SCHEMA_VERSION}. {CITATION}",
        "license": LICENCE,
        "source": SOURCE,
        "databases": {
            NAME: {
                "title": "All tables",
                "tables": {
                    **{table.name: _describe(table.name) for table in public_tables()},
                    "browse": {"hidden": True},
                },
                "queries": {
                    "hits": {
                        "title": "Search the text of the sections",
                        "description": 'Every word in any of its forms; "in quotes" as it stands; begin* of words. '
                        "Best hits first, 200 at most.",
                        "sql": _HITS,
                        "params": ["words"],
                    }
                },
            }
        },
    }


def _describe(name: str) -> dict[str, Any]:
    table = describe_table(name)
    described: dict[str, Any] = {
        "title": name,
        "description": f"{table['description']} · {table['description_fi']}",
        "columns": {
            column["name"]: f"{column['description']} · {column['description_fi']}" for column in table["columns"]
        },
        "size": 50,
    }
    if name in _LABELS and _LABELS[name] in described["columns"]:
        described["label_column"] = _LABELS[name]
    if name in _OTHER_FACETS:
        described["facets"] = _OTHER_FACETS[name]
    if name == "projects":
        described["facets"] = FACETS
        described["columns"] |= {
            column: f"{english} · {finnish} (made for browsing)"
            for column, (_, english, finnish) in FACET_COLUMNS.items()
        }
    if name in ("projects", "sections"):
        described["fts_table"] = f"{name}_fts"
        described["fts_pk"] = "rowid"
    return described


assert set(_OTHER_FACETS) <= set(TABLES)
