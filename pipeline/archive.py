"""What is in an archive: every file of a folder, in an order that depends on names only.

Nothing is followed and nothing is opened here but folders, so a pipe, a device or a link loop cannot block or lead
outside. Whatever cannot be read gets its ``Member`` all the same, with the status and reason of its row in ``files``.
"""

# Paths are bytes here, as a name may hold any; pathlib has none for them.
# ruff: noqa: PTH112, PTH116, PTH118, PTH119
from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.issues import describe_reason
from pipeline.errors import ArchiveError
from pipeline.names import show_path
from pipeline.remote import Place, show_url
from pipeline.remote_files import check_remote, list_remote, name_of

PENDING = "pending"
"""Status of a member that is still to be read."""

CONTAINER = "container"
"""Status of a file that is no document itself, but holds members."""

REVISIT = "revisit"
"""Status of a capture that has the content of an earlier one, until that one is found by its digest."""

IGNORED_SUFFIXES = frozenset(
    f".{name}"
    for kind in (
        ("css", "js", "mjs", "map"),
        ("png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "bmp", "avif", "cur"),
        ("woff", "woff2", "ttf", "otf", "eot"),
        ("mp3", "mp4", "webm", "swf"),
    )
    for name in kind
)
"""What browsers save beside a page."""

COMPRESSIONS = ("gz", "bz2", "xz", "zst")
_SHORT = {"tgz": "tar.gz", "tbz2": "tar.bz2", "txz": "tar.xz", "tzst": "tar.zst"}

IGNORED_NAMES = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
"""What file managers leave behind."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file or a member of a container: to be read (``pending``), or with what kept it from being read."""

    path: str
    """As in ``files.path``."""
    status: str = PENDING
    reason: str | None = None
    size: int | None = None
    source: bytes | None = None
    """Path of the operating system, for files on disk; the address of an object of a remote archive."""
    mtime_ns: int = 0
    ctime_ns: int = 0
    data: bytes | None = None
    """The bytes, where there is no file to open: members of containers."""
    captured_at: str | None = None
    """UTC, as ``pipeline.names.utc_time`` writes it; from a WARC or HTTP date, never the file's time."""
    charset: str | None = None
    """Of an HTTP header."""
    suffix: str | None = None
    """Of its kind, where its media type is known or its path ends in a query; None: that of the path."""
    url: str | None = None
    """Where it was fetched."""
    digest: str | None = None
    """Of a capture, by which later ones refer to it; as WARC files write it."""


def suffix_of(path: str) -> str:
    """The suffix of a file name, lower case, with its dot; ``""`` without."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem and len(suffix) <= 16 else ""


def container_kind(path: str) -> str | None:
    """``zip``, ``tar``, ``tar.gz``, ``gz``, ``warc``, …, by the name's end; None for what is no container.

    WARC files are known by their content to be gzipped or not, so both are ``warc``.
    """
    parts = path.lower().rpartition("/")[2].split(".")
    last = _SHORT.get(parts[-1], parts[-1]) if len(parts) > 1 and parts[0] else ""
    if last in ("zip", "tar", "warc") or last.startswith("tar."):
        return last
    if last == "gz" and len(parts) > 2 and parts[-2] == "warc":
        return "warc"
    if last in COMPRESSIONS:
        return f"tar.{last}" if len(parts) > 2 and parts[-2] == "tar" else last
    return None


def is_ignored(path: str) -> bool:
    """A part of a saved page in which there is nothing to read."""
    return suffix_of(path) in IGNORED_SUFFIXES or path.rpartition("/")[2].lower() in IGNORED_NAMES


def check_archives(archives: Sequence[Place]) -> None:
    """Raise ``ArchiveError`` for the first archive that is missing or cannot be read; before any work."""
    if not archives:
        raise ArchiveError("no archive was given")
    for archive in archives:
        if isinstance(archive, str):
            try:
                check_remote(archive)
            except OSError as error:
                raise ArchiveError(f"archive {show_url(archive)}: {_why(error)}") from error
            continue
        shown = show_path(os.fsencode(archive))
        try:
            mode = archive.stat().st_mode
            if stat.S_ISDIR(mode):
                os.scandir(archive).close()
            elif stat.S_ISREG(mode):
                os.close(os.open(archive, os.O_RDONLY | os.O_CLOEXEC))
            else:
                raise ArchiveError(f"archive {shown}: neither a folder nor a file")
        except OSError as error:
            raise ArchiveError(f"archive {shown}: {_why(error)}") from error


def show_place(place: Place) -> str:
    """A path or an address for people, without what may be secret in it."""
    return show_url(place) if isinstance(place, str) else show_path(os.fsencode(place))


def find_members(archives: Sequence[Place], file_bytes: int) -> Iterator[Member]:
    """Every file of the archives; files above ``file_bytes`` are ``too_large``.

    Paths are relative to the archive, so that a copy gives the same tables; with several archives they begin with
    the archive's name.
    """
    for archive in archives:
        if isinstance(archive, str):
            yield from _list(archive, name_of(archive) + "/" if len(archives) > 1 else "", file_bytes)
            continue
        root = os.fsencode(os.path.realpath(archive))
        name = os.path.basename(root)
        if os.path.isdir(root):
            yield from _walk(root, name + b"/" if len(archives) > 1 else b"", file_bytes)
        else:
            yield _file(root, show_path(name), os.stat(root), file_bytes)


def _list(url: str, prefix: str, file_bytes: int) -> Iterator[Member]:
    for found in list_remote(url, prefix):
        if found.fault is not None:
            yield _unreadable(found.name, found.fault)
        else:
            yield _classify(found.name, found.size, file_bytes, found.source, found.stamp, 0)


def _walk(root: bytes, prefix: bytes, file_bytes: int) -> Iterator[Member]:
    folders = [b""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield _unreadable(show_path(prefix + folder), error)
            continue
        inner: list[bytes] = []
        for entry in entries:
            relative = folder + entry.name
            shown = show_path(prefix + relative)
            try:
                info = entry.stat(follow_symlinks=False)
            except OSError as error:
                yield _unreadable(shown, error)
                continue
            if stat.S_ISDIR(info.st_mode):
                inner.append(relative + b"/")
            else:
                yield _file(os.path.join(root, relative), shown, info, file_bytes)
        folders += reversed(inner)


def _file(source: bytes, shown: str, info: os.stat_result, file_bytes: int) -> Member:
    if not stat.S_ISREG(info.st_mode):
        return Member(shown, "special", describe_reason("special_file", kind_of(info.st_mode)))
    return _classify(shown, info.st_size, file_bytes, source, info.st_mtime_ns, info.st_ctime_ns)


def _classify(shown: str, size: int | None, file_bytes: int, source: bytes, mtime_ns: int, ctime_ns: int) -> Member:
    """``size``: None where a server does not tell it."""
    if is_ignored(shown):
        return Member(shown, "ignored", describe_reason("ignored_type"), size)
    status = CONTAINER if container_kind(shown) else PENDING
    if status == PENDING and (size or 0) > file_bytes:
        return Member(shown, "too_large", describe_reason("too_large", f"{size} bytes"), size)
    return Member(shown, status, size=size, source=source, mtime_ns=mtime_ns, ctime_ns=ctime_ns)


def kind_of(mode: int) -> str:
    """What a file that is no file is: ``link``, ``pipe``, …"""
    kinds = {
        stat.S_IFLNK: "link",
        stat.S_IFIFO: "pipe",
        stat.S_IFSOCK: "socket",
        stat.S_IFCHR: "device",
        stat.S_IFBLK: "device",
        stat.S_IFDIR: "folder",
    }
    return kinds.get(stat.S_IFMT(mode), "unknown kind")


def _unreadable(shown: str, error: OSError) -> Member:
    return Member(shown or "./", *describe_os_error(error))


def describe_os_error(error: OSError) -> tuple[str, str]:
    """Status and reason, as in ``files``, of a file that could not be opened or read."""
    code = "vanished" if isinstance(error, FileNotFoundError) else "unreadable"
    return code, describe_reason(code, _why(error))


def _why(error: OSError) -> str:
    # never str(error): it quotes the path a second time, raw bytes included
    return error.strerror or type(error).__name__
