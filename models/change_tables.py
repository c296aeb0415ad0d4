"""The table of what changed between two snapshots, and what in which tables is compared for it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from models.columns import Column, ColumnType, Table

T = ColumnType

WHOLE_ROW = "*"
"""``changes.column`` where a whole row came or went."""

CHANGE_TABLES = (
    Table(
        "changes",
        ("project_code", "table", "key", "column"),
        (
            Column(
                "project_code",
                T.STRING,
                "Code of the project; ? and 16 digits of document_id for a document without one.",
                "Hankekoodi; ellei asiakirjasta voi lukea sitä, ? ja tunnisteen alku.",
                required=True,
            ),
            Column("table", T.STRING, "Table in which the value stands.", "Taulu.", required=True),
            Column(
                "key",
                T.STRING,
                "The row within the project: section, criterion, place, …; empty for projects. Alike ones: #2, #3.",
                "Rivi hankkeen sisällä: osio, kriteeri, paikka, …; hankkeilla tyhjä. Samanlaiset: #2, #3.",
                required=True,
            ),
            Column(
                "column",
                T.STRING,
                "Column whose value changed; * where a whole row came or went.",
                "Muuttunut sarake; * jos koko rivi tuli tai poistui.",
                required=True,
            ),
            Column("change", T.STRING, "added, removed or changed.", "Muutoksen laji.", required=True),
            Column(
                "old",
                T.STRING,
                "Value before, as text; of a long one the part around the first difference. Of a row: what names it.",
                "Arvo ennen tekstinä; pitkästä vain muuttuneen kohdan ympäristö. Rivistä sen nimi.",
            ),
            Column("new", T.STRING, "Value now, in the same way.", "Arvo nyt samalla tavalla."),
            Column(
                "cause",
                T.STRING,
                "document: another document or other bytes. correction: of a person. parser: the program reads the "
                "same document differently.",
                "document: asiakirja muuttui; correction: ihmisen korjaus; parser: ohjelma lukee toisin.",
                required=True,
            ),
        ),
        "What is different from the snapshot before; empty in the first one.",
        "Erot edelliseen tilannevedokseen; ensimmäisessä tyhjä.",
    ),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """How the rows of a table are told apart within a project, and which columns are not compared."""

    key: tuple[str, ...]
    named_by: str
    """Column that names a row for a person."""
    ignored: tuple[str, ...] = ()


_PLACE = ("project_code", "document_id", "ordinal", "char_start", "char_end", "page_start", "page_end")

COMPARED = MappingProxyType(
    {
        "projects": Compared((), "project_name", ("project_code",)),
        "sections": Compared(("section_number", "name"), "title", _PLACE),
        "scores": Compared(("criterion",), "label", _PLACE),
        "indicators": Compared(("number", "title"), "title", _PLACE),
        "locations": Compared(("level", "name"), "name", _PLACE),
        "allocations": Compared(("level", "code"), "code", _PLACE),
        "partners": Compared(("role", "business_id", "name"), "name", _PLACE),
        "documents": Compared(("document_id",), "status", ("project_code", "path", "parser_version", "issues")),
    }
)
"""Tables that are compared, in the order of the contract. Places in the text move with every edit and say nothing."""
