"""Archives on s3:// (a real server on this machine), https:// and memory://: the same tables as from a folder."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from run_helpers import LIMITS, hashes, rows, run, write_archive
from s3_server import open_bucket, start_s3
from test_containers import as_bytes, make_tar, make_zip
from typer.testing import CliRunner
from warc_files import SITE, answer, packed, record

from pipeline import remote, remote_files
from pipeline.cli import app
from pipeline.doctor import examine_archives
from pipeline.errors import ArchiveError, SettingsError
from pipeline.exit_codes import ExitCode
from pipeline.nightly_settings import load_settings
from pipeline.plan import plan_run
from pipeline.remote import filesystem_of, is_url, parse_place, show_url, translate_fault
from pipeline.settings import RunSettings

TEXTS = {f"d{number}.txt": f"code: S100{number:02}\nname: {number}\n" for number in range(9)}
FILES = as_bytes(TEXTS) | {
    "alikansio/ä ?#%.txt": b"code: S2\n",
    "alikansio/sama.txt": b"code: S10000\nname: 0\n",
    "alikansio/syvempi/kuva.png": b"x",
    "q.zip": make_zip({"sisällä.txt": b"code: S3\n"}),
    "r.tar.gz": gzip.compress(make_tar({"tarissa.txt": b"code: S4\n"})),
    "s.warc.gz": packed(record(answer(b"code: S5\n"), path="/5")),
    "tyhjä.txt": b"",
}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with start_s3() as address:
        yield address


@pytest.fixture(autouse=True)
def _trust_stamps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.container_stage.RACY_NS", 0)


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def fill(system: Any, root: str, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        system.pipe(f"{root}/{name}", data)


@pytest.mark.usefixtures("s3")
def test_s3_gives_the_same_tables_as_a_folder_and_reads_only_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = open_bucket("kuvaukset")
    fill(system, "kuvaukset/vuosi/2020", FILES)
    fill(system, "kuvaukset/vuosi/20201", {"toinen.txt": b"code: S99\n"})
    out = tmp_path / "out"
    archive = parse_place("s3://kuvaukset/vuosi/2020")
    result = run([archive], out)
    plain = run(write_files(tmp_path / "plain", FILES), tmp_path / "other")
    assert hashes(result.snapshot) == hashes(plain.snapshot)
    assert result.files == plain.files
    assert json.loads((result.snapshot / "run.json").read_text())["archives"] == ["s3://kuvaukset/vuosi/2020"]
    # nothing changed: nothing is fetched
    fetched: list[object] = []
    monkeypatch.setattr("pipeline.fetch_stage.read_objects", lambda *given: fetched.append(given))
    monkeypatch.setattr("pipeline.container_stage.open_object", lambda *given, **_: fetched.append(given))
    again = run([archive], out)
    assert (again.read, fetched, hashes(again.snapshot)) == (0, [], hashes(result.snapshot))
    planned = plan_run([archive], out, RunSettings(parser="fake_parser", limits=LIMITS))
    assert planned.to_read == 0
    assert planned.known == planned.files - planned.not_read["ignored"] - 3
    monkeypatch.undo()
    monkeypatch.setattr("pipeline.container_stage.RACY_NS", 0)
    # the same bytes written again are known by their ETag; others, new ones and lost ones are seen
    system.pipe("kuvaukset/vuosi/2020/d1.txt", FILES["d1.txt"])
    system.pipe("kuvaukset/vuosi/2020/d2.txt", b"code: S10002\nname: toinen\n")
    system.pipe("kuvaukset/vuosi/2020/uusi.txt", b"code: S77\n")
    system.rm("kuvaukset/vuosi/2020/d3.txt")
    changed = run([archive], out)
    assert (changed.read, changed.parsed) == (2, 2)
    assert hashes(changed.snapshot) == hashes(run([archive], tmp_path / "full").snapshot)
    assert hashes(run([archive], out, verify=True).snapshot) == hashes(changed.snapshot)


@pytest.mark.usefixtures("s3")
def test_several_archives_local_and_remote(tmp_path: Path) -> None:
    system = open_bucket("useita")
    fill(system, "useita/a", {"x.txt": b"code: S1\n"})
    fill(system, "useita", {"paketti.zip": make_zip({"y.txt": b"code: S2\n"})})
    folder = write_archive(tmp_path / "kansio", {"z.txt": "code: S3\n"})
    places = [parse_place(text) for text in ("s3://useita/a/", "s3://useita/paketti.zip", str(folder))]
    result = run(places, tmp_path / "out")
    assert result.exit_code is ExitCode.OK
    found = {row["path"] for row in rows(tmp_path / "out", "files")}
    assert found == {"a/x.txt", "paketti.zip", "paketti.zip!/y.txt", "kansio/z.txt"}


@pytest.mark.usefixtures("s3")
def test_what_is_missing_or_forbidden_on_s3_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("s3://ei-ole", "s3://ei-ole/kansio"):
        with pytest.raises(ArchiveError, match=f"archive {url}: no such object"):
            run([url], tmp_path / "out")
    system = open_bucket("muuttuva")
    fill(
        system, "muuttuva", {"a.txt": b"code: S1\n", "b.txt": b"code: S2\n", "c.zip": b"x", "d.txt": b"code: S4\n" * 99}
    )
    listed = remote_files.list_remote

    def list_then_lose(url: str, prefix: str) -> Iterator[remote_files.RemoteFile]:
        found = list(listed(url, prefix))
        system.rm(["muuttuva/b.txt", "muuttuva/c.zip"])
        yield from found

    monkeypatch.setattr("pipeline.archive.list_remote", list_then_lose)
    result = run(["s3://muuttuva"], tmp_path / "out")
    assert result.exit_code is ExitCode.INCOMPLETE
    statuses = {row["path"]: (row["status"], row["reason"]) for row in rows(tmp_path / "out", "files")}
    assert {path: status for path, (status, _) in statuses.items()} == {
        "a.txt": "read",
        "b.txt": "vanished",
        "c.zip": "vanished",
        "d.txt": "read",
    }
    assert statuses["b.txt"][1] == "vanished: The file was gone when it was to be read. (no such object)"


def test_no_server_and_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "READ_SECONDS", 0.3)
    monkeypatch.setattr(remote, "CONNECT_SECONDS", 0.3)
    with serve({}) as (address, _):
        closed = address
    with pytest.raises(ArchiveError, match="no connection to the server"):
        run([f"{closed}/x.zip"], tmp_path / "out")
    with serve({"/hidas.zip": b"x"}) as (address, server):
        server.delay = 2.0
        with pytest.raises(ArchiveError, match="does not answer in time"):
            run([f"{address}/hidas.zip"], tmp_path / "out")


# Web servers


class Server(http.server.ThreadingHTTPServer):
    files: dict[str, bytes]
    seen: list[tuple[str, str]]
    delay = 0.0
    tagged = True
    cut = False
    daemon_threads = True


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        time.sleep(self.server.delay)
        self.server.seen.append((self.command, self.path))
        data = self.server.files.get(self.path.partition("?")[0])
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if data is None or self.path.startswith("/kielletty"):
                self.send_error(404 if data is None else 403)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Content-Type", "application/zip" if data.startswith(b"PK") else "text/plain")
            if self.server.tagged:
                self.send_header("ETag", f'"{hash(data)}"')
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data[: len(data) // 2] if self.server.cut else data)

    do_HEAD = do_GET  # noqa: N815 - named by the library

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - named by the library
        pass


@contextlib.contextmanager
def serve(files: dict[str, bytes]) -> Iterator[tuple[str, Server]]:
    server = Server(("127.0.0.1", 0), Handler)
    server.files, server.seen = files, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_containers_on_the_web(tmp_path: Path) -> None:
    files = {f"/{name}": data for name, data in FILES.items() if name[0] in "qrs"} | {"/lataa": FILES["q.zip"]}
    with serve(files | {"/S6.txt": b"code: S6\n"}) as (address, server):
        places = [f"{address}{path}" for path in ("/q.zip", "/r.tar.gz", "/s.warc.gz", "/lataa?id=3", "/S6.txt")]
        result = run(places, tmp_path / "out")
        assert result.exit_code is ExitCode.OK
        found = {row["path"]: row["status"] for row in rows(tmp_path / "out", "files")}
        assert found == {
            "q.zip": "container",
            "q.zip!/sisällä.txt": "read",
            "r.tar.gz": "container",
            "r.tar.gz!/tarissa.txt": "read",
            "s.warc.gz": "container",
            f"s.warc.gz!/{SITE}/5": "read",
            "lataa.zip": "container",
            "lataa.zip!/sisällä.txt": "duplicate",
            "S6.txt": "read",
        }
        server.seen.clear()
        again = run(places, tmp_path / "out")
        assert (again.read, {verb for verb, _ in server.seen}) == (0, {"HEAD"})
        assert hashes(again.snapshot) == hashes(result.snapshot)
        # without a tag or a date nothing is trusted
        server.tagged = False
        assert run(places, tmp_path / "untagged").parsed == 4
        server.seen.clear()
        assert run(places, tmp_path / "untagged").parsed == 0
        assert {verb for verb, _ in server.seen} == {"HEAD", "GET"}


def test_what_a_web_server_may_answer(tmp_path: Path) -> None:
    files = {"/a.zip": FILES["q.zip"], "/kielletty.zip": FILES["q.zip"], "/b.tar.gz": FILES["r.tar.gz"]}
    with serve(files) as (address, server):
        for name, why in (("puuttuu.zip", "no such object"), ("kielletty.zip", "access is forbidden")):
            with pytest.raises(ArchiveError, match=f"{name}: {why}"):
                run([f"{address.replace('://', '://me:salasana@')}/{name}?avain=salaisuus"], tmp_path / "out")
        (finding,) = examine_archives([f"{address}/kielletty.zip"])
        assert finding.status == "failure"
        server.cut = True
        folder = write_archive(tmp_path / "kansio", {"z.txt": "code: S3\n"})
        result = run([folder, f"{address}/a.zip", f"{address}/b.tar.gz"], tmp_path / "out")
        assert result.exit_code is ExitCode.INCOMPLETE
        assert result.files == {"read": 1, "unreadable": 2}


def test_secrets_in_addresses_are_not_written(tmp_path: Path) -> None:
    with serve({"/q.zip": FILES["q.zip"]}) as (address, _):
        run([address.replace("://", "://me:salasana@") + "/q.zip?avain=salaisuus"], tmp_path / "out")
    for path in (tmp_path / "out" / "latest").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"salasana" not in data, path
            assert b"salaisuus" not in data, path


def test_memory_and_too_large(tmp_path: Path) -> None:
    system, root = filesystem_of("memory://kuvia")
    fill(system, root, {"a/b.txt": b"code: S1\n", "c.txt": b"code: S2\n" + b"x" * 5000})
    limits = LIMITS.__class__(cpu_seconds=1, wall_seconds=20.0, memory_bytes=LIMITS.memory_bytes, file_bytes=4000)
    result = run(["memory://kuvia"], tmp_path / "out", limits=limits)
    assert result.files == {"read": 1, "too_large": 1}
    growing = remote_files.read_objects([(b"memory://kuvia/c.txt", 10)], 4000)
    assert [len(data) for data in growing if isinstance(data, bytes)] == [4001]
    system.rm(root, recursive=True)


# Addresses


def test_addresses() -> None:
    assert is_url("s3://x/y")
    assert not is_url("kansio/s3:x")
    assert parse_place("kansio/x.zip") == Path("kansio/x.zip")
    assert parse_place("file:///a%20b/c") == Path("/a b/c")
    assert parse_place("https://esimerkki.fi/x.zip") == "https://esimerkki.fi/x.zip"
    assert show_url("https://me:salasana@esimerkki.fi/x.zip?avain=1") == "https://esimerkki.fi/x.zip"
    assert show_url("http://[") == "an address that cannot be read"
    for url in ("ftp://esimerkki.fi/x", "zip://x::s3://y"):
        with pytest.raises(SettingsError, match="addresses begin with s3://"):
            parse_place(url)
        with pytest.raises(SettingsError, match="no address that is known"):
            filesystem_of(url)


def test_faults_are_translated() -> None:
    class Answer(Exception):  # noqa: N818 - as libraries call theirs
        def __init__(self, status: int) -> None:
            self.status = status

    found = [translate_fault(Answer(status)).strerror for status in (404, 403, 500)]
    assert found == ["no such object", "access is forbidden", "the server answers 500"]
    kinds = [
        type(translate_fault(error)) for error in (FileNotFoundError(), PermissionError(), TimeoutError(), OSError())
    ]
    assert kinds == [FileNotFoundError, PermissionError, TimeoutError, OSError]
    assert translate_fault(ConnectionResetError()).strerror == "no connection to the server"


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"pip install 'hankekuvaus\[remote\]'"):
        filesystem_of("s3://kuvaukset")
    result = CliRunner().invoke(app, ["plan", "s3://kuvaukset", "--out", "tables"])
    assert isinstance(result.exception, SettingsError) or "hankekuvaus[remote]" in result.stderr


@pytest.mark.usefixtures("s3")
def test_settings_and_commands_take_addresses(tmp_path: Path) -> None:
    system = open_bucket("yokirja")
    sample = Path(__file__).parent.parent / "data" / "sample" / "archive" / "every_format" / "S29001" / "S29001.txt"
    fill(system, "yokirja/arkisto", {"S29001.txt": sample.read_bytes()})
    path = tmp_path / "nightly.toml"
    path.write_text(f'archives = ["s3://yokirja/arkisto", "kansio", "file://{tmp_path}/x"]\noutput = "tables"\n')
    assert load_settings(path).archives == ["s3://yokirja/arkisto", tmp_path / "kansio", tmp_path / "x"]
    path.write_text('archives = ["s3://yokirja/arkisto"]\noutput = "tables"\nlanguage = "off"\nworkers = 1\n')
    script = Path(sys.executable).with_name("hankekuvaus")
    done = subprocess.run(
        [script, "nightly", "-s", path, "--json"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == ExitCode.OK, done.stderr
    assert json.loads(done.stdout)["documents"] == {"parsed": 1}
    assert "Traceback" not in done.stderr
    planned = CliRunner().invoke(app, ["plan", "s3://yokirja/arkisto", "--out", str(tmp_path / "tables")])
    assert "1 of them need not be read" in planned.stdout
    wrong = subprocess.run(
        [script, "run", "s3://yokirja/ei", "-o", tmp_path / "x"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (wrong.returncode, "s3://yokirja/ei: no such object" in wrong.stderr) == (ExitCode.USAGE, True)


def test_local_runs_load_nothing_of_it(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from pipeline.plan import plan_run; from pipeline.settings import RunSettings\n"
        "plan_run([Path(sys.argv[1])], Path(sys.argv[2]), RunSettings())\n"
        "print([name for name in ('s3fs', 'aiohttp', 'botocore') if name in sys.modules])\n"
    )
    folder = write_archive(tmp_path / "kansio", {"z.txt": "code: S3\n"})
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", program, folder, tmp_path / "out"], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
