"""Folds undone: the hyphen that the folding put there goes, whichever character it is."""

from __future__ import annotations

import pytest

from parsers.document import HYPHENS, Join, Kind, Line, joined
from parsers.passages import align_passage
from parsers.readers.hyphens import decide_hyphen
from parsers.readers.text import read_text

WORDS = "Hankkeessa kehitetään elinkei", "noelämän ja kuntien yhteistyötä."


@pytest.mark.parametrize("hyphen", HYPHENS)
def test_a_hyphen_of_the_folding_goes(hyphen: str) -> None:
    first, second = WORDS
    text = f"{first}{hyphen}\n{second}"
    cut = len(first) + 1
    lines = (Line(0, cut), Line(cut + 1, len(text), Kind.TEXT, Join.DROP_HYPHEN))
    whole = joined(text, lines)
    assert whole == first + second
    aligned = align_passage(text, 0, len(text), whole)
    assert aligned is not None
    place = whole.index("yhteistyötä")
    start, end = aligned.to_source(place, place + len("yhteistyötä"))
    assert text[start:end] == "yhteistyötä"


def test_a_browsers_hyphen_goes_even_where_lines_are_full_to_the_last_character() -> None:
    folded = [
        "Hankkeessa kehitetään alueen elinkei\u2010",
        "noelämän ja kuntien yhteistyötä kaikin",
        "tavoin, ja elinkeinopalveluja alueel\u2010",
        "la lisätään.",
    ]
    sentence = "".join([folded[0][:-1], folded[1], " ", folded[2][:-1], folded[3]])
    document = read_text("\n\n".join(["\n".join(folded)] * 3).encode())
    assert joined(document.text, document.lines) == "\n\n".join([sentence] * 3)


def test_a_hyphen_of_the_words_own_stays() -> None:
    text = "Pohjois-\nPohjanmaan alue"
    lines = (Line(0, 8), Line(9, len(text), Kind.TEXT, Join.KEEP_HYPHEN))
    assert joined(text, lines) == "Pohjois-Pohjanmaan alue"


@pytest.mark.parametrize(("after", "join"), [("ja.", Join.DROP_HYPHEN), ("ja kuntayhteistyötä", Join.SPACE)])
def test_a_conjunction_is_followed_by_a_word(after: str, join: Join) -> None:
    assert decide_hyphen("tarjotaan digitaalisia palvelu-", after, lambda _word: False)[0] is join
