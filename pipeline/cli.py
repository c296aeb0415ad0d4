"""The command line: thin commands over the library. ``docs/cli.md`` is written from here.

Nothing heavy is imported before a command needs it, so that ``--help`` and shell completion answer at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

from models.tables import TABLES
from pipeline import cli_snapshots
from pipeline.cli_browse import browse
from pipeline.cli_compare import diff, plan
from pipeline.cli_correct import correct
from pipeline.cli_doctor import doctor
from pipeline.cli_drift import drift
from pipeline.cli_evaluate import evaluate
from pipeline.cli_explain import explain
from pipeline.cli_export import export
from pipeline.cli_forget import forget
from pipeline.cli_language import evaluate_language
from pipeline.cli_nightly import nightly
from pipeline.cli_options import Json, Ocr, examples
from pipeline.cli_reconcile import reconcile
from pipeline.cli_run import run
from pipeline.cli_synthetic import make_archive
from pipeline.errors import PipelineError
from pipeline.exit_codes import EXIT_CODES, ExitCode
from pipeline.terminal import complain, print_json, print_rich, print_text, report_fault

if TYPE_CHECKING:
    from models.records import Parsed


_EXIT_CODES = "[bold]Exit codes[/bold]\n" + "\n".join(f"  {code:>3}  {text}" for code, text in EXIT_CODES.items())

app = typer.Typer(
    name="hankekuvaus",
    help="Turn an archive of Finnish structural-fund project descriptions into Parquet tables.",
    epilog=f"{examples('hankekuvaus run descriptions/ --out tables')}\n\n{_EXIT_CODES}",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

File = Annotated[str, typer.Argument(metavar="FILE", help="A description (text, HTML or PDF); - for standard input.")]
Restricted = Annotated[
    bool, typer.Option("--restricted", help="Show personal data unmasked: for your eyes, not for publishing.")
]


def _print_version(wanted: bool) -> None:
    if wanted:
        print_text(f"hankekuvaus {version('hankekuvaus')}")
        raise typer.Exit


@app.callback()
def start(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Turn an archive of Finnish structural-fund project descriptions into Parquet tables."""


app.command(
    epilog=examples(
        "hankekuvaus run descriptions/ --out tables",
        "hankekuvaus run esr/ eakr/ --out tables --workers 4 --json > run.json",
    )
)(run)
app.command(
    epilog=examples(
        "hankekuvaus nightly --settings nightly.toml", "hankekuvaus nightly --settings nightly.toml --accept"
    )
)(nightly)
app.command(epilog=examples("hankekuvaus doctor --settings nightly.toml", "hankekuvaus doctor --out tables --json"))(
    doctor
)
app.command(
    epilog=examples("hankekuvaus plan descriptions/ --out tables", "hankekuvaus plan --settings nightly.toml --json")
)(plan)
app.command(
    epilog=examples(
        "hankekuvaus diff tables/snapshots/20260301T021500Z-0a1b2c3d tables",
        "hankekuvaus diff before after --html changes.html",
    )
)(diff)


@app.command(
    epilog=examples("hankekuvaus parse S20405.pdf", "hankekuvaus parse S20405.html --json | jq .tables.scores")
)
def parse(file: File, ocr: Ocr = False, as_json: Json = False, restricted: Restricted = False) -> None:
    """Parse one document and show its rows as tables.

    Personal data is masked unless --restricted is given.
    """
    from pipeline.show import show_parsed, to_plain

    parsed = _parse_file(file, ocr=ocr)
    if as_json:
        print_json(to_plain(parsed, restricted=restricted))
    else:
        print_rich(show_parsed(parsed, "standard input" if file == "-" else file, restricted=restricted))
    _end_by_status(parsed)


@app.command(epilog=examples("hankekuvaus text S20405.pdf", "hankekuvaus text - < S20405.html | less"))
def text(file: File, ocr: Ocr = False, as_json: Json = False, restricted: Restricted = False) -> None:
    """Print a document's canonical text: what all offsets count in.

    Personal data is masked, character for character, unless --restricted is given.
    """
    parsed = _parse_file(file, ocr=ocr)
    rows = (parsed.restricted if restricted else parsed.tables).get("texts", [])
    if as_json:
        print_json(rows[0] if rows else {"document_id": parsed.document_id, "text": None})
    elif rows:
        print_text(rows[0]["text"])
    _end_by_status(parsed)


def _complete_table(incomplete: str) -> Iterator[tuple[str, str]]:
    for table in TABLES.values():
        if table.name.startswith(incomplete):
            yield table.name, table.en


@app.command(epilog=examples("hankekuvaus dictionary", "hankekuvaus dictionary projects"))
def dictionary(
    table: Annotated[
        str | None,
        typer.Argument(metavar="TABLE", help="A table; without, all of them.", autocompletion=_complete_table),
    ] = None,
    as_json: Json = False,
) -> None:
    """Describe the tables, or the columns of one table, in English and Finnish."""
    from pipeline.dictionary import describe_table
    from pipeline.show import show_table, show_tables

    if table is not None and table not in TABLES:
        raise typer.BadParameter(f"no table {table!r}; there are: {', '.join(TABLES)}", param_hint="TABLE")
    found = [describe_table(name) for name in ([table] if table else TABLES)]
    if as_json:
        print_json(found[0] if table else found)
    else:
        print_rich(show_table(found[0]) if table else show_tables(found))


@app.command(epilog=examples("hankekuvaus issue-codes", "hankekuvaus issue-codes --json"))
def issue_codes(as_json: Json = False) -> None:
    """List the codes of the table issues with their severity and meaning."""
    from pipeline.dictionary import describe_issue_codes
    from pipeline.show import show_issue_codes

    codes = describe_issue_codes()
    if as_json:
        print_json(codes)
    else:
        print_rich(show_issue_codes(codes))


def _parse_file(file: str, *, ocr: bool) -> Parsed:
    """Parse one document as ``run`` does: in a child process with limits, which may die without harm."""
    from pipeline.parse_one import parse_one
    from pipeline.settings import Limits

    limits = Limits()
    try:
        if file == "-":
            data = sys.stdin.buffer.read(limits.file_bytes + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise typer.BadParameter(f"{file!r} cannot be read: {error.strerror}", param_hint="FILE") from error
    if len(data) > limits.file_bytes:
        raise typer.BadParameter(f"{file!r} is larger than {limits.file_bytes >> 20} MiB", param_hint="FILE")
    return parse_one(data, "" if file == "-" else Path(file).name, limits, ocr=ocr)


def _end_by_status(parsed: Parsed) -> None:
    """A document that was left out gives the exit code that it gives in a run."""
    if parsed.status == "quarantined":
        complain(str(parsed.document["reason"]))
        raise typer.Exit(ExitCode.INCOMPLETE)


app.command(
    epilog=examples(
        "hankekuvaus explain S20405.pdf",
        "hankekuvaus explain S20405 --out tables --output S20405.html",
    )
)(explain)
app.command(epilog=examples("hankekuvaus browse tables", "hankekuvaus browse tables --build tables.sqlite"))(browse)
app.command(
    epilog=examples(
        "hankekuvaus export tables --xlsx --output for-colleagues",
        "hankekuvaus export tables --stata --spss --table projects --table scores --labels en",
    )
)(export)
app.command(epilog=examples("hankekuvaus drift tables", "hankekuvaus drift tables --json"))(drift)
app.add_typer(cli_snapshots.app)
app.command(
    epilog=examples(
        "hankekuvaus forget --project S20405 --out tables --dry-run",
        "hankekuvaus forget --project S20405 --project A30021 --out tables --yes",
    )
)(forget)
app.command(
    "make-archive",
    epilog=examples(
        "hankekuvaus make-archive invented --projects 1000 --seed 7",
        "hankekuvaus make-archive noisy --projects 200 --formats text,html,pdf --noise 0.01",
    ),
)(make_archive)
app.command(
    epilog=examples(
        "hankekuvaus evaluate tables invented",
        "hankekuvaus evaluate invented/archive invented --archive --html worst.html",
    )
)(evaluate)
app.command(
    "evaluate-language",
    epilog=examples("hankekuvaus evaluate-language tests/gold_language/held_out.jsonl --systems 'hankekuvaus full'"),
)(evaluate_language)
app.command(
    epilog=examples(
        "hankekuvaus reconcile tables projektilista.csv --as-of 2016-03-01",
        "hankekuvaus reconcile tables projektilista.xlsx --out differences.csv --html differences.html",
    )
)(reconcile)
app.command(
    epilog=examples(
        'hankekuvaus correct tables S20405 granted_eu_state_eur "46 434" --why "decision of 2 May 2017"',
        "hankekuvaus correct tables S20405 planned 12 --section 7.2 --who Mallikas --why 'letter of the applicant'",
    )
)(correct)


def main() -> None:
    """The console script."""
    sys.excepthook = report_fault
    try:
        # not app(): it would put a hook of its own, which prints messages, in place of ours
        get_command(app).main(prog_name="hankekuvaus")
    except PipelineError as error:
        complain(str(error))
        sys.exit(error.exit_code)
