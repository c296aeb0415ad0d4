"""What the command line prints, and how: colours only on a terminal, closed pipes taken calmly."""

from __future__ import annotations

import json
import os
import sys
import traceback
from types import TracebackType

import typer
from rich.console import Console, RenderableType

BROKEN_PIPE = 141
"""Exit code where the reader of the output went away: what a shell shows for SIGPIPE (128 + 13)."""

_CONTROLS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def defuse(text: str) -> str:
    """Text without control characters: a document must not be able to steer the terminal."""
    return text.translate(_CONTROLS)


def output_console() -> Console:
    """Where results go; made anew for every command because tests and callers may swap ``sys.stdout``."""
    return _Console(highlight=False, emoji=False, markup=False)


def error_console() -> Console:
    """Where messages and progress go."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False)


def print_rich(*parts: RenderableType) -> None:
    """Print tables and text for a person."""
    console = output_console()
    for part in parts:
        console.print(part)
    _flush()


def print_text(text: str) -> None:
    """Print text as it is, and as UTF-8 whatever the locale; on a terminal without control characters."""
    if sys.stdout.isatty():
        text = defuse(text)
    if not text.endswith("\n"):
        text += "\n"
    try:
        sys.stdout.flush()
        binary = getattr(sys.stdout, "buffer", None)
        if binary is None:
            sys.stdout.write(text)
        else:
            binary.write(text.encode("utf-8", "replace"))
    except BrokenPipeError:
        _leave()
    _flush()


def print_json(value: object) -> None:
    """Print JSON for a machine: UTF-8, two spaces, keys in the order given."""
    print_text(json.dumps(value, ensure_ascii=False, indent=2))


def complain(message: str) -> None:
    """Print an error for a person."""
    error_console().print(f"hankekuvaus: {defuse(message)}", style="red", soft_wrap=True)


def report_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """``sys.excepthook`` for faults of ours: where it happened, but not the message, which may quote a document."""
    lines = "".join(traceback.format_tb(trace))
    name = f"{kind.__name__}: {error}" if isinstance(error, ImportError | SyntaxError) else kind.__name__
    sys.stderr.write(f"hankekuvaus: a fault of the program: {name}\n{lines}Please report it.\n")


class _Console(Console):
    """rich ends the program with 1 on a closed pipe; 1 means something else here."""

    def on_broken_pipe(self) -> None:
        _leave()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _leave()


def _leave() -> None:
    """End quietly; what Python still wants to flush at its end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(BROKEN_PIPE)
