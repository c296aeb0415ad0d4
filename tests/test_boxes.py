"""The boxes of a value enclose exactly its characters; pdfplumber, which knows every character's place, judges."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pdfplumber
import pytest

from parsers.parse import parse_document

ARCHIVE = Path(__file__).parents[1] / "data" / "sample" / "archive"
PRINTS = sorted(ARCHIVE.glob("every_format/*/*.pdf")) + sorted(ARCHIVE.glob("*/prints/**/*.pdf"))
# Line-end hyphens and list marks may stand outside; pdfium and pdfplumber name them differently.
ASIDE = re.compile(r"[\s\-–‐•*·\u00ad]")


@pytest.mark.parametrize("path", PRINTS, ids=lambda path: path.name)
def test_boxes_enclose_the_raw_value(path: Path) -> None:
    data = path.read_bytes()
    parsed = parse_document(data, name=path.name)
    unmasked = parsed.restricted["texts"][0]["text"]
    checked = 0
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for row in parsed.tables["fields"]:
            if row["char_start"] is None or row["char_start"] == row["char_end"]:
                assert row["boxes"] is None
                continue
            raw = unmasked[row["char_start"] : row["char_end"]]
            if len({box[0] for box in row["boxes"]}) > 1:
                # Between two pages stand running heads, which are in the text but not in the value.
                raw = row["value"]
            inside = []
            for number, x0, y0, x1, y1 in row["boxes"]:
                inside += [
                    char["text"]
                    for char in pdf.pages[int(number) - 1].chars
                    if x0 - 0.5 <= (char["x0"] + char["x1"]) / 2 <= x1 + 0.5
                    and y0 - 0.5 <= (char["top"] + char["bottom"]) / 2 <= y1 + 0.5
                ]
            assert ASIDE.sub("", "".join(inside)) == ASIDE.sub("", raw), row["field"]
            checked += 1
    assert checked > 30


def test_documents_without_pages_have_no_boxes() -> None:
    path = ARCHIVE / "every_format" / "S29001" / "S29001.txt"
    assert all(row["boxes"] is None for row in parse_document(path.read_bytes()).tables["fields"])
