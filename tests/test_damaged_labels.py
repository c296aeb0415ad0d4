"""Every label, heading, question and criterion with one letter wrong: read rightly or left unread, never misread.

Seeded and driven by the forms' data, so a new label is tested without new code.
"""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from models.form import SectionKind
from models.forms import load_forms
from models.records import Parsed
from parsers.parse import parse_document

ROOT = Path(__file__).parents[1]
DOCUMENTS = {
    "eura2014": ROOT / "data" / "sample" / "archive" / "every_format" / "A79001" / "A79001.txt",
    "eura2007": ROOT / "tests" / "cases" / "forms" / "eura2007.txt",
}
EDITS = {"eura2014": 2500, "eura2007": 500}
# The older form has labels of four and five letters, in which one wrong letter is too much to be sure.
READ = {"eura2014": 0.97, "eura2007": 0.9}
LETTERS = string.ascii_lowercase + "åäö01589"


def printed(name: str) -> list[str]:
    """Everything of the form that stands in the document as printed."""
    form = next(form for form in load_forms() if form.name == name)
    texts = [label.text for section in form.sections for label in section.labels]
    texts += [head.text for section in form.sections for head in section.lists]
    texts += [line for section in form.sections for line in section.group_lines]
    texts += [section.title for section in form.sections if section.kind is not SectionKind.INDICATORS]
    texts += [criterion.text for criterion in form.criteria]
    text = DOCUMENTS[name].read_text(encoding="utf-8")
    return [one for one in dict.fromkeys(texts) if one in text]


def edit(text: str, rng: random.Random) -> str:
    """One letter inserted, left out, replaced, or two swapped."""
    place = rng.randrange(len(text))
    kind = rng.choice(("insert", "delete", "replace", "swap"))
    if kind == "insert":
        return text[:place] + rng.choice(LETTERS) + text[place:]
    if kind == "delete":
        return text[:place] + text[place + 1 :]
    if kind == "replace":
        return text[:place] + rng.choice(LETTERS) + text[place + 1 :]
    place = min(place, len(text) - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def values(parsed: Parsed) -> dict[tuple[str, str, int], str]:
    rows = parsed.tables.get("fields", [])
    typed = {(row["section_number"], row["field"], row["ordinal"]): row for row in rows if row["state"] == "value"}
    found = {key: row["value"] for key, row in typed.items() if not key[1].endswith("justification")}
    contacts = parsed.restricted.get("contacts", [{}])[0]
    found |= {("contacts", name, 1): contacts[name] for name in contacts if contacts[name] and name.startswith("c")}
    return {key: value for key, value in found.items() if not key[1].startswith("justification.")}


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_one_wrong_letter_misleads_nobody(name: str) -> None:
    text = DOCUMENTS[name].read_text(encoding="utf-8")
    reference = values(parse_document(text.encode()))
    rng = random.Random(20_260)
    things = printed(name)
    read = 0
    for number in range(EDITS[name]):
        thing = things[number % len(things)]
        places = [place for place in range(len(text)) if text.startswith(thing, place)]
        place = rng.choice(places)
        damaged = edit(thing, rng)
        parsed = parse_document((text[:place] + damaged + text[place + len(thing) :]).encode())
        found = values(parsed)
        wrong = {key: (value, reference.get(key)) for key, value in found.items() if value != reference.get(key)}
        assert not wrong, (thing, damaged, wrong)
        read += found == reference
    assert read >= READ[name] * EDITS[name], read
