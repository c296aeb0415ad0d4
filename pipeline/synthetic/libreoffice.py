"""LibreOffice as a printer: flat OpenDocument texts in, PDFs out, many documents in one start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pipeline.synthetic.errors import MissingToolError, ToolFailedError

NAMES = ("soffice", "libreoffice")
TIMEOUT_START = 90.0
TIMEOUT_DOCUMENT = 10.0
"""Seconds for a start and, added, for each document."""


def find_libreoffice() -> str:
    """The path of ``soffice``; raises ``MissingToolError``."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise MissingToolError("libreoffice")


def convert_texts(texts: Sequence[str]) -> list[bytes]:
    """A PDF for each flat OpenDocument text, in order, from one start of LibreOffice.

    Raises ``MissingToolError`` without ``soffice``, ``ToolFailedError`` where a PDF is missing or time is up.
    """
    path = find_libreoffice()
    with tempfile.TemporaryDirectory(prefix="libreoffice-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        sources = [folder / f"{number}.fodt" for number in range(len(texts))]
        for source, text in zip(sources, texts, strict=True):
            source.write_text(text, encoding="utf-8")
        command = [
            path,
            "--headless",
            "--norestore",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",  # a profile in use refuses a second start
            "--convert-to",
            "pdf:writer_pdf_Export",
            "--outdir",
            str(folder),
            *map(str, sources),
        ]
        exit_code = _run_bounded(command, TIMEOUT_START + TIMEOUT_DOCUMENT * len(texts))
        printed = [source.with_suffix(".pdf") for source in sources]
        missing = sum(not pdf.exists() for pdf in printed)
        if missing:
            raise ToolFailedError(
                "libreoffice", f"{missing} of {len(texts)} documents not printed, exit code {exit_code}"
            )
        return [pdf.read_bytes() for pdf in printed]


def _run_bounded(command: Sequence[str], seconds: float) -> int:
    """Run in a process group of its own: ``soffice`` is a script whose children outlive it when it is killed."""
    process = subprocess.Popen(  # noqa: S603 - the found soffice and our own files
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise ToolFailedError("libreoffice", f"not ready after {seconds:.0f} seconds") from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
