"""The sample of ``data/sample``: its projects load, show what they are there for, and the archive is what is built."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from pipeline.synthetic.content import ProjectContent

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
WRONG_CHECK_DIGIT = {"9211057-3"}
"""On purpose, in A79005."""
NO_DESCRIPTIONS = "not_descriptions/"
MOST_BYTES = 3_000_000


def _load_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_build", SAMPLE / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


build = _load_build()
PROJECTS: dict[str, ProjectContent] = build.load_projects()
SOURCES = {name: (SAMPLE / "projects" / f"{name}.yaml").read_text("utf-8") for name in PROJECTS}
CODES = {content.project_code for content in PROJECTS.values()}


def is_valid_business_id(business_id: str) -> bool:
    digits, _, check = business_id.partition("-")
    total = sum(weight * int(digit) for weight, digit in zip((7, 9, 10, 5, 8, 4, 2, 1), digits + check, strict=True))
    return total % 11 == 0


def business_ids(content: ProjectContent) -> list[str]:
    others = content.partners + content.transfer_recipients
    return [content.applicant.business_id, *(other.business_id for other in others)]


def free_texts(content: ProjectContent) -> list[str]:
    return [
        content.summary,
        content.target_groups_direct,
        content.target_groups_indirect,
        content.final_report or "",
        *(answer.justification for answer in content.gender),
        *(score.justification for score in content.scores),
    ]


def all_lines() -> set[str]:
    return {line for content in PROJECTS.values() for text in free_texts(content) for line in text.split("\n")}


@pytest.mark.parametrize("name", PROJECTS)
def test_project_is_as_its_code_says(name: str) -> None:
    content = PROJECTS[name]
    assert re.fullmatch({"ESR": r"S2\d{4}", "EAKR": r"A7\d{4}"}[content.fund], content.project_code)
    assert name.split("_")[0] == content.project_code
    assert SOURCES[name].startswith("# "), "the first line says what the project is there for"
    assert len(content.scores) in (0, 15)
    assert all(0 <= value <= 10 for score in content.scores for value in score[:2])


@pytest.mark.parametrize("name", PROJECTS)
def test_business_ids_are_valid_but_the_one_on_purpose(name: str) -> None:
    ids = business_ids(PROJECTS[name])
    assert all(re.fullmatch(r"\d{7}-\d", one) for one in ids)
    assert {one for one in ids if not is_valid_business_id(one)} == WRONG_CHECK_DIGIT.intersection(ids)


def test_a_wrong_check_digit_is_there() -> None:
    assert {one for content in PROJECTS.values() for one in business_ids(content)} >= WRONG_CHECK_DIGIT


@pytest.mark.parametrize("name", PROJECTS)
def test_addresses_on_the_net_are_of_the_example_domain(name: str) -> None:
    text = SOURCES[name]
    mail_domains = re.findall(r"[\w.-]{1,64} ?(?:@|\(at\)) ?([\w.-]{1,64}\w)", text)
    sites = re.findall(r"(?:https?://|www\.)([\w.-]{1,64}\w)", text)
    assert mail_domains or not PROJECTS[name].contact.email
    assert all(domain == "esimerkki.fi" or domain.endswith(".esimerkki.fi") for domain in [*mail_domains, *sites])


def test_phones_are_obviously_invented() -> None:
    phones = {
        phone for content in PROJECTS.values() for phone in (content.applicant.phone, content.contact.phone) if phone
    }
    assert len(phones) > len(CODES)
    assert all("000" in re.sub(r"\D", "", phone) for phone in phones)


def test_enough_projects_of_every_kind() -> None:
    contents = PROJECTS.values()
    assert len(CODES) >= 15
    assert {content.fund for content in contents} == {"ESR", "EAKR"}
    assert {content.priority_axis[0] for content in contents} >= set("1234589")
    arrangements = {content.arrangement for content in contents}
    assert "" in arrangements
    assert any("yhteishanke" in one for one in arrangements)
    assert any("tuen siirto" in one for one in arrangements)
    assert "Vain yksi hakija" in arrangements
    assert {content.status for content in contents} == {"", "Toiminnassa", "Toiminta päättynyt", "Keskeytynyt"}
    assert {content.final_report is None for content in contents} == {True, False}
    assert "" in {content.final_report for content in contents}


def test_empty_and_missing_things_are_there() -> None:
    contents = PROJECTS.values()
    assert any("yhteishanke" in content.arrangement and not content.partners for content in contents)
    assert any(content.end is None for content in contents)
    assert any(content.start and content.end and content.end < content.start for content in contents)
    assert any(None in content.funding for content in contents)
    assert any((amount or 0) < 0 for content in contents for amount in content.funding)
    assert any(indicator.realised is None for content in contents for indicator in content.indicators)
    assert any(isinstance(indicator.planned, float) for content in contents for indicator in content.indicators)
    assert {section for content in contents for section in content.missing_sections} == {"4.2", "6", "7", "8.1"}
    assert any(not content.scores for content in contents)
    assert any(partner.type == "" for content in contents for partner in content.partners + content.transfer_recipients)


def test_the_two_captures_differ_in_what_time_changes() -> None:
    first, second = PROJECTS["S29003_2016-05-02"], PROJECTS["S29003_2018-03-12"]
    changed = {
        field
        for field in ProjectContent.__dataclass_fields__
        if getattr(first, field) != getattr(second, field)
    }  # fmt: skip
    assert changed == {"status", "funding", "indicators", "final_report"}
    assert (first.status, second.status) == ("Toiminnassa", "Toiminta päättynyt")


@pytest.mark.parametrize(
    "line",
    [
        "2015",
        "2 Toimenpiteet",
        "2.1 Työpaketti 1: Rakennusfysiikan ja akustiikan laboratorio",
        "5 Projektin julkinen rahoitus, euroa",
        "4 Hankkeen kohderyhmät",
        "9 Loppuraportin tiivistelmä",
        "Hyvinvoinnin edistäminen 9 9",
        "Ekologinen kestävyys",
        "Toiminnan tila: valmisteltu yhdessä opiskelijoiden kanssa.",
        "• konepajat",
        "* Kirjastojen ja kansalaisopistojen henkilöstö",
    ],
)
def test_free_text_holds_what_could_fool_a_parser(line: str) -> None:
    assert line in all_lines()


def test_justifications_begin_and_end_with_numbers() -> None:
    justifications = [score.justification for content in PROJECTS.values() for score in content.scores]
    assert sum(bool(re.match(r"\d", text)) for text in justifications) >= 8
    assert sum(bool(re.search(r"\d$", text)) for text in justifications) >= 8
    assert sum("\n\n" in text for text in justifications) >= 3
    assert any("Materiaalit ja jätteet" in text for text in justifications)


def test_lengths_vary() -> None:
    lengths = [len(text.encode()) for content in PROJECTS.values() for text in free_texts(content) if text]
    assert min(lengths) < 10
    assert 8_000 <= max(lengths) <= 12_000


def test_personal_data_is_planted_in_free_text() -> None:
    text = "\n".join(text for content in PROJECTS.values() for text in free_texts(content))
    assert len(re.findall(r"[\w.-]{1,64}(?:@|\(at\))[\w.-]{1,64}", text)) >= 4
    assert "044 0001777" in text
    assert re.findall(r"\b\d{6}[-+A]9\d{2}\w\b", text), "a personal identity code out of those never given to people"


def test_archive_is_what_the_build_writes() -> None:
    archive = SAMPLE / "archive"
    found = {path.relative_to(archive).as_posix() for path in archive.rglob("*") if path.is_file()}
    assert found == set(build.FILES)
    assert sum((archive / path).stat().st_size for path in found) < MOST_BYTES


def test_every_project_has_a_file_and_three_have_every_format() -> None:
    by_project: dict[str, set[str]] = {name: set() for name in PROJECTS}
    for entry in build.FILES.values():
        if isinstance(entry, build.Page | build.Print):
            by_project[entry.project].add(entry.layout)
    assert all(by_project.values())
    for name in ("S29001", "A79001", "S29002"):
        layouts = by_project[name]
        assert sum(one in build.LAYOUTS and build.LAYOUTS[one].format == "text" for one in layouts) >= 1
        assert sum(one in build.LAYOUTS and build.LAYOUTS[one].format == "html" for one in layouts) >= 2
        producers = {build.PDF_LAYOUTS[one].producer for one in layouts if one in build.PDF_LAYOUTS}
        assert producers >= {"chromium", "weasyprint", "reportlab"}


def test_no_held_out_layout_is_used() -> None:
    used = {entry.layout for entry in build.FILES.values() if isinstance(entry, build.Page | build.Print)}
    held_out = {name for name, layout in {**build.LAYOUTS, **build.PDF_LAYOUTS}.items() if layout.held_out}
    assert not used & held_out


@pytest.mark.parametrize("path", [path for path, entry in build.FILES.items() if isinstance(entry, build.Page)])
def test_texts_and_pages_are_up_to_date(path: str) -> None:
    """PDFs depend on their producers' versions; what we render ourselves does not."""
    entry = build.FILES[path]
    assert build.render_page(path, entry, PROJECTS[entry.project]) == (SAMPLE / "archive" / path).read_bytes()


def test_what_else_lies_about() -> None:
    archive = SAMPLE / "archive"
    others = {path for path in build.FILES if path.startswith(NO_DESCRIPTIONS)}
    assert {Path(path).suffix for path in others} == {".css", ".html", ".pdf", ".txt"}
    assert (archive / NO_DESCRIPTIONS / "empty.txt").stat().st_size == 0
    digests = [hashlib.sha256((archive / path).read_bytes()).digest() for path in build.FILES]
    assert len(digests) - len(set(digests)) == 1, "one duplicate, and no other two files alike"


def test_readme_names_every_project() -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")
    assert not CODES - set(re.findall(r"[AS]\d{5}", readme))


def test_yaml_has_no_key_twice() -> None:
    """PyYAML takes the last of two equal keys without a word."""
    for name, source in SOURCES.items():
        keys = re.findall(r"(?m)^(\w+):", source)
        assert len(keys) == len(set(keys)) == len(yaml.safe_load(source)), name


def test_places_authorities_and_titles_are_real() -> None:
    codes = SAMPLE.parent.parent / "models" / "codes"
    known = {name: (codes / f"{name}.csv").read_text("utf-8") for name in ("municipalities", "regions", "authorities")}
    titles = "".join((codes / f"{name}.csv").read_text("utf-8") for name in ("axes", "objectives"))
    for content in PROJECTS.values():
        assert [name for name in content.municipalities if f",{name}," not in known["municipalities"]] == []
        assert [name for name in content.regions if f",{name}," not in known["regions"]] == []
        assert content.authority in known["authorities"]
        for numbered in filter(None, (content.priority_axis, content.specific_objective)):
            assert numbered.partition(". ")[2] in titles
