"""What the project stands on: every package has a reason and a licence that fits, and the page says so."""

from __future__ import annotations

import email
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """The names of the tool that writes the page."""
    return runpy.run_path(str(ROOT / "tools" / "dependencies.py"))


def test_every_package_has_a_reason_a_lock_and_a_licence_that_fits(names: dict[str, Any]) -> None:
    assert names["find_faults"]() == []


@pytest.mark.parametrize(
    ("metadata", "licence", "fits"),
    [
        ("License-Expression: Apache-2.0 AND MIT", "Apache-2.0 AND MIT", True),
        ("License-Expression: MIT AND AGPL-3.0-only", "MIT AND AGPL-3.0-only", False),
        ("License-Expression: (GPL-3.0-only OR MIT)", "(GPL-3.0-only OR MIT)", True),
        ("Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: MIT License", "MIT", True),
        (
            "Classifier: License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)",
            "GPL-3.0-or-later",
            False,
        ),
        (
            "Classifier: License :: OSI Approved :: GNU Affero General Public License v3",
            "GNU Affero General Public License v3",
            False,
        ),
        ("License: BSD 3-Clause", "BSD-3-Clause", True),
        ("License: Apache License, Version 2.0", "Apache-2.0", True),
        ("License: Proprietary", "Proprietary", False),
        ("Name: nothing", "unknown", False),
    ],
)
def test_licences_are_read_and_judged(names: dict[str, Any], metadata: str, licence: str, fits: bool) -> None:
    assert names["read_licence"](email.message_from_string(metadata)) == licence
    assert names["fits"](licence) is fits


def test_the_page_is_of_today(names: dict[str, Any]) -> None:
    """Weights, and what is not installed, differ from machine to machine; everything else is as it would be written."""

    def comparable(page: str) -> list[str]:
        page = re.sub(r"\(\d+ MB installed\)|\d+\.\d(?= \|)|not installed", "", page)
        return [re.sub(r" +", " ", line) for line in page.splitlines()]

    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    assert comparable(page) == comparable(names["make_page"]()), "make docs"


def test_the_bill_of_materials_can_be_made(tmp_path: Path) -> None:
    """From the lock of a run, which is quicker than from what is installed, as ``make sbom`` does."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.lock", "--output-reproducible"]
    subprocess.run([*command, "-o", tmp_path / "sbom.json"], cwd=ROOT, check=True, capture_output=True, timeout=120)
    bill = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    assert {component["name"] for component in bill["components"]} == locked
