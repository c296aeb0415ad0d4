"""Masking, case by case (``tests/cases/masking.yaml``), and what holds for any text."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.masking import load_kinds, measure_clean, measure_identifiers, measure_names
from parsers.findings import merge_spans
from parsers.masking import MASK, find_identifiers, find_personal_data, mask_text
from parsers.parse import parse_document
from parsers.privacy import place_words

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "masking.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_case(case: dict[str, Any]) -> None:
    text = case["text"]
    contacts = {"contact_name": case["name"]} if "name" in case else {}
    spans = find_personal_data(text, contacts, [], [], [(0, len(text))], place_words())
    assert [text[start:end] for start, end in spans] == case["masked"]


@given(st.text(max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), max_size=5))
def test_masking_keeps_length_and_line_ends(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = merge_spans([(min(start, len(text)), min(start + size, len(text))) for start, size in pairs])
    masked = mask_text(text, spans)
    assert len(masked) == len(text)
    for place, (old, new) in enumerate(zip(text, masked, strict=True)):
        inside = any(start <= place < end for start, end in spans)
        assert new == (MASK if inside and old != "\n" else old)


@given(st.text(alphabet="0123456789+-() \n@.aä", max_size=200))
def test_identifiers_are_within_the_text(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in find_identifiers(text))


def test_hostile_texts_take_no_time() -> None:
    for text in ("0" * 200_000, "0 " * 100_000, "a@" * 50_000, "(" * 200_000, "+358 " * 40_000, "1-" * 100_000):
        list(find_identifiers(text))


DOCUMENT = """Euroopan sosiaalirahaston (ESR) rahoittaman hankkeen kuvaus

1 Hanke

Hankekoodi: S29999
Hankkeen nimi: Kokeilu

2 Hakijan perustiedot

Hakijan virallinen nimi: Esimerkkilän kehittäjät ry
Puhelinnumero: 08 000 1111
Hankkeen yhteyshenkilön nimi: Keksitty Kalle
Yhteyshenkilön asema hakijaorganisaatiossa: kokeilupäällikkö
Yhteyshenkilön sähköpostisoite: kalle(at)esimerkki.fi
Yhteyshenkilön puhelinnumero: 040 000 2222

3 Suunnitelman mukainen tiivistelmä toteutuksesta

Kysy lisää: Kalle Keksitty, kokeilupäällikkö, p. 040 000 2222,
KALLE(AT)ESIMERKKI.FI. Vaihde 08 000
1111.
"""


def test_values_of_contact_fields_are_masked_wherever_they_stand() -> None:
    parsed = parse_document(DOCUMENT.encode())
    public = repr(parsed.tables).lower()
    for secret in ("keksitty", "kokeilupäällikkö", "kalle", "040 000 2222", "08 000", "(at)", "1111"):
        assert secret not in public, secret
    (contact,) = parsed.restricted["contacts"]
    assert contact["contact_name"] == "Keksitty Kalle"
    assert contact["contact_email"] == "kalle@esimerkki.fi"
    rows = [row for row in parsed.tables["fields"] if row["restricted"]]
    assert {row["field"] for row in rows if row["state"] == "value"} == set(contact) - {"project_code", "document_id"}
    assert all(row["value"] is None and set(row["raw"] or MASK) == {MASK} for row in rows)
    summary = next(row["text"] for row in parsed.tables["sections"] if row["name"] == "summary")
    assert "Kysy lisää: ██████████████, " in summary


def test_a_person_under_an_unreadable_label_is_listed_but_masked() -> None:
    text = DOCUMENT.replace("Hankkeen yhteyshenkilön nimi:", "Hnkkn yhtshnklö nm:")
    parsed = parse_document(text.encode())
    assert "keksitty" not in repr({name: rows for name, rows in parsed.tables.items() if name != "sections"}).lower()
    unknown = next(row for row in parsed.tables["fields"] if row["field"] == "unknown")
    assert unknown["label"] == "Hnkkn yhtshnklö nm"
    assert set(unknown["raw"]) == {MASK}
    assert any(row["code"] == "unclaimed_text" for row in parsed.tables["issues"])


def test_what_is_planted_is_found() -> None:
    """Every kind of ``tests/cases/masking_kinds.yaml`` to its floor; ``make docs`` pages tell of larger numbers."""
    kinds = load_kinds()
    rng = random.Random(7)
    for found in (*measure_identifiers(kinds, 60, rng), *measure_names(kinds, 60, rng)):
        assert found.recall >= found.floor, (found.kind, found.missed[:3])
    words, wrong = measure_clean(kinds, 5_000, rng, traps=False)
    assert len(wrong) / words <= 0.0002, wrong
    words, wrong = measure_clean(kinds, 2_000, rng, traps=True)
    assert len(wrong) / words <= 0.04, wrong
