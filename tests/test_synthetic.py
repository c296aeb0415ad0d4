"""The archive generator: the same arguments give the same archive, and nothing is lost between content and page."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import fields
from datetime import date
from html import unescape
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from pipeline.synthetic.content import ContentError, ProjectContent, content_from_mapping
from pipeline.synthetic.encodings import ENCODINGS, encode_document
from pipeline.synthetic.form_text import Block, Kind, PrintStyle, print_period, print_sum, render_blocks, split_chunks
from pipeline.synthetic.invent import invent_project
from pipeline.synthetic.invent_parties import invent_business_id
from pipeline.synthetic.layouts import LAYOUTS
from pipeline.synthetic.make import make_archive
from pipeline.synthetic.noise import damage_blocks, damage_lines
from pipeline.synthetic.truth import DocumentTruth, is_valid_business_id, truth_rows
from pipeline.synthetic.truth_tables import SCHEMAS

ROOT = Path(__file__).parent.parent
SAMPLE = [capture for number in range(60) for capture in invent_project(3, number).captures]


def _hash_tree(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_the_generator_imports_nothing_of_the_parser() -> None:
    for path in (ROOT / "pipeline" / "synthetic").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(?:from|import) (?:parsers|models)\b", text, re.MULTILINE), path


def test_same_archive_whatever_the_hash_seed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pipeline.synthetic.make import make_archive; "
        "make_archive(Path(sys.argv[1]), 40, 7, noise=0.01)"
    )
    trees = []
    for hash_seed in ("0", "1"):
        target = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", script, str(target)], check=True, cwd=ROOT, env=environment, timeout=120)
        trees.append(_hash_tree(target))
    assert trees[0] == trees[1]
    assert len(trees[0]) > 40


def test_a_smaller_archive_is_the_beginning_of_a_larger_one(tmp_path: Path) -> None:
    make_archive(tmp_path / "small", 10, 5)
    make_archive(tmp_path / "large", 25, 5)
    small, large = (_hash_tree(tmp_path / name / "archive") for name in ("small", "large"))
    assert small.items() <= large.items()
    rows = [pq.read_table(tmp_path / name / "truth" / "projects.parquet").to_pylist() for name in ("small", "large")]
    assert rows[0] == rows[1][: len(rows[0])]


def test_another_seed_gives_another_archive() -> None:
    assert invent_project(1, 4) != invent_project(2, 4)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_holds_every_value(name: str) -> None:
    layout = LAYOUTS[name]
    for number, capture in enumerate(SAMPLE):
        blocks = render_blocks(capture.content, capture.style)
        printed = _plain_words(layout.render(blocks, Random(number)))
        for block in blocks:
            for value in _block_values(block):
                assert "".join(value.split()) in printed, (name, number, value)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_pure(name: str) -> None:
    blocks = render_blocks(SAMPLE[0].content)
    assert LAYOUTS[name].render(blocks, Random(1)) == LAYOUTS[name].render(blocks, Random(1))
    assert LAYOUTS[name].render.__doc__


def test_a_third_of_the_layouts_is_held_out() -> None:
    for format_name in ("text", "html"):
        held = [layout.held_out for layout in LAYOUTS.values() if layout.format == format_name]
        assert 0.3 <= sum(held) / len(held) <= 0.4


def _plain_words(page: str) -> str:
    """A page's letters without mark-up and white space; furniture of the page-wise layout taken out."""
    page = re.sub(r"<[^>]{0,300}>", "", page)
    page = re.sub(r"\n\n?[^\n]{0,40}\n?\f(?:(?:Rakennerahastotietopalvelu|Hankkeen kuvaus)\n\n)?", "\n", page)
    page = re.sub(r"(?m)^Rakennerahastotietopalvelu$|^Hankkeen kuvaus$", "", page)
    page = unescape(unescape(page)).replace("\u00ad", "")
    return "".join(page.split())


def _block_values(block: Block) -> list[str]:
    if block.kind is not Kind.TABLE:
        return [text for text in (block.value, block.text, block.label) if text]
    values = []
    for row in block.rows:
        values += [row.label, row.direct, row.indirect]
        values += [line.removeprefix("- ") for chunk in split_chunks(row.justification) for line in chunk]
    return [value for value in values if value]


def test_truth_rows_have_every_column() -> None:
    for capture in SAMPLE:
        blocks = render_blocks(capture.content, capture.style)
        rows = truth_rows(capture.content, blocks, DocumentTruth("a.txt", "text", "spaced"), ("x",))
        assert rows.keys() == SCHEMAS.keys()
        for table, table_rows in rows.items():
            for row in table_rows:
                assert set(row) == set(SCHEMAS[table].names), table
        assert len(rows["scores"]) in (0, 15)
        assert len(rows["sections"]) == sum(block.kind is Kind.HEADING for block in blocks)
        for level in ("region", "subregion", "municipality"):
            shares = [row["share"] for row in rows["allocations"] if row["level"] == level]
            assert not shares or sum(shares) == pytest.approx(1)


def test_truth_of_one_project() -> None:
    content = content_from_mapping(
        {
            "fund": "ESR",
            "project_code": "S29999",
            "project_name": "Kokeilu",
            "priority_axis": "5. Sosiaalinen osallisuus ja köyhyyden torjunta",
            "specific_objective": "10.1. Työelämän ulkopuolella olevien työ- ja toimintakyvyn parantaminen",
            "start": date(2015, 5, 1),
            "contact": {"name": "Aino Esimerkki", "email": "aino.esimerkki(at)esimerkki.fi", "phone": "044 0001111"},
            "arrangement": "Hakijoita on useampi kuin yksi (yhteishanke)",
            "summary": "Lisätietoja antaa Aino Esimerkki.\n\n- yksi\n- kaksi",
            "funding": [46434, -12, None, 0],
            "regions": ["Kymenlaakso"],
            "subregions": ["Kotkan-Haminan"],
            "municipalities": ["Kotka", "Kouvola"],
            "indicators": [["Uudet yritykset", 2.5]],
            "scores": [[0, 10, "2 3"]] + [[1, 2]] * 14,
        }
    )
    blocks = render_blocks(content)
    rows = truth_rows(content, blocks, DocumentTruth("a.txt", "text", "tight", blank_lines=False))
    project = rows["projects"][0]
    assert (project["priority_axis_code"], project["specific_objective_code"]) == ("5", "10.1")
    assert (project["start_date"], project["end_date"]) == (date(2015, 5, 1), None)
    assert (project["granted_eu_state_eur"], project["realised_eu_state_eur"]) == (46434, -12)
    assert project["partners_complete"] is False
    assert rows["contacts"][0]["contact_email"] == "aino.esimerkki@esimerkki.fi"
    texts = {row["section_number"]: row["text"] for row in rows["sections"]}
    assert texts["3"] == f"Lisätietoja antaa {'█' * 14}.\n- yksi\n- kaksi"
    assert texts["4"] == ""
    assert texts["5"] is None
    assert "9" not in texts
    assert {row["code"]: row["share"] for row in rows["allocations"]} == {
        "08": 1.0,
        "081": 0.5,
        "082": 0.5,
        "285": 0.5,
        "286": 0.5,
    }
    assert rows["indicators"][0] | {"path": ""} == {
        "path": "",
        "project_code": "S29999",
        "ordinal": 1,
        "number": "7.1",
        "title": "Uudet yritykset",
        "planned": 2.5,
        "realised": None,
    }
    assert rows["scores"][0]["justification"] == "2 3"


def test_truth_is_written_with_the_archive(tmp_path: Path) -> None:
    summary = make_archive(tmp_path / "a", 30, 9, ["text", "html"])
    documents = pq.read_table(tmp_path / "a" / "truth" / "documents.parquet").to_pylist()
    assert len(documents) == summary.documents >= 30
    assert {row["path"] for row in documents} == {
        path.relative_to(tmp_path / "a" / "archive").as_posix() for path in (tmp_path / "a" / "archive").rglob("*.*")
    }
    assert sum(row["role"] == "current" for row in documents) == 30
    for table, schema in SCHEMAS.items():
        read = pq.read_table(tmp_path / "a" / "truth" / f"{table}.parquet")
        assert read.schema.names == schema.names
        assert read.num_rows == summary.truth_rows[table]


@pytest.mark.parametrize("name", ENCODINGS)
def test_encodings_keep_the_text(name: str) -> None:
    encoding = ENCODINGS[name]
    text = "<head>\näiti – ö 10 €\n"
    for format_name in encoding.formats:
        data, used = encode_document(text, format_name, name)
        decoded = data.decode(ENCODINGS[used].codec).removeprefix("\ufeff")
        if format_name == "html":
            assert ("charset" in decoded) == bool(encoding.declared)
        plain = re.sub("<meta[^>]{1,50}>\n", "", unescape(decoded)).replace("\r\n", "\n")
        assert plain.replace("a\u0308", "ä").replace("o\u0308", "ö") == text


def test_text_that_a_charset_cannot_hold_is_not_changed() -> None:
    assert encode_document("• ☃", "text", "latin-1") == ("• ☃".encode(), "utf-8")


def test_noise_leaves_values_alone() -> None:
    content = SAMPLE[0].content
    blocks = render_blocks(content)
    damaged = damage_blocks(blocks, 0.05, Random(1))
    assert damaged != blocks
    assert [block.value for block in damaged] == [block.value for block in blocks]
    for before, after in zip(blocks, damaged, strict=True):
        if before.kind in (Kind.PARAGRAPH, Kind.ITEM, Kind.PARTNER):
            assert after == before
        assert [(row.direct, row.justification) for row in after.rows] == [
            (row.direct, row.justification) for row in before.rows
        ]
    inside = damage_blocks(blocks, 0.05, Random(1), inside=True)
    assert [block.value for block in inside] != [block.value for block in blocks]


def test_no_noise_changes_nothing() -> None:
    blocks = render_blocks(SAMPLE[0].content)
    assert damage_blocks(blocks, 0, Random(1)) == blocks
    assert damage_lines("a\n\nb\n", blocks, 0, Random(1)) == "a\n\nb\n"


def test_damaged_lines_keep_every_value() -> None:
    for number, capture in enumerate(SAMPLE):
        blocks = render_blocks(capture.content, capture.style)
        text = LAYOUTS["spaced"].render(blocks, Random(number))
        damaged = damage_lines(text, blocks, 0.05, Random(number))
        assert sorted(damaged.replace(" ", "").replace(":", "").split()) == sorted(
            text.replace(" ", "").replace(":", "").split()
        )


@pytest.mark.parametrize("level", [-0.1, 0.06])
def test_noise_has_limits(level: float) -> None:
    with pytest.raises(ValueError, match="a level from 0"):
        damage_blocks((), level, Random(1))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"fund": "ESR", "project_code": "S20001"}, "project_name: missing"),
        ({"fund": "X", "project_code": "S20001", "project_name": "a"}, "ESR or EAKR"),
        ({"nimi": "a"}, "unknown key 'nimi'"),
        ({"applicant": {"postal_code": 49460}}, r"applicant.postal_code: text expected, not 49460 \(quote it\)"),
        ({"applicant": {"nimi": "x"}}, "applicant: unknown key 'nimi'"),
        ({"start": "1.5.2015"}, "start: a date such as"),
        ({"scores": [[1, 2]]}, "scores: 0 or 15 items expected, not 1"),
        ({"funding": [1.5]}, "funding.granted_eu_state: whole number"),
        ({"partners": [{"type": "Kunta"}]}, r"partners\[0\]:"),
        ({"regions": "Lappi"}, "regions: list expected"),
    ],
)
def test_mappings_that_are_no_projects(mapping: dict[str, object], message: str) -> None:
    whole = {"fund": "ESR", "project_code": "S20001", "project_name": "a"} if len(mapping) == 1 else {}
    with pytest.raises(ContentError, match=message):
        content_from_mapping({**whole, **mapping})


def test_a_mapping_may_fill_every_field() -> None:
    content = SAMPLE[0].content
    mapping = {field.name: getattr(content, field.name) for field in fields(ProjectContent)}
    mapping["missing_sections"] = sorted(content.missing_sections)
    assert content_from_mapping(mapping) == content


@pytest.mark.parametrize(
    ("amount", "cents", "thousands", "printed"),
    [
        (46434, "", " ", "46 434"),
        (46434, "exact", "\u00a0", "46\u00a0434,00"),
        (46434, "up", " ", "46 433,50"),
        (46434, "down", "", "46434,49"),
        (0, "up", " ", "0,00"),
        (-1234, "", " ", "-1 234"),
        (12345678901, "", " ", "12 345 678 901"),
    ],
)
def test_sums_as_printed(amount: int, cents: str, thousands: str, printed: str) -> None:
    assert print_sum(amount, PrintStyle(cents=cents, thousands=thousands)) == printed


def test_periods_as_printed() -> None:
    start, end = date(2015, 5, 1), date(2017, 6, 30)
    assert print_period(start, end) == "Alkaa 1.5.2015 ja päättyy 30.6.2017"
    assert print_period(start, None) == "Alkaa 1.5.2015 ja päättyy"
    assert print_period(None, end) == "Alkaa ja päättyy 30.6.2017"
    assert print_period(None, None) == ""


def test_business_ids() -> None:
    assert is_valid_business_id("0201256-6")
    assert not is_valid_business_id("0201256-7")
    assert not is_valid_business_id("201256-6")
    rng = Random(1)
    for _ in range(300):
        assert is_valid_business_id(invent_business_id(rng))
        assert not is_valid_business_id(invent_business_id(rng, valid=False))


def test_omitted_labels_are_empty_fields_only() -> None:
    content = content_from_mapping({"fund": "EAKR", "project_code": "A70001", "project_name": "a"})
    labels = [block.name for block in render_blocks(content, PrintStyle(omit=frozenset({"applicant.website"})))]
    assert "applicant.website" not in labels
    assert "applicant.phone" in labels
    filled = content_from_mapping(
        {"fund": "EAKR", "project_code": "A70001", "project_name": "a", "applicant": {"website": "www.esimerkki.fi"}}
    )
    assert "applicant.website" in [
        block.name for block in render_blocks(filled, PrintStyle(omit=frozenset({"applicant.website"})))
    ]


def test_missing_sections_take_their_subsections_with_them() -> None:
    content = content_from_mapping(
        {"fund": "ESR", "project_code": "S20001", "project_name": "a", "missing_sections": ["8", "4.1"]}
    )
    numbers = [block.number for block in render_blocks(content) if block.kind is Kind.HEADING]
    assert numbers == ["1", "2", "3", "4", "4.2", "5", "6", "7"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"projects": 0}, "projects: a number from 1"),
        ({"formats": ["docx"]}, "unknown format 'docx'"),
        ({"layouts": ["sapced"]}, "unknown layout 'sapced'"),
        ({"noise": 0.5}, "noise: a level"),
        ({"encodings": ["ebcdic"]}, "unknown encoding"),
        ({"formats": ["html"], "layouts": ["spaced"]}, "none of the layouts"),
    ],
)
def test_wrong_arguments(tmp_path: Path, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_archive(tmp_path / "a", **{"projects": 2, "seed": 1, **arguments})  # type: ignore[arg-type]
    assert not (tmp_path / "a").exists()


def test_an_archive_is_never_mixed_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(FileExistsError, match="not empty"):
        make_archive(tmp_path, 1, 1)


def test_an_archive_varies_what_real_ones_do() -> None:
    contents = [capture.content for number in range(800) for capture in invent_project(11, number).captures]
    texts = [text for content in contents for text in (content.summary, content.final_report or "")]
    assert {content.fund for content in contents} == {"ESR", "EAKR"}
    assert any("yhteishanke" in content.arrangement and not content.partners for content in contents)
    assert any(content.partners for content in contents)
    assert any(content.transfer_recipients for content in contents)
    assert any(content.missing_sections for content in contents)
    assert any(content.final_report is None for content in contents)
    assert any(not content.scores for content in contents)
    assert any(content.start is None for content in contents)
    assert max(map(len, texts)) > 25_000
    assert min(len(text) for text in texts if text) < 120
    assert any(re.search(r"(?m)^20\d\d$", text) for text in texts)
    assert any(re.search(r"(?m)^8 Horisontaaliset periaatteet$", text) for text in texts)
    assert any(re.search(r"(?m)^2 Toimenpiteet$", text) for text in texts)
    assert any("Projektet utvecklar" in text for text in texts)
    assert any(score.justification == "2 3" for content in contents for score in content.scores)
    assert any(len(content.applicant.name) > 120 for content in contents)
    codes = [invent_project(11, number).captures[0].content.project_code for number in range(800)]
    assert len(set(codes)) == len(codes)
