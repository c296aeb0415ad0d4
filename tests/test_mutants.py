"""Seeded byte-level mutants of sample documents in each format; ``make mutants`` tries 2,000 of each."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fuzz.mutants import WORDS, Sample, judge, make_mutants, make_samples, mutate, shown_words, try_mutants

LOST = Path(__file__).parent / "cases" / "fuzz" / "pdf" / "second_reader_loses_words.pdf"
COUNTS = {"text": 200, "html": 200, "mhtml": 100, "pdf": 80}


@pytest.mark.parametrize("kind", COUNTS)
def test_mutants_raise_nothing_and_lose_no_planted_word(kind: str) -> None:
    mutants = make_mutants(make_samples([kind], ("reportlab", "weasyprint")), COUNTS[kind], 7)
    row = try_mutants(mutants, 1)
    assert row["findings"] == []
    assert sum(row.get(status, 0) for status in ("parsed", "partial", "quarantined", "crash", "memory")) == COUNTS[kind]
    assert row["shown"] > 3 * COUNTS[kind]


@pytest.mark.parametrize("kind", COUNTS)
def test_unmutated_samples_show_and_keep_every_planted_word(kind: str) -> None:
    for sample in make_samples([kind], ("reportlab",)):
        assert shown_words(sample.data, kind) == set(WORDS), sample.layout
        verdict = judge(sample.data, kind)
        assert (verdict["shown"], verdict["missing"]) == (len(WORDS), 0), sample.layout


def test_a_seed_gives_the_same_mutants() -> None:
    sample = Sample("text", "spaced", b"teksti " * 99)
    assert make_mutants([sample], 9, 1) == make_mutants([sample], 9, 1) != make_mutants([sample], 9, 2)
    assert sum(mutate(sample.data, random.Random(seed)) != sample.data for seed in range(50)) > 45


def test_what_the_second_reader_lost_is_counted() -> None:
    """Found by mutants: of a damaged PDF the second reading claimed more, but had lost what the first one had."""
    verdict = judge(LOST.read_bytes(), "pdf")
    assert verdict["missing"] > 0
    assert verdict["lost"] == 0


def test_a_lost_word_and_a_hang_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = make_samples(["text"])[0]
    monkeypatch.setattr("fuzz.mutants.shown_words", lambda *_: {*WORDS, "Zqpoissa"})
    assert judge(sample.data, "text")["lost"] == 1
