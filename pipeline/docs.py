"""The generated pages of ``docs/``: data dictionary, issue codes, checks, command line. ``make docs`` writes them.

``python -m pipeline.docs --check`` writes nothing and ends with 1 where a page is out of date.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from rich.text import Text
from typer import Context
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from pipeline.cli import app
from pipeline.dictionary import describe_issue_codes, describe_rules
from pipeline.docs_dictionary import write_data_dictionary, write_data_dictionary_fi
from pipeline.docs_tables import NOTE, markdown_table
from pipeline.exit_codes import EXIT_CODES
from pipeline.limits import LIMIT_SETTINGS


def write_issues() -> str:
    """``docs/issues.md``: every issue code."""
    codes = describe_issue_codes()
    by_severity = (
        ("error", "Something of the document is lost or cannot be trusted."),
        ("warning", "A value is doubtful or text was left over: worth a look."),
        ("info", "Worth knowing; the values stand."),
    )
    parts = [
        "# Issue codes\n",
        NOTE.format(source="models/issues.py"),
        "Codes are stable. They stand in `issues.code` and begin the text of `documents.reason` and `files.reason`.\n"
        "The same in the terminal: `hankekuvaus issue-codes`.\n",
    ]
    for severity, meaning in by_severity:
        parts += [
            f"## {severity}\n",
            f"{meaning}\n",
            markdown_table(
                ("Code", "Meaning"),
                ((f"`{code['code']}`", code["message"]) for code in codes if code["severity"] == severity),
            ),
        ]
    return "\n".join(parts)


def write_limits() -> str:
    """``docs/limits.md``: every limit, its default and the code of its reason."""
    rows = (
        (f"`{name}`", setting.meaning, f"{setting.default:,}", f"`{setting.code}`")
        for name, setting in LIMIT_SETTINGS.items()
    )
    return "\n".join(
        (
            "# Limits\n",
            NOTE.format(source="pipeline/limits.py"),
            "A document or container beyond a limit is left out, and only that one: its row in `documents` or\n"
            "`files` says so, and its reason begins with the code. Limits are set in `[limits]` of the settings file\n"
            "([nightly.md](nightly.md)), or for one run by `--limit NAME=NUMBER`, which may be given again.\n",
            markdown_table(("Limit", "Of what", "Default", "Code"), rows),
            "What a limit kept out is read again when a limit changes. What was read under a wider one stays until\n"
            "its bytes or the parser change, or `--full` is given; containers are opened again.\n",
        )
    )


def write_checks() -> str:
    """``docs/checks.md``: every rule, with its condition in words."""
    parts = [
        "# Checks · Tarkistukset\n",
        NOTE.format(source="models/checks.py"),
        "Rules that should hold among the values of a project. One that does not is a row of `issues` whose `code` is\n"
        "the rule's; the values stay as they are. A rule says nothing where a value that it needs is null.\n",
        markdown_table(
            ("Rule", "Severity", "Columns", "What must hold", "What a broken one means", "Merkitys"),
            (
                (
                    f"`{rule['id']}`",
                    rule["severity"],
                    ", ".join(f"`{column}`" for column in rule["columns"]),
                    rule["condition"],
                    rule["message"],
                    rule["message_fi"],
                )
                for rule in describe_rules()
            ),
        ),
    ]
    return "\n".join(parts)


def write_cli() -> str:
    """``docs/cli.md``: every command with its options and examples, and the exit codes."""
    parts = [
        "# Command line\n",
        NOTE.format(source="pipeline/cli.py"),
        "Results go to standard output, messages and progress to standard error. Colours and the progress bar appear\n"
        "on a terminal only (colours never where `NO_COLOR` is set). Shell completion:\n"
        "`hankekuvaus --install-completion`. Where the reader of the output goes away\n"
        "(`| head`), the exit code is 141.\n",
    ]
    for command in describe_commands():
        parts += [f"## hankekuvaus {command.name}\n", f"{command.help}\n"]
        parts.append("```console\n" + "".join(f"$ {line}\n" for line in command.examples) + "```\n")
        parts.append(f"Usage: `{command.usage}`\n")
        if command.parameters:
            parts.append(markdown_table(("Argument or option", "Meaning"), command.parameters))
    parts += [
        "## Exit codes\n",
        markdown_table(("Code", "Meaning"), ((str(int(code)), text) for code, text in EXIT_CODES.items())),
    ]
    return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class CommandDescription:
    """A command as its documentation needs it."""

    name: str
    """With the group's name before it: ``snapshots list``."""
    help: str
    usage: str
    examples: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    """(how it is written, what it does)."""


def describe_commands() -> list[CommandDescription]:
    """Every command of the command line, in the order of its help."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    return list(_walk(group, "", Context(group, info_name="hankekuvaus")))


def _walk(command: TyperCommand | TyperGroup, name: str, context: Context) -> Iterator[CommandDescription]:
    if isinstance(command, TyperGroup):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert isinstance(found, TyperCommand | TyperGroup)
            yield from _walk(found, f"{name} {child}".strip(), Context(found, info_name=child, parent=context))
        return
    epilog = Text.from_markup(command.epilog or "").plain.splitlines()
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    yield CommandDescription(
        name,
        inspect.cleandoc(command.help or ""),
        command.get_usage(context).removeprefix("Usage: "),
        tuple(line.removeprefix("Example: ") for line in epilog if line.startswith("Example: ")),
        tuple((f"`{written}`", meaning) for written, meaning in filter(None, records)),
    )


PAGES: MappingProxyType[str, Callable[[], str]] = MappingProxyType(
    {
        "data_dictionary.md": write_data_dictionary,
        "data_dictionary.fi.md": write_data_dictionary_fi,
        "issues.md": write_issues,
        "checks.md": write_checks,
        "limits.md": write_limits,
        "cli.md": write_cli,
    }
)
"""The generated pages by file name."""


def outdated_pages(folder: Path) -> list[str]:
    """Names of generated pages whose file is missing or differs from what would be written."""
    return [
        name
        for name, write in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text("utf-8") != write()
    ]


def main(arguments: Sequence[str]) -> int:
    """Write all pages, or check them."""
    folder = Path(__file__).parent.parent / "docs"
    if "--check" in arguments:
        outdated = outdated_pages(folder)
        for name in outdated:
            print(f"docs/{name} is out of date: run make docs")
        return 1 if outdated else 0
    folder.mkdir(exist_ok=True)
    for name, write in PAGES.items():
        (folder / name).write_text(write(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
