"""Containers: streamed, bounded, damaged ones told, and the same tables as from a folder."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from run_helpers import hashes, rows, run, write_archive

from pipeline import containers
from pipeline.archive import Member, container_kind
from pipeline.container_budget import Budget, ContainerError
from pipeline.containers import read_container
from pipeline.exit_codes import ExitCode

FILES = {"a.txt": b"hello", "x/../../b.html": b"<p>", "c.css": b"x", "ä.txt": b"1"}
EXPECTED = [("a.txt", "pending"), ("x/../../b.html", "pending"), ("c.css", "ignored"), ("ä.txt", "pending")]
LIMIT = 1_000_000


def make_zip(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def make_tar(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return sink.getvalue()


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue().to_pybytes())


MAKERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "q.zip": make_zip,
    "q.tar": make_tar,
    "q.tar.gz": lambda files: gzip.compress(make_tar(files)),
    "q.tgz": lambda files: gzip.compress(make_tar(files)),
    "q.tar.bz2": lambda files: bz2.compress(make_tar(files)),
    "q.tar.xz": lambda files: lzma.compress(make_tar(files)),
    "q.tar.zst": lambda files: zstd(make_tar(files)),
}


def read(name: str, data: bytes, limit: int = LIMIT) -> list[Member]:
    return list(read_container(io.BytesIO(data), name, len(data), limit))


@pytest.mark.parametrize("name", MAKERS)
def test_members_in_order_and_nothing_is_extracted(name: str) -> None:
    members = read(name, MAKERS[name](FILES))
    assert [(member.path, member.status) for member in members] == EXPECTED
    assert [member.data for member in members] == [b"hello", b"<p>", None, b"1"]


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_truncation_is_told_and_what_came_before_stands(name: str, cut: float) -> None:
    if name == "q.tar" and cut == 0.99:
        cut = 0.1  # a tar ends in padding: without the last of it, it is whole
    files = {f"{number}.txt": os.urandom(5000) for number in range(10)}
    data = MAKERS[name](files)
    found: list[Member] = []
    status = ""
    try:
        for member in read_container(io.BytesIO(data[: int(len(data) * cut)]), name, len(data), LIMIT):
            found.append(member)  # noqa: PERF402 - what came before the error counts
    except ContainerError as error:
        status = error.status
    assert "truncated" in (status, *(member.status for member in found))
    assert all(member.data == files[member.path] for member in found if member.status == "pending")
    if name == "q.tar.gz" and cut >= 0.9:
        assert len(found) >= 8


def test_single_compressed_files() -> None:
    assert [(member.path, member.data) for member in read("S1.html.gz", gzip.compress(b"<p>"))] == [("S1.html", b"<p>")]
    (member,) = read("S1.html.gz", gzip.compress(b"<p>" * 1000)[:-3])
    assert (member.path, member.status, member.data) == ("S1.html", "truncated", None)
    lying = gzip.compress(b"<p>")[:-4] + b"\xff\xff\xff\x00"
    assert [member.status for member in read("S1.html.gz", lying)] == ["truncated"]


def test_links_devices_and_encrypted_members_get_rows() -> None:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"odd{kind.decode()}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert {member.status for member in read("q.tar", sink.getvalue())} == {"special"}
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as zipped:
        zipped.writestr(link, "/etc/passwd")
        zipped.writestr("secret.txt", "x")
    data = bytearray(sink.getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of encryption
        data[data.rindex(signature) + offset] |= 1
    assert [member.status for member in read("q.zip", bytes(data))] == ["special", "unreadable"]


def test_containers_within_containers_up_to_a_depth() -> None:
    inner = make_zip({"deep.tar.gz": gzip.compress(make_tar({"too_deep.zip": make_zip(FILES), "e.txt": b"e"}))})
    data = make_zip({"in.zip": inner, "bad.zip": b"PK\x03\x04xx", "z.txt": b"z"})
    found = {member.path: member.status for member in read("q.zip", data)}
    assert found == {
        "in.zip!/deep.tar.gz!/too_deep.zip": "too_deep",
        "in.zip!/deep.tar.gz!/e.txt": "pending",
        "in.zip!/deep.tar.gz": "container",
        "in.zip": "container",
        "bad.zip": "truncated",
        "z.txt": "pending",
    }


def test_bombs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = make_zip({"bomb.txt": bytes(5 * LIMIT), "after.txt": b"x"})
    assert [member.status for member in read("q.zip", bomb)] == ["too_large", "pending"]
    many = make_zip({f"{number}.txt": bytes(LIMIT) for number in range(40)})
    assert len(read("q.zip", many)) == 40
    monkeypatch.setattr(containers, "FREE_BYTES", 5 * LIMIT)
    monkeypatch.setattr(containers, "RATIO", 1)
    for name, data in (("q.zip", many), ("q.zip", make_zip({"in.zip": many})), ("q.tar.gz", gzip.compress(many))):
        with pytest.raises(ContainerError) as caught:
            read(name, data)
        assert caught.value.status in ("too_large", "truncated")
    monkeypatch.setattr(Budget, "enter", lambda _: (_ for _ in ()).throw(ContainerError("too_large", "x")))
    with pytest.raises(ContainerError):
        read("q.zip", make_zip(FILES))


def test_a_tar_that_lies_about_a_size_ends_at_once() -> None:
    info = tarfile.TarInfo("a.css")  # not read, but skipped
    info.size = 1 << 60
    lying = info.tobuf(tarfile.GNU_FORMAT) + b"x" * 1000
    with pytest.raises(ContainerError) as caught:
        read("q.tar", lying)
    assert caught.value.status == "truncated"
    with pytest.raises(ContainerError):
        read("q.tar.gz", gzip.compress(lying))


def test_a_bomb_that_is_skipped_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "FREE_BYTES", LIMIT)
    monkeypatch.setattr(containers, "RATIO", 1)
    bomb = gzip.compress(make_tar({"a.css": bytes(10 * LIMIT)}))
    with pytest.raises(ContainerError) as caught:
        read("q.tar.gz", bomb)
    assert caught.value.status == "too_large"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.ZIP", "zip"),
        ("a/b.tar.gz", "tar.gz"),
        ("a.txz", "tar.xz"),
        ("S1.html.gz", "gz"),
        ("gz", None),
        ("a.txt", None),
    ],
)
def test_kinds(name: str, kind: str | None) -> None:
    assert container_kind(name) == kind


TEXTS = {f"d{number}.txt": f"code: S100{number:02}\nname: {number}\n" for number in range(12)}


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


@pytest.mark.parametrize("name", ["q.zip", "q.tar.xz"])
def test_the_same_documents_as_from_a_folder(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.container_stage.RACY_NS", 0)
    texts = TEXTS | {"bad.txt": "misdeed: abort\n", "again.txt": TEXTS["d0.txt"]}
    folder = write_archive(tmp_path / "folder", texts)
    packed, out = tmp_path / "packed", tmp_path / "out"
    packed.mkdir()
    (packed / name).write_bytes(MAKERS[name](as_bytes(dict(sorted(texts.items())))))
    result = run(packed, out, workers=2)
    plain = run(folder, tmp_path / "plain")
    assert result.exit_code is plain.exit_code is ExitCode.INCOMPLETE
    assert result.files == plain.files | {"container": 1}
    assert result.documents == plain.documents
    differing = {path for path, value in hashes(result.snapshot).items() if hashes(plain.snapshot)[path] != value}
    assert {path.split("/")[-2] if "/" in path else path for path in differing} == {
        "documents",  # their path
        "files",
        "datapackage.json",
    }
    assert f"{name}!/d1.txt" in {row["path"] for row in rows(out, "documents")}
    again = run(packed, out)
    assert (again.read, again.linked_buckets) == (0, 1)
    assert hashes(again.snapshot) == hashes(result.snapshot)
    verified = run(packed, out, verify=True)
    assert verified.parsed == 0
    assert hashes(verified.snapshot) == hashes(result.snapshot)
    changed = TEXTS | {"new.txt": "code: S20000\n"}
    (packed / name).write_bytes(MAKERS[name](as_bytes(changed)))
    assert run(packed, out).parsed == 1
    assert hashes(out / "latest") == hashes(run(packed, tmp_path / "full").snapshot)


def test_a_damaged_container_is_told(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "archive", {"plain.txt": "code: S1\n"})
    data = gzip.compress(make_tar(as_bytes(TEXTS)))
    (archive / "cut.tar.gz").write_bytes(data[:-9])
    (archive / "none.zip").write_bytes(b"no zip at all")
    result = run(archive, tmp_path / "out")
    assert result.exit_code is ExitCode.INCOMPLETE
    assert result.files == {"read": 13, "truncated": 2}
    reasons = {row["path"]: row["reason"] for row in rows(tmp_path / "out", "files") if row["status"] == "truncated"}
    assert set(reasons) == {"cut.tar.gz", "none.zip"}
    assert all(reason.startswith("truncated: ") for reason in reasons.values())


def test_hints_of_the_first_member_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.container_stage.RACY_NS", 0)
    archive, out = tmp_path / "archive", tmp_path / "out"
    write_archive(archive, {"a.html": "code: S1\n"})
    (archive / "q.zip").write_bytes(make_zip({"x.txt": b"code: S1\n", "y.htm": b"code: S1\n"}))
    run(archive, out)
    assert [row["status"] for row in rows(out, "projects")] == ["document.html"]
    (archive / "a.html").unlink()
    result = run(archive, out)
    assert [row["status"] for row in rows(out, "projects")] == ["document.txt"]
    assert hashes(result.snapshot) == hashes(run(archive, tmp_path / "full").snapshot)


def test_one_container_is_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "q.zip"
    path.write_bytes(make_zip(as_bytes(TEXTS)))
    assert run(path, tmp_path / "out").documents == {"parsed": 12}
    assert "q.zip!/d0.txt" in {row["path"] for row in rows(tmp_path / "out", "files")}
