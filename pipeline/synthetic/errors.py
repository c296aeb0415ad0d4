"""What the archive generator cannot do without, and what to install for it."""

from __future__ import annotations

INSTALL = {
    "reportlab": "pip install 'hankekuvaus[archive]'",
    "weasyprint": "pip install 'hankekuvaus[archive]' and Debian's packages libpango-1.0-0 and libpangoft2-1.0-0",
    "chromium": "Debian's package chromium (apt-get install chromium)",
    "libreoffice": "Debian's package libreoffice-writer-nogui (apt-get install libreoffice-writer-nogui)",
    "fonts": "Debian's packages fonts-liberation and fonts-dejavu-core",
}
"""How each tool is had, for messages; the PDF producers' names and ``fonts``."""


class MissingToolError(Exception):
    """A PDF producer is not installed; ``tool`` is a key of ``INSTALL`` and the message says what to install."""

    def __init__(self, tool: str) -> None:
        super().__init__(f"cannot find {tool}; to install: {INSTALL[tool]}")
        self.tool = tool


class ToolFailedError(Exception):
    """A PDF producer is there but gave no PDF: it crashed, hung or refused; ``tool`` says which."""

    def __init__(self, tool: str, detail: str) -> None:
        super().__init__(f"{tool} gave no PDF: {detail}")
        self.tool = tool
