"""The archive generator: the same arguments give the same archive, and nothing is lost between content and page."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from html import unescape
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from pipeline.synthetic import pdf
from pipeline.synthetic.content import content_from_mapping
from pipeline.synthetic.errors import MissingToolError
from pipeline.synthetic.form_text import Block, Kind, PrintStyle, render_blocks, split_chunks
from pipeline.synthetic.forms import FORMS
from pipeline.synthetic.invent import Capture, invent_project
from pipeline.synthetic.layouts import LAYOUTS
from pipeline.synthetic.make import make_archive
from pipeline.synthetic.truth import DocumentTruth, truth_rows
from pipeline.synthetic.truth_fields import field_rows
from pipeline.synthetic.truth_tables import SCHEMAS

ROOT = Path(__file__).parent.parent
SAMPLE = [capture for number in range(60) for form in FORMS.values() for capture in form.invent(3, number).captures]


def render(capture: Capture) -> tuple[Block, ...]:
    return FORMS[capture.content.form].render(capture.content, capture.style)


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


def test_each_project_is_on_one_of_the_forms(tmp_path: Path) -> None:
    make_archive(tmp_path / "both", 40, 5, forms=("eura2014", "eura2007"))
    documents = pq.read_table(tmp_path / "both" / "truth" / "documents.parquet").to_pylist()
    counts = Counter(row["form"] for row in documents)
    assert min(counts["eura2014"], counts["eura2007"]) > 10
    projects = pq.read_table(tmp_path / "both" / "truth" / "projects.parquet").to_pylist()
    assert {row["project_code"][:2] for row in projects} == {"S1", "S2", "A3", "A5", "A6", "A7"}
    with pytest.raises(ValueError, match="unknown form 'eura2021'; known are: eura2014, eura2007"):
        make_archive(tmp_path / "none", 1, 5, forms=("eura2021",))
    with pytest.raises(ValueError, match="no form named"):
        make_archive(tmp_path / "none", 1, 5, forms=())


def test_codes_of_the_older_form_are_unlike() -> None:
    codes = [FORMS["eura2007"].invent(4, number).captures[0].content.project_code for number in range(2000)]
    assert len(set(codes)) == len(codes)


def test_another_seed_gives_another_archive() -> None:
    assert invent_project(1, 4) != invent_project(2, 4)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_holds_every_value(name: str) -> None:
    layout = LAYOUTS[name]
    for number, capture in enumerate(SAMPLE):
        blocks = render(capture)
        page = layout.render(blocks, Random(number))
        printed = _plain_words(re.sub(r"<br>" if layout.format == "text" else r"<[^>]{0,300}>", "", page))
        for block in blocks:
            for value in _block_values(block):
                assert "".join(value.split()) in printed, (name, number, value)


@pytest.mark.parametrize("name", ["spaced", "tight", "tabs", "aligned"])
def test_the_truth_of_free_text_is_what_is_printed(name: str) -> None:
    layout = LAYOUTS[name]
    for number, capture in enumerate(SAMPLE):
        blocks = render(capture)
        page = re.sub(r"(?m)^[*•] ", "- ", layout.render(blocks, Random(number)))
        document = DocumentTruth("a.txt", "text", name, blank_lines=layout.blank_lines)
        rows = truth_rows(capture.content, blocks, document)
        texts = [row["text"] for row in rows["sections"]] + [row["justification"] for row in rows["scores"]]
        texts += [row["gender_analysis_justification"] for row in rows["projects"]]
        for text in texts:
            assert not text or "█" in text or f"\n{text}\n" in page


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
    page = re.sub(r"\n\n?[^\n]{0,40}\n?\f(?:(?:Rakennerahastotietopalvelu|Hankkeen kuvaus)\n\n)?", "\n", page)
    page = re.sub(r"(?m)^Rakennerahastotietopalvelu$|^Hankkeen kuvaus$", "", page)
    page = unescape(page).replace("\u00ad", "")
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
        blocks = render(capture)
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
    assert {row["field"]: (row["state"], row["raw"]) for row in rows["fields"] if row["section_number"] != "7.1"} == {
        **dict.fromkeys([row["field"] for row in rows["fields"] if row["section_number"] != "7.1"], ("empty", None)),
        "project_code": ("value", "S29999"),
        "project_name": ("value", "Kokeilu"),
        "priority_axis": ("value", "5. Sosiaalinen osallisuus ja köyhyyden torjunta"),
        "specific_objective": ("value", project["specific_objective_code"] + ". " + project["specific_objective_name"]),
        "implementation_period": ("value", "Alkaa 1.5.2015 ja päättyy"),
        "contact_name": ("value", "█" * 14),
        "contact_email": ("value", "█" * 30),
        "contact_phone": ("value", "█" * 11),
        "applicant_arrangement": ("value", "Hakijoita on useampi kuin yksi (yhteishanke)"),
        "granted_eu_state_eur": ("value", "46 434"),
        "realised_eu_state_eur": ("value", "-12"),
        "realised_public_eur": ("value", "0"),
        "regions": ("value", "Kymenlaakso"),
        "subregions": ("value", "Kotkan-Haminan"),
        "municipalities": ("value", "Kotka, Kouvola"),
    }
    assert [(row["field"], row["state"]) for row in rows["fields"] if row["section_number"] == "7.1"] == [
        ("planned", "value"),
        ("realised", "no_label"),
    ]


def test_truth_says_why_a_field_has_no_value() -> None:
    mapping = {"fund": "ESR", "project_code": "S20001", "project_name": "a", "missing_sections": ["5", "8"]}
    content = content_from_mapping(mapping)
    rows = field_rows(render_blocks(content, PrintStyle(omit=frozenset({"applicant.website"}))))
    states = {row["field"]: row["state"] for row in rows}
    assert states["granted_eu_state_eur"] == states["gender_analysis"] == "no_section"
    assert states["applicant_website"] == states["partner"] == "no_label"
    assert states["applicant_phone"] == "empty"


def test_truth_says_which_cents_are_printed() -> None:
    content = content_from_mapping({"fund": "ESR", "project_code": "S20001", "project_name": "a", "funding": [1000]})
    rows = field_rows(render_blocks(content, PrintStyle(cents="up", thousands="\u202f")))
    assert next(row["raw"] for row in rows if row["field"] == "granted_eu_state_eur") == "999,50"


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


def test_pdfs_are_printed_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []

    def render_pdfs(jobs: list[pdf.PdfJob]) -> list[bytes]:
        batches.append(len(jobs))
        return [f"%PDF {job.producer} {job.blocks[1].text}".encode() for job in jobs]

    monkeypatch.setattr(pdf, "render_pdfs", render_pdfs)
    summary = make_archive(tmp_path / "a", 40, 2, ["pdf"], ["reportlab_plain", "chromium_small_pages"])
    assert sum(batches) == summary.documents
    assert len(batches) == 2
    rows = pq.read_table(tmp_path / "a" / "truth" / "documents.parquet").to_pylist()
    for row in rows:
        held_out = row["layout"] == "chromium_small_pages"
        assert (row["format"], row["held_out"], row["trap"]) == ("pdf", held_out, held_out)
        producer = row["layout"].partition("_")[0]
        assert (tmp_path / "a" / "archive" / row["path"]).read_bytes().startswith(f"%PDF {producer} ".encode())


def test_a_missing_tool_leaves_no_half_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def render_pdfs(_jobs: list[pdf.PdfJob]) -> list[bytes]:
        raise MissingToolError("chromium")

    monkeypatch.setattr(pdf, "render_pdfs", render_pdfs)
    with pytest.raises(MissingToolError, match="apt-get install chromium"):
        make_archive(tmp_path / "a", 3, 2, ["text", "pdf"])
    assert list((tmp_path / "a").iterdir()) == []
    make_archive(tmp_path / "a", 3, 2, ["text"])


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    make_archive(tmp_path / "a", 3, 2, ["text"], progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


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
    assert any(name.endswith(" seutukunta") for content in contents for name in content.subregions)
    assert any("Projektet utvecklar" in text for text in texts)
    assert any(score.justification == "2 3" for content in contents for score in content.scores)
    assert any(len(content.applicant.name) > 120 for content in contents)
    codes = [invent_project(11, number).captures[0].content.project_code for number in range(800)]
    assert len(set(codes)) == len(codes)
