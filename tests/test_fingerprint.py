"""A new parser re-parses what its reader or its form touches, and nothing else."""

from __future__ import annotations

import ast
import functools
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from run_helpers import hashes, rows

from pipeline import fingerprint
from pipeline.fingerprint import READERS, Versions, bucket_fingerprint, parser_versions
from pipeline.plan import plan_run
from pipeline.run import run_archive
from pipeline.settings import RunSettings

ROOT = Path(__file__).parent.parent
PACKAGES = ("parsers", "models", "pipeline")
SAMPLE = ROOT / "data" / "sample" / "archive"

DELEGATES = {"parsers/readers/dispatch.py", "parsers/readers/mhtml.py"}
"""They choose a reader; of whichever they chose tells the document's media type."""
SCANS = {"parsers/scan.py", "pipeline/parse_task.py"}
"""They call a reader for scans only."""


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the files that count, which a test may change."""
    for package in ("parsers", "models"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    real = fingerprint._files.__wrapped__

    def files(module: str) -> tuple[tuple[str, Path], ...]:
        moved = [(name, tmp_path / name) for name, _ in real(module)]
        return tuple((name, path if path.exists() else ROOT / name) for name, path in moved)

    monkeypatch.setattr(fingerprint, "_files", files)
    parser_versions.cache_clear()
    yield tmp_path
    parser_versions.cache_clear()


def touch(root: Path, name: str) -> None:
    with (root / name).open("a") as file:
        file.write("# changed\n")
    parser_versions.cache_clear()


def changed(before: Versions, after: Versions) -> set[str]:
    """Of which documents the version is another: ``media type form``."""
    new = {(media_type, form): version for media_type, form, version in after.parts}
    return {
        f"{media_type} {form}".strip() for media_type, form, version in before.parts if new[media_type, form] != version
    }


ALL = {f"{kind} {form}".strip() for kind in READERS for form in ("eura2007", "eura2014", "")}


@pytest.mark.parametrize(
    ("name", "touched"),
    [
        ("parsers/readers/pdf_rows.py", {one for one in ALL if one.startswith("application/pdf")}),
        ("parsers/widths.py", {one for one in ALL if one.startswith("application/pdf")}),
        ("parsers/readers/html_tables.py", {one for one in ALL if one.startswith("text/html")}),
        ("parsers/readers/text_lines.py", {one for one in ALL if one.startswith("text/")}),
        ("models/forms/eura2007.py", {one for one in ALL if not one.endswith("eura2014")}),
        ("models/codes/municipalities.csv", ALL),
        ("parsers/readers/clean.py", ALL),
        ("parsers/readers/mhtml.py", ALL),
        ("parsers/labels.py", ALL),
        ("parsers/spacy_fi/tokens.py", set()),
    ],
)
def test_what_a_file_touches(copied: Path, name: str, touched: set[str]) -> None:
    assert (copied / name).is_file()
    before = parser_versions("parsers.parse")
    touch(copied, name)
    after = parser_versions("parsers.parse")
    assert changed(before, after) == touched
    assert (before.whole != after.whole) == bool(touched), "what is known of no reader depends on everything"
    assert parser_versions("parsers.parse") == after


@pytest.mark.usefixtures("copied")
def test_another_heading_touches_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its headings a document of one form may turn out to be of another."""
    before = parser_versions("parsers.parse")
    monkeypatch.setattr(fingerprint, "_describe_recognition", lambda: "another title")
    parser_versions.cache_clear()
    assert changed(before, parser_versions("parsers.parse")) == ALL


@pytest.mark.usefixtures("copied")
def test_a_new_library_touches_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    before = parser_versions("parsers.parse")
    monkeypatch.setattr(fingerprint, "_version", lambda package: "99" if package == "pypdfium2" else "1")
    parser_versions.cache_clear()
    other = parser_versions("parsers.parse")
    monkeypatch.setattr(fingerprint, "_version", lambda _: "1")
    parser_versions.cache_clear()
    assert changed(other, parser_versions("parsers.parse")) == {one for one in ALL if one.startswith("application/pdf")}
    assert before.whole != other.whole


def test_documents_of_other_parsers_depend_on_all_of_it() -> None:
    versions = parser_versions("fake_parser")
    assert versions.parts == ()
    assert versions.of("text/plain", "eura2014") == versions.whole
    assert versions.valid() == [versions.whole]


def test_versions_by_what_a_document_went_through() -> None:
    versions = parser_versions("parsers.parse")
    assert versions.of("text/plain", None) == versions.of("text/plain", "")
    assert versions.of(None, None) == versions.whole
    assert versions.of("application/msword", None) == versions.whole
    assert len(versions.valid()) == len(ALL) + 1


@functools.cache
def _importers() -> dict[str, set[str]]:
    """File → files that import it."""
    names = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            names[name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")] = name
    found: dict[str, set[str]] = defaultdict(set)
    for name in names.values():
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
            modules: list[str] = []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            for module in modules:
                if module in names:
                    found[names[module]].add(name)
    return found


def test_a_readers_files_are_met_by_its_documents_only() -> None:
    """Who imports a file that counts for some documents only, counts for no more of them."""

    def owners(name: str) -> set[str]:
        return {kind for kind, (patterns, _) in READERS.items() if any(fnmatch(name, one) for one in patterns)}

    seen = 0
    parsing = {name for name, _ in fingerprint._parsing_files("parsers.parse")}
    for name, users in _importers().items():
        if mine := owners(name):
            seen += 1
            for user in users & parsing - DELEGATES - SCANS:
                assert owners(user), f"{user} counts for all documents, but {name} only for {sorted(mine)}"
                assert owners(user) <= mine, f"{user} counts for documents for which {name} does not"
    assert seen > 20
    for patterns, _ in READERS.values():
        for pattern in patterns:
            assert list(ROOT.glob(pattern)), f"{pattern} names no file"


def test_nothing_that_parses_imports_the_language_stage() -> None:
    for name, users in _importers().items():
        if name.startswith("parsers/spacy_fi/"):
            assert all(user.startswith(("parsers/spacy_fi/", "pipeline/")) for user in users), name
    assert "pipeline/parse_task.py" not in _importers()["parsers/spacy_fi/build.py"]


def test_only_what_is_touched_is_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run with another reader of HTML: texts keep their records, and the tables are those of a full run."""
    monkeypatch.setattr("pipeline.cache.RACY_NS", 0)
    texts = sorted(SAMPLE.rglob("*.txt"))[:4]
    pages = sorted(SAMPLE.rglob("*.html"))[:3]
    archive, out = tmp_path / "archive", tmp_path / "out"
    archive.mkdir()
    for path in (*texts, *pages):
        shutil.copy(path, archive / path.name)
    settings = RunSettings(workers=1)
    first = run_archive([archive], out, settings=settings)
    known = {row["media_type"] for row in rows(out, "documents")}
    assert {"text/plain", "text/html"} <= known
    html = sum(row["media_type"] == "text/html" for row in rows(out, "documents"))
    now = parser_versions("parsers.parse")
    parts = tuple((kind, form, version + "x" * (kind == "text/html")) for kind, form, version in now.parts)
    monkeypatch.setattr("pipeline.run.parser_versions", lambda _: Versions("other", parts))
    monkeypatch.setattr("pipeline.plan.parser_versions", lambda _: Versions("other", parts))
    unread = sum(row["media_type"] is None for row in rows(out, "documents"))
    plan = plan_run([archive], out, settings)
    assert plan.parser_changed
    assert plan.again == html + unread
    second = run_archive([archive], out, settings=settings)
    assert (second.read, second.parsed) == (html + unread, html + unread)
    assert hashes(second.snapshot) == hashes(first.snapshot)
    assert run_archive([archive], out, settings=settings).parsed == 0


def test_buckets_depend_on_what_writes_them() -> None:
    assert bucket_fingerprint() in fingerprint.table_fingerprint("parsers.parse")
    assert f"{sys.version_info[0]}.{sys.version_info[1]}" in bucket_fingerprint()
