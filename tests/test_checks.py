"""The rules of ``models.checks``: what breaks each of them, and what does not (``tests/checks.yaml``)."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

import parsers.checks
from models.checks import ELIGIBLE_DAYS, RULE, RULES, Rule, Stage
from models.forms import load_forms
from models.issues import ISSUE_CODES
from models.tables import TABLES
from parsers.checks import Facts, check_rows
from parsers.parse import parse_document
from parsers.values import parse_scores

DATA = yaml.safe_load((Path(__file__).parent / "checks.yaml").read_text("utf-8"))
CASES: dict[str, dict[str, list[dict[str, Any]]]] = DATA["cases"]
(EURA2014,) = [form for form in load_forms() if form.name == "eura2014"]
OTHER_FORM = dataclasses.replace(
    EURA2014, name="other", programme_period="1995-1999", code_patterns=(("ESR", r"X\d{4}"),)
)
ROW_RULES = [rule for rule in RULES if rule.stage is Stage.PROJECT]
SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "archive"


@pytest.fixture(autouse=True)
def _two_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form of another period, made up, whatever forms there are."""
    monkeypatch.setattr(parsers.checks, "load_forms", lambda: (EURA2014, OTHER_FORM))


def make_facts(case: dict[str, Any]) -> Facts:
    case, sound = copy.deepcopy(case), copy.deepcopy(DATA["sound"])
    project = sound["projects"] | case.get("projects", {})
    form = dataclasses.replace(EURA2014, programme_period=project["programme_period"])
    code = {"section_number": "1", "field": "project_code", "ordinal": 1, "value": project["project_code"]}
    fields = [code | {"raw": project["project_code"], "char_start": 10, "char_end": 16}]
    return Facts(
        project=project,
        contacts=sound["contacts"] | case.get("contacts", {}),
        partners=case.get("partners", sound["partners"]),
        locations=case.get("locations", sound["locations"]),
        fields=fields,
        form=form,
        ended=case.get("ended", sound["ended"]),
        final_report=case.get("final_report", sound["final_report"]),
    )


def broken_rules(case: dict[str, Any]) -> list[str]:
    if "scores" in case:
        return list(parse_scores(case["scores"]).issues)
    return [notice.code for notice in check_rows(make_facts(case))]


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}-{number}")
        for name, kinds in CASES.items()
        for number, case in enumerate(kinds[kind], 1)
    ]


def test_every_rule_has_cases() -> None:
    told = {name for name, kinds in CASES.items() if kinds["breaks"] and kinds["holds"]}
    assert told | {rule.id for rule in RULES if rule.stage is Stage.ARCHIVE} == set(RULE)


def test_a_sound_project_breaks_nothing() -> None:
    assert check_rows(make_facts({})) == []


@pytest.mark.parametrize(("name", "case"), cases("breaks"))
def test_rule_is_broken(name: str, case: dict[str, Any]) -> None:
    assert broken_rules(case).count(name) == 1


@pytest.mark.parametrize(("name", "case"), cases("holds"))
def test_rule_holds(name: str, case: dict[str, Any]) -> None:
    assert name not in broken_rules(case)


@pytest.mark.parametrize("rule", ROW_RULES, ids=lambda rule: rule.id)
def test_rule_says_nothing_of_nulls(rule: Rule) -> None:
    for case in CASES[rule.id]["breaks"]:
        facts = make_facts(case)
        for column in rule.columns:
            table, _, name = column.partition(".")
            rows = {"projects": [facts.project], "contacts": [facts.contacts], "partners": facts.partners}
            for row in rows.get(table, facts.locations):
                row[name] = None
        nothing_printed = dataclasses.replace(facts, fields=[])
        assert rule.id not in [notice.code for notice in check_rows(nothing_printed)]


@pytest.mark.parametrize(("name", "case"), cases("breaks"))
def test_a_check_changes_no_value(name: str, case: dict[str, Any]) -> None:
    facts = make_facts(case)
    before = copy.deepcopy(facts)
    assert RULE[name].stage is Stage.VALUE or check_rows(facts)
    assert facts == before


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_told_to_people(rule: Rule) -> None:
    code = ISSUE_CODES[rule.id]
    assert (code.severity, code.message) == (rule.severity, rule.message)
    assert rule.message.endswith(".")
    assert rule.message_fi.endswith(".")
    assert rule.message != rule.message_fi
    assert type(rule.condition).__doc__
    for column in rule.columns:
        table, _, name = column.partition(".")
        assert name in TABLES[table].column_names()


def test_every_form_has_eligible_days() -> None:
    assert {form.programme_period for form in load_forms()} <= set(ELIGIBLE_DAYS)


def test_a_notice_points_at_the_value() -> None:
    page = (SAMPLE / "every_format" / "A79001" / "A79001.txt").read_text("utf-8")
    broken = page.replace("Suunniteltu julkinen rahoitus yhteensä: ", "Suunniteltu julkinen rahoitus yhteensä: 1\n", 1)
    assert broken != page
    parsed = parse_document(broken.encode())
    text = parsed.tables["texts"][0]["text"]
    (issue,) = [row for row in parsed.tables["issues"] if row["code"] == "granted_over_public"]
    assert (issue["section_number"], issue["field"]) == ("5", "granted_eu_state_eur")
    assert text[issue["char_start"] : issue["char_end"]] == issue["excerpt"]
    assert issue["excerpt"].replace(" ", "") == str(parsed.tables["projects"][0]["granted_eu_state_eur"])


def test_the_municipality_that_is_meant_is_shown() -> None:
    page = (SAMPLE / "every_format" / "S29001" / "S29001.txt").read_text("utf-8")
    head, found, rest = page.partition("Kunnat: ")
    assert found
    parsed = parse_document(f"{head}Kunnat: Utsjoki, {rest}".encode())
    shown = {row["excerpt"] for row in parsed.tables["issues"] if row["code"].startswith("municipality_outside")}
    assert shown == {"Utsjoki"}
