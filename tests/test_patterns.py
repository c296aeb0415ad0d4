"""Every compiled pattern is linear: on 100 kB of what sends others back and forth, none takes a second."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

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


Pattern = re.Pattern[Any]


def module_names() -> list[str]:
    """Every module of the three packages."""
    packages = (models, parsers, pipeline)
    return [found.name for each in packages for found in pkgutil.walk_packages(each.__path__, f"{each.__name__}.")]


def find_patterns() -> Iterator[tuple[str, Pattern]]:
    """Patterns of module names and classes, and those in what these hold."""
    for module in module_names():
        for name, value in vars(importlib.import_module(module)).items():
            yield from ((f"{module}.{name}", pattern) for pattern in flatten(value))


def flatten(value: object, depth: int = 0) -> Iterator[Pattern]:
    """The patterns in a value: itself, in containers and dataclasses, in class attributes, bound to a method."""
    if isinstance(value, (re.Pattern, regex.Pattern)):
        yield value
    elif depth > 3:
        return
    elif isinstance(value, (tuple, list, frozenset, set)):
        for item in value:
            yield from flatten(item, depth + 1)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from flatten(item, depth + 1)
    elif isinstance(value, type):
        if value.__module__.partition(".")[0] in ("models", "parsers", "pipeline"):
            yield from (pattern for item in vars(value).values() for pattern in flatten(item, 4))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from flatten(getattr(value, field.name, None), depth + 1)
    elif inspect.isbuiltin(value) and isinstance(value.__self__, (re.Pattern, regex.Pattern)):
        yield value.__self__


METHODS = frozenset(("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"))


@dataclasses.dataclass(frozen=True)
class Call:
    """``re.…(…)`` in our sources."""

    module: str
    function: str
    """Empty at the top of a module."""
    pattern: str | bytes | None
    """None where it is not written as a constant."""
    line: int


def find_calls() -> Iterator[Call]:
    """Every use of ``re`` and ``regex`` that is given a pattern."""
    for module in module_names():
        path = importlib.import_module(module).__file__
        assert path is not None
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            tree = ast.parse(file.read())
        yield from _walk(module, tree, "")


def _walk(module: str, node: ast.AST, function: str) -> Iterator[Call]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) and not function else function
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr in METHODS:
            owner = child.func.value
            if isinstance(owner, ast.Name) and owner.id in ("re", "regex") and child.args:
                first = child.args[0]
                constant = first.value if isinstance(first, ast.Constant) else None
                yield Call(module, function, constant if isinstance(constant, (str, bytes)) else None, child.lineno)
        yield from _walk(module, child, inside)


CALLS = list(find_calls())


def code_patterns() -> list[str]:
    from models.forms import load_forms

    return [pattern for form in load_forms() for _, pattern in form.code_patterns]


def shapes() -> list[str]:
    from models.checks import RULES, Shape

    return [rule.condition.pattern for rule in RULES if isinstance(rule.condition, Shape)]


def names_before() -> list[str]:
    from parsers.masking import _before

    return [_before(others).pattern for others in (["Meri", "Ilo"], ["a" * 40, "aa", "a", "aaa"], ["a-a", "1"])]


def inside_labels() -> list[str]:
    from models.forms import load_forms
    from parsers.labels import _inside_pattern

    sections = [section for form in load_forms() for section in form.sections if section.labels]
    return [_inside_pattern(tuple(label.text for label in section.labels)).pattern for section in sections]


def indicators() -> list[str]:
    from parsers.locate import _indicator_pattern

    return [_indicator_pattern("7").pattern]


def listed_names() -> list[str]:
    from pipeline.reconcile.keys import MOST_JOKERS

    return [".?".join(["a"] * (MOST_JOKERS + 1)), ".?" * MOST_JOKERS, ".?".join("aa 1aab"[: MOST_JOKERS + 1])]


def cell_shapes() -> list[str]:
    """Second arguments of ``Cells.matching``."""
    found = []
    for module in module_names():
        path = importlib.import_module(module).__file__
        assert path is not None
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            calls = [node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call)]
        for call in calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "matching":
                assert isinstance(call.args[1], ast.Constant)
                found.append(str(call.args[1].value))
    return found


MADE: dict[tuple[str, str], Callable[[], list[str]]] = {
    ("models.code_tables", "matching"): cell_shapes,
    ("parsers.checks", "_test_code_period"): code_patterns,
    ("parsers.checks", "_test_fund"): code_patterns,
    ("parsers.checks", "_test_shape"): shapes,
    ("parsers.labels", "_inside_pattern"): inside_labels,
    ("parsers.locate", "_indicator_pattern"): indicators,
    ("parsers.masking", "_before"): names_before,
    ("parsers.record", "_check_identity"): code_patterns,
    ("pipeline.reconcile.compare", "_periods"): code_patterns,
    ("pipeline.reconcile.keys", "are_same_names"): listed_names,
}
"""Functions that make patterns of something else: what they make, at its worst."""


def made_patterns() -> Iterator[tuple[str, Pattern]]:
    """Patterns in functions: constants, and those of ``MADE``."""
    for call in CALLS:
        if call.function and call.pattern is not None:
            yield f"{call.module}.{call.function}:{call.line}", re.compile(call.pattern)
    for (module, function), make in MADE.items():
        made = make()
        assert made, (module, function)
        yield from ((f"{module}.{function}()", re.compile(pattern, re.IGNORECASE)) for pattern in made)


PATTERNS = sorted(
    {(str(one.pattern), one.flags): (name, one) for name, one in (*find_patterns(), *made_patterns())}.values(),
    key=lambda found: found[0],
)


def test_every_pattern_of_the_sources_is_among_them() -> None:
    found = {pattern.pattern for _, pattern in PATTERNS}
    assert not [call for call in CALLS if call.pattern is not None and call.pattern not in found]
    made = {(call.module, call.function) for call in CALLS if call.function and call.pattern is None}
    assert not {one for one in made if one not in MADE}
    assert made >= set(MADE), "of functions that are gone"


def test_every_module_has_as_many_patterns_as_it_compiles() -> None:
    """Those put together from parts cannot be compared: they are counted."""
    for module in module_names():
        calls = [call.pattern for call in CALLS if call.module == module and not call.function]
        alike = len({pattern for pattern in calls if pattern is not None}) + calls.count(None)
        values = vars(importlib.import_module(module)).values()
        assert len({str(one.pattern) for value in values for one in flatten(value)}) >= alike, module


def test_patterns_are_found() -> None:
    assert len(PATTERNS) > 200


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_a_pattern_is_linear(name: str, pattern: re.Pattern[str]) -> None:
    for attack in ATTACKS:
        text = attack.encode() if isinstance(pattern.pattern, bytes) else attack
        begun = time.process_time()
        for _ in pattern.finditer(text):  # type: ignore[arg-type]
            pass
        assert time.process_time() - begun < 1, (name, attack[:12])
