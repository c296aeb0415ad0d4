"""Every limit: where it is set, and what becomes of a document or container just below and just above it.

Seconds and memory are in ``test_workers.py`` and ``test_run.py``: documents that use them up beside others that do not.
"""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from pathlib import Path

import pytest
from pdf_raw import show, write_pdf
from run_helpers import LIMITS, hashes, rows, run, write_archive
from test_containers import make_tar, make_zip
from warc_files import answer, packed, record

from models.issues import ISSUE_CODES
from parsers.limits import ReadingLimits
from parsers.parse import parse_document
from pipeline.container_budget import ContainerError
from pipeline.containers import read_container
from pipeline.errors import SettingsError
from pipeline.limits import LIMIT_SETTINGS, MEBIBYTE, Limits, parse_limits, set_limits
from pipeline.nightly_settings import load_settings
from pipeline.plan import plan_run
from pipeline.settings import RunSettings


def test_every_field_has_a_setting_with_its_code() -> None:
    assert {setting.field for setting in LIMIT_SETTINGS.values()} == set(Limits.__dataclass_fields__)
    assert {setting.code for setting in LIMIT_SETTINGS.values()} <= set(ISSUE_CODES)
    assert set_limits({name: setting.default for name, setting in LIMIT_SETTINGS.items()}) == Limits()


def test_settings_and_options(tmp_path: Path) -> None:
    path = tmp_path / "nightly.toml"
    path.write_text('archives = ["a"]\noutput = "x"\n[limits]\npages = 7\nfile_mib = 3\nwall_seconds = 1.5\n')
    expected = Limits(pages=7, file_bytes=3 * MEBIBYTE, wall_seconds=1.5)
    assert load_settings(path).run.limits == expected
    assert parse_limits(["pages=7", "file_mib = 3", "wall_seconds=1.5"]) == expected
    path.write_text('archives = ["a"]\noutput = "x"\n[limits]\npages = 0\n')
    with pytest.raises(SettingsError, match=r"nightly.toml: limit pages is 0; a limit of zero"):
        load_settings(path)
    for word in ("pages", "pages=", "pages=many", "pages=nan", "pages=inf", "=3"):
        with pytest.raises(SettingsError, match=r"give NAME=NUMBER|there is no limit"):
            parse_limits([word])
    with pytest.raises(SettingsError, match="no limit page; do you mean pages"):
        parse_limits(["page=3"])
    with pytest.raises(SettingsError, match="whole number"):
        parse_limits(["pages=1.5"])
    with pytest.raises(SettingsError, match="zero or less"):
        RunSettings(limits=Limits(container_depth=0)).check()


def reason_of(data: bytes, limits: ReadingLimits, name: str = "x.txt") -> str:
    return str(parse_document(data, name=name, limits=limits).document["reason"]).partition(":")[0]


def test_pages() -> None:
    data = write_pdf([show(72, 700, "Jokin rivi") for _ in range(3)])
    assert reason_of(data, ReadingLimits(pages=3)) == "unknown_form"
    assert reason_of(data, ReadingLimits(pages=2)) == "too_many_pages"


def test_characters() -> None:
    text = "kuvaus " * 100 + "x"
    count = len(text)
    for name, data in (("x.txt", text), ("x.html", f"<html><body><p>{text}</p></body></html>")):
        assert reason_of(data.encode(), ReadingLimits(characters=count), name) == "unknown_form"
        assert reason_of(data.encode(), ReadingLimits(characters=count - 1), name) == "too_many_characters"


def test_file_bytes(tmp_path: Path) -> None:
    text = "code: S1\n"
    archive = write_archive(tmp_path / "archive", {"a.txt": text, "b.txt": text + "x"})
    (archive / "q.zip").write_bytes(make_zip({"c.txt": text.encode(), "d.txt": text.encode() + b"x"}))
    (archive / "w.warc.gz").write_bytes(packed(record(b"x" * 500, kind="resource", content_type="text/plain")))
    run(archive, tmp_path / "out", limits=replace(LIMITS, file_bytes=len(text)))
    found = {row["path"].partition("!/https")[0]: row["status"] for row in rows(tmp_path / "out", "files")}
    assert (found["a.txt"], found["b.txt"]) == ("read", "too_large")
    assert (found["q.zip!/c.txt"], found["q.zip!/d.txt"]) == ("duplicate", "too_large")


def codes(name: str, data: bytes, limits: Limits) -> list[str]:
    """Codes of what is not read, the container's own last."""
    found = []
    try:
        for member in read_container(io.BytesIO(data), name, len(data), limits.file_bytes, limits):
            found += [str(member.reason).partition(":")[0]] if member.reason else []
    except ContainerError as error:
        found.append(error.reason.partition(":")[0])
    return found


ENTRIES = {f"{number}.txt": b"x" for number in range(10)}
CONTAINERS = {
    "q.zip": make_zip(ENTRIES),
    "q.tar": make_tar(ENTRIES),
    "q.tar.gz": gzip.compress(make_tar(ENTRIES)),
    "q.warc": b"".join(record(answer(b"x"), path=f"/{number}") for number in range(10)),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_entries(name: str) -> None:
    assert codes(name, CONTAINERS[name], Limits(container_entries=10)) == []
    assert codes(name, CONTAINERS[name], Limits(container_entries=9)) == ["too_many_entries"]


def test_depth() -> None:
    data = make_zip({"b.zip": make_zip({"c.zip": make_zip({"d.txt": b"x"})})})
    assert codes("a.zip", data, Limits(container_depth=3)) == []
    assert codes("a.zip", data, Limits(container_depth=2)) == ["too_deep_container"]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("q.zip", lambda data: make_zip({"a.txt": data})),
        ("q.gz", gzip.compress),
        ("q.warc", lambda data: packed(record(answer(gzip.compress(data), "Content-Encoding: gzip")))),
    ],
)
def test_ratio(name: str, make: object) -> None:
    assert callable(make)
    data = make(bytes(1_000_000))
    # a WARC file's bodies count when they are unpacked and when they are kept
    unfolded = 2_000_000 if name == "q.warc" else 1_000_000
    assert codes(name, data, Limits(container_free_bytes=unfolded - 500 * len(data))) == []
    assert codes(name, data, Limits(container_free_bytes=unfolded - 500 * len(data) - 1)) == ["too_compressed"]
    ratio = unfolded // len(data)
    assert codes(name, data, Limits(container_free_bytes=len(data), container_ratio=ratio)) == []
    assert codes(name, data, Limits(container_free_bytes=1, container_ratio=ratio - 1)) == ["too_compressed"]


def test_another_limit_reads_again_what_the_limit_kept_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.container_stage.RACY_NS", 0)
    monkeypatch.setattr("pipeline.cache.RACY_NS", 0)
    archive, out = tmp_path / "archive", tmp_path / "out"
    write_archive(archive, {"a.txt": "ei kuvaus\n" * 20, "b.txt": "lyhyt\n"})
    (archive / "q.zip").write_bytes(make_zip({"c.txt": b"yksi\n", "d.txt": b"kaksi\n"}))
    narrow = replace(LIMITS, cpu_seconds=10, characters=100, container_entries=1)
    settings = {"parser": "parsers.parse"}
    result = run(archive, out, limits=narrow, **settings)
    reasons = {row["path"]: str(row["reason"]).partition(":")[0] for row in rows(out, "documents")}
    assert reasons == {"a.txt": "too_many_characters", "b.txt": "unknown_form", "q.zip!/c.txt": "unknown_form"}
    assert result.files == {"read": 3, "too_large": 1}
    assert run(archive, out, limits=narrow, **settings).read == 0
    wide = replace(narrow, characters=10_000, container_entries=2)
    planned = plan_run([archive], out, RunSettings(limits=wide))
    assert (planned.again, planned.containers) == (1, 1)
    again = run(archive, out, limits=wide, **settings)
    assert again.parsed == 2
    assert hashes(again.snapshot) == hashes(run(archive, tmp_path / "full", limits=wide, **settings).snapshot)
