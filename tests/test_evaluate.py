"""Evaluation: what counts as right, wrong, missing and invented, and how it is reported."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from pipeline.evaluate.align import pair_rows
from pipeline.evaluate.archive import Extracted, evaluate_archive, judge_extracted
from pipeline.evaluate.command import evaluate, write_html, write_json
from pipeline.evaluate.compare import Tier, compare_values, first_words, last_words, measure_similarity
from pipeline.evaluate.judge import Judgement, judge_document
from pipeline.evaluate.judged import JUDGED, ROWS
from pipeline.evaluate.marks import ELLIPSIS, mark_differences
from pipeline.evaluate.page import write_page
from pipeline.evaluate.report import make_report, show_share
from pipeline.evaluate.show import show_report
from pipeline.evaluate.snapshot import SnapshotError
from pipeline.evaluate.tally import Counts
from pipeline.evaluate.truth_reading import TruthError, find_truth, read_truth
from pipeline.run import run_archive
from pipeline.synthetic.make import make_archive
from pipeline.synthetic.truth_tables import SCHEMAS

DOCUMENT = {
    "path": "a.txt",
    "project_code": "S29001",
    "form": "eura2014",
    "format": "text",
    "layout": "spaced",
    "encoding": "utf-8",
    "noise": 0.0,
    "noise_inside": False,
    "held_out": False,
    "trap": False,
    "role": "current",
    "captured_at": None,
}


def judge(truth: dict[str, Any], found: dict[str, Any], tables: list[str], **document: Any) -> Judgement:
    judgement = Judgement()
    judge_document(judgement, {"documents": [DOCUMENT | document], **truth}, found, tables)
    return judgement


def counts(judgement: Judgement, table: str, column: str) -> Counts:
    return judgement.tally.sum_columns()[(table, column)]


@pytest.mark.parametrize(
    ("truth", "found", "tier"),
    [
        ("Kotka", "Kotka", Tier.EXACT),
        ("a\n\nb", "a b", Tier.FOLDED),
        ("Kotka–Hamina", "kotka-hamina", Tier.SOFT),
        ("Kotka", "Hamina", Tier.DIFFERENT),
        (46200, 46200, Tier.EXACT),
        (46200, 4620, Tier.DIFFERENT),
        (12.0, 12, Tier.EXACT),
        (1 / 3, 0.33333333, Tier.EXACT),
        (0.5, 0.25, Tier.DIFFERENT),
        (1.0, "1.0", Tier.DIFFERENT),
        (True, False, Tier.DIFFERENT),
        (date(2016, 3, 1), "2016-03-01", Tier.EXACT),
        (date(2016, 3, 1), "2016-01-03", Tier.DIFFERENT),
    ],
)
def test_tiers(truth: object, found: object, tier: Tier) -> None:
    assert compare_values(truth, found) is tier


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("", "", 1.0), ("abcd", "abcd", 1.0), ("abcd", "", 0.0), ("abcd", "abxd", 0.75), ("abc", "abcabc", 2 * 3 / 9)],
)
def test_similarity(one: str, other: str, share: float) -> None:
    assert measure_similarity(one, other) == pytest.approx(share)


def test_similarity_of_long_texts_is_by_words() -> None:
    text = " ".join(f"sana{number}" for number in range(3_000))
    middle = text.replace("sana1500 ", "")
    assert 0.999 < measure_similarity(text, middle) < 1
    assert measure_similarity("x" + text + "y", "z" + middle + "q") > 0.99


def test_boundary_words() -> None:
    assert first_words("yksi kaksi\n\nkolme neljä viisi kuusi") == "yksi kaksi kolme neljä viisi"
    assert last_words("yksi kaksi kolme\nneljä viisi kuusi") == "kaksi kolme neljä viisi kuusi"
    assert first_words("") == last_words("") == ""


def test_wrong_missing_and_invented_are_counted_apart() -> None:
    truth = {"projects": [{"granted_eu_state_eur": 100, "status": "Toiminnassa", "authority": None, "fund": "ESR"}]}
    found = {"projects": [{"granted_eu_state_eur": 10, "status": None, "authority": "Liitto", "fund": "ESR"}]}
    judgement = judge(truth, found, ["projects"])
    right, wrong = counts(judgement, "projects", "fund"), counts(judgement, "projects", "granted_eu_state_eur")
    missing, invented = counts(judgement, "projects", "status"), counts(judgement, "projects", "authority")
    assert right.measures() == (1.0, 1.0, 1.0)
    assert (wrong.wrong, wrong.missing, wrong.invented, wrong.measures()) == (1, 0, 0, (0.0, 0.0, 0.0))
    assert (missing.wrong, missing.missing, missing.measures()) == (0, 1, (None, 0.0, 0.0))
    assert (invented.wrong, invented.invented, invented.measures()) == (0, 1, (0.0, None, 0.0))
    assert [cause.outcome for cause in judgement.worst_causes()] == ["wrong", "invented", "missing"]


def test_empty_text_is_no_value() -> None:
    judgement = judge({"projects": [{"status": ""}]}, {"projects": [{"status": None}]}, ["projects"])
    assert counts(judgement, "projects", "status").truth == 0


def test_a_code_that_could_not_be_read_is_missing_not_wrong() -> None:
    truth = {"projects": [{"project_code": "S29001"}]}
    judgement = judge(truth, {"projects": [{"project_code": "?0123456789abcdef"}]}, ["projects"])
    assert (counts(judgement, "projects", "project_code").wrong, judgement.worst_causes()[0].outcome) == (0, "missing")


def test_a_lost_row_does_not_shift_the_rest() -> None:
    names = ["Lahti", "Kotka", "Hamina"]
    truth = [{"level": "municipality", "name": name, "code": str(at)} for at, name in enumerate(names)]
    found = [truth[0], truth[2]]
    judgement = judge({"locations": truth}, {"locations": found}, ["locations"])
    assert counts(judgement, "locations", ROWS).missing == 1
    assert counts(judgement, "locations", "code").wrong == 0
    assert counts(judgement, "locations", "code").missing == 1
    pairs = [(key, bool(row), bool(other)) for key, row, other in pair_rows(JUDGED["locations"], truth, found)]
    assert pairs == [
        ("municipality Lahti", True, True),
        ("municipality Kotka", True, False),
        ("municipality Hamina", True, True),
    ]


def test_a_lost_row_among_misread_ones_does_not_shift_them() -> None:
    names = ("Vehnälahden kaupunki", "Åkerön koulut", "Kuusilammen kunta")
    truth = [{"name": name, "business_id": str(at)} for at, name in enumerate(names)]
    found = [row | {"name": row["name"].replace("u", "n")} for row in truth[1:]]
    judgement = judge({"partners": truth}, {"partners": found}, ["partners"])
    ids = counts(judgement, "partners", "business_id")
    assert (ids.wrong, ids.missing, ids.right()) == (0, 1, 2)
    extra = judge({"partners": found}, {"partners": truth}, ["partners"])
    assert counts(extra, "partners", "business_id").invented == 1


def test_a_row_that_is_missing_is_one_cause_but_counts_in_every_column() -> None:
    row = {"criterion": "wellbeing", "dimension": "social", "label": "Hyvinvoinnin edistäminen", "direct": 1}
    judgement = judge({"scores": [row | {"indirect": 2}]}, {"scores": []}, ["scores"])
    assert counts(judgement, "scores", "direct").missing == 1
    assert [(cause.column, cause.outcome) for cause in judgement.worst_causes()] == [(ROWS, "missing")]


def test_any_code_of_a_merged_municipality_is_right() -> None:
    row = {"level": "municipality", "name": "Nastola", "code": "532", "codes": ["532", "398"], "current_code": "398"}
    for code, wrong in (("532", 0), ("398", 0), ("075", 1)):
        judgement = judge({"locations": [row]}, {"locations": [row | {"code": code}]}, ["locations"])
        assert counts(judgement, "locations", "code").wrong == wrong


def test_shares_are_not_judged_where_the_truth_leaves_them_open() -> None:
    found = {"allocations": [{"level": "region", "code": "08", "share": 1.0}]}
    left_open = judge({"locations": [{"level": "region", "name": "Kymenlaakso"}]}, found, ["allocations"])
    assert ("allocations", ROWS) not in left_open.tally.sum_columns()
    none_there = judge({"locations": []}, found, ["allocations"])
    assert counts(none_there, "allocations", ROWS).invented == 1


def test_section_boundaries_are_exact_and_fields_are_not_judged_as_text() -> None:
    truth = {
        "sections": [
            {"section_number": "3", "text": "Alku on tässä ja loppu tuolla jossain."},
            {"section_number": "4", "text": ""},
            {"section_number": "5", "text": None},
        ]
    }
    found = {
        "sections": [
            {"section_number": "3", "text": "Alku on tässä ja loppu tuolla jossain.\n\n4.1"},
            {"section_number": "4", "text": ""},
            {"section_number": "5", "text": "Myönnetty: 1"},
        ]
    }
    judgement = judge(truth, found, ["sections"])
    assert counts(judgement, "sections", "first_words").measures() == (1.0, 1.0, 1.0)
    assert counts(judgement, "sections", "last_words").wrong == 1
    text = counts(judgement, "sections", "text")
    assert (text.truth, text.found, text.wrong) == (1, 1, 1)
    assert 0.9 < (text.mean_similarity() or 0) < 1


def test_a_leak_is_found_in_any_public_row() -> None:
    truth = {
        "documents": [DOCUMENT],
        "secrets": [{"ordinal": 1, "value": "044 0001234"}],
        "contacts": [{"contact_name": "MALLIKAS MAIJA", "contact_email": "maija@esimerkki.fi"}],
    }
    public = {"texts": [{"text": "puh. 044\n0001234"}], "fields": [{"raw": "maija(at)esimerkki.fi"}]}
    judgement = Judgement()
    judge_extracted(
        judgement, truth, Extracted({**public, "contacts": [{"contact_name": "MALLIKAS MAIJA"}]}), ["masking"]
    )
    assert counts(judgement, "masking", "in_free_text").wrong == 1
    assert counts(judgement, "masking", "contact_fields").wrong == 1
    assert counts(judgement, "masking", "contact_fields").truth == 2


def test_a_document_that_was_not_read_is_one_line_and_no_cause() -> None:
    judgement = Judgement()
    truth = {"documents": [DOCUMENT], "projects": [{"status": "Toiminnassa"}]}
    judge_document(judgement, truth, {}, ["projects"], "empty: The file is empty.")
    assert judgement.unread == {"a.txt": "empty: The file is empty."}
    assert counts(judgement, "projects", "status").missing == 1
    assert not judgement.causes


def test_marks_show_the_character_and_leave_out_what_is_equal() -> None:
    left, right = mark_differences("alku " * 50 + "loppu", "alku " * 50 + "lappu")
    assert [piece.text for piece in left if piece.changed] == ["o"]
    assert [piece.text for piece in right if piece.changed] == ["a"]
    assert ELLIPSIS in left[0].text
    long = " ".join(f"sana{number}" for number in range(2_000))
    left, right = mark_differences(long, long + " lisää")
    assert "lisää" in "".join(piece.text for piece in right if piece.changed)
    assert len("".join(piece.text for piece in left)) < 1_000


def test_shares_are_never_rounded_up_to_one() -> None:
    assert [show_share(share) for share in (None, 1.0, 0.99999, 0.5)] == ["–", "1", "0.9999", "0.5000"]


HOSTILE = "<script>alert(1)</script>\x1b[31m"


def hostile_report(**document: Any) -> Judgement:
    truth = {"projects": [{"project_name": HOSTILE}]}
    return judge(truth, {"projects": [{"project_name": f"{HOSTILE}!"}]}, ["projects"], path=HOSTILE, **document)


def test_page_is_self_contained_and_escaped() -> None:
    page = write_page(make_report(hostile_report(), "archive"))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert "<mark>!</mark>" in page
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r"(src|href)=|url\(|@import", page)


def test_terminal_shows_no_control_characters() -> None:
    console = Console(width=80, record=True)
    with console.capture() as captured:
        console.print(show_report(make_report(hostile_report(), "archive")))
    assert "\x1b[31m!" not in captured.get()
    assert "<script>alert(1)</script>" in captured.get()


def test_causes_of_held_out_layouts_are_not_shown() -> None:
    assert make_report(hostile_report(), "archive").causes
    assert not make_report(hostile_report(held_out=True), "archive").causes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "invented"
    make_archive(folder, 24, 5, layouts=("spaced", "service", "table_rows"))
    return folder


def test_archive_here_and_in_children_are_judged_alike(made: Path) -> None:
    here, there = (evaluate_archive(made, made, workers=workers) for workers in (0, 1))
    assert make_report(here, "archive").as_json() == make_report(there, "archive").as_json()
    assert here.tally.count_documents() >= 24
    assert not here.unread


def test_a_run_is_judged_by_its_snapshot(made: Path, tmp_path: Path) -> None:
    run_archive([made / "archive"], tmp_path / "out")
    report = evaluate(tmp_path / "out", made)
    scores = {(score.table, score.column): score for score in report.scores}
    roles = [rows["documents"][0]["role"] for rows in read_truth(made / "truth")]
    assert report.documents == len(roles)
    assert scores["documents", "role"].f1 == 1
    assert scores["captures", "realised_public_eur"].wrong == 0
    assert scores["scores", "direct"].f1 == 1
    assert scores["contacts", "contact_email"].f1 == 1
    assert roles.count("superseded") > 0
    assert scores["projects", "project_code"].truth == roles.count("current")
    assert scores["fields", "state"].truth > 30 * len(roles)
    assert scores["fields", "raw"].f1 == 1
    assert report.unread_count == 0
    write_html(report, tmp_path / "report.html")
    write_json(report, tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["documents"] == report.documents


def test_documents_that_a_snapshot_lacks_are_not_read(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    make_archive(other, 2, 77, layouts=("spaced",))
    run_archive([other / "archive"], tmp_path / "out")
    report = evaluate(tmp_path / "out", made)
    assert report.unread_count == report.documents
    assert set(report.unread.values()) == {"not in the snapshot"}


def test_folders_that_hold_nothing_are_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no snapshot"):
        evaluate(tmp_path, made)
    with pytest.raises(TruthError, match="give the folder truth"):
        evaluate(made, tmp_path, archive=True)
    with pytest.raises(TruthError, match="cannot be read"):
        evaluate(tmp_path, made, archive=True)


def test_a_truth_out_of_order_is_refused(made: Path, tmp_path: Path) -> None:
    for table, schema in SCHEMAS.items():
        rows = pq.read_table(made / "truth" / f"{table}.parquet").to_pylist()
        rows = rows[::-1] if table == "projects" else rows
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), tmp_path / f"{table}.parquet")
    with pytest.raises(TruthError, match="out of order"):
        list(read_truth(find_truth(tmp_path)))


def test_every_judged_column_is_of_the_truth() -> None:
    """A column that the truth does not have would always seem right."""
    for table in JUDGED.values():
        if table.name in SCHEMAS:
            columns = {column.source or column.name for column in table.columns} | {*table.key}
            assert columns - {"project_code"} <= set(SCHEMAS[table.name].names), table.name
            left_out = {"path", "project_code", "ordinal", "codes", "section_number", "criterion", "number", "level"}
            left_out |= {"code", "format", "layout", "encoding", "noise", "noise_inside", "held_out", "trap"}
            assert set(SCHEMAS[table.name].names) - left_out <= columns, table.name


def test_only_fields_that_the_truth_has_are_judged_and_folds_in_them_are_undone() -> None:
    row = {"section_number": "1", "field": "authority", "ordinal": 1, "label": "Vastuuviranomainen", "state": "value"}
    other = {"section_number": "8.2", "field": "score.wellbeing", "ordinal": 1, "state": "value", "raw": "8 9"}
    found = [row | {"raw": "Hämeen\nkeskus"}, other]
    judgement = judge({"fields": [row | {"raw": "Hämeen keskus"}]}, {"fields": found}, ["fields"])
    assert counts(judgement, "fields", "raw").measures() == (1.0, 1.0, 1.0)
    assert counts(judgement, "fields", ROWS).invented == 0


def test_lost_blank_lines_count_only_without_damage() -> None:
    truth = {"projects": [{"gender_analysis_justification": "yksi\n\nkaksi"}]}
    found = {"projects": [{"gender_analysis_justification": "yksi\nkaksi"}]}
    for noise, wrong in ((0.0, 1), (0.01, 0)):
        judgement = judge(truth, found, ["projects"], noise=noise)
        assert counts(judgement, "projects", "gender_analysis_justification").wrong == wrong


def test_strata_tell_plain_from_damaged() -> None:
    stratum = next(iter(judge({}, {}, []).tally.documents))
    assert stratum.is_plain
    assert not stratum._replace(noise=0.01).is_plain
    assert not stratum._replace(trap=True).is_plain
    assert replace(Counts(), missing=2).truth == 2
