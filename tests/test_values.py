"""Value parsers, case by case: ``tests/cases/values.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from models.columns import ValueType
from models.fields import FIELDS
from parsers.reading import State
from parsers.values import PARSERS

CASES: dict[str, list[list[Any]]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "values.yaml").read_text(encoding="utf-8")
)
FLAT = [(kind, *case) for kind, cases in CASES.items() for case in cases]


@pytest.mark.parametrize("case", FLAT, ids=lambda case: f"{case[0]}:{case[1]}")
def test_case(case: tuple[Any, ...]) -> None:
    kind, printed, state, values, *issues = case
    reading = PARSERS[ValueType(kind)](printed)
    assert reading.state == state
    assert list(reading.values) == values
    assert list(reading.issues) == (issues[0] if issues else [])
    assert (reading.normal is None) == (state != "value" and not any(value is not None for value in values)) or (
        state == "invalid"
    )


def test_every_type_has_a_parser_and_its_cases() -> None:
    assert set(PARSERS) == set(ValueType)
    untested = set(ValueType) - {ValueType(kind) for kind in CASES}
    assert untested == {ValueType.FUND, ValueType.WEBSITE, ValueType.PHONE, ValueType.FREE_TEXT}
    assert all(PARSERS[kind] is PARSERS[ValueType.TEXT] for kind in untested)


@given(st.text(max_size=60))
def test_no_parser_raises_and_widths_fit(text: str) -> None:
    for field in FIELDS:
        reading = PARSERS[field.type](text)
        if field.table in ("projects", "contacts", "indicators") and reading.state is State.VALUE:
            assert len(reading.values) == len(field.columns)
        assert reading.state in (State.VALUE, State.EMPTY, State.INVALID)
