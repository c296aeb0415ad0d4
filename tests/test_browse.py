"""``hankekuvaus browse``: what the database holds, what a search finds, what is served, and pages in a real browser."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from browser import Browser, need_chromium, open_browser
from typer.testing import CliRunner

from models.tables import TABLES
from pipeline.browse import serve
from pipeline.browse.database import FACET_COLUMNS, build_database, is_current
from pipeline.browse.serve import allowed_hosts, cache_database, is_loopback, make_datasette, open_port
from pipeline.browse.words import HIT_BEGINS, HIT_ENDS, cut_excerpt, expand_query, lemmatise
from pipeline.cli import app
from pipeline.errors import OutputError, SettingsError
from pipeline.exit_codes import ExitCode

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "archive"
SCRIPT = Path(sys.executable).with_name("hankekuvaus")
CASES = yaml.safe_load((Path(__file__).parent / "search.yaml").read_text("utf-8"))
PUBLIC = {name for name, table in TABLES.items() if not table.restricted}
PAGES = {
    "front": "/",
    "projects": "/hankekuvaus/projects?_search=nuorten",
    "one project": "/hankekuvaus/projects/S29001",
    "sections": "/hankekuvaus/sections?_search=koulutus",
    "hits": "/hankekuvaus/hits?words=nuorten",
    "no hits": "/hankekuvaus/hits?words=olematonta",
    "tables": "/hankekuvaus",
    "sql": "/hankekuvaus?sql=select+project_code+from+projects",
    "explain": "/-/explain/S29001",
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run on three projects; the free text of one holds mark-up."""
    folder = tmp_path_factory.mktemp("browse")
    for name in ("every_format/S29001", "every_format/S29002"):
        shutil.copytree(SAMPLE / name, folder / "archive" / name)
    text = (SAMPLE / "eakr" / "texts" / "A79002.txt").read_text("utf-8")
    assert "3 Suunnitelman" in text or "3. " in text
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(2)> javascript:alert(3) \ue000b\ue001 "
    (folder / "archive" / "A79002.txt").write_text(re.sub(r"(?m)^(?=[a-zåäö ]{3,}hank)", hostile, text), "utf-8")
    result = CliRunner().invoke(app, ["run", str(folder / "archive"), "--out", str(folder / "out"), "--quiet"])
    assert result.exit_code in (0, 3), result.output
    return folder / "out"


@pytest.fixture(scope="module")
def snapshot(out: Path) -> Path:
    return (out / "latest").resolve()


@pytest.fixture(scope="module")
def database(out: Path, snapshot: Path) -> Path:
    path, made = cache_database(out, snapshot)
    assert made
    return path


def columns_of(name: str) -> list[str]:
    return [column.name for column in TABLES[name].columns]


def ask(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.create_function("escape_fts", 1, expand_query)
        return connection.execute(query, values).fetchall()


# Words


@pytest.mark.parametrize("case", CASES, ids=[f"{case['text']}: {case['query']}" for case in CASES])
def test_search_finds_words_in_any_form(case: dict[str, Any]) -> None:
    text, query = case["text"], case["query"]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "create virtual table t using fts5 (text, lemmas, content='', tokenize=\"unicode61 remove_diacritics 0\")"
        )
        lemmas = " ".join(lemma for word in text.split() for lemma in lemmatise(word))
        connection.execute("insert into t (rowid, text, lemmas) values (1, ?, ?)", (text, lemmas))
        found = connection.execute("select rowid from t where t match ?", (expand_query(query),)).fetchall()
    assert bool(found) == bool(case["hits"])
    if found:
        marked = cut_excerpt(text, query) or ""
        assert re.findall(f"{HIT_BEGINS}(.*?){HIT_ENDS}", marked) == case["hits"]
        assert marked.replace(HIT_BEGINS, "").replace(HIT_ENDS, "") == text


def test_excerpts_are_around_the_first_hit() -> None:
    text = "alku " * 200 + "nuorten asia " + "loppu " * 200
    cut = cut_excerpt(text, "nuori") or ""
    assert f"{HIT_BEGINS}nuorten{HIT_ENDS}" in cut
    assert len(cut) < 300
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert cut_excerpt(None, "nuori") is None
    assert cut_excerpt("teksti", None) == "teksti"


# The database


def test_it_holds_the_public_tables_as_they_are(database: Path, snapshot: Path) -> None:
    tables = {name for (name,) in ask(database, "select name from sqlite_master where type = 'table'")}
    assert tables >= PUBLIC
    assert {name.partition("_fts")[0] for name in tables - PUBLIC} <= {
        "projects",
        "sections",
        "browse",
        "sqlite_stat1",
    } | {f"sqlite_stat{number}" for number in range(1, 5)}
    for name in PUBLIC:
        rows = pq.read_table(snapshot / "tables" / name)
        ((count,),) = ask(database, f'select count(*) from "{name}"')
        assert count == rows.num_rows, name
        columns = [column for _, column, *_ in ask(database, f'pragma table_info("{name}")')]
        assert columns == [*columns_of(name), *(FACET_COLUMNS if name == "projects" else ())]
    for row in pq.read_table(snapshot / "tables" / "projects").to_pylist():
        query = (
            "select start_date, granted_eu_state_eur, gender_analysis, start_year from projects where project_code = ?"
        )
        ((start, granted, analysis, year),) = ask(database, query, row["project_code"])
        assert start == row["start_date"].isoformat()
        assert granted == row["granted_eu_state_eur"]
        assert analysis == row["gender_analysis"]
        assert year == row["start_date"].year


def test_facets_have_names(database: Path) -> None:
    ((axis, objective, regions),) = ask(
        database, "select axis, objective, regions from projects where project_code = 'S29001'"
    )
    assert axis == "5 Sosiaalinen osallisuus ja köyhyyden torjunta"
    assert objective.startswith("10.1 Työelämän ulkopuolella")
    assert json.loads(regions)


def test_it_is_made_anew_only_when_the_snapshot_changes(database: Path, snapshot: Path, out: Path) -> None:
    before = database.stat()
    assert cache_database(out, snapshot) == (database, False)
    assert database.stat().st_mtime_ns == before.st_mtime_ns
    assert is_current(database, snapshot)
    assert database.parent.stat().st_mode & 0o077 == 0, "the cache is its owner's alone"
    described = (snapshot / "datapackage.json").read_bytes()
    try:
        (snapshot / "datapackage.json").write_bytes(described + b" ")
        assert not is_current(database, snapshot), "a snapshot that someone changed"
    finally:
        (snapshot / "datapackage.json").write_bytes(described)
    (database.parent / "20200101T000000Z-00000000.sqlite").write_bytes(b"old")
    database.write_bytes(b"damaged")
    assert cache_database(out, snapshot) == (database, True)
    assert [path.name for path in database.parent.iterdir()] == [database.name], "old ones are gone"


def test_a_database_that_cannot_be_written_says_so(snapshot: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is no folder"):
        build_database(snapshot, tmp_path / "nowhere" / "b.sqlite")
    empty = tmp_path / "snapshot"
    empty.mkdir()
    with pytest.raises(SettingsError, match="holds no table projects"):
        build_database(empty, tmp_path / "b.sqlite")
    assert list(tmp_path.iterdir()) == [empty]


# The server


def fetch(snapshot: Path, database: Path, path: str, **headers: str) -> Any:
    """The answer of a server that has no port."""

    async def get() -> Any:
        served = make_datasette(snapshot, database, allowed_hosts("127.0.0.1"))
        try:
            return await served.client.get(path, headers=headers)
        finally:
            for one in served.databases.values():
                one.close()

    return asyncio.run(get())


def test_search_facets_and_export(snapshot: Path, database: Path) -> None:
    found = fetch(snapshot, database, "/hankekuvaus/projects.json?_search=nuorille&_shape=objects").json()
    assert "S29001" in {row["project_code"] for row in found["rows"]}
    assert set(found["facet_results"]) == {"fund", "axis", "objective", "regions", "start_year", "status"}
    assert {one["value"] for one in found["facet_results"]["fund"]["results"]} == {"ESR"}
    text = fetch(snapshot, database, "/hankekuvaus/projects.csv?_stream=on&_size=max").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["project_code"] for row in rows} == {"S29001", "S29002", "A79002"}
    assert list(rows[0]) == [*columns_of("projects"), *FACET_COLUMNS]


def test_pages_describe_tables_and_columns(snapshot: Path, database: Path) -> None:
    page = fetch(snapshot, database, "/hankekuvaus/projects").text
    table = TABLES["projects"]
    assert table.fi in page
    column = next(one for one in table.columns if one.name == "planned_public_eur")
    assert column.en in page
    assert column.fi in page


def test_documents_lead_to_their_explain_page(snapshot: Path, database: Path) -> None:
    for path in (
        "/hankekuvaus/projects",
        "/hankekuvaus/issues",
        "/hankekuvaus/documents",
        "/hankekuvaus/hits?words=nuori",
    ):
        link = re.search(r'href="(/-/explain/[0-9a-zA-Z]+)"', fetch(snapshot, database, path).text)
        assert link is not None, path
        page = fetch(snapshot, database, link.group(1))
        assert page.status_code == 200
        assert 'id="rows"' in page.text
    assert fetch(snapshot, database, "/-/explain/S00000").status_code == 404
    assert fetch(snapshot, database, "/-/explain/..~2F..~2Frun.json").status_code == 404
    assert fetch(snapshot, database, "/-/explain/%3F0123").headers["location"] == "/-/explain/~3F0123", "none either"
    assert fetch(snapshot, database, "/-/hankekuvaus/plugin.py").status_code == 404


def test_nothing_can_be_written(snapshot: Path, database: Path) -> None:
    before = database.read_bytes()
    for statement in (
        "delete from projects",
        "drop table projects",
        "insert into browse values (1, 2)",
        "attach 'x' as y",
    ):
        answer = fetch(snapshot, database, f"/hankekuvaus.json?sql={statement.replace(' ', '+')}")
        assert answer.status_code == 400
    assert database.read_bytes() == before


def test_other_pages_cannot_pass_for_this_server(snapshot: Path, database: Path) -> None:
    assert fetch(snapshot, database, "/", host="esimerkki.fi").status_code == 421
    assert fetch(snapshot, database, "/", host="esimerkki.fi:8001").status_code == 421
    for host in ("localhost", "localhost:8001", "127.0.0.1:8001", "[::1]:8001"):
        answer = fetch(snapshot, database, "/", host=host)
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers
    assert allowed_hosts("0.0.0.0") is None
    assert [host for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "esimerkki.fi") if is_loopback(host)] == [
        "localhost", "127.0.0.1", "::1",
    ]  # fmt: skip


# The command


def call(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["browse", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_build_writes_a_file_and_serves_nothing(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "tables.sqlite"
    code, printed, _ = call(out, "--build", path)
    assert code == ExitCode.OK
    assert str(path) in printed
    assert ask(path, "select count(*) from projects") == [(3,)]
    code, printed, _ = call(out, "--build", path, "--json")
    assert json.loads(printed) == {
        "database": str(path), "bytes": path.stat().st_size, "snapshot": (out / "latest").resolve().name,
    }  # fmt: skip


def test_what_is_wrong_is_said(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, told = call(tmp_path)
    assert code == ExitCode.USAGE
    assert f"hankekuvaus run ARCHIVE --out {tmp_path}" in told
    with open_port("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(app, ["browse", str(out), "--port", str(port)])
        assert isinstance(result.exception, SettingsError)
        assert str(result.exception) == (
            f"127.0.0.1:{port} cannot be served: Address already in use; another port: --port {port + 1}"
        )
    result = CliRunner().invoke(app, ["browse", str(out), "--host", "no.such.host.invalid"])
    assert isinstance(result.exception, SettingsError)
    assert str(result.exception).endswith("choose another --host")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=re.escape("pip install 'hankekuvaus[browse]'")):
        serve.check_installed()


def test_it_serves_until_it_is_told_to_stop(out: Path) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    arguments = [SCRIPT, "browse", str(out), "--port", "0", "--json"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            told = b""
            while not told.endswith(b"}\n"):
                line = process.stdout.readline()
                assert line, process.stderr and process.stderr.read()
                told += line
            address = json.loads(told)["address"]
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
            import httpx

            answer = httpx.get(f"{address}hankekuvaus/projects.json?_search=nuoriso", timeout=30)
            assert answer.status_code == 200
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == ExitCode.INTERRUPTED


# A real browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need_chromium()
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def address(snapshot: Path, database: Path) -> Iterator[str]:
    """A server in a thread."""
    import uvicorn

    with open_port("127.0.0.1", 0) as bound:
        served = make_datasette(snapshot, database, allowed_hosts("127.0.0.1"))
        server = uvicorn.Server(uvicorn.Config(served.app(), log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=20)
        for one in served.databases.values():
            one.close()


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_everybody_can_use_the_pages(browser: Browser, address: str, page: str) -> None:
    for width, height, dark in ((1280, 900, False), (390, 844, True)):
        browser.open(address + PAGES[page], width=width, height=height, dark=dark, touch=width < 500)
        browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert browser.faults() == []
        assert browser.run("document.documentElement.scrollWidth > innerWidth + 1") is False
        assert browser.complaints == []
        assert browser.requests == [], "nothing is loaded from elsewhere"


@pytest.mark.slow
def test_a_person_searches_and_reads(browser: Browser, address: str) -> None:
    browser.open(address)
    browser.page.fill("#find", "nuoria")
    browser.page.click("text=Find projects")
    assert browser.page.url.startswith(f"{address}/hankekuvaus/projects?_search=nuoria")
    assert "nuorten" in browser.page.inner_text("td.col-project_name >> nth=0")
    browser.page.click("a.explain >> nth=0")
    assert browser.page.title() == "S29001 explained"
    browser.open(address)
    browser.page.fill("#find", "nuoria")
    browser.page.click("text=Show where")
    marked = {text.lower() for text in browser.page.locator("mark").all_inner_texts()}
    assert marked
    assert all(text.startswith("nuor") for text in marked)
    assert browser.complaints == []


@pytest.mark.slow
def test_a_hostile_text_runs_nothing(browser: Browser, address: str) -> None:
    for path in ("sections?project_code=A79002&_size=max", "hits?words=alert", "fields?project_code=A79002&_size=max"):
        browser.open(f"{address}/hankekuvaus/{path}")
        assert browser.run("document.querySelectorAll('main img, main script').length") == 0
        assert browser.run("[...document.links].every((a) => a.protocol.startsWith('http'))")
        assert browser.complaints == []
    browser.open(f"{address}/hankekuvaus/hits?words=%3Cscript%3Ealert(1)%3C/script%3E")
    assert browser.complaints == []
