"""The gold set of language: whole, honest, and no worse than its floors."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pipeline.evaluate.floors import load_floors
from pipeline.evaluate.language import Answer, Score, format_scores, ours, score_system, wilson
from pipeline.evaluate.language_gold import GoldError, read_gold, read_passage, words_of

GOLD = Path(__file__).parent / "gold_language"
FLOORS = load_floors(GOLD / "floors.json")
SETS = ("held_out", "rules")


@cache
def score(level: str, name: str) -> Score:
    return score_system(level, system(level), read_gold(GOLD / f"{name}.jsonl"))


system = cache(ours)


def test_the_set_is_as_large_as_promised() -> None:
    sets = [read_gold(GOLD / f"{name}.jsonl") for name in SETS]
    passages = [passage for one in sets for passage in one]
    assert len({passage.id for passage in passages}) == len(passages)
    assert not {one.text for one in sets[0]} & {one.text for one in sets[1]}
    assert sum(len(passage.places) for passage in passages) >= 400
    assert sum(len(passage.organisations) for passage in passages) >= 400
    assert sum(len(passage.lemmas) for passage in passages) >= 2050
    assert all(sum(len(passage.persons) for passage in one) >= 30 for one in sets)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("level", ["fast", "full"])
def test_nothing_is_worse_than_its_floor(level: str, name: str) -> None:
    found = score(level, name)
    for what, floor in FLOORS[f"{level} {name}"].items():
        both = (
            found.share(f"{what}_precision") or found.share(what),
            found.share(f"{what}_recall") or found.share(what),
        )
        for share, least in zip(both, (floor.precision, floor.recall), strict=True):
            assert share is not None
            assert share.right / share.of >= least, f"{what}\n" + "\n".join(found.faults if name == "rules" else [])


def test_marks_are_read() -> None:
    passage = read_passage(
        {
            "id": "x",
            "target": ["Kotka", "r Lappi"],
            "parties": [["Väki ry", "1-1"]],
            "text": "[Kotkassa|Kotka] on {Kotkan kaupunki}. ||[Lapissa|r Lappi] ei. ||<Aino Esimerkki> ei.",
            "lemmas": "kotka olla kotka kaupunki lappi ei/eivät aino esimerkki ei",
        }
    )
    assert passage.text == "Kotkassa on Kotkan kaupunki. Lapissa ei. Aino Esimerkki ei."
    assert passage.persons == {(41, 55)}
    assert passage.places == {(0, 8): ("municipality", "285"), (29, 36): ("region", "19")}
    assert passage.organisations == {(12, 27)}
    assert passage.starts == (29, 41)
    assert passage.lemmas[5][1] == {"ei", "eivät"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": "a", "text": "[Kotkassa|Kutka]"}, "no municipality Kutka"),
        ({"id": "b", "text": "{Kotkan"}, "not closed"),
        ({"id": "c", "text": "Yksi kaksi.", "lemmas": "yksi"}, "2 words and 1 base forms"),
    ],
)
def test_faults_of_the_set_are_told(row: dict[str, object], message: str) -> None:
    with pytest.raises(GoldError, match=message):
        read_passage(row)


def test_scores_count_what_they_say() -> None:
    text = "[Kotkassa|Kotka] ja {Väki ry}. ||Ja [Oulussa|Oulu]."
    passage = read_passage({"id": "x", "text": text, "lemmas": "kotka ja väki ry ja oulu"})
    places = {(0, 8): ("municipality", "999"), (12, 20): None}
    answer = Answer(places, frozenset(), None, frozenset({21}), {(0, 8): "Kotka"})
    found = score_system("test", lambda _: answer, [passage])
    assert found.counts["places_precision"] == [1, 2]
    assert found.counts["places_recall"] == [1, 2]
    assert found.counts["places_code"] == [0, 1]
    assert found.counts["organisations_recall"] == [0, 1]
    assert found.f1("sentences") == 1.0
    assert found.counts["lemmas"] == [1, 6]
    assert "0.500 (" in format_scores([found])


def test_wilson_interval() -> None:
    low, high = wilson(97, 100)
    assert (round(low, 3), round(high, 3)) == (0.915, 0.990)
    assert wilson(0, 10)[0] == 0.0


def test_words_of_the_set() -> None:
    text = "Ks. 20-vuotias, SPR:n n. 3 ry. Oy."
    assert [text[a:b] for a, b in words_of(text)] == ["Ks.", "20-vuotias", "SPR:n", "n.", "ry", "Oy"]
