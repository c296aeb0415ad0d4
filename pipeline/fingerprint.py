"""Of which program a result is: so that what another one made is never taken for this one's."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import sys
from pathlib import Path

import pyarrow as pa

from models.tables import SCHEMA_VERSION
from parsers import PARSER_VERSION

_PARSING = ("models", "pipeline.packed", "pipeline.parse_task", "pipeline.ocr")
_WRITING = (
    "pipeline.assemble",
    "pipeline.corrections",
    "pipeline.current",
    "pipeline.write",
    "pipeline.names",
    "pipeline.cache",
)


@functools.cache
def parser_fingerprint(parser: str) -> str:
    """Changes whenever a document might be parsed differently: the version, or any file of the parser, is another."""
    package, _, _ = parser.partition(".")
    return f"{PARSER_VERSION}/{SCHEMA_VERSION}/{_digest(*_PARSING, package)}"


@functools.cache
def table_fingerprint(parser: str) -> str:
    """Changes whenever the same parsed documents might give other part files."""
    python = ".".join(map(str, sys.version_info[:2]))
    return f"{parser_fingerprint(parser)}/{_digest(*_WRITING)}/pyarrow {pa.__version__}/python {python}"


def _digest(*modules: str) -> str:
    digest = hashlib.sha256()
    for module in modules:
        for path in _files(module):
            content = path.read_bytes()
            digest.update(f"{module} {path.name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def _files(module: str) -> list[Path]:
    """The source and data files of a module or of a whole package, sorted."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"no module {module}", name=module)
    if not found.submodule_search_locations:
        return [Path(found.origin)]
    root = Path(found.submodule_search_locations[0])
    return sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
