"""The archive generator's parts: contents from mappings, values as printed, encodings, noise."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from html import unescape
from random import Random

import pytest

from pipeline.synthetic.content import ContentError, ProjectContent, content_from_mapping
from pipeline.synthetic.encodings import ENCODINGS, encode_document
from pipeline.synthetic.form_text import Kind, PrintStyle, print_period, print_sum, render_blocks
from pipeline.synthetic.invent import invent_project
from pipeline.synthetic.invent_parties import invent_business_id
from pipeline.synthetic.layouts import LAYOUTS
from pipeline.synthetic.noise import damage_blocks, damage_lines
from pipeline.synthetic.truth import is_valid_business_id

SAMPLE = [capture for number in range(60) for capture in invent_project(3, number).captures]


@pytest.mark.parametrize("name", ENCODINGS)
def test_encodings_keep_the_text(name: str) -> None:
    encoding = ENCODINGS[name]
    text = "<head>\näiti – ö 10 €\n"
    for format_name in encoding.formats:
        data, used = encode_document(text, format_name, name)
        decoded = data.decode(ENCODINGS[used].codec).removeprefix("\ufeff")
        if format_name == "html":
            assert ("charset" in decoded) == bool(encoding.declared)
        plain = re.sub("<meta[^>]{1,50}>\n", "", unescape(decoded)).replace("\r\n", "\n")
        assert plain.replace("a\u0308", "ä").replace("o\u0308", "ö") == text


def test_text_that_a_charset_cannot_hold_is_not_changed() -> None:
    assert encode_document("• ☃", "text", "latin-1") == ("• ☃".encode(), "utf-8")


def test_noise_leaves_values_alone() -> None:
    content = SAMPLE[0].content
    blocks = render_blocks(content)
    damaged = damage_blocks(blocks, 0.05, Random(1))
    assert damaged != blocks
    assert [block.value for block in damaged] == [block.value for block in blocks]
    for before, after in zip(blocks, damaged, strict=True):
        if before.kind in (Kind.PARAGRAPH, Kind.ITEM, Kind.PARTNER):
            assert after == before
        assert [(row.direct, row.justification) for row in after.rows] == [
            (row.direct, row.justification) for row in before.rows
        ]
    inside = damage_blocks(blocks, 0.05, Random(1), inside=True)
    assert [block.value for block in inside] != [block.value for block in blocks]


def test_no_noise_changes_nothing() -> None:
    blocks = render_blocks(SAMPLE[0].content)
    assert damage_blocks(blocks, 0, Random(1)) == blocks
    assert damage_lines("a\n\nb\n", blocks, 0, Random(1)) == "a\n\nb\n"


def test_damaged_lines_keep_every_value() -> None:
    for number, capture in enumerate(SAMPLE):
        blocks = render_blocks(capture.content, capture.style)
        text = LAYOUTS["spaced"].render(blocks, Random(number))
        damaged = damage_lines(text, blocks, 0.05, Random(number))
        assert sorted(damaged.replace(" ", "").replace(":", "").split()) == sorted(
            text.replace(" ", "").replace(":", "").split()
        )


@pytest.mark.parametrize("level", [-0.1, 0.06])
def test_noise_has_limits(level: float) -> None:
    with pytest.raises(ValueError, match="a level from 0"):
        damage_blocks((), level, Random(1))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"fund": "ESR", "project_code": "S20001"}, "project_name: missing"),
        ({"fund": "X", "project_code": "S20001", "project_name": "a"}, "ESR or EAKR"),
        ({"nimi": "a"}, "unknown key 'nimi'"),
        ({"applicant": {"postal_code": 49460}}, r"applicant.postal_code: text expected, not 49460 \(quote it\)"),
        ({"applicant": {"nimi": "x"}}, "applicant: unknown key 'nimi'"),
        ({"start": "1.5.2015"}, "start: a date such as"),
        ({"scores": [[1, 2]]}, "scores: 0 or 15 items expected, not 1"),
        ({"funding": [1.5]}, "funding.granted_eu_state: whole number"),
        ({"partners": [{"type": "Kunta"}]}, r"partners\[0\]:"),
        ({"regions": "Lappi"}, "regions: list expected"),
    ],
)
def test_mappings_that_are_no_projects(mapping: dict[str, object], message: str) -> None:
    whole = {"fund": "ESR", "project_code": "S20001", "project_name": "a"} if len(mapping) == 1 else {}
    with pytest.raises(ContentError, match=message):
        content_from_mapping({**whole, **mapping})


def test_a_mapping_may_fill_every_field() -> None:
    content = SAMPLE[0].content
    mapping = {field.name: getattr(content, field.name) for field in fields(ProjectContent)}
    mapping["missing_sections"] = sorted(content.missing_sections)
    assert content_from_mapping(mapping) == content


@pytest.mark.parametrize(
    ("amount", "cents", "thousands", "printed"),
    [
        (46434, "", " ", "46 434"),
        (46434, "exact", "\u00a0", "46\u00a0434,00"),
        (46434, "up", " ", "46 433,50"),
        (46434, "down", "", "46434,49"),
        (0, "up", " ", "0,00"),
        (-1234, "", " ", "-1 234"),
        (12345678901, "", " ", "12 345 678 901"),
    ],
)
def test_sums_as_printed(amount: int, cents: str, thousands: str, printed: str) -> None:
    assert print_sum(amount, PrintStyle(cents=cents, thousands=thousands)) == printed


def test_periods_as_printed() -> None:
    start, end = date(2015, 5, 1), date(2017, 6, 30)
    assert print_period(start, end) == "Alkaa 1.5.2015 ja päättyy 30.6.2017"
    assert print_period(start, None) == "Alkaa 1.5.2015 ja päättyy"
    assert print_period(None, end) == "Alkaa ja päättyy 30.6.2017"
    assert print_period(None, None) == ""


def test_business_ids() -> None:
    assert is_valid_business_id("0201256-6")
    assert not is_valid_business_id("0201256-7")
    assert not is_valid_business_id("201256-6")
    rng = Random(1)
    for _ in range(300):
        assert is_valid_business_id(invent_business_id(rng))
        assert not is_valid_business_id(invent_business_id(rng, valid=False))


def test_omitted_labels_are_empty_fields_only() -> None:
    content = content_from_mapping({"fund": "EAKR", "project_code": "A70001", "project_name": "a"})
    labels = [block.name for block in render_blocks(content, PrintStyle(omit=frozenset({"applicant.website"})))]
    assert "applicant.website" not in labels
    assert "applicant.phone" in labels
    filled = content_from_mapping(
        {"fund": "EAKR", "project_code": "A70001", "project_name": "a", "applicant": {"website": "www.esimerkki.fi"}}
    )
    assert "applicant.website" in [
        block.name for block in render_blocks(filled, PrintStyle(omit=frozenset({"applicant.website"})))
    ]


def test_missing_sections_take_their_subsections_with_them() -> None:
    content = content_from_mapping(
        {"fund": "ESR", "project_code": "S20001", "project_name": "a", "missing_sections": ["8", "4.1"]}
    )
    numbers = [block.number for block in render_blocks(content) if block.kind is Kind.HEADING]
    assert numbers == ["1", "2", "3", "4", "4.2", "5", "6", "7"]
