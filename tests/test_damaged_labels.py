"""Every label, heading, question and criterion with one letter wrong: read rightly or left unread, never misread.

Seeded and driven by the forms' data, every spelling of it, so a new label is tested without new code.
"""

from __future__ import annotations

import random
import re
import string
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from models.form import Form, SectionKind
from models.forms import load_forms
from models.records import Parsed
from parsers.parse import parse_document

ROOT = Path(__file__).parents[1]
DOCUMENTS = {
    "eura2014": ROOT / "data" / "sample" / "archive" / "every_format" / "A79001" / "A79001.txt",
    "eura2007": ROOT / "tests" / "cases" / "forms" / "eura2007.txt",
}
EDITS = {"eura2014": 2400, "eura2007": 600}
# The older form has labels of four and five letters, in which one wrong letter is too much to be sure.
READ = {"eura2014": 0.97, "eura2007": 0.9}
LETTERS = string.ascii_lowercase + "åäö01589"
KINDS = ("insert", "delete", "replace", "swap")
Thing = tuple[str, str]
"""(what the document prints, what the form may print in its place)"""


def find_things(form: Form) -> list[Thing]:
    """Every label, list head, group line, heading, criterion and dimension of the form, in every spelling."""
    things: list[Thing] = []
    dot = "." if form.name == "eura2007" else ""
    for section in form.sections:
        things += [(label.text, text) for label in section.labels for text in label.spellings()]
        things += [(section.lists[0].text, head.text) for head in section.lists]
        things += [(line, line) for line in section.group_lines]
        number = f"{section.number}{dot}"
        things += [(f"{number} {section.title}", f"{number} {title}") for title in section.titles()]
    things += [(criterion.text, text) for criterion in form.criteria for text in criterion.spellings()]
    things += [(one.text, text) for one in form.dimensions for text in (one.text, *one.variants)]
    return list(dict.fromkeys(things))


def edit(text: str, kind: str, rng: random.Random) -> str:
    """One letter inserted, left out, replaced by another, or two different ones swapped."""
    while True:
        place = rng.randrange(len(text))
        letter = rng.choice(LETTERS)
        edited = {
            "insert": text[:place] + letter + text[place:],
            "delete": text[:place] + text[place + 1 :],
            "replace": text[:place] + letter + text[place + 1 :],
            "swap": text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
        }[kind]
        if edited != text:
            return edited


def values(parsed: Parsed) -> dict[tuple[str, str, int], Any]:
    """What was read, free text aside: by section, field and ordinal."""
    rows = parsed.tables.get("fields", [])
    typed = {(row["section_number"], row["field"], row["ordinal"]): row for row in rows if row["state"] == "value"}
    found = {key: row["value"] for key, row in typed.items() if "justification" not in key[1]}
    contacts = parsed.restricted.get("contacts", [{}])[0]
    found |= {("contacts", name, 1): contacts[name] for name in contacts if contacts[name] and name.startswith("c")}
    return found | {("role", row["role"], row["ordinal"]): row["name"] for row in parsed.tables.get("partners", [])}


def texts(form: Form, parsed: Parsed) -> dict[tuple[str, str], str]:
    """The free text and the justifications that are there."""
    free = {section.number for section in form.sections if section.kind is SectionKind.FREE_TEXT}
    found = {
        ("section", row["section_number"]): row["text"]
        for row in parsed.tables.get("sections", [])
        if row["section_number"] in free
    }
    found |= {("score", row["criterion"]): row["justification"] for row in parsed.tables.get("scores", [])}
    for project in parsed.tables.get("projects", []):
        found |= {("gender", name): project[name] for name in project if name.endswith("justification")}
    return {key: text for key, text in found.items() if text}


def lay_out(text: str, thing: Thing) -> tuple[str, list[int]]:
    """The document with a spelling of the form in the place of the usual one, and the lines where it stands."""
    usual, printed = thing
    text = re.sub(f"^{re.escape(usual)}", printed, text, flags=re.MULTILINE)
    return text, [found.start() for found in re.finditer(f"^{re.escape(printed)}", text, re.MULTILINE)]


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_one_wrong_letter_misleads_nobody(name: str) -> None:
    form = next(form for form in load_forms() if form.name == name)
    original = DOCUMENTS[name].read_text(encoding="utf-8")
    things = find_things(form)
    pages = {thing: lay_out(original, thing) for thing in things}
    assert [thing for thing in things if not pages[thing][1]] == []  # a new label belongs into the document, too
    references = {page: parse_document(page.encode()) for page, _ in pages.values()}
    rng = random.Random(20_260)
    read: Counter[str] = Counter()
    for number in range(EDITS[name]):
        thing = things[number % len(things)]
        page, places = pages[thing]
        reference = references[page]
        kind = KINDS[number // len(things) % len(KINDS)]
        place, damaged = rng.choice(places), edit(thing[1], kind, rng)
        parsed = parse_document((page[:place] + damaged + page[place + len(thing[1]) :]).encode())
        found, wanted = values(parsed), values(reference)
        wrong = {key: (value, wanted.get(key)) for key, value in found.items() if value != wanted.get(key)}
        assert not wrong, (thing, damaged, wrong)
        if parsed.status == reference.status:
            # Only where the document is said to be partial may a lost heading be part of the text before it.
            texts_found, texts_wanted = texts(form, parsed), texts(form, reference)
            assert {key: text for key, text in texts_found.items() if text != texts_wanted.get(key)} == {}, damaged
        read[kind] += found == wanted
    assert read.keys() == set(KINDS)
    assert read.total() >= READ[name] * EDITS[name], read
