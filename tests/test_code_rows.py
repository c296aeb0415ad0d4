"""Every axis, objective, authority and organisation type of the code lists, in every title, printed in a description.

Driven by the lists: a new row or a new title is tested without new code.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from models.codelists import authorities, axes, objectives, organisation_types
from models.records import Parsed
from parsers.parse import parse_document

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "archive" / "every_format"
PAGES = {
    fund: (SAMPLE / code / f"{code}.txt").read_text("utf-8") for fund, code in (("ESR", "S29001"), ("EAKR", "A79001"))
}
ABOUT_CODES = re.compile(r"(?:axis|objective)_\w+|authority_\w+|value_\w+|unclaimed_text|unknown_label|partner_\w+")


def titles(one: Any) -> list[str]:
    return [title for title in (one.title_fi, one.title_sv, *one.title_variants) if title]


AXES = [(code, title) for code, axis in axes().items() for title in titles(axis)]
OBJECTIVES = [(code, title) for code, one in objectives().items() for title in titles(one)]
AUTHORITIES = [
    (code, printed)
    for code, one in authorities().items()
    for name in one.names
    for printed in (name.name, *name.other_names)
]


def parse_with(fund: str, **printed: str) -> tuple[dict[str, Any], Parsed, set[str]]:
    """A sample project of the fund with other values after some labels: (its row, all of it, issues about codes)."""
    page = PAGES[fund]
    for label, value in printed.items():
        page, count = re.subn(rf"^{label}: .*$", lambda _: f"{label}: {value}", page, flags=re.MULTILINE)  # noqa: B023
        assert count == 1
    parsed = parse_document(page.encode())
    (project,) = parsed.tables["projects"]
    return project, parsed, {row["code"] for row in parsed.tables["issues"] if ABOUT_CODES.fullmatch(row["code"])}


@pytest.mark.parametrize(("code", "title"), AXES)
def test_axis(code: str, title: str) -> None:
    for mark in (f"{code}. ", f"{code} ", f"{code}.", f"{code}: "):
        project, _, issues = parse_with(axes()[code].fund, Toimintalinja=f"{mark}{title}")
        assert (project["priority_axis_code"], project["priority_axis_name"]) == (code, title)
        assert issues <= {"objective_axis_mismatch"}  # the sample's own objective


@pytest.mark.parametrize(("code", "title"), OBJECTIVES)
def test_objective(code: str, title: str) -> None:
    one = objectives()[code]
    axis = axes()[one.axis] if one.axis else next(axis for axis in axes().values() if axis.fund == one.fund)
    for mark in (f"{code}. ", f"{code} "):
        project, _, issues = parse_with(
            one.fund, Toimintalinja=f"{axis.code}. {axis.title_fi}", Erityistavoite=f"{mark}{title}"
        )
        assert (project["specific_objective_code"], project["specific_objective_name"]) == (code, title)
        assert issues == set()
    other = "EAKR" if one.fund == "ESR" else "ESR"
    assert "objective_fund_mismatch" in parse_with(other, Erityistavoite=f"{code}. {title}")[2]


@pytest.mark.parametrize(("code", "printed"), AUTHORITIES)
def test_authority(code: str, printed: str) -> None:
    project, _, issues = parse_with("ESR", Vastuuviranomainen=printed)
    assert (project["authority"], project["authority_code"]) == (printed, code)
    assert not {issue for issue in issues if not issue.startswith("authority_")}


@pytest.mark.parametrize("name", sorted(organisation_types()))
def test_organisation_type(name: str) -> None:
    page = PAGES["EAKR"]
    head, found, rest = page.partition("Osatoteuttajat\n")
    assert found
    line = f"Esimerkkilän kehittäjät, osasto 2, {name}, 0115776-3"
    parsed = parse_document(f"{head}{found}\n{line}\n{rest.lstrip()}".encode())
    partner = parsed.tables["partners"][0]
    assert (partner["name"], partner["organisation_type"]) == ("Esimerkkilän kehittäjät, osasto 2", name)
    assert parse_with("EAKR", Organisaatiotyyppi=name)[0]["applicant_type"] == name
