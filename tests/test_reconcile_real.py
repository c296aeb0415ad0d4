"""The real list, read a second time here by other means: what it says, what must be repaired, what was planted in it.

Nothing of ``pipeline.reconcile`` tells the truth here: the CSV is read anew, descriptions are written of what its sound
rows say, and every column is planted with differences.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

import pytest

from pipeline.reconcile.compare import compare, read_archived
from pipeline.reconcile.project_list import read_list
from pipeline.reconcile.report import summarise
from pipeline.run import run_archive
from pipeline.settings import RunSettings
from pipeline.synthetic.content import Applicant, Funding, Partner, ProjectContent
from pipeline.synthetic.form_text import render_blocks
from pipeline.synthetic.text_layouts import spaced

REAL = Path(__file__).parent.parent.parent / "shared" / "data" / "project_list_2014-2020_early2016.csv"
pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real list is kept outside the project")

DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
SUM = re.compile(r"-?\d+(?:\.\d+)?")
CODE, FUND, NAME, AXIS, AUTHORITY, STATUS, START, END, APPLICANT, *SUMS = range(13)
PROJECTS = 600
Expected = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def cells() -> list[list[str]]:
    with REAL.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def is_sound(row: list[str]) -> bool:
    """Nothing of it was lost or moved, so that a person would read it as it stands."""
    plain = not re.search(r"[|¿?]|  |^ | $", row[NAME] + "\0" + row[APPLICANT])
    days = all(DAY.fullmatch(row[place]) for place in (START, END))
    return plain and days and all(SUM.fullmatch(row[place]) for place in SUMS) and bool(row[APPLICANT])


def read_day(cell: str) -> date:
    day, month, year = map(int, cell.split("."))
    return date(year, month, day)


def describe(row: list[str]) -> ProjectContent:
    """A description of what the row says, the authority's name with the commas that the list lost."""
    authority = re.sub(r"elinkeino- +liikenne-", "elinkeino-, liikenne-", row[AUTHORITY].strip())
    sums = [int(Decimal(row[place]).quantize(Decimal(1), ROUND_HALF_UP)) for place in SUMS]
    return ProjectContent(
        fund=row[FUND],
        project_code=row[CODE],
        project_name=row[NAME],
        priority_axis=f"{row[AXIS]}. Toimintalinjan nimi",
        start=read_day(row[START]),
        end=read_day(row[END]),
        status=row[STATUS],
        authority=authority,
        applicant=Applicant(name=row[APPLICANT], business_id="9100001-3"),
        funding=Funding(*sums),
    )


def other_fund(content: ProjectContent) -> ProjectContent:
    return replace(content, fund={"ESR": "EAKR", "EAKR": "ESR"}[content.fund])


def other_axis(content: ProjectContent) -> ProjectContent:
    return replace(
        content, priority_axis=f"{'2' if content.priority_axis.startswith('1') else '1'}. Toimintalinjan nimi"
    )


def later(name: str, days: int, content: ProjectContent) -> ProjectContent:
    changed = {"start": content.start, "end": content.end}[name]
    assert changed is not None
    return replace(content, **{name: changed + timedelta(days)})  # type: ignore[arg-type]


def more(name: str, euros: int, content: ProjectContent) -> ProjectContent:
    return replace(content, funding=content.funding._replace(**{name: getattr(content.funding, name) + euros}))


# What is done to a description, and what must be found; "" for the kind of a difference that must not be.
PLANTS = (
    ("fund", "different", other_fund),
    ("project_name", "different", lambda one: replace(one, project_name=f"Toinen {one.project_name}")),
    ("priority_axis_code", "different", other_axis),
    (
        "authority",
        "different",
        lambda one: replace(one, authority="Lapin liitto" if one.authority != "Lapin liitto" else "Kainuun liitto"),
    ),
    ("status", "later_state", lambda one: replace(one, status="Toiminta päättynyt")),
    ("start_date", "different", lambda one: later("start", -1, one)),
    ("end_date", "different", lambda one: later("end", 1, one)),
    ("applicant_name", "different", lambda one: replace(one, applicant=Applicant("Keksitty Oy", "", "9100001-3"))),
    ("granted_eu_state_eur", "different", lambda one: more("granted_eu_state", 2, one)),
    ("realised_eu_state_eur", "later_state", lambda one: more("realised_eu_state", 2, one)),
    ("realised_eu_state_eur", "different", lambda one: more("realised_eu_state", -2, one)),
    ("planned_public_eur", "different", lambda one: more("planned_public", -2, one)),
    ("realised_public_eur", "later_state", lambda one: more("realised_public", 1000, one)),
    ("realised_public_eur", "different", lambda one: more("realised_public", -1000, one)),
    ("end_date", "missing_in_archive", lambda one: replace(one, end=None)),
    (
        "planned_public_eur",
        "missing_in_archive",
        lambda one: replace(one, funding=one.funding._replace(planned_public=None)),
    ),
    # No differences
    ("granted_eu_state_eur", "", lambda one: more("granted_eu_state", 1, one)),
    ("realised_public_eur", "", lambda one: more("realised_public", -1, one)),
    ("applicant_name", "", lambda one: replace(one, applicant=one.applicant._replace(name=one.applicant.name.upper()))),
    (
        "applicant_name",
        "",
        lambda one: replace(
            one,
            applicant=Applicant("Keksitty Oy", "", "9100001-3"),
            arrangement="Hakijoita on useampi kuin yksi (yhteishanke)",
            partners=(Partner(one.applicant.name, "Kunta", "9100002-1"),),
        ),
    ),
)


def test_every_planted_difference_is_found_and_none_invented(cells: list[list[str]], tmp_path: Path) -> None:
    rng = Random(2016)
    sound = [row for row in cells if is_sound(row)]
    assert len(sound) > 2500
    archive = tmp_path / "archive"
    archive.mkdir()
    expected: Expected = set()
    tried: Counter[int] = Counter()
    joint = 0
    chosen = rng.sample(sound, PROJECTS)
    for number, row in enumerate(chosen):
        content = describe(row)
        if number % 3:  # the others stay as they are
            place = number % len(PLANTS)
            column, kind, change = PLANTS[place]
            content = change(content)
            tried[place] += 1
            joint += bool(content.partners)
            if kind:
                expected.add((row[CODE], column, kind))
        (archive / f"{row[CODE]}.txt").write_text(spaced(render_blocks(content), Random(number)), "utf-8")
    assert tried.keys() == set(range(len(PLANTS)))
    here = {row[CODE] for row in chosen}
    expected |= {(row[CODE], "project_code", "missing_in_archive") for row in cells if row[CODE] not in here}
    new = replace(describe(chosen[0]), project_code="A79999", fund="EAKR")
    (archive / "A79999.txt").write_text(spaced(render_blocks(new), Random(1)), "utf-8")
    expected.add(("A79999", "project_code", "missing_in_list"))
    settings = RunSettings(workers=1, language="off")
    snapshot = run_archive([archive], tmp_path / "out", settings=settings).snapshot
    found = compare(read_list(REAL), read_archived(snapshot))
    assert {(one.project_code, one.column, one.kind) for one in found.differences} == expected
    assert (found.compared, found.joint) == (PROJECTS, joint)
    lines = {row[CODE]: number for number, row in enumerate(cells, 2)}
    assert all(one.line == lines[one.project_code] for one in found.differences if one.line is not None)


def test_every_repair_is_counted(cells: list[list[str]], tmp_path: Path) -> None:
    listed = read_list(REAL)
    counts = Counter(one.repair for one in listed.repairs)
    cents = [sum("." in row[place] for row in cells) for place in SUMS]
    assert 816 in cents
    assert counts["cents_rounded"] == sum(cents)
    assert counts["comma_restored"] == sum("|" in row[NAME] for row in cells)
    assert counts["odd_characters"] == sum(bool(re.search(r"¿|\w\? ?\w", row[NAME] + row[APPLICANT])) for row in cells)
    lost = sum(bool(re.search(r"elinkeino- +liikenne-", row[AUTHORITY])) for row in cells)
    assert counts["authority_commas"] + counts["name_tail_returned"] == lost
    shifted = {one.project_code for one in listed.repairs if one.repair in ("dates_shifted", "sums_shifted")}
    gone = {row[CODE] for row in cells if not all(DAY.fullmatch(row[place]) for place in (START, END))}
    assert shifted <= gone
    # Of one row the end date is missing and nothing was moved.
    (whole,) = (row for row in cells if row[CODE] in gone - shifted)
    assert DAY.fullmatch(whole[START])
    assert not whole[END]
    assert "|" not in whole[NAME]
    assert len(listed.rows) == len(cells)
    archive = tmp_path / "archive"
    archive.mkdir()
    row = next(row for row in cells if is_sound(row))
    (archive / "one.txt").write_text(spaced(render_blocks(describe(row)), Random(1)), "utf-8")
    snapshot = run_archive([archive], tmp_path / "out", settings=RunSettings(workers=1, language="off")).snapshot
    told = summarise(listed, compare(listed, read_archived(snapshot)))
    assert told["repairs"] == {name: count for name, count in counts.items() if count}
