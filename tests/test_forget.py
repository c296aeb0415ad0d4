"""Forgetting: no byte of a project's persons is left under the output folder, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pyarrow.parquet as pq
import pytest
from run_helpers import check_snapshot, hash_files, hashes, rows
from typer.testing import CliRunner

from parsers.erase import Names, erase_names
from pipeline.cli import app
from pipeline.errors import LockedError, SettingsError
from pipeline.forget.erase import forget_projects
from pipeline.language_task import make_handler
from pipeline.lock import lock_output
from pipeline.run import RunResult, run_archive
from pipeline.settings import RunSettings
from pipeline.snapshot import list_snapshots
from pipeline.verify import verify_snapshot
from pipeline.workers import Job, Outcome, Task

FORGOTTEN, KEPT = "S29991", "S29992"
CONTACT = ("Keksijäinen", "Kaino", "kaino.keksijainen", "040 000 2222", "keksintöpäällikkö")
NAMED = ("Kuvitelmala", "Eeva-Liisa", "Satuniem", "Pertti")
OTHERS = ("Tarumaa", "Kielo", "050 000 3333", "Saagamo")

DESCRIPTION = """Euroopan sosiaalirahaston (ESR) rahoittaman hankkeen kuvaus

1 Hanke

Hankekoodi: {code}
Hankkeen nimi: Kokeilu {number}

2 Hakijan perustiedot

Hakijan virallinen nimi: Esimerkkilän kehittäjät ry
Puhelinnumero: 08 000 1111
Hankkeen yhteyshenkilön nimi: {name}
Yhteyshenkilön asema hakijaorganisaatiossa: {position}
Yhteyshenkilön sähköpostisoite: {email}(at)esimerkki.fi
Yhteyshenkilön puhelinnumero: {phone}

3 Suunnitelman mukainen tiivistelmä toteutuksesta

Hankkeessa autetaan nuoria löytämään oma polku. {sentence} Nuoret kertovat itse, mitä he tarvitsevat.

Lisätietoja antaa {name} puhelimitse.

4 Hankkeen kohderyhmät

4.1 Varsinaiset kohderyhmät

Nuoret, jotka etsivät työtä.
"""


def describe(code: str, number: int = 1) -> str:
    if code == FORGOTTEN:
        return DESCRIPTION.format(
            code=code,
            number=number,
            name="Keksijäinen Kaino",
            position="keksintöpäällikkö",
            email="kaino.keksijainen",
            phone="040 000 2222",
            sentence="Ohjausryhmää johti Eeva-Liisa Kuvitelmala. Työtä teki Pertti Satuniemi, ja Satuniemen mukaan "
            "se onnistui.",
        )
    return DESCRIPTION.format(
        code=code,
        number=number,
        name="Tarumaa Kielo",
        position="tarinankertoja",
        email="kielo.tarumaa",
        phone="050 000 3333",
        sentence="Ohjausryhmää johti Kaarlo Saagamo, ja Saagamon mukaan se onnistui.",
    )


def run(archive: Path, out: Path, **settings: Any) -> RunResult:
    return run_archive([archive], out, settings=RunSettings(**{"workers": 1, "buckets": 2} | settings))


def write(archive: Path, name: str, text: str) -> None:
    archive.mkdir(parents=True, exist_ok=True)
    (archive / name).write_text(text, "utf-8")


def find_bytes(folder: Path, words: tuple[str, ...]) -> dict[str, list[str]]:
    """Files under a folder in whose bytes, or decompressed values, any of the words stands."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        if path.suffix == ".parquet":
            data += repr(pq.read_table(path).to_pydict()).encode()
        hit = [word for word in words if word.lower() in data.decode("utf-8", "replace").lower()]
        if hit:
            found[str(path.relative_to(folder))] = hit
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three snapshots with contacts only: the second links to the first, the third has another capture."""
    folder = tmp_path_factory.mktemp("forget")
    for code in (FORGOTTEN, KEPT, "S29993", "S29994"):
        write(folder / "archive", f"{code}.txt", describe(code))
    run(folder / "archive", folder / "out")
    run(folder / "archive", folder / "out")
    write(folder / "archive", "newer.txt", describe(FORGOTTEN, 2))
    run(folder / "archive", folder / "out")
    return folder


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    """A copy of it, hard links within kept."""
    subprocess.run(["cp", "-a", f"{made}/.", str(tmp_path)], check=True)
    return tmp_path


def test_links_are_shared_before(made: Path) -> None:
    """Otherwise the tests below prove nothing about links."""
    first, second, _ = list_snapshots(made / "out")
    shared = [path for path in first.rglob("*.parquet") if path.samefile(second / path.relative_to(first))]
    assert any(path.parent.name == "contacts" for path in shared)
    assert find_bytes(made / "out", CONTACT)


def test_no_byte_is_left(case: Path) -> None:
    out = case / "out"
    before = [find_bytes(snapshot, OTHERS) for snapshot in list_snapshots(out)]
    assert all(before)
    (out / "rejected" / "report").mkdir(parents=True)
    (out / "rejected" / "report" / "index.html").write_text("Keksijäinen")
    (out / "snapshots" / ".unfinished-x").mkdir()
    (out / "snapshots" / ".unfinished-x" / "draft").write_text("Keksijäinen")
    (out / "cache" / "browse").mkdir()
    (out / "cache" / "browse" / "x.sqlite").write_text("Keksijäinen")
    forgot = forget_projects(out, [FORGOTTEN])
    assert (forgot.snapshots, forgot.documents, forgot.contacts) == (3, 2, 1)
    assert find_bytes(out, CONTACT) == {}
    for snapshot, others in zip(list_snapshots(out), before, strict=True):
        assert find_bytes(snapshot, OTHERS) == others
        assert verify_snapshot(snapshot)[1] == []
        check_snapshot(snapshot)
        for path in (snapshot / "restricted").rglob("*"):
            assert path.stat().st_mode & 0o077 == 0
    first, second, _ = list_snapshots(out)
    assert all(
        path.samefile(second / path.relative_to(first)) for path in (first / "restricted" / "contacts").iterdir()
    ), "what was one file is one file"


def test_later_runs_leave_contacts_empty(case: Path) -> None:
    out = case / "out"
    forget_projects(out, [FORGOTTEN])
    write(case / "archive", "newest.txt", describe(FORGOTTEN, 3))
    result = run(case / "archive", out)
    assert find_bytes(out, CONTACT) == {}
    contacts = {row["project_code"]: row for row in rows(out, "contacts")}
    assert contacts[KEPT]["contact_name"] == "Tarumaa Kielo"
    assert {key for key, value in contacts[FORGOTTEN].items() if value} == {"project_code", "document_id"}
    issues = [row for row in rows(out, "issues") if row["code"] == "forgotten"]
    assert {row["project_code"] for row in issues} == {FORGOTTEN}
    assert len(issues) == result.issues["forgotten"] == 3
    counted = {row["document_id"]: row["issues"] for row in rows(out, "documents")}
    for row in issues:
        mine = [one for one in rows(out, "issues") if one["document_id"] == row["document_id"]]
        assert counted[row["document_id"]] == len(mine) == max(one["ordinal"] for one in mine)
    check_snapshot(out / "latest")
    incremental = hashes(out / "latest")
    assert run(case / "archive", out).parsed == 0
    assert hashes(out / "latest") == incremental
    run(case / "archive", out, full=True)
    assert hashes(out / "latest") == incremental
    fresh = case / "fresh"
    (fresh / "snapshots").mkdir(parents=True)
    shutil.copy(out / "forgotten.json", fresh)
    run(case / "archive", fresh)
    assert hashes(fresh / "latest") == incremental
    assert find_bytes(fresh, CONTACT) == {}


def test_taken_off_the_list_a_project_has_its_persons_again(case: Path) -> None:
    out = case / "out"
    before = hashes(out / "latest")
    forget_projects(out, [FORGOTTEN])
    run(case / "archive", out)
    assert hashes(out / "latest") != before
    (out / "forgotten.json").write_text("[]")
    run(case / "archive", out)
    assert hashes(out / "latest") == before


class KilledError(BaseException):
    """Stands for a kill: nothing that expects an error catches it."""


@pytest.fixture
def bomb(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Dies before the n-th change of the file system."""
    left = {"calls": 0}
    for name in ("replace", "rename", "link", "open", "unlink"):
        real = getattr(os, name)

        def count(*args: Any, _real: Any = real, **named: Any) -> Any:
            left["calls"] -= 1
            if left["calls"] == 0:
                raise KilledError
            return _real(*args, **named)

        monkeypatch.setattr(os, name, count)
    yield left
    left["calls"] = 0


@pytest.mark.parametrize("by_run", [False, True], ids=["forget", "run"])
def test_a_kill_anywhere_is_made_good(made: Path, tmp_path: Path, bomb: dict[str, int], by_run: bool) -> None:
    """By the same command again, or by the next run."""
    whole = tmp_path / "whole"
    subprocess.run(["cp", "-a", str(made / "out"), str(whole)], check=True)
    bomb["calls"] = calls = 1 << 30
    forget_projects(whole, [FORGOTTEN])
    changes = calls - bomb["calls"]
    assert changes > 60
    expected = {snapshot.name: hash_files(snapshot) for snapshot in list_snapshots(whole)}
    bomb["calls"] = 0
    for number in range(2 + by_run, changes, changes // (4 if by_run else 7)):
        out = tmp_path / f"{number}"
        subprocess.run(["cp", "-a", str(made / "out"), str(out)], check=True)
        bomb["calls"] = number
        with pytest.raises(KilledError):
            forget_projects(out, [FORGOTTEN])
        bomb["calls"] = 0
        if by_run and (out / "forgotten.json").exists():
            run(made / "archive", out)
        else:
            forget_projects(out, [FORGOTTEN])
        assert find_bytes(out, CONTACT) == {}
        found = {snapshot.name: hash_files(snapshot) for snapshot in list_snapshots(out)}
        assert {name: found[name] for name in expected} == expected
        for snapshot in list_snapshots(out):
            check_snapshot(snapshot)


def test_a_damaged_cache_is_thrown_away(case: Path) -> None:
    (case / "out" / "cache" / "cache.sqlite").write_bytes(b"no database: Keksij\xc3\xa4inen" * 100)
    forget_projects(case / "out", [FORGOTTEN])
    assert find_bytes(case / "out", CONTACT) == {}


class SamePool:
    """Stands for the pools of the language model: one that is loaded once, in this process."""

    handlers: ClassVar[dict[str, Callable[[bytes], bytes]]] = {}

    def __init__(self, job: Job, *_: object) -> None:
        level = str(job.options["level"])
        if level not in self.handlers:
            self.handlers[level] = make_handler(job.options)
        self.handle = self.handlers[level]

    def __enter__(self) -> SamePool:
        return self

    def __exit__(self, *_: object) -> None: ...

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        for task in tasks:
            yield Outcome(task.number, self.handle(task.payload))


def test_names_in_free_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom the language model finds is masked in snapshots and in later runs; nobody else is."""
    pytest.importorskip("spacy_fi_experimental_web_md")
    monkeypatch.setattr("pipeline.language.Pool", SamePool)
    monkeypatch.setattr("pipeline.forget.stage.Pool", SamePool)
    archive, out = tmp_path / "archive", tmp_path / "out"
    for code in (FORGOTTEN, KEPT):
        write(archive, f"{code}.txt", describe(code))
    run(archive, out, language="full")
    assert {row["lemma"].split()[0] for row in rows(out, "persons")} >= {"Eeva-Liisa", "Pertti"}
    before = find_bytes(out / "latest", OTHERS)
    forgot = forget_projects(out, [FORGOTTEN])
    assert forgot.persons >= 2
    assert find_bytes(out, CONTACT + NAMED) == {}
    assert find_bytes(out / "latest", OTHERS) == before
    check_snapshot((out / "latest").resolve())
    write(archive, "newer.txt", describe(FORGOTTEN, 2))
    run(archive, out, language="full")
    assert find_bytes(out, CONTACT + NAMED) == {}
    texts = {row["document_id"]: row["text"] for row in rows(out, "texts")}
    for row in rows(out, "fields"):
        assert row["raw"] is None or texts[row["document_id"]][row["char_start"] : row["char_end"]] == row["raw"]
    incremental = hashes(out / "latest")
    run(archive, out, language="full", full=True)
    assert hashes(out / "latest") == incremental


def test_the_command(case: Path, tmp_path: Path) -> None:
    out = case / "out"
    (out / "notes").mkdir()
    (out / "notes" / "page.html").write_text("<p>Keksijäinen Kaino</p>")
    call = CliRunner().invoke
    before = find_bytes(out, CONTACT)
    asked = call(app, ["forget", "--project", FORGOTTEN, "--out", str(out)])
    assert asked.exit_code == 2
    assert "--yes" in asked.output
    dry = call(app, ["forget", "--project", FORGOTTEN, "--out", str(out), "--dry-run", "--json"])
    assert json.loads(dry.stdout)["contacts"] == 1
    assert find_bytes(out, CONTACT) == before
    unknown = call(app, ["forget", "--project", "S1", "--out", str(out), "--yes"])
    assert unknown.exit_code == 2
    assert not (out / "forgotten.json").exists()
    with lock_output(out):
        busy = call(app, ["forget", "-p", FORGOTTEN, "-o", str(out), "--yes"])
    assert isinstance(busy.exception, LockedError)
    done = call(app, ["forget", "-p", FORGOTTEN, "-p", "S29993", "-o", str(out), "--yes"])
    assert done.exit_code == 0
    assert "notes/page.html" in done.output
    assert "Keksijäinen" not in done.output
    assert set(find_bytes(out, CONTACT)) == {"notes/page.html"}
    later = call(app, ["forget", "-p", "S1", "--unseen", "-o", str(out), "--yes"])
    assert later.exit_code == 0
    assert [row["project_code"] for row in json.loads((out / "forgotten.json").read_text())] == [
        "S1",
        FORGOTTEN,
        "S29993",
    ]
    explained = call(
        app, ["explain", FORGOTTEN, "--out", str(out), "--restricted", "--output", str(tmp_path / "x.html")]
    )
    assert isinstance(explained.exception, SettingsError)
    nothing = call(app, ["forget", "-p", "S1", "-o", str(tmp_path / "nothing"), "--yes", "--unseen"])
    assert isinstance(nothing.exception, SettingsError)


def test_what_is_public_stays() -> None:
    names = Names(("Aino Satuniemi",), (), ("Tmi Aino Satuniemi",))
    text = "Tmi Aino Satuniemi hakee; Aino Satuniemi vetää, Satuniemen luona."
    assert erase_names(text, names) == "Tmi Aino Satuniemi hakee; ██████████████ vetää, ██████████ luona."
    assert erase_names("", names) == ""
