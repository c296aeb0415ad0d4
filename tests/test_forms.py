"""Forms are data: the second one, and a made-up third that needs no code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rows import check_invariants

import models.forms
from models.form import Form, FormError, Label, Section, SectionKind, check_form
from models.forms import load_forms
from models.records import Parsed
from models.schema import form_labels
from parsers.compiled import compiled_forms
from parsers.parse import parse_document

CASES = Path(__file__).parent / "cases" / "forms"
SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "archive" / "every_format" / "A79001" / "A79001.txt"


def test_eura2007() -> None:
    data = (CASES / "eura2007.txt").read_bytes()
    parsed = parse_document(data, name="x.txt")
    check_invariants(parsed)
    assert parsed.status == "parsed"
    (project,) = parsed.tables["projects"]
    expected = {
        "form": "eura2007",
        "programme_period": "2007-2013",
        "fund": "ESR",
        "project_code": "S10123",
        "priority_axis_code": "5",
        "priority_axis_name": "Tekninen tuki",
        "programme_part": "Valtakunnallinen osio",
        "project_type": "Kehittämisprojekti",
        "start_date": "2009-01-01",
        "granted_eu_state_eur": 100000,
        "specific_objective_code": None,
        "gender_analysis": None,
    }
    assert {key: project[key] for key in expected} == expected
    (contact,) = parsed.restricted["contacts"]
    assert contact["applicant_phone"] == "016 000 1111"
    assert contact["contact_phone"] == "040 000 2222"
    assert parsed.tables["scores"] == []
    assert parsed.document["unclaimed_characters"] == 0
    names = [row["name"] for row in parsed.tables["sections"]]
    assert names == ["project", "applicant", "target_groups.description", "public_funding"]


@pytest.mark.parametrize("code", ["S10123", "A30001", "A512345", "A616120791"])
def test_codes_of_2007(code: str) -> None:
    text = (CASES / "eura2007.txt").read_text().replace("S10123", code)
    assert parse_document(text.encode()).project_code == code


def test_person_s_number_without_the_organisation_s() -> None:
    text = (CASES / "eura2007.txt").read_text().replace("Puhelinnumero: 016 000 1111\n", "")
    (contact,) = parse_document(text.encode()).restricted["contacts"]
    assert (contact["applicant_phone"], contact["contact_phone"]) == (None, "040 000 2222")


def test_the_form_is_told_by_the_document_not_by_its_name() -> None:
    data = (CASES / "eura2007.txt").read_bytes()
    assert parse_document(data, name="S20001_eura2014.txt").document["form"] == "eura2007"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hankekortti: JTF\n\nUuden kauden hankkeen kuvaus\n\nHanke-ID: J10001\n", "Uuden kauden hankkeen kuvaus"),
        ("Hankekortti\n\nHankkeen perustiedot\nHankekoodi: J10001\nRahasto: JTF\n", "Hankekortti"),
        ("Projektkort\n\nProjektets uppgifter\nProjektkod: J10001\n", "Projektkort"),
    ],
)
def test_unknown_forms_are_quarantined_with_their_title(text: str, title: str) -> None:
    parsed = parse_document(text.encode())
    assert parsed.status == "quarantined"
    assert f"title seen: {title})" in parsed.document["reason"]


def read_sample(*changes: tuple[str, str]) -> Parsed:
    """The sample document with something of it printed otherwise."""
    text = SAMPLE.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    parsed = parse_document(text.encode())
    check_invariants(parsed)
    assert (parsed.status, parsed.document["unclaimed_characters"]) == ("parsed", 0)
    return parsed


def test_a_period_folded_before_its_end() -> None:
    (project,) = read_sample(("ja päättyy 31.12.2018", "ja päättyy\n31.12.2018")).tables["projects"]
    assert project["end_date"] == "2018-12-31"


def test_a_final_report_whose_heading_lost_its_number() -> None:
    (whole,) = [row for row in read_sample().tables["sections"] if row["name"] == "final_report"]
    parsed = read_sample(("9 Loppuraportin tiivistelmä", "Loppuraportin tiivistelmä"))
    (found,) = [row for row in parsed.tables["sections"] if row["name"] == "final_report"]
    assert (found["title"], found["text"]) == (whole["title"], whole["text"])
    assert "heading_damaged" in {row["code"] for row in parsed.tables["issues"]}


@pytest.mark.parametrize(
    ("printed", "title"),
    [("l Hanke\n", "Hanke"), ("B.2 Kestävä kehitys", "Kestävä kehitys"), ("8,l Sukupuolten", "Sukupuolten tasa-arvo")],
)
def test_titles_of_headings_with_misread_numbers(printed: str, title: str) -> None:
    number = {"l": "1", "B": "8.2", "8": "8.1"}[printed[0]]
    parsed = read_sample((f"{number} {printed.partition(' ')[2]}", printed))
    assert title in [row["title"] for row in parsed.tables["sections"]]


MADE_UP = """
from models.form import Form, Label, Section, SectionKind, Title

FORM = Form(
    name="madeup2030",
    programme_period="2028-2034",
    language="fi",
    titles=(Title("EAKR", "Keksityn rahaston tukeman kokeilun kuvaus"),),
    code_patterns=(("EAKR", r"K9\\\\d{3}"),),
    furniture=("Keksitty rahasto",),
    sections=(
        Section(
            "1", "Kokeilu", "project", SectionKind.FIELDS,
            labels=(Label("Kokeilun tunnus", "project_code"), Label("Kokeilun nimi", "project_name"),
                    Label("Avustus", "granted_eu_state_eur")),
        ),
        Section("2", "Mitä tehdään", "summary", SectionKind.FREE_TEXT),
    ),
)
"""


@pytest.fixture
def made_up_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A form dropped into the folder of forms, as a newcomer would do it."""
    (tmp_path / "madeup2030.py").write_text(MADE_UP.replace("\\\\", "\\"), encoding="utf-8")
    monkeypatch.setattr(models.forms, "__path__", [*models.forms.__path__, str(tmp_path)])
    caches = (load_forms, compiled_forms, form_labels)
    for cache in caches:
        cache.cache_clear()
    yield
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("made_up_form")
def test_a_new_form_is_one_data_file() -> None:
    text = (
        "Keksitty rahasto\n\nKeksityn rahaston tukeman kokeilun kuvaus\n\n1 Kokeilu\n\nKokeilun tunnus: K9123\n"
        "Kokeilun nimi: Sienet kiertoon\nAvustus: 12 000\n\n2 Mitä tehdään\n\nKasvatetaan osterivinokkaita.\n"
    )
    parsed = parse_document(text.encode())
    check_invariants(parsed)
    assert (parsed.status, parsed.project_code, parsed.document["form"]) == ("parsed", "K9123", "madeup2030")
    (project,) = parsed.tables["projects"]
    assert (project["project_name"], project["granted_eu_state_eur"]) == ("Sienet kiertoon", 12000)
    assert parsed.document["unclaimed_characters"] == 0
    assert ("madeup2030", "1", "Avustus") in form_labels()["granted_eu_state_eur"]


def _form(*labels: Label) -> Form:
    section = Section("1", "Osa", "project", SectionKind.FIELDS, labels=labels)
    return Form("x", "2000", "fi", (), (), (), (section,))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ((Label("Nimi", "no_such_field"),), "no field 'no_such_field'"),
        ((Label("Nimi", "project_name"), Label("Nimi", "status")), "printed twice"),
        ((Label("Nimi", "project_name", after="status"),), "no label 'status'"),
    ],
)
def test_a_broken_form_says_what_to_mend(labels: tuple[Label, ...], message: str) -> None:
    with pytest.raises(FormError, match=message):
        check_form(_form(*labels))


def test_two_descriptions_in_one_file_are_said() -> None:
    """Two files glued together: one description is read, and nobody can mistake it for the whole."""
    first = (CASES / "eura2007.txt").read_text()
    parsed = parse_document((first + "\n\n" + first.replace("S10123", "S10124")).encode())
    check_invariants(parsed)
    assert parsed.status == "partial"
    assert "several_descriptions" in parsed.document["reason"]
    assert any(row["code"] == "several_descriptions" for row in parsed.tables["issues"])


def test_a_quoted_title_is_no_second_description() -> None:
    text = (CASES / "eura2007.txt").read_text()
    quoted = text.replace(
        "Kohderyhmänä", "Euroopan sosiaalirahaston (ESR) rahoittaman projektin kuvaus\n\nKohderyhmänä", 1
    )
    assert parse_document(quoted.encode()).status == "parsed"
