"""Archives that are files: zip, tar (plain, gzip, bzip2, xz, zstd), WARC, single compressed files; in each other too.

Members are streamed and never extracted, so what a name says (``..``, an absolute path) or a link points to does not
matter. What a container may unfold to is bounded: bytes of a member, bytes and entries in all, and depth.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import IO, Any

import pyarrow as pa

from models.issues import describe_reason
from pipeline.archive import CONTAINER, Member, container_kind, is_ignored
from pipeline.container_budget import FREE_BYTES, RATIO, Budget, ContainerError
from pipeline.limits import Limits
from pipeline.names import show_path
from pipeline.warc import read_warc

SEPARATOR = "!/"
CHUNK = 1 << 20

MOST_READS_AT_END = 100
"""Of a tar: a few are its reader's way to be sure."""

# Any: these readers have no type in common
_COMPRESSED: dict[str, Callable[[Any], Any]] = {
    "gz": lambda file: gzip.GzipFile(fileobj=file, mode="rb"),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "zst": lambda file: pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd"),
}

# What readers of damaged files raise; OverflowError, ValueError and IndexError come from lying lengths.
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OverflowError,
    ValueError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    OSError,
    pa.ArrowException,
)


def _is_fault(error: Exception) -> bool:
    """It comes from the disk and not from what is on it."""
    return isinstance(error, OSError) and error.errno is not None


def read_container(
    file: IO[bytes], name: str, size: int, member_bytes: int, limits: Limits | None = None
) -> Iterator[Member]:
    """Members of the container ``file`` of ``size`` bytes; paths are what follows ``!/`` in ``files.path``.

    Members above ``member_bytes`` are not read. Raises ``ContainerError`` where it cannot be read on; what came
    before stands. Raises ``OSError`` for faults of the disk.
    """
    if limits is None:
        most = FREE_BYTES + RATIO * size
        budget = Budget(member_bytes, most, passed=2 * most)
    else:
        most = limits.container_free_bytes + limits.container_ratio * size
        budget = Budget(member_bytes, most, limits.container_entries, 2 * most, limits.container_depth)
    kind = container_kind(name)
    assert kind is not None
    yield from _read(file, kind, name.rpartition("/")[2], "", budget, 1)


def _read(file: IO[bytes], kind: str, name: str, prefix: str, budget: Budget, depth: int) -> Iterator[Member]:
    try:
        if kind == "zip":
            yield from _read_zip(file, prefix, budget, depth)
        elif kind == "tar":
            yield from _read_tar(file, prefix, budget, depth)
        elif kind == "warc":
            yield from read_warc(file, prefix, budget, partial(_nested_bytes, budget=budget, depth=depth))
        elif kind.startswith("tar."):
            with _COMPRESSED[kind.removeprefix("tar.")](file) as plain:
                yield from _read_tar(plain, prefix, budget, depth)
                while rest := plain.read(CHUNK):  # to the checksum
                    budget.spend(len(rest))
        else:
            with _COMPRESSED[kind](file) as plain:
                inner = name.rpartition(".")[0]
                yield from _member(prefix + inner, lambda: plain, budget, depth)
    except _DAMAGE as error:
        if _is_fault(error):
            raise
        raise ContainerError("truncated", describe_reason("truncated", type(error).__name__)) from error


def _read_zip(file: IO[bytes], prefix: str, budget: Budget, depth: int) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            budget.enter()
            path = prefix + show_path(info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437"))
            if info.is_dir():
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                yield Member(path, "special", describe_reason("special_file", "link"))
            elif info.flag_bits & 0x1:
                yield Member(path, "unreadable", describe_reason("unreadable", "encrypted"), info.file_size)
            else:
                yield from _member(path, partial(archive.open, info), budget, depth)


class _Bounded:
    """A stream for ``tarfile``, which skips what a header says there is: through a bomb, and past the end for ever."""

    def __init__(self, file: IO[bytes], budget: Budget) -> None:
        self._file = file
        self._budget = budget
        self._reads_at_end = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._budget.let_pass(len(data))
        self._reads_at_end += not data
        if self._reads_at_end > MOST_READS_AT_END:
            raise EOFError
        return data


def _read_tar(file: IO[bytes], prefix: str, budget: Budget, depth: int) -> Iterator[Member]:
    # Any: tarfile asks for a file, but only reads
    stream: Any = _Bounded(file, budget)
    with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
        for info in archive:
            archive.members.clear()  # type: ignore[attr-defined]  # it would remember every one
            budget.enter()
            path = prefix + show_path(info.name.encode(errors="surrogateescape"))
            if info.isdir():
                continue
            if not info.isreg():
                kind = "link" if info.issym() or info.islnk() else "device or pipe"
                yield Member(path, "special", describe_reason("special_file", kind))
            else:
                yield from _member(path, partial(_opened, archive, info), budget, depth)


def _opened(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(info)
    assert opened is not None, "it is a regular file"
    return opened


def _member(path: str, opened: Callable[[], IO[bytes]], budget: Budget, depth: int) -> Iterator[Member]:
    """The rows of a member: itself, or, if it is a container, also its members."""
    if is_ignored(path):
        yield Member(path, "ignored", describe_reason("ignored_type"))
        return
    if container_kind(path) == "warc":
        # read on only, so it need not fit into memory
        yield from _nested(Member(path), _Counted(opened), budget, depth)
        return
    try:
        data = _read_bytes(opened(), budget)
    except _DAMAGE as error:
        if _is_fault(error):
            raise
        yield Member(path, "truncated", describe_reason("truncated", type(error).__name__))
        return
    if data is None:
        yield Member(path, "too_large", describe_reason("too_large", f"over {budget.member_bytes} bytes"))
        return
    if container_kind(path) is None:
        yield Member(path, size=len(data), data=data)
    else:
        yield from _nested_bytes(Member(path), data, budget, depth)


class _Counted:
    """A stream that is opened when it is read, and knows how much was."""

    def __init__(self, opened: Callable[[], IO[bytes]]) -> None:
        self._opened = opened
        self._file: IO[bytes] | None = None
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        if self._file is None:
            self._file = self._opened()
        data = self._file.read(size)
        self.size += len(data)
        return data


def _nested_bytes(member: Member, data: bytes, budget: Budget, depth: int) -> Iterator[Member]:
    return _nested(replace(member, size=len(data)), io.BytesIO(data), budget, depth)


def _nested(member: Member, file: io.BytesIO | _Counted, budget: Budget, depth: int) -> Iterator[Member]:
    """The rows of a container within one of that ``depth``."""
    name = member.path.rpartition("/")[2]
    if container_kind(name) is None:
        name = f"x{member.suffix}"  # of an address with a query
    kind = container_kind(name)
    assert kind is not None
    member = replace(member, data=None, digest=None)
    if depth >= budget.depth:
        reason = describe_reason("too_deep_container", f"more than {budget.depth} within each other")
        yield replace(member, status="too_deep", reason=reason)
        return
    try:
        source: Any = file  # readers ask for a file, but of a WARC file they only read
        for inner in _read(source, kind, name, member.path + SEPARATOR, budget, depth + 1):
            yield replace(inner, captured_at=inner.captured_at or member.captured_at)
        member = replace(member, status=CONTAINER)
    except ContainerError as error:
        if budget.is_spent:
            raise
        member = replace(member, status=error.status, reason=error.reason)
    yield replace(member, size=file.size) if isinstance(file, _Counted) else member


def _read_bytes(file: IO[bytes], budget: Budget) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while part := file.read(CHUNK):
        budget.spend(len(part))
        size += len(part)
        if size > budget.member_bytes:
            return None
        parts.append(part)
    return b"".join(parts)
