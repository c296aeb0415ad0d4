"""The command line, by typer's runner and as real processes."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from typer.core import TyperCommand
from typer.main import get_command
from typer.testing import CliRunner

from models.records import Parsed
from models.tables import TABLES
from pipeline import parse_one
from pipeline.cli import app
from pipeline.docs import CommandDescription, describe_commands
from pipeline.exit_codes import EXIT_CODES, ExitCode
from pipeline.settings import Limits
from pipeline.show import show_counts, show_parsed
from pipeline.terminal import BROKEN_PIPE
from pipeline.workers import Job

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "archive"
TEXT_FILE = SAMPLE / "every_format" / "S29001" / "S29001.txt"
SCRIPT = Path(sys.executable).with_name("hankekuvaus")
COMMANDS = [pytest.param(command, id=command.name) for command in describe_commands()]
ESCAPE = "\x1b"
NOTHING_BUT_ANSWERS = frozenset(
    [
        "doctor",
        "plan",
        "diff",
        "parse",
        "text",
        "dictionary",
        "issue-codes",
        "drift",
        "evaluate-language",
        "reconcile",
        "correct",
        "forget",
    ]
) | {"snapshots list", "snapshots path"}
"""Commands whose whole work is what they print: quiet, they would do nothing."""


def call(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, output and messages of a command, called in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def start(
    *arguments: str | Path, given: bytes = b"", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A command as a process of its own, its output in a pipe."""
    return subprocess.run(
        [SCRIPT, *arguments],
        input=given,
        capture_output=True,
        env={**os.environ, "COLUMNS": "100", **(environment or {})},
        timeout=120,
        check=False,
    )


def start_on_terminal(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """A command as a process with a terminal for its output and messages."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [SCRIPT, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **(environment or {})},
    ) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the terminal is gone with the process
                break
            if not part:
                break
            seen += part
        os.close(ours)
    return process.returncode, seen.decode()


# Documentation


def command_of(path: list[str]) -> tuple[TyperCommand, list[str]]:
    """The command that a line calls, and what is left of the line."""
    command = get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[path.pop(0)]
    assert isinstance(command, TyperCommand)
    return command, path


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: CommandDescription) -> None:
    assert command.help.endswith(".")
    assert command.examples
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert f"\n## hankekuvaus {command.name}\n" in page
    for written, meaning in command.parameters:
        assert meaning, f"{command.name} {written}"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: CommandDescription) -> None:
    for option in ("--help", "-h"):
        code, output, _ = call(*command.name.split(), option)
        assert code == ExitCode.OK
        assert f"Example: hankekuvaus {command.name}" in output


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_are_understood(command: CommandDescription, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tables").mkdir()  # the output folder of the examples
    for example in command.examples:
        words = shlex.split(re.split(r" [|<>] ", example)[0])
        assert words[0] == "hankekuvaus"
        called, arguments = command_of(words[1:])
        assert called.name == command.name.split()[-1]
        called.make_context("hankekuvaus", arguments).close()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_speaks_to_machines_and_can_be_quiet(command: CommandDescription) -> None:
    options = {word.strip("`,") for written, _ in command.parameters for word in written.split()}
    assert "--json" in options
    assert command.name in NOTHING_BUT_ANSWERS or "--quiet" in options


def test_help_lists_all_exit_codes() -> None:
    code, output, _ = call("--help")
    assert code == ExitCode.OK
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    flat = " ".join(output.split())
    assert set(EXIT_CODES) == set(ExitCode)
    for number, meaning in EXIT_CODES.items():
        assert f"{int(number)} {meaning}" in flat
        assert f"| {int(number)} | {meaning} |" in page


def test_readme_names_every_exit_code() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("## Exit codes")[2].partition("\n## ")[0]
    assert {int(number) for number in re.findall(r"`(\d+)`", section)} == set(ExitCode)


def test_version_and_no_arguments() -> None:
    assert call("--version")[1].startswith("hankekuvaus ")
    code, output, messages = call()
    assert code == ExitCode.USAGE
    assert "Commands" in output + messages


def test_unknown_command_and_option() -> None:
    for arguments in (["frobnicate"], ["parse", "--frobnicate", "x"]):
        code, output, messages = call(*arguments)
        assert code == ExitCode.USAGE
        assert not output
        assert "frobnicate" in messages


# dictionary, issue-codes


def test_dictionary_lists_tables_and_columns() -> None:
    code, output, _ = call("dictionary")
    assert code == ExitCode.OK
    assert all(name in output for name in TABLES)
    for name, table in TABLES.items():
        code, output, _ = call("dictionary", name)
        assert code == ExitCode.OK
        assert all(column in output for column in table.column_names())


def test_dictionary_for_machines() -> None:
    tables = json.loads(call("dictionary", "--json")[1])
    assert [table["name"] for table in tables] == list(TABLES)
    projects = json.loads(call("dictionary", "projects", "--json")[1])
    assert projects == tables[0]
    sums = {column["name"]: column for column in projects["columns"]}["planned_public_eur"]
    assert sums["type"] == "int64"
    assert sums["unit"] == "EUR"
    assert sums["description_fi"]
    assert sums["form_label"]


def test_dictionary_of_an_unknown_table_says_which_there_are() -> None:
    code, _, messages = call("dictionary", "project")
    assert code == ExitCode.USAGE
    assert "projects" in messages


def test_issue_codes() -> None:
    codes = json.loads(call("issue-codes", "--json")[1])
    output = call("issue-codes")[1]
    for code in codes:
        assert set(code) == {"code", "severity", "message"}
        assert code["code"] in output


# parse and text


def test_parse_shows_tables_and_masks() -> None:
    code, output, messages = call("parse", TEXT_FILE)
    assert code == ExitCode.OK, messages
    assert "S29001" in output
    assert "Sustainability scores" in output
    assert "@" not in output
    assert "Contact" not in output
    code, output, _ = call("parse", TEXT_FILE, "--restricted")
    assert code == ExitCode.OK
    assert "Contact" in output
    assert "esimerkki.fi" in output


def test_parse_for_machines() -> None:
    code, output, _ = call("parse", TEXT_FILE, "--json")
    record = json.loads(output)
    assert code == ExitCode.OK
    assert set(record) == {"document", "tables"}
    assert record["document"]["status"] == "parsed"
    assert len(record["tables"]["scores"]) == 15
    assert "@" not in json.dumps(record["tables"])
    restricted = json.loads(call("parse", TEXT_FILE, "--json", "--restricted")[1])["restricted"]
    assert "@" in restricted["contacts"][0]["contact_email"]


def test_text_is_what_offsets_count_in() -> None:
    record = json.loads(call("parse", TEXT_FILE, "--json")[1])
    text = call("text", TEXT_FILE)[1]
    assert text.removesuffix("\n") == record["tables"]["texts"][0]["text"].removesuffix("\n")
    open_text = call("text", TEXT_FILE, "--restricted")[1]
    assert len(open_text) == len(text)
    assert "█" in text
    assert "@" in open_text
    for field in record["tables"]["fields"]:
        if field["raw"] is not None:
            assert text[field["char_start"] : field["char_end"]] == field["raw"]


def test_text_for_machines() -> None:
    row = json.loads(call("text", TEXT_FILE, "--json")[1])
    assert row["text"].rstrip("\n") == call("text", TEXT_FILE)[1].rstrip("\n")


def test_standard_input() -> None:
    page = SAMPLE / "every_format" / "S29001" / "S29001_page.html"
    printed = start("text", "-", given=page.read_bytes())
    assert printed.returncode == ExitCode.OK
    assert printed.stdout == start("text", page).stdout
    assert "Hankekoodi" in printed.stdout.decode()


def test_output_is_utf8_whatever_the_locale() -> None:
    printed = start("text", TEXT_FILE, environment={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert printed.returncode == ExitCode.OK
    assert "ä" in printed.stdout.decode()


@pytest.mark.parametrize("command", ["parse", "text"])
def test_missing_file_and_folder(command: str, tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.txt", "No such file"), (tmp_path, "Is a directory")):
        code, output, messages = call(command, path)
        assert code == ExitCode.USAGE
        assert not output
        assert why in " ".join(messages.replace("│", " ").split())


def test_what_is_no_description_has_a_reason_and_an_exit_code(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    code, output, messages = call("parse", empty)
    assert code == ExitCode.INCOMPLETE
    assert "quarantined" in output
    assert "empty: The file is empty." in " ".join(messages.split())
    code, output, messages = call("text", empty)
    assert code == ExitCode.INCOMPLETE
    assert not output
    assert "empty" in messages


# What one document may do


@pytest.mark.parametrize(
    ("handler", "code"), [("make_aborter", "crash"), ("make_raiser", "parser_error"), ("make_sleeper", "timeout")]
)
def test_a_document_may_kill_its_reader_but_not_us(handler: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_one, "Job", lambda _, __, limits: Job(f"killer:{handler}", limits=limits), raising=True)
    parsed = parse_one.parse_one(b"henkilotieto", "x.txt", Limits(wall_seconds=1.0))
    assert parsed.status == "quarantined"
    assert str(parsed.document["reason"]).startswith(f"{code}: ")
    assert "henkilotieto" not in str(parsed)


def hostile_record() -> Parsed:
    hostile = f"[red]{ESCAPE}]0;owned\x07[/red] [link=x]"
    field = {
        "section_number": "1",
        "field": "project_name",
        "state": "value",
        "raw": hostile,
        "value": hostile,
        "method": "exact",
    }
    return Parsed(
        document_id="0" * 64,
        project_code="S29001",
        status="parsed",
        document={"reason": None},
        tables={"fields": [field], "sections": [{"title": hostile, "text": "[bold]" + "x" * 1000}]},
        restricted={},
    )


def test_documents_cannot_steer_the_terminal() -> None:
    console = Console(force_terminal=True, color_system=None, width=120, file=io.StringIO())
    console.print(show_parsed(hostile_record(), "x\x1b[2J.txt"))
    assert isinstance(console.file, io.StringIO)
    output = console.file.getvalue()
    assert ESCAPE not in output
    assert "\x07" not in output
    assert "[red]" in output
    assert "[bold]xxx" in output


# Pipes, terminals, colours


@pytest.mark.parametrize("arguments", [["dictionary"], ["dictionary", "--json"], ["issue-codes"]])
def test_a_closed_pipe_is_no_fault(arguments: list[str]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        process = subprocess.run([SCRIPT, *arguments], stdout=theirs, stderr=subprocess.PIPE, timeout=60, check=False)
    finally:
        os.close(theirs)
    assert process.stderr == b""
    assert process.returncode == BROKEN_PIPE


def test_colours_on_a_terminal_only() -> None:
    assert ESCAPE.encode() not in start("issue-codes").stdout
    code, seen = start_on_terminal("issue-codes")
    assert code == ExitCode.OK
    assert f"{ESCAPE}[31m" in seen
    code, seen = start_on_terminal("issue-codes", environment={"NO_COLOR": "1"})
    assert code == ExitCode.OK
    assert f"{ESCAPE}[31m" not in seen


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_the_terminal(width: int) -> None:
    for arguments in (["dictionary", "projects"], ["parse", str(TEXT_FILE)], ["issue-codes"], ["--help"]):
        printed = start(*arguments, environment={"COLUMNS": str(width)})
        assert max(len(line) for line in printed.stdout.decode().splitlines()) <= width


def test_faults_are_reported_without_the_message() -> None:
    code = (
        "import sys; from pipeline.terminal import report_fault; sys.excepthook = report_fault; "
        "raise ValueError('henkilo' + 'tieto')"
    )
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == ExitCode.FAILED
    assert "ValueError" in process.stderr
    assert "henkilotieto" not in process.stderr


def test_shell_completion_knows_the_tables() -> None:
    printed = start(
        environment={
            "_HANKEKUVAUS_COMPLETE": "complete_bash",
            "COMP_WORDS": "hankekuvaus dictionary pr",
            "COMP_CWORD": "2",
        }
    )
    assert printed.stdout.split() == [b"projects"]


# make-archive


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented")
    code, output, _ = call("make-archive", folder, "--projects", "3", "--seed", "5", "--layouts", "tight,service")
    assert code == ExitCode.OK
    assert "documents of 3 projects" in output
    return folder


def test_make_archive_writes_documents_and_truth(invented: Path) -> None:
    assert {path.name for path in invented.iterdir()} == {"archive", "truth"}
    assert [path for path in (invented / "archive").rglob("*") if path.suffix in (".txt", ".html")]


def test_make_archive_says_what_is_wrong(invented: Path, tmp_path: Path) -> None:
    for arguments, word in (
        ([invented], "not empty"),
        ([tmp_path / "a", "--layouts", "frobnicate"], "service"),
        ([tmp_path / "b", "--noise", "1"], "noise"),
    ):
        code, output, messages = call("make-archive", *arguments)
        assert code == ExitCode.USAGE
        assert not output
        assert word in messages


def test_make_archive_for_machines_and_quietly(tmp_path: Path) -> None:
    summary = json.loads(call("make-archive", tmp_path / "a", "--projects", "1", "--json")[1])
    assert summary["projects"] == 1
    assert call("make-archive", tmp_path / "b", "--projects", "1", "--quiet") == (ExitCode.OK, "", "")


# run and snapshots


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two descriptions, an empty file and a style sheet."""
    folder = tmp_path_factory.mktemp("archive") / "descriptions"
    folder.mkdir()
    shutil.copy(TEXT_FILE, folder)
    shutil.copy(SAMPLE / "eakr" / "texts" / "A79002.txt", folder)
    shutil.copy(SAMPLE / "not_descriptions" / "style.css", folder)
    (folder / "empty.txt").touch()
    return folder


@pytest.fixture(scope="module")
def published(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An output folder, and what its first run printed."""
    out = tmp_path_factory.mktemp("run") / "out"
    printed = start("run", archive, "--out", out, "--workers", "1")
    assert printed.returncode == ExitCode.INCOMPLETE, printed.stderr
    assert printed.stderr == b""
    return out, printed.stdout.decode()


def test_run_ends_with_a_summary(published: tuple[Path, str]) -> None:
    out, summary = published
    flat = " ".join(summary.split())
    assert "3 documents in" in summary
    assert re.search(r"^quarantined +1 ", summary, re.MULTILINE)
    assert re.search(r" projects +2 ", summary)
    assert re.search(r" empty +1\b", summary)
    assert "empty.txt empty: The file is empty." in flat
    assert f"Tables: {out}/latest/tables" in flat.replace("/ ", "/")
    assert ESCAPE not in summary
    assert (out / "latest" / "tables" / "projects").is_dir()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_summary_shows_whole_numbers(width: int) -> None:
    """Half a number is a wrong number."""
    rows = dict.fromkeys(TABLES, 1234567890)
    issues = {"business_id_check_digit": 87_654_321, "realised_over_planned": 5}
    groups = (
        {"Files": {"unreadable": 2_345_678}, "Seconds": {"language": 54_321.0}},
        {"Rows": rows},
        {"Issues": issues},
    )
    columns = Table.grid(padding=(0, 2, 0, 0))
    columns.add_row(*(show_counts(group) for group in groups))
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(columns)
    printed = console.export_text()
    assert "…" not in printed
    for number in ("1,234,567,890", "87,654,321", "2,345,678", "54321.0"):
        assert number in printed
    assert printed.count("1,234,567,890") == len(TABLES)
    assert max(len(line) for line in printed.splitlines()) <= width


def test_run_for_machines_and_quietly(archive: Path, published: tuple[Path, str], tmp_path: Path) -> None:
    code, output, messages = call("run", archive, "--out", published[0], "--json")
    result = json.loads(output)
    assert code == result["exit_code"] == ExitCode.INCOMPLETE
    assert messages == ""
    assert result["documents"] == {"parsed": 2, "quarantined": 1}
    assert result["rows"]["projects"] == 2
    assert result["parsed"] == 0
    assert Path(result["snapshot"]).is_dir()
    (archive.parent / "clean").mkdir()
    shutil.copy(TEXT_FILE, archive.parent / "clean")
    assert call("run", archive.parent / "clean", "--out", tmp_path / "out", "--quiet") == (ExitCode.OK, "", "")


def test_progress_is_seen_on_a_terminal_only(archive: Path, tmp_path: Path) -> None:
    code, seen = start_on_terminal("run", archive, "--out", tmp_path / "out")
    assert code == ExitCode.INCOMPLETE
    assert "Parsing documents" in seen
    assert re.search(r"\d+/\d+", seen)
    code, seen = start_on_terminal("run", archive, "--out", tmp_path / "out", "--quiet")
    assert (code, seen) == (ExitCode.INCOMPLETE, "")


def test_a_summary_that_nobody_reads_changes_nothing(archive: Path, tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    process = subprocess.run(
        [SCRIPT, "run", archive, "--out", tmp_path / "out"], stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(theirs)
    assert process.returncode == ExitCode.INCOMPLETE
    assert process.stderr == b""


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["none", "--out", "out"], ExitCode.USAGE, "No such file"),
        (["archive", "--out", "archive/out"], ExitCode.OUTPUT, "choose another"),
        (["archive", "--out", "out", "--workers", "-1"], ExitCode.USAGE, "--workers"),
        (["archive", "--out", "out"], ExitCode.NOTHING, "no document"),
        (["archive"], ExitCode.USAGE, "--out"),
    ],
)
def test_run_says_what_is_wrong(arguments: list[str], code: ExitCode, word: str, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    process = subprocess.run([SCRIPT, "run", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == code
    assert process.stdout == ""
    assert word in process.stderr
    assert "Traceback" not in process.stderr
    assert not (tmp_path / "out" / "latest").exists()


def test_snapshots_for_machines_and_quietly(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(3):
        assert call("run", archive, "--out", out, "--quiet", "--language", "off")[0] == ExitCode.INCOMPLETE
    name = (out / "latest").readlink().name
    assert json.loads(call("snapshots", "path", out, "--json")[1]) == {
        "snapshot": name, "path": str((out / "latest").resolve()),
    }  # fmt: skip
    checked = json.loads(call("snapshots", "verify", out, "--json")[1])
    assert (checked["snapshot"], checked["faults"]) == (name, [])
    assert checked["files"] > 20
    assert call("snapshots", "verify", out, "--quiet") == (ExitCode.OK, "", "")
    moved = json.loads(call("snapshots", "rollback", out, "--json")[1])
    assert moved["before"] == name
    assert (out / "latest").readlink().name == moved["latest"] != name
    assert call("snapshots", "rollback", out, "--to", name, "--quiet") == (ExitCode.OK, "", "")
    removed = json.loads(call("snapshots", "prune", out, "--json")[1])["removed"]
    assert len(removed) == 1
    assert call("snapshots", "prune", out, "--quiet") == (ExitCode.OK, "", "")


def test_snapshots(archive: Path, published: tuple[Path, str]) -> None:
    out, _ = published
    assert call("run", archive, "--out", out, "--quiet")[0] == ExitCode.INCOMPLETE
    listed = json.loads(call("snapshots", "list", out, "--json")[1])
    assert [row["latest"] for row in listed] == [False] * (len(listed) - 1) + [True]
    assert listed[-1]["projects"] == 2
    shown = call("snapshots", "list", out)[1]
    assert all(row["snapshot"] in shown for row in listed)
    path = Path(call("snapshots", "path", out)[1].strip())
    assert path.name == listed[-1]["snapshot"]
    assert not path.is_symlink()
    code, output, _ = call("snapshots", "prune", out, "--keep", "1")
    assert code == ExitCode.OK
    gone = [row["snapshot"] for row in listed[:-2]]
    assert output.splitlines() == ([f"removed {snapshot}" for snapshot in gone] or ["nothing to remove"])
    assert "nothing to remove" in call("snapshots", "prune", out)[1]


def test_snapshots_verify_finds_every_kind_of_damage(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call("run", archive, "--out", out, "--quiet")
    code, output, _ = call("snapshots", "verify", out)
    assert code == ExitCode.OK
    assert f"{len(list((out / 'latest').resolve().rglob('*.parquet')))} files" in output
    tables = out / "latest" / "tables"
    parts = {name: next((tables / name).glob("*.parquet")) for name in ("scores", "texts", "files")}
    data = bytearray(parts["scores"].read_bytes())
    data[len(data) // 2] ^= 1
    parts["scores"].write_bytes(data)
    parts["texts"].unlink()
    parts["files"].write_bytes(b"PAR1")
    (tables / "projects" / "stray.parquet").touch()
    code, output, messages = call("snapshots", "verify", out)
    assert code == ExitCode.FAILED
    assert not output
    for fault in ("its bytes have changed", "missing", "4 bytes instead of", "not of this snapshot", "--full"):
        assert fault in messages
    (out / "latest" / "datapackage.json").unlink()
    assert call("snapshots", "verify", out)[0] == ExitCode.FAILED


@pytest.mark.parametrize("command", ["path", "verify"])
def test_no_snapshot_says_how_to_make_one(command: str, tmp_path: Path) -> None:
    code, output, messages = call("snapshots", command, tmp_path)
    assert code == ExitCode.USAGE
    assert not output
    assert "hankekuvaus run" in messages
