"""WARC files: what was captured comes out with its address and date, and damage costs the record in which it is."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import brotli
import pyarrow as pa
import pytest
from run_helpers import LIMITS, hashes, rows, run
from test_containers import make_tar, make_zip
from warc_files import SITE, answer, chunked, packed, record, write_by_warcio
from warcio.archiveiterator import ArchiveIterator

from pipeline import http_body, warc_stream
from pipeline.archive import Member, container_kind
from pipeline.container_budget import ContainerError
from pipeline.containers import read_container
from pipeline.exit_codes import ExitCode
from pipeline.plan import plan_run
from pipeline.settings import RunSettings

LIMIT = 1_000_000
BODY = "".join(f"<p>Hanke {number} tukee työllistymistä.</p>" for number in range(200)).encode()
MOMENT = "2018-03-12T10:00:00.000000Z"


def read(data: bytes, name: str = "q.warc.gz", limit: int = LIMIT) -> list[Member]:
    return list(read_container(io.BytesIO(data), name, len(data), limit))


def told(members: list[Member]) -> list[tuple[str, str]]:
    return [(member.path.removeprefix(SITE), member.status) for member in members]


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue().to_pybytes())


def test_kinds_by_name() -> None:
    names = ("a.warc", "b.WARC.GZ", "c.gz", "warc.gz", "d.warc.txt")
    assert [container_kind(name) for name in names] == ["warc", "warc", "gz", "gz", None]


@pytest.mark.parametrize("gzipped", [True, False])
def test_the_same_pages_as_warcio_reads(gzipped: bool) -> None:
    pages = {f"/hanke?id={number}": BODY + b"%d" % number for number in range(20)} | {"/tyhjä": b"x"}
    data = write_by_warcio(pages, gzipped=gzipped)
    expected = {
        found.rec_headers.get_header("WARC-Target-URI"): found.content_stream().read()
        for found in ArchiveIterator(io.BytesIO(data))
        if found.rec_type == "response"
    }
    members = read(data)
    assert {member.path: member.data for member in members} == expected
    assert {(m.status, m.captured_at, m.charset, m.suffix) for m in members} == {("pending", MOMENT, "utf-8", ".html")}
    assert [member.url for member in members] == [member.path for member in members]


CODED = {
    "plain": (BODY, ()),
    "chunked": (chunked(BODY), ("Transfer-Encoding: chunked",)),
    "gzip": (gzip.compress(BODY), ("Content-Encoding: gzip",)),
    "zlib": (zlib.compress(BODY), ("Content-Encoding: deflate",)),
    "raw deflate": (zlib.compress(BODY)[2:-4], ("Content-Encoding: deflate",)),
    "br": (brotli.compress(BODY), ("content-encoding: BR",)),
    "zstd": (zstd(BODY), ("Content-Encoding: zstd",)),
    "both": (chunked(gzip.compress(BODY), 7), ("Transfer-Encoding: chunked", "Content-Encoding: gzip")),
    "twice": (gzip.compress(zlib.compress(BODY)), ("Content-Encoding: deflate, gzip",)),
}


@pytest.mark.parametrize("coding", CODED)
def test_bodies_are_unpacked(coding: str) -> None:
    body, headers = CODED[coding]
    (member,) = read(packed(record(answer(body, *headers))))
    assert (member.status, member.data) == ("pending", BODY)
    # many crawlers keep the headers of what they unpacked themselves
    (member,) = read(packed(record(answer(BODY, *headers))))
    assert (member.status, member.data) == ("pending", BODY)


@pytest.mark.parametrize("coding", [name for name in CODED if name != "plain"])
@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_a_body_cut_short_is_told(coding: str, cut: float) -> None:
    body, headers = CODED[coding]
    members = read(packed(record(answer(body[: int(len(body) * cut)], *headers)), record(answer(BODY), path="/toinen")))
    assert told(members) == [("/hanke?id=1", "truncated"), ("/toinen", "pending")]


def test_bodies_that_cannot_be_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(
        record(answer(BODY, "Content-Encoding: compress")),
        record(answer(BODY, "Content-Encoding: " + "gzip, " * 9)),
        record(answer(BODY, "Content-Length: 999999")),
        record(BODY),
        record(answer(BODY, "Content-Encoding: br"), path="/br"),
    )
    assert [status for _, status in told(read(data))] == [
        "unreadable",
        "unreadable",
        "truncated",
        "truncated",
        "pending",
    ]
    monkeypatch.setattr(http_body.importlib.util, "find_spec", lambda _: None)
    assert "pip install brotli" in str(read(data)[-1].reason)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (gzip.compress(bytes(5 * LIMIT)), "gzip"),
        (zlib.compress(bytes(5 * LIMIT)), "deflate"),
        (brotli.compress(bytes(5 * LIMIT)), "br"),
        (zstd(bytes(5 * LIMIT)), "zstd"),
        (gzip.compress(gzip.compress(bytes(50 * LIMIT))), "gzip, gzip"),
    ],
)
def test_bombs_in_bodies_are_bounded(body: bytes, header: str) -> None:
    members = read(packed(record(answer(body, f"Content-Encoding: {header}")), record(answer(BODY), path="/toinen")))
    assert told(members) == [("/hanke?id=1", "too_large"), ("/toinen", "pending")]


def test_what_a_capture_may_be() -> None:
    found = read(
        packed(
            record(answer(BODY, status="404 Not Found"), path="/puuttuu"),
            record(answer(b"", status="302 Found"), path="/muualla"),
            record(answer(BODY, status="203 Non-Authoritative Information"), path="/välistä"),
            record(answer(b"x", content_type="image/png"), path="/kuva"),
            record(answer(b"x", content_type="text/css; charset=utf-8"), path="/tyylit"),
            record(answer(b"x", content_type="application/javascript"), path="/skripti"),
            record(answer(b"x", content_type=""), path="/logo.svg?v=3"),
            record(answer(BODY, content_type="text/html"), path="/sivu.js"),
            record(b"\0\1", kind="response", path="", content_type="text/dns"),
            record(BODY, kind="resource", content_type="text/plain; charset=ISO-8859-1", path="/teksti"),
            record(BODY, kind="conversion", content_type="text/plain", path="/muunnos"),
            record(b"x", kind="resource", content_type="image/gif", path="/pallo"),
            record(b"x", kind="metadata", path="/tiedot"),
            record(b"x", kind="uusi", path="/outo"),
            record(BODY, "WARC-Segment-Number: 1", path="/osa"),
            record(answer(BODY), "WARC-Truncated: time", path="/kesken"),
            record(answer(b"%PDF-", content_type="application/pdf"), path="/lataa?id=4"),
        )
    )
    assert told(found) == [
        ("/puuttuu", "ignored"),
        ("/muualla", "ignored"),
        ("/välistä", "pending"),
        ("/kuva", "ignored"),
        ("/tyylit", "ignored"),
        ("/skripti", "ignored"),
        ("/logo.svg?v=3", "ignored"),
        ("/sivu.js", "pending"),
        ("urn:uuid:7d7b8c9a-0000-4000-8000-000000000001", "ignored"),
        ("/teksti", "pending"),
        ("/muunnos", "pending"),
        ("/pallo", "ignored"),
        ("/outo", "unreadable"),
        ("/osa", "truncated"),
        ("/kesken", "truncated"),
        ("/lataa?id=4", "pending"),
    ]
    by_path = {path: member for (path, _), member in zip(told(found), found, strict=True)}
    assert by_path["/puuttuu"].reason == (
        "http_status: The server did not give the page: an error or a redirection was captured. (the answer was 404)"
    )
    assert (by_path["/teksti"].charset, by_path["/teksti"].suffix) == ("ISO-8859-1", ".txt")
    assert [by_path[path].suffix for path in ("/sivu.js", "/lataa?id=4")] == [".html", ".pdf"]


def test_dates() -> None:
    def date(data: bytes) -> str | None:
        (member,) = read(data)
        return member.captured_at

    assert date(record(answer(BODY), date="2018-03-12T10:00:00.123456789Z")) == "2018-03-12T10:00:00.123456Z"
    assert date(record(answer(BODY, "Date: Mon, 12 Mar 2018 12:00:00 +0200"), date="eilen")) == MOMENT
    assert date(record(answer(BODY, "Date: eilen"), date="eilen")) is None
    assert date(record(answer(BODY, "Date: Mon, 12 Mar 2018 12:00:00 GMT"))) == MOMENT


SOUND = [record(answer(BODY + b"%d" % number), path=f"/{number}") for number in range(4)]
GOOD = [(f"/{number}", "pending") for number in range(4)]
LIES = {
    "too short": record(answer(BODY), path="/paha", length=500),
    "too long": record(answer(BODY), path="/paha", length=len(answer(BODY)) + 5000),
    "huge": record(answer(BODY), path="/paha", length=1 << 50),
    "no number": record(answer(BODY), path="/paha").replace(b"Content-Length: ", b"Content-Length: x"),
    "negative": record(answer(BODY), path="/paha", length=-1),
    "too many digits": record(answer(BODY), path="/paha").replace(
        b"Content-Length: ", b"Content-Length: " + b"9" * 5000
    ),
    "missing": record(answer(BODY), path="/paha").replace(b"Content-Length", b"Content-Lenght"),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("how", ["plain", "members", "one member"])
def test_a_wrong_length_costs_one_record(lie: str, how: str) -> None:
    records = [*SOUND[:2], LIES[lie], *SOUND[2:]]
    data = packed(*records) if how == "members" else b"".join(records)
    members = read(gzip.compress(data) if how == "one member" else data)
    assert told(members) == [*GOOD[:2], ("/paha", "truncated"), *GOOD[2:]]


@pytest.mark.parametrize(
    "rubbish", [b"roskaa\r\n" * 30, b"\0" * 999, b"WARC/1.0", bytes(range(256)) * 400, b"\r\n" * 99]
)
@pytest.mark.parametrize("gzipped", [True, False])
def test_rubbish_between_records(rubbish: bytes, gzipped: bool) -> None:
    parts = [packed(one) if gzipped else one for one in SOUND]
    found = told(read(b"".join([*parts[:2], rubbish, *parts[2:]])))
    harmless = not rubbish.strip(b"\r\n") if not gzipped else not rubbish.strip(b"\0")
    assert found == [*GOOD[:2], *([] if harmless else [("damage 3", "truncated")]), *GOOD[2:]]


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_damaged_member_costs_itself(at: float) -> None:
    data = bytearray(packed(*SOUND[:2], record(answer(BODY * 9), path="/paha"), *SOUND[2:]))
    first, last = len(packed(*SOUND[:2])), len(data) - len(packed(*SOUND[2:]))
    spot = first + int((last - first) * at)
    data[spot : spot + 4] = b"\xff\x00\xff\x00"
    found = told(read(bytes(data)))
    assert (found[:2], found[-2:]) == (GOOD[:2], GOOD[2:])
    assert [status for _, status in found[2:-2]] == ["truncated"]


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_file_cut_short_is_told_wherever_it_is_cut(gzipped: bool) -> None:
    whole = packed(*SOUND) if gzipped else b"".join(SOUND)
    ends = {len(packed(*SOUND[:number]) if gzipped else b"".join(SOUND[:number])) for number in range(5)}
    for cut in range(20, len(whole), 397 if not gzipped else 41):
        try:
            found = told(read(whole[:cut]))
        except ContainerError as error:
            found = [("", error.status)]
        sound = [one for one in found if one[1] == "pending"]
        assert sound == GOOD[: len(sound)]
        near = any(0 <= end - cut <= 4 for end in ends)  # only the blank lines are missing
        assert near or [status for _, status in found[len(sound) :]] == ["truncated"], cut


def test_records_are_looked_for_within_a_lie_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    lying = b"".join(record(answer(b"x" * 1000), path=f"/{number}", length=1 << 40) for number in range(50))
    assert len(read(lying)) == 50
    monkeypatch.setattr("pipeline.warc.MOST_RESCANNED", 200_000)
    with pytest.raises(ContainerError, match="too many lengths"):
        read(lying)
    monkeypatch.setattr(warc_stream, "MOST_TRIES", 10)
    with pytest.raises(ContainerError, match="too many places"):
        read(packed(SOUND[0]) + b"\x1f\x8b\x08\x00\xff\xff" * 50)


def test_heads_that_never_end() -> None:
    endless = b"WARC/1.1\r\n" + b"X: y\r\n" * 50_000
    long_line = b"WARC/1.1\r\nX: " + b"y" * 500_000
    members = read(SOUND[0] + endless + SOUND[1] + long_line + b"\r\n" + SOUND[2])
    assert told(members) == [GOOD[0], ("damage 2", "truncated"), GOOD[1], ("damage 4", "truncated"), GOOD[2]]


def test_records_over_the_limit() -> None:
    data = record(answer(bytes(2 * LIMIT)), path="/iso") + SOUND[0]
    assert told(read(data)) == [("/iso", "too_large"), GOOD[0]]


def test_what_is_no_warc_file() -> None:
    for data in (b"", b"ei mikaan", gzip.compress(b"ei mikaan"), b"\x1f\x8b"):
        with pytest.raises(ContainerError) as caught:
            read(data)
        assert caught.value.status == "truncated"
    assert told(read(packed(record(b"x", kind="warcinfo")))) == []


def test_within_containers_and_containers_within() -> None:
    inner = packed(
        record(
            answer(make_zip({"S1.txt": b"a", "kuva.png": b"b"}), content_type="application/zip"), path="/lataa?id=1"
        ),
        record(answer(make_tar({"S2.txt": b"c"}), content_type="application/octet-stream"), path="/paketti.tar"),
        record(answer(gzip.compress(b"d"), content_type="application/octet-stream"), path="/S3.txt.gz"),
    )
    expected = {
        "/lataa?id=1!/S1.txt": "pending",
        "/lataa?id=1!/kuva.png": "ignored",
        "/lataa?id=1": "container",
        "/paketti.tar!/S2.txt": "pending",
        "/paketti.tar": "container",
        "/S3.txt.gz!/S3.txt": "pending",
        "/S3.txt.gz": "container",
    }
    found = read(inner)
    assert {member.path.removeprefix(SITE): member.status for member in found} == expected
    assert {member.captured_at for member in found if member.status == "pending"} == {MOMENT}
    for name, data in (
        ("q.zip", make_zip({"x.warc.gz": inner})),
        ("q.tar.gz", gzip.compress(make_tar({"x.warc": inner}))),
    ):
        found = read(data, name)
        assert len(found) == len(expected) + 1
        assert (found[-1].status, found[-1].size) == ("container", len(inner))
        assert "!/https://esimerkki.fi/lataa?id=1!/S1.txt" in found[0].path
    # a WARC file is read on, so it may be larger than a member may be
    found = read(make_zip({"x.warc": b"".join(SOUND)}), "q.zip", limit=9000)
    assert [member.status for member in found] == ["pending"] * 4 + ["container"]
    cut = read(make_zip({"x.warc": b"".join(SOUND)[:-2000], "y.txt": b"y"}), "q.zip")
    assert [member.status for member in cut] == ["pending"] * 3 + ["truncated", "container", "pending"]
    deep = read(make_zip({"y.zip": make_zip({"x.warc": inner})}), "q.zip")
    assert [member.status for member in deep].count("too_deep") == 3


# In runs


def page(code: str, extra: str = "") -> bytes:
    return f"code: {code}\n{extra}".encode()


def write_warc(path: Path, *records: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(*records))
    return path


def test_captures_keep_address_and_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.container_stage.RACY_NS", 0)
    archive, out = tmp_path / "archive", tmp_path / "out"
    write_warc(
        archive / "a.warc.gz",
        record(answer(page("S1"), content_type="text/html; charset=iso-8859-1"), path="/hanke?id=1"),
        record(answer(page("S1", "name: uusi\n")), path="/hanke?id=1", date="2020-01-01T00:00:00Z"),
        record(answer(b"x", content_type="image/png"), path="/kuva.png"),
    )
    result = run(archive, out)
    assert result.exit_code is ExitCode.OK
    files = rows(out, "files")
    assert [(row["path"], row["occurrence"], row["status"]) for row in files] == [
        ("a.warc.gz", 1, "container"),
        (f"a.warc.gz!/{SITE}/hanke?id=1", 1, "read"),
        (f"a.warc.gz!/{SITE}/hanke?id=1", 2, "read"),
        (f"a.warc.gz!/{SITE}/kuva.png", 1, "ignored"),
    ]
    assert [row["url"] for row in files] == [None, *[f"{SITE}/hanke?id=1"] * 2, f"{SITE}/kuva.png"]
    assert [str(row["captured_at"]) for row in files[1:3]] == ["2018-03-12 10:00:00+00:00", "2020-01-01 00:00:00+00:00"]
    captures = {str(row["captured_at"])[:10]: row["role"] for row in rows(out, "captures")}
    assert captures == {"2018-03-12": "superseded", "2020-01-01": "current"}
    (project,) = rows(out, "projects")
    assert (project["project_name"], project["status"]) == ("uusi", "document.html")
    # nothing changed: the file is not opened, and the tables are the same
    again = run(archive, out)
    assert (again.read, hashes(again.snapshot)) == (0, hashes(result.snapshot))
    assert hashes(run(archive, out, verify=True).snapshot) == hashes(result.snapshot)
    assert hashes(run(archive, tmp_path / "full").snapshot) == hashes(result.snapshot)


def test_the_charset_of_a_header_reaches_the_reader(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", record(answer(page("S1"), content_type="text/plain; charset='KOI8-R'")))
    run(path, tmp_path / "out")
    assert [row["status"] for row in rows(tmp_path / "out", "projects")] == ["document.txtKOI8-R"]


def test_revisits_are_the_capture_of_which_they_have_the_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.container_stage.RACY_NS", 0)
    archive, out = tmp_path / "archive", tmp_path / "out"
    pages = {"/1": page("S1"), "/2": page("S2"), "/kuva": b"x"}
    archive.mkdir()
    (archive / "a.warc.gz").write_bytes(write_by_warcio(pages, gzipped=True, revisits={"/1b": "/1"}))
    (original,) = (m for m in read(write_by_warcio(pages, gzipped=True)) if m.path == f"{SITE}/2")
    head = answer(b"", content_type="text/html")
    later = [
        record(head, f"WARC-Payload-Digest: {original.digest}", kind="revisit", path="/2", date="2021-06-01T00:00:00Z"),
        record(b"", "WARC-Payload-Digest: sha1:TUNTEMATON", kind="revisit", path="/3"),
        record(b"", kind="revisit", path="/4"),
        record(answer(b"", content_type="image/png"), "WARC-Payload-Digest: sha1:X", kind="revisit", path="/5"),
    ]
    write_warc(archive / "b" / "b.warc.gz", *later)
    result = run(archive, out)
    assert result.exit_code is ExitCode.INCOMPLETE
    files = {row["path"].rpartition("!/")[2].removeprefix(SITE) + row["path"][:1]: row for row in rows(out, "files")}
    assert {path: row["status"] for path, row in files.items() if path.startswith("/")} == {
        "/1a": "read",
        "/2a": "read",
        "/kuvaa": "read",
        "/1ba": "duplicate",
        "/2b": "duplicate",
        "/3b": "unreadable",
        "/4b": "unreadable",
        "/5b": "ignored",
    }
    assert files["/1ba"]["document_id"] == files["/1a"]["document_id"]
    assert files["/2b"]["document_id"] == files["/2a"]["document_id"]
    assert {files[path]["reason"].partition(":")[0] for path in ("/3b", "/4b")} == {"revisit_unresolved"}
    # the same bytes were there in 2021 still
    assert [str(row["captured_at"])[:10] for row in rows(out, "captures") if row["project_code"] == "S2"] == [
        "2021-06-01"
    ]
    for again in (run(archive, out), run(archive, out, verify=True), run(archive, tmp_path / "full")):
        assert hashes(again.snapshot) == hashes(result.snapshot)
    planned = plan_run([archive], out, RunSettings(parser="fake_parser", limits=LIMITS))
    assert (planned.to_read, planned.not_read) == (0, {"ignored": 1, "unreadable": 2})
    # in another archive of the same run the original is found, and without it the revisit is told
    (archive / "a.warc.gz").rename(tmp_path / "other.warc.gz")
    both = run([archive, tmp_path / "other.warc.gz"], tmp_path / "both")
    assert both.documents == result.documents
    assert both.files["unreadable"] == 2
    write_warc(archive / "c.warc.gz", record(answer(page("S9")), path="/9"))
    assert run(archive, tmp_path / "none").files == {"container": 2, "ignored": 1, "read": 1, "unreadable": 3}


def test_damage_in_a_run(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(
        record(answer(page("S1")), path="/1") + record(answer(page("S2")), path="/2", length=1 << 50)
        + b"roskaa\r\n" + record(answer(page("S3")), path="/3")
    )  # fmt: skip
    result = run(path, tmp_path / "out")
    assert result.exit_code is ExitCode.INCOMPLETE
    assert {row["project_code"] for row in rows(tmp_path / "out", "projects")} == {"S1", "S3"}
    assert result.files == {"container": 1, "read": 2, "truncated": 1}
