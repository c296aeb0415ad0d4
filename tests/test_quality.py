"""The gate: precision and recall of every column on small fixed sets, and planted bugs that it must catch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from models.records import Row
from parsers import parse, recognise, record
from parsers.compiled import CompiledForm, compile_form, compiled_forms
from parsers.rows import make_score_rows
from parsers.sections import SectionMap, divide_sections
from pipeline.evaluate.floors import (
    Floor,
    FloorsError,
    find_falls,
    load_floors,
    lower_floors,
    raise_floors,
    save_floors,
)
from pipeline.evaluate.small_sets import SMALL_SETS, make_small_sets, measure_small_set

FLOORS = Path(__file__).parent / "quality" / "floors.json"


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small_sets")
    make_small_sets(folder)
    return folder


@pytest.mark.parametrize("name", [one.name for one in SMALL_SETS])
def test_no_column_is_below_its_floor(archives: Path, name: str) -> None:
    judgement = measure_small_set(archives, name)
    falls = find_falls(load_floors(FLOORS)[name], judgement.tally.sum_columns())
    worst = [f"{one.table}.{one.column} {one.outcome} in {one.layout}: {one.cases}" for one in judgement.worst_causes()]
    assert not falls, "\n".join([*falls, "the worst causes:", *worst[:10]])


def test_every_set_has_floors_for_nearly_every_column() -> None:
    floors = load_floors(FLOORS)
    assert set(floors) == {one.name for one in SMALL_SETS}
    assert all(len(part) > (35 if name.startswith("eura2007") else 60) for name, part in floors.items())


def falls_in_plain(archives: Path) -> list[str]:
    """What the gate says of the plain set, read by the parser as it is now."""
    judgement = measure_small_set(archives, "plain")
    return find_falls(load_floors(FLOORS)["plain"], judgement.tally.sum_columns())


def test_a_label_taken_out_of_the_form_is_caught(archives: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_status(form: CompiledForm) -> CompiledForm:
        sections = tuple(
            replace(section, labels=tuple(label for label in section.labels if label.field != "status"))
            for section in form.form.sections
        )
        return compile_form(replace(form.form, sections=sections))

    planted = tuple(without_status(form) for form in compiled_forms())
    monkeypatch.setattr(recognise, "compiled_forms", lambda: planted)
    assert any(fall.startswith("projects.status: recall") for fall in falls_in_plain(archives))


def test_swapped_numbers_of_one_criterion_are_caught(archives: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def swap(*arguments: object) -> list[Row]:
        rows = make_score_rows(*arguments)  # type: ignore[arg-type]
        return [
            row | {"direct": row["indirect"], "indirect": row["direct"]} if row["criterion"] == "natura_2000" else row
            for row in rows
        ]

    monkeypatch.setattr(record, "make_score_rows", swap)
    falls = falls_in_plain(archives)
    assert any(fall.startswith("scores.direct: precision") for fall in falls)
    assert any(fall.startswith("scores.indirect: precision") for fall in falls)


@pytest.mark.parametrize(("lines", "column"), [(1, "last_words"), (-1, "last_words")])
def test_a_boundary_moved_by_a_line_is_caught(
    archives: Path, monkeypatch: pytest.MonkeyPatch, lines: int, column: str
) -> None:
    def move(keys: object, form: object, headings: Sequence[object]) -> SectionMap:
        found = divide_sections(keys, form, headings)  # type: ignore[arg-type]
        parts = [
            part._replace(last=part.last + lines) if part.section.number == "4.1" else part for part in found.parts
        ]
        return replace(found, parts=tuple(parts))

    monkeypatch.setattr(parse, "divide_sections", move)
    assert any(fall.startswith(f"sections.{column}: precision") for fall in falls_in_plain(archives))


def write_floors(path: Path, **changes: object) -> Path:
    entry = {"precision": 0.9, "recall": 0.8, "highest": [0.9, 0.8]} | changes
    path.write_text(json.dumps({"plain": {"projects.status": entry}}), encoding="utf-8")
    return path


def test_a_lowered_floor_needs_a_reason(tmp_path: Path) -> None:
    assert load_floors(write_floors(tmp_path / "same.json"))["plain"]["projects.status"].precision == 0.9
    lowered = write_floors(tmp_path / "lowered.json", precision=0.7)
    with pytest.raises(FloorsError, match="needs a reason"):
        load_floors(lowered)
    reasoned = write_floors(tmp_path / "reasoned.json", precision=0.7, reason="The generator now prints two states.")
    assert load_floors(reasoned)["plain"]["projects.status"].precision == 0.7


@pytest.mark.parametrize("changes", [{"precision": 0.95}, {"highest": [2, 1]}, {"recall": "much"}, {"highest": []}])
def test_damaged_floors_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(FloorsError, match="not a file of floors"):
        load_floors(write_floors(tmp_path / "floors.json", **changes))


def test_floors_only_rise(tmp_path: Path) -> None:
    floors = load_floors(write_floors(tmp_path / "floors.json"))
    raised = raise_floors(floors, {"plain": {"projects.status": (0.95, 0.5), "projects.fund": (1.0, 1.0)}, "trap": {}})
    assert raised["plain"]["projects.status"] == Floor(0.95, 0.8, (0.95, 0.8))
    assert raised["plain"]["projects.fund"] == Floor(1.0, 1.0, (1.0, 1.0))
    save_floors(raised, tmp_path / "again.json")
    assert load_floors(tmp_path / "again.json") == raised


def test_lowering_records_the_reason(tmp_path: Path) -> None:
    floors = load_floors(write_floors(tmp_path / "floors.json"))
    with pytest.raises(FloorsError, match="say in a few words"):
        lower_floors(floors, {"plain": {"projects.status": (0.5, 0.9)}}, " ")
    lowered, changed = lower_floors(floors, {"plain": {"projects.status": (0.5, 0.9)}}, "The sets have new documents.")
    assert changed == ["plain projects.status"]
    assert lowered["plain"]["projects.status"] == Floor(0.5, 0.8, (0.9, 0.8), "The sets have new documents.")


def test_raising_again_keeps_the_reason_until_the_old_height_is_reached() -> None:
    lowered = Floor(0.7, 0.8, (0.9, 0.8), "The generator now prints two states.")
    assert lowered.raised(0.8, 0.8) == Floor(0.8, 0.8, (0.9, 0.8), lowered.reason)
    assert lowered.raised(0.9, 0.9) == Floor(0.9, 0.9, (0.9, 0.9))


def test_a_column_that_is_no_longer_measured_is_a_fall() -> None:
    assert find_falls({"projects.status": Floor(0.5, 0.5, (0.5, 0.5))}, {}) == [
        "projects.status: has a floor, but nothing was found to measure"
    ]
