"""The child: reads tasks from its parent, works on them one by one, and says at every moment which one it is at.

A document can abort the process, hang it or fill its memory. So every child has a page of memory that it shares with
its parent: there it notes the task it begins. Whatever happens to the child, the parent knows whose fault it was.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import importlib
import mmap
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec

Handler = Callable[[bytes], bytes]

NOTE = struct.Struct("<qdq")
"""What the shared page holds: number of the task (-1: none), the monotonic time of its beginning, and the memory that
the child had, in bytes, before its first task."""
LENGTH = struct.Struct("<Q")

FLUSH_BYTES = 1 << 20
FLUSH_SECONDS = 0.25

COLLECT_AFTER = 20_000
"""Objects after which garbage is looked for: parsing makes many, and next to no cycles."""

_PR_SET_PDEATHSIG = 1


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """First message to a child: who it is."""

    parent: int
    handler: str
    """``module:function``: the function makes the handler from ``options``."""
    options: dict[str, Any]
    cpu_seconds: int
    memory_bytes: int


class Results(msgspec.Struct, frozen=True, array_like=True):
    """Message to the parent: finished tasks of a batch."""

    done: list[tuple[int, bytes]]
    failed: list[tuple[int, str]]
    """Tasks that raised, with the name of the exception's class (its text may quote the document)."""
    last: bool
    """The batch is finished: the child waits for the next."""
    leaves: bool = False
    """The child ends now, as its memory has grown too much."""


Batch = list[tuple[int, bytes]]

_results_encoder = msgspec.msgpack.Encoder()
_hello_decoder = msgspec.msgpack.Decoder(Hello)
_batch_decoder = msgspec.msgpack.Decoder(Batch)


def send_frame(channel: socket.socket, data: bytes) -> None:
    """Send one message; raises ``OSError`` if the other side is gone."""
    channel.sendall(LENGTH.pack(len(data)) + data)


def receive_frame(channel: socket.socket) -> bytes:
    """Receive one message; raises ``EOFError`` if the other side is gone."""
    (length,) = LENGTH.unpack(_receive(channel, LENGTH.size))
    return bytes(_receive(channel, length))


def _receive(channel: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    view = memoryview(data)
    got = 0
    while got < length:
        count = channel.recv_into(view[got:])
        if not count:
            raise EOFError
        got += count
    return data


def main(channel_fd: int, page_fd: int) -> None:
    """Work until the parent closes the channel."""
    channel = socket.socket(fileno=channel_fd)
    page = mmap.mmap(page_fd, NOTE.size)
    os.close(page_fd)
    try:
        hello = _hello_decoder.decode(receive_frame(channel))
        _die_with_parent(hello.parent)
        module, _, function = hello.handler.partition(":")
        handler: Handler = getattr(importlib.import_module(module), function)(hello.options)
        # what is loaded stays: the collector need not look at it again with every document
        gc.freeze()
        gc.set_threshold(COLLECT_AFTER)
        _silence()
        base = _address_space()
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        NOTE.pack_into(page, 0, -1, 0.0, resident)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (base + hello.memory_bytes, resource.RLIM_INFINITY))
        while True:
            batch = _batch_decoder.decode(receive_frame(channel))
            _work(channel, page, resident, handler, batch, hello.cpu_seconds, base + hello.memory_bytes // 2)
    except (EOFError, ConnectionError):
        return  # the parent is gone or has had enough


def _work(
    channel: socket.socket,
    page: mmap.mmap,
    resident: int,
    handler: Handler,
    batch: Batch,
    cpu_seconds: int,
    tolerated: int,
) -> None:
    done: list[tuple[int, bytes]] = []
    failed: list[tuple[int, str]] = []
    size = 0
    allowed = 0
    flushed = time.monotonic()
    for number, payload in batch:
        now = time.monotonic()
        if done and (size > FLUSH_BYTES or now - flushed > FLUSH_SECONDS):
            _report(channel, Results(done, failed, False))
            done, failed, size, flushed = [], [], 0, now
        NOTE.pack_into(page, 0, number, now, resident)
        allowed = _allow_cpu(cpu_seconds, allowed)
        try:
            result = handler(payload)
        # Anything may come out of a document; nothing of it may end the child.
        except Exception as error:
            failed.append((number, describe_error(error)))
        else:
            done.append((number, result))
            size += len(result)
        NOTE.pack_into(page, 0, -1, now, resident)
    leaves = any(name == "MemoryError" for _, name in failed) or _address_space() > tolerated
    _report(channel, Results(done, failed, True, leaves))
    if leaves:
        raise EOFError


def describe_error(error: Exception) -> str:
    """The class of an error, and the system's name of its cause; never its text, which may quote the document."""
    code = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__} {errno.errorcode.get(code, code)}" if code else type(error).__name__


def _report(channel: socket.socket, results: Results) -> None:
    send_frame(channel, _results_encoder.encode(results))


def _allow_cpu(seconds: int, allowed: int) -> int:
    """Let the next task use ``seconds`` of processor time, a quarter more at most; until when, from the start.

    The limit counts from the process's start, so it must move along. Moving it costs the kernel up to a millisecond,
    so it moves only when little is left. SIGXCPU ends the process even within C code.
    """
    used = time.process_time()
    if used + seconds > allowed:
        allowed = int(used) + 1 + seconds + seconds // 4
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
    return allowed


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise EOFError


def _silence() -> None:
    # libraries print what they find in documents; from here on nobody hears them
    with contextlib.suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.close(null)


def _address_space() -> int:
    try:
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - once per batch
            return int(statm.read().split()[0]) * mmap.PAGESIZE
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
