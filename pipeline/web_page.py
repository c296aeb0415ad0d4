"""HTML pages that stand alone: nothing is loaded from anywhere, and nothing runs but our own script.

Everything from a document goes through ``safe``. Should something slip through all the same, the page's policy stops
it: only the style and the script whose hashes it names are let in, and nothing may be fetched or sent.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from importlib import resources

from pipeline.terminal import defuse

_STEERING = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
"""Characters that turn the direction of writing: what stands after them would not be seen as it is."""


def safe(text: object) -> str:
    """Any text as HTML: escaped, for attributes too; without control characters, character for character."""
    return escape(defuse(str(text)).translate(_STEERING).encode(errors="replace").decode())


def read_asset(package: str, name: str) -> str:
    """A style sheet or script that ships with a package."""
    return resources.files(package).joinpath(name).read_text("utf-8")


def make_page(title: str, body: Iterable[str], *, style: str, script: str = "", pictures: bool = False) -> str:
    """A whole page; ``title`` is plain text, ``body`` HTML. ``pictures`` lets ``data:`` images in."""
    policy = ["default-src 'none'", f"style-src {_hash(style)}", "base-uri 'none'", "form-action 'none'"]
    if script:
        policy.append(f"script-src {_hash(script)}")
    if pictures:
        policy.append("img-src data:")
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape("; ".join(policy))}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">',
        f"<title>{safe(title)}</title>\n<style>{style}</style>\n</head>\n<body>",
        *body,
    ]
    if script:
        parts.append(f"<script>{script}</script>")
    return "\n".join((*parts, "</body>\n</html>\n"))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
