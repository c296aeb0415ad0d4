"""Promises name tests that exist; the tools that measure them count rightly."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path

import pytest
from conftest import ALONE, LONG

from benchmarks.mutation import wilson
from benchmarks.mutation_sites import find_sites, mutate
from benchmarks.soak import slope

ROOT = Path(__file__).parent.parent


def test_promises_name_tests_that_exist_and_the_page_is_of_today() -> None:
    names = runpy.run_path(str(ROOT / "tools" / "reliability.py"))
    assert names["find_missing_tests"]() == []
    assert all(promise["tests"] for promise in names["read_promises"]())
    # figures come from measurements that change by themselves
    page, made = (text.split("## Figures") for text in (names["PAGE"].read_text("utf-8"), names["make_page"]()))
    assert page[0] == made[0], "make docs"


@pytest.mark.parametrize(
    ("source", "mutants"),
    [
        ("x = a < b", {"x = a <= b"}),
        ("x = a and not b", {"x = a or not b", "x = a and b"}),
        ("x = 1", {"x = 2"}),
        ("x = a + b", {"x = a - b"}),
        ("def f():\n    return a", {"def f():\n    return None"}),
        ("if a:\n    f()", {"if not a:\n    f()", "if a:\n    pass"}),
        ("for a in b:\n    continue", {"for a in b:\n    break"}),
        ('"""Text."""\nx: "int"\n__slots__ = ("a",)', set()),
        ("@cache(1)\ndef f(a: 'b') -> 'c':\n    assert a == 1", set()),
    ],
)
def test_mutants(source: str, mutants: set[str]) -> None:
    found = find_sites("x.py", source)
    assert {mutate(source, site.number) for site in found} == mutants


def test_every_mutant_of_a_module_differs_and_can_be_compiled() -> None:
    path = ROOT / "parsers" / "values.py"
    source = path.read_text("utf-8")
    same = ast.unparse(ast.parse(source))
    for site in find_sites("parsers/values.py", source)[::7]:
        changed = mutate(source, site.number)
        assert changed != same, site
        compile(changed, site.key(), "exec")


def test_files_of_tests_that_begin_first_exist() -> None:
    assert [name for name in (*LONG, *ALONE) if not (ROOT / "tests" / f"{name}.py").is_file()] == []


def test_intervals_and_slopes() -> None:
    low, high = wilson(85, 100)
    assert (round(low, 4), round(high, 4)) == (0.7672, 0.9069)
    assert slope([0, 1, 2], [5.0, 6.0, 7.0]) == 1000
