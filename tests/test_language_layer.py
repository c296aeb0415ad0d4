"""The spaCy layer: tokens, sentences, base forms, places, organisations, dates and sums, odd texts."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from parsers.passages import align_passage
from parsers.spacy_fi.build import build_pipeline
from parsers.spacy_fi.components import PASSAGES, SENTENCES, entities_of
from parsers.spacy_fi.context import Party, Project
from parsers.spacy_fi.entities import find_entities
from parsers.spacy_fi.memory import Memory
from parsers.spacy_fi.numbers import find_numbers
from parsers.spacy_fi.places import find_areas, make_target
from parsers.spacy_fi.sentences import find_starts
from parsers.spacy_fi.tokens import FinnishTokenizer, split_words
from pipeline.language_inputs import Request
from pipeline.language_task import CHUNK, analyse_documents, cut_text

CASES: dict[str, list[Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "language.yaml").read_text("utf-8"))


@cache
def pipeline(level: str = "fast") -> Language:
    """Loaded once for all tests."""
    return build_pipeline("full" if level == "full" else "fast")


def read(text: str, area: str = "", parties: tuple[Party, ...] = (), level: str = "fast") -> Doc:
    nlp = pipeline(level)
    doc = nlp.make_doc(text)
    doc._.project = Project(make_target([("municipality", area)] if area else []), parties)
    return nlp(doc)


def sentences(text: str) -> list[str]:
    words, spaces = split_words(text)
    starts = [*find_starts(words, spaces), len(words)]
    pieces = [word + " " * space for word, space in zip(words, spaces, strict=True)]
    return ["".join(pieces[a:b]).strip() for a, b in pairwise(starts)]


@pytest.mark.parametrize(("text", "tokens"), CASES["tokens"])
def test_tokens(text: str, tokens: str) -> None:
    assert split_words(text)[0] == tokens.split("|")


@pytest.mark.parametrize("expected", CASES["sentences"])
def test_sentences(expected: list[str]) -> None:
    text = "".join(expected)
    assert sentences(text) == [one.strip() for one in expected]


@given(st.text(alphabet="aB1 .,-–:/\n\t█(”€😀’é", max_size=60) | st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_tokens_put_together_are_the_text(text: str) -> None:
    words, spaces = split_words(text)
    assert "".join(word + " " * space for word, space in zip(words, spaces, strict=True)) == text
    assert all(words)
    if words:
        assert FinnishTokenizer(pipeline().vocab)(text).text == text


@pytest.mark.parametrize(("form", "code"), CASES["places"])
def test_places_in_any_case_form(form: str, code: str | None) -> None:
    doc = read(f"Toiminta koskee myös {form} aluetta.")
    assert [one.link for one in entities_of(doc) if one.label == "GPE"] == ([code] if code else [])


@pytest.mark.parametrize(("text", "found"), CASES["meant"])
def test_which_place_is_meant(text: str, found: dict[str, str]) -> None:
    area, _, passage = text.partition(" | ")
    doc = read(passage, area)
    assert {doc[one.start : one.end].text: one.link for one in entities_of(doc) if one.label == "GPE"} == found


def test_namesakes_by_level_word_and_target_area() -> None:
    assert {area.level for area in find_areas("Lahden")} == {"subregion", "municipality"}
    assert [one.link for one in entities_of(read("Yrityksiä on Lahden seudulla."))] == ["subregion:071"]
    assert [one.link for one in entities_of(read("Yrityksiä on Lahden keskustassa."))] == ["municipality:398"]


@pytest.mark.parametrize(("text", "names"), CASES["organisations"])
def test_organisations(text: str, names: list[str]) -> None:
    doc = read(text, "285", (Party("Kehittämisyhdistys Rannikko ry", "0199999-2"),))
    assert [doc[one.start : one.end].text for one in entities_of(doc) if one.label == "ORG"] == names


def test_the_projects_own_have_their_business_id() -> None:
    doc = read("Hanketta hallinnoi Rannikko. Rannikon väki auttaa.", "285", (Party("Kyläyhdistys Rannikko ry", "1-1"),))
    own = [one for one in entities_of(doc) if one.label == "ORG"]
    assert {(one.source, one.lemma, one.link) for one in own} == {
        ("project", "Kyläyhdistys Rannikko ry", "business_id:1-1")
    }
    (city,) = (one for one in entities_of(read("Mukana on Kotkan kaupunki.", "285")) if one.label == "ORG")
    assert (city.lemma, city.link, city.source) == ("Kotkan kaupunki", "municipality:285", "form")


@pytest.mark.parametrize(("text", "value"), CASES["numbers"])
def test_dates_and_sums(text: str, value: str) -> None:
    assert " ".join(found.value for found in find_numbers(text)) == value


@pytest.mark.parametrize(("text", "lemmas"), CASES["lemmas"])
def test_base_forms(text: str, lemmas: str) -> None:
    doc = read(text)
    assert " ".join(token.lemma_ for token in doc if token.text[0].isalpha()) == lemmas


def test_other_languages_are_not_lemmatised_as_finnish() -> None:
    swedish = "Projektet utvecklar nya arbetssätt för unga i regionen och verksamheten är öppen för alla."
    english = "The project develops new ways of working together with local companies and schools."
    doc = read(f"Hankkeessa kehitetään uusia palveluja nuorille.\n\n{swedish}\n\n{english}")
    assert [span.label_ for span in doc.spans[PASSAGES]] == ["fi", "sv", "en"]
    assert [span.label_ for span in doc.spans[SENTENCES]] == ["fi", "sv", "en"]
    assert [token.lemma_ for token in doc[:3]] == ["hanke", "kehittää", "uusi"]
    assert not any(token.lemma_ for token in doc if token.text in ("Projektet", "project"))


def test_without_the_lexicon_there_are_names_and_sentences() -> None:
    memory = Memory(None)
    words = memory.look_up(split_words("Mukana ovat Kotkan kaupunki ja Rannikon Verkko ry. Työpaja oli Haminassa.")[0])
    assert not any(word.inside.lemma for word in words if word.is_word and not word.areas)
    links = [one.link for one in find_entities("", list(range(len(words))), words, frozenset({0, 10}), None)]
    assert links == ["", "", "municipality:075"]


def test_the_model_adds_names_and_says_that_it_did() -> None:
    doc = read("Mukana olivat Suomen Kulttuurirahasto ja tutkija Anna-Maija Meikäläinen.", level="full")
    people = [one for one in entities_of(doc) if one.label == "PERSON"]
    assert all(one.source == "model" for one in people)
    assert [ent.id_ for ent in doc.ents] == [one.source for one in entities_of(doc)]
    assert [ent.kb_id_ for ent in doc.ents] == [one.link for one in entities_of(doc)]


@pytest.mark.parametrize("level", ["fast", "full"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n\n",
        "█" * 50,
        "█ ████ █",
        "😀🎉👩‍👩‍👧 😀",
        "!" * 3000,
        "a" * 3000,
        "1" * 3000,
        "-" * 3000,
        "(((" * 900,
        "é́" * 99,
    ],
    ids=lambda text: f"{text[:3]!r}x{len(text)}",
)
def test_odd_texts(text: str, level: str) -> None:
    assert read(text, level=level).text == text


def test_long_texts_are_read_whole() -> None:
    sentence = "Kotkassa järjestettiin työpaja ja nuoret oppivat uusia taitoja. "
    for text, found in (("ö" * 2_000_000, 0), (sentence * 3000, 3000)):
        (result,) = analyse_documents(pipeline(), [Request([text], [], [])])
        assert sum(end - start for start, end, _ in result[0].sentences) >= len(text) - 3001
        assert sum(one[2] == "GPE" for one in result[0].entities) == found


def test_pieces_are_the_text() -> None:
    for text in ("", "x", "ab " * CHUNK, "ö" * (3 * CHUNK + 1), ("a" * 99 + "\n\n") * 2000):
        pieces = list(cut_text(text))
        assert "".join(piece for _, piece in pieces) == text
        assert all(text.startswith(piece, at) and len(piece) <= CHUNK for at, piece in pieces)


@pytest.mark.parametrize(("source", "joined", "places"), CASES["alignment"])
def test_offsets_of_joined_text(source: str, joined: str, places: dict[str, str]) -> None:
    aligned = align_passage(source, 0, len(source), joined)
    assert aligned is not None
    for word, text in places.items():
        start = joined.index(word)
        a, b = aligned.to_source(start, start + len(word))
        assert source[a:b] == text
    assert align_passage(source, 0, len(source), joined + "x") is None
