"""Exports: every wanted format in a folder of its own, with what it could not take as it is."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import OutputError, SettingsError
from pipeline.export.notes import Note, Notes
from pipeline.export.source import count_rows, open_source
from pipeline.progress import Progress, Silent

FORMATS = ("csv", "xlsx", "stata", "spss")
NEEDS = {"xlsx": "xlsxwriter", "spss": "pyreadstat"}
"""Packages that not every installation has."""
LANGUAGES = ("fi", "en")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written in one format."""

    format: str
    files: tuple[Path, ...]
    notes: tuple[Note, ...]


def check_formats(formats: Sequence[str]) -> None:
    """Raise ``SettingsError`` unless every format can be written here."""
    missing = sorted({NEEDS[one] for one in formats if one in NEEDS and importlib.util.find_spec(NEEDS[one]) is None})
    if missing:
        raise SettingsError(
            f"package {', '.join(missing)} is missing; install it: pip install {' '.join(missing)} "
            "(or hankekuvaus with its extra: hankekuvaus[export])"
        )


def export_snapshot(
    snapshot: Path,
    folder: Path,
    formats: Sequence[str],
    *,
    tables: Sequence[str] = (),
    language: str = "fi",
    progress: Progress | None = None,
) -> list[Exported]:
    """Write the public tables of a snapshot to ``folder/FORMAT/``; files of the same name are replaced.

    Raises ``SettingsError`` for what makes no sense, ``OutputError`` where it cannot be written.
    """
    check_formats(formats)
    snapshot = snapshot.resolve()
    if snapshot.parents[1] in (folder.resolve(), *folder.resolve().parents):
        raise SettingsError(f"{folder} lies in the output of a run, where only runs write; choose another --output")
    source = replace(open_source(snapshot, tables), progress=progress or Silent())
    total = sum(count_rows(source, table) for table in source.tables)
    found = []
    for one in dict.fromkeys(formats):
        notes = Notes()
        source.progress.begin("export", total)
        target = folder / one
        try:
            if one == "csv":
                from pipeline.export.csv_files import write_csv

                files = write_csv(source, target, notes)
            elif one == "xlsx":
                from pipeline.export.xlsx_book import write_xlsx

                files = write_xlsx(source, target, notes)
            elif one == "stata":
                from pipeline.export.stata_files import write_stata

                files = write_stata(source, target, notes, language)
            else:
                from pipeline.export.spss_files import write_spss

                files = write_spss(source, target, notes, language)
        except OSError as error:
            raise OutputError(f"{target} cannot be written: {error.strerror or type(error).__name__}") from error
        found.append(Exported(one, tuple(files), tuple(notes.listed())))
    return found
