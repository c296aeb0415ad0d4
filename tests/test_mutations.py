"""Spans, claims and keys hold whatever is done to a document; sentinels planted in it are never lost."""

from __future__ import annotations

import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import check_invariants

from models.records import Parsed
from parsers.parse import parse_document

ARCHIVE = Path(__file__).parents[1] / "data" / "sample" / "archive"
SAMPLES = {
    path.stem: path.read_bytes().decode("utf-8-sig")
    for path in (
        ARCHIVE / "every_format" / "S29001" / "S29001.txt",
        ARCHIVE / "every_format" / "A79001" / "A79001.txt",
        ARCHIVE / "every_format" / "S29002" / "S29002.txt",
    )
}
SPACES = ("\u00a0", "\u202f", "\u2009", "\t", "  ", "\u3000", "\u200b ")
HEADING = re.compile(r"^\d(?:\.\d)? \w.*$", re.MULTILINE)


def drop_section(text: str, rng: random.Random) -> str:
    starts = [match.start() for match in HEADING.finditer(text)] + [len(text)]
    if len(starts) < 2:
        return text
    place = rng.randrange(len(starts) - 1)
    return text[: starts[place]] + text[starts[place + 1] :]


def empty_label(text: str, rng: random.Random) -> str:
    labels = list(re.finditer(r"^([^:\n]{4,60}:) \S.*$", text, re.MULTILINE))
    if not labels:
        return text
    match = rng.choice(labels)
    return text[: match.start()] + match[1] + text[match.end() :]


def change_spaces(text: str, rng: random.Random) -> str:
    return re.sub(" ", lambda match: rng.choice(SPACES) if rng.random() < 0.2 else match[0], text)


def change_line_ends(text: str, rng: random.Random) -> str:
    return text.replace("\n", rng.choice(("\r\n", "\r", "\n\n", "\n \n")))


def decompose(text: str, _: random.Random) -> str:
    return unicodedata.normalize("NFD", text)


def fold(text: str, rng: random.Random) -> str:
    width = rng.randrange(50, 100)
    folded = []
    for line in text.split("\n"):
        words, row = line.split(" "), ""
        for word in words:
            if row and len(row) + 1 + len(word) > width:
                folded.append(row)
                row = word
            else:
                row = f"{row} {word}" if row else word
        folded.append(row)
    return "\n".join(folded)


def swap_lines(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def repeat_line(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "\n".join(lines)


def cut_short(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text))]


def drop_blank_lines(text: str, _: random.Random) -> str:
    return re.sub(r"\n{2,}", "\n", text)


MUTATIONS = (
    drop_section, empty_label, change_spaces, change_line_ends, decompose, fold, swap_lines, repeat_line, cut_short,
    drop_blank_lines,
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(SAMPLES)),
    steps=st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=4),
    seed=st.integers(0, 2**32 - 1),
)
def test_invariants_hold_for_mutated_documents(name: str, steps: list[object], seed: int) -> None:
    rng = random.Random(seed)
    text = SAMPLES[name]
    for step in steps:
        text = step(text, rng) if len(text) > 200 else text  # type: ignore[operator]
    check_invariants(parse_document(text.encode(), name="mutated.txt"))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_parsed_or_quarantined(text: str) -> None:
    check_invariants(parse_document(text.encode("utf-8", "surrogatepass"), name="any.txt"))


SENTINEL = "Zyxwvut qponm 4711 lkjih."
FORM_SECTIONS = {"0", "1", "2", "5", "6", "7", "7.1", "7.2", "7.3"}


# The form's own headings, as the samples print them; applicants have numbered headings too.
OWN_HEADING = re.compile(
    r"(1 Hanke|2 Hakijan|3 Suunnitelman|4 Hankkeen|4\.1 Varsinaiset|4\.2 Välilliset|5 Projektin|6 Maantieteellinen|"
    r"7 Hakemusvaiheessa|7\.\d|8 Horisontaaliset|8\.1 Sukupuolten|8\.2 Kestävä|9 Loppuraportin)\b"
)


def section_of_lines(text: str) -> list[str]:
    """For every line of a sample: the number of the section that it stands in."""
    numbers, number = [], "0"
    for line in text.split("\n"):
        match = OWN_HEADING.match(line)
        found = match[1].split(" ")[0] if match else number
        # S29001 quotes headings in its last section.
        number = found if number != "9" else number
        numbers.append(number)
    return numbers


def plant(name: str, place: int) -> tuple[Parsed, str]:
    """The sample with the sentinel as a line of its own after line ``place``, and that line's section."""
    lines = SAMPLES[name].split("\n")
    number = section_of_lines(SAMPLES[name])[place]
    lines.insert(place + 1, SENTINEL)
    return parse_document("\n".join(lines).encode(), name="planted.txt"), number


@pytest.mark.parametrize("name", ["S29001", "A79001"])
def test_a_line_planted_anywhere_is_listed_or_in_a_body(name: str) -> None:
    count = len(SAMPLES[name].split("\n"))
    listed = bodies = 0
    for place in range(count - 1):
        parsed, number = plant(name, place)
        check_invariants(parsed)
        issues = [row for row in parsed.tables["issues"] if row["code"] == "unclaimed_text"]
        excerpts = [row for row in issues if SENTINEL in (row["excerpt"] or "")]
        values = [row for row in parsed.tables["fields"] if row["value"] and SENTINEL in row["value"]]
        if number in FORM_SECTIONS:
            assert excerpts, (place, number)
            assert not [row for row in values if row["field"] != "unknown"], (place, number)
            listed += 1
        elif number in ("3", "4.1", "4.2", "9"):
            body = next(row for row in parsed.tables["sections"] if row["section_number"] == number)
            assert SENTINEL in body["text"], (place, number)
            bodies += 1
        else:
            # Between the headings of 8, in 8.1 and 8.2: listed, or part of a justification.
            assert excerpts or values, (place, number)
    assert listed > 40
    assert bodies > 20
