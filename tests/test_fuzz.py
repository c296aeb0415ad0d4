"""Fuzz targets without a fuzzer: their corpora, and every finding that was mended (``tests/cases/fuzz/TARGET/``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fuzz import corpus
from fuzz.guard import Fate, try_in_child
from fuzz.targets import TARGETS

CASES = Path(__file__).parent / "cases" / "fuzz"
FOUND = sorted(path for path in CASES.glob("*/*") if path.is_file())
SECONDS = 20


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}-{path.stem[:50]}")
def test_what_was_found_is_mended(path: Path) -> None:
    target = TARGETS[path.parent.name]
    assert try_in_child(target.run, path.read_bytes(), SECONDS) is Fate.SOUND


def test_every_finding_is_of_a_target() -> None:
    assert {path.parent.name for path in FOUND} <= set(TARGETS)
    assert len(FOUND) >= 10


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if not target.guarded])
def test_a_target_holds_for_its_corpus(name: str) -> None:
    inputs = list(TARGETS[name].corpus())
    assert len(inputs) >= 3
    for data in (b"", b"\0", *inputs[:10]):
        TARGETS[name].run(data)


def test_the_guard_tells_what_became_of_a_child() -> None:
    def fail(_: bytes) -> None:
        raise ValueError

    def spin(_: bytes) -> None:
        while True:
            pass

    assert try_in_child(lambda _: None, b"", 2) is Fate.SOUND
    assert try_in_child(fail, b"", 2) is Fate.BROKEN
    assert try_in_child(spin, b"", 1) is Fate.DIED


def test_the_dictionary_holds_the_forms_words(tmp_path: Path) -> None:
    count = corpus.write_dictionary(tmp_path / "words")
    lines = (tmp_path / "words").read_text().splitlines()
    assert len(lines) == count > 200
    words = {json.loads(line.replace("\\x", "\\u00")).encode("latin-1") for line in lines}
    assert {b"Hankekoodi:", b"1 Hanke"} <= words
