"""Limits and lists of the parser, each entry by itself: what ``make mutation`` found untested.

Cases: ``cases/edges.yaml``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from models.corrections import UNCORRECTABLE
from parsers.correct import value_type
from parsers.document import UnreadableError
from parsers.parse import quarantine
from parsers.readers.encoding import Decoded
from parsers.readers.markdown import is_markdown
from parsers.readers.sniff import name_kind
from parsers.readers.text import check_is_text
from parsers.spacy_fi.inflect import case_forms
from parsers.widths import weigh_text

CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases" / "edges.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("beginning", "kind"), CASES["signatures"])
def test_kinds_of_files_by_their_beginning(beginning: str, kind: str | None) -> None:
    assert name_kind(beginning.encode("latin-1") + b"x" * 60) == kind


@pytest.mark.parametrize("case", CASES["damage"], ids=str)
def test_how_much_damage_a_text_may_have(case: dict[str, Any]) -> None:
    decoded = Decoded("x" * 100, case.get("encoding", "utf-8"), replaced=case["replaced"])
    if case["text"]:
        check_is_text(b"x" * 100, decoded, case["controls"])
    else:
        with pytest.raises(UnreadableError) as refused:
            check_is_text(b"x" * 100, decoded, case["controls"])
        assert refused.value.code == "not_text"


@pytest.mark.parametrize("case", CASES["markdown"], ids=str)
def test_what_is_markdown(case: dict[str, Any]) -> None:
    lines = ["Kuvaus"]
    lines += ["# Otsikko"] * case["headings"] + ["**Nimi:** arvo"] * case["strong"] + ["| a | b |"] * case["rows"]
    assert is_markdown("\n".join([*lines, "Loppu", ""])) is case["markdown"]


def test_widths_of_letters() -> None:
    wrong = {
        letter: weigh_text(letter)
        for width, letters in CASES["widths"].items()
        for letter in letters
        # a letter in two rows has the later one's width
        if weigh_text(letter) != max(one for one, others in CASES["widths"].items() if letter in others)
        and weigh_text(letter) != width
    }
    assert not wrong


@pytest.mark.parametrize("name", CASES["inflected"])
def test_forms_of_names(name: str) -> None:
    found = dict(case_forms(name))
    assert {form: found.get(form) for form in CASES["inflected"][name]} == CASES["inflected"][name]


def test_what_cannot_be_corrected_has_no_type() -> None:
    assert UNCORRECTABLE
    assert [field for field in sorted(UNCORRECTABLE) if value_type(field) is not None] == []
    assert value_type("status") is not None


def test_a_quarantined_record_says_no_more_than_it_is_told() -> None:
    parsed = quarantine(b"x", "no_text")
    told = quarantine(b"x", "no_text", "yksityiskohta")
    assert "XX" not in repr(parsed)
    assert "yksityiskohta" in repr(told)
