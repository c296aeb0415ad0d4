"""What several commands of the command line share."""

from __future__ import annotations

from typing import Annotated

import typer

Accept = Annotated[bool, typer.Option("--accept", help="Publish even where the new tables differ too much.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        "--limit", metavar="NAME=NUMBER", help="What a document or container may cost, as pages=9000: docs/limits.md."
    ),
]
Ocr = Annotated[
    bool, typer.Option("--ocr", help="Read scans without text with Debian's tesseract-ocr and tesseract-ocr-fin.")
]
Hush = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no summary: errors only.")]


def examples(*lines: str) -> str:
    """Examples for the end of a command's help; brackets are rich's markup, so they are escaped."""
    return "\n".join("Example: " + line.replace("[", "\\[") for line in lines)


def split_names(given: str) -> tuple[str, ...]:
    """Names parted by commas."""
    return tuple(name for part in given.split(",") if (name := part.strip()))
