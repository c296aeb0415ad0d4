"""``hankekuvaus export``: every format read back, its limits, and nothing restricted in it."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from typer.testing import CliRunner

from models.columns import ColumnType
from models.tables import TABLES
from pipeline.cli import app
from pipeline.errors import SettingsError
from pipeline.export import xlsx_book
from pipeline.export.csv_files import guard
from pipeline.export.frames import cut_bytes
from pipeline.export.notes import Notes
from pipeline.export.source import ExportError, Source, flatten, open_source, read_rows
from pipeline.export.spss_files import MOST_NAME, write_spss
from pipeline.export.stata_files import stata_names, write_stata
from pipeline.export.value_labels import closed_labels
from pipeline.export.write import check_formats, export_snapshot
from pipeline.write import build_table, write_part

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "archive"
PUBLIC = [table.name for table in TABLES.values() if not table.restricted]
FORMATS = ("csv", "xlsx", "stata", "spss")
HARD = ["=1+1", "- kohta", "@nimi", "'lainaus", "a\tb", "ä" * 20_000, "😀" * 20_000, "rivi\nrivi", ""]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run on the sample archive."""
    folder = tmp_path_factory.mktemp("export") / "tables"
    result = CliRunner().invoke(app, ["run", str(SAMPLE), "--out", str(folder), "--quiet"])
    assert result.exit_code in (0, 3), result.output
    return folder


@pytest.fixture(scope="module")
def exported(out: Path) -> Path:
    """Everything exported by the command."""
    folder = out.parent / "exported"
    options = [f"--{name}" for name in FORMATS]
    result = CliRunner().invoke(app, ["export", str(out), *options, "--output", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert [one["format"] for one in told] == list(FORMATS)
    assert {path for one in told for path in one["files"]} == {str(p) for p in folder.rglob("*") if p.is_file()}
    return folder


def rows(out: Path, name: str) -> list[tuple[Any, ...]]:
    return list(read_rows(Source((out / "latest").resolve(), ()), TABLES[name]))


def made_tables(out: Path) -> set[str]:
    return {name for name in PUBLIC if list((out / "latest" / "tables" / name).glob("*.parquet"))}


def is_same(left: Any, right: Any) -> bool:
    """The same value, with what packages make of nothing and of numbers."""
    nothing = (None, "")
    if left in nothing or (isinstance(right, float) and pd.isna(right)) or right is pd.NaT:
        return left in nothing and (right in nothing or bool(pd.isna(right)))
    if isinstance(left, date) and isinstance(right, date):
        return pd.Timestamp(left) == pd.Timestamp(right)
    return bool(left == right)


def test_every_public_table_is_in_every_format_and_no_other(out: Path, exported: Path) -> None:
    made = made_tables(out)
    assert {path.stem for path in (exported / "csv").iterdir()} == made | {"codebook"}
    assert {path.stem for path in (exported / "stata").iterdir()} == made | {"codebook"}
    assert {path.stem for path in (exported / "spss").iterdir()} == made | {"codebook"}
    sheets = openpyxl.load_workbook(exported / "xlsx" / "hankekuvaus.xlsx", read_only=True).sheetnames
    assert sheets[:2] == ["codebook", "limits"]
    assert set(sheets[2:]) == made


def test_csv_reads_back(out: Path, exported: Path) -> None:
    for name in made_tables(out):
        with (exported / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *lines = csv.reader(file)
        assert tuple(head) == TABLES[name].column_names()
        expected = rows(out, name)
        assert len(lines) == len(expected)
        for line, row in zip(lines, expected, strict=True):
            for cell, value in zip(line, row, strict=True):
                if isinstance(value, str):
                    assert cell.removeprefix("'") == value or cell == value
                    assert not cell.startswith(("=", "+", "-", "@"))
                elif isinstance(value, bool):
                    assert cell == str(value).lower()
                elif value is None:
                    assert cell == ""


def test_xlsx_reads_back(out: Path, exported: Path) -> None:
    book = openpyxl.load_workbook(exported / "xlsx" / "hankekuvaus.xlsx", read_only=True)
    for name in ("projects", "scores", "organisations", "documents"):
        head, *lines = book[name].iter_rows(values_only=True)
        assert head == TABLES[name].column_names()
        for line, row in zip(lines, rows(out, name), strict=True):
            assert all(is_same(value, cell) for value, cell in zip(row, line, strict=True)), line


def test_spss_reads_back_with_labels(out: Path, exported: Path) -> None:
    for name in made_tables(out):
        frame, about = pyreadstat.read_sav(str(exported / "spss" / f"{name}.sav"))
        table = TABLES[name]
        assert tuple(frame.columns) == table.column_names()
        assert about.column_labels == [column.fi for column in table.columns]
        for line, row in zip(frame.itertuples(index=False), rows(out, name), strict=True):
            assert not [pair for pair in zip(row, line, strict=True) if not is_same(*pair)]
    _, about = pyreadstat.read_sav(str(exported / "spss" / "projects.sav"))
    assert about.variable_value_labels["gender_analysis"] == {0: "Ei", 1: "Kyllä"}
    assert about.variable_value_labels["fund"]["ESR"] == "Euroopan sosiaalirahasto"
    assert about.variable_value_labels["priority_axis_code"]["5"] == "Sosiaalinen osallisuus ja köyhyyden torjunta"
    assert about.variable_value_labels["applicant_region_code"]["01"] == "Uusimaa"
    assert about.variable_measure["granted_eu_state_eur"] == "scale"


def test_stata_reads_back_with_labels(out: Path, exported: Path) -> None:
    for name in made_tables(out):
        table = TABLES[name]
        path = exported / "stata" / f"{name}.dta"
        frame = pd.read_stata(path, convert_categoricals=False)
        names = stata_names(table.column_names())
        assert list(frame.columns) == list(names.values())
        for place, column in enumerate(table.columns):
            if column.type is ColumnType.STRING and closed_labels(name, column.name):
                continue
            expected = [row[place] for row in rows(out, name)]
            assert all(map(is_same, expected, frame[names[column.name]])), column.name
        with pd.io.stata.StataReader(path) as reader:
            told = reader.variable_labels()
        assert all(told[names[column.name]][:79] == column.fi[:79] for column in table.columns)
    labelled = pd.read_stata(exported / "stata" / "scores.dta")
    assert labelled["criterion"].astype(str).nunique() == 15
    assert "Kulttuuriympäristö" in set(labelled["criterion"])
    projects = pd.read_stata(exported / "stata" / "projects.dta")
    assert set(projects["fund"]) == {"Euroopan sosiaalirahasto", "Euroopan aluekehitysrahasto"}
    assert set(projects["gender_main_goal"].dropna()) <= {"Ei", "Kyllä"}
    assert str(projects["start_date"].dtype).startswith("datetime64")


@pytest.mark.parametrize("name", FORMATS)
def test_codebook_tells_of_every_column(name: str, exported: Path, out: Path) -> None:
    if name == "xlsx":
        book = openpyxl.load_workbook(exported / "xlsx" / "hankekuvaus.xlsx", read_only=True)
        head, *lines = book["codebook"].iter_rows(values_only=True)
    else:
        with (exported / name / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *lines = csv.reader(file)
    told = {(line[0], line[1]): dict(zip(head, line, strict=True)) for line in lines if line[1]}
    made = made_tables(out)
    assert set(told) == {(table, column) for table in made for column in TABLES[table].column_names()}
    assert all(line["meaning_fi"] and line["meaning_en"] for line in told.values())
    assert "ESR = Euroopan sosiaalirahasto" in (told["projects", "fund"]["values"] or "")
    if name == "stata":
        assert told["projects", "gender_mainstreaming_justification"]["name_in_file"] == (
            "gender_mainstreaming_justificati"
        )
        assert told["partners", "role"]["values"].startswith("1 = partner")


@pytest.fixture
def hard(tmp_path: Path) -> Source:
    """A snapshot with texts that no format likes."""
    columns = [[f"{number:064x}" for number in range(len(HARD))], HARD]
    folder = tmp_path / "out" / "snapshots" / "one"
    (folder / "tables" / "texts").mkdir(parents=True)
    write_part(folder, "texts", 0, build_table("texts", columns))
    return open_source(folder, ["texts"])


def test_csv_guard_is_undone_by_taking_one_apostrophe_away() -> None:
    for text in HARD:
        guarded = guard(text)
        assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert (guarded[1:] if guarded.startswith("'") else guarded) == text


def test_excel_limits_are_kept_and_said(hard: Source, tmp_path: Path) -> None:
    notes = Notes()
    (path,) = xlsx_book.write_xlsx(hard, tmp_path, notes, most_rows=4)
    book = openpyxl.load_workbook(path)
    sheets = [sheet for sheet in book.sheetnames if sheet.startswith("texts")]
    assert sheets == ["texts", "texts (2)", "texts (3)"]
    cells = [row[1] for sheet in sheets for row in book[sheet].iter_rows(min_row=2)]
    assert len(cells) == len(HARD)
    assert all(cell.data_type != "f" for cell in cells), "a formula"
    found = [cell.value or "" for cell in cells]
    assert found[:6] == HARD[:6]
    assert found[6] == "😀" * 16_383
    assert {note.what: note.count for note in notes.listed() if note.column} == {xlsx_book.CUT: 1}
    assert [row[2] for row in book["limits"].iter_rows(min_row=2, values_only=True)] == [
        note.what for note in notes.listed()
    ]


def test_stata_takes_long_text_whole(hard: Source, tmp_path: Path) -> None:
    write_stata(hard, tmp_path, Notes(), "fi")
    assert list(pd.read_stata(tmp_path / "texts.dta")["text"]) == HARD


def test_spss_cuts_long_text_between_characters_and_says_so(hard: Source, tmp_path: Path) -> None:
    notes = Notes()
    write_spss(hard, tmp_path, notes, "en")
    frame, about = pyreadstat.read_sav(str(tmp_path / "texts.sav"))
    assert list(frame["text"]) == [cut_bytes(text, 32_767) for text in HARD]
    assert list(frame["text"])[5] == "ä" * 16_383
    assert about.column_labels[1] == "Canonical text; personal data masked."
    assert [(note.column, note.count) for note in notes.listed() if "cut" in note.what] == [("text", 2)]


@pytest.mark.parametrize("table", TABLES)
def test_names_fit_everywhere(table: str) -> None:
    columns = TABLES[table].column_names()
    short = stata_names(columns)
    assert len(set(short.values())) == len(columns)
    assert all(len(name) <= 32 and name.isidentifier() for name in short.values())
    assert all(len(column.encode()) <= MOST_NAME for column in columns)
    assert len(f"{table} (99)") <= 31, "the name of an Excel sheet"


def test_shortened_names_stay_apart() -> None:
    found = stata_names(["a" * 40, "a" * 41, "a" * 32])
    assert len(set(found.values())) == 3
    assert max(map(len, found.values())) == 32


def test_labels_of_lists_hold_no_separator() -> None:
    column = next(column for column in TABLES["organisations"].columns if column.name == "types")
    assert flatten(column, [["Kunta", "Säätiö"], [], None]) == ["Kunta|Säätiö", "", None]


@pytest.mark.parametrize("name", sorted(set(TABLES) - set(PUBLIC)))
def test_restricted_tables_are_refused(name: str, out: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["export", str(out), "--csv", "--table", name, "--output", str(tmp_path)])
    assert isinstance(result.exception, SettingsError)
    assert not list(tmp_path.iterdir())
    with pytest.raises(ExportError):
        list(read_rows(Source(out / "latest", ()), TABLES[name]))


def test_nothing_restricted_is_in_any_file(out: Path, exported: Path) -> None:
    contacts = pq.read_table(out / "latest" / "restricted" / "contacts").to_pylist()
    secrets = {row[name] for row in contacts for name in ("contact_email", "contact_phone") if row[name]}
    assert len(secrets) > 10
    text = "\n".join(path.read_text("utf-8-sig") for path in (exported / "csv").iterdir())
    book = openpyxl.load_workbook(exported / "xlsx" / "hankekuvaus.xlsx", read_only=True)
    text += "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    for name in ("projects", "texts", "fields", "sections"):
        text += pd.read_stata(exported / "stata" / f"{name}.dta").to_csv()
        text += pyreadstat.read_sav(str(exported / "spss" / f"{name}.sav"))[0].to_csv()
    assert not [secret for secret in secrets if secret in text]


def test_wrong_use_is_told(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def use(*words: str) -> Any:
        return CliRunner().invoke(app, ["export", *words])

    assert "choose a format" in use(str(out)).output
    assert use(str(out), "--csv", "--labels", "sv").exit_code == 2
    assert use(str(tmp_path), "--csv").exit_code == 2
    inside = use(str(out), "--csv", "--output", str(out / "export"))
    assert isinstance(inside.exception, SettingsError)
    with pytest.raises(SettingsError, match="no table 'nothing'"):
        export_snapshot(out / "latest", tmp_path, ["csv"], tables=["nothing"])
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="pip install pyreadstat xlsxwriter"):
        check_formats(FORMATS)
    check_formats(["csv", "stata"])


def test_a_second_export_replaces_the_first(out: Path, tmp_path: Path) -> None:
    for labels in ("fi", "en"):
        words = ["--stata", "--table", "partners", "--labels", labels, "--output", str(tmp_path)]
        assert CliRunner().invoke(app, ["export", str(out), *words]).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "stata").iterdir()) == ["codebook.csv", "partners.dta"]
    assert set(pd.read_stata(tmp_path / "stata" / "partners.dta")["role"]) == {"Partner", "Recipient of a transfer"}
