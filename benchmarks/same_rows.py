"""The same rows from a text, a page and a print by every producer: ``python -m benchmarks.same_rows --projects 200``.

Each invented description is printed in every format; every table's rows must be the same as those from the text, white
space, list marks and line-end hyphens aside (``tests/rows.py`` says what is compared). Prints what differs, and ends
with exit code 1 where a typed column, a score or a section differs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from benchmarks.samples import PRODUCERS, lay_out
from parsers.parse import parse_document
from pipeline.synthetic.errors import MissingToolError
from pipeline.synthetic.form_text import render_blocks
from pipeline.synthetic.invent import invent_project
from pipeline.synthetic.pdf import PdfJob, render_pdfs
from pipeline.synthetic.pdf_options import PdfOptions

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from rows import comparable

TABLES = ("projects", "sections", "scores", "indicators", "locations", "allocations", "partners", "fields")
_AT_ONCE = 20
_SHOWN = 12


def compare_formats(projects: int, seed: int, producers: tuple[str, ...]) -> tuple[int, Counter[str], list[str]]:
    """Documents compared, differing cells by format, table and column, and some of them to look at."""
    differing: Counter[str] = Counter()
    shown: list[str] = []
    compared = 0
    for first in range(0, projects, _AT_ONCE):
        contents = [
            invent_project(seed, number).captures[-1].content
            for number in range(first, min(projects, first + _AT_ONCE))
        ]
        files = {("text", number): lay_out(content) for number, content in enumerate(contents)}
        files |= {("page", number): lay_out(content, "service") for number, content in enumerate(contents)}
        for producer in producers:
            prints = render_pdfs([PdfJob(render_blocks(content), producer, PdfOptions()) for content in contents])
            files |= {(producer, number): data for number, data in enumerate(prints)}
        for (kind, number), data in files.items():
            if kind == "text":
                continue
            wanted = parse_document(files["text", number], name="x.txt")
            found = parse_document(data, name="x.html" if kind == "page" else "x.pdf")
            compared += 1
            for table in TABLES:
                theirs, ours = comparable(wanted, table), comparable(found, table)
                if len(theirs) != len(ours):
                    differing[f"{kind} {table} (rows)"] += abs(len(theirs) - len(ours))
                    continue
                for one, other in zip(theirs, ours, strict=True):
                    for column in one:
                        if one[column] != other[column]:
                            differing[f"{kind} {table}.{column}"] += 1
                            if len(shown) < _SHOWN:
                                shown.append(
                                    f"{kind} {first + number} {table}.{column}:\n  {one[column]!r}\n  {other[column]!r}"
                                )
        print(f"{min(projects, first + _AT_ONCE)} of {projects}", flush=True)
    return compared, differing, shown


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--seed", type=int, default=17)
    options = parser.parse_args()
    try:
        compared, differing, shown = compare_formats(options.projects, options.seed, PRODUCERS)
    except MissingToolError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"{options.projects} projects, {compared} files beside their texts; differing cells: {sum(differing.values())}"
    )
    for name, count in differing.most_common():
        print(f"  {name}: {count}")
    print(*shown, sep="\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
