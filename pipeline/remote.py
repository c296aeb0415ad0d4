"""Addresses of files that are elsewhere: ``s3://`` and ``https://``, through fsspec.

fsspec is loaded when the first address is given, so that a run on local files neither pays for it nor can reach a
network. Credentials, end points and the like are those of the environment (``AWS_*``, ``FSSPEC_*``): none are settings
of ours. Whatever goes wrong comes out as ``OSError`` with an ``errno``, as from a disk; its text holds no address, as
that may hold a password.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.errors import SettingsError

Place = Path | str
"""A path of this machine, or an address."""

PROTOCOLS = {"s3": "s3fs", "https": "aiohttp", "http": "aiohttp", "memory": "fsspec", "file": "fsspec"}
"""Kinds of addresses, and the module that each needs; ``memory`` and ``file`` are there for tests."""

CONNECT_SECONDS = 10
READ_SECONDS = 60
"""Without an answer, or without another byte of it, for so long a server counts as gone."""
ATTEMPTS = 4

_URL = re.compile(r"([a-z][a-z0-9+.-]{1,20})://", re.IGNORECASE)


def is_url(text: str) -> bool:
    """Whether it is an address and no path."""
    return _URL.match(text) is not None


def parse_place(text: str) -> Place:
    """A path, or an address; ``file://`` is a path. Raises ``SettingsError`` for an address of an unknown kind."""
    found = _URL.match(text)
    if found is None:
        return Path(text)
    protocol = found[1].lower()
    if protocol not in PROTOCOLS:
        known = ", ".join(f"{name}://" for name in ("s3", "https", "http"))
        raise SettingsError(f"{show_url(text)}: addresses begin with {known}; anything else must be a path")
    return Path(unquote(text[found.end() :])) if protocol == "file" else text


def show_url(url: str) -> str:
    """The address without user, password and query, which may hold secrets."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


# Any: fsspec and what it returns have no types
def filesystem_of(url: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path in it.

    Raises ``SettingsError`` where the address is of an unknown kind or the extra ``remote`` is missing.
    """
    found = _URL.match(url)
    protocol = found[1].lower() if found is not None else ""
    if protocol not in PROTOCOLS:
        raise SettingsError(f"{show_url(url)}: no address that is known here")
    if importlib.util.find_spec(PROTOCOLS[protocol]) is None:
        raise SettingsError(f"{show_url(url)}: {protocol}:// needs more packages: pip install 'hankekuvaus[remote]'")
    # not url_to_fs: it understands chains of addresses, and there is no telling where these lead
    system = importlib.import_module("fsspec").filesystem(protocol, **_options(protocol))
    return system, str(system._strip_protocol(url))


def _options(protocol: str) -> dict[str, Any]:
    if protocol == "s3":
        config = {
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "retries": {"max_attempts": ATTEMPTS, "mode": "standard"},
        }
        # listings are never kept: what they say must be true now
        return {"config_kwargs": config, "use_listings_cache": False}
    if protocol in ("http", "https"):
        aiohttp = importlib.import_module("aiohttp")
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
        return {"client_kwargs": {"timeout": timeout}}
    return {}


@contextlib.contextmanager
def translate_faults() -> Iterator[None]:
    """Whatever the libraries raise for a fault of the network or of a server becomes ``OSError`` with an ``errno``."""
    try:
        yield
    except _faults() as error:
        raise translate_fault(error) from error


def translate_fault(error: BaseException | None) -> OSError:
    """``FileNotFoundError``, ``PermissionError``, ``TimeoutError`` or ``OSError``: what a library's error means."""
    cause = error.__cause__ if error is not None else None
    if isinstance(error, FileNotFoundError) and (type(cause).__module__.startswith("aiohttp") or _is_timeout(cause)):
        return translate_fault(cause)  # on the web fsspec takes every fault for this one
    status = getattr(error, "status", None)
    if isinstance(error, FileNotFoundError) or status in (404, 410):
        return FileNotFoundError(errno.ENOENT, "no such object")
    if isinstance(error, PermissionError) or status in (401, 403) or type(error).__name__ in _NO_CREDENTIALS:
        return PermissionError(errno.EACCES, "access is forbidden")
    if _is_timeout(error):
        return TimeoutError(errno.ETIMEDOUT, "the server does not answer in time")
    if isinstance(status, int):
        return OSError(errno.EIO, f"the server answers {status}")
    if isinstance(error, ConnectionError) or "Connect" in type(error).__name__:
        return ConnectionError(errno.ECONNREFUSED, "no connection to the server")
    return OSError(errno.EIO, f"it cannot be fetched ({type(error).__name__})")


def _is_timeout(error: BaseException | None) -> bool:
    return isinstance(error, TimeoutError) or "Timeout" in type(error).__name__


_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError")


def _faults() -> tuple[type[BaseException], ...]:
    kinds: list[type[BaseException]] = [OSError]
    for module, names in (
        ("aiohttp", ("ClientError",)),
        ("botocore.exceptions", ("BotoCoreError", "ClientError", "HTTPClientError")),
    ):
        if module in sys.modules:  # else nothing of it can be raised
            kinds += [getattr(sys.modules[module], name) for name in names]
    return tuple(kinds)
