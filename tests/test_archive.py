"""What is found in an archive: everything, in one order, and nothing blocks."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive import Member, check_archives, describe_os_error, find_members, is_ignored, suffix_of
from pipeline.errors import ArchiveError
from pipeline.names import date_in_name, path_bytes, show_path, utc_time
from pipeline.parse_task import read_file

LIMIT = 1000


def find(*archives: Path) -> dict[str, Member]:
    members = list(find_members(archives, LIMIT))
    assert len({member.path for member in members}) == len(members)
    return {member.path: member for member in members}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike pytest's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_order_depends_on_names_only(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.txt", "b/10.txt", "ä.txt", "B.txt", "b/c/x.txt", "c.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    expected = ["B.txt", "a.txt", "c.txt", "ä.txt", "b/10.txt", "b/2.txt", "b/c/x.txt"]
    assert list(find(tmp_path)) == expected


def test_what_is_no_file_gets_a_row_and_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "loop").symlink_to(tmp_path)
    (tmp_path / "outside").symlink_to("/etc/hostname")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
    found = find(tmp_path)
    assert {path: member.status for path, member in found.items()} == dict.fromkeys(
        ("dangling", "outside", "pipe.txt", "socket", "folder/loop"), "special"
    )
    assert "pipe" in (found["pipe.txt"].reason or "")
    assert "link" in (found["folder/loop"].reason or "")


def test_parts_of_saved_pages_are_ignored_and_large_files_are_not_read(tmp_path: Path) -> None:
    for name in ("style.CSS", "logo.png", "app.js", "font.woff2", "Thumbs.db", "page.html", "noname"):
        (tmp_path / name).write_text("x")
    (tmp_path / "large.txt").write_bytes(b"x" * (LIMIT + 1))
    (tmp_path / "just.txt").write_bytes(b"x" * LIMIT)
    statuses = {path: member.status for path, member in find(tmp_path).items()}
    assert {path for path, status in statuses.items() if status == "pending"} == {"page.html", "noname", "just.txt"}
    assert statuses["large.txt"] == "too_large"
    assert statuses["style.CSS"] == "ignored"


def test_names_may_hold_any_bytes(tmp_path: Path) -> None:
    names = [b"\xe4.txt", b"a\\xff.txt", b"new\nline.txt", b"back\\slash.txt", "ä.txt".encode()]
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123
            file.write(b"x")
    found = find(tmp_path)
    assert {path_bytes(path) for path in found} == set(names)
    assert set(found) == {r"\xe4.txt", r"a\x5cxff.txt", r"new\x0aline.txt", r"back\slash.txt", "ä.txt"}


@given(st.binary(min_size=1, max_size=40))
def test_every_name_comes_back(raw: bytes) -> None:
    shown = show_path(raw)
    assert path_bytes(shown) == raw
    assert shown.isprintable() or not raw.isascii()
    shown.encode()


@given(st.text(alphabet="x\\0af\xe4é", max_size=12))
def test_names_that_look_escaped_come_back(name: str) -> None:
    assert path_bytes(show_path(name.encode())) == name.encode()


def test_several_archives_are_told_apart_and_one_file_is_an_archive(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder)
    assert list(find(tmp_path / "one", tmp_path / "two")) == ["one/a.txt", "two/a.txt"]
    assert list(find(tmp_path / "one" / "a.txt")) == ["a.txt"]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_unreadable_files_and_folders_get_a_row(open_folder: Path) -> None:
    (open_folder / "closed").mkdir()
    (open_folder / "closed" / "a.txt").write_text("x")
    (open_folder / "secret.txt").write_text("x")
    (open_folder / "closed").chmod(0)
    (open_folder / "secret.txt").chmod(0)
    with as_nobody():
        found = find(open_folder)
        source = found["secret.txt"].source
        assert source is not None
        with pytest.raises(PermissionError) as caught:
            read_file(source, LIMIT)
        with pytest.raises(ArchiveError, match="Permission denied"):
            check_archives([open_folder / "closed"])
    (open_folder / "closed").chmod(0o700)
    assert found["closed/"].status == "unreadable"
    assert "Permission denied" in (found["closed/"].reason or "")
    assert describe_os_error(caught.value)[0] == "unreadable"
    assert set(found) == {"closed/", "secret.txt"}


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_took_a_files_place_is_not_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.txt"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/etc/hostname")
    else:
        path.mkdir()
    if kind == "link":
        with pytest.raises(OSError, match="symbolic links"):
            read_file(os.fsencode(path), LIMIT)
    else:
        result = read_file(os.fsencode(path), LIMIT)
        assert not isinstance(result, bytes)
        assert result.status == "special"


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * LIMIT)
    assert read_file(os.fsencode(path), LIMIT) == b"x" * LIMIT
    path.write_bytes(b"x" * (LIMIT + 1))
    result = read_file(os.fsencode(path), LIMIT)
    assert not isinstance(result, bytes)
    assert result.status == "too_large"


def test_a_folder_that_vanishes_gets_a_row(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "gone").mkdir()
    members = find_members([tmp_path], LIMIT)
    (tmp_path / "z.txt").write_text("x")
    assert [next(members).path, next(members).path] == ["a.txt", "z.txt"]
    (tmp_path / "gone").rmdir()
    assert [(member.path, member.status) for member in members] == [("gone/", "vanished")]


def test_a_path_that_is_too_long_gets_a_row(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    (member,) = find_members([tmp_path], LIMIT)
    assert member.status == "unreadable"
    assert "too long" in (member.reason or "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("S20405_2016-05-02.html", "2016-05-02"),
        ("S20405-20180312.pdf", "2018-03-12"),
        ("hanke 2.5.2016.txt", "2016-05-02"),
        ("hanke_02.05.2016 (1).txt", "2016-05-02"),
        ("2016-05-02 ja 2017-01-01.txt", "2017-01-01"),
        ("2016-02-30.txt", None),
        ("20161301.txt", None),
        ("120160502.txt", None),
        ("12345678.txt", None),
        ("2016-05-021.txt", None),
        ("S20405.txt", None),
        ("1890-05-02.txt", None),
    ],
)
def test_dates_in_names(name: str, expected: str | None) -> None:
    assert date_in_name(name) == (f"{expected}T00:00:00.000000Z" if expected else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-03-12", "2018-03-12T00:00:00.000000Z"),
        ("2018-03-12T10:00:00Z", "2018-03-12T10:00:00.000000Z"),
        ("2018-03-12T10:00:00.5+02:00", "2018-03-12T08:00:00.500000Z"),
        ("0001-01-01T00:00:00+02:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_are_utc_and_sort(text: str, expected: str | None) -> None:
    assert utc_time(text) == expected


@pytest.mark.parametrize(
    ("path", "suffix", "ignored"),
    [
        ("a/b.TXT", ".txt", False),
        (".css", "", False),
        ("x.d/name", "", False),
        ("a.css", ".css", True),
        ("a.", ".", False),
    ],
)
def test_suffixes(path: str, suffix: str, ignored: bool) -> None:
    assert suffix_of(path) == suffix
    assert is_ignored(path) is ignored


def test_archives_are_checked_before_any_work(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for archives, words in (
        ([], "no archive"),
        ([tmp_path / "missing"], "No such file"),
        ([tmp_path / "pipe"], "neither a folder nor a file"),
    ):
        with pytest.raises(ArchiveError, match=words):
            check_archives(archives)
    check_archives([tmp_path])
