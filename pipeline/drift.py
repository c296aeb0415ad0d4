"""Labels that drift: what stands in the documents where the form has its labels, and is not printed as the form does.

Unknown labels are candidates for the form's data, labels read by likeness are candidates for its variants. Both come
from the table ``fields``, so the list can be made of any snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from models.forms import load_forms
from parsers.fuzzy import closest
from parsers.keys import make_key

_COLUMNS = ["document_id", "section_number", "field", "label", "state", "method"]
_EXACT = frozenset({"exact", "correction"})


@dataclass(frozen=True, slots=True)
class Drift:
    """One printed label that is not the form's."""

    form: str
    section: str
    """Number of the section; subsections of indicators count as their section."""
    label: str
    known: str
    """``unknown`` where nothing was made of it, else the field that it was read as."""
    count: int
    documents: int
    nearest: str
    """The label of the section that is nearest to it."""
    distance: int
    """Letters between the two."""
    since: str | None
    """First day on which a document with it was saved (ISO); None where no document says."""


def find_drift(snapshot: Path) -> list[Drift]:
    """The drifting labels of a snapshot, the most frequent first; raises ``OSError`` where its tables are missing."""
    documents = {
        row["document_id"]: row
        for row in pq.read_table(
            snapshot / "tables" / "documents", columns=["document_id", "form", "captured_at"]
        ).to_pylist()
    }
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for row in _drifting(snapshot / "tables" / "fields"):
        form = documents[row["document_id"]]["form"]
        known = "unknown" if row["state"] == "undeclared" else row["field"]
        section = _own_section(form, row["section_number"])
        found.setdefault((form, section, " ".join(row["label"].split()), known), []).append(row["document_id"])
    drifts = []
    for (form, section, label, known), where in found.items():
        nearest, distance = closest(make_key(label), _labels(form, section))
        captured = [moment for one in where if (moment := documents[one]["captured_at"]) is not None]
        since = min(captured).date().isoformat() if captured else None
        drifts.append(Drift(form, section, label, known, len(where), len(set(where)), nearest, distance, since))
    return sorted(drifts, key=lambda drift: (-drift.documents, -drift.count, drift.form, drift.section, drift.label))


def _drifting(table: Path) -> Iterable[dict[str, Any]]:
    """Rows of ``fields`` whose label is not as the form prints it, file by file."""
    for part in sorted(table.glob("*.parquet")):
        for batch in pq.ParquetFile(part).iter_batches(columns=_COLUMNS):
            for row in batch.to_pylist():
                if row["label"] and (row["state"] == "undeclared" or (row["method"] or "exact") not in _EXACT):
                    yield row


def _own_section(form: str, number: str) -> str:
    """The declared section that a number belongs to."""
    numbers = {section.number for one in load_forms() if one.name == form for section in one.sections}
    while number not in numbers and "." in number:
        number = number.rpartition(".")[0]
    return number


def _labels(form: str, number: str) -> list[str]:
    """What the form prints in a section: labels, heads of lists, group lines, criteria."""
    for one in load_forms():
        if one.name != form:
            continue
        for section in one.sections:
            if section.number == number:
                labels = [text for label in section.labels for text in label.spellings()]
                labels += [head.text for head in section.lists]
                labels += list(section.group_lines)
                if section.kind == "scores":
                    labels += [text for criterion in one.criteria for text in criterion.spellings()]
                return labels
    return []


def as_rows(drifts: Iterable[Drift]) -> list[dict[str, Any]]:
    """The list for machines."""
    return [asdict(drift) for drift in drifts]
