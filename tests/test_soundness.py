"""Contradictions in a record are found, whatever part of it they are in."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rows import check_invariants

from models.records import Parsed
from parsers import parse
from parsers.parse import parse_document
from parsers.soundness import MOST_ORDINAL, find_contradiction

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "archive" / "every_format" / "S29001" / "S29001.txt"


@pytest.fixture(scope="module")
def sound() -> Parsed:
    """With an issue about a line of it."""
    parsed = parse_document(SAMPLE.read_bytes().replace(b"\n2 ", b"\nOuto otsake: arvo\n2 ", 1), name=SAMPLE.name)
    check_invariants(parsed)
    return parsed


def first(rows: list[dict[str, Any]], column: str) -> dict[str, Any]:
    return next(row for row in rows if row[column] is not None)


SPOILT: dict[str, Callable[[Parsed], object]] = {
    "claims": lambda p: p.document.update(claimed_characters=p.document["claimed_characters"] + 1),
    "characters": lambda p: p.restricted["texts"][0].update(text=p.restricted["texts"][0]["text"] + "x"),
    "dropped": lambda p: p.document.update(dropped_characters=-1),
    "issues": lambda p: p.tables["issues"].pop(),
    "mask": lambda p: p.restricted["texts"][0].update(text=p.restricted["texts"][0]["text"].replace("Hanke", "Henki")),
    "raw": lambda p: first(p.tables["fields"], "raw").update(raw="muu"),
    "span without raw": lambda p: first(p.tables["fields"], "raw").update(raw=None),
    "restricted value": lambda p: first(p.tables["fields"], "value").update(restricted=True),
    "span of sections": lambda p: p.tables["sections"][-1].update(char_end=1 << 30),
    "span of issues": lambda p: first(p.tables["issues"], "char_start").update(char_start=-1),
    "key of sections": lambda p: p.tables["sections"][1].update(ordinal=1),
    "key of fields": lambda p: p.tables["fields"].append(p.tables["fields"][0]),
    "scores": lambda p: p.tables["scores"].pop(),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_contradiction_is_found(sound: Parsed, what: str) -> None:
    spoilt = copy.deepcopy(sound)
    SPOILT[what](spoilt)
    assert find_contradiction(spoilt) == ("parser_error", what)


def test_a_quarantined_record_has_a_reason_and_no_project() -> None:
    parsed = parse_document(b"")
    assert find_contradiction(parsed) is None
    assert find_contradiction(msgspec.structs.replace(parsed, document=parsed.document | {"reason": None}))
    assert find_contradiction(msgspec.structs.replace(parsed, project_code="S29001"))


def test_a_contradiction_costs_the_document_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "find_contradiction", lambda _: ("parser_error", "raw"))
    parsed = parse_document(SAMPLE.read_bytes(), name=SAMPLE.name)
    assert parsed.status == "quarantined"
    assert parsed.document["reason"].startswith("parser_error: ")
    assert parsed.document["reason"].endswith("(raw)")
    assert not parsed.restricted


@pytest.mark.parametrize(("count", "status"), [(MOST_ORDINAL, "parsed"), (MOST_ORDINAL + 1, "quarantined")])
def test_lists_longer_than_a_table_can_number(count: int, status: str) -> None:
    text = SAMPLE.read_text("utf-8-sig")
    label = "Kunnat: "
    start = text.index(label)
    end = text.index("\n", start)
    names = ", ".join(f"Kylä{number}" for number in range(count))
    parsed = parse_document((text[:start] + label + names + text[end:]).encode(), name="long.txt")
    assert parsed.status == status
    check_invariants(parsed)
    if status == "quarantined":
        assert parsed.document["reason"].startswith("too_many_rows")


def test_unknown_labels_beyond_numbering_stay_unclaimed() -> None:
    text = SAMPLE.read_text("utf-8-sig")
    start = text.index("\n2 ")
    count = MOST_ORDINAL + 10
    lines = "".join(f"\nOuto otsake {number}: arvo" for number in range(count))
    parsed = parse_document((text[:start] + lines + text[start:]).encode(), name="many.txt")
    check_invariants(parsed)
    assert parsed.status == "parsed"
    assert sum(row["field"] == "unknown" for row in parsed.tables["fields"]) == MOST_ORDINAL
    assert sum(row["code"] == "unclaimed_text" for row in parsed.tables["issues"]) >= count


def test_two_indicators_of_one_number_keep_their_own_values() -> None:
    """Found by fuzzing: their fields had one key, so that the document was quarantined."""
    text = SAMPLE.read_text("utf-8-sig")
    parsed = parse_document(text.replace("\n7.2 ", "\n7.1 ").encode(), name="twins.txt")
    check_invariants(parsed)
    sound = parse_document(text.encode(), name="sound.txt")
    assert parsed.status == "parsed"
    assert [row["number"] for row in parsed.tables["indicators"]][:2] == ["7.1", "7.1"]
    for column in ("title", "planned", "realised"):
        assert [row[column] for row in parsed.tables["indicators"]] == [
            row[column] for row in sound.tables["indicators"]
        ]
    evidence = [
        row["ordinal"] for row in parsed.tables["fields"] if (row["section_number"], row["field"]) == ("7.1", "planned")
    ]
    assert evidence == [1, 2]


@pytest.mark.parametrize(
    "lists",
    [
        "Osatoteuttajat\nTuen siirron saajat\n",
        "Osatoteuttajat\nEsimerkkilän kunta, Kunta, 0115776-3\nTuen siirron saajat\n",
    ],
)
def test_lists_of_partners_without_partners(lists: str) -> None:
    """Found by fuzzing: two empty lists, or an empty one after another, had one key."""
    text = SAMPLE.read_text("utf-8-sig")
    place = text.index("\n3 ")
    start = min(at for word in ("Osatoteuttajat", "Tuen siirron saajat", "\n3 ") if (at := text.find(word)) >= 0)
    parsed = parse_document((text[:start] + "\n" + lists + text[place:]).encode(), name="lists.txt")
    check_invariants(parsed)
    assert parsed.status == "parsed"
    partners = [row for row in parsed.tables["fields"] if row["field"] == "partner"]
    assert [row["ordinal"] for row in partners] == [1, 2]
    assert [row["state"] for row in partners if row["ordinal"] <= len(parsed.tables["partners"])] == ["value"] * len(
        parsed.tables["partners"]
    )


def test_an_identity_code_is_masked_even_where_a_number_is_asked_for() -> None:
    text = SAMPLE.read_text("utf-8-sig")
    start = text.index("Y-tunnus: ")
    end = text.index("\n", start)
    parsed = parse_document((text[:start] + "Y-tunnus: 010190-123A" + text[end:]).encode(), name="code.txt")
    check_invariants(parsed)
    assert "010190" not in repr(parsed.tables)
