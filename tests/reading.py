"""What the tests of the readers share: cases, and lines as short strings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from parsers.document import Document, Join, Kind, UnreadableError

CASES = Path(__file__).parent / "cases" / "readers"
_KINDS = {Kind.LIST_ITEM: "item", Kind.ROW: "row", Kind.HEADING: "heading", Kind.FURNITURE: "furniture"}
_JOINS = {Join.SPACE: "space", Join.KEEP_HYPHEN: "keep", Join.DROP_HYPHEN: "drop"}


def load_cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file in ``tests/cases/readers``; at least one."""
    cases = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    assert cases
    return cases


def try_reading(read: Callable[[bytes], Document], data: bytes) -> Document | str:
    """The document, or the code of the reason why there is none."""
    try:
        return read(data)
    except UnreadableError as error:
        return error.code


def describe_lines(document: Document) -> list[str]:
    """Each line as the case files write it: ``text | item blank``."""
    described = []
    for line in document.lines:
        words = [_KINDS[line.kind]] if line.kind in _KINDS else []
        words += ["bold"] if line.bold else []
        words += ["blank"] if line.blank_before else []
        words += [_JOINS[line.join]] if line.join in _JOINS else []
        if line.cells:
            cells = "/".join(f"{cell.column}:{document.text[cell.start : cell.end]}" for cell in line.cells)
            words.append(f"cells={cells}")
        text = document.text[line.start : line.end]
        described.append(f"{text} | {' '.join(words)}" if words else text)
    return described


def check_document(document: Document) -> None:
    """What holds for every document: lines cover the text but line ends, are canonical, and hold their cells."""
    text, end = document.text, 0
    assert document.lines
    for number, line in enumerate(document.lines):
        gap = "" if number == 0 else "\n\n" if line.blank_before else "\n"
        assert text[end : line.start] == gap
        content = text[line.start : line.end]
        assert content
        assert content == " ".join(content.split())
        end = line.end
        at = line.start
        for cell in line.cells:
            assert line.start <= at <= cell.start < cell.end <= line.end
            at = cell.end
        columns = [cell.column for cell in line.cells]
        assert columns == sorted(columns)
        assert line.kind is not Kind.LIST_ITEM or content.startswith("- ")
    assert end == len(text)
