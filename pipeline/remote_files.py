"""Archives on ``s3://`` and ``https://``: their objects listed, and read without more of them in memory than at once.

Members of such an archive look like files of this machine, with the address in the place of the path, and a stamp in
the place of the times: what the server says of the content (ETag), or when it changed. What is listed with the same
size and stamp as before is not fetched again.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from pipeline.names import show_path
from pipeline.remote import filesystem_of, show_url, translate_fault, translate_faults

NEVER = 1 << 62
"""A stamp that is never trusted: the server says nothing, or the object changed within the same tick of its clock."""
TICK_NS = 2_000_000_000

BLOCK = 8 << 20
BATCH_OBJECTS = 64
BATCH_BYTES = 16 << 20
"""Objects that are fetched at the same time."""
MOST_SPOOLED = 64 << 30
"""Bytes of a container that must be fetched as a whole, into a file without a name, before it can be read."""

_PACKED = {
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/x-tar": ".tar",
    "application/warc": ".warc",
}


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """An object, or a folder of which the listing failed (``fault``)."""

    name: str
    """Its path in the archive, as in ``files.path``."""
    source: bytes
    """Its address."""
    size: int | None = None
    stamp: int = NEVER
    fault: OSError | None = None


def is_remote(source: bytes) -> bool:
    """Whether the source of a member is an address: paths of this machine are absolute."""
    return not source.startswith(b"/")


def check_remote(url: str) -> None:
    """Raise ``OSError`` if the address leads nowhere, ``SettingsError`` if it can lead nowhere."""
    system, path = filesystem_of(url)
    with translate_faults():
        system.info(path)


def name_of(url: str) -> str:
    """What an archive is called: the last part of its address."""
    parts = urlsplit(url)
    return show_path((unquote(parts.path).rstrip("/").rpartition("/")[2] or parts.netloc).encode(errors="replace"))


def list_remote(url: str, prefix: str) -> Iterator[RemoteFile]:
    """Every object under an address, in the order of a folder with the same names; ``prefix`` is put before names."""
    system, root = filesystem_of(url)
    now = time.time_ns()
    try:
        with translate_faults():
            info = system.info(root)
    except OSError as error:
        yield RemoteFile(prefix or name_of(url), url.encode(), fault=error)
        return
    protocol = url.partition("://")[0].lower()
    if info.get("type") != "directory":
        # several archives: a file's name is its own prefix
        name = name_of(url)
        suffix = _PACKED.get(str(info.get("mimetype", "")).lower(), "")
        yield RemoteFile(name + ("" if name.endswith(suffix) else suffix), url.encode(), *_describe(info, now))
        return
    root = root.rstrip("/")
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with translate_faults():
                found = system.ls(f"{root}/{folder}".rstrip("/"), detail=True)
        except OSError as error:
            yield RemoteFile(prefix + (_shown(folder) or "./"), f"{protocol}://{root}/{folder}".encode(), fault=error)
            continue
        inner: list[str] = []
        for entry in sorted(found, key=lambda entry: str(entry["name"]).encode(errors="replace")):
            name = str(entry["name"])[len(root) + 1 + len(folder) :]
            if not name.strip("/"):
                continue  # the folder itself, kept as an object by some programs
            source = f"{protocol}://{entry['name']}".encode(errors="replace")
            if entry.get("type") == "directory":
                inner.append(f"{folder}{name.rstrip('/')}/")
            else:
                yield RemoteFile(prefix + _shown(folder + name), source, *_describe(entry, now))
        folders += reversed(inner)


def _shown(path: str) -> str:
    return show_path(path.encode(errors="replace"))


def _describe(info: dict[str, Any], now: int) -> tuple[int | None, int]:
    size = info.get("size")
    return (int(size) if size is not None else None), _stamp(info, now)


def _stamp(info: dict[str, Any], now: int) -> int:
    """A number that is another one when the object is."""
    tag = next((str(info[name]) for name in ("ETag", "etag", "Content-MD5", "Digest") if info.get(name)), "")
    if tag and not tag.startswith("W/"):
        # seven bytes: less than any time of today in nanoseconds, so that it counts as long ago
        return int.from_bytes(hashlib.sha256(tag.encode()).digest()[:7], "big")
    changed = next(
        (info[name] for name in ("LastModified", "Last-Modified", "created", "mtime") if info.get(name)), None
    )
    moment = _moment(changed)
    return moment if moment is not None and moment < now - TICK_NS else NEVER


def _moment(changed: object) -> int | None:
    if isinstance(changed, int | float):
        return int(changed * 1e9)
    if isinstance(changed, str):
        try:
            changed = parsedate_to_datetime(changed)
        except ValueError:
            return None
    if not isinstance(changed, datetime):
        return None
    return int((changed if changed.tzinfo else changed.replace(tzinfo=UTC)).timestamp() * 1e9)


def read_objects(sources: Sequence[tuple[bytes, int | None]], most: int) -> list[bytes | OSError]:
    """The bytes of objects (source, size), at the same time where that is possible; at most ``most + 1`` of each."""
    results: list[bytes | OSError] = [b""] * len(sources)
    together: list[tuple[int, Any, str]] = []
    for number, (source, size) in enumerate(sources):
        system, path = filesystem_of(source.decode())
        if source.startswith((b"http:", b"https:")):
            results[number] = _read_one(source, most)
        elif size != 0:  # of nothing there is no range
            together.append((number, system, path))
    if together:
        system = together[0][1]
        paths = [path for _, _, path in together]
        try:
            with translate_faults():
                found = system.cat_ranges(paths, [0] * len(paths), [most + 1] * len(paths), on_error="return")
        except OSError as error:
            found = [error] * len(paths)
        for (number, _, _), one in zip(together, found, strict=True):
            results[number] = translate_fault(one) if isinstance(one, BaseException) else bytes(one)
    return results


def _read_one(source: bytes, most: int) -> bytes | OSError:
    try:
        with open_object(source) as file:
            return file.read(most + 1)
    except OSError as error:
        return error


def open_object(source: bytes, *, seekable: bool = False) -> IO[bytes]:
    """An object to be read on; with ``seekable`` anywhere, fetched into a file without a name if need be.

    Raises ``OSError``, also when reading.
    """
    url = source.decode()
    system, path = filesystem_of(url)
    on_the_web = url.lower().startswith("http")
    with translate_faults():
        # web servers may know no ranges, so what is on them is read from its beginning to its end
        raw = _Translated(system.open(path, "rb", block_size=0 if on_the_web else BLOCK))
    file: IO[bytes] = io.BufferedReader(raw, 1 << 20)
    return _spool(file, url) if seekable and on_the_web else file


def _spool(file: IO[bytes], url: str) -> IO[bytes]:
    whole = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        with file:
            size = 0
            while part := file.read(BLOCK):
                size += len(part)
                if size > MOST_SPOOLED:
                    raise OSError(27, f"{show_url(url)} is too large")  # EFBIG
                whole.write(part)
        whole.seek(0)
    except BaseException:
        whole.close()
        raise
    return whole


class _Translated(io.RawIOBase):
    """A file of fsspec whose faults are ``OSError``."""

    # Any: fsspec has no types
    def __init__(self, file: Any) -> None:  # noqa: ANN401
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        with translate_faults():
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with translate_faults():
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            with translate_faults():
                self._file.close()
        super().close()
