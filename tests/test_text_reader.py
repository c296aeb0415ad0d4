"""The text reader: cases as data, and properties that hold for any text."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import check_document, describe_lines, load_cases, try_reading

from parsers.document import Join, Kind, UnreadableError, joined
from parsers.readers.clean import clean_characters, count_characters, odd_characters
from parsers.readers.text import read_text

SEED = Path(__file__).parents[2] / "shared" / "seeds" / "S20405.txt"
WORDS = ["kylä", "saaristo", "kehittäminen", "yhdistys", "hanke", "rahoitus", "ja", "tai", "kunta", "työ", "on"]
PARAGRAPH = (
    "Hankkeessa kehitetään saariston kylien palveluja yhdessä asukkaiden ja yhdistysten kanssa. Kylillä kokeillaan "
    "liikkuvaa kirjastoa, joka tuo kirjat, lehdet ja neuvonnan laituriin saakka, ja kokeilun tuloksista kerrotaan "
    "kaikille kunnille. Työ aloitetaan keväällä, jolloin jäät ovat lähteneet, ja sitä jatketaan kahden vuoden ajan."
)


@pytest.mark.parametrize("case", load_cases("text.yaml"), ids=lambda case: case["name"])
def test_cases(case):
    document = read_text(case["text"].encode())
    assert describe_lines(document) == case["lines"]
    check_document(document)


@pytest.mark.parametrize("width", [60, 66, 72, 80, 90, 100])
def test_folded_paragraphs_are_whole_again(width):
    paragraphs = [PARAGRAPH.replace("saariston", word) for word in WORDS] + ["Lyhyt kappale."]
    folded = "\n\n".join(textwrap.fill(text, width, break_long_words=False) for text in paragraphs)
    document = read_text(folded.encode())
    assert joined(document.text, document.lines) == "\n\n".join(paragraphs)


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("keep", [True, False], ids=["spaces kept", "spaces cut"])
def test_lines_chopped_within_words_are_whole_again(width, keep):
    paragraphs = [PARAGRAPH.replace("saariston", word) for word in WORDS] + ["Lyhyt kappale."]
    chopped = [[text[at : at + width] for at in range(0, len(text), width)] for text in paragraphs]
    lines = [line if keep else line.rstrip() for part in chopped for line in [*part, ""]]
    document = read_text("\n".join(lines).encode())
    whole = joined(document.text, document.lines)
    assert whole.split() == "\n\n".join(paragraphs).split() if keep else whole.count("\n\n") == len(WORDS)


def test_an_unfolded_text_gets_no_join():
    text = "\n".join([PARAGRAPH, "kylät", "kunnat", "yhdistykset ja järjestöt", PARAGRAPH, "seurakunnat", "koulut"] * 3)
    assert all(line.join is Join.NONE for line in read_text(text.encode()).lines)


def test_lines_broken_by_hand_are_not_joined():
    lines = [
        "vesi nousee rantaan",
        "ja",
        "laituri odottaa kevättä ja lähtöä",
        "kun",
        "aurinko",
        "palaa taas",
    ] * 4
    assert all(line.join is Join.NONE for line in read_text("\n".join(lines).encode()).lines)


@pytest.mark.skipif(not SEED.exists(), reason="the real description is not part of the project")
def test_the_real_description_is_read_as_it_is():
    data = SEED.read_bytes()
    document = read_text(data)
    check_document(document)
    assert all(line.join is Join.NONE and not line.cells for line in document.lines)
    source = [" ".join(line.split()) for line in data.decode().splitlines() if line.strip()]
    assert [line.lstrip("-*• ") for line in document.text.splitlines() if line] == [s.lstrip("-*• ") for s in source]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\f\n", "no_text"),
        ("\ufeff\u200b\u00ad".encode(), "no_text"),
        (bytes(range(256)) * 40, "not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_text"),
        (b"PK\x03\x04" + bytes(range(32)) * 4, "not_text"),
    ],
)
def test_what_is_no_text_is_refused(data, code):
    with pytest.raises(UnreadableError) as error:
        read_text(data)
    assert error.value.code == code


def test_damage_is_counted():
    document = read_text(("työ\0llisyys " * 20 + "\ufffd").encode())
    assert document.dropped_characters == 20
    assert [(note.code, note.detail) for note in document.notes] == [("undecodable_characters", "1")]
    assert "\0" not in document.text


def test_a_charset_that_does_not_fit_is_noted():
    document = read_text("työ".encode("cp1252"), charset="utf-8")
    assert document.text == "työ"
    assert [note.code for note in document.notes] == ["encoding_fallback"]


ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("ab äÖ1 -*•–o:.\t\n\r\f\v\0\u00a0\u00ad\u200b\u2028\ufeff\ufffe\u0308\uf0b7 "),
        st.characters(codec="utf-8"),
    ),
    max_size=300,
)
FOLDED = st.builds(
    lambda words, width, end, blank: end.join(textwrap.fill(" ".join(part), width) + (blank * end) for part in words),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=80), min_size=1, max_size=6),
    st.integers(20, 120),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(0, 2),
)


@given(st.one_of(ANY_TEXT, FOLDED))
@settings(max_examples=300, deadline=None)
def test_reading_is_sound_and_idempotent(text):
    document = try_reading(read_text, text.encode())
    if isinstance(document, str):
        assert document in ("no_text", "not_text", "empty")
        return
    check_document(document)
    again = read_text(document.text.encode())
    assert again.text == document.text


@given(st.one_of(ANY_TEXT, FOLDED))
@settings(max_examples=200, deadline=None)
def test_no_visible_character_is_lost(text):
    document = try_reading(read_text, text.encode())
    if isinstance(document, str):
        return
    marks = str.maketrans("", "", "*•·‣◦●○▪■□➢►\uf0b7\uf0a7\uf0d8-–—o\ufffe")
    expected = clean_characters(text).translate(marks)
    assert "".join(document.text.translate(marks).split()) == "".join(expected.split())


@given(ANY_TEXT)
def test_cleaning_finds_all_there_is_to_clean(text):
    if not odd_characters(text):
        assert clean_characters(text, "x" + text) == text
    cleaned = clean_characters(text)
    assert clean_characters(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "x" + " " * 1_000_000 + "y",
        " " * 1_000_000 + "x",
        "x" * 1_000_000,
        "x" + "\t" * 200_000 + "y",
        "a  b   c    d\n" * 5_000,
        "".join("a" + " " * (n % 97) + "b\n" for n in range(5_000)),
        ("A" + "b" * 100 + "   ") * 5_000,
        "sana-\n" * 10_000,
        "Aaa:" * 50_000,
        "\u0308" * 100_000,
        "ra\u00ad\nsa" * 10_000,
    ],
    ids=["space", "indent", "word", "tabs", "columns", "ragged", "labels", "hyphens", "colons", "marks", "soft"],
)
def test_time_is_bounded(text):
    started = time.process_time()
    read_text(text.encode())
    assert time.process_time() - started < 3


def test_kinds_of_text_documents():
    document = read_text(b"a\n* b")
    assert (document.media_type, document.reader, document.pages) == ("text/plain", "text", None)
    assert [line.kind for line in document.lines] == [Kind.TEXT, Kind.LIST_ITEM]
    assert count_characters(document.text) == 3
