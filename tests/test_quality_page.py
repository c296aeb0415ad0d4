"""The page of ``make quality`` and the peers beside which it puts us."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.peer_plumber_regex import extract_by_plumber
from benchmarks.peer_rows import LABELS, make_rows
from benchmarks.quality import main, plan_sets
from benchmarks.quality_page import Measured, Peer, write_quality_page
from pipeline.evaluate.archive import evaluate_archive
from pipeline.synthetic.make import make_archive


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("sets")
    make_archive(folder / "clean", 12, 3, layouts=("spaced", "service", "folded", "markdown"))
    make_archive(folder / "noise", 6, 3, layouts=("spaced",), noise=0.01)
    make_archive(folder / "older", 4, 3, layouts=("spaced",), noise=0.01, forms=("eura2007",))
    make_archive(folder / "pdf", 2, 3, formats=("pdf",), layouts=("reportlab_plain",))
    names = {"clean": "clean", "noise_outside": "noise", "noise_inside": "noise", "pdf_reportlab": "pdf"}
    names |= {"eura2007": "older", "eura2007_noise": "older"}
    measured = {name: Measured(name, 1, evaluate_archive(folder / kept, folder / kept)) for name, kept in names.items()}
    theirs = evaluate_archive(folder / "pdf", folder / "pdf", extract=extract_by_plumber)
    peer = Peer("pdfplumber and regular expressions", [theirs], [measured["pdf_reportlab"].judgement])
    return write_quality_page(measured, [peer], ["pdf_chromium: install chromium"], "1", "python -m it", 3)


def section(page: str, title: str) -> str:
    return page.split(f"## {title}\n")[1].split("\n## ")[0]


def test_page_has_every_part(page: str) -> None:
    assert "Not measured: pdf_chromium: install chromium" in page
    assert section(page, "What was promised").count("\n| ") > 7
    assert "eura2007, damage outside values" in section(page, "What was promised")
    assert "| projects.programme_part |" in section(page, "The form of 2007–2013, no damage")
    assert "| text | spaced |" in section(page, "By layout")
    assert "markdown" not in section(page, "By layout")
    assert "markdown (trap)" in section(page, "Layouts set aside")
    assert "noise outside, no trap" in section(page, "Damaged documents")
    assert "markdown" not in section(page, "The ten worst causes")
    assert "projects.granted_eu_state_eur" in section(page, "Layouts without traps, no damage")


def test_tables_have_as_many_cells_as_heads(page: str) -> None:
    for table in page.split("\n\n"):
        rows = [line.replace("\\|", "") for line in table.split("\n") if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, rows[:1]


def test_peer_by_regular_expressions_reads_what_such_scripts_do(page: str) -> None:
    beside = section(page, "Beside the public practice")
    assert "| projects.project_code | 1 | 1 | 1 | 1 | 1 | 1 |  |  |" in beside
    assert "masking" not in beside


def test_peers_know_every_label_of_the_fields_they_fill() -> None:
    rows = make_rows(dict.fromkeys(LABELS.values(), "1.2.2016"))
    assert set(rows) == {"projects", "contacts", "locations"}
    assert len(rows["contacts"][0]) == 5
    assert len(rows["locations"]) == 3
    assert (
        make_rows({"implementation_period": "Alkaa 1.5.2015 ja päättyy 30.6.2017", "planned_public_eur": "1 200"})[
            "projects"
        ][0]["planned_public_eur"]
        == 1200
    )


def test_sets_cover_every_format_and_layout() -> None:
    sets = plan_sets()
    assert {name for one in sets for name in one.formats} == {"text", "html", "pdf"}
    assert not sets[0].layouts, "the clean set has all layouts, held-out ones too"


def test_small_sets_alone_touch_no_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--small", "--out", str(tmp_path / "quality.md")]) == 0
    assert "0 columns below their floors" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
