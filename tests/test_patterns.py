"""Every compiled pattern is linear: on 100 kB of what sends others back and forth, none takes a second."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator

import pytest
import regex

import models
import parsers
import pipeline

SIZE = 100_000

SEEDS = (
    "a",
    " ",
    "1",
    ".",
    "-",
    "a ",
    "1 ",
    "a.",
    "1.",
    "a@",
    "ab, ",
    "\n",
    "\n ",
    "-\n",
    "(",
    "/",
    "<!--",
    "<a ",
    "Aa ",
)
ATTACKS = tuple((seed * SIZE)[:SIZE] + end for seed in SEEDS for end in ("", "!", "\n\0"))


def find_patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Patterns of module names, and those in tuples, lists and dicts of them."""
    for package in (models, parsers, pipeline):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(found.name)).items():
                yield from ((f"{found.name}.{name}", pattern) for pattern in flatten(value))


def flatten(value: object, depth: int = 0) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    if isinstance(value, (re.Pattern, regex.Pattern)):
        yield value
    elif isinstance(value, (tuple, list, frozenset, set)) and depth < 3:
        for item in value:
            yield from flatten(item, depth + 1)
    elif isinstance(value, dict) and depth < 3:
        for item in value.values():
            yield from flatten(item, depth + 1)


PATTERNS = sorted({(pattern.pattern, pattern.flags): (name, pattern) for name, pattern in find_patterns()}.values(),
                  key=lambda found: found[0])  # fmt: skip


def test_patterns_are_found() -> None:
    assert len(PATTERNS) > 60


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_a_pattern_is_linear(name: str, pattern: re.Pattern[str]) -> None:
    for attack in ATTACKS:
        text = attack.encode() if isinstance(pattern.pattern, bytes) else attack
        begun = time.process_time()
        for _ in pattern.finditer(text):  # type: ignore[arg-type]
            pass
        assert time.process_time() - begun < 1, (name, attack[:12])
