"""Write docs/reliability.md: what is promised, which tests hold us to it, and what was measured last."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reliability.md"
RESULTS = ROOT / "benchmarks" / "results"


def read_promises() -> list[dict[str, Any]]:
    """``text`` and ``tests`` of each."""
    promises: list[dict[str, Any]] = tomllib.loads((ROOT / "tools" / "reliability.toml").read_text("utf-8"))["promise"]
    return promises


def find_missing_tests() -> list[str]:
    """Tests that a promise names and that are not there."""
    known: dict[str, set[str]] = {}
    missing = []
    for name in [test for promise in read_promises() for test in promise["tests"]]:
        file, _, function = name.partition("::")
        if file not in known:
            path = ROOT / "tests" / file
            tree = ast.parse(path.read_text("utf-8") if path.exists() else "")
            known[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if function not in known[file]:
            missing.append(name)
    return missing


def make_page() -> str:
    """The page's text."""
    lines = [
        "# Reliability",
        "",
        "<!-- Written by tools/reliability.py from tools/reliability.toml and benchmarks/results/; do not edit. -->",
        "",
        "What is trusted and what is not: `SECURITY.md`. All tests named here run before any change lands.",
        "",
        "## Promises",
        "",
        "| promise | tests |",
        "|---|---|",
    ]
    for promise in read_promises():
        tests = ", ".join(f"`{test}`" for test in promise["tests"])
        lines.append(f"| {promise['text']} | {tests} |")
    lines += ["", "## Figures", "", *_describe_hostile(), *_describe_mutation(), *_describe_soak()]
    return "\n".join(lines) + "\n"


def _read(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _describe_hostile() -> list[str]:
    page = (ROOT / "docs" / "hostile.md").read_text("utf-8")
    outcomes = re.findall(r"\| (yes|\*\*no\*\*) \|$", page, re.MULTILINE)
    return [
        f"**Hostile inputs** (`make hostile`): {len(outcomes)}, each by itself between two sound documents;"
        f" {outcomes.count('yes')} as expected. [The table](hostile.md).",
        "",
    ]


def _describe_mutation() -> list[str]:
    found = _read("mutation")
    if not found:
        return []
    low, high = found["wilson_95"]
    return [
        f"**Mutation testing** (`make mutation`): of {found['mutants']} random mutants of `parsers/`, drawn with a seed"
        f" of {found['drawn_of']}, {found['killed']} of {found['counted']} that count were killed:"
        f" {found['killed_share']:.1%} (95 % interval {low:.1%} to {high:.1%}, Wilson). Only tests that call the parser"
        " in their own process and are quick were tried; survivors are in `benchmarks/results/mutation.json`, those"
        " that nothing can tell from the program in `benchmarks/mutation_equivalent.json`.",
        "",
    ]


def _describe_soak() -> list[str]:
    found = _read("soak")
    if not found:
        return []
    part = found["summary"]["parse"]
    lines = [
        f"**Soak** (`make soak`): {sum(found['documents'].values())} small documents in one run with {found['workers']}"
        f" workers; faults: {len(found['faults'])}; left in the temporary folder: {len(found['left_in_temp'])}."
        " While it reads:",
        "",
        "| figure | second quarter | last quarter | highest |",
        "|---|---|---|---|",
    ]
    names = {
        "parent_mb": "memory of the run, MB", "largest_child_mb": "memory of the largest child, MB",
        "parent_files": "open files of the run", "child_files": "open files of a child",
        "temp_mb": "temporary files, MB",
    }  # fmt: skip
    for name, title in names.items():
        one = part[name]
        lines.append(f"| {title} | {one['second_quarter']} | {one['last_quarter']} | {one['highest']} |")
    return lines


def main() -> int:
    """Write the page, unless a promise has no test."""
    missing = find_missing_tests()
    for name in missing:
        print(f"no such test: {name}")
    if not missing:
        PAGE.write_text(make_page(), "utf-8")
    return int(bool(missing))


if __name__ == "__main__":
    raise SystemExit(main())
