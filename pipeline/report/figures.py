"""What a report says in numbers; kept as ``report/report.json``, so that the next report can compare."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Example(msgspec.Struct, frozen=True, array_like=True):
    """A document in which an issue stands."""

    project_code: str | None
    document_id: str
    section_number: str | None
    field: str | None
    part: str
    """Name of the part files that hold the document."""


class IssueFigure(msgspec.Struct, frozen=True):
    """An issue code and how often it stands."""

    code: str
    severity: str
    count: int
    documents: int
    examples: list[Example]


class ReasonFigure(msgspec.Struct, frozen=True):
    """Why documents are not ``parsed``, or files not ``read``."""

    status: str
    code: str
    count: int
    paths: list[str]
    """Some of them, the first by name."""


class CoverageFigure(msgspec.Struct, frozen=True):
    """How many current documents have a value for a field."""

    field: str
    count: int
    years: dict[str, int]
    """The same by start year of the project; ``?`` where that is not known."""


class LabelFigure(msgspec.Struct, frozen=True):
    """A label that the form does not know and that several documents have."""

    label: str
    section_number: str
    documents: int


class Figures(msgspec.Struct, frozen=True):
    """All figures of a snapshot; nothing in it depends on when or how fast the run was."""

    files: dict[str, int]
    documents: dict[str, int]
    rows: dict[str, int]
    projects: int
    years: dict[str, int]
    """Projects by start year."""
    reasons: list[ReasonFigure]
    coverage: list[CoverageFigure]
    issues: list[IssueFigure]
    labels: list[LabelFigure]
    rare_labels: int
    """Unknown labels that stand in one document only: as likely a sentence with a colon."""


def load_figures(snapshot: Path) -> Figures | None:
    """The figures of a snapshot; None if it has none that this version can read."""
    try:
        return _decoder.decode((snapshot / "report" / "report.json").read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def encode_figures(figures: Figures) -> bytes:
    """JSON for people and machines."""
    return msgspec.json.format(msgspec.json.encode(figures), indent=1) + b"\n"


_decoder = msgspec.json.Decoder(Figures)
