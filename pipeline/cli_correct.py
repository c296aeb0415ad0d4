"""The command that adds a correction by a person."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli_options import Json
from pipeline.exit_codes import ExitCode
from pipeline.terminal import complain, print_json, print_text


def correct(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The output folder of a run.", exists=True, file_okay=False)
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="PROJECT_CODE|DOCUMENT_ID",
            help="A project: whichever document of it is current; or one document.",
        ),
    ],
    field: Annotated[str, typer.Argument(metavar="FIELD", help="The field, as in the table fields.")],
    new_value: Annotated[
        str, typer.Argument(metavar="VALUE", help="The right value as the form prints it; '' for none.")
    ],
    why: Annotated[str, typer.Option("--why", help="How you know.")],
    who: Annotated[str | None, typer.Option("--who", help="Who says so; else your login name.")] = None,
    old_value: Annotated[
        str | None, typer.Option("--old", help="What the document prints, to be sure: it must be that.")
    ] = None,
    section: Annotated[str, typer.Option("--section", help="Section, where several have the field: 7.2.")] = "",
    ordinal: Annotated[int, typer.Option("--ordinal", min=1, help="Which one, where there are several.")] = 1,
    corrections: Annotated[
        Path | None, typer.Option("--corrections", metavar="FILE", help="Where to write; else OUT/corrections.csv.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Correct a value by hand: every later run applies it, as long as the document prints what it prints now.

    What is printed stays in fields.raw; fields.method says correction. The next run shows the corrected value.
    """
    from dataclasses import asdict

    from models.corrections import Correction
    from parsers.correct import Refused, is_still_printed, read_correction
    from pipeline.corrections import CorrectionsError, add_correction, corrections_path

    reading = read_correction(field, new_value)
    if isinstance(reading, Refused):
        complain(reading.why)
        raise typer.Exit(ExitCode.USAGE)
    is_document = len(target) == 64
    rows = [row for row in _find_rows(out, target, field) if section in ("", row["section_number"])]
    sections = sorted({row["section_number"] for row in rows})
    if len(sections) > 1:
        complain(f"{field} stands in sections {', '.join(sections)}; say which: --section")
        raise typer.Exit(ExitCode.USAGE)
    row = next((row for row in rows if row["ordinal"] == ordinal), None)
    if row is None:
        complain(f"the latest snapshot has no field {field} ({ordinal}) of {target}")
        raise typer.Exit(ExitCode.USAGE)
    if old_value is not None and not is_still_printed(row, old_value):
        complain(
            f"{target} prints something else than --old says; look at it: hankekuvaus explain {target} --out {out}"
        )
        raise typer.Exit(ExitCode.USAGE)
    correction = Correction(
        document_id=target if is_document else "",
        project_code="" if is_document else target,
        section_number=section,
        field=field,
        ordinal=ordinal,
        old_value=row["raw"] or "",
        new_value=new_value,
        who=getpass.getuser() if who is None else who,
        why=why,
        when=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    path = corrections or corrections_path(out)
    try:
        add_correction(path, correction)
    except CorrectionsError as error:
        complain(str(error))
        raise typer.Exit(ExitCode.USAGE) from error
    except OSError as error:
        complain(f"{path} cannot be written: {error.strerror}")
        raise typer.Exit(ExitCode.OUTPUT) from error
    if as_json:
        print_json(asdict(correction) | {"value": reading.normal, "file": str(path)})
    else:
        print_text(f"{field} of {target}: {reading.normal or 'no value'}, from the next run on ({path})")


def _find_rows(out: Path, target: str, field: str) -> list[dict[str, Any]]:
    """Rows of ``fields`` of a document, or of a project's current one."""
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    from pipeline.snapshot import latest_snapshot

    snapshot = latest_snapshot(out)
    if snapshot is None:
        complain(f"there is no snapshot under {out}; make one: hankekuvaus run ARCHIVE --out {out}")
        raise typer.Exit(ExitCode.USAGE)
    tables = snapshot / "tables"
    document = target
    if len(target) != 64:
        wanted = (pc.field("project_code") == target) & (pc.field("role") == "current")
        found = ds.dataset(tables / "documents").to_table(columns=["document_id"], filter=wanted).to_pylist()
        if not found:
            complain(f"the latest snapshot has no project {target}")
            raise typer.Exit(ExitCode.USAGE)
        document = found[0]["document_id"]
    chosen = (pc.field("document_id") == document) & (pc.field("field") == field)
    columns = ["section_number", "ordinal", "raw"]
    rows: list[dict[str, Any]] = ds.dataset(tables / "fields").to_table(columns=columns, filter=chosen).to_pylist()
    return rows
