"""``hankekuvaus drift``: unknown and damaged labels are ranked, with the nearest known one and since when."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.drift import Drift, find_drift
from pipeline.run import run_archive
from pipeline.settings import RunSettings

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "archive" / "every_format"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over documents with a new label in two, a misspelt one in one, and one as it should be."""
    folder = tmp_path_factory.mktemp("drift")
    archive = folder / "archive"
    archive.mkdir()
    first = (SAMPLE / "S29001" / "S29001.txt").read_text()
    second = (SAMPLE / "A79001" / "A79001.txt").read_text()
    added = "Hankkeen tunniste:  XY-1\n\nHankkeen nimi:"
    (archive / "S29001_2017-02-01.txt").write_text(first.replace("Hankkeen nimi:", added, 1))
    (archive / "A79001_2016-11-30.txt").write_text(second.replace("Hankkeen nimi:", added, 1))
    (archive / "A79001_2018-01-01.txt").write_text(second.replace("Vastuuviranomainen:", "Vastuuvirnaomainen:", 1))
    (archive / "S29001.txt").write_text(first)
    run_archive([archive], folder / "out", settings=RunSettings(workers=1, language="off"))
    return folder / "out"


def test_drift(out: Path) -> None:
    assert find_drift(out / "latest") == [
        Drift("eura2014", "1", "Hankkeen tunniste", "unknown", 2, 2, "Hankkeen nimi", 6, "2016-11-30"),
        Drift("eura2014", "1", "Vastuuvirnaomainen", "authority", 1, 1, "Vastuuviranomainen", 1, "2018-01-01"),
    ]


def test_command(out: Path) -> None:
    shown = CliRunner().invoke(app, ["drift", str(out)])
    assert shown.exit_code == 0
    assert "tunniste" in shown.output
    machine = json.loads(CliRunner().invoke(app, ["drift", str(out), "--json"]).output)
    assert [row["documents"] for row in machine] == [2, 1]


def test_no_snapshot_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["drift", str(tmp_path)])
    assert result.exit_code == 2
    assert "no snapshot" in result.output
